//! PKCS#12 in BER, put into DER: Java and NSS write indefinite lengths and segments, and the reader of
//! PKCS#12 takes neither.

use crate::base::Budget;
use crate::wire::der::{Encoding, Oid, Reader, Stop, Tag, Writer, to_der, walk};

/// data: 1.2.840.113549.1.7.1
const DATA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]);
/// encryptedData: 1.2.840.113549.1.7.6
const ENCRYPTED_DATA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6]);

/// A keystore that came in BER.
pub(super) struct InDer {
    /// In DER outside, its MAC, and the octets that it protects as they came.
    pub(super) sealed: Vec<u8>,
    /// All in DER, without the MAC, which would be one over other octets; nothing where that which it
    /// protects cannot be put into DER.
    pub(super) opened: Option<Vec<u8>>,
}

impl InDer {
    /// Nothing when the bytes are DER, or no keystore that can be put into it.
    pub(super) fn of(bytes: &[u8], budget: &Budget) -> Option<Self> {
        let (parts, faults) = Reader::read(bytes, Encoding::Ber, budget, |r| {
            r.sequence("PFX", |r| {
                let is_third = r.integer("version")?.to_u64() == Some(3);
                let octets = r.sequence("authSafe", |r| {
                    let is_data = r.oid("contentType")? == DATA;
                    let octets = explicit_octets(r)?;
                    Ok(octets.filter(|_| is_data && is_third))
                })?;
                Ok((octets, r.optional("macData", Tag::SEQUENCE)?))
            })
        });
        let (octets, mac) = parts.filter(|_| faults.is_empty())?;
        let octets = octets?;
        if is_der(bytes, budget) && is_der(&octets, budget) {
            return None;
        }
        let mac = match mac {
            Some(mac) => to_der(mac.raw, budget)?,
            None => Vec::new(),
        };
        let opened = authenticated_safe(&octets, budget).map(|safes| pfx(&safes, &[]));
        Some(Self { sealed: pfx(&octets, &mac), opened })
    }
}

fn is_der(bytes: &[u8], budget: &Budget) -> bool {
    walk(bytes, budget).faults.is_empty()
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

fn pfx(octets: &[u8], mac: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|w| {
        w.unsigned(&[3]);
        w.raw(&data(octets)).raw(mac);
    });
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
                        octets.and_then(|it| to_der(&it, budget)).map(|it| data(&it))
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
fn data(octets: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|w| {
        w.oid(DATA).constructed(Tag::context(0), |w| _ = w.primitive(Tag::OCTET_STRING, octets));
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
