//! `may_act`: the profiles that the Trusted Platform may act as for the user.

use crate::model::token::Token;
use crate::rule;
use crate::rule::Severity::Error;
use crate::rule::{Checked, Cx, ERROR, Force, OFF, cite};
use crate::rules::jws::claims;
use crate::wire::json::{Type, Value};

const COOKBOOK: &str = "IAM eXchange cookbook 1.1";

rule! { Token =>
    /// The claim is not a list of profiles
    ///
    /// IAM eXchange issues `may_act` as an array, one entry for each profile that can be chosen. RFC
    /// 8693 knows an object there, so this is not held under `standard`.
    "access-token.may-act-not-a-list": ERROR.not_in_standard() => may_act_not_a_list,
        clauses: &["IX-5.2.3.1-24"],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Fact, "\"may_act\": [ { \"sub\": … } ]")],
        catalogue: &["AT-12"];

    /// The claim is not an object
    ///
    /// RFC 8693 has one actor there. eHealth issues an array of them, so this is held under
    /// `standard` alone.
    "access-token.may-act-not-an-object": OFF.in_standard(Error) => may_act_not_an_object,
        cites: &[cite("RFC 8693", "4.4", Force::Fact, "The claim value is a JSON object, and members in the JSON object are claims that identify the party")];

    /// An entry does not say which profile it is, or under which name it is chosen
    ///
    /// Each entry is an object with `sub`, a string to put into the actor token, and `userProfile`,
    /// an object.
    "access-token.may-act-incomplete": ERROR.not_in_standard() => may_act_incomplete,
        clauses: &["IX-5.2.3.1-25", "IX-5.2.3.1-26"],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Fact, "\"sub\": \"90e9cedc5a771dce969c1388c4508783\", \"userProfile\": {")],
        catalogue: &["AT-12"];

    /// Two entries are chosen by the same name
    ///
    /// With one `sub` for two profiles the exchange cannot tell as whom the platform acts.
    "access-token.may-act-repeated": ERROR.not_in_standard() => may_act_repeated,
        clauses: &["IX-5.2.3.1-29"],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Fact, "\"sub\": \"cedc5a771dce969c1388c450878390e9\"")],
        catalogue: &["AT-12"];

    /// An entry stands for no profile or for several
    ///
    /// One entry is one profile: `children` or `mandators` with one object that has an `ssin`. Two
    /// children are two entries.
    "access-token.may-act-ambiguous": ERROR.not_in_standard() => may_act_ambiguous,
        clauses: &["IX-5.2.3.1-27", "IX-5.2.3.1-28", "IX-5.2.3.1-30"],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Fact, "\"userProfile\": { \"children\": [ { \"ssin\": \"23456789123\" } ] }")],
        defects: &["SD-126", "SD-134"],
        catalogue: &["AT-12"];
}

/// The groups of which an entry shows one. Organisations have no documented shape (SD-126).
const GROUPS: [&str; 2] = ["children", "mandators"];

/// Every SSIN in the claim.
pub(super) fn ssins<'a>(token: &Token<'a>) -> Vec<Value<'a>> {
    token
        .may_act()
        .filter_map(|entry| entry.member("userProfile"))
        .flat_map(|profile| GROUPS.into_iter().filter_map(move |group| profile.member(group)))
        .flat_map(Value::elements)
        .filter_map(|person| person.member("ssin"))
        .filter(|ssin| ssin.as_str().is_some())
        .take(256)
        .collect()
}

fn may_act_not_a_list(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = token.claim("may_act")?;
    if value.kind() != Type::Array {
        claims::fail(token, value, format!("expected an array of profiles, found {}", value.kind()), cx);
    }
    Some(Checked)
}

fn may_act_not_an_object(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = token.claim("may_act")?;
    if value.kind() != Type::Object {
        claims::fail(token, value, format!("expected an object, found {}", value.kind()), cx);
    }
    Some(Checked)
}

fn may_act_incomplete(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    token.may_act().next()?;
    for entry in token.may_act() {
        let complete =
            entry.member("sub").is_some_and(|sub| sub.as_str().is_some_and(|text| !text.is_empty()))
                && entry.member("userProfile").is_some_and(|profile| profile.kind() == Type::Object);
        if !complete {
            claims::fail(
                token,
                entry,
                "expected an object with sub and userProfile, found another value",
                cx,
            );
        }
    }
    Some(Checked)
}

fn may_act_repeated(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    token.may_act().next()?;
    let mut seen = std::collections::BTreeSet::new();
    for sub in token.may_act().filter_map(|entry| entry.member("sub")) {
        if sub.as_str().is_some_and(|text| !seen.insert(text)) {
            claims::fail(token, sub, "expected a sub of its own in each entry, found that of another", cx);
        }
    }
    Some(Checked)
}

fn may_act_ambiguous(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    token.may_act().next()?;
    for profile in token.may_act().filter_map(|entry| entry.member("userProfile")) {
        if profile.member("organizations").is_some() {
            continue;
        }
        let people: Vec<Value<'_>> =
            GROUPS.into_iter().filter_map(|group| profile.member(group)).flat_map(Value::elements).collect();
        if people.len() != 1 || people.iter().any(|person| person.member("ssin").is_none()) {
            let message = format!("expected one person with an ssin, found {}", people.len());
            claims::fail(token, profile, message, cx);
        }
    }
    Some(Checked)
}
