//! The catalogue of negatives and the tables of codes hold together with what names them.

use std::collections::BTreeSet;

use etalon::catalogue;
use etalon::{codes, forge, rules, suites};

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
fn every_case_is_caught_or_says_why_not() {
    let all = rules::all();
    let by_rules = all.iter().flat_map(|meta| meta.catalogue.iter().copied());
    let by_workflows = suites::workflows().iter().flat_map(|it| it.catalogue.iter().map(String::as_str));
    // What must be accepted, or read in time, breaks no rule: the forge makes it.
    let by_forge = forge::MAKERS.iter().flat_map(|maker| maker.mutations).map(|mutation| mutation.case);
    let named: BTreeSet<&str> = by_rules.chain(by_workflows).chain(by_forge).collect();
    let cases = catalogue::families().iter().flat_map(|family| &family.cases);
    let open: Vec<String> = cases
        .filter(|it| !named.contains(it.id.as_str()) && it.why_not.is_none() && it.held_by.is_empty())
        .map(|case| format!("{} {}", case.id, case.title))
        .collect();
    assert!(
        open.is_empty(),
        "nothing names these cases: name them in a rule's `catalogue:`, in a workflow's description \
         (`Catalogue: …`) or in a mutation's `case`, or give `held_by` or `why_not` in catalogue/*.toml:\n{}",
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
