//! Rules of `etk`: an encryption token, as ETK Depot hands it out.
//!
//! First the SignedData is judged by the rules of `cms`, then the token by the checks of eHealth's
//! own library, each with the error code that the library answers with; then the certificate that it
//! carries by the rules of `encryption-certificate`.

use crate::base::{Profile, Span, SpanMap, time};
use crate::context::Context;
use crate::crypto::{Curve, KeyKind};
use crate::model::certificate::Certificate;
use crate::model::cms::{Cms, Embedded, Known};
use crate::model::etk::Etk;
use crate::model::revocation_list::{RevocationList, lists_in};
use crate::rule::{Checked, Cx, Meta, Rule};
use crate::rules::{cms, encryption_certificate, metas_of};

mod authentication;
mod encryption;
mod registrar;
mod structure;
mod trust;

const TOPICS: &[&[Rule<Etk<'static>>]] =
    &[structure::RULES, registrar::RULES, encryption::RULES, authentication::RULES, trust::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    read(input, cx, |etk, cx| {
        if etk.cms.signed_data.is_none() {
            cx.unreadable();
        }
    });
}

/// Judges a token, and hands it to `then`, in which places are still those of the token.
pub(super) fn read<T>(input: &[u8], cx: &mut Cx<'_>, then: impl FnOnce(&Etk<'_>, &mut Cx<'_>) -> T) -> T {
    let context: &Context = cx.context();
    let mut message = Cms::read(input, &context.budget);
    let further = certificates(&context.intermediates, context);
    let anchors = certificates(&context.trust, context);
    message.verify(&Known { certificates: &further, key: None });
    let lists: Vec<_> = context.crls.iter().flat_map(|text| lists_in(text)).flatten().collect();
    let lists: Vec<_> = lists.iter().filter_map(|der| RevocationList::read(der, &context.budget)).collect();
    let etk = Etk::read(&message, &context.budget, &further, &anchors, &lists, context.as_of);
    cms::run(&message, cx);
    if let Some(certificate) = &etk.encryption {
        cx.fact("subject", certificate.subject.to_text());
        cx.fact("serial", certificate.serial.to_decimal());
        if let Ok(key) = certificate.key() {
            cx.fact("key", key.kind().to_string());
        }
    }
    if let Some(data) = &message.signed_data {
        cx.run(TOPICS, &etk);
        if let (Some(certificate), Some(content)) = (&etk.encryption, &data.content) {
            let authentication = etk.authentication.map(|it| it.certificate.as_ref());
            cx.within(CONTENT, content.map(), |cx| {
                let faults = &etk.encryption_faults;
                encryption_certificate::judge_in_token(certificate, faults, authentication, cx);
            });
        }
    }
    then(&etk, cx)
}

fn certificates<'c>(der: &'c [Vec<u8>], context: &Context) -> Vec<Certificate<'c>> {
    der.iter().filter_map(|der| Certificate::read(der, &context.budget).0).collect()
}

/// The path of an embedded certificate.
fn embedded(index: usize) -> String {
    format!("content.certificates[{index}]")
}

/// Checks that an embedded certificate is valid as of the instant of the judgement.
fn validity(cx: &mut Cx<'_>, it: &Embedded<'_>, what: &str) -> Option<Checked> {
    cx.within(embedded(it.index), SpanMap::Offset(it.span.start), |cx| {
        validity_of(cx, &it.certificate, "tbsCertificate.validity", what)
    })
}

/// Checks that a certificate is valid as of the instant of the judgement.
fn validity_of(cx: &mut Cx<'_>, certificate: &Certificate<'_>, at: &str, what: &str) -> Option<Checked> {
    let as_of = cx.as_of()?;
    let (from, to) = (certificate.not_before?, certificate.not_after?);
    let now = time::format(as_of);
    if as_of < from.instant {
        let from_text = time::format(from.instant);
        cx.fail(
            at,
            from.span,
            format!("expected the {what} to be valid at {now}, found it valid from {from_text}"),
        );
    } else if as_of > to.instant {
        let to_text = time::format(to.instant);
        cx.fail(
            at,
            to.span,
            format!("expected the {what} to be valid at {now}, found it valid until {to_text}"),
        );
    }
    Some(Checked)
}

/// Checks that the key of a certificate is one that eHealth takes.
fn key_suits(cx: &mut Cx<'_>, certificate: &Certificate<'_>, at: &str, span: Span) -> Option<Checked> {
    let strict = cx.profile() == Profile::Cookbook;
    let suits = |kind| match kind {
        KeyKind::Rsa(bits) => bits == 2048 || bits > 2048 && !strict,
        KeyKind::Ec(Curve::P256 | Curve::P384) => !strict,
        KeyKind::Ec(Curve::P521 | Curve::Secp256k1) | KeyKind::Ed25519 | KeyKind::Dsa(_) => false,
    };
    let found = match certificate.key() {
        Ok(key) if suits(key.kind()) => return Some(Checked),
        Ok(key) => key.kind().to_string(),
        Err(error) => error.to_string(),
    };
    let expected = if strict { "RSA with 2048 bits" } else { "RSA with at least 2048 bits, P-256 or P-384" };
    cx.fail(at, span, format!("expected {expected}, found {found}"));
    Some(Checked)
}

/// The path of the content.
const CONTENT: &str = "content.encapContentInfo.eContent";

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
