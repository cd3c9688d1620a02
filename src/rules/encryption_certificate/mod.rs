//! Rules of `encryption-certificate`: the certificate that a client makes for its encryption key, and
//! signs with its authentication key.
//!
//! It is issued by a certificate that is no authority's, so no path leads to it: its signature is
//! judged against the authentication certificate alone.

use crate::base::{Fault, SpanMap};
use crate::model::certificate::Certificate;
use crate::model::path::Bundle;
use crate::rule::{Artefact, Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::der::DerFault;

mod encoding;
mod fields;
mod key;
mod owner;
mod signature;

/// An encryption certificate, beside the authentication certificate that it was made under.
#[derive(Debug)]
pub(crate) struct EncryptionCertificate<'a> {
    pub(crate) certificate: &'a Certificate<'a>,
    /// The authentication certificate; nothing when none was given that can be read.
    pub(crate) authentication: Option<&'a Certificate<'a>>,
    /// Whether one was given.
    pub(crate) has_authentication: bool,
}

impl Artefact for EncryptionCertificate<'static> {
    type Model<'a> = EncryptionCertificate<'a>;
}

/// What reading the certificate found.
#[derive(Debug)]
pub(crate) struct Bytes<'a> {
    pub(crate) faults: &'a [Fault<DerFault>],
}

impl Artefact for Bytes<'static> {
    type Model<'a> = Bytes<'a>;
}

const ENCODING: &[&[Rule<Bytes<'static>>]] = &[encoding::RULES];
const OWNER: &[&[Rule<EncryptionCertificate<'static>>]] = &[owner::RULES];
const TOPICS: &[&[Rule<EncryptionCertificate<'static>>]] = &[fields::RULES, key::RULES, signature::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let bundle = Bundle::open(input);
    // What is no base64 is read as it stands: it is malformed.
    let (map, first) = bundle.first().map_or((SpanMap::Offset(0), input), |first| (bundle.map, first));
    let (certificate, faults) = Certificate::read(first, cx.budget());
    cx.within("", map, |cx| {
        cx.run(ENCODING, &Bytes { faults: &faults });
        let Some(certificate) = certificate else { return cx.unreadable() };
        facts(&certificate, cx);
        let given = cx.context().auth_certificate.as_deref();
        let authentication = given.map(|pem| Bundle::open(pem.as_bytes()));
        let authentication =
            authentication.as_ref().and_then(|it| Certificate::read(it.first()?, cx.budget()).0);
        let model = EncryptionCertificate {
            certificate: &certificate,
            authentication: authentication.as_ref(),
            has_authentication: given.is_some(),
        };
        cx.run(OWNER, &model);
        cx.run(TOPICS, &model);
    });
}

/// Judges a certificate that stands in a request beside the authentication certificate that signs it;
/// what is no certificate is the request's fault.
pub(super) fn judge_beside(der: &[u8], authentication: Option<&Certificate<'_>>, cx: &mut Cx<'_>) {
    let (certificate, faults) = Certificate::read(der, cx.budget());
    let Some(certificate) = certificate else { return };
    cx.run(ENCODING, &Bytes { faults: &faults });
    facts(&certificate, cx);
    let has_authentication = authentication.is_some();
    let model = EncryptionCertificate { certificate: &certificate, authentication, has_authentication };
    cx.run(OWNER, &model);
    cx.run(TOPICS, &model);
}

/// Judges the certificate that a token carries, and how it was read. What ties it to its owner is left to
/// the token's own rules.
pub(crate) fn judge_in_token(
    certificate: &Certificate<'_>,
    faults: &[Fault<DerFault>],
    authentication: Option<&Certificate<'_>>,
    cx: &mut Cx<'_>,
) {
    cx.run(ENCODING, &Bytes { faults });
    let has_authentication = authentication.is_some();
    cx.run(TOPICS, &EncryptionCertificate { certificate, authentication, has_authentication });
}

fn facts(certificate: &Certificate<'_>, cx: &mut Cx<'_>) {
    cx.fact("subject", certificate.subject.to_text());
    cx.fact("serial", certificate.serial.to_decimal());
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(ENCODING), metas_of(OWNER), metas_of(TOPICS)].concat()
}
