//! Whether the signature value is one of a key's over SignedInfo.

use super::reference::{Hashing, canonicalization};
use super::{DS, Signature};
use crate::crypto::names::jose::Protection;
use crate::crypto::names::xmldsig;
use crate::crypto::{Algorithm, Digester, Hash, PublicKey, VerifyError};
use crate::wire::c14n::{self, RelativeNamespace, Subset};

/// What a SignatureMethod stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// A signature.
    Signature(Algorithm),
    /// A MAC, with the length in bits that HMACOutputLength cuts it to.
    Mac(Hash, Option<u64>),
    /// A digest function: no signature method at all.
    Digest(Hash),
    /// A URI that is not known.
    Unknown,
}

/// Why the value was not found to verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ValueError {
    /// It does not verify under the key.
    Invalid,
    /// The key cannot make signatures of this method.
    KeyMismatch(String),
    /// The method or the canonicalisation is not done here, or cannot be.
    Unsupported(String),
    /// SignedInfo has no canonical form.
    NotCanonical(RelativeNamespace),
    /// The value is no base64.
    ValueMalformed,
}

impl Signature<'_> {
    /// What the SignatureMethod stands for.
    pub(crate) fn method(&self) -> Method {
        match xmldsig::signature(&self.method.uri) {
            Some(Protection::Signature(algorithm)) => Method::Signature(algorithm),
            Some(Protection::Mac(hash)) => {
                let length = self.method.element.child(DS, "HMACOutputLength");
                Method::Mac(hash, length.map(|element| element.text().trim().parse().unwrap_or(0)))
            }
            None => xmldsig::digest(&self.method.uri).map_or(Method::Unknown, Method::Digest),
        }
    }

    /// Whether the value is one of `key` over SignedInfo as the CanonicalizationMethod writes it.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), ValueError> {
        let Method::Signature(method) = self.method() else {
            return Err(ValueError::Unsupported(self.method.uri.clone().into_owned()));
        };
        let algorithm = canonicalization(&self.canonicalization)
            .ok_or_else(|| ValueError::Unsupported(self.canonicalization.uri.clone().into_owned()))?;
        let value = self.value.as_deref().ok_or(ValueError::ValueMalformed)?;
        let subset = Subset::element(self.signed_info);
        let outcome = match method.hash() {
            Some(hash) => {
                let mut hashing = Hashing(Digester::new(hash));
                c14n::canonicalize(subset, &algorithm, &mut hashing).map_err(ValueError::NotCanonical)?;
                key.verify_digest(method, &hashing.0.finish(), value)
            }
            None => {
                let octets = c14n::canonical(subset, &algorithm).map_err(ValueError::NotCanonical)?;
                key.verify(method, &octets, value)
            }
        };
        outcome.map_err(|error| match error {
            VerifyError::Invalid => ValueError::Invalid,
            VerifyError::KeyMismatch { .. } => ValueError::KeyMismatch(error.to_string()),
            VerifyError::Unsupported(what) => ValueError::Unsupported(what),
        })
    }
}
