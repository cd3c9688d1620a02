//! The algorithm: that there is one, and that it signs.

use crate::model::jws::{Jws, Verification};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};
use crate::wire::json::Type;

/// Algorithms that encrypt keys or content (RFC 7518, chapter 4).
const ENCRYPTION: &[&str] = &[
    "RSA1_5",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "RSA-OAEP-384",
    "RSA-OAEP-512",
    "A128KW",
    "A192KW",
    "A256KW",
    "dir",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "A128GCMKW",
    "A192GCMKW",
    "A256GCMKW",
    "PBES2-HS256+A128KW",
    "PBES2-HS384+A192KW",
    "PBES2-HS512+A256KW",
];

/// Header parameters that say how a JWE was made; `enc` makes it one.
const ENCRYPTION_PARAMETERS: &[&str] = &["zip", "epk", "p2s", "p2c"];

rule! { Jws =>
    /// The header is not a JSON object
    ///
    /// The first part of a JWS decodes to a JSON object that says how it is protected. Without one
    /// nothing of the token can be trusted.
    "jws.header-not-an-object": ERROR => header_not_an_object,
        cites: &[cite("RFC 7515", "4", Force::Fact, "the members of the JSON object(s) representing the JOSE Header")],
        catalogue: &["JT-21"];

    /// The header names no algorithm
    ///
    /// `alg` must be there, as a string. What a receiver assumes in its place, an attacker chooses.
    "jws.alg-missing": ERROR => alg_missing,
        cites: &[cite("RFC 7515", "4.1.1", Force::Must, "This Header Parameter MUST be present and MUST be understood and processed by implementations.")],
        catalogue: &["JT-03"];

    /// The token is not signed
    ///
    /// `alg` is `none`, in whatever case: anybody can make such a token. Receivers that compare the
    /// name in lower case, or take an empty signature as valid, have been broken by it.
    "jws.alg-none": ERROR => alg_none,
        cites: &[
            cite("RFC 7518", "3.6", Force::Must, "Implementations MUST NOT accept Unsecured JWSs by default."),
            cite("RFC 7518", "3.6", Force::Must, "Implementations that support Unsecured JWSs MUST NOT accept such objects as valid unless the application specifies that it is acceptable"),
        ],
        catalogue: &["JT-03"];

    /// The algorithm is not a registered one
    ///
    /// Names are case-sensitive: `rs256` is not `RS256`.
    "jws.alg-unknown": ERROR => alg_unknown,
        cites: &[cite("RFC 7515", "4.1.1", Force::Must, "The JWS Signature value is not valid if the \"alg\" value does not represent a supported algorithm")],
        catalogue: &["JT-03"];

    /// The header is that of an encrypted token
    ///
    /// `enc` or an algorithm such as RSA-OAEP make it a JWE. A receiver that decides by them takes what
    /// anybody can encrypt to a public key for something signed.
    "jws.header-of-encryption": ERROR => header_of_encryption,
        cites: &[cite("RFC 7516", "9", Force::Fact, "If the \"enc\" member exists, it is a JWE; otherwise, it is a JWS.")],
        catalogue: &["JT-02", "JT-22"];

    /// The header has a parameter of encrypted tokens
    ///
    /// `zip`, `epk`, `p2c` and their like say how a JWE was made. In a JWS they mean nothing: by the standard a
    /// receiver passes over them, and there this is a warning. One that does not inflates a payload without
    /// bounds, or computes what the sender asks for. eHealth's tokens have none of them.
    "jws.parameter-of-encryption": ERROR.in_standard(Warning) => parameter_of_encryption,
        cites: &[
            cite("RFC 7515", "4", Force::Must, "all Header Parameters not defined by this specification MUST be ignored when not understood"),
            cite("RFC 7516", "4.1.3", Force::Fact, "The \"zip\" (compression algorithm) applied to the plaintext before encryption, if any."),
        ],
        catalogue: &["JT-19", "JT-20"];

    /// etalon does not implement the algorithm
    ///
    /// The name is registered, but the signature was not judged.
    "jws.alg-not-implemented": INCONCLUSIVE => alg_not_implemented,
        cites: &[cite("RFC 8037", "3.1", Force::May, "Ed448")];
}

fn header_not_an_object(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if jws.header.kind() != Type::Object {
        let message = format!("expected a JSON object, found {}", jws.header.kind());
        cx.fail("header", jws.compact.header().span, message);
        cx.unreadable();
    }
    Some(Checked)
}

fn alg_missing(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if jws.header.kind() != Type::Object {
        return None;
    }
    let span = jws.compact.header().span;
    match jws.header.member("alg") {
        None => _ = cx.fail("header", span, "expected a member alg, found none"),
        Some(alg) if alg.as_str().is_none() => {
            cx.fail("header → /alg", span, format!("expected a string, found {}", alg.kind()));
        }
        Some(_) => {}
    }
    Some(Checked)
}

fn alg_none(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let alg = jws.text("alg")?;
    if alg.eq_ignore_ascii_case("none") {
        let message = format!("expected an algorithm that signs, found `{alg}`");
        cx.fail("header → /alg", jws.compact.header().span, message);
    }
    Some(Checked)
}

fn alg_unknown(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let alg = jws.text("alg")?;
    let known = jws.protection().is_some() || ENCRYPTION.contains(&alg) || alg == "Ed448";
    if !known && !alg.eq_ignore_ascii_case("none") {
        let cut: String = alg.chars().take(40).flat_map(char::escape_debug).collect();
        let message = format!("expected a registered signature algorithm, found `{cut}`");
        cx.fail("header → /alg", jws.compact.header().span, message);
    }
    Some(Checked)
}

fn header_of_encryption(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let span = jws.compact.header().span;
    let alg = jws.text("alg").filter(|alg| ENCRYPTION.contains(alg));
    if let Some(alg) = alg {
        cx.fail(
            "header → /alg",
            span,
            format!("expected an algorithm that signs, found `{alg}`, which encrypts"),
        );
    }
    if jws.header.member("enc").is_some() {
        cx.fail("header → /enc", span, "expected no parameter of encryption, found `enc`");
    }
    Some(Checked)
}

fn parameter_of_encryption(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.text("alg")?;
    let span = jws.compact.header().span;
    for name in ENCRYPTION_PARAMETERS.iter().filter(|name| jws.header.member(name).is_some()) {
        let message = format!("expected no parameter of encryption, found `{name}`");
        cx.fail(format_args!("header → /{name}"), span, message);
    }
    Some(Checked)
}

fn alg_not_implemented(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match &jws.verification {
        Verification::NotImplemented(what) => {
            cx.fail(
                "signature",
                jws.compact.signature().span,
                format!("{what} is not implemented, so the signature was not judged"),
            );
            Some(Checked)
        }
        Verification::Valid | Verification::Invalid => Some(Checked),
        Verification::NoKey
        | Verification::KeyUnreadable
        | Verification::Unpicked(_)
        | Verification::OtherKey(_)
        | Verification::KeyInvalid(_)
        | Verification::NoAlgorithm => None,
    }
}
