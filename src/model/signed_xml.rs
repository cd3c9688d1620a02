//! The signatures of an XML document: what each one covers, who made it, and what came of checking.
//!
//! [`Readings`] owns what was taken out of the document, certificates among it; [`XmlSignature`] is
//! one signature with everything that was found out, borrowed from there. A caller that reads values
//! out of a signed document asks [`XmlSignature::signed`] whether they were signed.

use crate::base::time::Instant;
use crate::base::{Budget, Fault};
use crate::context::Context;
use crate::crypto::PublicKey;
use crate::rule::Artefact;
use crate::wire::xml::{Document, Element};
use crate::xmldsig::{Checked, DS, Digested, Ids, KeyInfo, Signature, SignatureFault, reference};

use super::certificate::Certificate;
use super::jwk::Jwk;
use super::jws::{self, KeySource};
use super::security_token;
use super::xml_named;
use super::xml_signing_key::{self, Signer, Value};
use super::xml_trust::{self, Trust};

/// SOAP 1.1.
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// What the caller knows of keys.
#[derive(Debug)]
pub(crate) struct Keys<'c> {
    /// Trust anchors.
    pub(crate) anchors: Vec<Certificate<'c>>,
    /// Keys that are trusted without a certificate.
    pub(crate) bare: Vec<PublicKey>,
    /// Further certificates to build paths from.
    pub(crate) intermediates: Vec<Certificate<'c>>,
    /// The keys of which signatures must verify under one, where the caller named any; none of them
    /// where what was named is no key.
    pub(crate) named: Option<&'c [PublicKey]>,
    /// The instant at which the certificates of a path must be valid, to the second.
    pub(crate) as_of: Option<Instant>,
    /// Whether signatures over SHA-1 and MD5 count on a path.
    pub(crate) legacy: bool,
}

impl<'c> Keys<'c> {
    /// Whether the caller named nobody to trust.
    pub(crate) fn are_none(&self) -> bool {
        self.anchors.is_empty() && self.bare.is_empty()
    }

    /// What a context holds of keys.
    pub(crate) fn of(context: &'c Context) -> Self {
        let read = |all: &'c [Vec<u8>]| {
            all.iter().filter_map(|der| Certificate::read(der, &Budget::JUDGE).0).collect::<Vec<_>>()
        };
        let bare = |der: &Vec<u8>| PublicKey::from_spki(der).ok();
        Self {
            anchors: read(&context.trust),
            bare: context.trust.iter().filter_map(bare).collect(),
            intermediates: read(&context.intermediates),
            named: context.key.as_ref().map(|key| key.keys(named)),
            // Certificates are dated to the second, and the last second counts as a whole.
            as_of: context.as_of.map(|as_of| as_of.replace_nanosecond(0).unwrap_or(as_of)),
            legacy: context.legacy,
        }
    }
}

/// The public keys that a text holds: PEM, a JWK or a set of them.
fn named(text: &str) -> Vec<PublicKey> {
    let source = KeySource::read(text, &Budget::JUDGE);
    match source.keys(&Budget::JUDGE) {
        jws::Keys::Absent | jws::Keys::Unreadable => Vec::new(),
        jws::Keys::Spki(key) => key.into_iter().collect(),
        jws::Keys::One(jwk) => jwk.into_public_key().into_iter().collect(),
        jws::Keys::Set(all) => all.into_iter().filter_map(Jwk::into_public_key).collect(),
    }
}

/// One signature as it was read.
#[derive(Debug)]
pub(crate) struct Reading<'d> {
    pub(crate) element: Element<'d>,
    /// Departures from the schema.
    pub(crate) faults: Vec<Fault<SignatureFault>>,
    /// The parts; nothing where too many are missing.
    pub(crate) parts: Option<Signature<'d>>,
    pub(crate) key_info: KeyInfo<'d>,
    /// Certificates that the key information points at in the message: the content of security
    /// tokens.
    tokens: Vec<(Element<'d>, Vec<u8>)>,
    /// What the assertions that the key information points at say of the keys of their holders.
    pub(super) holders: Vec<KeyInfo<'d>>,
}

/// Every signature of a document as it was read.
#[derive(Debug)]
pub(crate) struct Readings<'d> {
    pub(crate) ids: Ids<'d>,
    pub(crate) readings: Vec<Reading<'d>>,
}

impl<'d> Readings<'d> {
    /// Finds and reads the signatures of a document.
    pub(crate) fn of(document: &'d Document<'d>) -> Self {
        let ids = Ids::of(document);
        let signatures = document.root().descendants_named(DS, "Signature");
        let readings = signatures.map(|element| Reading::of(element, &ids)).collect();
        Self { ids, readings }
    }

    /// Checks every signature under `keys`.
    pub(crate) fn check<'m>(&'m self, keys: &'m Keys<'m>) -> Vec<XmlSignature<'m>>
    where
        'd: 'm,
    {
        self.readings.iter().map(|reading| XmlSignature::of(reading, &self.ids, keys)).collect()
    }
}

impl<'d> Reading<'d> {
    fn of(element: Element<'d>, ids: &Ids<'d>) -> Self {
        let (parts, faults) = Signature::read(element);
        let key_info = parts.as_ref().and_then(|parts| parts.key_info);
        let key_info = key_info.map(|info| KeyInfo::resolved(info, ids)).unwrap_or_default();
        let references = || key_info.security_tokens.iter();
        let tokens = references().flat_map(|token| security_token::certificates(*token, ids)).collect();
        let holders = references().flat_map(|token| security_token::holders(*token, ids)).collect();
        Self { element, faults, parts, key_info, tokens, holders }
    }
}

/// A certificate of the message.
#[derive(Debug)]
pub(crate) struct Given<'m> {
    pub(crate) element: Element<'m>,
    /// The certificate; nothing where the bytes are none.
    pub(crate) certificate: Option<Certificate<'m>>,
}

/// A signature, and what was found out about it.
#[derive(Debug)]
pub(crate) struct XmlSignature<'m> {
    pub(crate) reading: &'m Reading<'m>,
    pub(crate) ids: &'m Ids<'m>,
    pub(crate) keys: &'m Keys<'m>,
    /// The certificates of the key information, in their order.
    pub(crate) certificates: Vec<Given<'m>>,
    /// Each reference that was followed.
    pub(crate) checked: Vec<Checked<'m>>,
    pub(crate) value: Value,
    pub(crate) trust: Trust,
    /// What it must cover; nothing where the document does not say.
    pub(crate) subject: Option<Element<'m>>,
}

impl Artefact for XmlSignature<'static> {
    type Model<'a> = XmlSignature<'a>;
}

impl<'m> XmlSignature<'m> {
    /// Checks one signature.
    pub(crate) fn of(reading: &'m Reading<'m>, ids: &'m Ids<'m>, keys: &'m Keys<'m>) -> Self {
        let bytes = reading.key_info.certificates();
        let tokens = reading.tokens.iter().map(|(element, der)| (*element, der.as_slice()));
        let certificates: Vec<_> = bytes
            .chain(tokens)
            .map(|(element, der)| Given { element, certificate: Certificate::read(der, &Budget::JUDGE).0 })
            .collect();
        let checked = reading.parts.as_ref().map_or_else(Vec::new, |parts| {
            let each = parts.references.iter().enumerate();
            let named = |token: Element<'_>| xml_named::certificate(token, keys);
            each.map(|(index, reference)| reference::check(index, reference, parts, ids, &named)).collect()
        });
        let value = xml_signing_key::value(reading, &certificates, keys);
        let trust = match value {
            Value::Verified(Signer::Certificate(at)) => match &certificates[at].certificate {
                Some(leaf) => xml_trust::of(leaf, &certificates, keys),
                None => Trust::NotAsked,
            },
            Value::Verified(Signer::Intermediate(at)) => {
                xml_trust::of(&keys.intermediates[at], &certificates, keys)
            }
            Value::Verified(Signer::Anchor(_) | Signer::Named) => Trust::Direct,
            Value::Verified(Signer::KeyValue) => xml_trust::of_key(&reading.key_info, keys),
            Value::Verified(Signer::Holder) => {
                let trusts = reading.holders.iter().map(|info| xml_trust::of_key(info, keys));
                let direct = |one, other| if one == Trust::Direct { one } else { other };
                trusts.reduce(direct).unwrap_or(Trust::NotAsked)
            }
            Value::Fails(_) | Value::NoKey => Trust::NotAsked,
        };
        Self { reading, ids, keys, certificates, checked, value, trust, subject: None }
    }

    /// The signature element.
    pub(crate) fn element(&self) -> Element<'m> {
        self.reading.element
    }

    /// The parts, where they were read.
    pub(crate) fn parts(&self) -> Option<&'m Signature<'m>> {
        self.reading.parts.as_ref()
    }

    /// Whether the value and all digests are right.
    pub(crate) fn is_valid(&self) -> bool {
        matches!(self.value, Value::Verified(_))
            && !self.checked.is_empty()
            && self.checked.iter().all(|checked| checked.digested == Digested::Matches)
    }

    /// Whether `element` is signed: the signature is valid, and a reference covers the element and
    /// everything in it but the signature.
    pub(crate) fn signed(&self, element: Element<'m>) -> bool {
        self.is_valid() && self.covers(element)
    }

    /// Whether a reference covers `element`, be the signature valid or not.
    pub(crate) fn covers(&self, element: Element<'m>) -> bool {
        self.checked.iter().filter_map(|checked| checked.covered).any(|covered| covered.covers(element))
    }
}

/// A document with signatures as a whole.
#[derive(Debug)]
pub(crate) struct SignedXml<'m> {
    pub(crate) document: &'m Document<'m>,
    pub(crate) readings: &'m Readings<'m>,
}

impl Artefact for SignedXml<'static> {
    type Model<'a> = SignedXml<'a>;
}

impl<'m> SignedXml<'m> {
    /// What the message is about: the root, or what a SOAP Body holds.
    pub(crate) fn payload(&self) -> Element<'m> {
        let root = self.document.root();
        let body = if root.is(SOAP, "Envelope") { root.child(SOAP, "Body") } else { None };
        body.and_then(|body| body.elements().next()).unwrap_or(root)
    }
}
