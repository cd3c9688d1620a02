//! The floor: signatures verified without reading anything.

use std::hint::black_box;

use aws_lc_rs::signature::{ParsedPublicKey, VerificationAlgorithm};

/// A signature that a verdict cannot do without verifying, under a key that was parsed beforehand.
pub(crate) struct Verification {
    key: ParsedPublicKey,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Verification {
    /// A signature under the key of a SubjectPublicKeyInfo.
    pub(crate) fn new(
        algorithm: &'static dyn VerificationAlgorithm,
        spki: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Self {
        let key = ParsedPublicKey::new(algorithm, spki).expect("a public key");
        Self { key, message: message.to_vec(), signature: signature.to_vec() }
    }

    /// Verifies it.
    pub(crate) fn run(&self) {
        self.key.verify_sig(black_box(&self.message), black_box(&self.signature)).expect("a valid signature");
    }
}
