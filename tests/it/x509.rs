//! Certification paths of others: x509-limbo and NIST PKITS (`../shared/vectors/x509`).

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Judgement, Options, Verdict};
use etalon::forge::Bench;
use serde_json::{Value, json};

use crate::deviations::Deviations;
use crate::shared;

fn judge(certificate: &[u8], context: Value) -> Judgement {
    let context: Context = serde_json::from_value(context).expect("a context");
    engine::judge(Kind::Certificate, certificate, &context, &Options::profile(Profile::Standard))
        .expect("no crash")
}

/// What an expectation and a verdict come to: nothing when it is met or abstained from.
fn differs(expected: &str, verdict: Verdict) -> bool {
    match verdict {
        Verdict::Inconclusive => false,
        Verdict::Conforms => expected == "reject",
        Verdict::Violates | Verdict::Unreadable => expected == "accept",
    }
}

fn compare(family: &str, outcomes: &[(String, String, Judgement)], at_least: usize) {
    let known = Deviations::read(include_str!("x509-deviations.toml"));
    let mut unmet: BTreeSet<&str> = known.ids().filter(|id| id.starts_with(family)).collect();
    let mut problems = Vec::new();
    let mut judged = 0;
    for (id, expected, judgement) in outcomes {
        judged += usize::from(judgement.verdict != Verdict::Inconclusive);
        if !differs(expected, judgement.verdict) {
            continue;
        }
        unmet.remove(id.as_str());
        match known.find(id) {
            Some(known) if known.expected == *expected && known.actual == judgement.verdict.name() => {
                assert!(!known.reason.is_empty(), "{id} deviates without a reason");
            }
            _ => {
                let findings: Vec<_> = judgement
                    .findings
                    .iter()
                    .filter(|finding| finding.severity == etalon::rule::Severity::Error)
                    .map(|finding| format!("{}: {}", finding.rule.id, finding.message))
                    .collect();
                problems.push(format!(
                    "{id}: expected {expected}, found {}\n    {}",
                    judgement.verdict.name(),
                    findings.join("\n    ")
                ));
            }
        }
    }
    assert!(judged >= at_least, "only {judged} of {} were judged", outcomes.len());
    assert!(problems.is_empty(), "{} differ:\n{}", problems.len(), problems.join("\n"));
    assert!(unmet.is_empty(), "these deviate no more, take them off: {unmet:?}");
}

#[test]
fn limbo_paths_come_to_what_is_expected_of_them() {
    let Some(root) = shared::root() else { return };
    let limbo: Value = serde_json::from_slice(&fs::read(root.join("x509/limbo.json")).unwrap()).unwrap();
    let mut outcomes = Vec::new();
    for case in limbo["testcases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        // The names of TLS servers, as browsers take them, are out of scope.
        if id.starts_with("webpki::") {
            continue;
        }
        let context = json!({
            "trust": case["trusted_certs"],
            "intermediates": case["untrusted_intermediates"],
            "as_of": case["validation_time"].as_str().unwrap_or("2026-01-01T00:00:00Z"),
            "crls": case["crls"],
        });
        let judgement = judge(case["peer_certificate"].as_str().unwrap().as_bytes(), context);
        let expected = if case["expected_result"] == "SUCCESS" { "accept" } else { "reject" };
        outcomes.push((format!("limbo {id}"), expected.to_owned(), judgement));
    }
    compare("limbo ", &outcomes, 60);
}

#[test]
fn pkits_paths_come_to_what_is_expected_of_them() {
    let Some(root) = shared::root() else { return };
    let pkits: Value = serde_json::from_slice(&fs::read(root.join("x509/pkits.json")).unwrap()).unwrap();
    let pem = |label: &str, base64: &Value| {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", base64.as_str().unwrap())
    };
    let list = |label: &str, values: &Value| -> Vec<String> {
        values.as_array().map(|all| all.iter().map(|it| pem(label, it)).collect()).unwrap_or_default()
    };
    let mut outcomes = Vec::new();
    for test in pkits["tests"].as_array().unwrap() {
        let context = json!({
            "trust": [pem("CERTIFICATE", &pkits["trust_anchor"])],
            "intermediates": list("CERTIFICATE", &test["other_certs"]),
            "crls": list("X509 CRL", &test["crls"]),
            "as_of": test["time"],
        });
        let judgement = judge(pem("CERTIFICATE", &test["end_entity"]).as_bytes(), context);
        let expected = test["expected"].as_str().unwrap();
        outcomes.push((test["id"].as_str().unwrap().to_owned(), expected.to_owned(), judgement));
    }
    compare("pkits", &outcomes, 60);
}

/// A bit that is changed in what an authority signed, and the certificate has no path any more.
#[test]
fn a_bit_that_is_flipped_in_a_certificate_is_noticed() {
    let clock = etalon::base::time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let forged = Bench::new(1, clock).forge(Kind::Certificate, None).expect("a maker");
    let context = Value::from(forged.context);
    assert_eq!(judge(&forged.bytes, context.clone()).verdict, Verdict::Conforms);
    // The certificate's own header, and that of the signed part, are signed by their effect alone.
    let signed = forged.bytes.len() - 256 - 24;
    for at in (8..signed).step_by(3) {
        let mut changed = forged.bytes.clone();
        changed[at] ^= 1 << (at % 8);
        let verdict = judge(&changed, context.clone()).verdict;
        assert!(matches!(verdict, Verdict::Violates | Verdict::Unreadable), "byte {at}: {}", verdict.name());
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
fn ten_thousand_certificates_are_searched_in_bounded_time() {
    let Some(root) = shared::root() else { return };
    let limbo: Value = serde_json::from_slice(&fs::read(root.join("x509/limbo.json")).unwrap()).unwrap();
    let case = limbo["testcases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["id"].as_str().unwrap().contains("distinct-subject-same-key"))
        .expect("the pathological case");
    let some: Vec<_> = case["untrusted_intermediates"].as_array().unwrap().clone();
    let many: Vec<_> = some.iter().cycle().take(10_000).cloned().collect();
    let context =
        json!({ "trust": case["trusted_certs"], "intermediates": many, "as_of": "2026-01-01T00:00:00Z" });
    let start = std::time::Instant::now();
    let judgement = judge(case["peer_certificate"].as_str().unwrap().as_bytes(), context);
    assert_eq!(judgement.verdict, Verdict::Violates);
    // Reading them takes nearly all of it: without optimisation, and beside other work.
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
}
