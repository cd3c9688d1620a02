//! Rules of `encryption-certificate`: the certificate that a client makes for its encryption key, and
//! signs with its authentication key.
//!
//! It is issued by a certificate that is no authority's, so no path leads to it: its signature is
//! judged against the authentication certificate alone.

use crate::base::{Fault, SpanMap};
use crate::model::certificate::Certificate;
use crate::path::Bundle;
use crate::rule::{Artefact, Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::der::DerFault;

mod encoding;
mod fields;
mod key;
mod signature;

/// An encryption certificate, beside the authentication certificate that it was made under.
#[derive(Debug)]
pub(crate) struct EncryptionCertificate<'a> {
    pub(crate) certificate: Certificate<'a>,
    /// The authentication certificate; nothing when none was given that can be read.
    pub(crate) authentication: Option<Certificate<'a>>,
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
const TOPICS: &[&[Rule<EncryptionCertificate<'static>>]] = &[fields::RULES, key::RULES, signature::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let bundle = Bundle::open(input);
    let (certificate, faults) = Certificate::read(bundle.first(), cx.budget());
    let map = bundle.pem.map_or(SpanMap::Offset(0), SpanMap::Within);
    cx.within("", map, |cx| {
        cx.run(ENCODING, &Bytes { faults: &faults });
        let Some(certificate) = certificate else { return cx.unreadable() };
        cx.fact("subject", certificate.subject.to_text());
        cx.fact("serial", certificate.serial.to_decimal());
        let given = cx.context().auth_certificate.as_deref();
        let authentication = given.map(|pem| Bundle::open(pem.as_bytes()));
        let authentication =
            authentication.as_ref().and_then(|it| Certificate::read(it.first(), cx.budget()).0);
        let model =
            EncryptionCertificate { certificate, authentication, has_authentication: given.is_some() };
        cx.run(TOPICS, &model);
    });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(ENCODING), metas_of(TOPICS)].concat()
}
