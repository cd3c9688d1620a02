//! RSA decryption with the recipient's private key.

use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};

use super::sign::{self, PrivateKeyError};
use super::{Hash, KeyKind, PublicKey};

/// How an RSA ciphertext is padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// RSAES-PKCS1-v1_5, as Java's `RSA/ECB/PKCS1Padding`.
    Pkcs1,
    /// RSAES-OAEP with one hash for the label and MGF1.
    Oaep(Hash),
}

/// The ciphertext did not decrypt. There is one answer for every cause, so that nobody learns from
/// it what a padding looked like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the ciphertext does not decrypt under this key")]
pub struct DecryptError;

/// A private key that decrypts.
pub struct DecryptionKey {
    private: PrivateDecryptingKey,
    public: PublicKey,
}

impl std::fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DecryptionKey({})", self.public.kind())
    }
}

impl DecryptionKey {
    /// An RSA key in PEM (PKCS#8 or PKCS#1) or DER.
    ///
    /// # Errors
    /// When there is none, when it is encrypted, or when it has fewer than 2048 bits.
    pub fn from_pem_or_der(input: &[u8]) -> Result<Self, PrivateKeyError> {
        Self::of(sign::PrivateKey::from_pem_or_der(input)?)
    }

    /// An RSA key that was read.
    ///
    /// # Errors
    /// When it is on a curve, or has fewer than 2048 bits.
    pub fn of(key: sign::PrivateKey) -> Result<Self, PrivateKeyError> {
        let KeyKind::Rsa(bits) = key.public_key().kind() else {
            return Err(PrivateKeyError::NotForThis(format!(
                "{} keys do not decrypt",
                key.public_key().kind()
            )));
        };
        let private = PrivateDecryptingKey::from_pkcs8(&key.to_pkcs8()).map_err(|_| {
            PrivateKeyError::NotForThis(format!("RSA keys of {bits} bits do not decrypt here"))
        })?;
        Ok(Self { private, public: key.into_public_key() })
    }

    /// Its public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The plaintext of `ciphertext`.
    ///
    /// # Errors
    /// When it does not decrypt; no cause is told.
    pub fn decrypt(&self, padding: Padding, ciphertext: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let key = self.private.clone();
        let mut out = vec![0; key.key_size_bytes()];
        let len = match padding {
            Padding::Pkcs1 => {
                let key = Pkcs1PrivateDecryptingKey::new(key).map_err(|_| DecryptError)?;
                key.decrypt(ciphertext, &mut out).map_err(|_| DecryptError)?.len()
            }
            Padding::Oaep(hash) => {
                let algorithm = hash.within(&OAEP).ok_or(DecryptError)?;
                let key = OaepPrivateDecryptingKey::new(key).map_err(|_| DecryptError)?;
                key.decrypt(algorithm, ciphertext, &mut out, None).map_err(|_| DecryptError)?.len()
            }
        };
        out.truncate(len);
        Ok(out)
    }
}

const OAEP: [(Hash, &OaepAlgorithm); 4] = [
    (Hash::Sha1, &OAEP_SHA1_MGF1SHA1),
    (Hash::Sha256, &OAEP_SHA256_MGF1SHA256),
    (Hash::Sha384, &OAEP_SHA384_MGF1SHA384),
    (Hash::Sha512, &OAEP_SHA512_MGF1SHA512),
];
