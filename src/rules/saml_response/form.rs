//! What came where a response is expected.

use crate::base::Service;
use crate::model::saml::response::{Form, carried};
use crate::model::soap::{self, Envelope};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Artefact, Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::Element;

/// The document that should hold a response.
#[derive(Debug)]
pub(super) struct Root<'d> {
    pub(super) element: Element<'d>,
    pub(super) form: Option<Form>,
}

impl Artefact for Root<'static> {
    type Model<'a> = Root<'a>;
}

rule! { Root =>
    /// The document is no message of SAML
    ///
    /// Expected is a `Response` in the protocol namespace of SAML 2.0 or 1.1, bare or as the one entry of
    /// a SOAP body.
    "saml-response.not-saml": ERROR => not_saml,
        clauses: &["AA-8.2-01"],
        cites: &[cite("SAML core 2.0", "3.3.3", Force::Fact, "The <Response> message element is used when a response consists of a list of zero or more assertions")],
        catalogue: &["SO-01"];

    /// The message is another one than a response
    ///
    /// The Attribute Authority answers with a `Response`. Under `standard` every message of SAML's
    /// protocol is read, and an assertion by itself, because identifiers, versions, instants and
    /// signatures have the same rules in all of them; that it is not a response is then a warning. So is a
    /// response that an ArtifactResponse carries, and the response is judged.
    "saml-response.not-a-response": ERROR.in_standard(Warning) => not_a_response,
        cites: &[cite("AA cookbook 1.8", "5.3.2", Force::Fact, "The SAML Response will be returned inside a SOAP Envelope")];

    /// The response stands in no envelope
    ///
    /// The Attribute Authority answers in SOAP: the response is the one entry of the body. A client that
    /// speaks the SOAP binding of SAML does not find a bare one.
    ///
    /// The rule applies where the response is said to be one of the Attribute Authority as it came over
    /// the wire (`--service attribute-authority`): a response that was taken out of its envelope is as
    /// good as one in it.
    "saml-response.envelope-missing": ERROR.not_in_standard() => envelope_missing,
        clauses: &["AA-5.3.2-01"],
        cites: &[
            cite("AA cookbook 1.8", "5.3.2", Force::Fact, "The SAML Response will be returned inside a SOAP Envelope"),
            cite("SAML bindings 2.0", "3.2.2.1", Force::Must, "The SAML responder MUST return either a SAML response element within the body of another SOAP message or generate a SOAP fault"),
        ],
        catalogue: &["SO-01"];
}

fn not_saml(root: &Root<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if root.form.is_none() {
        let text = format!("expected a Response of SAML, found {}", root.element.name());
        cx.fail(root.element.path(), root.element.start_tag(), text);
    }
    Some(Checked)
}

fn envelope_missing(root: &Root<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    root.form?;
    if cx.context().service != Some(Service::AttributeAuthority) {
        return None;
    }
    if Envelope::read(root.element).is_none() {
        let text = format!("expected a SOAP Envelope around the response, found {}", root.element.name());
        cx.fail(root.element.path(), root.element.start_tag(), text);
    }
    Some(Checked)
}

fn not_a_response(root: &Root<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let found = match root.form? {
        Form::Response if carried(soap::payload(root.element)).is_some() => "one in an ArtifactResponse",
        Form::Response => return Some(Checked),
        Form::Message => "another message",
        Form::Assertion => "an assertion by itself",
    };
    cx.fail(root.element.path(), root.element.start_tag(), format!("expected a Response, found {found}"));
    Some(Checked)
}
