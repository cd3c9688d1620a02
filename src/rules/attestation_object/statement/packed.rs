//! `packed` (WebAuthn L3 §8.2): what its certificate must say, beside what all must.

use crate::model::attestation_statement::{Format, Statement};
use crate::model::name::oid;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Statement =>
    /// The subject of the attestation certificate is not that of an authenticator
    ///
    /// Country (two letters), organisation and common name of the vendor stand in it, and the
    /// organisational unit is the literal `Authenticator Attestation`. So a certificate for something
    /// else cannot vouch for keys.
    "attestation-object.certificate-subject-wrong": ERROR => subject_wrong,
        clauses: &["KD-4.1.1-16"],
        cites: &[cite("WebAuthn L3", "8.2.1", Force::Must, "Subject field MUST be set to: Subject-C … Subject-O … Subject-OU Literal string \"Authenticator Attestation\" … Subject-CN")],
        catalogue: &["WS-16"],
        codes: &["VALIDATION_FAILED"];
}

fn subject_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = statement.leaf().filter(|_| statement.is(Format::Packed))?;
    let subject = &certificate.subject;
    let mut wrong = |expected: &str| {
        let (path, span) = link.at("tbsCertificate.subject", subject.span);
        cx.fail(path, span, format!("expected {expected}, found `{}`", subject.to_text().escape_debug()));
    };
    let text = |oid| subject.all(oid).find_map(crate::model::name::Attribute::text);
    if text(oid::COUNTRY).is_none_or(|country| country.len() != 2) {
        wrong("a country of two letters (C)");
    }
    if text(oid::ORGANIZATION).is_none_or(|name| name.is_empty()) {
        wrong("the vendor's name (O)");
    }
    let unit = "Authenticator Attestation";
    if !subject.all(oid::ORGANIZATIONAL_UNIT).any(|attribute| attribute.text().as_deref() == Some(unit)) {
        wrong("the unit `Authenticator Attestation` (OU)");
    }
    if text(oid::COMMON_NAME).is_none_or(|name| name.is_empty()) {
        wrong("a common name (CN)");
    }
    Some(Checked)
}
