//! The spec defects hold together, and rules and clauses name those that are there.

use std::collections::BTreeSet;

use etalon::{defects, ledger, rules};

#[test]
fn every_defect_is_numbered_once_and_says_what_is_decided() {
    let mut seen = BTreeSet::new();
    for (index, defect) in defects::all().iter().enumerate() {
        assert!(seen.insert(&defect.id), "{} stands twice in defects/: renumber the newer", defect.id);
        assert_eq!(
            defect.id,
            format!("SD-{:02}", index + 1),
            "the numbers have a gap here: a number, once given, is kept"
        );
        assert!(!defect.places.is_empty(), "{}: `where` names document and section", defect.id);
        for text in [&defect.wrong, &defect.decision] {
            assert!(
                text.ends_with(['.', '?', ')']) && text.len() > 4,
                "{}: `wrong` and `decision` are sentences, found {text:?}",
                defect.id
            );
        }
    }
}

#[test]
fn every_defect_that_is_named_is_there() {
    let known: BTreeSet<&str> = defects::all().iter().map(|defect| defect.id.as_str()).collect();
    let by_rules = rules::all().into_iter().flat_map(|meta| meta.defects.iter().map(|id| (*id, meta.id)));
    let by_clauses = ledger::documents().iter().flat_map(|document| {
        document
            .clauses
            .iter()
            .flat_map(|clause| clause.defects.iter().map(|id| (id.as_str(), clause.id.as_str())))
    });
    let unknown: Vec<String> = by_rules
        .chain(by_clauses)
        .filter(|(defect, _)| !known.contains(defect))
        .map(|(defect, by)| format!("{by} names {defect}"))
        .collect();
    assert!(unknown.is_empty(), "add these to defects/*.toml, or correct the id:\n{}", unknown.join("\n"));
}
