//! Why there is no path, in words that a finding can bear.

/// Why a certificate could not be the issuer of the one below it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("no certificate bears the name of its issuer `{0}`")]
    NoIssuer(String),
    #[error("it ends at `{0}`, which issued itself and is no anchor")]
    NotAnchored(String),
    #[error("the signature does not verify under the key of `{0}`")]
    Signature(String),
    #[error("the signature of a certificate issued by `{issuer}` cannot be judged: {why}")]
    SignatureUnjudged { issuer: String, why: String },
    #[error("`{0}` names another signature algorithm in its signed part than beside it")]
    AlgorithmsDiffer(String),
    #[error("the certificate issued by `{0}` is signed over a broken hash")]
    LegacySignature(String),
    #[error("`{0}` is no certificate authority")]
    NotAnAuthority(String),
    #[error("`{0}` may not sign certificates, by its keyUsage")]
    KeyUsage(String),
    #[error("`{issuer}` allows {allowed} authorities below it, and {found} stand there")]
    PathLength { issuer: String, allowed: u64, found: usize },
    #[error("`{name}` is valid from {from} on")]
    NotYetValid { name: String, from: String },
    #[error("`{name}` was valid until {until}")]
    Expired { name: String, until: String },
    #[error("`{name}` has the critical extension {extension}, which is not known")]
    CriticalExtension { name: String, extension: String },
    #[error("the extension {extension} of `{name}` cannot be read")]
    ExtensionBroken { name: String, extension: String },
    #[error("`{name}` has the extension {extension} twice")]
    ExtensionRepeated { name: String, extension: String },
    #[error("`{issuer}` does not allow the name `{name}`")]
    NameNotAllowed { issuer: String, name: String },
    #[error("the name constraints of `{issuer}` cannot be applied: {why}")]
    NameConstraints { issuer: String, why: &'static str },
    #[error("no certificate policy holds for all of it, and `{0}` or an issuer above demands one")]
    Policies(String),
    #[error("the search was given up after {0}")]
    GivenUp(&'static str),
}

impl Problem {
    /// Whether it is but that a certificate is not at hand.
    pub(crate) fn is_absence(&self) -> bool {
        matches!(self, Self::NoIssuer(_))
    }

    /// Whether it is but that a signature cannot be judged.
    pub(crate) fn is_unjudged(&self) -> bool {
        matches!(self, Self::SignatureUnjudged { .. })
    }
}
