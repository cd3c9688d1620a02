//! A triple-wrapped ETEE message: signed content, encrypted, and signed again.

use std::borrow::Cow;

use super::algorithm_identifier::AlgorithmIdentifier;
use super::cms::{Cms, ENVELOPED_DATA};
use super::name::Name;
use super::recipient::RecipientKeys;
use crate::base::{Budget, Fault, Span};
use crate::crypto::cipher::aes_cbc_decrypt;
use crate::crypto::decrypt::Padding;
use crate::rule::Artefact;
use crate::wire::der::{DerFault, Encoding, Integer, Oid, Reader, Stop, Tag};

/// aes128-CBC-PAD, aes192-CBC-PAD, aes256-CBC-PAD: 2.16.840.1.101.3.4.1.{2, 22, 42}
pub(crate) const AES_CBC: [Oid<'static>; 3] = [aes(2), aes(22), aes(42)];
/// aes128-wrap, aes192-wrap, aes256-wrap: 2.16.840.1.101.3.4.1.{5, 25, 45}
pub(crate) const AES_WRAP: [Oid<'static>; 3] = [aes(5), aes(25), aes(45)];

const fn aes(last: u8) -> Oid<'static> {
    match last {
        2 => Oid::new(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 2]),
        5 => Oid::new(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 5]),
        22 => Oid::new(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 22]),
        25 => Oid::new(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 25]),
        42 => Oid::new(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42]),
        _ => Oid::new(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 45]),
    }
}

/// A message, borrowed from its outer SignedData.
pub(crate) struct SealedMessage<'a> {
    /// The outer SignedData.
    pub(crate) outer: &'a Cms<'a>,
    /// The envelope inside it.
    pub(crate) envelope: Option<EnvelopedData<'a>>,
    /// What is wrong with the envelope's encoding.
    pub(crate) envelope_faults: Vec<Fault<DerFault>>,
    /// What came of opening the envelope.
    pub(crate) opened: Opened,
}

/// What came of opening the envelope.
pub(crate) enum Opened {
    /// No key was given.
    NoKey,
    /// The key that was given cannot be used; why.
    KeyUnusable(String),
    /// It does not open under the key.
    Closed,
    /// It holds this.
    Open(Vec<u8>),
}

/// EnvelopedData (RFC 5652 §6.1).
pub(crate) struct EnvelopedData<'a> {
    pub(crate) recipients: Vec<Recipient<'a>>,
    pub(crate) algorithm: AlgorithmIdentifier<'a>,
    /// The ciphertext; nothing when it is detached.
    pub(crate) ciphertext: Option<Cow<'a, [u8]>>,
}

/// For whom a message is encrypted.
pub(crate) struct Recipient<'a> {
    pub(crate) kind: RecipientKind<'a>,
    /// How the content's key is encrypted.
    pub(crate) algorithm: Option<AlgorithmIdentifier<'a>>,
    pub(crate) encrypted_key: &'a [u8],
    pub(crate) span: Span,
}

/// How a recipient is named.
pub(crate) enum RecipientKind<'a> {
    /// The owner of a certificate, by issuer and serial number.
    IssuerAndSerial {
        /// The issuer.
        #[expect(dead_code, reason = "part of what it is; no rule asks for it yet")]
        issuer: Name<'a>,
        /// The serial number.
        #[expect(dead_code, reason = "part of what it is; no rule asks for it yet")]
        serial: Integer<'a>,
    },
    /// The owner of a key, by its identifier.
    KeyIdentifier,
    /// Whoever has a shared key.
    SharedKey,
    /// In another way.
    Other,
}

impl Artefact for SealedMessage<'static> {
    type Model<'a> = SealedMessage<'a>;
}

impl<'a> SealedMessage<'a> {
    /// Takes the content of a SignedData apart, and opens it with the recipient's private keys.
    pub(crate) fn read(outer: &'a Cms<'a>, budget: &Budget, keys: Option<&RecipientKeys>) -> Self {
        let content = outer.signed_data.as_ref().and_then(|data| data.content.as_ref());
        let (envelope, envelope_faults) =
            content.map_or((None, Vec::new()), |content| EnvelopedData::read(&content.octets, budget));
        let opened = match (&envelope, keys) {
            (Some(envelope), Some(keys)) => envelope.open(keys),
            _ => Opened::NoKey,
        };
        Self { outer, envelope, envelope_faults, opened }
    }

    /// A signed layer without anything in it that is looked into: the inner one.
    pub(crate) fn bare(layer: &'a Cms<'a>) -> Self {
        Self { outer: layer, envelope: None, envelope_faults: Vec::new(), opened: Opened::NoKey }
    }
}

impl<'a> EnvelopedData<'a> {
    fn read(bytes: &'a [u8], budget: &Budget) -> (Option<Self>, Vec<Fault<DerFault>>) {
        let (read, faults) = Reader::read(bytes, Encoding::Ber, budget, |r| {
            r.sequence("", |r| {
                let kind = r.oid("contentType")?;
                let content = r.expect("content", Tag::context(0))?;
                if kind != ENVELOPED_DATA {
                    return Ok(None);
                }
                r.inside("content", &content, enveloped).map(Some)
            })
        });
        (read.flatten(), faults)
    }

    fn open(&self, keys: &RecipientKeys) -> Opened {
        if keys.usable.is_empty() {
            return Opened::KeyUnusable(keys.not_rsa.map_or_else(
                || keys.problem(),
                |kind| format!("expected an RSA key, found a key of kind {kind}"),
            ));
        }
        let iv: Option<&[u8; 16]> = self.algorithm.parameters.and_then(|iv| iv.content.try_into().ok());
        let (Some(iv), Some(ciphertext)) = (iv, &self.ciphertext) else { return Opened::Closed };
        // Which recipient the key belongs to is found out by trying: one answer for every failure.
        self.recipients
            .iter()
            .flat_map(|it| keys.usable.iter().map(move |key| key.decrypt(Padding::Pkcs1, it.encrypted_key)))
            .filter_map(Result::ok)
            .find_map(|content_key| aes_cbc_decrypt(&content_key, iv, ciphertext).ok())
            .map_or(Opened::Closed, Opened::Open)
    }
}

fn enveloped<'a>(r: &mut Reader<'a>) -> Result<EnvelopedData<'a>, Stop> {
    let value = r.expect("", Tag::SEQUENCE)?;
    r.inside("", &value, |r| {
        r.integer("version")?;
        r.optional("originatorInfo", Tag::context(0))?;
        let set = r.expect("recipientInfos", Tag::SET)?;
        let recipients = r.inside("recipientInfos", &set, |r| r.each(|r, _| recipient(r)))?;
        let (algorithm, ciphertext) = r.sequence("encryptedContentInfo", |r| {
            r.oid("contentType")?;
            let algorithm = AlgorithmIdentifier::read(r, "contentEncryptionAlgorithm")?;
            let ciphertext = match r.optional("encryptedContent", Tag::context(0))? {
                Some(value) => Some(r.octets_in("encryptedContent", &value)?),
                None => None,
            };
            Ok((algorithm, ciphertext))
        })?;
        r.optional("unprotectedAttrs", Tag::context(1))?;
        Ok(EnvelopedData { recipients, algorithm, ciphertext })
    })
}

fn recipient<'a>(r: &mut Reader<'a>) -> Result<Recipient<'a>, Stop> {
    let value = r.value("")?;
    if value.tag == Tag::SEQUENCE {
        return r.inside("", &value, |r| {
            r.integer("version")?;
            let rid = r.value("rid")?;
            let kind = if rid.tag == Tag::SEQUENCE {
                r.inside("rid", &rid, |r| {
                    let issuer = Name::read(r, "issuer")?;
                    Ok(RecipientKind::IssuerAndSerial { issuer, serial: r.integer("serialNumber")? })
                })?
            } else {
                RecipientKind::KeyIdentifier
            };
            let algorithm = Some(AlgorithmIdentifier::read(r, "keyEncryptionAlgorithm")?);
            let encrypted_key = r.octet_string("encryptedKey")?.content;
            Ok(Recipient { kind, algorithm, encrypted_key, span: value.span })
        });
    }
    if value.tag == Tag::context(2) {
        return r.inside("", &value, |r| {
            r.integer("version")?;
            r.expect("kekid", Tag::SEQUENCE)?;
            let algorithm = Some(AlgorithmIdentifier::read(r, "keyEncryptionAlgorithm")?);
            let encrypted_key = r.octet_string("encryptedKey")?.content;
            Ok(Recipient { kind: RecipientKind::SharedKey, algorithm, encrypted_key, span: value.span })
        });
    }
    Ok(Recipient { kind: RecipientKind::Other, algorithm: None, encrypted_key: &[], span: value.span })
}
