//! How the services judge what comes in: with the engine, and with the holes that they were given.

use super::refusal::Refused;
use super::{Simulator, overheard};
use crate::base::{Kind, Profile};
use crate::context::Context;
use crate::engine::{self, Judgement, Options};
use crate::rule::{Finding, Severity};
use crate::service::Contract;

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
        self.judge_but(contract, kind, bytes, context, |_| false)
    }

    /// Judges what came in, but for the findings that something later answers to.
    ///
    /// # Errors
    /// The refusal that the contract has for the first error among the other findings.
    pub(super) fn judge_but(
        &self,
        contract: &Contract,
        kind: Kind,
        bytes: &[u8],
        context: &Context,
        is_left: impl Fn(&Finding) -> bool,
    ) -> Result<Judgement, Refused> {
        let options = Options { profile: Profile::Cookbook, without: &self.config.without };
        let judgement = engine::judge(kind, bytes, context, &options)
            .map_err(|crash| Refused::unavailable(crash.to_string()))?;
        overheard::judged(&judgement);
        let mut errors = judgement.findings.iter().filter(|finding| finding.severity == Severity::Error);
        let error = errors.find(|finding| !is_left(finding));
        match error {
            Some(finding) => {
                // What is about the whole has no place in it.
                let place = if finding.at.is_empty() { "" } else { " at " };
                let detail = format!("{}{place}{}: {}", finding.rule.id, finding.at, finding.message);
                Err(Refused::new((contract.refusal)(kind, finding.rule.id), detail))
            }
            None => Ok(judgement),
        }
    }
}
