//! Attestation statements: one file a format, and what they share.

use crate::model::attestation_statement::signature::Verification;
use crate::model::attestation_statement::{Format, Link, Statement};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;

mod android_key;
mod android_safetynet;
mod apple;
mod attestation_certificate;
mod chain;
mod compound;
mod fido_u2f;
mod members;
mod none;
mod packed;
mod signature;
mod tpm;
mod tpm_certificate;

const TOPICS: &[&[Rule<Statement<'static>>]] = &[
    members::RULES,
    signature::RULES,
    attestation_certificate::RULES,
    none::RULES,
    packed::RULES,
    fido_u2f::RULES,
    tpm::RULES,
    tpm_certificate::RULES,
    android_key::RULES,
    android_safetynet::RULES,
    apple::RULES,
    compound::RULES,
    chain::RULES,
];

pub(super) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}

/// Judges a statement, and the parts of a compound one.
pub(super) fn check(statement: &Statement<'_>, cx: &mut Cx<'_>) {
    cx.run(TOPICS, statement);
    if !statement.nested {
        facts(statement, cx);
    }
    for part in &statement.parts {
        cx.run(TOPICS, part);
    }
}

fn facts(statement: &Statement<'_>, cx: &mut Cx<'_>) {
    let kind = match statement.format {
        None => return,
        Some(Format::None) => "None",
        Some(Format::Packed) if statement.is_self() => "Self",
        Some(Format::Packed | Format::FidoU2f | Format::AndroidKey | Format::AndroidSafetynet) => "Basic",
        Some(Format::Tpm) => "AttCA",
        Some(Format::Apple) => "AnonCA",
        Some(Format::Compound) => "Compound",
    };
    cx.fact("attestationType", kind);
    if let Some(verification) = statement.verification() {
        cx.fact(
            "signatureVerifies",
            match verification {
                Verification::Good => Some(true),
                Verification::Bad | Verification::KeyBroken(_) | Verification::KeyMismatch => Some(false),
                Verification::NotJudged(_) => None,
            },
        );
    }
    if !statement.chain.is_empty() {
        let subject = |link: &Link<'_>| link.certificate.as_ref().map(|it| it.subject.to_text());
        cx.fact("trustPath", statement.chain.iter().map(subject).collect::<Vec<_>>());
    }
}
