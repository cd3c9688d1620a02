//! The signature of a statement: what is signed, under which key, and whether it verifies.

use super::{Format, Statement};
use crate::crypto::{Algorithm, Curve, Digester, Hash, KeyError, PublicKey, SignatureForm, VerifyError};
use crate::model::cose::CoseAlgorithm;

/// What became of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verification {
    /// It verifies.
    Good,
    /// It does not.
    Bad,
    /// The key is none.
    KeyBroken(String),
    /// The key makes no signatures of the algorithm that is named.
    KeyMismatch,
    /// It cannot be judged, for this reason.
    NotJudged(String),
}

impl Statement<'_> {
    /// What became of the signature, found out once. Nothing where the format has none, or where a
    /// part of it is missing.
    pub(crate) fn verification(&self) -> Option<&Verification> {
        self.verification.get_or_init(|| self.verify()).as_ref()
    }

    /// The number of the algorithm that the statement names.
    pub(crate) fn algorithm_id(&self) -> Option<i64> {
        self.member("alg")?.integer()
    }

    /// Whether the format signs the client data, so that it must be known.
    pub(crate) fn needs_client_data(&self) -> bool {
        match self.format {
            None | Some(Format::None | Format::Compound) => false,
            Some(
                Format::Packed
                | Format::FidoU2f
                | Format::Tpm
                | Format::AndroidKey
                | Format::AndroidSafetynet
                | Format::Apple,
            ) => true,
        }
    }

    /// The digest of authenticator data and client data hash, one after the other.
    pub(crate) fn digest_of_both(&self, hash: Hash) -> Option<crate::crypto::Digest> {
        let mut digester = Digester::new(hash);
        digester.update(self.data.bytes);
        digester.update(self.client_data_hash?.as_bytes());
        Some(digester.finish())
    }

    fn verify(&self) -> Option<Verification> {
        match self.format? {
            Format::None | Format::Apple | Format::Compound => None,
            Format::Packed | Format::AndroidKey => self.verify_both(),
            Format::Tpm => {
                let (algorithm, key) = (self.scheme()?, self.attestation_key()?);
                let (message, signature) = (self.bytes("certInfo")?, self.bytes("sig")?);
                Some(judge(algorithm, key, |algorithm, key| key.verify(algorithm, &message, &signature)))
            }
            Format::FidoU2f => self.verify_u2f(),
            Format::AndroidSafetynet => {
                let response = self.response.filter(|response| response.malformed.is_none())?;
                let name = response.algorithm_name.as_deref()?;
                let algorithm = response.algorithm().ok_or_else(|| format!("algorithm {name}"));
                let key = self.leaf()?.1.key();
                Some(judge(algorithm, key, |algorithm, key| {
                    key.verify(algorithm, &response.signed, &response.signature)
                }))
            }
        }
    }

    fn verify_both(&self) -> Option<Verification> {
        let algorithm = self.scheme()?;
        if let Err(name) = algorithm {
            return Some(Verification::NotJudged(name));
        }
        let key = self.attestation_key()?;
        let signature = self.bytes("sig")?;
        let client_data_hash = self.client_data_hash?;
        Some(judge(algorithm, key, |algorithm, key| match algorithm.hash() {
            Some(hash) => {
                let digest = self.digest_of_both(hash).ok_or(VerifyError::Invalid)?;
                key.verify_digest(algorithm, &digest, &signature)
            }
            None => {
                let message = [self.data.bytes, client_data_hash.as_bytes()].concat();
                key.verify(algorithm, &message, &signature)
            }
        }))
    }

    fn verify_u2f(&self) -> Option<Verification> {
        let key = self.leaf()?.1.key();
        let signature = self.bytes("sig")?;
        let client_data_hash = self.client_data_hash?;
        let head = self.data.head?;
        let credential = self.data.key()?.public_key()?.ok()?.point()?;
        let mut digester = Digester::new(Hash::Sha256);
        digester.update(&[0]);
        digester.update(head.rp_id_hash);
        digester.update(client_data_hash.as_bytes());
        digester.update(self.data.credential_id()?);
        digester.update(credential);
        let digest = digester.finish();
        let es256 =
            Algorithm::Ecdsa { hash: Hash::Sha256, form: SignatureForm::Der, curve: Some(Curve::P256) };
        Some(judge(Ok(es256), key, |algorithm, key| key.verify_digest(algorithm, &digest, &signature)))
    }

    /// The algorithm that the statement names, or what it is called where etalon cannot verify it.
    fn scheme(&self) -> Option<Result<Algorithm, String>> {
        let id = self.algorithm_id()?;
        let known = CoseAlgorithm::of(id);
        Some(known.and_then(CoseAlgorithm::scheme).ok_or_else(|| {
            known.map_or_else(|| format!("algorithm {id}"), |algorithm| algorithm.name.to_owned())
        }))
    }

    /// The key that the statement is signed with.
    pub(crate) fn attestation_key(&self) -> Option<Result<&PublicKey, &KeyError>> {
        if self.is_self() { self.data.key()?.public_key() } else { Some(self.leaf()?.1.key()) }
    }
}

fn judge(
    algorithm: Result<Algorithm, String>,
    key: Result<&PublicKey, &KeyError>,
    verify: impl FnOnce(Algorithm, &PublicKey) -> Result<(), VerifyError>,
) -> Verification {
    let algorithm = match algorithm {
        Ok(algorithm) => algorithm,
        Err(name) => return Verification::NotJudged(name),
    };
    let key = match key {
        Ok(key) => key,
        Err(KeyError::Malformed(message)) => return Verification::KeyBroken(message.clone()),
        Err(KeyError::Unsupported(name)) => return Verification::NotJudged(format!("{name} keys")),
    };
    match verify(algorithm, key) {
        Ok(()) => Verification::Good,
        Err(VerifyError::Invalid) => Verification::Bad,
        Err(VerifyError::KeyMismatch { .. }) => Verification::KeyMismatch,
        Err(VerifyError::Unsupported(name)) => Verification::NotJudged(name),
    }
}
