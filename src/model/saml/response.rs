//! What an authority answers: a Response of SAML 2.0 or 1.1, or another message that came as one.

use super::assertion::Assertion;
use super::status::Status;
use super::value::{self, Sort, Value};
use super::{ASSERTION_2, PROTOCOL_1, PROTOCOL_2, Version, messages, schema1, schema2};
use crate::base::Fault;
use crate::model::soap::{self, Envelope};
use crate::model::xsd::Misfit;
use crate::rule::Artefact;
use crate::wire::xml::Element;

/// What came where a response is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A Response.
    Response,
    /// Another message of SAML's protocol.
    Message,
    /// An assertion without a response around it.
    Assertion,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Response<'d> {
    /// What it is.
    pub(crate) form: Form,
    /// The message itself, inside of its envelope.
    pub(crate) element: Element<'d>,
    /// The envelope around it.
    #[expect(dead_code, reason = "part of what it is; no rule asks for it yet")]
    pub(crate) envelope: Option<Envelope<'d>>,
    /// Which SAML it is.
    pub(crate) version: Version,
    /// How it departs from its schema; its assertions have their own.
    pub(crate) misfits: Vec<Fault<Misfit>>,
    /// Its values; its assertions have their own.
    pub(crate) values: Vec<Value<'d>>,
    /// Its status.
    pub(crate) status: Option<Status<'d>>,
    /// Its assertions, in their order; the assertion itself where there is no response.
    pub(crate) assertions: Vec<Assertion<'d>>,
    /// Its encrypted assertions.
    pub(crate) encrypted: Vec<Element<'d>>,
}

impl Artefact for Response<'static> {
    type Model<'a> = Response<'a>;
}

/// The response that an ArtifactResponse carries (core 3.5.2): what it says is what the response says.
pub(crate) fn carried(message: Element<'_>) -> Option<Element<'_>> {
    message.is(PROTOCOL_2, "ArtifactResponse").then(|| message.child(PROTOCOL_2, "Response")).flatten()
}

impl<'d> Response<'d> {
    /// Reads the message of a document, or nothing when it is none of SAML's.
    pub(crate) fn read(root: Element<'d>) -> Option<Self> {
        let payload = soap::payload(root);
        let element = carried(payload).unwrap_or(payload);
        let (form, version) = match (element.namespace(), element.local()) {
            (PROTOCOL_2, "Response") => (Form::Response, Version::V2),
            (PROTOCOL_1, "Response") => (Form::Response, Version::V1),
            (PROTOCOL_2, _) => (Form::Message, Version::V2),
            (PROTOCOL_1, _) => (Form::Message, Version::V1),
            _ => {
                let version = Assertion::read(element)?.version;
                (Form::Assertion, version)
            }
        };
        let misfits = match (form, version) {
            (Form::Response, Version::V1) => schema1::RESPONSE.misfits(element),
            (Form::Response, Version::V2) => schema2::RESPONSE.misfits(element),
            (Form::Message, Version::V2) => {
                messages::named(element.local()).map_or_else(Vec::new, |of| of.misfits(element))
            }
            (Form::Message, Version::V1) | (Form::Assertion, _) => Vec::new(),
        };
        let is_assertion = form == Form::Assertion;
        let assertions = if is_assertion {
            Assertion::read(element).into_iter().collect()
        } else {
            element.elements().filter_map(Assertion::read).collect()
        };
        Some(Self {
            form,
            element,
            envelope: Envelope::read(root),
            version,
            misfits,
            values: if is_assertion { Vec::new() } else { value::values(element) },
            status: Status::read(element, version),
            assertions,
            encrypted: element.all(ASSERTION_2, "EncryptedAssertion").collect(),
        })
    }

    /// Its identifier.
    pub(crate) fn id(&self) -> Option<Value<'d>> {
        let name = match self.version {
            Version::V1 => "ResponseID",
            Version::V2 => "ID",
        };
        Value::at(self.element, name, Sort::Text)
    }

    /// Who made it; SAML 1.1 does not say.
    pub(crate) fn issuer(&self) -> Option<Value<'d>> {
        let of_message = self.form != Form::Assertion;
        let issuer = self.element.child(ASSERTION_2, "Issuer").filter(|_| of_message)?;
        Some(Value::of(issuer, Sort::Text))
    }

    /// Whether it is a response of SAML 2.0: what the Attribute Authority sends.
    pub(crate) fn is_v2(&self) -> bool {
        self.form == Form::Response && self.version == Version::V2
    }
}
