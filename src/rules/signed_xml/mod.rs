//! Rules of `signed-xml`: XML signatures as such, eHealth's signature profile, and who signs what.
//!
//! The rules judge one signature at a time, so that every kind whose artefacts are signed runs them
//! on its own: [`CORE`] for any signature, [`PROFILE`] for enveloped ones under the signature profile
//! of the CertRA cookbook, [`OPERATION`] for signed requests of CertRA and EtkRA.

use crate::model::signed_xml::{Keys, Readings, SignedXml, XmlSignature};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{metas_of, xml};

mod algorithm;
mod chain;
mod coverage;
mod document;
mod key;
mod operation;
mod profile;
mod reference;
mod structure;
mod transform;
mod trust;
mod value;
mod wrapping;
mod x509_data;

pub(crate) use wrapping::Payload;

const DOCUMENT: &[&[Rule<SignedXml<'static>>]] = &[document::RULES];

/// What is read beside what is signed, of all signatures together.
pub(crate) const WRAPPING: &[&[Rule<Payload<'static>>]] = &[wrapping::RULES];

/// What holds for every signature.
pub(crate) const CORE: &[&[Rule<XmlSignature<'static>>]] = &[
    structure::RULES,
    algorithm::RULES,
    reference::RULES,
    transform::RULES,
    value::RULES,
    key::RULES,
    x509_data::RULES,
    trust::RULES,
];

/// What the signature profile of eHealth adds for enveloped signatures.
pub(crate) const PROFILE: &[&[Rule<XmlSignature<'static>>]] =
    &[profile::RULES, coverage::RULES, chain::RULES];

/// Which key signs which request of CertRA and EtkRA.
pub(crate) const OPERATION: &[&[Rule<XmlSignature<'static>>]] = &[operation::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    xml::read(input, cx, |document, cx| {
        let readings = Readings::of(document);
        let signed = SignedXml { document, readings: &readings };
        let keys = Keys::of(cx.context());
        cx.run(DOCUMENT, &signed);
        cx.fact("root", document.root().local());
        cx.fact("signatures", readings.readings.len());
        let payload = signed.payload();
        let mut signatures = readings.check(&keys);
        for signature in &mut signatures {
            signature.subject = Some(payload);
            facts(signature, cx);
            cx.run(CORE, signature);
            cx.run(PROFILE, signature);
            cx.run(OPERATION, signature);
        }
        cx.run(WRAPPING, &Payload { element: payload, signatures: &signatures });
    });
}

/// What was read of a signature.
pub(crate) fn facts(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) {
    cx.fact("signature_valid", signature.is_valid());
    if let Some(parts) = signature.parts() {
        cx.fact("signature_method", &*parts.method.uri);
        let covered: Vec<String> = signature
            .checked
            .iter()
            .filter_map(|checked| checked.covered.map(|covered| covered.apex.path()))
            .collect();
        cx.fact("covers", covered);
    }
    if let Some(signer) = signature.signer() {
        cx.fact("signer", signer.subject.to_text());
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(DOCUMENT), metas_of(CORE), metas_of(PROFILE), metas_of(OPERATION), metas_of(WRAPPING)].concat()
}
