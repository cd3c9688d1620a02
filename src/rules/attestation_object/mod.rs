//! Rules of `attestation-object`: the CBOR that an authenticator and its client make of a new key.

use crate::base::SpanMap;
use crate::model::attestation_object::AttestationObject;
use crate::model::authenticator_data::{AuthenticatorData, aaguid_text};
use crate::model::cose::{CoseKey, algorithm_name};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{cbor, metas_of};
use crate::wire::base64::{self, Form};

mod authenticator_data;
mod ceremony;
mod key_parameters;
mod key_soundness;
mod statement;
mod structure;

const OBJECT: &[&[Rule<AttestationObject<'static>>]] = &[structure::RULES];
const DATA: &[&[Rule<AuthenticatorData<'static>>]] = &[authenticator_data::RULES, ceremony::RULES];
const KEY: &[&[Rule<CoseKey<'static>>]] = &[key_parameters::RULES, key_soundness::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let budget = cx.budget();
    AttestationObject::with(input, None, budget, |object| check(object, cx));
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(OBJECT), metas_of(DATA), metas_of(KEY), statement::metas()].concat()
}

/// Judges an attestation object, alone or inside a registration.
pub(crate) fn check(object: &AttestationObject<'_>, cx: &mut Cx<'_>) {
    cbor::check(object.tree, cx);
    if !object.tree.is_well_formed() {
        cx.unreadable();
    }
    cx.run(OBJECT, object);
    if let Some(fmt) = object.fmt.and_then(super::super::wire::cbor::Node::text) {
        cx.fact("fmt", fmt);
    }
    if let Some(data) = object.data {
        facts(data, cx);
        cx.within("authData", object.data_map(), |cx| check_data(data, cx));
    }
    if let Some(statement) = &object.statement {
        statement::check(statement, cx);
    }
}

fn check_data(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) {
    cx.run(DATA, data);
    if let Some(key) = data.key() {
        cx.within("credentialPublicKey", SpanMap::Offset(0), |cx| {
            cbor::check_validity(&key.tree, cx);
            cx.run(KEY, key);
        });
    }
    if let Some(extensions) = &data.extensions {
        cx.within("extensions", SpanMap::Offset(0), |cx| cbor::check_validity(extensions, cx));
    }
}

fn facts(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) {
    if let Some(head) = data.head {
        cx.fact("flags", head.flags.names());
        cx.fact("signCount", head.sign_count);
    }
    if let Some(aaguid) = data.aaguid() {
        cx.fact("aaguid", aaguid_text(aaguid));
    }
    if let Some(id) = data.credential_id() {
        cx.fact("credentialId", base64::encode(id, Form::Url));
    }
    if let Some(key) = data.key() {
        if let Some(key_type) = key.key_type() {
            cx.fact("kty", key_type.name());
        }
        if let Some(algorithm) = key.algorithm_id() {
            cx.fact("alg", algorithm);
            cx.fact("algorithm", algorithm_name(algorithm));
        }
    }
}
