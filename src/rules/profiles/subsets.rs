//! The groups of profiles: children, mandators, organizations.

use crate::model::profiles::{Profiles, SUBSETS};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::wire::json::{Type, Value};

const COOKBOOK: &str = "IAM eXchange cookbook 1.1";
/// The mandate types that the cookbook names as examples.
const SERVICES: [&str; 2] = ["medicaldatamanagement", "recipe"];

rule! { Profiles =>
    /// A group of profiles is not an array of objects
    ///
    /// `children`, `mandators` and `organizations` list persons and organisations, each an object of
    /// its own; one person with several children has several entries.
    "profiles.group-mistyped": ERROR.not_in_standard() => group_mistyped,
        clauses: &[
            "IX-5.2.2.2-06", "IX-5.2.2.2-12", "IX-5.2.2.2-18", "IX-5.2.2.2-26", "IX-5.2.2.2-28",
            "IX-5.2.2.2-29", "IX-5.4.2.2-04", "IX-5.4.2.2-10", "IX-5.4.2.2-16", "IX-5.4.2.2-21",
            "IX-5.4.2.2-23", "IX-5.4.2.2-24",
        ],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "\"children\": [ {")],
        defects: &["SD-123", "SD-131"];

    /// A group of profiles is null or empty
    ///
    /// Where nothing is found, or the client is not concerned by a group, its member is left out.
    "profiles.group-empty": WARNING.not_in_standard() => group_empty,
        clauses: &["IX-5.2.2.2-21"],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "Example without profile found")];

    /// An entry lacks a member
    ///
    /// A child has `ssin`, `firstName` and `lastName`, as the table says. A mandator has these and
    /// `name`, as only the example shows (SD-122).
    "profiles.entry-incomplete": ERROR.not_in_standard() => entry_incomplete,
        clauses: &[
            "IX-5.2.2.2-07", "IX-5.2.2.2-09", "IX-5.2.2.2-10", "IX-5.2.2.2-30", "IX-5.2.2.2-31",
            "IX-5.2.2.2-33", "IX-5.4.2.2-05", "IX-5.4.2.2-07", "IX-5.4.2.2-08", "IX-5.4.2.2-25",
            "IX-5.4.2.2-26", "IX-5.4.2.2-28",
        ],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "Each child is represented with the following elements")],
        defects: &["SD-122"];

    /// A name or an SSIN of an entry is not a string
    ///
    /// The members may stand in any order, but each is a JSON string.
    "profiles.entry-mistyped": ERROR.not_in_standard() => entry_mistyped,
        clauses: &["IX-5.2.2.2-27", "IX-5.4.2.2-22"],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "\"lastName\": \"Doe\"")];

    /// A mandator comes without the mandates that were found
    ///
    /// `serviceNames` is an array of strings and names at least one: a mandator is only listed for a
    /// mandate.
    "profiles.mandates-missing": ERROR.not_in_standard() => mandates_missing,
        clauses: &["IX-5.2.2.2-13", "IX-5.2.2.2-34", "IX-5.4.2.2-11", "IX-5.4.2.2-29"],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "The mandate type(s) detected are specified in serviceNames for each mandator.")];

    /// A mandate type is none of those that the cookbook names
    ///
    /// It gives `medicaldatamanagement` and `recipe` as examples; there may be more.
    "profiles.mandate-unknown": NOTE.not_in_standard() => mandate_unknown,
        clauses: &["IX-5.2.2.2-15", "IX-5.2.2.2-16", "IX-5.4.2.2-13", "IX-5.4.2.2-14"],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "For examples: medicaldatamanagement, recipe")];
}

fn groups<'a>(profiles: &Profiles<'a>) -> impl Iterator<Item = Value<'a>> {
    let value = profiles.value;
    SUBSETS.into_iter().filter_map(move |subset| value.member(subset.name))
}

fn group_mistyped(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for group in groups(profiles).filter(|group| !group.is_null()) {
        any = Some(Checked);
        let wrong = std::iter::once(group)
            .filter(|group| group.kind() != Type::Array)
            .chain(group.elements().filter(|entry| entry.kind() != Type::Object));
        for value in wrong {
            let message = format!("expected an array of objects, found {}", value.kind());
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    any
}

fn group_empty(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for group in groups(profiles) {
        any = Some(Checked);
        if group.is_null() || (group.kind() == Type::Array && group.elements().next().is_none()) {
            cx.fail(
                group.pointer(),
                group.span(),
                "expected no member where nothing was found, found an empty one",
            );
        }
    }
    any
}

fn entry_incomplete(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for subset in SUBSETS {
        for entry in profiles.entries(subset) {
            any = Some(Checked);
            for name in subset.members.iter().filter(|name| entry.member(name).is_none()) {
                cx.fail(entry.pointer(), entry.span(), format!("expected a member `{name}`, found none"));
            }
        }
    }
    any
}

fn entry_mistyped(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for subset in SUBSETS {
        for member in profiles
            .entries(subset)
            .flat_map(|entry| subset.members.iter().filter_map(move |name| entry.member(name)))
        {
            any = Some(Checked);
            if member.as_str().is_none() {
                let message = format!("expected a string, found {}", member.kind());
                cx.fail(member.pointer(), member.span(), message);
            }
        }
    }
    any
}

fn mandators<'a>(profiles: &Profiles<'a>) -> impl Iterator<Item = Value<'a>> {
    profiles.entries(SUBSETS[1])
}

fn mandates_missing(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for mandator in mandators(profiles) {
        any = Some(Checked);
        let names = mandator.member("serviceNames");
        let right = names.is_some_and(|names| {
            names.elements().next().is_some() && names.elements().all(|name| name.as_str().is_some())
        });
        if !right {
            let place = names.unwrap_or(mandator);
            cx.fail(place.pointer(), place.span(), "expected serviceNames, an array of at least one string");
        }
    }
    any
}

fn mandate_unknown(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for mandator in mandators(profiles) {
        for name in mandator.member("serviceNames").into_iter().flat_map(Value::elements) {
            let Some(text) = name.as_str() else { continue };
            any = Some(Checked);
            if !SERVICES.contains(&text) {
                let message =
                    format!("expected one of {}, found `{}`", SERVICES.join(", "), text.escape_debug());
                cx.fail(name.pointer(), name.text_span(), message);
            }
        }
    }
    any
}
