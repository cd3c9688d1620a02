//! PKCS#12 in BER, put into DER: Java and NSS write indefinite lengths and segments, and the reader of
//! PKCS#12 takes neither.

use crate::base::Budget;
use crate::wire::der::{Encoding, Oid, Reader, Stop, Tag, Writer, to_der};

/// data: 1.2.840.113549.1.7.1
const DATA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]);
/// No content type: pkcs-7 itself, 1.2.840.113549.1.7
const NO_CONTENT: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7]);
/// encryptedData: 1.2.840.113549.1.7.6
const ENCRYPTED_DATA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6]);

/// A keystore that came in BER.
pub(super) struct InDer {
    /// In DER as far as its MAC does not cover it: what that protects stands in it as it came.
    pub(super) sealed: Vec<u8>,
    /// What it protects, where that is BER as well.
    pub(super) opened: Option<Opened>,
}

/// A keystore whose MAC covers octets in BER. To put them into DER is to make other octets, over which the
/// MAC is not: it is checked by itself.
pub(super) struct Opened {
    /// The MAC and the octets as they came, under a content type that is none: the reader, which checks the
    /// MAC first, goes as far as that.
    pub(super) mac: Vec<u8>,
    /// All in DER, without the MAC.
    pub(super) safes: Vec<u8>,
}

impl InDer {
    /// Nothing when the bytes are DER, or cannot be put into it.
    pub(super) fn of(bytes: &[u8], budget: &Budget) -> Option<Self> {
        let sealed = to_der(bytes, budget)?;
        let opened = Opened::of(&sealed, budget);
        (sealed != bytes || opened.is_some()).then_some(Self { sealed, opened })
    }
}

impl Opened {
    /// Nothing when what the MAC covers is DER, or cannot be put into it.
    fn of(sealed: &[u8], budget: &Budget) -> Option<Self> {
        let (parts, _) = Reader::read(sealed, Encoding::Der, budget, |r| {
            r.sequence("PFX", |r| {
                let version = r.expect("version", Tag::INTEGER)?.raw;
                let (kind, octets) =
                    r.sequence("authSafe", |r| Ok((r.oid("contentType")?, explicit_octets(r)?)))?;
                Ok((version, octets.filter(|_| kind == DATA), r.optional("macData", Tag::SEQUENCE)?))
            })
        });
        let (version, octets, mac) = parts?;
        let octets = octets?;
        let safes = authenticated_safe(&octets, budget).filter(|safes| *safes != octets)?;
        let mac = mac.map_or(&[][..], |it| it.raw);
        Some(Self {
            mac: pfx(version, &content_info(NO_CONTENT, &octets), mac),
            safes: pfx(version, &content_info(DATA, &safes), &[]),
        })
    }
}

/// The OCTET STRING under an EXPLICIT [0].
fn explicit_octets(r: &mut Reader<'_>) -> Result<Option<Vec<u8>>, Stop> {
    let value = r.expect("content", Tag::context(0))?;
    r.inside("content", &value, |r| {
        let octets = r.value("")?;
        if octets.tag != Tag::OCTET_STRING {
            return Ok(None);
        }
        Ok(Some(r.octets_in("", &octets)?.into_owned()))
    })
}

fn pfx(version: &[u8], content: &[u8], mac: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|w| _ = w.raw(version).raw(content).raw(mac));
    writer.finish()
}

/// An AuthenticatedSafe in DER, with what lies in it in clear.
fn authenticated_safe(bytes: &[u8], budget: &Budget) -> Option<Vec<u8>> {
    let (members, faults) = Reader::read(bytes, Encoding::Ber, budget, |r| {
        r.sequence("AuthenticatedSafe", |r| {
            r.each(|r, _| {
                let whole = r.expect("", Tag::SEQUENCE)?;
                r.inside("", &whole, |r| {
                    let kind = r.oid("contentType")?;
                    let member = if kind == DATA {
                        let octets = explicit_octets(r)?;
                        octets.and_then(|it| to_der(&it, budget)).map(|it| content_info(DATA, &it))
                    } else if kind == ENCRYPTED_DATA {
                        encrypted_data(r, budget)?
                    } else {
                        r.value("content")?;
                        to_der(whole.raw, budget)
                    };
                    Ok(member)
                })
            })
        })
    });
    let members: Option<Vec<_>> = members.filter(|_| faults.is_empty())?.into_iter().collect();
    let mut writer = Writer::new();
    writer.sequence(|w| members.iter().flatten().for_each(|member| _ = w.raw(member)));
    members.is_some().then(|| writer.finish())
}

/// A ContentInfo of octets in clear.
fn content_info(kind: Oid<'_>, octets: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|w| {
        w.oid(kind).constructed(Tag::context(0), |w| _ = w.primitive(Tag::OCTET_STRING, octets));
    });
    writer.finish()
}

/// The EncryptedData under an EXPLICIT [0], whose ciphertext is an OCTET STRING under an IMPLICIT one.
fn encrypted_data(r: &mut Reader<'_>, budget: &Budget) -> Result<Option<Vec<u8>>, Stop> {
    let value = r.expect("content", Tag::context(0))?;
    r.inside("content", &value, |r| {
        r.sequence("EncryptedData", |r| {
            r.integer("version")?;
            let (kind, algorithm, octets) = r.sequence("encryptedContentInfo", |r| {
                let kind = r.oid("contentType")?;
                let algorithm = r.expect("contentEncryptionAlgorithm", Tag::SEQUENCE)?;
                let ciphertext = r.expect("encryptedContent", Tag::context(0))?;
                Ok((kind, algorithm, r.octets_in("encryptedContent", &ciphertext)?.into_owned()))
            })?;
            if !r.is_at_end() {
                r.value("unprotectedAttrs")?;
            }
            let Some(algorithm) = to_der(algorithm.raw, budget) else { return Ok(None) };
            let mut writer = Writer::new();
            writer.sequence(|w| {
                w.oid(ENCRYPTED_DATA).constructed(Tag::context(0), |w| {
                    w.sequence(|w| {
                        w.unsigned(&[0]).sequence(|w| {
                            w.oid(kind).raw(&algorithm).primitive(Tag::context(0), &octets);
                        });
                    });
                });
            });
            Ok(Some(writer.finish()))
        })
    })
}
