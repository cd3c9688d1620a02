//! Certification requests of other implementations (`../shared/vectors/csr`), whole, cut and changed.

use std::fs;

use data_encoding::HEXUPPER;
use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::crypto::{Hash, digest};
use etalon::engine::{self, Judgement, Options, Verdict};
use etalon::forge::Bench;
use etalon::{codes, rules, service};
use serde_json::{Value, json};
use x509_parser::prelude::{FromDer as _, X509CertificationRequest};

use crate::shared;

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
    let mut wrong = Vec::new();
    for (item, bytes) in &requests {
        let (id, expected) = (item["id"].as_str().unwrap(), item["expected"].as_str().unwrap());
        let verdict = judge(bytes, Profile::Standard).verdict;
        let met = match expected {
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

/// What the service cannot do with a request that is right.
const OWN_TROUBLE: &[&str] = &[
    "CSR__CSR_DELIVERY_TO_CA_FAILED__SIGNING_FAILED",
    "CSR__CSR_DELIVERY_TO_CA_FAILED__INVALID_SIGN_KEY_PWD",
];

/// Each code that CertRA's cookbook has for requests (7.1) is one that rules are answered with, or a duty
/// of the service that no single request shows.
#[test]
fn every_code_of_a_request_is_that_of_a_rule_or_a_duty() {
    let of_rules: Vec<_> = rules::all().into_iter().flat_map(|meta| meta.codes).collect();
    let duties = service::CONTRACTS.iter().flat_map(|contract| contract.duties);
    let of_duties: Vec<_> = duties.map(|duty| duty.refusal.code).collect();
    let codes = codes::all().iter().filter(|row| row.place == "7.1" && row.code.contains("CSR"));
    let mut seen = 0;
    for code in codes.map(|row| row.code.as_str()) {
        seen += 1;
        let is_mapped = of_rules.contains(&&code) || of_duties.contains(&code);
        assert_ne!(is_mapped, OWN_TROUBLE.contains(&code), "{code}");
    }
    assert!(seen >= 14, "only {seen} codes");
}

/// What a request tells: whose it is, by what key, and by which name CertRA knows the key.
#[test]
fn the_facts_of_a_request_name_its_subject_and_its_key() {
    let clock = etalon::base::time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let request = Bench::new(1, clock).forge(Kind::Csr, None).expect("a maker").bytes;
    let facts = judge(&request, Profile::Cookbook).facts;
    let (_, read) = X509CertificationRequest::from_der(&request).expect("it is a request");
    let key = &read.certification_request_info.subject_pki.subject_public_key.data;
    let identifier = HEXUPPER.encode(digest(Hash::Sha1, key).as_bytes());
    assert_eq!(facts["publicKeyIdentifier"], identifier);
    assert_eq!((&facts["key"], &facts["algorithm"]), (&json!("RSA-2048"), &json!("RSA with SHA-256")));
    assert!(facts["subject"].as_str().is_some_and(|it| it.starts_with("CN=")), "{}", facts["subject"]);
}
