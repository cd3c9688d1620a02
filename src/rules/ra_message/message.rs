//! The checks that both services' rules make of a message.

use super::{Root, csr_of};
use crate::model::certificate::Certificate;
use crate::model::certra::codes::CODES;
use crate::model::certra::{Direction, RaMessage, SUCCESS};
use crate::model::csr::Csr;
use crate::model::xsd::Misfit;
use crate::rule::{Checked, Cx};
use crate::rules::shown;
use crate::wire::xml::Element;
use crate::xmldsig::binary;

pub(in crate::rules) fn unknown_message(root: &Root<'_>, cx: &mut Cx<'_>, service: &str) -> Option<Checked> {
    if !root.known {
        let text = format!("expected a message of {service}, found {}", root.element.name());
        cx.fail(root.element.path(), root.element.start_tag(), text);
    }
    Some(Checked)
}

pub(in crate::rules) fn status_unknown(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let code = *message.status_codes().first()?;
    let value = code.value_of("Value")?;
    let known =
        [SUCCESS, "urn:be:fgov:ehealth:2.0:status:Requester", "urn:be:fgov:ehealth:2.0:status:Responder"];
    if !known.contains(&&*value) {
        let text = format!("expected one of {}, found {}", known.join(", "), shown(&value));
        cx.fail(code.path(), code.start_tag(), text);
    }
    Some(Checked)
}

pub(in crate::rules) fn error_code_unknown(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for code in message.errors().into_iter().filter_map(|error| error.child("", "Code")) {
        met = Some(Checked);
        let text = code.text();
        if !CODES.iter().any(|(known, _)| *known == text.trim()) {
            let text = format!("expected a code of chapter 7, found {}", shown(text.trim()));
            cx.fail(code.path(), code.content(), text);
        }
    }
    met
}

pub(in crate::rules) fn error_message_other(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for error in message.errors() {
        let (Some(code), Some(said)) = (error.child("", "Code"), error.child("", "Message")) else {
            continue;
        };
        let code = code.text();
        let Some((_, known)) = CODES.iter().find(|(known, _)| *known == code.trim()) else { continue };
        met = Some(Checked);
        let text = said.text();
        let text = text.trim();
        let is_same = match known.split_once("{0}") {
            // Something stands in the place that is kept for it.
            Some((before, after)) => text
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|value| !value.is_empty() && value != "{0}"),
            None => text == *known,
        };
        if !is_same {
            let text = format!("expected {} for {}, found {}", shown(known), code.trim(), shown(text));
            cx.fail(said.path(), said.content(), text);
        }
    }
    met
}

/// What a request must hold though the schema does not say so, or the answer to one that was done.
fn owed(message: &RaMessage<'_>) -> Option<&'static str> {
    match message.direction {
        Direction::Request => {
            (message.operation.name == "CompleteETKRegistration").then_some("ToBeRegistered")
        }
        Direction::Response => {
            let done = message.status_codes().first()?.value_of("Value")? == SUCCESS;
            // A person may have no certificate at all.
            if !done || message.operation.name == "GetCertificateInfoForCitizen" {
                return None;
            }
            let declared = message.operation.response.declared_elements();
            declared.iter().find(|it| it.namespace == message.operation.namespace()).map(|it| it.name)
        }
    }
}

pub(in crate::rules) fn payload_missing(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let name = owed(message)?;
    if message.part(name).is_none() {
        let element = message.element;
        let text = format!("expected {name} in {}, found none", element.name());
        cx.fail(element.path(), element.start_tag(), text);
    }
    Some(Checked)
}

pub(in crate::rules) fn value_empty(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(&message.misfits, Misfit::is_value_empty);
    Some(Checked)
}

/// Fails where bytes are none of what the element is named after.
pub(in crate::rules) fn part_unreadable(
    element: Element<'_>,
    what: &str,
    is_read: impl FnOnce(&[u8]) -> bool,
    cx: &mut Cx<'_>,
) {
    // What is no base64 is told by the rules of structure.
    if let Some(bytes) = binary(element).filter(|bytes| !bytes.is_empty())
        && !is_read(&bytes)
    {
        cx.fail(element.path(), element.content(), format!("expected {what} in DER, found other bytes"));
    }
}

pub(in crate::rules) fn csr_unreadable(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let budget = *cx.budget();
    part_unreadable(csr_of(message)?, "a PKCS#10 request", |der| Csr::read(der, &budget).0.is_some(), cx);
    Some(Checked)
}

pub(in crate::rules) fn certificate_unreadable(
    message: &RaMessage<'_>,
    name: &str,
    cx: &mut Cx<'_>,
) -> Option<Checked> {
    message.part(name)?;
    let budget = *cx.budget();
    for element in message.element.all(message.operation.namespace(), name) {
        part_unreadable(element, "a certificate", |der| Certificate::read(der, &budget).0.is_some(), cx);
    }
    Some(Checked)
}
