//! Certificate revocation lists (RFC 5280 5), complete ones and deltas.

use super::algorithm_identifier::AlgorithmIdentifier;
use super::certificate::Certificate;
use super::distribution_point::Scope;
use super::extension::{AuthorityKeyIdentifier, Content, Extension};
use super::general_name::GeneralName;
use super::name::Name;
use crate::base::{Budget, Span};
use crate::wire::der::{BitString, Encoding, Oid, Reader, Stop, Tag, Time};
use crate::wire::pem;

/// A revocation list.
#[derive(Debug)]
pub(crate) struct RevocationList<'a> {
    tbs: &'a [u8],
    pub(crate) issuer: Name<'a>,
    pub(crate) this_update: Time,
    pub(crate) next_update: Option<Time>,
    pub(crate) entries: Vec<Entry<'a>>,
    /// The issuers that entries name.
    issuers: Vec<Vec<GeneralName<'a>>>,
    /// issuingDistributionPoint.
    pub(crate) scope: Option<Scope<'a>>,
    /// Its octets, by which a delta is known to be of the same scope.
    pub(crate) scope_octets: Option<&'a [u8]>,
    pub(crate) authority_key_id: Option<AuthorityKeyIdentifier<'a>>,
    /// cRLNumber, as unsigned octets without leading zeros.
    pub(crate) number: Option<&'a [u8]>,
    /// Of a delta, the number of the list that it stands on.
    pub(crate) base: Option<&'a [u8]>,
    /// Whether something critical stands in it that is not processed.
    pub(crate) has_unknown_critical: bool,
    algorithm: AlgorithmIdentifier<'a>,
    /// Whether its signed part names the same algorithm, as it must (RFC 5280 5.1.1.2).
    is_of_one_algorithm: bool,
    signature: BitString<'a>,
}

/// A revoked certificate.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    /// The content octets of its serial number.
    pub(crate) serial: &'a [u8],
    pub(crate) from: Time,
    /// The number of its issuer, when that is not the one of the list. Entries that name none have
    /// that of the entry before.
    issuer: Option<usize>,
    /// Whether it says that the certificate is revoked no more.
    pub(crate) is_removal: bool,
}

const CRL_NUMBER: Oid<'static> = Oid::new(&[0x55, 0x1d, 20]);
const REASON_CODE: Oid<'static> = Oid::new(&[0x55, 0x1d, 21]);
const INVALIDITY_DATE: Oid<'static> = Oid::new(&[0x55, 0x1d, 24]);
const DELTA_CRL_INDICATOR: Oid<'static> = Oid::new(&[0x55, 0x1d, 27]);
const ISSUING_DISTRIBUTION_POINT: Oid<'static> = Oid::new(&[0x55, 0x1d, 28]);
const CERTIFICATE_ISSUER: Oid<'static> = Oid::new(&[0x55, 0x1d, 29]);

/// removeFromCRL
const REMOVE_FROM_CRL: u8 = 8;

/// The lists of a text, in DER: all that stand in PEM, or the one in base64. One of which the bytes cannot be
/// told is nothing, and stands for itself.
pub(crate) fn lists_in(text: &str) -> Vec<Option<Vec<u8>>> {
    if text.contains("-----BEGIN ") {
        let lists = pem::blocks(text).into_iter().filter(|block| block.label == "X509 CRL");
        let lists: Vec<_> = lists.map(|block| block.der).collect();
        return if lists.is_empty() { vec![None] } else { lists };
    }
    let packed: String = text.split_ascii_whitespace().collect();
    vec![data_encoding::BASE64.decode(packed.as_bytes()).ok()]
}

/// Whether one unsigned number, in octets without leading zeros, is above another.
pub(crate) fn is_above(number: &[u8], other: &[u8]) -> bool {
    (number.len(), number) > (other.len(), other)
}

impl<'a> RevocationList<'a> {
    /// Reads a list in DER.
    pub(crate) fn read(bytes: &'a [u8], budget: &Budget) -> Option<Self> {
        Reader::read(bytes, Encoding::Ber, budget, |r| {
            r.sequence("", |r| {
                let tbs = r.expect("tbsCertList", Tag::SEQUENCE)?;
                let mut list = r.inside("tbsCertList", &tbs, Self::read_tbs)?;
                list.tbs = tbs.raw;
                let signed = list.algorithm;
                list.algorithm = AlgorithmIdentifier::read(r, "signatureAlgorithm")?;
                list.is_of_one_algorithm = list.algorithm.raw == signed.raw;
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
        let signature = BitString { bytes: &[], unused: 0, span: Span::default() };
        let mut list = Self {
            tbs: &[],
            issuer,
            this_update,
            next_update,
            entries: Vec::new(),
            issuers: Vec::new(),
            scope: None,
            scope_octets: None,
            authority_key_id: None,
            number: None,
            base: None,
            has_unknown_critical: false,
            is_of_one_algorithm: false,
            algorithm,
            signature,
        };
        if let Some(entries) = r.optional("revokedCertificates", Tag::SEQUENCE)? {
            r.inside("revokedCertificates", &entries, |r| list.read_entries(r))?;
        }
        if let Some(value) = r.optional("crlExtensions", Tag::context(0))? {
            r.inside("", &value, |r| list.read_extensions(r))?;
        }
        Ok(list)
    }

    fn read_entries(&mut self, r: &mut Reader<'a>) -> Result<(), Stop> {
        let mut issuer = None;
        r.each(|r, _| {
            r.sequence("", |r| {
                let serial = r.integer("userCertificate")?.bytes;
                let from = r.time("revocationDate")?;
                let mut is_removal = false;
                if !r.is_at_end() {
                    for extension in Extension::read_all(r, "crlEntryExtensions")? {
                        if extension.oid == REASON_CODE {
                            is_removal = extension.value == [0x0a, 1, REMOVE_FROM_CRL];
                        } else if extension.oid == CERTIFICATE_ISSUER {
                            let names = Reader::read(extension.value, Encoding::Ber, &Budget::JUDGE, |r| {
                                r.sequence("", GeneralName::read_all)
                            });
                            issuer = Some(self.issuers.len());
                            self.issuers.push(names.0.unwrap_or_default());
                        } else {
                            self.has_unknown_critical |=
                                extension.critical && extension.oid != INVALIDITY_DATE;
                        }
                    }
                }
                self.entries.push(Entry { serial, from, issuer, is_removal });
                Ok(())
            })
        })?;
        Ok(())
    }

    fn read_extensions(&mut self, r: &mut Reader<'a>) -> Result<(), Stop> {
        for extension in Extension::read_all(r, "crlExtensions")? {
            let is_understood = if extension.oid == CRL_NUMBER {
                self.number = number_in(extension.value);
                // RFC 5280 5.2.3: it is never critical. Who marks it so means something else by it.
                false
            } else if extension.oid == DELTA_CRL_INDICATOR {
                // A number that cannot be read stands on no list.
                self.base = Some(number_in(extension.value).unwrap_or(&[0xff; 32]));
                true
            } else if extension.oid == ISSUING_DISTRIBUTION_POINT {
                let (scope, _) = Reader::read(extension.value, Encoding::Ber, &Budget::JUDGE, Scope::read);
                self.scope_octets = Some(extension.value);
                self.scope = scope;
                self.scope.is_some()
            } else if let Content::AuthorityKeyIdentifier(id) = extension.content {
                self.authority_key_id = Some(id);
                true
            } else {
                false
            };
            self.has_unknown_critical |= extension.critical && !is_understood;
        }
        Ok(())
    }

    /// Whether its signature verifies under the key of a certificate.
    pub(crate) fn is_signed_by(&self, signer: &Certificate<'_>, legacy: bool) -> bool {
        let (Ok(key), Ok(algorithm)) = (signer.key(), self.algorithm.signature()) else { return false };
        let verifies = |signature| key.verify(algorithm, self.tbs, signature).is_ok();
        let counts = self.is_of_one_algorithm && (legacy || !algorithm.is_legacy());
        counts && self.signature.octets().is_some_and(verifies)
    }

    /// The entry about a certificate.
    pub(crate) fn entry(&self, certificate: &Certificate<'_>) -> Option<&Entry<'a>> {
        let is_about = |entry: &&Entry<'a>| {
            let issued = match entry.issuer {
                None => self.issuer.is_same(&certificate.issuer),
                Some(number) => self.issuers[number].iter().any(|it| it.is_directory(&certificate.issuer)),
            };
            entry.serial == certificate.serial.bytes && issued
        };
        // The last word counts.
        self.entries.iter().rev().find(is_about)
    }
}

/// The octets of the number that the value of an extension is.
fn number_in(value: &[u8]) -> Option<&[u8]> {
    let (number, faults) = Reader::read(value, Encoding::Ber, &Budget::JUDGE, |r| r.integer(""));
    let number = number.filter(|number| faults.is_empty() && !number.is_negative())?;
    Some(crate::wire::der::unsigned(number.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_a_pem_text_counts() {
        let block =
            |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
        let lists =
            [block("X509 CRL", "AQ=="), block("CERTIFICATE", "Ag=="), block("X509 CRL", "Aw==")].concat();
        assert_eq!(lists_in(&lists), [Some(vec![1]), Some(vec![3])]);
        assert_eq!(lists_in(&block("X509 CRL", "%")), [None]);
        assert_eq!(lists_in(&block("CERTIFICATE", "Ag==")), [None], "nobody would miss it otherwise");
        assert_eq!(lists_in("AQ =="), [Some(vec![1])]);
    }
}
