//! The chain of a certificate: from it to an anchor, through the issuers that are at hand.
//!
//! It follows issuers by name and signature, and says where it ended and why. It is for certificates
//! that travel with their issuers, a handful each; what an end means is for the rules to say.

use super::certificate::Certificate;
use super::extension::KeyUsage;
use crate::base::time::{self, Instant};
use crate::crypto::VerifyError;

/// The most issuers that a chain goes through.
const MAX_LENGTH: usize = 10;
/// The most issuers of one name that are tried.
const MAX_TRIED: usize = 16;

/// What a chain is built from.
pub(crate) struct Pool<'p> {
    /// Certificates that may be issuers.
    pub(crate) issuers: &'p [&'p Certificate<'p>],
    /// Certificates that are trusted.
    pub(crate) anchors: &'p [Certificate<'p>],
    /// The instant as of which issuers must be valid.
    pub(crate) as_of: Option<Instant>,
}

/// A chain, by its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chain {
    /// At an anchor.
    Anchored,
    /// At a self-signed certificate that is no anchor, with this subject.
    Root(String),
    /// Nowhere: the issuer with this name is not at hand.
    Incomplete(String),
    /// At an issuer that cannot have issued; why.
    Broken(String),
    /// At a signature that cannot be judged; why.
    Unsupported(String),
}

impl<'p> Pool<'p> {
    /// The chain of `leaf`.
    pub(crate) fn chain(&self, leaf: &Certificate<'_>) -> Chain {
        if self.is_anchor(leaf) {
            return Chain::Anchored;
        }
        let mut below = 0;
        match self.issuer(leaf, below) {
            Err(end) => end,
            Ok(mut at) => loop {
                if self.is_anchor(at) {
                    return Chain::Anchored;
                }
                below += 1;
                if below > MAX_LENGTH {
                    return Chain::Broken(format!("expected at most {MAX_LENGTH} issuers, found more"));
                }
                if at.is_self_issued() && is_signed_by(at, at).is_ok() {
                    return Chain::Root(at.subject.to_text());
                }
                match self.issuer(at, below) {
                    Ok(next) => at = next,
                    Err(end) => return end,
                }
            },
        }
    }

    fn is_anchor(&self, certificate: &Certificate<'_>) -> bool {
        self.anchors.iter().any(|anchor| anchor.raw == certificate.raw)
    }

    /// The issuer of `certificate`, below which `below` CAs stand; or why there is none.
    fn issuer(&self, certificate: &Certificate<'_>, below: usize) -> Result<&'p Certificate<'p>, Chain> {
        let named =
            self.anchors.iter().chain(self.issuers.iter().copied()).filter(|it| {
                it.subject.raw == certificate.issuer.raw || it.subject.is_same(&certificate.issuer)
            });
        let mut why = None;
        for issuer in named.take(MAX_TRIED) {
            match is_signed_by(certificate, issuer).and_then(|()| self.may_issue(issuer, below)) {
                Ok(()) => return Ok(issuer),
                Err(end) => _ = why.get_or_insert(end),
            }
        }
        Err(why.unwrap_or_else(|| Chain::Incomplete(certificate.issuer.to_text())))
    }

    fn may_issue(&self, issuer: &Certificate<'_>, below: usize) -> Result<(), Chain> {
        let broken = |what: String| Err(Chain::Broken(format!("{what}: `{}`", issuer.subject.to_text())));
        let constraints = issuer.basic_constraints();
        if !(issuer.is_ca() || issuer.version < 2 && self.is_anchor(issuer)) {
            return broken("expected an issuer that is a CA, found one that is not".to_owned());
        }
        if issuer.key_usage().is_some_and(|usage| !usage.contains(KeyUsage::KEY_CERT_SIGN)) {
            return broken("expected an issuer with the key usage keyCertSign, found one without".to_owned());
        }
        let most = constraints.and_then(|it| it.path_len).and_then(|it| it.to_u64());
        if most.is_some_and(|most| most < below as u64) {
            return broken(format!(
                "expected at most {} CAs below an issuer, found {below}",
                most.unwrap_or(0)
            ));
        }
        let as_of = self.as_of;
        let outside = |from: Instant, to: Instant| as_of.is_some_and(|at| at < from || at > to);
        if let (Some(from), Some(to)) = (issuer.not_before, issuer.not_after)
            && outside(from.instant, to.instant)
        {
            let (from, to) = (time::format(from.instant), time::format(to.instant));
            return broken(format!("expected an issuer that is valid, found one valid from {from} to {to}"));
        }
        Ok(())
    }
}

/// Whether the key of `issuer` signed `certificate`; else the end that a chain has there.
pub(crate) fn is_signed_by(certificate: &Certificate<'_>, issuer: &Certificate<'_>) -> Result<(), Chain> {
    let algorithm =
        certificate.algorithm.signature().map_err(|error| Chain::Unsupported(error.to_string()))?;
    let key = issuer.key().map_err(|error| Chain::Unsupported(error.to_string()))?;
    key.verify(algorithm, certificate.tbs, certificate.signature.bytes).map_err(|error| match error {
        VerifyError::Unsupported(_) => Chain::Unsupported(error.to_string()),
        VerifyError::Invalid | VerifyError::KeyMismatch { .. } => Chain::Broken(format!(
            "expected the signature of `{}` on `{}` to verify, found one that does not",
            issuer.subject.to_text(),
            certificate.subject.to_text()
        )),
    })
}
