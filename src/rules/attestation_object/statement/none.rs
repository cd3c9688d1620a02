//! `none` (WebAuthn L3 §8.7): no statement at all.

use crate::model::attestation_statement::{Format, Statement};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::cbor::Item;

rule! { Statement =>
    /// A statement of format `none` says something
    ///
    /// Its map must be empty. A statement under `none` is not verified by anyone, and so must not be
    /// there.
    "attestation-object.none-with-statement": ERROR => none_with_statement,
        cites: &[cite("WebAuthn L3", "8.7", Force::Must, "$$attStmtType //= ( fmt: \"none\", attStmt: emptyMap )")],
        catalogue: &["WS-02"],
        codes: &["BAD_REQUEST"];

    /// The new key is not attested
    ///
    /// The format is `none`: nobody signed that the key was made in an authenticator, or that whoever
    /// sends it has the private half. The cookbook demands a signed attestation (by the device or the
    /// key itself) and yet offers the conveyance `none`; so it is a warning (SD-40).
    "attestation-object.unattested": WARNING.not_in_standard() => unattested,
        clauses: &["KD-4.1.1-13"],
        cites: &[cite("KeyDepot cookbook 1.2", "4.1.1", Force::Must, "The client or device will generate and sign an attestation, including the newly generated public key")],
        defects: &["SD-40"],
        catalogue: &["WS-03"];
}

fn none_with_statement(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !statement.is(Format::None) || !matches!(statement.body.item(), Item::Map) {
        return None;
    }
    let members = statement.body.pairs().count();
    if members > 0 {
        let (path, span) = (statement.body.path(), statement.body.span());
        cx.fail(path, span, format!("expected an empty map, found one with {members} members"));
    }
    Some(Checked)
}

fn unattested(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if statement.is(Format::None) {
        cx.fail(statement.fmt.path(), statement.fmt.span(), "expected a signed attestation, found none");
    }
    Some(Checked)
}
