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
use crate::xmldsig::{
    Checked, DS, Digested, Ids, KeyInfo, Method, Signature, SignatureFault, ValueError, reference,
};

use super::certificate::Certificate;
use super::jwk::Jwk;
use super::jws::{self, KeySource};
use super::saml::assertion::Assertion;
use super::security_token;
use super::xml_named;
use super::xml_trust::{self, Trust};

/// SOAP 1.1.
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Certificates that are tried as the signer's: the first is it in any sane message.
const TRIED: usize = 8;

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

/// Whose key a signature verified under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signer {
    /// That of a certificate in the message, by its place among [`XmlSignature::certificates`].
    Certificate(usize),
    /// That of a trust anchor, by its place.
    Anchor(usize),
    /// That of another certificate that the caller gave and the message names, by its place.
    Intermediate(usize),
    /// That of a KeyValue.
    KeyValue,
    /// That of a KeyValue in an assertion which the message points at: its holder's.
    Holder,
    /// A key that the caller named.
    Named,
}

/// What came of the signature value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// It verifies.
    Verified(Signer),
    /// It verifies under no key at hand; why not under the first.
    Fails(ValueError),
    /// There is no key to try.
    NoKey,
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
        let value = value(reading, &certificates, keys);
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

    /// The certificate that the signature verified under.
    pub(crate) fn signer(&self) -> Option<&Certificate<'m>> {
        match self.value {
            Value::Verified(Signer::Certificate(at)) => self.certificates[at].certificate.as_ref(),
            Value::Verified(Signer::Anchor(at)) => self.keys.anchors.get(at),
            Value::Verified(Signer::Intermediate(at)) => self.keys.intermediates.get(at),
            Value::Verified(Signer::KeyValue | Signer::Holder | Signer::Named)
            | Value::Fails(_)
            | Value::NoKey => None,
        }
    }

    /// Whether the key is that of the holder of an assertion in which the signature does not stand, and
    /// that the message points at.
    pub(crate) fn is_holders(&self) -> bool {
        let held = match self.value {
            Value::Verified(Signer::Holder) => true,
            Value::Verified(Signer::Certificate(at)) => {
                self.certificates[at].element.ancestors().any(Assertion::is)
            }
            Value::Verified(Signer::Intermediate(_)) => !self.reading.holders.is_empty(),
            Value::Verified(Signer::Anchor(_) | Signer::KeyValue | Signer::Named)
            | Value::Fails(_)
            | Value::NoKey => false,
        };
        held && !self.element().ancestors().any(Assertion::is)
    }

    /// Whether the message carries no certificate and names another one than the signer's.
    pub(crate) fn names_another_signer(&self) -> bool {
        let another = |signer| xml_named::names_other_than(self.reading, signer);
        self.certificates.is_empty() && self.signer().is_some_and(another)
    }

    /// Whether the signer's certificate was issued by somebody of whom there is no certificate at hand.
    pub(crate) fn issuer_is_absent(&self) -> bool {
        let Some(signer) = self.signer().filter(|signer| !signer.is_self_issued()) else { return false };
        let given = self.certificates.iter().filter_map(|given| given.certificate.as_ref());
        let mut known = given.chain(&self.keys.anchors).chain(&self.keys.intermediates);
        !known.any(|issuer| issuer.subject.is_same(&signer.issuer))
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

fn value(reading: &Reading<'_>, certificates: &[Given<'_>], keys: &Keys<'_>) -> Value {
    let Some(parts) = &reading.parts else { return Value::NoKey };
    // A method that is not done is told as such even where there is no key to try.
    if !matches!(parts.method(), Method::Signature(_)) {
        return Value::Fails(ValueError::Unsupported(parts.method.uri.clone().into_owned()));
    }
    let mut failure = None;
    let mut verifies = |key: &PublicKey| match parts.verify(key) {
        Ok(()) => true,
        Err(error) => {
            failure.get_or_insert(error);
            false
        }
    };
    if let Some(named) = keys.named {
        if named.iter().any(&mut verifies) {
            return Value::Verified(Signer::Named);
        }
        return failure.map_or(Value::NoKey, Value::Fails);
    }
    let mut unusable = None;
    for (at, given) in certificates.iter().enumerate().take(TRIED) {
        match given.certificate.as_ref().map(Certificate::key) {
            Some(Ok(key)) if verifies(key) => return Value::Verified(Signer::Certificate(at)),
            Some(Err(error)) => _ = unusable.get_or_insert_with(|| error.to_string()),
            Some(Ok(_)) | None => {}
        }
    }
    let values = reading.key_info.key_values.iter().filter_map(|(_, key)| key.as_ref());
    if values.take(TRIED).any(&mut verifies) {
        return Value::Verified(Signer::KeyValue);
    }
    let of_holders = reading.holders.iter().flat_map(|info| &info.key_values);
    let mut of_holders = of_holders.filter_map(|(_, key)| key.as_ref()).take(TRIED).peekable();
    let holder_is_known = of_holders.peek().is_some();
    if of_holders.any(&mut verifies) {
        return Value::Verified(Signer::Holder);
    }
    if keys.bare.iter().any(&mut verifies) {
        return Value::Verified(Signer::Named);
    }
    let anchored = |anchor: &Certificate<'_>| anchor.key().is_ok_and(&mut verifies);
    if let Some(at) = keys.anchors.iter().position(anchored) {
        return Value::Verified(Signer::Anchor(at));
    }
    let named = |certificate: &Certificate<'_>| xml_named::names(reading, certificate) == Some(true);
    // Where the message says nothing of the key, whoever is at hand may have it.
    let is_silent = parts.key_info.is_none();
    let designated = |certificate: &Certificate<'_>| {
        (is_silent || named(certificate)) && certificate.key().is_ok_and(&mut verifies)
    };
    if let Some(at) = keys.intermediates.iter().position(designated) {
        return Value::Verified(Signer::Intermediate(at));
    }
    // A token that the message points at and does not carry, and a certificate that it names and that
    // is none at hand, is another key than those: that none of theirs fits says nothing.
    let pointed = certificates.is_empty()
        && !holder_is_known
        && !keys.anchors.iter().chain(&keys.intermediates).any(named)
        && (!reading.key_info.security_tokens.is_empty() || xml_named::names_another(reading, keys));
    // Nor does it where the message tells no key and the anchors sign certificates alone.
    let is_told = holder_is_known
        || reading.key_info.key_values.iter().any(|(_, key)| key.is_some())
        || keys.anchors.iter().chain(&keys.intermediates).any(named);
    let unknown = certificates.is_empty()
        && !is_told
        && keys.bare.is_empty()
        && keys.anchors.iter().all(Certificate::certifies_alone);
    let failure = failure.filter(|error| {
        !(pointed || unknown) || !matches!(error, ValueError::Invalid | ValueError::KeyMismatch(_))
    });
    match (unusable, failure) {
        (Some(key), _) => Value::Fails(ValueError::Unsupported(key)),
        (None, Some(error)) => Value::Fails(error),
        (None, None) => Value::NoKey,
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
