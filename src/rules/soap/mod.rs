//! Rules of `soap`: SOAP 1.1 under the WS-I Basic Profile 1.1, and eHealth's faults.
//!
//! The HTTP side of the profile (POST, status codes, media type) is for scenarios; of it only the
//! SOAPAction is judged here, where the caller gives it.

use crate::model::soap::SoapMessage;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{metas_of, xml};
use crate::wire::xml::Element;

mod action;
mod body;
mod envelope;
mod fault;
mod header;

pub(crate) const TOPICS: &[&[Rule<SoapMessage<'static>>]] =
    &[envelope::RULES, header::RULES, body::RULES, fault::RULES, action::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    xml::read(input, cx, |document, cx| {
        let message = SoapMessage::read(document.root());
        if message.envelope.is_none() {
            cx.unreadable();
        }
        if let Some(entry) = message.envelope.as_ref().and_then(super::super::model::soap::Envelope::entry) {
            cx.fact("body", entry.local());
            cx.fact("namespace", entry.namespace());
        }
        cx.fact("fault", message.fault().is_some());
        cx.run(TOPICS, &message);
    });
}

/// Judges the envelope around a message that is judged as something else; of a bare message there
/// is nothing to judge.
pub(crate) fn judge_around(root: Element<'_>, cx: &mut Cx<'_>) {
    let message = SoapMessage::read(root);
    if message.envelope.is_some() {
        cx.run(TOPICS, &message);
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
