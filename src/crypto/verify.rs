//! Whether a signature verifies.

use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_2048_8192_SHA384, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters,
};

use super::key::Material;
use super::point::provider_point;
use super::{Algorithm, Curve, Digest, Hash, PublicKey, RsaParts, SignatureForm, digest, rsa};
use crate::wire::der::{Writer, bit_length};

/// Why a signature was not found to verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// It does not verify: the message, the signature or the key is another one.
    #[error("the signature does not verify")]
    Invalid,
    /// The key cannot make signatures of this algorithm.
    #[error("a key of kind {key} makes no signatures of algorithm {algorithm}")]
    KeyMismatch {
        /// The key: its kind, and what it is kept to.
        key: String,
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// It could not be judged: an algorithm or a size that is not implemented.
    #[error("{0} is not supported")]
    Unsupported(String),
}

impl PublicKey {
    /// Whether `signature` is one of `message` under this key.
    ///
    /// # Errors
    /// When it is not, or when that cannot be judged.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        match (algorithm.hash(), &self.material) {
            (Some(hash), _) => self.verify_digest(algorithm, &digest(hash, message), signature),
            (None, Material::Ed25519 { parsed, .. }) => {
                parsed.verify_sig(message, signature).map_err(|_| VerifyError::Invalid)
            }
            (None, Material::Rsa { .. } | Material::Ec { .. } | Material::Dsa(_)) => {
                Err(self.mismatch(algorithm))
            }
        }
    }

    /// Whether `signature` is one of the message with this digest under this key.
    ///
    /// # Errors
    /// When it is not, when the digest is not the algorithm's, or when that cannot be judged.
    pub fn verify_digest(
        &self,
        algorithm: Algorithm,
        digest: &Digest,
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        if algorithm.hash().is_some_and(|hash| hash != digest.hash()) {
            return Err(VerifyError::Invalid);
        }
        match (algorithm, &self.material) {
            (Algorithm::RsaPkcs1(_) | Algorithm::RsaPss { .. }, Material::Rsa { parts, parsed, use_of }) => {
                if !use_of.allows(algorithm) {
                    return Err(self.mismatch(algorithm));
                }
                verify_rsa(algorithm, parts, parsed, digest, signature)
            }
            (Algorithm::Ecdsa { form, curve: named, .. }, Material::Ec { curve, point, parsed }) => {
                if named.is_some_and(|named| named != *curve) {
                    return Err(self.mismatch(algorithm));
                }
                let key = match parsed.get() {
                    Some(key) => key,
                    None => {
                        let key = provider_point(*curve, point).ok_or(VerifyError::Invalid)?;
                        parsed.get_or_init(|| key)
                    }
                };
                verify_ecdsa(*curve, form, key, digest, signature)
            }
            (Algorithm::Ed25519, Material::Ed25519 { .. }) => {
                Err(VerifyError::Unsupported("Ed25519 over a digest".into()))
            }
            (Algorithm::Dsa { form, .. }, Material::Dsa(parts)) => parts.verify(form, digest, signature),
            (
                Algorithm::RsaPkcs1(_)
                | Algorithm::RsaPss { .. }
                | Algorithm::Ecdsa { .. }
                | Algorithm::Ed25519
                | Algorithm::Dsa { .. },
                Material::Rsa { .. } | Material::Ec { .. } | Material::Ed25519 { .. } | Material::Dsa(_),
            ) => Err(self.mismatch(algorithm)),
        }
    }

    fn mismatch(&self, algorithm: Algorithm) -> VerifyError {
        VerifyError::KeyMismatch { key: self.to_string(), algorithm }
    }
}

/// The provider's parameters of PKCS #1 v1.5.
const RSA_PKCS1: [(Hash, &RsaParameters); 4] = [
    (Hash::Sha1, &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
    (Hash::Sha256, &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
    (Hash::Sha384, &RSA_PKCS1_2048_8192_SHA384),
    (Hash::Sha512, &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
];

/// The provider's parameters of RSASSA-PSS with one hash throughout, and a salt as long.
const RSA_PSS: [(Hash, &RsaParameters); 3] = [
    (Hash::Sha256, &RSA_PSS_2048_8192_SHA256),
    (Hash::Sha384, &RSA_PSS_2048_8192_SHA384),
    (Hash::Sha512, &RSA_PSS_2048_8192_SHA512),
];

/// The provider's parameters, where it has them for a modulus of this size.
fn provider_rsa(algorithm: Algorithm, bits: usize) -> Option<&'static RsaParameters> {
    let parameters = match algorithm {
        Algorithm::RsaPkcs1(hash) => hash.within(&RSA_PKCS1)?,
        Algorithm::RsaPss { hash, mgf, salt } if hash == mgf && usize::from(salt) == hash.len() => {
            hash.within(&RSA_PSS)?
        }
        Algorithm::RsaPss { .. } | Algorithm::Ecdsa { .. } | Algorithm::Ed25519 | Algorithm::Dsa { .. } => {
            return None;
        }
    };
    let range = parameters.min_modulus_len() as usize..=parameters.max_modulus_len() as usize;
    range.contains(&bits).then_some(parameters)
}

fn verify_rsa(
    algorithm: Algorithm,
    parts: &RsaParts,
    parsed: &std::sync::OnceLock<(Algorithm, ParsedPublicKey)>,
    digest: &Digest,
    signature: &[u8],
) -> Result<(), VerifyError> {
    // The provider declines exponents above 33 bits, and parameters that it has no constant for.
    if bit_length(&parts.e) > 33 {
        return rsa::verify(algorithm, parts, digest, signature);
    }
    let Some(parameters) = provider_rsa(algorithm, bit_length(&parts.n)) else {
        return rsa::verify(algorithm, parts, digest, signature);
    };
    let imported = provider_digest(digest)?;
    // From its components the provider would make the same key, and write it as DER besides.
    let make = || ParsedPublicKey::new(parameters, parts.to_der());
    let outcome = match parsed.get() {
        Some((first, key)) if *first == algorithm => key.verify_digest_sig(&imported, signature),
        found => match make() {
            // A key that the provider refuses altogether: an even modulus, an exponent of 1.
            Err(_) => return rsa::verify(algorithm, parts, digest, signature),
            Ok(key) => {
                let outcome = key.verify_digest_sig(&imported, signature);
                if found.is_none() {
                    let _ = parsed.set((algorithm, key));
                }
                outcome
            }
        },
    };
    outcome.map_err(|_| VerifyError::Invalid)
}

fn provider_digest(digest: &Digest) -> Result<aws_lc_rs::digest::Digest, VerifyError> {
    let unsupported = || VerifyError::Unsupported(digest.hash().to_string());
    let algorithm = digest.hash().provider().ok_or_else(unsupported)?;
    aws_lc_rs::digest::Digest::import_less_safe(digest.as_bytes(), algorithm).map_err(|_| unsupported())
}

/// ECDSA takes the leftmost bits of a digest, as many as the group order has. So a longer digest may
/// be cut to the curve's length, and a shorter one led by zeros: the integer is the same, and one
/// parsed key serves every hash.
fn verify_ecdsa(
    curve: Curve,
    form: SignatureForm,
    key: &ParsedPublicKey,
    digest: &Digest,
    signature: &[u8],
) -> Result<(), VerifyError> {
    let native = match curve {
        Curve::P256 | Curve::Secp256k1 => Hash::Sha256,
        Curve::P384 => Hash::Sha384,
        Curve::P521 => Hash::Sha512,
    };
    let octets = digest.as_bytes();
    let len = native.len();
    let mut fitted = [0_u8; 64];
    let fitted = &mut fitted[..len];
    match len.checked_sub(octets.len()) {
        Some(missing) => fitted[missing..].copy_from_slice(octets),
        None => fitted.copy_from_slice(&octets[..len]),
    }
    let fitted = Digest::import(native, fitted).expect("cut to its length");
    let imported = provider_digest(&fitted)?;
    let outcome = match form {
        SignatureForm::Der => key.verify_digest_sig(&imported, signature),
        SignatureForm::Fixed => {
            let der = fixed_to_der(curve, signature).ok_or(VerifyError::Invalid)?;
            key.verify_digest_sig(&imported, &der)
        }
    };
    outcome.map_err(|_| VerifyError::Invalid)
}

fn fixed_to_der(curve: Curve, signature: &[u8]) -> Option<Vec<u8>> {
    if signature.len() != 2 * curve.field_len() {
        return None;
    }
    let (r, s) = signature.split_at(curve.field_len());
    let mut writer = Writer::new();
    writer.sequence(|w| _ = w.unsigned(r).unsigned(s));
    Some(writer.finish())
}
