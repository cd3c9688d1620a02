//! Rules of `jwk`: a public key of KeyDepot or ETK Depot, by RFC 7517, 7518, 7638 and 8037.
//!
//! A set judges each of its keys by [`judge_key`].

use crate::crypto::{Hash, KeyKind, digest};
use crate::model::jwk::{Jwk, JwkChain};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::base64::{self, Form};
use crate::wire::json::{Document, Value};

mod chain;
mod curve;
mod kid;
mod private;
mod rsa;
mod secret;
mod shape;
mod thumbprint;
mod usage;

const TOPICS: &[&[Rule<Jwk<'static>>]] =
    &[shape::RULES, secret::RULES, private::RULES, curve::RULES, rsa::RULES, usage::RULES, kid::RULES];
const CHAIN: &[&[Rule<JwkChain<'static>>]] = &[chain::RULES, thumbprint::RULES];

/// The smallest RSA key that JOSE allows, in bits.
pub(crate) const MIN_RSA_BITS: usize = 2048;

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    let jwk = Jwk::read(value, cx.budget());
    state_facts(&jwk, cx);
    run(&jwk, cx);
}

/// Judges a key that stands in another artefact.
pub(crate) fn judge_key(value: Value<'_>, cx: &mut Cx<'_>) {
    run(&Jwk::read(value, cx.budget()), cx);
}

/// Judges the certificates and fingerprints that stand in a JOSE header, as those of a key.
pub(crate) fn judge_certificates(header: Value<'_>, cx: &mut Cx<'_>) {
    if ["x5c", "x5t", "x5t#S256"].into_iter().any(|name| header.member(name).is_some()) {
        cx.run(CHAIN, &JwkChain::read(&Jwk::read(header, cx.budget()), cx.budget()));
    }
}

fn run(jwk: &Jwk<'_>, cx: &mut Cx<'_>) {
    cx.run(TOPICS, jwk);
    cx.run(CHAIN, &JwkChain::read(jwk, cx.budget()));
}

fn state_facts(jwk: &Jwk<'_>, cx: &mut Cx<'_>) {
    for name in ["kty", "crv", "use", "alg", "kid"] {
        if let Some(text) = jwk.text(name) {
            cx.fact(name, text);
        }
    }
    if let Some(Ok(key)) = jwk.public_key() {
        cx.fact("key", key.kind().to_string());
        if let KeyKind::Rsa(bits) = key.kind() {
            cx.fact("bits", bits);
        }
    }
    if let Some(thumbprint) = jwk.thumbprint() {
        cx.fact("kid_is_thumbprint", jwk.text("kid") == Some(thumbprint.as_str()));
        cx.fact("thumbprint", thumbprint);
    }
    if let Some(leaf) = jwk.chain.first().and_then(|leaf| leaf.decoded.bytes.as_deref()) {
        cx.fact("x5t#S256", base64::encode(digest(Hash::Sha256, leaf).as_bytes(), Form::Url));
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(TOPICS), metas_of(CHAIN)].concat()
}

/// What makes a key id dangerous to those who look a key up by it.
pub(crate) fn hazard(kid: &str) -> Option<&'static str> {
    const LONGEST: usize = 1024;
    if kid.is_empty() {
        Some("an empty one")
    } else if kid.len() > LONGEST {
        Some("more than 1024 bytes")
    } else if kid.contains("..") || kid.contains(['/', '\\', '%']) {
        Some("parts of a path")
    } else if kid.chars().any(char::is_control) {
        Some("a control character")
    } else if kid.contains(['\'', '"', ';', '|', '`', '$', '<', '>', '(', ')', '{', '}', '*']) {
        Some("characters of a query or command")
    } else {
        None
    }
}
