//! Rules of `jwk`: a public key of KeyDepot or ETK Depot, by RFC 7517, 7518, 7638 and 8037.
//!
//! A set judges each of its keys by [`judge_in_set`].

use crate::crypto::{Hash, KeyKind, digest};
use crate::model::jwk::{Jwk, JwkChain};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::base64::{self, Form};
use crate::wire::json::Document;

mod chain;
mod curve;
mod key_type;
mod kid;
mod private;
mod rsa;
mod secret;
mod shape;
mod thumbprint;
mod usage;

/// What holds of a key that stands alone; in a set, keys of other types may stand beside it.
const ALONE: &[&[Rule<Jwk<'static>>]] = &[key_type::RULES];
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
    judge_key(&jwk, cx);
}

/// Judges a key, which may stand in another artefact.
pub(crate) fn judge_key(jwk: &Jwk<'_>, cx: &mut Cx<'_>) {
    cx.run(ALONE, jwk);
    judge_in_set(jwk, cx);
}

/// Judges a key of a set.
pub(crate) fn judge_in_set(jwk: &Jwk<'_>, cx: &mut Cx<'_>) {
    cx.run(TOPICS, jwk);
    judge_certificates(jwk, cx);
}

/// Judges the certificates and fingerprints of a key, or of a JOSE header that was read as one.
pub(crate) fn judge_certificates(jwk: &Jwk<'_>, cx: &mut Cx<'_>) {
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
    [metas_of(ALONE), metas_of(TOPICS), metas_of(CHAIN)].concat()
}

pub(crate) use key_type::fail_unknown;

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
