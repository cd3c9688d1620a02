//! The members of a key: which there must be, of which type, in which encoding.

use crate::model::jwk::{Jwk, KeyType};
use crate::rule;
use crate::rule::Severity::{Error, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, OFF, cite};
use crate::wire::json::Type;

/// The members whose type RFC 7517 and RFC 7518 give; `kid` has a rule of its own.
const TYPES: &[(&str, Type)] = &[
    ("kty", Type::String),
    ("use", Type::String),
    ("key_ops", Type::Array),
    ("alg", Type::String),
    ("x5u", Type::String),
    ("x5c", Type::Array),
    ("x5t", Type::String),
    ("x5t#S256", Type::String),
    ("crv", Type::String),
    ("x", Type::String),
    ("y", Type::String),
    ("n", Type::String),
    ("e", Type::String),
    ("d", Type::String),
    ("p", Type::String),
    ("q", Type::String),
    ("dp", Type::String),
    ("dq", Type::String),
    ("qi", Type::String),
    ("oth", Type::Array),
    ("k", Type::String),
];

rule! { Jwk =>
    /// The key is not a JSON object
    ///
    /// A key is one JSON object whose members describe it. A set of keys, a list or a text in its place
    /// is another artefact: judge a set as `jwks`.
    "jwk.not-an-object": ERROR => not_an_object,
        clauses: &["KD-5.2-01", "ED-5.2-01", "KD-5.2.5-02", "ED-5.2.3.2-01"],
        cites: &[cite("RFC 7517", "4", Force::Fact, "A JWK is a JSON object that represents a cryptographic key.")],
        defects: &["SD-04", "SD-30", "SD-71", "SD-73"],
        catalogue: &["JK-17", "GE-08"];

    /// The key does not say its type
    ///
    /// `kty` must be there. KeyDepot's table calls it `key`; its example and the RFC call it `kty`
    /// (SD-11).
    "jwk.kty-missing": ERROR => kty_missing,
        clauses: &["KD-5.2.4-18", "KD-5.2.5-03"],
        cites: &[cite("RFC 7517", "4.1", Force::Must, "This member MUST be present in a JWK.")],
        defects: &["SD-11"],
        catalogue: &["JK-01"];

    /// A member that the type of the key needs is missing
    ///
    /// An EC key has `crv`, `x` and `y`, an OKP key `crv` and `x`, an RSA key `n` and `e`.
    "jwk.member-missing": ERROR => member_missing,
        clauses: &["KD-5.2.4-19", "KD-5.2.5-04", "ED-5.2.2.2-12"],
        cites: &[
            cite("RFC 7518", "6.2.1", Force::Must, "The following members MUST be present for all Elliptic Curve public keys"),
            cite("RFC 7518", "6.3.1", Force::Must, "The following members MUST be present for RSA public keys."),
        ],
        catalogue: &["JK-06", "JK-09"];

    /// An RSA key leaves its modulus to its certificate
    ///
    /// ETK Depot's example has `e` and `x5c` but no `n` (SD-12). RFC 7518 wants the modulus there;
    /// etalon judges the one of the certificate, as real clients do.
    "jwk.modulus-left-to-certificate": OFF.in_standard(Error).in_cookbook(Warning).in_field(Warning)
        => modulus_left_to_certificate,
        clauses: &["ED-5.2.2.2-13"],
        cites: &[cite("RFC 7518", "6.3.1.1", Force::Fact, "The \"n\" (modulus) parameter contains the modulus value for the RSA public key.")],
        defects: &["SD-12"],
        catalogue: &["JK-16"];

    /// A member has the wrong JSON type
    ///
    /// Each member has one JSON type: `kty`, `crv` and the numbers are strings, `key_ops` and `x5c` are
    /// arrays of strings. A reader that converts types reads another key than the sender wrote.
    "jwk.member-mistyped": ERROR => member_mistyped,
        clauses: &["ED-5.2.2.2-14"],
        cites: &[cite("RFC 7517", "4", Force::Fact, "A JWK is a JSON object that represents a cryptographic key. The members of the object represent properties of the key, including its value.")],
        catalogue: &["GE-08"];

    /// A member is not strict base64url
    ///
    /// Numbers, coordinates and fingerprints are base64url without padding. Padding, the other
    /// alphabet, white space and set bits behind the last byte make a second text of the same key,
    /// with another thumbprint.
    "jwk.member-not-base64url": ERROR => member_not_base64url,
        clauses: &["KD-5.2.4-27", "KD-5.2.4-28", "KD-5.2.5-05", "KD-5.2.5-06", "ED-5.2.2.2-11", "ED-5.2.2.2-12"],
        cites: &[cite("RFC 7518", "2", Force::Fact, "The representation of a positive or zero integer value as the base64url encoding of the value's unsigned big-endian representation as an octet sequence.")],
        catalogue: &["GE-13", "GE-14", "GE-15", "JK-06", "JK-13"];
}

fn not_an_object(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if jwk.value.kind() != Type::Object {
        let message = format!("expected a JSON object, found {}", jwk.value.kind());
        cx.fail(jwk.value.pointer(), jwk.value.span(), message);
        cx.unreadable();
    }
    Some(Checked)
}

fn kty_missing(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if jwk.value.kind() != Type::Object {
        return None;
    }
    if jwk.member("kty").is_none() {
        let finding = cx.fail(jwk.value.pointer(), jwk.value.span(), "expected a member kty, found none");
        if jwk.member("key").is_some() {
            finding.hint("the table of the cookbook calls it `key`, the example and RFC 7517 `kty`");
        } else if jwk.member("keys").is_some() {
            finding.hint("a member `keys` makes it a set: judge it as jwks");
        }
    }
    Some(Checked)
}

fn leaves_modulus_to_certificate(jwk: &Jwk<'_>) -> bool {
    jwk.member("n").is_none() && jwk.certified_key().is_some_and(|key| key.rsa().is_some())
}

fn member_missing(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key_type = jwk.key_type()?;
    for name in key_type.members().iter().filter(|name| jwk.member(name).is_none()) {
        if *name == "n" && leaves_modulus_to_certificate(jwk) {
            continue;
        }
        let kty = jwk.text("kty").unwrap_or_default();
        cx.fail(
            jwk.value.pointer(),
            jwk.value.span(),
            format!("expected a member {name} of a key of type {kty}, found none"),
        );
    }
    Some(Checked)
}

fn modulus_left_to_certificate(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if jwk.key_type()? != KeyType::Rsa {
        return None;
    }
    if leaves_modulus_to_certificate(jwk) {
        cx.fail(
            jwk.value.pointer(),
            jwk.value.span(),
            "expected a member n, found it only in the certificate of x5c",
        );
    }
    Some(Checked)
}

fn member_mistyped(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jwk.value.members().next()?;
    for (name, expected) in TYPES {
        if let Some(value) = jwk.member(name).filter(|value| value.kind() != *expected) {
            let message = format!("expected {expected}, found {}", value.kind());
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    for name in ["key_ops", "x5c"] {
        for value in jwk.member(name).into_iter().flat_map(crate::wire::json::Value::elements).take(64) {
            if value.kind() != Type::String {
                cx.fail(value.pointer(), value.span(), format!("expected a string, found {}", value.kind()));
            }
        }
    }
    Some(Checked)
}

fn member_not_base64url(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jwk.all_octets().first()?;
    for octets in jwk.all_octets() {
        for fault in octets.decoded.distinct_faults() {
            cx.fail(
                octets.value.pointer(),
                octets.value.text_map().outer(fault.span),
                fault.kind.to_string(),
            );
        }
    }
    Some(Checked)
}
