//! The set: its shape, and what its keys are to each other.

use std::collections::BTreeMap;

use super::MAX_KEYS;
use crate::crypto::weak::shares_factor;
use crate::model::jwk::{Jwk, JwkSet};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, NOTE, WARNING, cite};
use crate::wire::json::Type;

rule! { JwkSet =>
    /// The answer is not a set of keys
    ///
    /// A JWK set is an object with an array `keys`. ETK Depot's text speaks of an array of objects,
    /// its example shows the set. A single key is what the operations with a `kid` answer.
    "jwks.not-a-set": ERROR => not_a_set,
        clauses: &["KD-5.2-01", "KD-5.2.4-17", "KD-5.2.4-24", "ED-5.2-01", "ED-5.2.2.2-01", "ED-5.2.2.2-07"],
        cites: &[cite("RFC 7517", "5", Force::Must, "The JSON object MUST have a \"keys\" member, with its value being an array of JWKs.")],
        defects: &["SD-04", "SD-73"],
        catalogue: &["JK-17"];

    /// The set is empty
    ///
    /// KeyDepot answers a search without result with an empty list (8.4).
    "jwks.empty": NOTE => empty,
        cites: &[cite("KeyDepot cookbook 1.2", "8.4", Force::Fact, "Empty list: The search request returns no result")],
        catalogue: &["JK-17"];

    /// Two keys have the same id
    ///
    /// A reader that looks a key up by its id finds one or the other. The cookbook's sample repeats
    /// one (SD-11).
    "jwks.kid-repeated": WARNING => kid_repeated,
        clauses: &["KD-5.2.4-31"],
        cites: &[cite("RFC 7517", "4.5", Force::Should, "different keys within the JWK Set SHOULD use distinct \"kid\" values")],
        defects: &["SD-11"],
        catalogue: &["JK-04"];

    /// The set holds secrets beside public keys
    ///
    /// Symmetric or private keys among public ones: either a secret was published, or a reader takes
    /// a public key for a secret.
    "jwks.mixed": ERROR => mixed,
        clauses: &["KD-5.2.4-03"],
        cites: &[cite("RFC 7517", "9.2", Force::Must, "Private and symmetric keys MUST be protected from disclosure to unintended parties.")],
        catalogue: &["JK-03"];

    /// Two keys have a factor in common
    ///
    /// Two RSA moduli with a prime in common fall apart by one greatest common divisor: whoever has the
    /// set has both private keys. The generator that made them had too little randomness.
    "jwks.factor-shared": ERROR => factor_shared,
        cites: &[cite("RFC 8017", "3.1", Force::Fact, "the RSA modulus n is a product of u distinct odd primes")],
        catalogue: &["JK-08"];

    /// The set holds more keys than etalon judges
    ///
    /// The first 1000 were judged, the rest were not.
    "jwks.too-many-keys": INCONCLUSIVE => too_many_keys,
        cites: &[cite("etalon", "jwks", Force::House, "the first 1000 keys are judged")],
        catalogue: &["JK-18"];
}

fn not_a_set(set: &JwkSet<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = set.value;
    let keys = value.member("keys");
    match (value.kind(), keys.map(crate::wire::json::Value::kind)) {
        (Type::Object, Some(Type::Array)) => {}
        (Type::Object, Some(other)) => {
            let at = keys.unwrap_or(value);
            cx.fail(at.pointer(), at.span(), format!("expected an array of keys, found {other}"));
        }
        (Type::Object, None) => {
            let finding = cx.fail("", value.span(), "expected a member keys, found none");
            if value.member("kty").is_some() {
                finding.hint("this is a single key: judge it as jwk");
            }
        }
        (other, _) => {
            cx.fail("", value.span(), format!("expected an object with a member keys, found {other}"));
            cx.unreadable();
        }
    }
    Some(Checked)
}

fn empty(set: &JwkSet<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let keys = set.value.member("keys").filter(|keys| keys.kind() == Type::Array)?;
    if set.keys.is_empty() {
        cx.fail(keys.pointer(), keys.span(), "expected keys, found none");
    }
    Some(Checked)
}

fn kid_repeated(set: &JwkSet<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    set.keys.first()?;
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for key in &set.keys {
        let Some(kid) = key.member("kid") else { continue };
        // The sample's ids are numbers: compare what is written.
        let Some(written) = kid.as_str().or_else(|| kid.as_number()) else { continue };
        // Alternatives of different types may share an id.
        let kty = key.member("kty").and_then(crate::wire::json::Value::as_str).unwrap_or_default();
        match first.get(&format!("{kty} {written}")) {
            Some(before) => {
                cx.fail(
                    kid.pointer(),
                    kid.span(),
                    format!("expected each key to have an id of its own, found that of {before}"),
                );
            }
            None => _ = first.insert(format!("{kty} {written}"), key.pointer()),
        }
    }
    Some(Checked)
}

fn mixed(set: &JwkSet<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    set.keys.first()?;
    let is_secret = |key: &&crate::wire::json::Value<'_>| {
        key.member("d").is_some()
            || key.member("kty").and_then(crate::wire::json::Value::as_str) == Some("oct")
    };
    let secrets = set.keys.iter().filter(is_secret).count();
    if secrets > 0 && secrets < set.keys.len() {
        let at = set.value.member("keys").unwrap_or(set.value);
        let message =
            format!("expected public keys alone, found {secrets} secret ones among {}", set.keys.len());
        cx.fail(at.pointer(), at.span(), message);
    }
    Some(Checked)
}

fn factor_shared(set: &JwkSet<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    /// Keys that are compared with each other.
    const COMPARED: usize = 256;
    let keys = set.keys.iter().take(COMPARED);
    let keys: Vec<_> =
        keys.filter_map(|key| Some((key, Jwk::read(*key, cx.budget()).rsa()?.n.clone()))).collect();
    let moduli: Vec<&[u8]> = keys.iter().map(|(_, n)| n.as_slice()).collect();
    (moduli.len() > 1).then_some(())?;
    for (key, n) in &keys {
        if let Some(other) = shares_factor(n, &moduli) {
            let other = keys[other].0.pointer();
            let message =
                format!("expected a modulus of its own primes, found one that shares a factor with {other}");
            cx.fail(key.pointer(), key.span(), message);
        }
    }
    Some(Checked)
}

fn too_many_keys(set: &JwkSet<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let keys = set.value.member("keys")?;
    if set.keys.len() > MAX_KEYS {
        let message = format!("expected at most {MAX_KEYS} keys to judge, found {}", set.keys.len());
        cx.fail(keys.pointer(), keys.span(), message);
    }
    Some(Checked)
}
