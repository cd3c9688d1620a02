//! The catalogue of attacks on signed XML, SOAP, SAML and tokens: every case that shows in an artefact is
//! refused, and by a rule that names it.

use std::collections::{BTreeMap, BTreeSet};

use etalon::base::{Kind, Profile, time};
use etalon::catalogue::{self, Place};
use etalon::context::Context;
use etalon::engine::{Judgement, Verdict};
use etalon::forge::{Bench, MAKERS, Mutation};
use etalon::rules;

use crate::forge::shown;
use crate::judged::judge;
use crate::vectors;

/// XML, signatures, SAML, SOAP, tokens and their exchange.
const FAMILIES: [&str; 7] = ["XP", "DS", "SM", "SO", "JT", "AT", "TX"];

/// Mutations that are refused for what they lead to, not for the case that they come from.
const OTHERWISE: &[(&str, &str)] =
    &[("attributes-many", "it is read in time, and is another content than was signed")];

/// Cases that come to less than a refusal, with the reason.
const NOT_REFUSED: &[(&str, &str)] =
    &[("SO-20", "the services ignore a user name: what is sent in vain is warned of")];

fn bench() -> Bench {
    Bench::new(1, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"))
}

fn judged(kind: Kind, bytes: &[u8], context: serde_json::Value, profile: Profile) -> Judgement {
    let context: Context = serde_json::from_value(context).expect("a context");
    judge(kind, bytes, &context, profile)
}

fn is_refusal(judgement: &Judgement) -> bool {
    matches!(judgement.verdict, Verdict::Violates | Verdict::Unreadable)
}

/// The rules that found something and name the case.
fn by_name(judgement: &Judgement, case: &str) -> BTreeSet<&'static str> {
    let named = judgement.findings.iter().filter(|finding| finding.rule.catalogue.contains(&case));
    named.map(|finding| finding.rule.id).collect()
}

/// The deviations of the families, each with its kind.
fn deviations() -> impl Iterator<Item = (Kind, &'static Mutation)> {
    let all = MAKERS.iter().flat_map(|maker| maker.mutations.iter().map(|mutation| (maker.kind, mutation)));
    all.filter(|(_, mutation)| FAMILIES.iter().any(|family| mutation.case.starts_with(family)))
}

#[test]
fn every_deviation_that_is_refused_is_refused_by_a_rule_that_names_its_case() {
    let bench = bench();
    let (mut refused, mut problems) = (0, Vec::new());
    for (kind, mutation) in deviations() {
        let forged = bench.forge(kind, Some(mutation.id)).expect("the order is in the tables");
        let judgement = judged(kind, &forged.bytes, forged.context.clone().into(), mutation.profile);
        if !is_refusal(&judgement) {
            continue;
        }
        refused += 1;
        let named = !by_name(&judgement, mutation.case).is_empty();
        if named == OTHERWISE.iter().any(|(id, _)| *id == mutation.id) {
            problems.push(format!("{kind} {} ({}): {}", mutation.id, mutation.case, shown(&judgement)));
        }
    }
    assert!(problems.is_empty(), "{} of {refused}:\n{}", problems.len(), problems.join("\n"));
    assert!(refused > 300, "{refused} deviations are refused");
}

/// What is forged and what is written by hand: of every case something is refused.
#[test]
fn every_case_of_an_artefact_is_refused_by_name() {
    let bench = bench();
    let mut met: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (kind, mutation) in deviations() {
        let forged = bench.forge(kind, Some(mutation.id)).expect("the order is in the tables");
        let judgement = judged(kind, &forged.bytes, forged.context.clone().into(), mutation.profile);
        if is_refusal(&judgement) {
            met.entry(mutation.case.to_owned()).or_default().extend(by_name(&judgement, mutation.case));
        }
    }
    for rule in vectors::refusing() {
        let meta = rules::find(&rule).expect("a rule of a vector");
        for case in meta.catalogue {
            met.entry((*case).to_owned()).or_default().insert(meta.id);
        }
    }
    let mut open = Vec::new();
    for family in catalogue::families().iter().filter(|it| FAMILIES.contains(&it.family.as_str())) {
        for case in family.cases.iter().filter(|case| case.shows_in == Place::Artefact) {
            let is_excused = NOT_REFUSED.iter().any(|(id, _)| *id == case.id);
            let is_open = case.expected == "refused" && case.why_not.is_none() && !is_excused;
            if is_open && met.get(&case.id).is_none_or(BTreeSet::is_empty) {
                open.push(format!("{} {}", case.id, case.title));
            }
        }
    }
    assert!(open.is_empty(), "no rule is shown to refuse these by name:\n{}", open.join("\n"));
}

/// Signature wrapping on every root that is signed, from 1 to 10.
#[test]
fn wrapping_is_refused_on_every_signed_root_and_under_every_profile() {
    let bench = bench();
    let mut problems = Vec::new();
    for (kind, suffix, numbers) in [
        (Kind::SignedXml, "", 1..=10),
        (Kind::CertraMessage, "", 1..=10),
        (Kind::SamlResponse, "", 1..=10),
        (Kind::SamlResponse, "-whole", 1..=9),
        (Kind::SamlAssertion, "", 1..=10),
    ] {
        for number in numbers {
            let forged = bench.forge(kind, Some(&format!("xsw-{number}{suffix}"))).expect("it is forged");
            for profile in Profile::ALL {
                let judgement = judged(kind, &forged.bytes, forged.context.clone().into(), *profile);
                if !is_refusal(&judgement) {
                    problems
                        .push(format!("{kind} xsw-{number}{suffix} under {profile}: {}", shown(&judgement)));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The same with a signature that stands apart from what it signs: WS-Security. The genuine body, with the
/// identifier that the signature refers to, moves; another one stands in its place.
#[test]
fn wrapping_is_refused_in_messages_with_a_security_header() {
    let bench = bench();
    let forged = bench.forge(Kind::WsSecurity, None).expect("it is forged");
    let text = String::from_utf8(forged.bytes).expect("XML");
    let start = text.find("<soap:Body").expect("a body");
    let end = text.find("</soap:Body>").expect("its end") + "</soap:Body>".len();
    let genuine = &text[start..end];
    let other =
        |id: &str| genuine.replacen("wsu:Id=\"B-1\"", id, 1).replace("urn:be:fgov:person:ssin", "urn:x");
    let evil = [other("wsu:Id=\"B-2\""), other(""), other("wsu:Id=\"B-1\"")];
    let wrapper = format!("<x:Wrapper xmlns:x=\"urn:x\">{genuine}</x:Wrapper>");
    let ignored = format!(
        "<x:Wrapper xmlns:x=\"urn:x\" soap:mustUnderstand=\"0\" soap:actor=\"urn:x\">{genuine}</x:Wrapper>"
    );
    let object = format!("<ds:Object>{genuine}</ds:Object>");
    let places = [
        ("</soap:Header>", wrapper.as_str()),
        ("</soap:Header>", &ignored),
        ("</wsse:Security>", &wrapper),
        ("</wsse:Security>", genuine),
        ("</ds:Signature>", &object),
        ("</soap:Body>", genuine),
        ("</soap:Body>", &wrapper),
        ("</samlp:AttributeQuery>", &wrapper),
        ("</soap:Envelope>", genuine),
        ("</soap:Envelope>", &wrapper),
    ];
    let (mut forms, mut problems) = (0, Vec::new());
    for evil in &evil {
        for (before, piece) in places {
            forms += 1;
            let moved = format!("{}{evil}{}", &text[..start], &text[end..]);
            let at = moved.rfind(before).expect("the place");
            let wrapped = format!("{}{piece}{}", &moved[..at], &moved[at..]);
            for profile in Profile::ALL {
                let judgement =
                    judged(Kind::WsSecurity, wrapped.as_bytes(), forged.context.clone().into(), *profile);
                let named = ["DS-10", "DS-12", "SO-10", "SO-11"].map(|case| by_name(&judgement, case));
                if !is_refusal(&judgement) || named.iter().all(BTreeSet::is_empty) {
                    problems.push(format!("before {before} under {profile}: {}", shown(&judgement)));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} of {forms}:\n{}", problems.len(), problems.join("\n"));
    assert_eq!(forms, 30);
}
