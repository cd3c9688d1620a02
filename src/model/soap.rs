//! A SOAP 1.1 message: its envelope, headers, body and fault.

use crate::model::certra::{OPERATIONS, Operation};
use crate::model::xsd::{AttributeUse, Simple, Type, XML, one, opt, optional, some};
use crate::rule::Artefact;
use crate::wire::xml::Element;

/// SOAP 1.1.
pub(crate) const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// SOAP 1.2.
pub(crate) const ENVELOPE_12: &str = "http://www.w3.org/2003/05/soap-envelope";
/// WS-Security 1.0.
pub(crate) const WSSE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
/// WS-Addressing 1.0 and the member submission before it.
pub(crate) const ADDRESSING: [&str; 2] =
    ["http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"];
/// XOP.
pub(crate) const XOP: &str = "http://www.w3.org/2004/08/xop/include";
/// The fault code of a header that must be understood and is not: SOAP's own.
pub(crate) const MUST_UNDERSTAND: &str = "MustUnderstand";
/// The errors of eHealth's SOA platform.
pub(crate) const SOA_ERRORS: &str = "urn:be:fgov:ehealth:errors:soa:v1";

/// A SOAP message, or what was sent as one.
#[derive(Debug)]
pub(crate) struct SoapMessage<'d> {
    /// The root element, whatever it is.
    pub(crate) root: Element<'d>,
    /// The envelope, where the root is one.
    pub(crate) envelope: Option<Envelope<'d>>,
}

/// A SOAP 1.1 envelope.
#[derive(Debug)]
pub(crate) struct Envelope<'d> {
    /// `soap:Envelope` itself.
    pub(crate) element: Element<'d>,
    /// The first header.
    pub(crate) header: Option<Element<'d>>,
    /// The first body.
    pub(crate) body: Option<Element<'d>>,
}

impl Artefact for SoapMessage<'static> {
    type Model<'a> = SoapMessage<'a>;
}

impl<'d> SoapMessage<'d> {
    /// Reads a document as a SOAP message.
    pub(crate) fn read(root: Element<'d>) -> Self {
        Self { root, envelope: Envelope::read(root) }
    }

    /// The fault in the body.
    pub(crate) fn fault(&self) -> Option<Element<'d>> {
        self.envelope.as_ref()?.body?.child(ENVELOPE, "Fault")
    }

    /// The operation of CertRA or EtkRA that the body asks for.
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        let entry = self.envelope.as_ref()?.entry()?;
        let name = entry.local().strip_suffix("Request")?;
        OPERATIONS.iter().find(|it| it.name == name && it.namespace() == entry.namespace())
    }
}

impl<'d> Envelope<'d> {
    /// The envelope that `root` is, or nothing.
    pub(crate) fn read(root: Element<'d>) -> Option<Self> {
        root.is(ENVELOPE, "Envelope").then(|| Self {
            element: root,
            header: root.child(ENVELOPE, "Header"),
            body: root.child(ENVELOPE, "Body"),
        })
    }

    /// The header blocks.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Element<'d>> + use<'d> {
        self.header.into_iter().flat_map(Element::elements)
    }

    /// The body entries.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Element<'d>> + use<'d> {
        self.body.into_iter().flat_map(Element::elements)
    }

    /// The first body entry: the message itself, document/literal being what eHealth speaks.
    pub(crate) fn entry(&self) -> Option<Element<'d>> {
        self.entries().next()
    }
}

/// What a document holds as its message: the body entry of an envelope, or the root of a bare one.
pub(crate) fn payload(root: Element<'_>) -> Element<'_> {
    Envelope::read(root).and_then(|envelope| envelope.entry()).unwrap_or(root)
}

static TEXT: Type = Type::text(Simple::Text);
static FLAG: Type = Type::text(Simple::Boolean);
const LANG: AttributeUse = optional("lang", Simple::Language).of(XML);
static MESSAGE: Type = Type::text(Simple::Text).with(&[LANG]);
static ENVIRONMENT: Type = Type::text(Simple::OneOf(&[
    "Development",
    "Test",
    "Integration",
    "Acceptation",
    "Simulation",
    "Production",
]));

/// `SystemError` and `BusinessError`: what stands in the detail of a fault of the SOA platform. What
/// they inherit has no namespace, what they add has one.
pub(crate) static SOA_ERROR: Type = Type::elements(&[
    one("", "Origin", &TEXT),
    one("", "Code", &TEXT),
    some("", "Message", &MESSAGE),
    opt("", "Retry", &FLAG),
    opt("", "Contact", &TEXT),
    one(SOA_ERRORS, "Environment", &ENVIRONMENT),
])
.with(&[optional("Id", Simple::Text)]);
