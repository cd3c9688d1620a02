//! How the services judge what comes in: with the engine, and with the holes that they were given.

use super::refusal::Refused;
use super::{Simulator, overheard};
use crate::base::{Kind, Profile};
use crate::context::Context;
use crate::engine::{self, Judgement, Options};
use crate::rule::{Finding, Severity};
use crate::service::Contract;

/// What CertRA and EtkRA judge in the operation itself, to answer with the code of that operation: the
/// CSR and the certificate in a message, and for whom they are.
const LEFT: &[&str] = &[
    "certra-message.csr-unreadable",
    "certra-message.foreigner-other",
    "certra-message.person-incomplete",
    "certra-message.subject-other",
    "etkra-message.certificate-unreadable",
    "etkra-message.payload-missing",
];

/// Whether a finding is left to the operation.
fn is_left(kind: Kind, finding: &Finding) -> bool {
    let in_part = finding.at.contains(" \u{2192} ");
    matches!(kind, Kind::CertraMessage | Kind::EtkraMessage) && (in_part || LEFT.contains(&finding.rule.id))
}

impl Simulator {
    /// Judges what came in.
    ///
    /// # Errors
    /// The refusal that the contract has for the first error among the findings.
    pub(super) fn judge(
        &self,
        contract: &Contract,
        kind: Kind,
        bytes: &[u8],
        context: &Context,
    ) -> Result<Judgement, Refused> {
        let options = Options { profile: Profile::Cookbook, without: &self.config.without };
        let judgement = engine::judge(kind, bytes, context, &options)
            .map_err(|crash| Refused::unavailable(crash.to_string()))?;
        overheard::judged(&judgement);
        let mut errors = judgement.findings.iter().filter(|finding| finding.severity == Severity::Error);
        let error = errors.find(|finding| !is_left(kind, finding));
        match error {
            Some(finding) => {
                let detail = format!("{} at {}: {}", finding.rule.id, finding.at, finding.message);
                Err(Refused::new((contract.refusal)(kind, finding.rule.id), detail))
            }
            None => Ok(judgement),
        }
    }
}
