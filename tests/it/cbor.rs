//! Appendix A of RFC 8949 (`../shared/vectors/cbor`), judged as `cbor`.

use std::collections::BTreeMap;

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use serde_json::Value;

use crate::shared;

/// Where etalon departs from the set, and why.
const DEVIATIONS: &[(&str, Verdict, &str)] = &[(
    "cbor-45",
    Verdict::Unreadable,
    "0xf818 stood in appendix A of RFC 7049; RFC 8949 §3.3 makes a two-byte simple value below 32 malformed",
)];

#[test]
fn every_example_of_appendix_a_comes_to_what_it_expects() {
    let Some(manifest) = shared::manifest("cbor") else { return };
    let mut deviations: BTreeMap<_, _> = DEVIATIONS.iter().map(|(id, verdict, _)| (*id, *verdict)).collect();
    let mut judged = 0;
    for item in manifest["items"].as_array().expect("items") {
        let id = item["id"].as_str().expect("id");
        let hex = item["hex"].as_str().expect("hex");
        let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).expect("hex");
        let options = Options::profile(Profile::Standard);
        let judgement = engine::judge(Kind::Cbor, &bytes, &Context::default(), &options).expect("no crash");
        let usual = match item["expected"].as_str() {
            Some("accept") => Verdict::Conforms,
            Some("reject") => Verdict::Unreadable,
            _ => continue,
        };
        let expected = deviations.remove(id).unwrap_or(usual);
        let findings: Vec<Value> = judgement.findings.iter().map(etalon::rule::Finding::to_json).collect();
        assert_eq!(judgement.verdict, expected, "{id} {hex}: {findings:?}");
        judged += 1;
    }
    assert!(judged > 30, "only {judged} examples were judged");
    assert!(deviations.is_empty(), "these deviations are of no example: {deviations:?}");
}
