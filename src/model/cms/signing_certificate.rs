//! Which certificate a signer means: by its identifier, and by the signed attribute that names it by
//! its hash (RFC 2634, RFC 5035).

use super::{Attribute, Known, SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2, SignedData};
use super::{SignerIdentifier, SignerInfo};
use crate::crypto::names::x509;
use crate::crypto::{Hash, digest};
use crate::model::algorithm_identifier::AlgorithmIdentifier;
use crate::model::certificate::Certificate;
use crate::model::general_name::GeneralName;
use crate::wire::der::Tag;

/// A certificate that a signer may mean.
pub(super) struct Candidate<'c> {
    pub(super) certificate: &'c Certificate<'c>,
    /// Its number among the embedded ones; nothing of one that is known beside the message.
    pub(super) embedded: Option<usize>,
}

impl<'a> SignerInfo<'a> {
    /// Whether the identifier of the signer is one of `certificate`.
    pub(crate) fn names(&self, certificate: &Certificate<'_>) -> bool {
        match &self.sid {
            SignerIdentifier::IssuerAndSerial { issuer, serial } => {
                certificate.serial.bytes == serial.bytes
                    && (certificate.issuer.raw == issuer.raw || certificate.issuer.is_same(issuer))
            }
            SignerIdentifier::SubjectKeyIdentifier(id) => match certificate.subject_key_id() {
                Some(own) => own == &**id,
                None => certificate.spki.identifier().as_bytes() == &**id,
            },
        }
    }

    /// The attributes signingCertificate, of both versions.
    pub(crate) fn signing_certificates(&self) -> impl Iterator<Item = &Attribute<'a>> {
        let attributes = self.signed_attributes.iter();
        attributes.flat_map(|all| {
            [SIGNING_CERTIFICATE_V2, SIGNING_CERTIFICATE].into_iter().flat_map(|oid| all.of(oid))
        })
    }

    /// The certificates that the signer may mean: the embedded ones, and those known beside them where
    /// there are none. They come in an order that is not that of the message, since a SET has none: first
    /// what an attribute signingCertificate means, then by their octets.
    pub(super) fn candidates<'c>(
        &self,
        data: &'c SignedData<'c>,
        known: &'c Known<'c>,
    ) -> Vec<Candidate<'c>> {
        let embedded = data.certificates.iter().enumerate();
        let embedded = embedded
            .map(|(index, it)| Candidate { certificate: &it.certificate, embedded: Some(index) })
            .filter(|it| self.names(it.certificate));
        let mut candidates: Vec<_> = embedded.collect();
        if candidates.is_empty() {
            let beside = known.certificates.iter().filter(|it| self.names(it));
            candidates.extend(beside.map(|certificate| Candidate { certificate, embedded: None }));
        }
        if candidates.len() > 1 {
            candidates.sort_by_cached_key(|it| {
                let is_meant = self.signing_certificates().all(|attribute| attribute.means(it.certificate));
                (!is_meant, it.certificate.raw)
            });
        }
        candidates
    }

    /// Whether embedded candidates are more than the signer can mean. An issuer gives a serial number once; a key
    /// identifier is one key's, which may be certified again.
    pub(super) fn is_ambiguous(&self, candidates: &[Candidate<'_>]) -> bool {
        candidates.windows(2).filter(|pair| pair[0].embedded.is_some()).any(|pair| {
            let [one, other] = [pair[0].certificate, pair[1].certificate];
            match self.sid {
                SignerIdentifier::IssuerAndSerial { .. } => one.raw != other.raw,
                SignerIdentifier::SubjectKeyIdentifier(_) => one.spki.raw != other.spki.raw,
            }
        })
    }
}

impl Attribute<'_> {
    /// Whether this signingCertificate means `certificate`: the first hash in it is that of the
    /// certificate, and so are the issuer and serial number beside it, where they are. What follows it is
    /// left alone, and a hash function that is not known tells nothing.
    pub(crate) fn means(&self, certificate: &Certificate<'_>) -> bool {
        let unnamed = if self.oid == SIGNING_CERTIFICATE_V2 { Hash::Sha256 } else { Hash::Sha1 };
        let first = self.read(|r| {
            r.sequence("value", |r| {
                r.sequence("certs", |r| {
                    r.sequence("", |r| {
                        let hash = match r.peek() {
                            Some(Tag::SEQUENCE) => {
                                x509::hash(AlgorithmIdentifier::read(r, "hashAlgorithm")?.oid)
                            }
                            Some(_) | None => Some(unnamed),
                        };
                        let value = r.octet_string("certHash")?.content;
                        let issuer_serial = match r.peek() {
                            None => None,
                            Some(_) => Some(r.sequence("issuerSerial", |r| {
                                let issuer = r.sequence("issuer", GeneralName::read_all)?;
                                Ok((issuer, r.integer("serialNumber")?.bytes))
                            })?),
                        };
                        Ok((hash, value, issuer_serial))
                    })
                })
            })
        });
        first.is_some_and(|(hash, value, issuer_serial)| {
            hash.is_none_or(|hash| digest(hash, certificate.raw).as_bytes() == value)
                && issuer_serial.is_none_or(|(issuer, serial)| {
                    serial == certificate.serial.bytes
                        && issuer.iter().any(|name| name.is_directory(&certificate.issuer))
                })
        })
    }
}
