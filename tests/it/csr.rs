//! Certification requests of other implementations (`../shared/vectors/csr`), whole, cut and changed.

use std::collections::BTreeMap;
use std::fs;

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Judgement, Options, Verdict};
use serde_json::Value;
use x509_parser::prelude::{FromDer as _, X509CertificationRequest};

use crate::shared;

/// Requests that etalon cannot judge, and why.
const ABSTAINED: &[(&str, &str)] =
    &[("req-ae124921", "its key is of an algorithm of the OIW that nobody implements")];

fn judge(bytes: &[u8], profile: Profile) -> Judgement {
    engine::judge(Kind::Csr, bytes, &Context::default(), &Options::profile(profile)).expect("no crash")
}

fn requests() -> Option<Vec<(Value, Vec<u8>)>> {
    let manifest = shared::manifest("csr")?;
    let read = |item: &Value| {
        let path = shared::root().unwrap().join("csr").join(item["file"].as_str().unwrap());
        (item.clone(), fs::read(path).unwrap())
    };
    Some(manifest["items"].as_array().unwrap().iter().map(read).collect())
}

#[test]
fn requests_come_to_what_is_expected_of_them() {
    let Some(requests) = requests() else { return };
    let mut abstained: BTreeMap<&str, &str> = ABSTAINED.iter().copied().collect();
    let mut wrong = Vec::new();
    for (item, bytes) in &requests {
        let (id, expected) = (item["id"].as_str().unwrap(), item["expected"].as_str().unwrap());
        let verdict = judge(bytes, Profile::Standard).verdict;
        let met = match expected {
            "accept" if verdict == Verdict::Inconclusive => abstained.remove(id).is_some(),
            "accept" => verdict == Verdict::Conforms,
            "reject" => matches!(verdict, Verdict::Violates | Verdict::Unreadable),
            "unsupported_alg" => verdict == Verdict::Inconclusive || verdict == Verdict::Violates,
            _ => true,
        };
        if !met {
            wrong.push(format!("{id}: expected {expected}, found {}", verdict.name()));
        }
    }
    assert!(requests.len() > 50, "only {} requests", requests.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(abstained.is_empty(), "judged now, take them off the list: {abstained:?}");
}

#[test]
fn what_x509_parser_reads_is_read() {
    let Some(requests) = requests() else { return };
    let mut compared = 0;
    for (item, bytes) in &requests {
        let judgement = judge(bytes, Profile::Standard);
        let Ok((rest, theirs)) = X509CertificationRequest::from_der(bytes) else { continue };
        assert_ne!(judgement.verdict, Verdict::Unreadable, "{}", item["id"]);
        if !rest.is_empty() || theirs.certification_request_info.subject.as_raw().is_empty() {
            continue;
        }
        let ours = judgement.facts["attributes"].as_array().unwrap().len();
        assert_eq!(ours, theirs.certification_request_info.iter_attributes().count(), "{}", item["id"]);
        compared += 1;
    }
    assert!(compared > 40, "only {compared} requests were compared");
}

#[test]
fn every_prefix_of_a_request_is_refused() {
    let Some(requests) = requests() else { return };
    for (_, bytes) in requests.iter().filter(|(item, _)| item["expected"] == "accept").take(4) {
        for end in 0..bytes.len() {
            assert_eq!(judge(&bytes[..end], Profile::Cookbook).verdict, Verdict::Unreadable, "{end}");
        }
    }
}

#[test]
fn a_changed_bit_never_makes_a_request_conform() {
    let Some(requests) = requests() else { return };
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let good: Vec<_> = requests
        .iter()
        .filter(|(_, bytes)| judge(bytes, Profile::Standard).verdict == Verdict::Conforms)
        .collect();
    for round in 0..2_000 {
        let (item, bytes) = good[round % good.len()];
        let mut changed = bytes.clone();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (random >> 33) as usize % (changed.len() * 8);
        changed[at / 8] ^= 1 << (at % 8);
        let verdict = judge(&changed, Profile::Standard).verdict;
        // NULL parameters beside the signature are not signed, and others in their place a warning.
        let is_null = bytes[at / 8..].starts_with(&[0x05, 0x00]);
        assert!(
            verdict != Verdict::Conforms || is_null,
            "{} conforms with bit {} of byte {} flipped",
            item["id"],
            at % 8,
            at / 8
        );
    }
}
