//! Everything that the forge makes is judged: what is valid conforms, and each deviation trips
//! exactly the rules that it names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use etalon::base::{Kind, Profile, time};
use etalon::catalogue::{self, Place};
use etalon::context::Context;
use etalon::engine::{Judgement, Verdict};
use etalon::forge::{self, Bench, Forged, MAKERS};
use etalon::rules;

use crate::judged;

const CLOCK: &str = "2026-01-15T10:00:00Z";

thread_local! {
    /// One bench a seed: its PKI is what takes the time.
    static BENCHES: RefCell<BTreeMap<u64, Rc<Bench>>> = const { RefCell::new(BTreeMap::new()) };
}

fn bench(seed: u64) -> Rc<Bench> {
    let make = || Rc::new(Bench::new(seed, time::parse(CLOCK).expect("RFC 3339")));
    BENCHES.with_borrow_mut(|benches| benches.entry(seed).or_insert_with(make).clone())
}

fn forge(kind: Kind, mutation: Option<&str>, seed: u64) -> Forged {
    bench(seed).forge(kind, mutation).expect("the order is in the tables")
}

fn judge(kind: Kind, forged: &Forged, profile: Profile) -> Judgement {
    let context = serde_json::from_value(forged.context.clone().into());
    let context: Context = context.expect("the forge speaks the judge protocol");
    judged::judge(kind, &forged.bytes, &context, profile)
}

/// A judgement with its findings, for the message of a test.
pub(crate) fn shown(judgement: &Judgement) -> String {
    let findings: Vec<_> = judgement
        .findings
        .iter()
        .map(|f| format!("\n    {} {} at {}: {}", f.severity, f.rule.id, f.at, f.message))
        .collect();
    format!("{}{}", judgement.verdict.name(), findings.concat())
}

#[test]
fn what_is_forged_without_a_mutation_conforms() {
    let mut problems = Vec::new();
    for maker in MAKERS {
        for seed in 0..3 {
            let forged = forge(maker.kind, None, seed);
            for profile in [Profile::Cookbook, Profile::Field] {
                let judgement = judge(maker.kind, &forged, profile);
                if judgement.verdict != Verdict::Conforms {
                    problems.push(format!("{} {seed} under {profile}: {}", maker.kind, shown(&judgement)));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_mutation_trips_exactly_the_rules_that_it_names() {
    let mut problems = Vec::new();
    for maker in MAKERS {
        for mutation in maker.mutations {
            let forged = forge(maker.kind, Some(mutation.id), 1);
            let judgement = judge(maker.kind, &forged, mutation.profile);
            let found: BTreeSet<_> = judgement.findings.iter().map(|f| f.rule.id).collect();
            let expected: BTreeSet<_> = mutation.rules.iter().copied().collect();
            if found != expected {
                problems.push(format!(
                    "{} {} under {}:\n  expected {expected:?}\n  found {}",
                    maker.kind,
                    mutation.id,
                    mutation.profile,
                    shown(&judgement)
                ));
            }
        }
    }
    assert!(problems.is_empty(), "{} mutations differ:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn the_tables_are_sound() {
    for maker in MAKERS {
        let mut ids = BTreeSet::new();
        for mutation in maker.mutations {
            assert!(ids.insert(mutation.id), "{} names {} twice", maker.kind, mutation.id);
            for id in mutation.rules {
                assert!(rules::find(id).is_some(), "{} {}: no rule {id}", maker.kind, mutation.id);
            }
        }
    }
    let kinds: BTreeSet<_> = MAKERS.iter().map(|maker| maker.kind).collect();
    assert_eq!(kinds.len(), MAKERS.len(), "a kind has two makers");
}

#[test]
fn an_order_is_carried_out_the_same_way_twice() {
    let (one, other) = (bench(5), Bench::new(5, time::parse(CLOCK).expect("RFC 3339")));
    for maker in MAKERS {
        let made = |bench: &Bench| bench.forge(maker.kind, None).expect("the order is in the tables");
        assert_eq!(made(&one), made(&other), "{}", maker.kind);
    }
}

#[test]
fn an_order_that_cannot_be_carried_out_says_why() {
    let clock = time::parse(CLOCK).expect("RFC 3339");
    let order = |mutation, params| forge::forge(Kind::Csr, mutation, 0, clock, &params);
    let error = order(Some("no-such"), BTreeMap::new()).expect_err("no such mutation").to_string();
    assert!(error.starts_with("`csr` has no mutation `no-such`; expected one of: "), "{error}");
    let params = BTreeMap::from([("colour".to_owned(), "red".to_owned())]);
    let error = order(None, params).expect_err("no such parameter").to_string();
    assert!(error.starts_with("`csr` has no parameter `colour`"), "{error}");
}

/// Cases that show in an artefact and have no mutation of their own, each with the reason.
const NOT_FORGED: &[(&str, &str)] = &[
    ("CS-20", "what differs is the contract that the service gave before: a workflow's matter"),
    ("CS-21", "a contract is made by the service"),
    ("CS-22", "the deviation of a signed message, not of the request in it"),
    ("CS-23", "the deviation of a signed message, not of the request in it"),
    ("CS-24", "an identifier of a response"),
    ("ET-05", "the deviation of a signed message"),
    ("ET-21", "the deviation of a signed message"),
    ("JK-20", "two exchanges are compared"),
];

/// Every case of certificates, requests, keys and tokens that shows in an artefact is made.
#[test]
fn every_case_of_an_artefact_is_forged_or_says_why_not() {
    let made: BTreeSet<_> =
        MAKERS.iter().flat_map(|maker| maker.mutations).map(|mutation| mutation.case).collect();
    let mut problems = Vec::new();
    for family in
        catalogue::families().iter().filter(|it| ["CS", "ET", "CM", "JK"].contains(&it.family.as_str()))
    {
        for case in family.cases.iter().filter(|case| case.shows_in == Place::Artefact) {
            let excused = NOT_FORGED.iter().any(|(id, _)| *id == case.id);
            if !excused && !made.contains(case.id.as_str()) {
                problems.push(format!("{} {}: no mutation makes it", case.id, case.title));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
