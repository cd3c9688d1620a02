//! Certificate revocation lists (RFC 5280 5), as far as they are given: nothing is fetched.

use crate::base::Budget;
use crate::base::time::Instant;
use crate::model::algorithm_identifier::AlgorithmIdentifier;
use crate::model::certificate::Certificate;
use crate::model::extension::{Extension, KeyUsage, oid};
use crate::model::name::Name;
use crate::wire::der::{BitString, Encoding, Reader, Stop, Tag, Time};
use crate::wire::pem;

/// A revocation list.
#[derive(Debug)]
pub(crate) struct RevocationList<'a> {
    tbs: &'a [u8],
    issuer: Name<'a>,
    this_update: Time,
    next_update: Option<Time>,
    /// The content octets of each serial number, and when it was revoked.
    revoked: Vec<(&'a [u8], Time)>,
    has_unknown_critical: bool,
    algorithm: AlgorithmIdentifier<'a>,
    signature: BitString<'a>,
}

/// What the lists say about one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revocation {
    /// A list of its issuer that is in force does not name it.
    Good,
    /// A list names it, from this instant on.
    Revoked(Instant),
    /// No list of its issuer is in force and verifies.
    Unknown,
}

/// The DER of a list that is given as PEM or as base64.
pub(crate) fn list_bytes(text: &str) -> Option<Vec<u8>> {
    if text.contains("-----BEGIN ") {
        return pem::blocks(text)
            .into_iter()
            .find(|block| block.label == "X509 CRL")
            .and_then(|block| block.der);
    }
    let packed: String = text.split_ascii_whitespace().collect();
    data_encoding::BASE64.decode(packed.as_bytes()).ok()
}

impl<'a> RevocationList<'a> {
    /// Reads a list in DER.
    pub(crate) fn read(bytes: &'a [u8], budget: &Budget) -> Option<Self> {
        Reader::read(bytes, Encoding::Ber, budget, |r| {
            r.sequence("", |r| {
                let tbs = r.expect("tbsCertList", Tag::SEQUENCE)?;
                let mut list = r.inside("tbsCertList", &tbs, Self::read_tbs)?;
                list.tbs = tbs.raw;
                list.algorithm = AlgorithmIdentifier::read(r, "signatureAlgorithm")?;
                list.signature = r.bit_string("signatureValue")?;
                Ok(list)
            })
        })
        .0
    }

    fn read_tbs(r: &mut Reader<'a>) -> Result<Self, Stop> {
        r.optional("version", Tag::INTEGER)?;
        let algorithm = AlgorithmIdentifier::read(r, "signature")?;
        let issuer = Name::read(r, "issuer")?;
        let this_update = r.time("thisUpdate")?;
        let is_time = |tag| matches!(tag, Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME));
        let next_update = if is_time(r.peek()) { Some(r.time("nextUpdate")?) } else { None };
        let mut has_unknown_critical = false;
        let mut revoked = Vec::new();
        if let Some(entries) = r.optional("revokedCertificates", Tag::SEQUENCE)? {
            revoked = r.inside("revokedCertificates", &entries, |r| {
                r.each(|r, _| {
                    r.sequence("", |r| {
                        let serial = r.integer("userCertificate")?;
                        let from = r.time("revocationDate")?;
                        if !r.is_at_end() {
                            let extensions = Extension::read_all(r, "crlEntryExtensions")?;
                            has_unknown_critical |= extensions.iter().any(|it| it.critical);
                        }
                        Ok((serial.bytes, from))
                    })
                })
            })?;
        }
        if let Some(value) = r.optional("crlExtensions", Tag::context(0))? {
            let extensions = r.inside("", &value, |r| Extension::read_all(r, "crlExtensions"))?;
            has_unknown_critical |=
                extensions.iter().any(|it| it.critical && it.oid != oid::AUTHORITY_KEY_IDENTIFIER);
        }
        let signature = BitString { bytes: &[], unused: 0, span: crate::base::Span::default() };
        Ok(Self {
            tbs: &[],
            issuer,
            this_update,
            next_update,
            revoked,
            has_unknown_critical,
            algorithm,
            signature,
        })
    }

    /// Whether the list is one of this issuer, and its signature verifies.
    fn is_of(&self, issuer: &Certificate<'_>, legacy: bool) -> bool {
        let may_sign = issuer.key_usage().is_none_or(|usage| usage.contains(KeyUsage::CRL_SIGN));
        let verifies = || {
            let (key, algorithm) = (issuer.key().ok()?, self.algorithm.signature().ok()?);
            let trusted = legacy || !algorithm.is_legacy();
            Some(trusted && key.verify(algorithm, self.tbs, self.signature.bytes).is_ok())
        };
        may_sign && self.issuer.is_same(&issuer.subject) && verifies().unwrap_or(false)
    }

    fn is_in_force(&self, as_of: Option<Instant>) -> bool {
        as_of.is_none_or(|as_of| {
            self.this_update.instant <= as_of && self.next_update.is_none_or(|next| as_of <= next.instant)
        })
    }
}

/// What the lists say about a certificate of `issuer`.
pub(crate) fn revocation(
    lists: &[RevocationList<'_>],
    certificate: &Certificate<'_>,
    issuer: &Certificate<'_>,
    as_of: Option<Instant>,
    legacy: bool,
) -> Revocation {
    let mut outcome = Revocation::Unknown;
    for list in lists.iter().filter(|list| list.is_of(issuer, legacy)) {
        // A revocation holds even when the list has run out, or says more than is understood.
        let entry = list.revoked.iter().find(|(serial, _)| *serial == certificate.serial.bytes);
        if let Some((_, from)) = entry.filter(|(_, from)| as_of.is_none_or(|as_of| from.instant <= as_of)) {
            return Revocation::Revoked(from.instant);
        }
        if list.is_in_force(as_of) && !list.has_unknown_critical {
            outcome = Revocation::Good;
        }
    }
    outcome
}
