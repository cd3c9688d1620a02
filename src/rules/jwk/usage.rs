//! What a key is for: `use`, `key_ops` and `alg`, and whether they agree.

use crate::base::Service;
use crate::model::jwk::{Jwk, curve_of_algorithm};
use crate::model::jws::key_type_of;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::rules::shown;
use crate::wire::json::Value;

/// Key management algorithms (RFC 7518, chapter 4) and the type of key that each works with.
const ENCRYPTION: &[(&str, &str)] = &[
    ("RSA1_5", "RSA"),
    ("RSA-OAEP", "RSA"),
    ("RSA-OAEP-256", "RSA"),
    ("RSA-OAEP-384", "RSA"),
    ("RSA-OAEP-512", "RSA"),
    ("ECDH-ES", "EC"),
    ("ECDH-ES+A128KW", "EC"),
    ("ECDH-ES+A192KW", "EC"),
    ("ECDH-ES+A256KW", "EC"),
    ("A128KW", "oct"),
    ("A192KW", "oct"),
    ("A256KW", "oct"),
    ("A128GCMKW", "oct"),
    ("A192GCMKW", "oct"),
    ("A256GCMKW", "oct"),
    ("dir", "oct"),
    ("A128GCM", "oct"),
    ("A192GCM", "oct"),
    ("A256GCM", "oct"),
    ("A128CBC-HS256", "oct"),
    ("A192CBC-HS384", "oct"),
    ("A256CBC-HS512", "oct"),
    ("PBES2-HS256+A128KW", "oct"),
    ("PBES2-HS384+A192KW", "oct"),
    ("PBES2-HS512+A256KW", "oct"),
];

/// The operations of RFC 7517, and the use that each belongs to.
const OPERATIONS: &[(&str, &str)] = &[
    ("sign", "sig"),
    ("verify", "sig"),
    ("encrypt", "enc"),
    ("decrypt", "enc"),
    ("wrapKey", "enc"),
    ("unwrapKey", "enc"),
    ("deriveKey", "enc"),
    ("deriveBits", "enc"),
];

rule! { Jwk =>
    /// The use is neither `sig` nor `enc`
    ///
    /// Both cookbooks know these two, in small letters: the value is case-sensitive. RFC 7517 lets
    /// others be used, so it is a warning under `standard`.
    "jwk.use-unknown": ERROR.in_standard(Warning) => use_unknown,
        clauses: &["KD-5.2.4-20", "KD-5.2.5-07", "ED-5.2.2.1-10"],
        cites: &[
            cite("RFC 7517", "4.2", Force::Fact, "The \"use\" value is a case-sensitive string."),
            cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "2 values possible: \"sig\" or \"enc\""),
        ],
        defects: &["SD-50"],
        catalogue: &["JK-10"];

    /// A key of ETK Depot does not say its use
    ///
    /// Each has `use`, `kid` and its certificate. A key of KeyDepot without `use` has no limitation.
    "jwk.use-missing": WARNING.not_in_standard() => use_missing,
        clauses: &["ED-5.2.2.2-04", "ED-5.2.3.2-03", "KD-5.2.3-07"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.2.2", Force::Fact, "Each etkInfo object contains the use, the kid, and the certificate itself.")],
        defects: &["SD-50"];

    /// The key operations are malformed
    ///
    /// `key_ops` lists each operation once, and at least one.
    "jwk.key-ops-malformed": ERROR => key_ops_malformed,
        cites: &[cite("RFC 7517", "4.3", Force::Must, "Duplicate key operation values MUST NOT be present in the array.")],
        catalogue: &["JK-10"];

    /// Both `use` and `key_ops` are there
    ///
    /// The two say the same in different words, and a reader that heeds one misses what the other
    /// forbids. Send `use`, which the cookbooks name.
    "jwk.use-beside-key-ops": WARNING => use_beside_key_ops,
        cites: &[cite("RFC 7517", "4.3", Force::Should, "The \"use\" and \"key_ops\" JWK members SHOULD NOT be used together")],
        catalogue: &["JK-10"];

    /// `use` and `key_ops` contradict each other
    ///
    /// A key for `sig` signs and verifies, one for `enc` encrypts, wraps and derives.
    "jwk.use-contradicts-key-ops": ERROR => use_contradicts_key_ops,
        cites: &[cite("RFC 7517", "4.3", Force::Must, "if both are used, the information they convey MUST be consistent")],
        catalogue: &["JK-10"];

    /// The algorithm is not a registered one
    ///
    /// Names are case-sensitive; ECDSA on P-521 is `ES512`.
    "jwk.alg-unknown": WARNING => alg_unknown,
        clauses: &["KD-5.2.4-21"],
        cites: &[cite("RFC 7517", "4.4", Force::Should, "should either be registered in the IANA \"JSON Web Signature and Encryption Algorithms\" registry")],
        catalogue: &["JK-07"];

    /// The algorithm is for another kind of key
    ///
    /// ES256 is ECDSA on P-256 and on no other curve, RS256 works with RSA keys alone. EdDSA signs on Ed25519 and
    /// Ed448, and ECDH-ES agrees on X25519 and X448, never the other way round.
    "jwk.alg-for-another-key": ERROR => alg_for_another_key,
        clauses: &["KD-5.2.4-21", "KD-5.2.4-26"],
        cites: &[
            cite("RFC 7518", "3.4", Force::Fact, "ES256 … ECDSA using P-256 and SHA-256"),
            cite("RFC 8037", "3.1", Force::Fact, "The EdDSA variant used is determined by the subtype of the key (Ed25519 for \"Ed25519\" and Ed448 for \"Ed448\")."),
        ],
        catalogue: &["JK-07"];

    /// The algorithm contradicts the use
    ///
    /// A signature algorithm does not encrypt, and a key wrapping algorithm does not sign. Name an
    /// algorithm of the key's use, or leave `alg` out.
    "jwk.alg-contradicts-use": ERROR => alg_contradicts_use,
        cites: &[cite("RFC 7517", "4.4", Force::Fact, "identifies the algorithm intended for use with the key")],
        catalogue: &["JK-07", "JK-10"];

    /// A key of KeyDepot does not name its algorithm
    ///
    /// The table lists `alg`, the example leaves it out (SD-54).
    "jwk.alg-missing": NOTE.not_in_standard() => alg_missing,
        clauses: &["KD-5.2.4-21"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "alg The signature algorithm")],
        defects: &["SD-54"];
}

fn use_unknown(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = jwk.member("use")?;
    let text = value.as_str()?;
    if !["sig", "enc"].contains(&text) {
        cx.fail(value.pointer(), value.span(), format!("expected `sig` or `enc`, found {}", shown(text)));
    }
    Some(Checked)
}

fn use_missing(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jwk.key_type()?;
    if cx.context().service != Some(Service::Etkdepot) {
        return None;
    }
    if jwk.member("use").is_none() {
        cx.fail(jwk.value.pointer(), jwk.value.span(), "expected a member use, found none");
    }
    Some(Checked)
}

fn key_ops_malformed(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let list = jwk.member("key_ops").filter(|list| list.kind() == crate::wire::json::Type::Array)?;
    let mut seen: Vec<&str> = Vec::new();
    for value in list.elements().take(64) {
        let Some(name) = value.as_str() else { continue };
        if seen.contains(&name) {
            cx.fail(
                value.pointer(),
                value.span(),
                format!("expected each operation once, found {} again", shown(name)),
            );
        }
        seen.push(name);
    }
    if list.elements().next().is_none() {
        cx.fail(list.pointer(), list.span(), "expected at least one operation, found none");
    }
    Some(Checked)
}

fn use_beside_key_ops(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let list = jwk.member("use").or_else(|| jwk.member("key_ops"))?;
    if jwk.member("use").is_some() && jwk.member("key_ops").is_some() {
        cx.fail(list.pointer(), list.span(), "expected either use or key_ops, found both");
    }
    Some(Checked)
}

fn use_contradicts_key_ops(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (purpose, list) = (jwk.text("use")?, jwk.member("key_ops")?);
    let of_other_use = |name: &str| OPERATIONS.iter().any(|(it, belongs)| *it == name && *belongs != purpose);
    for value in list.elements().take(64) {
        if let Some(name) = value.as_str().filter(|name| of_other_use(name)) {
            let message = format!("expected operations of use {}, found {}", shown(purpose), shown(name));
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    Some(Checked)
}

fn type_of_algorithm(alg: &str) -> Option<&'static str> {
    use crate::model::jwk::KeyType;
    let signs = key_type_of(alg).map(|it| match it {
        KeyType::Ec => "EC",
        KeyType::Rsa => "RSA",
        KeyType::Oct => "oct",
        KeyType::Okp => "OKP",
    });
    signs.or_else(|| ENCRYPTION.iter().find(|(name, _)| *name == alg).map(|(_, kty)| *kty))
}

fn alg_unknown(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = jwk.member("alg")?;
    let alg = value.as_str()?;
    // Collision-resistant names are URIs or stand under a domain.
    if type_of_algorithm(alg).is_none() && alg != "Ed448" && !alg.contains([':', '.']) {
        cx.fail(
            value.pointer(),
            value.span(),
            format!("expected a registered algorithm, found {}", shown(alg)),
        );
    }
    Some(Checked)
}

fn alg_for_another_key(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = jwk.member("alg")?;
    let (alg, kty) = (value.as_str()?, jwk.text("kty")?);
    let wanted = type_of_algorithm(alg).or((alg == "Ed448").then_some("OKP"))?;
    let agrees_on_okp = kty == "OKP" && alg.starts_with("ECDH-ES");
    if wanted != kty && !agrees_on_okp {
        let message = format!("expected a key of type {wanted} for {alg}, found {}", shown(kty));
        cx.fail(value.pointer(), value.span(), message);
    } else if let Some(crv) = jwk.text("crv") {
        let curves = match (curve_of_algorithm(alg), alg) {
            (Some(curve), _) => vec![curve.name()],
            (None, "EdDSA") => vec!["Ed25519", "Ed448"],
            (None, "Ed25519" | "Ed448") => vec![alg],
            (None, _) if agrees_on_okp => vec!["X25519", "X448"],
            (None, _) => return Some(Checked),
        };
        if !curves.contains(&crv) {
            let message =
                format!("expected a key on {} for {alg}, found {}", curves.join(" or "), shown(crv));
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    Some(Checked)
}

fn alg_contradicts_use(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value: Value<'_> = jwk.member("alg")?;
    let (alg, purpose) = (value.as_str()?, jwk.text("use").filter(|it| ["sig", "enc"].contains(it))?);
    type_of_algorithm(alg)?;
    let belongs = if key_type_of(alg).is_some() { "sig" } else { "enc" };
    if belongs != purpose {
        cx.fail(
            value.pointer(),
            value.span(),
            format!("expected an algorithm for use `{purpose}`, found `{alg}` for `{belongs}`"),
        );
    }
    Some(Checked)
}

fn alg_missing(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jwk.key_type()?;
    if cx.context().service != Some(Service::Keydepot) {
        return None;
    }
    if jwk.member("alg").is_none() {
        cx.fail(jwk.value.pointer(), jwk.value.span(), "expected a member alg, found none");
    }
    Some(Checked)
}
