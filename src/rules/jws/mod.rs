//! Rules of `jws`: a compact JWS of RFC 7515, and whether it verifies.
//!
//! The tokens are built on it: [`read`] judges the JWS and hands it on.

use crate::base::Profile;
use crate::model::jws::{Jws, KeySource, Keys, Serialized, Verification, is_payload_bare};
use crate::model::token::Token;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, jwk, metas_of};
use crate::wire::jose::Compact;
use crate::wire::json::Document;

mod algorithm;
pub(crate) mod claims;
mod critical;
mod foreign_keys;
mod header_key;
mod key;
mod signature;
mod structure;
mod token;

const STRUCTURE: &[&[Rule<Serialized<'static>>]] = &[structure::RULES];
const TOPICS: &[&[Rule<Jws<'static>>]] = &[
    algorithm::RULES,
    critical::RULES,
    foreign_keys::RULES,
    header_key::RULES,
    key::RULES,
    signature::RULES,
];

const TOKEN: &[&[Rule<Token<'static>>]] = &[token::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    read(input, cx, |_, _| {});
}

/// Judges a compact JWS, and with `then` what builds on it, where its header could be read.
pub(crate) fn read(input: &[u8], cx: &mut Cx<'_>, then: impl FnOnce(&Jws<'_>, &mut Cx<'_>)) {
    let compact = Compact::read(input, cx.budget());
    if compact.departure().is_some() {
        cx.unreadable();
    }
    let is_bare = says_payload_is_bare(&compact, cx);
    cx.run(STRUCTURE, &Serialized { compact: &compact, is_payload_bare: is_bare });
    if compact.departure().is_some() {
        return;
    }
    let header = Document::read(compact.header().bytes(), cx.budget());
    let Some(header) = cx.within("header", compact.header().map(), |cx| json::read(&header, cx)) else {
        return;
    };
    let context = cx.context();
    let source = context.key.as_ref().map(|key| KeySource::read(key.as_str(), cx.budget()));
    let keys = source.as_ref().map_or(Keys::Absent, |source| source.keys(cx.budget()));
    let jws = Jws::verify(&compact, header, &keys, cx.budget());
    for name in ["alg", "kid", "typ"] {
        if let Some(text) = jws.text(name) {
            cx.fact(name, text);
        }
    }
    let outcome = match jws.verification {
        Verification::Valid => "valid",
        Verification::Invalid => "invalid",
        Verification::NoKey
        | Verification::KeyUnreadable
        | Verification::Unpicked(_)
        | Verification::OtherKey(_)
        | Verification::KeyInvalid(_)
        | Verification::NoAlgorithm
        | Verification::NotImplemented(_) => "not verified",
    };
    cx.fact("signature", outcome);
    cx.run(TOPICS, &jws);
    cx.within("header", compact.header().map(), |cx| {
        // Under eHealth's profiles an embedded key is refused whatever it is.
        let embedded = jws.shown.embedded.as_ref();
        if let Some(embedded) = embedded.filter(|_| cx.profile() == Profile::Standard) {
            jwk::judge_key(embedded, cx);
        }
        // RFC 7515, 4.1.6 to 4.1.8: as in a JWK.
        if let Some(certified) = &jws.shown.certified {
            jwk::judge_certificates(certified, cx);
        }
    });
    then(&jws, cx);
}

/// Whether the header says that the payload is not encoded, which must be known before the parts are
/// judged.
fn says_payload_is_bare(compact: &Compact<'_>, cx: &Cx<'_>) -> bool {
    let header = compact.header().bytes();
    header.windows(3).any(|it| it == b"b64")
        && Document::read(header, cx.budget()).root().is_some_and(is_payload_bare)
}

/// Judges a signed JWT, and with `then` its claims, where they could be read.
pub(crate) fn read_token(input: &[u8], cx: &mut Cx<'_>, then: impl FnOnce(&Token<'_>, &mut Cx<'_>)) {
    read(input, cx, |jws, cx| {
        let payload = jws.compact.payload();
        let document = Document::read(payload.bytes(), cx.budget());
        let Some(claims) = cx.within("payload", payload.map(), |cx| json::read(&document, cx)) else {
            return;
        };
        for name in ["iss", "azp", "sub"] {
            if let Some(text) = claims.member(name).and_then(super::super::wire::json::Value::as_str) {
                cx.fact(name, text);
            }
        }
        let token = Token { jws, claims };
        cx.run(TOKEN, &token);
        then(&token, cx);
    });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(STRUCTURE), metas_of(TOPICS), metas_of(TOKEN)].concat()
}
