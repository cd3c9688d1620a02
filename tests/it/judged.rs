//! Third-party vectors of signed XML, judged and compared with what their sources say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Judgement, Options, Verdict};
use serde_json::{Value, json};

use crate::deviations::Deviations;

/// Judges with a context.
pub(crate) fn judge(kind: Kind, bytes: &[u8], context: &Context, profile: Profile) -> Judgement {
    engine::judge(kind, bytes, context, &Options::profile(profile)).expect("no rule crashes")
}

/// A vector, and what it is judged with.
pub(crate) struct Case {
    id: String,
    expected: String,
    scored: bool,
    kind: Kind,
    input: Vec<u8>,
    context: Value,
}

/// The vectors of a family.
pub(crate) fn cases(
    family: &str,
    manifest: &Value,
    kind: impl Fn(&Value) -> Kind,
    as_of: impl Fn(&Value) -> Option<String>,
) -> Vec<Case> {
    let root = crate::shared::root().expect("the manifest was there");
    let dir = root.join(family);
    let items = manifest["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| {
            let named = item["context"]["certs"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let mut trust: Vec<String> = named.filter_map(|name| certificate(&dir, name)).collect();
            if item["third_party"] == json!(false) {
                trust.push(fs::read_to_string(root.join("pki/root.pem")).expect("the root is there"));
            }
            let layer = item["reject_layer"].as_str().unwrap_or_default();
            let expected = item["expected"].as_str().expect("what is expected").to_owned();
            Case {
                id: item["id"].as_str().expect("an id").to_owned(),
                // Trust in a certificate, and what sources disagree on, is not scored.
                scored: matches!(expected.as_str(), "accept" | "reject")
                    && !layer.starts_with("key_or_trust"),
                expected,
                kind: kind(item),
                input: fs::read(dir.join(item["file"].as_str().expect("a file"))).expect("the file is there"),
                context: json!({"legacy": true, "trust": trust, "as_of": as_of(item)}),
            }
        })
        .collect()
}

fn certificate(dir: &Path, name: &str) -> Option<String> {
    let bytes =
        [dir.join("_certs").join(name), dir.join(name)].into_iter().find_map(|it| fs::read(it).ok())?;
    match String::from_utf8(bytes) {
        Ok(text) if text.contains("-----BEGIN") => Some(text),
        Ok(text) => Some(format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")),
        Err(der) => {
            let text = data_encoding::BASE64.encode(der.as_bytes());
            Some(format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"))
        }
    }
}

/// How often each expectation came to each outcome; fails where one came out otherwise, or could not be
/// judged, and is not on the list of deviations.
pub(crate) fn compare<'c>(cases: &'c [Case], deviations: &str) -> BTreeMap<(&'c str, &'static str), usize> {
    let list = Deviations::read(deviations);
    let mut counts = BTreeMap::new();
    let mut problems = Vec::new();
    for case in cases {
        let context: Context = serde_json::from_value(case.context.clone()).expect("a context");
        let judged = engine::judge(case.kind, &case.input, &context, &Options::profile(Profile::Standard));
        let judged = judged.expect("no crash");
        if !case.scored {
            continue;
        }
        let outcome = match (judged.verdict, case.expected.as_str()) {
            (Verdict::Inconclusive, _) => "abstained",
            (Verdict::Conforms, "accept") | (Verdict::Violates | Verdict::Unreadable, "reject") => "met",
            _ => "missed",
        };
        *counts.entry((case.expected.as_str(), outcome)).or_default() += 1;
        match list.find(&case.id) {
            None if outcome != "met" => {
                let found: Vec<_> = judged
                    .findings
                    .iter()
                    .map(|it| format!("{} {}: {}", it.severity, it.rule.id, it.message))
                    .collect();
                problems.push(format!("{}: expected {}, found {found:?}", case.id, case.expected));
            }
            Some(listed) if outcome == "met" || listed.actual != judged.verdict.name() => {
                problems.push(format!("{}: no longer {} ({})", case.id, listed.actual, listed.reason));
            }
            _ => {}
        }
    }
    let is_strange = |id: &&str| !cases.iter().any(|case| case.id == *id);
    problems.extend(list.ids().filter(is_strange).map(|id| format!("{id}: there is no such vector")));
    assert!(problems.is_empty(), "{counts:?}\n{}", problems.join("\n"));
    counts
}
