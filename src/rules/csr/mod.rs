//! Rules of `csr`: PKCS#10 requests, in DER or in PEM.

use serde_json::Value;

use crate::base::{Profile, SpanMap};
use crate::model::csr::{Armour, Csr, CsrEncoding};
use crate::model::distinguished_name::DistinguishedName;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{distinguished_name, metas_of};

mod armour;
mod attributes;
mod batch;
mod encoding;
mod key;
mod signature;
mod subject;

const ARMOUR: &[&[Rule<Armour<'static>>]] = &[armour::RULES];
const ENCODING: &[&[Rule<CsrEncoding<'static>>]] = &[encoding::RULES];
const TOPICS: &[&[Rule<Csr<'static>>]] =
    &[subject::RULES, key::RULES, batch::RULES, signature::RULES, attributes::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let armour = Armour::open(input);
    cx.run(ARMOUR, &armour);
    let Some(der) = &armour.der else { return cx.unreadable() };
    let (mut csr, faults) = Csr::read(der, cx.budget());
    if let Some(csr) = &mut csr {
        csr.expected = cx.context().expect_dn.as_deref().map(DistinguishedName::read);
    }
    let encoding = CsrEncoding { faults: &faults, is_read: csr.is_some() };
    cx.within("", armour.map, |cx| {
        cx.run(ENCODING, &encoding);
        let Some(csr) = &csr else { return cx.unreadable() };
        facts(csr, cx);
        cx.run(TOPICS, csr);
        if cx.profile() != Profile::Standard && !csr.subject.is_empty() {
            cx.within("certificationRequestInfo.subject", SpanMap::Offset(0), |cx| {
                distinguished_name::judge_name(&csr.owner, cx);
            });
        }
    });
}

fn facts(csr: &Csr<'_>, cx: &mut Cx<'_>) {
    cx.fact("subject", csr.subject.to_text());
    if let Ok(key) = csr.key() {
        cx.fact("key", key.kind().to_string());
    }
    match csr.algorithm.signature() {
        Ok(algorithm) => cx.fact("algorithm", algorithm.to_string()),
        Err(_) => cx.fact("algorithm", csr.algorithm.oid.to_string()),
    }
    let identifier = csr.spki.identifier();
    cx.fact("publicKeyIdentifier", data_encoding::HEXUPPER.encode(identifier.as_bytes()));
    let attributes: Vec<Value> = csr.all_attributes().map(|it| it.oid.to_string().into()).collect();
    cx.fact("attributes", attributes);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(ARMOUR), metas_of(ENCODING), metas_of(TOPICS)].concat()
}
