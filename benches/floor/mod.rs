//! The floor: signatures verified and digests made without reading anything.

use std::hint::black_box;

use aws_lc_rs::digest::{self, Algorithm};
use aws_lc_rs::signature::{ParsedPublicKey, VerificationAlgorithm};

/// A piece of cryptography that a verdict cannot do without.
pub(crate) enum Verification {
    /// A signature under a key that was parsed beforehand.
    Signature { key: ParsedPublicKey, message: Vec<u8>, signature: Vec<u8> },
    /// A digest.
    Digest { algorithm: &'static Algorithm, message: Vec<u8> },
}

impl Verification {
    /// A signature.
    pub(crate) fn new(
        algorithm: &'static dyn VerificationAlgorithm,
        spki: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Self {
        let key = ParsedPublicKey::new(algorithm, spki).expect("a public key");
        Self::Signature { key, message: message.to_vec(), signature: signature.to_vec() }
    }

    /// A digest.
    pub(crate) fn digest(algorithm: &'static Algorithm, message: &[u8]) -> Self {
        Self::Digest { algorithm, message: message.to_vec() }
    }

    /// Does it.
    pub(crate) fn run(&self) {
        match self {
            Self::Signature { key, message, signature } => {
                key.verify_sig(black_box(message), black_box(signature)).expect("a valid signature");
            }
            Self::Digest { algorithm, message } => {
                black_box(digest::digest(algorithm, black_box(message)));
            }
        }
    }
}
