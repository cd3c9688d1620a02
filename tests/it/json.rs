//! JSONTestSuite (`../shared/vectors/json`), judged as `json`.

use std::fs;

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};

use crate::shared;

#[test]
fn every_text_is_json_or_unreadable_as_rfc_8259_has_it() {
    let (Some(root), Some(manifest)) = (shared::root(), shared::manifest("json")) else { return };
    let mut judged = 0;
    for item in manifest["items"].as_array().expect("items") {
        let path = root.join("json").join(item["file"].as_str().expect("file"));
        let bytes = fs::read(&path).expect("a text");
        let options = Options::profile(Profile::Standard);
        let judgement = engine::judge(Kind::Json, &bytes, &Context::default(), &options).expect("no crash");
        let expected = match item["expected"].as_str() {
            Some("accept") => Verdict::Conforms,
            Some("reject") => Verdict::Unreadable,
            _ => continue,
        };
        let findings: Vec<_> = judgement.findings.iter().map(etalon::rule::Finding::to_json).collect();
        assert_eq!(judgement.verdict, expected, "{}: {findings:?}", path.display());
        judged += 1;
    }
    assert!(judged > 100, "only {judged} texts were judged");
}
