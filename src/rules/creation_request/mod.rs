//! Rules of `creation-request`: the body of `POST attestations/options`.

use crate::model::creation_request::CreationRequest;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::json::Document;

mod members;
mod values;

const TOPICS: &[&[Rule<CreationRequest<'static>>]] = &[members::RULES, values::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    for name in ["username", "attestation"] {
        if let Some(text) = value.member(name).and_then(super::super::wire::json::Value::as_str) {
            cx.fact(name, text);
        }
    }
    cx.run(TOPICS, &CreationRequest { value });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
