//! The person asked about: names and SSIN at the top level, and every SSIN in the answer.

use crate::model::identifier::IdentifierType;
use crate::model::profiles::Profiles;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::json::Type;

const COOKBOOK: &str = "IAM eXchange cookbook 1.1";

rule! { Profiles =>
    /// The profiles are not a JSON object
    ///
    /// Both operations answer with one JSON object that holds the person's own data, with the groups
    /// of profiles beside them. Without any profile found the object is there all the same.
    "profiles.not-an-object": ERROR.not_in_standard() => not_an_object,
        clauses: &["IX-5.2.2.2-01", "IX-5.2.2.2-02", "IX-5.4.2.2-01", "IX-5.4.2.2-02"],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "the result may contain a list of profiles (JSON format)")];

    /// The person's own data are missing
    ///
    /// `ssin` stands at the top level of both answers. `GET /profiles` also gives `firstName` and
    /// `lastName` of the end user, `GET /profiles/{ssin}` neither; so both are there or none is.
    "profiles.person-incomplete": ERROR.not_in_standard() => person_incomplete,
        clauses: &[
            "IX-5.2.2.2-03", "IX-5.2.2.2-04", "IX-5.2.2.2-25", "IX-5.4.2.2-19", "IX-5.4.2.2-20",
        ],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "ssin: SSIN of the authenticated end user")];

    /// A name or an SSIN at the top level is not a string
    ///
    /// An SSIN as a JSON number loses its leading zero.
    "profiles.person-mistyped": ERROR.not_in_standard() => person_mistyped,
        clauses: &["IX-5.2.2.2-22", "IX-5.2.2.2-23", "IX-5.2.2.2-24"],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "\"ssin\": \"12345678912\"")];

    /// An SSIN has wrong check digits or another form
    ///
    /// It is eleven digits, the last two of which are the check number over the first nine, with a 2
    /// before them for births from 2000. All samples of the cookbook fail this (SD-09): they were
    /// never anybody's.
    "profiles.ssin-invalid": ERROR.not_in_standard() => ssin_invalid,
        clauses: &[
            "IX-5.2.2.2-05", "IX-5.2.2.2-08", "IX-5.2.2.2-32", "IX-5.4.2.2-06", "IX-5.4.2.2-27",
        ],
        cites: &[cite(COOKBOOK, "5.2.2.2", Force::Fact, "ssin: SSIN of the authenticated end user")],
        defects: &["SD-09", "SD-132"],
        catalogue: &["GE-21", "TX-14"];
}

fn not_an_object(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let found = profiles.value.kind();
    if found != Type::Object {
        cx.fail("", profiles.value.span(), format!("expected a JSON object, found {found}"));
    }
    Some(Checked)
}

fn object(profiles: &Profiles<'_>) -> Option<()> {
    (profiles.value.kind() == Type::Object).then_some(())
}

fn person_incomplete(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    object(profiles)?;
    let has = |name: &str| profiles.value.member(name).is_some();
    let names = ["firstName", "lastName"];
    let some_name = names.into_iter().any(has);
    for name in ["ssin"].into_iter().chain(names.into_iter().filter(|_| some_name)) {
        if !has(name) {
            cx.fail(
                "",
                profiles.value.span(),
                format!("expected a member `{name}` of the person, found none"),
            );
        }
    }
    Some(Checked)
}

fn person_mistyped(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    object(profiles)?;
    for member in ["firstName", "lastName", "ssin"].into_iter().filter_map(|name| profiles.value.member(name))
    {
        if member.as_str().is_none() {
            let message = format!("expected a string, found {}", member.kind());
            cx.fail(member.pointer(), member.span(), message);
        }
    }
    Some(Checked)
}

fn ssin_invalid(profiles: &Profiles<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let ssin = IdentifierType::named("SSIN").expect("SSIN is a type");
    let mut any = None;
    for value in profiles.ssins() {
        any = Some(Checked);
        let text = value.as_str().unwrap_or_default();
        if !ssin.takes(text) {
            let message = format!(
                "expected an SSIN of eleven digits with its check number, found {} characters that are none",
                text.chars().count()
            );
            cx.fail(value.pointer(), value.text_span(), message);
        }
    }
    any
}
