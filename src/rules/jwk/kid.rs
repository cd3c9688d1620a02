//! The key id: a string, in the form that the service gives it.

use super::hazard;
use crate::base::Service;
use crate::model::jwk::Jwk;
use crate::rule;
use crate::rule::Severity::Error;
use crate::rule::{Checked, Cx, Force, WARNING, cite};
use crate::wire::base64::{self, Form};

rule! { Jwk =>
    /// The key has no id
    ///
    /// RFC 7517 leaves it optional; both cookbooks show it in every key, and it is what the other
    /// operations ask for.
    "jwk.kid-missing": WARNING.not_in_standard() => kid_missing,
        clauses: &["KD-5.2.4-22", "KD-5.2.4-30", "ED-5.2.2.2-05", "ED-5.2.3.2-04"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "kid The identifier of the key (its credential ID)")],
        defects: &["SD-11"],
        catalogue: &["JK-05"];

    /// The key id is not a string
    ///
    /// KeyDepot's example has the number 1 (SD-11), hence a warning outside `standard`. A client
    /// that keeps it as a number does not find it in a header again.
    "jwk.kid-mistyped": WARNING.in_standard(Error) => kid_mistyped,
        clauses: &["KD-5.2.4-30", "ED-5.2.2.2-10"],
        cites: &[cite("RFC 7517", "4.5", Force::Fact, "The \"kid\" value is a case-sensitive string.")],
        defects: &["SD-11"],
        catalogue: &["JK-05"];

    /// The key id looks like an injection
    ///
    /// Receivers look a key up by it, and it stands in paths: a slash, a quote or a line break in it
    /// reaches files, queries and commands.
    "jwk.kid-hazardous": WARNING => kid_hazardous,
        cites: &[cite("RFC 8725", "3.10", Force::Should, "Applications should ensure that this does not create SQL or LDAP injection vulnerabilities by validating and/or sanitizing the received value.")],
        catalogue: &["JK-05", "GE-16"];

    /// The id of a KeyDepot key is no credential id
    ///
    /// It is the credential id of the registration: base64url.
    "jwk.kid-not-credential-id": WARNING.not_in_standard() => kid_not_credential_id,
        clauses: &["KD-5.2.4-22"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "kid The identifier of the key (its credential ID)")],
        catalogue: &["JK-05"];
}

fn kid_missing(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jwk.key_type()?;
    if jwk.member("kid").is_none() {
        cx.fail(jwk.value.pointer(), jwk.value.span(), "expected a member kid, found none");
    }
    Some(Checked)
}

fn kid_mistyped(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let kid = jwk.member("kid")?;
    if kid.as_str().is_none() {
        cx.fail(kid.pointer(), kid.span(), format!("expected a string, found {}", kid.kind()));
    }
    Some(Checked)
}

fn kid_hazardous(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let kid = jwk.member("kid")?;
    if let Some(found) = hazard(kid.as_str()?) {
        cx.fail(kid.pointer(), kid.span(), format!("expected a short plain name, found {found}"));
    }
    Some(Checked)
}

fn kid_not_credential_id(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if cx.context().service != Some(Service::Keydepot) {
        return None;
    }
    let kid = jwk.member("kid")?;
    let decoded = base64::decode(kid.as_str()?.as_bytes(), Form::Url, cx.budget());
    if let Some(fault) = decoded.faults.first() {
        cx.fail(kid.pointer(), kid.text_map().outer(fault.span), fault.kind.to_string());
    }
    Some(Checked)
}
