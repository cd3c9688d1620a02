//! Keys that the token itself brings: the sender of a forgery brings his own.

use crate::model::jws::Jws;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Jws =>
    /// The header brings the key that it is to be verified with
    ///
    /// A receiver that takes `jwk` from the header accepts what anybody signed. eHealth's services
    /// know their clients' keys by issuer; etalon verifies under the key that it was given and no
    /// other.
    "jws.key-embedded": ERROR.in_standard(Warning) => key_embedded,
        cites: &[
            cite("RFC 7515", "4.1.3", Force::May, "the public key that corresponds to the key used to digitally sign the JWS"),
            cite("RFC 8725", "3.8", Force::Must, "the application MUST validate that the cryptographic keys used for the cryptographic operations in the JWT belong to the issuer"),
        ],
        catalogue: &["JT-07"];

    /// The header names an address to fetch the key from
    ///
    /// `jku` and `x5u` let the sender choose where the receiver connects to, and which key it finds
    /// there. etalon fetches nothing.
    "jws.key-by-address": ERROR.in_standard(Warning) => key_by_address,
        cites: &[cite("RFC 8725", "3.10", Force::Should, "a \"jku\" (JWK set URL) or \"x5u\" (X.509 URL) header, which may contain an arbitrary URL, could result in server-side request forgery (SSRF) attacks")],
        catalogue: &["JT-08"];

    /// The key id is not a string
    ///
    /// `kid` is a string that is compared letter by letter. A number or an object is read differently by
    /// every library.
    "jws.kid-mistyped": ERROR => kid_mistyped,
        cites: &[cite("RFC 7515", "4.1.4", Force::Must, "Its value MUST be a case-sensitive string.")],
        catalogue: &["JT-10"];

    /// The key id looks like an injection
    ///
    /// Receivers look a key up by it: a path, a quote or a line break in it reaches files, queries
    /// and commands. Key ids are short and plain.
    "jws.kid-hazardous": WARNING => kid_hazardous,
        cites: &[cite("RFC 8725", "3.10", Force::Should, "Applications should ensure that this does not create SQL or LDAP injection vulnerabilities by validating and/or sanitizing the received value.")],
        catalogue: &["JT-10"];
}

fn key_embedded(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.text("alg")?;
    if jws.header.member("jwk").is_some() {
        let message = "expected a key that the receiver knows, found one in the header";
        cx.fail("header → /jwk", jws.compact.header().span, message);
    }
    Some(Checked)
}

fn key_by_address(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.text("alg")?;
    for name in ["jku", "x5u"].into_iter().filter(|name| jws.header.member(name).is_some()) {
        let message = format!("expected a key that the receiver knows, found an address in `{name}`");
        cx.fail(format_args!("header → /{name}"), jws.compact.header().span, message);
    }
    Some(Checked)
}

fn kid_mistyped(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let kid = jws.header.member("kid")?;
    if kid.as_str().is_none() {
        cx.fail(
            "header → /kid",
            jws.compact.header().span,
            format!("expected a string, found {}", kid.kind()),
        );
    }
    Some(Checked)
}

fn kid_hazardous(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let kid = jws.text("kid")?;
    if let Some(found) = crate::rules::jwk::hazard(kid) {
        cx.fail(
            "header → /kid",
            jws.compact.header().span,
            format!("expected a short plain name, found {found}"),
        );
    }
    Some(Checked)
}
