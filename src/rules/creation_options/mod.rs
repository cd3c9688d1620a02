//! Rules of `creation-options`: the answer of `POST attestations/options`, as WebAuthn's
//! PublicKeyCredentialCreationOptions in JSON.

use crate::model::creation_options::CreationOptions;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::json::Document;

mod algorithms;
mod challenge;
mod members;
mod party;
mod user;
mod wishes;

const TOPICS: &[&[Rule<CreationOptions<'static>>]] =
    &[members::RULES, challenge::RULES, algorithms::RULES, party::RULES, user::RULES, wishes::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    let options = CreationOptions::read(value, cx.budget());
    if let Some(challenge) = value.member("challenge").and_then(super::super::wire::json::Value::as_str) {
        cx.fact("challenge", challenge);
    }
    cx.fact("algorithms", options.algorithms().collect::<Vec<_>>());
    if let Some(attestation) = value.member("attestation").and_then(super::super::wire::json::Value::as_str) {
        cx.fact("attestation", attestation);
    }
    cx.run(TOPICS, &options);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
