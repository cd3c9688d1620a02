//! What `certra-message` and `etkra-message` share: how a message is judged, and the checks of rules
//! that stand in both under ids of their own. The two services have one signature profile, one table
//! of errors and one form of status.

use std::borrow::Cow;

use crate::base::{Profile, Service, SpanMap};
use crate::model::certificate::Certificate;
use crate::model::certra::{CERTRA_CORE, Direction, RaMessage};
use crate::model::csr::Csr;
use crate::model::signed_xml::{Keys, Readings, XmlSignature};
use crate::model::soap::payload;
use crate::rule::{Artefact, Cx, Rule};
use crate::rules::{csr, encryption_certificate, etk, signed_xml, soap, xml};
use crate::wire::base64;
use crate::wire::xml::Element;
use crate::xmldsig::binary;

pub(super) mod message;

/// What came where a message of a service is expected.
#[derive(Debug)]
pub(super) struct Root<'d> {
    pub(super) element: Element<'d>,
    pub(super) known: bool,
}

impl Artefact for Root<'static> {
    type Model<'a> = Root<'a>;
}

/// The rules of one service.
pub(super) struct Topics {
    pub(super) service: Service,
    /// Over what the message is.
    pub(super) root: &'static [&'static [Rule<Root<'static>>]],
    /// Over the message.
    pub(super) message: &'static [&'static [Rule<RaMessage<'static>>]],
    /// Over each of its signatures.
    pub(super) signature: &'static [&'static [Rule<XmlSignature<'static>>]],
}

/// Judges a message of a service, bare or in an envelope.
pub(super) fn judge(input: &[u8], cx: &mut Cx<'_>, topics: &Topics) {
    xml::read(input, cx, |document, cx| {
        soap::judge_around(document.root(), cx);
        let element = payload(document.root());
        let message = RaMessage::read(element).filter(|it| it.operation.service == topics.service);
        cx.run(topics.root, &Root { element, known: message.is_some() });
        let Some(message) = message else { return cx.unreadable() };
        cx.fact("operation", message.operation.name);
        cx.fact("request", message.direction == Direction::Request);
        if let Some(signer) = message.operation.signer {
            cx.fact("signed_with", signer.name());
        }
        cx.run(topics.message, &message);
        let readings = Readings::of(document);
        let keys = Keys::of(cx.context());
        let mut signatures = readings.check(&keys);
        for signature in &mut signatures {
            signature.subject = Some(element);
            signed_xml::facts(signature, cx);
            cx.run(signed_xml::CORE, signature);
            cx.run(signed_xml::PROFILE, signature);
            cx.run(signed_xml::OPERATION, signature);
            cx.run(topics.signature, signature);
        }
        cx.run(signed_xml::WRAPPING, &signed_xml::Payload { element, signatures: &signatures });
        // The schema says of these parts that they are base64, and no more.
        if cx.profile() != Profile::Standard {
            parts(&message, signatures.iter().find_map(XmlSignature::signer), cx);
        }
    });
}

/// The CSR of a request.
pub(super) fn csr_of<'d>(message: &RaMessage<'d>) -> Option<Element<'d>> {
    let with_contract = message.requested("GenerateCertificate", "EHealthCSR");
    with_contract
        .and_then(|csr| csr.child(CERTRA_CORE, "CSR"))
        .or_else(|| message.requested("SubmitCSRForForeigner", "CSR"))
}

/// The answer's element of this name.
pub(super) fn answered<'d>(message: &RaMessage<'d>, operation: &str, name: &str) -> Option<Element<'d>> {
    let answer = message.direction == Direction::Response && message.operation.name == operation;
    answer.then(|| message.part(name)).flatten()
}

/// Judges what stands in the message in base64 by the rules of its own kind.
fn parts(message: &RaMessage<'_>, signer: Option<&Certificate<'_>>, cx: &mut Cx<'_>) {
    if let Some(element) = csr_of(message)
        && let Some(der) = binary(element)
        && Csr::read(&der, cx.budget()).0.is_some()
    {
        within(element, "csr", cx, |cx| csr::judge(&der, cx));
    }
    if let Some(element) = message.requested("CompleteETKRegistration", "ToBeRegistered")
        && let Some(der) = binary(element)
    {
        within(element, "certificate", cx, |cx| encryption_certificate::judge_beside(&der, signer, cx));
    }
    // Without an anchor little could be said of the token, and nothing of the message would be sure.
    if !cx.context().trust.is_empty()
        && let Some(element) = answered(message, "CompleteETKRegistration", "ETK")
        && let Some(der) = binary(element)
    {
        within(element, "etk", cx, |cx| etk::read(&der, cx, |_, _| ()));
    }
}

/// Judges the base64 content of an element, its facts apart.
fn within(element: Element<'_>, name: &'static str, cx: &mut Cx<'_>, f: impl FnOnce(&mut Cx<'_>)) {
    let content = element.content();
    let map = match element.text() {
        Cow::Borrowed(text) if element.is_plain() => base64::map(text.as_bytes(), content.start as usize),
        Cow::Borrowed(_) | Cow::Owned(_) => SpanMap::Within(content),
    };
    cx.facts_under(name, |cx| cx.within(element.path(), map, f));
}
