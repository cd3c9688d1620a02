//! What an attestation object is made of: three members of their types.

use crate::model::attestation_object::AttestationObject;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, cite};
use crate::rules::shown;
use crate::wire::cbor::Item;

rule! { AttestationObject =>
    /// The attestation object is not a map
    ///
    /// An attestation object is one CBOR map with `fmt`, `attStmt` and `authData`. Most often the
    /// bytes are those of another member (`authenticatorData`, the client data), or were encoded twice.
    "attestation-object.not-a-map": ERROR => not_a_map,
        clauses: &["KD-5.2.2-17", "KD-9-01"],
        cites: &[cite("WebAuthn L3", "6.5.4", Force::Must, "attObj = { authData: bytes, $$attStmtType }")],
        defects: &["SD-31"],
        catalogue: &["WB-03"],
        codes: &["BAD_REQUEST"];

    /// A member of the attestation object is missing
    ///
    /// `fmt`, `attStmt` and `authData` are all required; `attStmt` is an empty map where the format is
    /// `none`.
    "attestation-object.member-missing": ERROR => member_missing,
        clauses: &["KD-5.2.2-19", "KD-5.2.2-20", "KD-5.2.4a-05", "KD-9-01"],
        cites: &[cite("WebAuthn L3", "6.5.4", Force::Must, "attObj = { authData: bytes, $$attStmtType }")],
        defects: &["SD-31"],
        catalogue: &["WB-16", "WS-04"],
        codes: &["BAD_REQUEST"];

    /// A member of the attestation object has the wrong CBOR type
    ///
    /// `fmt` is a text string, `authData` a byte string, and `attStmt` a map (an array of statements
    /// where the format is `compound`).
    "attestation-object.member-mistyped": ERROR => member_mistyped,
        clauses: &["KD-5.2.2-33", "KD-9-01"],
        cites: &[cite("WebAuthn L3", "6.5.4", Force::Must, "authData: bytes, $$attStmtType … fmt: text")],
        catalogue: &["WB-13", "WB-14", "WS-04"],
        codes: &["BAD_REQUEST"];

    /// A key of the attestation object is not a text string
    ///
    /// Member names are text. A reader that compares bytes would take `fmt` as a byte string for the
    /// member, another would not.
    "attestation-object.key-mistyped": ERROR => key_mistyped,
        cites: &[cite("WebAuthn L3", "6.5.4", Force::Must, "attObj = { authData: bytes, $$attStmtType }")],
        catalogue: &["WB-13"],
        codes: &["BAD_REQUEST"];

    /// The attestation object has a member that WebAuthn does not know
    ///
    /// CTAP adds members of its own (`epAtt`, `largeBlobKey`). They are ignored; this note only shows
    /// that they are there.
    "attestation-object.unknown-member": NOTE => unknown_member,
        cites: &[cite("CTAP 2.1", "6.1.2", Force::May, "epAtt; largeBlobKey")],
        catalogue: &["WB-17"];
}

const MEMBERS: [&str; 3] = ["fmt", "attStmt", "authData"];

fn not_a_map(object: &AttestationObject<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = object.root()?;
    if object.map().is_none() {
        cx.unreadable();
        cx.fail("", root.span(), format!("expected a map, found {}", root.item().name()));
    }
    Some(Checked)
}

fn member_missing(object: &AttestationObject<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let map = object.map()?;
    for (name, member) in MEMBERS.into_iter().zip([object.fmt, object.att_stmt, object.auth_data]) {
        if member.is_none() {
            cx.fail(name, map.span(), format!("expected the member `{name}`, found none"));
        }
    }
    Some(Checked)
}

fn member_mistyped(object: &AttestationObject<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    object.map()?;
    let compound = object.fmt.and_then(crate::wire::cbor::Node::text) == Some("compound");
    let wanted = |item: &Item<'_>, name| match name {
        "fmt" => matches!(item, Item::Text(_) | Item::TextChunks),
        "attStmt" if compound => matches!(item, Item::Array),
        "attStmt" => matches!(item, Item::Map),
        _ => matches!(item, Item::Bytes(_) | Item::ByteChunks),
    };
    for (name, member) in MEMBERS.into_iter().zip([object.fmt, object.att_stmt, object.auth_data]) {
        if let Some(node) = member
            && !wanted(&node.item(), name)
        {
            let expected = match name {
                "fmt" => "a text string",
                "attStmt" if compound => "an array",
                "attStmt" => "a map",
                _ => "a byte string",
            };
            cx.fail(name, node.span(), format!("expected {expected}, found {}", node.item().name()));
        }
    }
    Some(Checked)
}

fn key_mistyped(object: &AttestationObject<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (key, value) in object.map()?.pairs() {
        if !matches!(key.item(), Item::Text(_) | Item::TextChunks | Item::BadText(_)) {
            let message = format!("expected a text string as key, found {}", key.item().name());
            cx.fail(value.path(), key.span(), message);
        }
    }
    Some(Checked)
}

fn unknown_member(object: &AttestationObject<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (key, value) in object.map()?.pairs() {
        if let Some(name) = key.text().filter(|name| !MEMBERS.contains(name)) {
            cx.fail(value.path(), key.span(), format!("expected a known member, found {}", shown(name)));
        }
    }
    Some(Checked)
}
