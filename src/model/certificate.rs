//! An X.509 certificate (RFC 5280 4.1).

use std::cell::OnceCell;
use std::collections::HashSet;

use super::algorithm_identifier::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use super::extension::{AuthorityKeyIdentifier, BasicConstraints, Content, Extension, KeyUsage};
use super::general_name::GeneralName;
use super::name::Name;
use crate::base::{Budget, Fault, Span};
use crate::crypto::weak::{Weakness, quick_weaknesses};
use crate::crypto::{KeyError, PublicKey, VerifyError};
use crate::rule::Artefact;
use crate::wire::der::{BitString, DerFault, Encoding, Integer, Oid, Reader, Stop, Tag, Time};

/// A certificate. Spans are ranges of the bytes that it was read from.
#[derive(Debug)]
pub(crate) struct Certificate<'a> {
    /// The whole certificate.
    pub(crate) raw: &'a [u8],
    pub(crate) span: Span,
    /// The signed part, with its header.
    pub(crate) tbs: &'a [u8],
    pub(crate) tbs_span: Span,
    /// The version as encoded: 2 is v3. Absent, it is 0.
    pub(crate) version: u64,
    pub(crate) version_span: Span,
    pub(crate) serial: Integer<'a>,
    /// The algorithm as the signed part names it.
    pub(crate) tbs_algorithm: AlgorithmIdentifier<'a>,
    pub(crate) issuer: Name<'a>,
    /// The validity; nothing where a time is none.
    pub(crate) not_before: Option<Time>,
    pub(crate) not_after: Option<Time>,
    pub(crate) subject: Name<'a>,
    pub(crate) spki: SubjectPublicKeyInfo<'a>,
    /// issuerUniqueID or subjectUniqueID, when there is one.
    pub(crate) unique_id: Option<Span>,
    /// The extensions; nothing when the field is absent.
    pub(crate) extensions: Option<Vec<Extension<'a>>>,
    /// The algorithm as it stands beside the signature.
    pub(crate) algorithm: AlgorithmIdentifier<'a>,
    pub(crate) signature: BitString<'a>,
    key: OnceCell<Result<PublicKey, KeyError>>,
    weaknesses: OnceCell<Vec<Weakness>>,
    signed_by: OnceCell<Signer>,
}

/// Whom a certificate was first asked to be signed by: the SubjectPublicKeyInfo, and the answer. It may
/// stand in several paths and be asked about by several rules.
#[derive(Debug)]
struct Signer {
    key: Box<[u8]>,
    outcome: Result<(), SignatureError>,
}

/// Why a certificate is not taken to be signed by an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SignatureError {
    /// The signature does not verify under the issuer's key.
    Invalid,
    /// The algorithm or the key is one that cannot be judged; which.
    Unsupported(String),
}

impl Artefact for Certificate<'static> {
    type Model<'a> = Certificate<'a>;
}

impl<'a> Certificate<'a> {
    /// Reads a certificate in DER. Nothing when the bytes are none; the faults say where it ended.
    pub(crate) fn read(bytes: &'a [u8], budget: &Budget) -> (Option<Self>, Vec<Fault<DerFault>>) {
        Reader::read(bytes, Encoding::Der, budget, |r| Self::read_value(r, ""))
    }

    /// Reads a certificate that stands in something larger, always by the rules of DER.
    fn read_value(r: &mut Reader<'a>, name: &'static str) -> Result<Self, Stop> {
        r.as_der(|r| {
            let whole = r.expect(name, Tag::SEQUENCE)?;
            r.inside(name, &whole, |r| {
                let tbs = r.expect("tbsCertificate", Tag::SEQUENCE)?;
                let mut certificate = r.inside("tbsCertificate", &tbs, Self::read_tbs)?;
                certificate.algorithm = AlgorithmIdentifier::read(r, "signatureAlgorithm")?;
                certificate.signature = r.bit_string("signatureValue")?;
                (certificate.raw, certificate.span) = (whole.raw, whole.span);
                (certificate.tbs, certificate.tbs_span) = (tbs.raw, tbs.span);
                Ok(certificate)
            })
        })
    }

    fn read_tbs(r: &mut Reader<'a>) -> Result<Self, Stop> {
        let mut version = 0;
        let mut version_span = Span::at(r.offset());
        if let Some(value) = r.optional("version", Tag::context(0))? {
            version_span = value.span;
            let number = r.inside("version", &value, |r| r.integer(""))?;
            version = number.to_u64().unwrap_or(u64::MAX);
            if version == 0 {
                r.fault("version", DerFault::DefaultEncoded, value.span);
            }
        }
        let serial = r.integer("serialNumber")?;
        let tbs_algorithm = AlgorithmIdentifier::read(r, "signature")?;
        let issuer = Name::read(r, "issuer")?;
        let (not_before, not_after) =
            r.sequence("validity", |r| Ok((r.time("notBefore").ok(), r.time("notAfter").ok())))?;
        let subject = Name::read(r, "subject")?;
        let spki = SubjectPublicKeyInfo::read(r, "subjectPublicKeyInfo")?;
        let mut unique_id = None;
        for (name, number) in [("issuerUniqueID", 1), ("subjectUniqueID", 2)] {
            if let Some(value) = r.optional(name, Tag::context(number))? {
                r.bit_string_in(name, &value)?;
                unique_id = Some(value.span);
            }
        }
        let extensions = match r.optional("extensions", Tag::context(3))? {
            Some(value) => Some(r.inside("", &value, |r| Extension::read_all(r, "extensions"))?),
            None => None,
        };
        let none = BitString { bytes: &[], unused: 0, span: Span::default() };
        Ok(Self {
            raw: &[],
            span: Span::default(),
            tbs: &[],
            tbs_span: Span::default(),
            version,
            version_span,
            serial,
            algorithm: tbs_algorithm,
            tbs_algorithm,
            issuer,
            not_before,
            not_after,
            subject,
            spki,
            unique_id,
            extensions,
            signature: none,
            key: OnceCell::new(),
            weaknesses: OnceCell::new(),
            signed_by: OnceCell::new(),
        })
    }

    /// The public key, parsed at the first call.
    pub(crate) fn key(&self) -> Result<&PublicKey, &KeyError> {
        self.key.get_or_init(|| self.spki.key()).as_ref()
    }

    /// The weaknesses of an RSA key that cost next to nothing to tell; nothing of another key.
    pub(crate) fn weaknesses(&self) -> Option<&[Weakness]> {
        let key = self.key().ok()?.rsa()?;
        Some(self.weaknesses.get_or_init(|| quick_weaknesses(key)))
    }

    /// Every extension, in order.
    pub(crate) fn all_extensions(&self) -> impl Iterator<Item = &Extension<'a>> {
        self.extensions.iter().flatten()
    }

    /// The first extension of this type, with its number.
    pub(crate) fn extension(&self, oid: Oid<'static>) -> Option<(usize, &Extension<'a>)> {
        self.all_extensions().enumerate().find(|(_, extension)| extension.oid == oid)
    }

    /// The first extension of a type that stood there before, with its number.
    pub(crate) fn repeated_extension(&self) -> Option<(usize, &Extension<'a>)> {
        /// Up to so many each is compared with those before it.
        const FEW: usize = 16;
        let all = self.extensions.as_deref()?;
        let mut seen = HashSet::new();
        let mut each = all.iter().enumerate();
        if all.len() <= FEW {
            each.find(|(at, extension)| all[..*at].iter().any(|before| before.oid == extension.oid))
        } else {
            each.find(|(_, extension)| !seen.insert(extension.oid))
        }
    }

    /// basicConstraints.
    pub(crate) fn basic_constraints(&self) -> Option<BasicConstraints<'a>> {
        self.all_extensions().find_map(|it| {
            if let Content::BasicConstraints(constraints) = it.content { Some(constraints) } else { None }
        })
    }

    /// Whether basicConstraints say that it is a CA's.
    pub(crate) fn is_ca(&self) -> bool {
        self.basic_constraints().is_some_and(|constraints| constraints.ca)
    }

    /// keyUsage.
    pub(crate) fn key_usage(&self) -> Option<KeyUsage> {
        self.all_extensions()
            .find_map(|it| if let Content::KeyUsage(usage) = it.content { Some(usage) } else { None })
    }

    /// Whether its key makes no signatures but those of certificates and revocation lists.
    pub(crate) fn certifies_alone(&self) -> bool {
        let signs = [KeyUsage::DIGITAL_SIGNATURE, KeyUsage::NON_REPUDIATION];
        self.key_usage().is_some_and(|usage| !signs.iter().any(|bit| usage.contains(*bit)))
    }

    /// extKeyUsage.
    pub(crate) fn extended_key_usage(&self) -> Option<&[Oid<'a>]> {
        self.all_extensions().find_map(|it| {
            if let Content::ExtendedKeyUsage(usages) = &it.content { Some(usages.as_slice()) } else { None }
        })
    }

    /// subjectAltName.
    pub(crate) fn subject_alt_names(&self) -> Option<&[GeneralName<'a>]> {
        self.all_extensions().find_map(|it| {
            if let Content::SubjectAltName(names) = &it.content { Some(names.as_slice()) } else { None }
        })
    }

    /// subjectKeyIdentifier.
    pub(crate) fn subject_key_id(&self) -> Option<&'a [u8]> {
        self.all_extensions()
            .find_map(|it| if let Content::SubjectKeyIdentifier(id) = it.content { Some(id) } else { None })
    }

    /// authorityKeyIdentifier.
    pub(crate) fn authority_key_id(&self) -> Option<&AuthorityKeyIdentifier<'a>> {
        self.all_extensions().find_map(|it| {
            if let Content::AuthorityKeyIdentifier(id) = &it.content { Some(id) } else { None }
        })
    }

    /// Whether the key of `issuer` made the signature. Names are not compared.
    pub(crate) fn is_signed_by(&self, issuer: &Certificate<'_>) -> Result<(), SignatureError> {
        if let Some(known) = self.signed_by.get()
            && *known.key == *issuer.spki.raw
        {
            return known.outcome.clone();
        }
        let outcome = self.verify(issuer);
        let _ = self.signed_by.set(Signer { key: issuer.spki.raw.into(), outcome: outcome.clone() });
        outcome
    }

    fn verify(&self, issuer: &Certificate<'_>) -> Result<(), SignatureError> {
        let unsupported = |why: String| Err(SignatureError::Unsupported(why));
        let algorithm = match self.algorithm.signature() {
            Ok(algorithm) => algorithm,
            Err(error) => return unsupported(error.to_string()),
        };
        let key = match issuer.key() {
            Ok(key) => key,
            Err(error) => return unsupported(error.to_string()),
        };
        let Some(signature) = self.signature.octets() else { return Err(SignatureError::Invalid) };
        match key.verify(algorithm, self.tbs, signature) {
            Ok(()) => Ok(()),
            Err(VerifyError::Invalid | VerifyError::KeyMismatch { .. }) => Err(SignatureError::Invalid),
            Err(error @ VerifyError::Unsupported(_)) => unsupported(error.to_string()),
        }
    }

    /// Whether `issuer` issued it: the names meet, and the signature verifies.
    pub(crate) fn is_issued_by(&self, issuer: &Certificate<'_>) -> bool {
        self.issuer.is_same(&issuer.subject) && self.is_signed_by(issuer).is_ok()
    }

    /// Whether subject and issuer are the same name.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.subject.is_same(&self.issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An eHealth-like certificate, made with openssl.
    const PEM: &str = include_str!("../../tests/data/authentication.pem");

    fn der() -> Vec<u8> {
        crate::context::pem_blocks(PEM).unwrap().remove(0)
    }

    #[test]
    fn its_parts_are_read_where_they_stand() {
        let der = der();
        let (certificate, faults) = Certificate::read(&der, &Budget::JUDGE);
        assert_eq!(faults, []);
        let certificate = certificate.unwrap();
        assert_eq!(certificate.version, 2);
        assert_eq!(certificate.raw, der);
        assert_eq!(certificate.tbs_span.of(&der), certificate.tbs);
        assert_eq!(
            certificate.subject.to_text(),
            "CN=CBE=0406798006\\, MYAPP,OU=eHealth-platform Belgium,OU=SAMPLE HOSPITAL,OU=CBE=0406798006,OU=MYAPP,O=Federal Government,C=BE"
        );
        assert_eq!(
            certificate.key_usage().unwrap().names(),
            ["digitalSignature", "nonRepudiation", "keyEncipherment"]
        );
        assert_eq!(certificate.key().unwrap().kind(), crate::crypto::KeyKind::Rsa(2048));
        assert_eq!(certificate.spki.identifier().as_bytes(), certificate.subject_key_id().unwrap());
    }

    #[test]
    fn every_prefix_is_no_certificate() {
        let der = der();
        for end in 0..der.len() {
            let (certificate, faults) = Certificate::read(&der[..end], &Budget::JUDGE);
            assert!(certificate.is_none() && !faults.is_empty(), "{end}");
        }
    }
}
