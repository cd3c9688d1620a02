//! Critical extensions: what a receiver must understand, or refuse.

use crate::model::jws::Jws;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::json::{Type, Value};

/// What RFC 7515, 7516 and 7518 define themselves.
const REGISTERED: &[&str] = &[
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk",
    "apu", "apv", "iv", "tag", "p2s", "p2c",
];

rule! { Jws =>
    /// The list of critical extensions is malformed
    ///
    /// `crit` is an array of one or more strings, each once, each the name of a parameter that
    /// stands in the header, and none that RFC 7515 or RFC 7518 defines itself.
    "jws.crit-malformed": ERROR => crit_malformed,
        cites: &[cite("RFC 7515", "4.1.11", Force::Must, "Producers MUST NOT use the empty list \"[]\" as the \"crit\" value.")],
        catalogue: &["JT-11"];

    /// A critical extension is not understood
    ///
    /// A receiver that does not understand all of them must refuse the token. etalon knows `b64` of
    /// RFC 7797; eHealth's services know none.
    "jws.crit-not-understood": ERROR => crit_not_understood,
        cites: &[cite("RFC 7515", "4.1.11", Force::Must, "If any of the listed extension Header Parameters are not understood and supported by the recipient, then the JWS is invalid.")],
        catalogue: &["JT-11"];

    /// The payload is said not to be encoded
    ///
    /// `b64` must be listed in `crit`, or a receiver that does not know it verifies something else
    /// than one that does. A JWT never has it.
    "jws.b64-not-critical": ERROR => b64_not_critical,
        cites: &[cite("RFC 7797", "6", Force::Must, "The \"crit\" Header Parameter MUST be included with \"b64\" in its set of values when using the \"b64\" Header Parameter")],
        catalogue: &["JT-12"];

    /// The payload cannot stand in a compact text as it is
    ///
    /// With `b64` false the payload is part of the text: printable ASCII characters, and no period. What
    /// else stands there is changed on the way, and the signature with it. Send it detached.
    "jws.bare-payload-unprintable": ERROR => bare_payload_unprintable,
        cites: &[cite("RFC 7797", "5.2", Force::May, "the ASCII space character and all printable ASCII characters other than period ('.') (those characters in the ranges %x20-2D and %x2F-7E) MAY be included in a non-detached payload")],
        catalogue: &["JT-12"];

    /// The payload is not encoded
    ///
    /// With `b64` false the payload stands there as it is. JWTs must not use it, and eHealth's
    /// tokens are JWTs.
    "jws.payload-bare": ERROR.not_in_standard() => payload_bare,
        cites: &[cite("RFC 7797", "7", Force::Must, "JSON Web Tokens [JWT] MUST NOT use \"b64\" with a \"false\" value.")],
        catalogue: &["JT-12"];
}

fn crit_malformed(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let crit = jws.header.member("crit")?;
    let span = jws.compact.header().span;
    let at = "header → /crit";
    if crit.kind() != Type::Array {
        cx.fail(at, span, format!("expected an array of names, found {}", crit.kind()));
        return Some(Checked);
    }
    if crit.elements().next().is_none() {
        cx.fail(at, span, "expected at least one name, found an empty array");
    }
    let mut seen: Vec<&str> = Vec::new();
    for element in crit.elements().take(64) {
        let Some(name) = element.as_str() else {
            cx.fail(at, span, format!("expected names, found {}", element.kind()));
            continue;
        };
        let shown: String = name.chars().take(40).flat_map(char::escape_debug).collect();
        if REGISTERED.contains(&name) {
            cx.fail(
                at,
                span,
                format!("expected names of extensions, found `{shown}`, which every receiver knows"),
            );
        } else if jws.header.member(name).is_none() {
            cx.fail(
                at,
                span,
                format!("expected names of parameters in the header, found `{shown}`, which is not there"),
            );
        }
        if seen.contains(&name) {
            cx.fail(at, span, format!("expected each name once, found `{shown}` again"));
        }
        seen.push(name);
    }
    Some(Checked)
}

fn crit_not_understood(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let crit = jws.header.member("crit")?;
    let foreign = |name: &&str| *name != "b64" && !REGISTERED.contains(name);
    for name in crit.elements().take(64).filter_map(Value::as_str).filter(foreign) {
        let shown: String = name.chars().take(40).flat_map(char::escape_debug).collect();
        let message = format!("expected extensions that are understood, found `{shown}`");
        cx.fail("header → /crit", jws.compact.header().span, message);
    }
    Some(Checked)
}

fn b64_not_critical(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.header.member("b64")?;
    let listed = jws.header.member("crit").into_iter().flat_map(Value::elements);
    if !listed.filter_map(Value::as_str).any(|name| name == "b64") {
        cx.fail(
            "header → /b64",
            jws.compact.header().span,
            "expected `b64` to be listed in crit, found it alone",
        );
    }
    Some(Checked)
}

fn bare_payload_unprintable(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.is_payload_bare().then_some(())?;
    if !jws.compact.payload_text().iter().all(|byte| (0x20..=0x7e).contains(byte)) {
        cx.fail("payload", jws.compact.payload().span, "expected printable ASCII characters, found others");
    }
    Some(Checked)
}

fn payload_bare(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.header.member("b64")?;
    if jws.is_payload_bare() {
        cx.fail("header → /b64", jws.compact.header().span, "expected an encoded payload, found `b64` false");
    }
    Some(Checked)
}
