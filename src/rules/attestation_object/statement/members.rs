//! What a statement is made of: a known format, and the members that it prescribes.

use crate::model::attestation_statement::{Format, Statement};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, cite};
use crate::rules::shown;
use crate::wire::cbor::Item;

/// The type of a member of a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Integer,
    Bytes,
    Text,
    Certificates,
}

/// The members of a format: name, type, and whether it must be there.
const fn members(format: Format) -> &'static [(&'static str, Wanted, bool)] {
    use Wanted::{Bytes, Certificates, Integer, Text};
    match format {
        Format::None | Format::Compound => &[],
        Format::Packed => &[("alg", Integer, true), ("sig", Bytes, true), ("x5c", Certificates, false)],
        Format::FidoU2f => &[("x5c", Certificates, true), ("sig", Bytes, true)],
        Format::Tpm => &[
            ("ver", Text, true),
            ("alg", Integer, true),
            ("x5c", Certificates, true),
            ("sig", Bytes, true),
            ("certInfo", Bytes, true),
            ("pubArea", Bytes, true),
        ],
        Format::AndroidKey => &[("alg", Integer, true), ("sig", Bytes, true), ("x5c", Certificates, true)],
        Format::AndroidSafetynet => &[("ver", Text, true), ("response", Bytes, true)],
        // `alg` stood in early drafts, and Apple still sends it.
        Format::Apple => &[("x5c", Certificates, true), ("alg", Integer, false)],
    }
}

rule! { Statement =>
    /// The format of the statement is not known
    ///
    /// WebAuthn defines `packed`, `tpm`, `android-key`, `android-safetynet`, `fido-u2f`, `none`,
    /// `apple` and `compound`; the names are compared letter by letter. A relying party that does not
    /// know the format fails the registration; it must never treat it as `none`.
    "attestation-object.format-unknown": ERROR => format_unknown,
        clauses: &["KD-5.2.2-24"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Determine the attestation statement format by performing a USASCII case-sensitive match on fmt against the set of supported WebAuthn Attestation Statement Format Identifier values")],
        catalogue: &["WS-01"],
        codes: &["VALIDATION_FAILED"];

    /// A member of the statement is missing
    ///
    /// Each format prescribes its members; without one of them the statement cannot be verified.
    "attestation-object.statement-member-missing": ERROR => member_missing,
        clauses: &["KD-4.1.1-13", "KD-5.2.2-24", "KD-5.2.2-25", "KD-5.2.2-33", "KD-5.2.4a-07", "KD-5.2.4a-08"],
        cites: &[cite("WebAuthn L3", "8.2", Force::Must, "Verify that attStmt is valid CBOR conforming to the syntax defined above and perform CBOR decoding on it to extract the contained fields")],
        catalogue: &["WS-04", "WS-05", "WS-06", "WS-11", "WS-21"],
        codes: &["BAD_REQUEST"];

    /// A member of the statement has the wrong CBOR type
    ///
    /// `alg` is an integer, `sig`, `certInfo`, `pubArea` and `response` are byte strings, `ver` is
    /// text, and `x5c` is an array of byte strings.
    "attestation-object.statement-member-mistyped": ERROR => member_mistyped,
        clauses: &["KD-5.2.2-24", "KD-5.2.2-33", "KD-5.2.4a-07"],
        cites: &[cite("WebAuthn L3", "8.2", Force::Must, "alg: COSEAlgorithmIdentifier, sig: bytes, x5c: [ attestnCert: bytes, * (caCert: bytes) ]")],
        catalogue: &["WB-13", "WB-14", "WB-15", "WS-05", "WS-06", "WS-11"],
        codes: &["BAD_REQUEST"];

    /// The list of certificates is empty
    ///
    /// `x5c` is there and holds nothing. It must not be taken for a self attestation, which has no
    /// `x5c` at all.
    "attestation-object.certificates-missing": ERROR => certificates_missing,
        clauses: &["KD-5.2.2-25"],
        cites: &[cite("WebAuthn L3", "8.2", Force::Must, "x5c: [ attestnCert: bytes, * (caCert: bytes) ]")],
        catalogue: &["WS-11", "WS-19"],
        codes: &["BAD_REQUEST"];

    /// The statement names an ECDAA key
    ///
    /// ECDAA was taken out of WebAuthn in Level 2; nobody verifies it.
    "attestation-object.ecdaa": ERROR => ecdaa,
        cites: &[cite("WebAuthn L1", "8.2", Force::Must, "The identifier of the ECDAA-Issuer public key")],
        catalogue: &["WS-18"],
        codes: &["VALIDATION_FAILED"];

    /// The statement has a member that its format does not know
    ///
    /// It is not signed and says nothing. This note only shows that it is there.
    "attestation-object.statement-member-unknown": NOTE => member_unknown,
        cites: &[cite("WebAuthn L3", "6.5.2", Force::Fact, "an attestation statement format is a data format which represents a cryptographic signature by an authenticator over a set of contextual bindings")],
        catalogue: &["WB-17"];
}

fn format_unknown(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if statement.format.is_none() {
        let found = statement.fmt.text()?;
        let known = Format::identifiers().collect::<Vec<_>>().join(", ");
        let message = format!("expected one of {known}, found {}", shown(found));
        let finding = cx.fail(statement.fmt.path(), statement.fmt.span(), message);
        if Format::of(&found.to_ascii_lowercase()).is_some() {
            finding.hint("format identifiers are in lower case");
        }
    }
    Some(Checked)
}

fn member_missing(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (name, _, required) in members(statement.format?) {
        if *required && matches!(statement.body.item(), Item::Map) && statement.member(name).is_none() {
            let message = format!("expected the member `{name}`, found none");
            cx.fail(statement.path_of(name), statement.body.span(), message);
        }
    }
    Some(Checked)
}

fn member_mistyped(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (name, wanted, _) in members(statement.format?) {
        let Some(node) = statement.member(name) else { continue };
        let (fits, expected) = match wanted {
            Wanted::Integer => (node.integer().is_some(), "an integer of at most 64 bits"),
            Wanted::Bytes => (node.bytes().is_some(), "a byte string"),
            Wanted::Text => (matches!(node.item(), Item::Text(_) | Item::TextChunks), "a text string"),
            Wanted::Certificates => (matches!(node.item(), Item::Array), "an array"),
        };
        if !fits {
            cx.fail(node.path(), node.span(), format!("expected {expected}, found {}", node.item().name()));
        }
        for certificate in node.elements().filter(|_| *wanted == Wanted::Certificates) {
            if !matches!(certificate.item(), Item::Bytes(_)) {
                let message = format!("expected a byte string, found {}", certificate.item().name());
                cx.fail(certificate.path(), certificate.span(), message);
            }
        }
    }
    Some(Checked)
}

fn certificates_missing(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let node = statement.member("x5c").filter(|node| matches!(node.item(), Item::Array))?;
    if node.elements().next().is_none() {
        cx.fail(node.path(), node.span(), "expected the attestation certificate, found an empty array");
    }
    Some(Checked)
}

fn ecdaa(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !matches!(statement.format?, Format::Packed | Format::Tpm) {
        return None;
    }
    if let Some(node) = statement.member("ecdaaKeyId") {
        cx.fail(node.path(), node.span(), "expected no ECDAA key, found one");
    }
    Some(Checked)
}

fn member_unknown(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let known = members(statement.format.filter(|it| !matches!(it, Format::None | Format::Compound))?);
    for (key, value) in statement.body.pairs() {
        let name = key.text().unwrap_or_default();
        if name != "ecdaaKeyId" && known.iter().all(|(known, ..)| *known != name) {
            cx.fail(value.path(), key.span(), format!("expected a known member, found {}", shown(name)));
        }
    }
    Some(Checked)
}
