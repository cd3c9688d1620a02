//! What the header says of the key that signed: its form, and whether it is true.

use crate::model::jwk::PRIVATE;
use crate::model::jws::{Jws, Verification};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::base64::{self, Form};
use crate::wire::json::{Type, Value};

/// The parameters whose type is given; `alg`, `kid` and `crit` have rules of their own.
const TYPES: [(&str, Type); 9] = [
    ("typ", Type::String),
    ("cty", Type::String),
    ("jku", Type::String),
    ("jwk", Type::Object),
    ("x5u", Type::String),
    ("x5c", Type::Array),
    ("x5t", Type::String),
    ("x5t#S256", Type::String),
    ("b64", Type::Bool),
];

rule! { Jws =>
    /// A header parameter is not of its type
    ///
    /// `typ`, `cty`, `jku` and `x5u` are strings, `jwk` is an object, `x5c` an array of strings, `x5t` and
    /// `x5t#S256` are base64url, `b64` is a boolean. A receiver that converts types reads another header
    /// than the sender wrote.
    "jws.header-mistyped": ERROR => header_mistyped,
        cites: &[
            cite("RFC 7515", "4.1.3", Force::Fact, "This key is represented as a JSON Web Key [JWK]."),
            cite("RFC 7515", "4.1.6", Force::Fact, "The certificate or certificate chain is represented as a JSON array of certificate value strings."),
            cite("RFC 7515", "4.1.8", Force::Fact, "is a base64url-encoded SHA-256 thumbprint (a.k.a. digest) of the DER encoding of the X.509 certificate"),
        ],
        catalogue: &["GE-08"];

    /// The header gives a secret away
    ///
    /// `jwk` is the public key of the signer. Here private members stand in it, and everybody who sees the
    /// token can sign in the signer's name: revoke the key.
    "jws.key-embedded-secret": ERROR => key_embedded_secret,
        cites: &[cite("RFC 7515", "4.1.3", Force::Fact, "is the public key that corresponds to the key used to digitally sign the JWS")],
        catalogue: &["JK-01", "JT-07"];

    /// The signature was not made with the key that the header shows
    ///
    /// `jwk`, and the first certificate of `x5c`, hold the key that made the signature. Here another one
    /// did: whoever goes by the header trusts a key that signed nothing. Without a key in the context, the
    /// signature is held against the header's own.
    "jws.key-not-of-header": ERROR => key_not_of_header,
        cites: &[
            cite("RFC 7515", "4.1.3", Force::Fact, "is the public key that corresponds to the key used to digitally sign the JWS"),
            cite("RFC 7515", "4.1.6", Force::Must, "The certificate containing the public key corresponding to the key used to digitally sign the JWS MUST be the first certificate."),
        ],
        catalogue: &["JT-07"];
}

fn header_mistyped(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.header.members().next()?;
    let span = jws.compact.header().span;
    for (name, expected) in TYPES {
        let Some(value) = jws.header.member(name) else { continue };
        let at = format!("header → /{name}");
        if value.kind() != expected {
            cx.fail(at, span, format!("expected {expected}, found {}", value.kind()));
        } else if let (true, Some(text)) = (name.starts_with("x5t"), value.as_str()) {
            for fault in base64::decode(text.as_bytes(), Form::Url, cx.budget()).distinct_faults() {
                cx.fail(&at, span, fault.kind.to_string());
            }
        }
    }
    for element in jws.header.member("x5c").into_iter().flat_map(Value::elements).take(64) {
        if element.kind() != Type::String {
            let at = format!("header → {}", element.pointer());
            cx.fail(at, span, format!("expected a string, found {}", element.kind()));
        }
    }
    Some(Checked)
}

fn key_embedded_secret(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let jwk = jws.header.member("jwk").filter(|jwk| jwk.kind() == Type::Object)?;
    for name in PRIVATE.iter().filter(|name| jwk.member(name).is_some()) {
        let at = format!("header → /jwk/{name}");
        let message = "expected a public key, found a member that its owner keeps secret";
        cx.fail(at, jws.compact.header().span, message);
    }
    Some(Checked)
}

fn key_not_of_header(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.shown.each().next()?;
    let used = match jws.verification {
        Verification::Valid => Some(jws.used_key()?),
        Verification::NoKey => None,
        Verification::KeyUnreadable
        | Verification::Unpicked(_)
        | Verification::OtherKey(_)
        | Verification::KeyInvalid(_)
        | Verification::NoAlgorithm
        | Verification::NotImplemented(_)
        | Verification::Invalid => return None,
    };
    for (name, key) in jws.shown.each() {
        let made_it = match &used {
            Some(used) => used.is_same(key),
            None => !matches!(jws.verified_under(key), Verification::Invalid | Verification::OtherKey(_)),
        };
        if !made_it {
            let message = "expected the key that made the signature, found another";
            cx.fail(format_args!("header → /{name}"), jws.compact.header().span, message);
        }
    }
    Some(Checked)
}
