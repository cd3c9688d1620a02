//! The ledger holds together: what rules and workflows name is there, and what is said to be
//! complete is.

use std::collections::BTreeSet;

use etalon::ledger::{self, Test};
use etalon::{rules, suites};

use crate::command::etalon;

/// What is complete: every clause of this document that can be tested this way is named by
/// something, or says why not. Add a line when the work on it ends.
const COMPLETE: &[(&str, Test)] = &[
    ("keydepot", Test::Rule),
    ("keydepot", Test::Scenario),
    ("certra", Test::Rule),
    ("certra", Test::Scenario),
    ("etkdepot", Test::Rule),
    ("etkdepot", Test::Scenario),
    ("attribute-authority", Test::Rule),
    ("iam-exchange", Test::Rule),
    ("iam-exchange", Test::Scenario),
    ("attribute-authority", Test::Scenario),
];

#[test]
fn every_ledger_file_reads_and_ids_are_unique() {
    let mut seen = BTreeSet::new();
    for document in ledger::documents() {
        assert!(!document.clauses.is_empty(), "{} has no clause", document.document);
        for clause in &document.clauses {
            assert!(seen.insert(&clause.id), "{} stands twice in the ledger: remove one", clause.id);
            assert!(
                clause.id.starts_with(&format!("{}-", document.prefix)) && !clause.section().is_empty(),
                "{}: the ids of {} read {}-<section>-<number>",
                clause.id,
                document.document,
                document.prefix
            );
            assert!(
                clause.test != Test::NotTested || clause.why_not.is_some(),
                "{} is not tested and does not say why: add `why_not`",
                clause.id
            );
            assert!(
                ["must", "should", "may", "fact"].contains(&clause.force.as_str()),
                "{}: `force` is must, should, may or fact, not {}",
                clause.id,
                clause.force
            );
            for text in
                [Some(&clause.says), Some(&clause.quote), clause.why_not.as_ref()].into_iter().flatten()
            {
                assert!(!text.trim().is_empty(), "{} has an empty text", clause.id);
            }
            assert!(clause.quote.len() <= 300, "{}: a quote is short, a sentence at most", clause.id);
        }
    }
    assert_eq!(seen.len(), 1710, "a clause came or went: say so in CHANGELOG.md, then change this number");
}

#[test]
fn every_clause_that_a_rule_or_a_workflow_names_is_in_the_ledger() {
    let known: BTreeSet<&str> = ledger::documents()
        .iter()
        .flat_map(|document| document.clauses.iter().map(|clause| clause.id.as_str()))
        .collect();
    let by_rules =
        rules::all().into_iter().flat_map(|meta| meta.clauses.iter().map(|id| (*id, meta.id.to_owned())));
    let by_workflows = suites::workflows().iter().flat_map(|workflow| {
        workflow.clauses.iter().map(|id| (id.as_str(), format!("{}#{}", workflow.suite, workflow.id)))
    });
    let unknown: Vec<String> = by_rules
        .chain(by_workflows)
        .filter(|(clause, _)| !known.contains(clause))
        .map(|(clause, by)| format!("{by} names {clause}"))
        .collect();
    assert!(
        unknown.is_empty(),
        "there are no such clauses; see `etalon ledger` for the ids:\n{}",
        unknown.join("\n")
    );
}

#[test]
fn every_suite_reads() {
    for (path, text) in suites::files() {
        if path.ends_with(".arazzo.yaml") {
            suites::read(path, text).unwrap_or_else(|error| panic!("suites/{error}"));
        }
    }
}

#[test]
fn what_is_said_to_be_complete_is() {
    let all = rules::all();
    let rows = ledger::rows(ledger::documents(), &all, suites::workflows());
    let mut open = Vec::new();
    for document in ledger::documents() {
        for test in [Test::Rule, Test::Scenario] {
            let of: Vec<_> = rows
                .iter()
                .filter(|row| row.document.document == document.document && row.clause.test == test)
                .collect();
            let left: Vec<_> = of.iter().filter(|row| row.is_open()).collect();
            println!("{} {}: {} of {} open", document.document, test.name(), left.len(), of.len());
            if COMPLETE.contains(&(document.document.as_str(), test)) {
                open.extend(left.iter().map(|row| format!("{} {}", row.clause.id, row.clause.says)));
            }
        }
    }
    assert!(
        open.is_empty(),
        "nothing names these clauses: name them in a rule's `clauses:` or in a workflow's description \
         (`Clauses: …`), or give `why_not` in ledger/*.toml:\n{}",
        open.join("\n")
    );
}

/// Kinds of artefact whose clauses are complete in every document: each that a rule can test is named
/// by one, or says why not. Which clause is of which kind is noted beside the sources.
const COMPLETE_KINDS: &[&str] = &[
    "certificate",
    "csr",
    "distinguished-name",
    "encryption-certificate",
    "etk",
    "etk-challenge",
    "etk-response",
    "jwk",
    "jwks",
    "keystore",
];

#[test]
fn the_clauses_of_a_kind_that_is_said_to_be_complete_are() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/design/clauses.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(std::env::var_os("CI").is_none(), "{} is missing, and CI needs it", path.display());
        println!("skipped: {} is not there", path.display());
        return;
    };
    let noted: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let of: BTreeSet<&str> = noted
        .iter()
        .filter(|it| it["test"] == "rule" && COMPLETE_KINDS.iter().any(|kind| it["kind"] == *kind))
        .filter_map(|it| it["id"].as_str())
        .collect();
    assert!(of.len() > 80, "only {} clauses are of these kinds", of.len());
    let all = rules::all();
    let rows = ledger::rows(ledger::documents(), &all, suites::workflows());
    let open: Vec<_> = rows
        .iter()
        .filter(|row| of.contains(row.clause.id.as_str()) && row.is_open())
        .map(|row| format!("{} {}", row.clause.id, row.clause.says))
        .collect();
    assert!(open.is_empty(), "nothing names these clauses, and they give no reason:\n{}", open.join("\n"));
}

#[test]
fn the_ledger_is_printed_as_its_schema_says() {
    for (command, schema) in [("ledger", "ledger"), ("rules", "rules")] {
        let out = etalon(&[command, "--format", "json"]);
        assert!(out.status.success());
        let found: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("reports/{schema}.schema.json"));
        let schema =
            serde_json::from_str(&std::fs::read_to_string(&path).expect("the schema")).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a JSON schema");
        if let Err(error) = validator.validate(&found) {
            panic!("{}: {error} at {}", path.display(), error.instance_path());
        }
    }
}

#[test]
fn the_ledger_as_csv_has_a_line_for_each_clause() {
    let out = etalon(&["ledger", "--format", "csv", "--document", "keydepot"]);
    let text = String::from_utf8(out.stdout).expect("UTF-8");
    let clauses = ledger::documents().iter().find(|it| it.document == "keydepot").expect("it").clauses.len();
    assert_eq!(text.lines().count(), clauses + 1);
    assert!(text.starts_with("id,doc,section,force,test,rules,workflows,why_not,says\n"));
}

#[test]
fn an_unknown_id_is_wrong_usage_and_names_the_nearest() {
    let out = etalon(&["explain", "user-agent.subset-malfromed"]);
    assert_eq!(out.status.code(), Some(2));
    let told = String::from_utf8(out.stderr).expect("UTF-8");
    assert!(told.contains("did you mean `user-agent.subset-malformed`"), "{told}");
}
