//! Rules of `attestation`: the JSON of a registration, and everything that it carries.

use crate::crypto::{Hash, digest};
use crate::model::attestation::{Attestation, Members};
use crate::model::attestation_object::AttestationObject;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{attestation_object, client_data, json, metas_of};
use crate::wire::json::Document;

mod credential_id;
mod derived;
mod members;

const TOPICS: &[&[Rule<Attestation<'static>>]] = &[members::RULES, credential_id::RULES, derived::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(root) = json::read(&document, cx) else { return };
    let members = Members::read(root, cx.budget());
    let client_data = members.client_data.as_ref().and_then(|it| Some((it, it.bytes()?)));
    let hash = client_data.map(|(_, bytes)| digest(Hash::Sha256, bytes));
    let object = members.attestation_object.as_ref().and_then(|it| Some((it, it.bytes()?)));
    let Some((encoded, bytes)) = object else {
        cx.run(TOPICS, &Attestation { members: &members, object: None });
        judge_client_data(&members, cx);
        return;
    };
    let budget = cx.budget();
    AttestationObject::with(bytes, hash, budget, |object| {
        cx.run(TOPICS, &Attestation { members: &members, object: Some(object) });
        judge_client_data(&members, cx);
        cx.within(encoded.value.pointer(), encoded.value.base64_map(), |cx| {
            attestation_object::check(object, cx);
        });
    });
}

fn judge_client_data(members: &Members<'_>, cx: &mut Cx<'_>) {
    if let Some(encoded) = &members.client_data
        && let Some(bytes) = encoded.bytes()
    {
        cx.within(encoded.value.pointer(), encoded.value.base64_map(), |cx| client_data::judge(bytes, cx));
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
