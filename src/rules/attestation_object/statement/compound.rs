//! `compound` (WebAuthn L3 §8.9): several statements for one key.

use crate::model::attestation_statement::{Format, Statement};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::cbor::Item;

rule! { Statement =>
    /// A compound statement holds fewer than two statements
    ///
    /// Compound is for two statements or more, which are verified each for itself. One statement is sent
    /// as itself; none at all is the format `none`.
    "attestation-object.compound-too-few": ERROR => too_few,
        cites: &[cite("WebAuthn L3", "8.9", Force::Must, "attStmt: [2* nonCompoundAttStmt]")],
        codes: &["BAD_REQUEST"];

    /// A part of a compound statement is no statement
    ///
    /// Each part is a map with `fmt` and `attStmt`.
    "attestation-object.compound-part-malformed": ERROR => part_malformed,
        cites: &[cite("WebAuthn L3", "8.9", Force::Must, "nonCompoundAttStmt = { $$attStmtType } .within { fmt: text .ne \"compound\", * any => any }")],
        codes: &["BAD_REQUEST"];

    /// A compound statement holds a compound statement
    ///
    /// Its parts are statements of the other formats: there is one level, which a verifier can walk without
    /// care. Send all parts side by side.
    "attestation-object.compound-nested": ERROR => nested,
        cites: &[cite("WebAuthn L3", "8.9", Force::Must, "fmt: text .ne \"compound\"")],
        codes: &["BAD_REQUEST"];
}

fn too_few(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let whole = statement.is(Format::Compound) && !statement.nested;
    if !whole || !matches!(statement.body.item(), Item::Array) {
        return None;
    }
    let found = statement.body.elements().count();
    if found < 2 {
        let (path, span) = (statement.body.path(), statement.body.span());
        cx.fail(path, span, format!("expected two statements or more, found {found}"));
    }
    Some(Checked)
}

fn part_malformed(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !statement.is(Format::Compound) || statement.nested {
        return None;
    }
    for part in statement.body.elements() {
        let fmt = part.member("fmt").is_some_and(|fmt| fmt.text().is_some());
        let body = part.member("attStmt").is_some_and(|body| matches!(body.item(), Item::Map | Item::Array));
        if !fmt || !body {
            let message = "expected a map with the text `fmt` and the map `attStmt`, found something else";
            cx.fail(part.path(), part.span(), message);
        }
    }
    Some(Checked)
}

fn nested(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !statement.nested {
        return None;
    }
    if statement.is(Format::Compound) {
        let (path, span) = (statement.fmt.path(), statement.fmt.span());
        cx.fail(path, span, "expected a format other than `compound` inside a compound statement, found it");
    }
    Some(Checked)
}
