//! Rules of `certificate`: X.509 certificates, judged like the one at the end of a path.
//!
//! Under `standard` every certificate of the path is held to the profile of RFC 5280; under
//! eHealth's profiles the certificate itself is, and it must be one to authenticate with.

use serde_json::Value;

use crate::base::{Profile, Span, SpanMap};
use crate::model::certificate::Certificate;
use crate::model::distinguished_name::DistinguishedName;
use crate::model::path::{Bundle, BundleOrder, CertificateEncoding, Trust};
use crate::model::path::{Searched, Store, Terms};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{distinguished_name, metas_of};

mod armour;
mod attributes;
mod authentication;
mod authority_key;
mod authority_key_presence;
mod bundle;
mod encoding;
mod extensions;
mod fields;
mod names;
mod subject_key;
mod trust;

const ARMOUR: &[&[Rule<Bundle<'static>>]] = &[armour::RULES];
const ENCODING: &[&[Rule<CertificateEncoding<'static>>]] = &[encoding::RULES];
const PROFILE: &[&[Rule<Certificate<'static>>]] = &[
    fields::RULES,
    authority_key_presence::RULES,
    authority_key::RULES,
    subject_key::RULES,
    extensions::RULES,
    names::RULES,
    attributes::RULES,
];
/// An anchor is trusted whoever issued it, so that it need not tell by which key.
const ANCHOR: &[&[Rule<Certificate<'static>>]] = &[
    fields::RULES,
    authority_key::RULES,
    subject_key::RULES,
    extensions::RULES,
    names::RULES,
    attributes::RULES,
];
const AUTHENTICATION: &[&[Rule<Certificate<'static>>]] = &[authentication::RULES];
const TRUST: &[&[Rule<Trust<'static>>]] = &[trust::RULES];
const BUNDLE: &[&[Rule<BundleOrder<'static>>]] = &[bundle::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let bundle = Bundle::open(input);
    cx.run(ARMOUR, &bundle);
    let Some(first) = bundle.first() else { return cx.unreadable() };
    let (certificate, faults) = Certificate::read(first, cx.budget());
    let encoding = CertificateEncoding { faults: &faults, is_read: certificate.is_some() };
    cx.within("", bundle.map, |cx| {
        cx.run(ENCODING, &encoding);
        let Some(certificate) = &certificate else { return cx.unreadable() };
        facts(certificate, cx);
        cx.run(PROFILE, certificate);
        if cx.profile() != Profile::Standard {
            cx.run(AUTHENTICATION, certificate);
            let subject = DistinguishedName::of(&certificate.subject);
            cx.within("tbsCertificate.subject", SpanMap::Offset(0), |cx| {
                distinguished_name::judge_name(&subject, cx);
            });
        }
        judge_trust(certificate, &bundle, cx);
    });
    if certificate.is_some() {
        cx.run(BUNDLE, &BundleOrder::of(&bundle, cx.budget()));
    }
}

fn judge_trust(certificate: &Certificate<'_>, bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let context = cx.context();
    let others: Vec<&[u8]> = context.intermediates.iter().map(Vec::as_slice).chain(bundle.rest()).collect();
    let store = Store::new(&context.trust, &others, cx.budget());
    // Certificates are dated to the second, and the last second counts as a whole.
    let as_of = context.as_of.map(|as_of| as_of.replace_nanosecond(0).unwrap_or(as_of));
    let terms = Terms { as_of, legacy: context.legacy };
    let searched = store.has_anchor().then(|| store.search_above(certificate, &terms));
    let path = match &searched {
        Some(Searched::Found(path)) => path.as_slice(),
        Some(Searched::NotFound(_)) | None => &[],
    };
    let trust = Trust::new(certificate, &store, searched.as_ref(), as_of, context, cx.budget());
    cx.run(TRUST, &trust);
    if cx.profile() == Profile::Standard {
        for (above, number) in path.iter().enumerate() {
            let issuer = store.get(*number);
            let (_, faults) = Certificate::read(issuer.raw, cx.budget());
            cx.within(format_args!("path[{}]", above + 1), SpanMap::Within(certificate.span), |cx| {
                cx.run(ENCODING, &CertificateEncoding { faults: &faults, is_read: true });
                cx.run(if store.is_anchor(*number) { ANCHOR } else { PROFILE }, issuer);
            });
        }
    }
    if let Some(Searched::Found(path)) = &searched {
        let names: Vec<Value> = path.iter().map(|it| store.get(*it).subject.to_text().into()).collect();
        cx.fact("path", names);
    }
}

fn facts(certificate: &Certificate<'_>, cx: &mut Cx<'_>) {
    cx.fact("subject", certificate.subject.to_text());
    cx.fact("issuer", certificate.issuer.to_text());
    cx.fact("serial", certificate.serial.to_decimal());
    for (name, time) in [("notBefore", certificate.not_before), ("notAfter", certificate.not_after)] {
        if let Some(time) = time {
            cx.fact(name, crate::base::time::format(time.instant));
        }
    }
    if let Ok(key) = certificate.key() {
        cx.fact("key", key.kind().to_string());
    }
    let algorithm = certificate.algorithm.signature();
    cx.fact(
        "algorithm",
        algorithm.map_or_else(|_| certificate.algorithm.oid.to_string(), |it| it.to_string()),
    );
    cx.fact("keyUsage", certificate.key_usage().map(crate::model::extension::KeyUsage::names));
    let identifier = certificate.spki.identifier();
    cx.fact("publicKeyIdentifier", data_encoding::HEXUPPER.encode(identifier.as_bytes()));
}

pub(crate) use extensions::extension_repeated;
pub(crate) use fields::{key_number_negative, key_weak};

/// Where an extension stands.
fn extension_at(number: usize) -> String {
    format!("tbsCertificate.extensions[{number}]")
}

/// Reports at the extension of this type.
fn fail_at(cx: &mut Cx<'_>, (number, span): (usize, Span), message: impl Into<String>) {
    cx.fail(extension_at(number), span, message);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [
        metas_of(ARMOUR),
        metas_of(ENCODING),
        metas_of(PROFILE),
        metas_of(AUTHENTICATION),
        metas_of(TRUST),
        metas_of(BUNDLE),
    ]
    .concat()
}
