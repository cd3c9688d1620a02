//! Whose key a signature verified under, and what may be said of the signer from that.
//!
//! The keys of the message are tried before those of the caller, but where the caller named some; whether the
//! signer is trusted is told elsewhere.

use super::certificate::Certificate;
use super::saml::assertion::Assertion;
use super::signed_xml::{Given, Keys, Reading, XmlSignature};
use super::xml_named;
use crate::crypto::PublicKey;
use crate::xmldsig::{KeyInfo, Method, ValueError};

/// Certificates that are tried as the signer's: the first is it in any sane message.
const TRIED: usize = 8;

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

impl<'m> XmlSignature<'m> {
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

    /// The key that the signature verified under.
    pub(crate) fn signer_key(&self) -> Option<&PublicKey> {
        let of_info = |info: &'m KeyInfo<'m>| info.key_values.iter().filter_map(|(_, key)| key.as_ref());
        let candidates: Vec<&PublicKey> = match self.value {
            Value::Verified(Signer::Certificate(_) | Signer::Anchor(_) | Signer::Intermediate(_)) => {
                return self.signer()?.key().ok();
            }
            Value::Verified(Signer::KeyValue) => of_info(&self.reading.key_info).collect(),
            Value::Verified(Signer::Holder) => self.reading.holders.iter().flat_map(of_info).collect(),
            Value::Verified(Signer::Named) => self.keys.named.unwrap_or(&self.keys.bare).iter().collect(),
            Value::Fails(_) | Value::NoKey => return None,
        };
        // It verified under one of them: of several it is asked again which.
        match candidates[..] {
            [only] => Some(only),
            _ => candidates.into_iter().find(|key| self.parts().is_some_and(|it| it.verify(key).is_ok())),
        }
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
}

/// Looks for the key of a signature.
pub(super) fn value(reading: &Reading<'_>, certificates: &[Given<'_>], keys: &Keys<'_>) -> Value {
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
