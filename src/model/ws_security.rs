//! A SOAP message with a WS-Security header: its tokens, timestamps and signatures.

use super::saml::assertion::Assertion;
use super::saml::value::{Sort, Value};
use super::signed_xml::XmlSignature;
use super::soap::{ENVELOPE, ENVELOPE_12, WSSE};
use super::xml_signing_key;
use crate::model::xsd::DateTime;
use crate::rule::Artefact;
use crate::wire::xml::Element;
use crate::xmldsig::{DS, Digested, ValueError};

/// `wsu:Id`, `wsu:Timestamp`.
pub(crate) const WSU: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
/// What the WS-Security documents' own identifiers start with.
pub(crate) const SOAP_SECURITY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#";
/// WS-Security 1.1.
pub(crate) const WSSE11: &str = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd";

/// A secured message, or what came as one.
#[derive(Debug)]
pub(crate) struct WsSecurity<'m> {
    /// The root element, whatever it is.
    pub(crate) root: Element<'m>,
    /// Whether it is an envelope of SOAP 1.1, or of 1.2.
    pub(crate) is_envelope: bool,
    /// The body.
    pub(crate) body: Option<Element<'m>>,
    /// Every Security header.
    pub(crate) headers: Vec<Element<'m>>,
    /// Every signature of the document.
    pub(crate) signatures: &'m [XmlSignature<'m>],
}

impl Artefact for WsSecurity<'static> {
    type Model<'a> = WsSecurity<'a>;
}

/// A timestamp.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timestamp<'m> {
    /// `wsu:Timestamp`.
    pub(crate) element: Element<'m>,
}

impl<'m> Timestamp<'m> {
    /// `wsu:Created`.
    pub(crate) fn created(self) -> Option<Element<'m>> {
        self.element.child(WSU, "Created")
    }

    /// `wsu:Expires`.
    pub(crate) fn expires(self) -> Option<Element<'m>> {
        self.element.child(WSU, "Expires")
    }

    /// When it was made and when it expires, as values with their places.
    pub(crate) fn instants(self) -> Vec<Value<'m>> {
        [self.created(), self.expires()].into_iter().flatten().map(|it| Value::of(it, Sort::Time)).collect()
    }
}

/// The instant that an element holds.
pub(crate) fn instant(element: Element<'_>) -> Option<DateTime> {
    DateTime::parse(&element.text())
}

/// Whether `signature` covers `element`, and is valid as far as can be told.
pub(crate) fn signs<'m>(signature: &XmlSignature<'m>, element: Element<'m>) -> bool {
    let value = match signature.value {
        xml_signing_key::Value::NoKey | xml_signing_key::Value::Fails(ValueError::Unsupported(_)) => true,
        xml_signing_key::Value::Verified(_) => true,
        xml_signing_key::Value::Fails(_) => false,
    };
    let digests = signature.checked.iter().all(|checked| match &checked.digested {
        Digested::Matches => true,
        Digested::Not(failure) => failure.is_untold(),
        Digested::Differs(_) => false,
    });
    value && digests && signature.covers(element)
}

impl<'m> WsSecurity<'m> {
    /// Reads a document as a secured message.
    pub(crate) fn read(root: Element<'m>, signatures: &'m [XmlSignature<'m>]) -> Self {
        let namespace = root.namespace();
        let is_envelope = root.local() == "Envelope" && matches!(namespace, ENVELOPE | ENVELOPE_12);
        let child = |name| root.child(namespace, name).filter(|_| is_envelope);
        let headers = child("Header").into_iter().flat_map(|header| header.all(WSSE, "Security")).collect();
        Self { root, is_envelope, body: child("Body"), headers, signatures }
    }

    /// The header that the receiver reads: the first one.
    pub(crate) fn header(&self) -> Option<Element<'m>> {
        self.headers.first().copied()
    }

    /// The parts of the headers that have this name.
    pub(crate) fn parts(
        &self,
        namespace: &'static str,
        name: &'static str,
    ) -> impl Iterator<Item = Element<'m>> {
        self.headers.iter().flat_map(move |header| header.all(namespace, name))
    }

    /// The timestamps.
    pub(crate) fn timestamps(&self) -> impl Iterator<Item = Timestamp<'m>> {
        self.parts(WSU, "Timestamp").map(|element| Timestamp { element })
    }

    /// The binary security tokens.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = Element<'m>> {
        self.parts(WSSE, "BinarySecurityToken")
    }

    /// The assertions that stand as tokens.
    pub(crate) fn assertions(&self) -> impl Iterator<Item = Element<'m>> {
        self.headers.iter().flat_map(|header| header.elements()).filter(|element| Assertion::is(*element))
    }

    /// The signatures of the message: the children of its headers.
    pub(crate) fn own(&self) -> impl Iterator<Item = &'m XmlSignature<'m>> {
        let headers = self.headers.clone();
        self.signatures
            .iter()
            .filter(move |it| it.element().parent().is_some_and(|parent| headers.contains(&parent)))
    }

    /// Whether a signature of the message covers `element`, and is valid as far as can be told: of one
    /// whose key is not at hand the digests alone.
    pub(crate) fn signs(&self, element: Element<'m>) -> bool {
        self.own().any(|signature| signs(signature, element))
    }

    /// Every security token reference in the headers.
    pub(crate) fn references(&self) -> impl Iterator<Item = Element<'m>> {
        self.headers
            .iter()
            .flat_map(|header| header.descendants())
            .filter(|element| element.is(WSSE, "SecurityTokenReference"))
    }

    /// The signature elements of the headers, be they read or not.
    pub(crate) fn signature_elements(&self) -> impl Iterator<Item = Element<'m>> {
        self.parts(DS, "Signature")
    }
}
