//! The catalogue of negatives and the tables of codes hold together with what names them.

use std::collections::BTreeSet;

use etalon::catalogue::{self, Place};
use etalon::{codes, forge, rules, suites};

/// What is complete: every case of this family that shows in such a place is named by something, or
/// says why not. Add a line when the work on it ends.
const COMPLETE: &[(&str, Place)] = &[
    ("AT", Place::Artefact),
    ("AT", Place::Exchange),
    ("CM", Place::Artefact),
    ("CM", Place::Exchange),
    ("DS", Place::Artefact),
    ("JK", Place::Artefact),
    ("JK", Place::Exchange),
    ("JT", Place::Artefact),
    ("RL", Place::Artefact),
    ("SM", Place::Artefact),
    ("SM", Place::Exchange),
    ("SO", Place::Artefact),
    ("TX", Place::Artefact),
    ("UA", Place::Artefact),
    ("UA", Place::Exchange),
    ("WB", Place::Artefact),
    ("WC", Place::Exchange),
    ("WK", Place::Artefact),
    ("WO", Place::Artefact),
    ("WO", Place::Exchange),
    ("WS", Place::Artefact),
    ("XP", Place::Artefact),
];

#[test]
fn every_family_reads_and_cases_are_numbered() {
    let mut count = 0;
    for family in catalogue::families() {
        for (index, case) in family.cases.iter().enumerate() {
            assert_eq!(
                case.id,
                format!("{}-{:02}", family.family, index + 1),
                "the numbers have a gap here: a number, once given, is kept"
            );
            assert!(
                ["refused", "warned", "accepted", "bounded", "recorded", "holds"]
                    .contains(&case.expected.as_str()),
                "{}: `expected` is {:?}",
                case.id,
                case.expected
            );
            assert!(!case.title.ends_with('.') && case.title.len() < 120, "{}: a title is one line", case.id);
            count += 1;
        }
    }
    assert_eq!(count, 414, "a case came or went: say so in CHANGELOG.md, then change this number");
}

#[test]
fn every_case_that_is_named_is_there() {
    let by_rules = rules::all().into_iter().flat_map(|meta| meta.catalogue.iter().map(|id| (*id, meta.id)));
    let by_workflows = suites::workflows()
        .iter()
        .flat_map(|workflow| workflow.catalogue.iter().map(|id| (id.as_str(), workflow.id.as_str())));
    let unknown: Vec<String> = by_rules
        .chain(by_workflows)
        .filter(|(case, _)| catalogue::find(case).is_none())
        .map(|(case, by)| format!("{by} names {case}"))
        .collect();
    assert!(unknown.is_empty(), "there are no such cases in catalogue/*.toml:\n{}", unknown.join("\n"));
}

#[test]
fn what_is_said_to_be_complete_is() {
    let all = rules::all();
    let by_rules = all.iter().flat_map(|meta| meta.catalogue.iter().copied());
    let by_workflows = suites::workflows().iter().flat_map(|it| it.catalogue.iter().map(String::as_str));
    // What must be accepted, or read in time, breaks no rule: the forge makes it.
    let by_forge = forge::MAKERS.iter().flat_map(|maker| maker.mutations).map(|mutation| mutation.case);
    let named: BTreeSet<&str> = by_rules.chain(by_workflows).chain(by_forge).collect();
    let mut open = Vec::new();
    for family in catalogue::families() {
        for (place, name) in [(Place::Artefact, "artefact"), (Place::Exchange, "exchange")] {
            let of: Vec<_> = family.cases.iter().filter(|case| case.shows_in == place).collect();
            let left: Vec<_> = of
                .iter()
                .filter(|case| !named.contains(case.id.as_str()) && case.why_not.is_none())
                .collect();
            let ids: Vec<&str> = left.iter().map(|case| case.id.as_str()).collect();
            println!("{} {name}: {} of {} open: {}", family.family, left.len(), of.len(), ids.join(" "));
            if COMPLETE.contains(&(family.family.as_str(), place)) {
                open.extend(left.iter().map(|case| format!("{} {}", case.id, case.title)));
            }
        }
    }
    assert!(
        open.is_empty(),
        "nothing names these cases: name them in a rule's `catalogue:` or in a workflow's description \
         (`Catalogue: …`), in a mutation's `case`, or give `why_not` in catalogue/*.toml:\n{}",
        open.join("\n")
    );
}

#[test]
fn every_code_that_a_rule_names_is_in_a_table() {
    let all = rules::all();
    let named = all.iter().flat_map(|meta| meta.codes.iter().map(|code| (*code, meta.id)));
    let unknown: Vec<String> = named
        .filter(|(code, _)| codes::find(code).is_empty())
        .map(|(code, by)| format!("{by} names {code}"))
        .collect();
    assert!(unknown.is_empty(), "there are no such codes in codes/*.toml:\n{}", unknown.join("\n"));
}

#[test]
fn every_table_of_codes_reads() {
    for row in codes::all() {
        assert!(!row.code.is_empty() && !row.text.is_empty() && !row.place.is_empty(), "{row:?}");
    }
    // Chapter 7.1 of CertRA and EtkRA has 29 rows, of which two are the same.
    assert_eq!(codes::all().iter().filter(|row| row.service == "CertRA/EtkRA").count(), 29);
}
