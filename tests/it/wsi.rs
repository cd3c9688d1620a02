//! The profiles of WS-I by number: Basic Profile 1.1 and Basic Security Profile 1.1.
//!
//! Every requirement that a message alone can show has a rule that cites it, a message that breaks it,
//! and that message's valid twin. Every other one says why no rule judges it.

use std::collections::{BTreeMap, BTreeSet};

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options};
use etalon::forge;
use etalon::rules;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The valid messages that are broken.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Twin {
    /// A request of CertRA in an envelope.
    Request,
    /// A fault of the platform.
    Fault,
    /// A message that is signed under a binary security token.
    Signed,
    /// A message that is signed under the key of its assertion.
    Held,
}

impl Twin {
    fn forged(self) -> (Kind, String, Map<String, Value>) {
        let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
        let fault = BTreeMap::from([("fault".to_owned(), "SOA-03001".to_owned())]);
        let none = BTreeMap::new();
        let (kind, mutation, params) = match self {
            Self::Request => (Kind::Soap, None, none),
            Self::Fault => (Kind::Soap, None, fault),
            Self::Signed => (Kind::WsSecurity, None, none),
            Self::Held => (Kind::WsSecurity, Some("holder-of-key"), none),
        };
        let forged = forge::forge(kind, mutation, 1, clock, &params).expect("the order is in the tables");
        (kind, String::from_utf8(forged.bytes).expect("XML"), forged.context)
    }
}

/// The table of requirements.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    requirement: Vec<Requirement>,
    not_judged: Vec<NotJudged>,
}

/// A requirement that a message shows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    number: String,
    rule: String,
    twin: Twin,
    /// What is written in the place of what.
    changes: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotJudged {
    #[serde(rename = "reason")]
    _reason: String,
    numbers: Vec<String>,
}

fn table() -> Table {
    toml::from_str(include_str!("wsi.toml")).expect("the table of requirements")
}

/// What the SOAPAction that a message came with shows.
const BY_ACTION: [(&str, &str, &str); 2] = [
    ("R1109", "soap.action-unquoted", "urn:be:fgov:ehealth:etee:certra:protocol:v2:revoke"),
    ("R2744", "soap.action-other", "\"urn:be:fgov:ehealth:etee:certra:protocol:v2:revoke\""),
];

fn found(kind: Kind, text: &str, context: &Map<String, Value>) -> BTreeSet<&'static str> {
    let context: Context = serde_json::from_value(context.clone().into()).expect("a context");
    let judged = engine::judge(kind, text.as_bytes(), &context, &Options::profile(Profile::Cookbook));
    judged.expect("no crash").findings.iter().map(|finding| finding.rule.id).collect()
}

/// Whether the rule cites the requirement.
fn cites(rule: &str, number: &str) -> bool {
    let meta = rules::find(rule).unwrap_or_else(|| panic!("there is no rule {rule}"));
    meta.cites.iter().any(|cite| cite.document.starts_with("WS-I B") && cite.section == number)
}

#[test]
fn every_requirement_is_broken_by_a_message_and_kept_by_its_twin() {
    let mut problems = Vec::new();
    for Requirement { number, rule, twin, changes } in &table().requirement {
        let (kind, valid, context) = twin.forged();
        let mut broken = valid.clone();
        for (from, to) in changes {
            assert!(broken.contains(from), "{number}: there is no `{from}`");
            broken = broken.replacen(from, to, 1);
        }
        if !cites(rule, number) {
            problems.push(format!("{number}: {rule} does not cite it"));
        }
        if found(kind, &valid, &context).contains(rule.as_str()) {
            problems.push(format!("{number}: the valid twin trips {rule}"));
        }
        let trips = found(kind, &broken, &context);
        if !trips.contains(rule.as_str()) {
            problems.push(format!("{number}: {rule} says nothing of\n  {changes:?}\n  found {trips:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_action_breaks_two_requirements_and_keeps_them() {
    let (kind, text, context) = Twin::Request.forged();
    let with = |action: &str| {
        let mut context = context.clone();
        context.insert("soap_action".to_owned(), json!(action));
        found(kind, &text, &context)
    };
    for (number, rule, action) in BY_ACTION {
        assert!(cites(rule, number) && with(action).contains(rule), "{number}");
        assert!(
            !with("\"\"").contains(rule),
            "{number}: an empty action is quoted, and names no other operation"
        );
    }
}

/// A number that a rule cites has a row, and no number has a row and a reason.
#[test]
fn every_number_is_shown_or_has_a_reason() {
    let table = table();
    let rows = table.requirement.iter().map(|it| (it.number.as_str(), it.rule.as_str()));
    let shown: BTreeSet<_> = rows.chain(BY_ACTION.map(|(number, rule, _)| (number, rule))).collect();
    let mut problems = Vec::new();
    for meta in rules::all() {
        for cite in meta.cites.iter().filter(|cite| cite.document.starts_with("WS-I B")) {
            if !shown.contains(&(cite.section, meta.id)) {
                problems.push(format!("{} of {} has no message", cite.section, meta.id));
            }
        }
    }
    let numbers: BTreeSet<&str> = shown.iter().map(|(number, _)| *number).collect();
    let reasons: Vec<&str> = table.not_judged.iter().flat_map(|it| &it.numbers).map(String::as_str).collect();
    let both: Vec<_> = reasons.iter().filter(|number| numbers.contains(**number)).collect();
    assert!(both.is_empty(), "a message shows these: {both:?}");
    assert_eq!(reasons.iter().collect::<BTreeSet<_>>().len(), reasons.len(), "a number has two reasons");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
