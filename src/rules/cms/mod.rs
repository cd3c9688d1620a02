//! Rules of `cms`: any SignedData, by RFC 5652 alone. Trust is not judged here.
//!
//! Artefacts that are a SignedData run [`run`] over it first; what a bare SignedData may leave
//! open, such as detached content, they judge by rules of their own.

use crate::context::Context;
use crate::crypto::PublicKey;
use crate::model::certificate::Certificate;
use crate::model::cms::{Cms, Known, Signature};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;

mod attributes;
mod countersignature;
mod encoding;
mod open_ends;
mod signature;
mod signing_certificate;
mod structure;

const TOPICS: &[&[Rule<Cms<'static>>]] = &[
    encoding::RULES,
    structure::RULES,
    attributes::RULES,
    countersignature::RULES,
    signing_certificate::RULES,
    signature::RULES,
];
const ALONE: &[&[Rule<Cms<'static>>]] = &[open_ends::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let mut cms = Cms::read(input, cx.budget());
    let certificates = certificates(cx.context());
    let key = key(cx.context());
    cms.verify(&Known { certificates: &certificates, key: key.as_ref() });
    if cms.signed_data.is_none() {
        cx.unreadable();
    }
    run(&cms, cx);
    cx.run(ALONE, &cms);
}

/// Judges a SignedData, alone or as what an artefact is made of.
pub(super) fn run(cms: &Cms<'_>, cx: &mut Cx<'_>) {
    if let Some(data) = &cms.signed_data {
        cx.fact("content_type", data.content_type.to_string());
        cx.fact("certificates", data.certificates.len());
        cx.fact("signers", data.signers.len());
        let verified = cms.checks.iter().filter(|check| check.signature == Signature::Verified).count();
        cx.fact("signatures_verified", verified);
    }
    cx.run(TOPICS, cms);
}

/// The certificates of the context that a signer may be found among.
pub(super) fn certificates(context: &Context) -> Vec<Certificate<'_>> {
    context
        .intermediates
        .iter()
        .chain(&context.trust)
        .filter_map(|der| Certificate::read(der, &context.budget).0)
        .collect()
}

/// The key that the context names, in PEM.
fn key(context: &Context) -> Option<PublicKey> {
    let pem = context.key.as_ref()?;
    let block =
        crate::wire::pem::blocks(pem.as_str()).into_iter().find(|block| block.label == "PUBLIC KEY")?;
    PublicKey::from_spki(&block.der?).ok()
}

/// The path of a signer.
fn signer(index: usize) -> String {
    format!("content.signerInfos[{index}]")
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(TOPICS), metas_of(ALONE)].concat()
}
