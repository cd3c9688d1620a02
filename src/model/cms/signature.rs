//! Whether the signatures of a SignedData verify: facts, and no opinion on algorithms or trust.

use super::signing_certificate::Candidate;
use super::{CONTENT_TYPE, COUNTERSIGNATURE, MESSAGE_DIGEST, SignedData, SignerInfo};
use crate::base::Budget;
use crate::crypto::names::x509::{self, UnknownAlgorithm};
use crate::crypto::{Algorithm, Digest, Hash, PublicKey, VerifyError, digest};
use crate::model::certificate::Certificate;
use crate::wire::der::{Oid, Tag, Writer, to_der};

/// How many certificates of one name are tried. Two are a mistake already, and each costs a check.
const MAX_TRIED: usize = 8;

/// What is known beside the SignedData: further certificates, and a key.
#[derive(Default)]
pub(crate) struct Known<'k> {
    /// Certificates that a signer may be found among.
    pub(crate) certificates: &'k [Certificate<'k>],
    /// A key that every signature must verify under.
    pub(crate) key: Option<&'k PublicKey>,
}

/// What came of one SignerInfo.
#[derive(Debug)]
pub(crate) struct SignerCheck {
    /// Which of the embedded certificates is the signer's: of several that answer to its name, the one
    /// that the signature verifies with.
    pub(crate) certificate: Option<usize>,
    /// Whether several embedded certificates answer to its name that cannot all be its own.
    pub(crate) is_ambiguous: bool,
    /// The hash of the content, where its identifier is known.
    pub(crate) hash: Option<Hash>,
    /// The algorithm of the signature, where its identifier is known.
    pub(crate) algorithm: Result<Algorithm, UnknownAlgorithm>,
    /// Whether there are signed attributes, and so no signature over the content itself.
    pub(crate) signs_attributes: bool,
    /// Whether the messageDigest attribute is the hash of the content; nothing where one is
    /// missing.
    pub(crate) digest_matches: Option<bool>,
    /// Whether the contentType attribute names the content's type; nothing where it is missing.
    pub(crate) content_type_matches: Option<bool>,
    /// What came of the signature.
    pub(crate) signature: Signature,
    /// What came of each signature over this one; nothing of what is no SignerInfo. Countersignatures of
    /// countersignatures are left alone.
    pub(crate) countersignatures: Vec<Option<SignerCheck>>,
}

/// What came of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Signature {
    /// It verifies.
    Verified,
    /// It does not.
    Invalid,
    /// The signer's key makes no such signatures.
    KeyMismatch(String),
    /// It covers content that is not here.
    NoContent,
    /// The signer's certificate is not here.
    NoCertificate,
    /// It could not be judged: an algorithm, parameters or a key that is not worked with.
    Unsupported(String),
}

impl SignedData<'_> {
    /// Checks every signer.
    pub(super) fn check(&self, known: &Known<'_>) -> Vec<SignerCheck> {
        // A content is hashed once for each hash, however many signers name it.
        let mut digests: Vec<Digest> = Vec::new();
        self.signers.iter().map(|signer| signer.check(self, known, &mut digests)).collect()
    }
}

/// The digest of the content, made at the first call for each hash.
fn digest_of<'d>(digests: &'d mut Vec<Digest>, hash: Hash, content: &[u8]) -> &'d Digest {
    let at = digests.iter().position(|digest| digest.hash() == hash).unwrap_or_else(|| {
        digests.push(digest(hash, content));
        digests.len() - 1
    });
    &digests[at]
}

/// The number of the first candidate that the signature verifies with, or else of the first, with what
/// came of it.
fn first_that_verifies(
    candidates: &[Candidate<'_>],
    mut verify: impl FnMut(&Certificate<'_>) -> Signature,
) -> (usize, Signature) {
    let mut first = Signature::NoCertificate;
    for (at, it) in candidates.iter().take(MAX_TRIED).enumerate() {
        match verify(it.certificate) {
            Signature::Verified => return (at, Signature::Verified),
            other if at == 0 => first = other,
            Signature::Invalid
            | Signature::KeyMismatch(_)
            | Signature::NoContent
            | Signature::NoCertificate
            | Signature::Unsupported(_) => {}
        }
    }
    (0, first)
}

impl SignerInfo<'_> {
    fn check(&self, data: &SignedData<'_>, known: &Known<'_>, digests: &mut Vec<Digest>) -> SignerCheck {
        let content = data.content.as_ref().map(|content| &*content.octets);
        let mut check = self.check_over(content, Some(data.content_type), data, known, digests);
        let unsigned = self.unsigned_attributes.iter().flat_map(|all| all.of(COUNTERSIGNATURE));
        check.countersignatures = unsigned
            .flat_map(|attribute| match attribute.read_signers() {
                None => vec![None],
                Some(signers) => {
                    // RFC 5652 11.4: they sign the octets of the signature, which have no content type.
                    let over = |it: &SignerInfo<'_>| {
                        it.check_over(Some(&self.signature), None, data, known, &mut Vec::new())
                    };
                    signers.iter().map(|it| Some(over(it))).collect()
                }
            })
            .collect();
        check
    }

    /// Checks the signer, who signed `content` of this type.
    fn check_over(
        &self,
        content: Option<&[u8]>,
        content_type: Option<Oid<'_>>,
        data: &SignedData<'_>,
        known: &Known<'_>,
        digests: &mut Vec<Digest>,
    ) -> SignerCheck {
        let candidates = self.candidates(data, known);
        let hash = x509::hash(self.digest_algorithm.oid);
        let algorithm = self.algorithm(hash);
        let attributes = self.signed_attributes.as_ref();
        let message_digest = attributes.and_then(|all| {
            all.single(MESSAGE_DIGEST)?.read(|r| {
                let value = r.expect("value", Tag::OCTET_STRING)?;
                r.octets_in("value", &value)
            })
        });
        let digest_matches = match (content, hash, message_digest) {
            (Some(content), Some(hash), Some(found)) => {
                Some(digest_of(digests, hash, content).as_bytes() == &*found)
            }
            _ => None,
        };
        let named = attributes.and_then(|all| {
            all.single(CONTENT_TYPE)?.read(|r| r.expect("value", Tag::OID)).map(|it| it.content)
        });
        let content_type_matches = named.map(|named| Some(Oid::new(named)) == content_type);
        let mut chosen = 0;
        let signature = match &algorithm {
            Err(UnknownAlgorithm::Unsupported(what)) => Signature::Unsupported(what.clone()),
            Err(UnknownAlgorithm::Parameters(what)) => Signature::Unsupported((*what).to_owned()),
            Ok(_) if content.is_none() && attributes.is_none() => Signature::NoContent,
            Ok(algorithm) => match known.key {
                Some(key) => self.verify(*algorithm, hash, content, key, digests),
                None => {
                    let verify = |certificate: &Certificate<'_>| match certificate.key() {
                        Ok(key) => self.verify(*algorithm, hash, content, key, digests),
                        Err(error) => Signature::Unsupported(error.to_string()),
                    };
                    let (signer, signature) = first_that_verifies(&candidates, verify);
                    chosen = signer;
                    signature
                }
            },
        };
        SignerCheck {
            certificate: candidates.get(chosen).and_then(|it| it.embedded),
            is_ambiguous: self.is_ambiguous(&candidates),
            hash,
            algorithm,
            signs_attributes: attributes.is_some(),
            digest_matches,
            content_type_matches,
            signature,
            countersignatures: Vec::new(),
        }
    }

    fn algorithm(&self, hash: Option<Hash>) -> Result<Algorithm, UnknownAlgorithm> {
        let parameters = self.signature_algorithm.parameters.map(|value| value.raw);
        match (hash, x509::signature(self.signature_algorithm.oid, parameters)) {
            (_, Ok(algorithm)) => Ok(algorithm),
            (Some(hash), Err(_)) => x509::cms_signature(self.signature_algorithm.oid, parameters, hash),
            (None, Err(_)) => {
                let name = x509::key_algorithm_name(self.digest_algorithm.oid);
                Err(UnknownAlgorithm::Unsupported(format!("the digest algorithm {name}")))
            }
        }
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        hash: Option<Hash>,
        content: Option<&[u8]>,
        key: &PublicKey,
        digests: &mut Vec<Digest>,
    ) -> Signature {
        let result = match (&self.signed_attributes, content, algorithm.hash()) {
            (Some(attributes), ..) => {
                let sent = attributes.to_set();
                match key.verify(algorithm, &sent, &self.signature) {
                    // What was sent in BER may have been signed in DER.
                    Err(VerifyError::Invalid) => match to_der(&sent, &Budget::JUDGE) {
                        Some(der) if der != sent => key.verify(algorithm, &der, &self.signature),
                        Some(_) | None => Err(VerifyError::Invalid),
                    },
                    other => other,
                }
            }
            (None, Some(content), Some(hash)) => {
                key.verify_digest(algorithm, digest_of(digests, hash, content), &self.signature)
            }
            (None, Some(content), None) => key.verify(algorithm, content, &self.signature),
            (None, None, _) => return Signature::NoContent,
        };
        match (result, hash) {
            (Ok(()), _) => Signature::Verified,
            // Widely used signers name one hash in the signature's algorithm and use the other.
            (Err(VerifyError::Invalid), Some(hash)) if self.verifies_with(algorithm, hash, content, key) => {
                Signature::Verified
            }
            (Err(VerifyError::Invalid), _) => Signature::Invalid,
            (Err(error @ VerifyError::KeyMismatch { .. }), _) => Signature::KeyMismatch(error.to_string()),
            (Err(error @ VerifyError::Unsupported(_)), _) => Signature::Unsupported(error.to_string()),
        }
    }

    /// Whether the signature verifies with the hash of `digestAlgorithm` instead of its own.
    fn verifies_with(
        &self,
        algorithm: Algorithm,
        hash: Hash,
        content: Option<&[u8]>,
        key: &PublicKey,
    ) -> bool {
        let other = match algorithm {
            Algorithm::RsaPkcs1(own) if own != hash => Algorithm::RsaPkcs1(hash),
            Algorithm::Ecdsa { hash: own, form, curve } if own != hash => {
                Algorithm::Ecdsa { hash, form, curve }
            }
            Algorithm::RsaPkcs1(_)
            | Algorithm::RsaPss { .. }
            | Algorithm::Ecdsa { .. }
            | Algorithm::Ed25519
            | Algorithm::Dsa { .. } => {
                return false;
            }
        };
        let message = match (&self.signed_attributes, content) {
            (Some(attributes), _) => attributes.to_set(),
            (None, Some(content)) => content.to_vec(),
            (None, None) => return false,
        };
        key.verify(other, &message, &self.signature).is_ok()
    }
}

impl super::Attributes<'_> {
    /// The attributes as an EXPLICIT SET OF, as they were sent.
    fn to_set(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.constructed(Tag::SET, |set| _ = set.raw(self.content));
        writer.finish()
    }
}
