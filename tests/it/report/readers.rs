//! What the readers of the formats ask beside the format itself: Jenkins of JUnit, code scanning of SARIF.

use etalon::event::Report;
use etalon::report::Style;
use serde_json::{Value, json};

use super::sample::{check, render, run};

/// The attributes that each element may have by junit-10.xsd of Jenkins' xUnit plugin, which refuses a
/// file with others.
const JUNIT: &[(&str, &[&str])] = &[
    ("testsuites", &["name", "time", "tests", "failures", "errors"]),
    ("testsuite", &["name", "time", "tests", "failures", "errors", "skipped", "timestamp", "hostname", "id"]),
    ("testcase", &["name", "time", "classname", "group"]),
    ("failure", &["type", "message"]),
    ("error", &["type", "message"]),
    ("skipped", &["type", "message"]),
    ("system-out", &[]),
    ("properties", &[]),
    ("property", &["name", "value"]),
];

#[test]
fn junit_has_what_jenkins_knows() {
    for report in [check("myProduct"), run("replay")] {
        let xml = render("junit", &report, &Style::default());
        let document = roxmltree::Document::parse(&xml).expect("XML");
        for element in document.descendants().filter(roxmltree::Node::is_element) {
            let name = element.tag_name().name();
            let (_, known) = JUNIT.iter().find(|(it, _)| *it == name).unwrap_or_else(|| panic!("{name}"));
            for attribute in element.attributes() {
                assert!(known.contains(&attribute.name()), "{name} has {}:\n{xml}", attribute.name());
            }
        }
        let suite = document.descendants().find(|it| it.has_tag_name("testsuite")).expect("a suite");
        assert!(suite.attribute("skipped").is_some(), "{xml}");
    }
}

/// GitHub refuses a rule without a description and a help, and cuts a description of more than 1024
/// characters.
#[test]
fn sarif_describes_each_rule() {
    let mut all = check("myProduct");
    if let Report::Check(check) = &mut all {
        let finding = check.subjects[0].findings[0].clone();
        for meta in etalon::rules::all() {
            let rule = meta.id.to_owned();
            check.subjects[0].findings.push(etalon::event::Finding { rule, ..finding.clone() });
        }
    }
    for report in [all, run("replay")] {
        let log: Value = serde_json::from_str(&render("sarif", &report, &Style::default())).expect("JSON");
        for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules") {
            let full = rule["fullDescription"]["text"].as_str().unwrap_or_default();
            assert!((1..=1024).contains(&full.chars().count()), "{}: {full:?}", rule["id"]);
            assert!(rule["help"]["text"].as_str().is_some_and(|it| !it.is_empty()), "{}", rule["id"]);
        }
    }
}

#[test]
fn a_region_ends_where_its_finding_does() {
    let log: Value =
        serde_json::from_str(&render("sarif", &check("myProduct"), &Style::default())).expect("JSON");
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(*region, json!({"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 10}));
}
