//! The holder: a person or an organisation, and nobody else.

use crate::model::keyholder::{Dialect, Keyholder};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::json::shape;
use crate::wire::json::Type;

rule! { Keyholder =>
    /// A member of the answer is missing
    ///
    /// KeyDepot: `keyholder`; for a person `ssin`, `lastName` and `firstName`, for an organisation
    /// `name`, for a pharmacy `nihii`. ETK Depot: the claims `iss`, `aud`, `exp`, `iat`, `jti` and
    /// `keyholder`, with the holder's name and identifier.
    "keyholder.member-missing": ERROR.not_in_standard() => member_missing,
        clauses: &[
            "KD-5.2.8-04", "KD-5.2.8-07", "KD-5.2.8-09", "KD-5.2.8-10", "KD-5.2.8-13", "KD-5.2.8-15",
            "ED-5.2.4.2-05", "ED-5.2.4.2-06", "ED-5.2.4.2-11", "ED-5.2.4.2-12", "ED-5.2.4.2-14",
            "ED-5.2.4.2-15",
        ],
        cites: &[
            cite("KeyDepot cookbook 1.2", "5.2.8", Force::Fact, "keyholder: Claim of the user"),
            cite("ETK Depot cookbook 1.3", "5.2.4.2", Force::Fact, "The etkInfo object contains the identifier, the identifier type, the name of the key holder."),
        ],
        defects: &["SD-57", "SD-59", "SD-68"],
        catalogue: &["RL-10"];

    /// A member has the wrong JSON type
    ///
    /// Identifiers and names are strings: an identifier as a JSON number loses its leading zero. KeyDepot's
    /// `keyholder` is an array of objects, ETK Depot's an object; its `exp` and `iat` are numbers.
    "keyholder.member-mistyped": ERROR.not_in_standard() => member_mistyped,
        clauses: &[
            "KD-5.2-01", "KD-5.2.8-05", "KD-5.2.8-06", "KD-5.2.8-07", "KD-5.2.8-09", "KD-5.2.8-10",
            "KD-5.2.8-12", "KD-5.2.8-13", "KD-5.2.8-14", "KD-5.2.8-15", "ED-5.2-01", "ED-5.2.4.2-01",
            "ED-5.2.4.2-07", "ED-5.2.4.2-08", "ED-5.2.4.2-10", "ED-5.2.4.2-12", "ED-5.2.4.2-14",
            "ED-5.2.4.2-15",
        ],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.8", Force::Fact, "{ \"keyholder\": [ { \"persons\": [{")],
        defects: &["SD-04", "SD-57", "SD-58", "SD-67", "SD-68"],
        catalogue: &["GE-08"];

    /// A member is spelt otherwise
    ///
    /// Names are case-sensitive: a client that looks for `lastName` does not find `lastname`, and shows a holder
    /// without a name.
    "keyholder.member-misspelt": WARNING.not_in_standard() => member_misspelt,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.8", Force::Fact, "\"lastName\": \"Doe\"")],
        catalogue: &["GE-05"];

    /// An entry is neither a person nor an organisation, or both
    ///
    /// Each entry tells of one holder: with neither member it tells of none, with both a client cannot say who holds
    /// the key. Answer with `persons` or with `organizations`.
    "keyholder.neither-person-nor-organisation": ERROR.not_in_standard() => neither_person_nor_organisation,
        clauses: &["KD-5.2.8-11"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.8", Force::Fact, "OR")],
        defects: &["SD-57"];

    /// The holder has no identifier
    ///
    /// ETK Depot names the member after the type, in small letters: `cbe`, `ssin`, `nihii`, `ehp`.
    "keyholder.identifier-missing": ERROR.not_in_standard() => identifier_missing,
        clauses: &["ED-5.2.4.2-03", "ED-5.2.4.2-04", "ED-5.2.4.2-08"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.4.2", Force::Fact, "\"cbe\": \"0123456789\"")],
        defects: &["SD-67"];

    /// The answer names several holders
    ///
    /// A key has one. An answer that holds more tells about people who were not asked for.
    "keyholder.several-holders": WARNING.not_in_standard() => several_holders,
        clauses: &["ED-5.2.4.2-07"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.4.2", Force::Fact, "This GET operation returns only one etkInfo Json object")],
        catalogue: &["RL-09"];
}

fn member_missing(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::missing(keyholder.value, keyholder.shape(), cx)
}

fn member_mistyped(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::mistyped(keyholder.value, keyholder.shape(), cx)
}

fn member_misspelt(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::misspelt(keyholder.value, keyholder.shape(), cx)
}

fn neither_person_nor_organisation(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let list = keyholder.value.member("keyholder").filter(|it| it.kind() == Type::Array)?;
    for entry in list.elements().filter(|entry| entry.kind() == Type::Object) {
        let count = ["persons", "organizations"].iter().filter(|name| entry.member(name).is_some()).count();
        if count != 1 {
            let found = if count == 0 { "neither" } else { "both" };
            cx.fail(
                entry.pointer(),
                entry.span(),
                format!("expected either persons or organizations, found {found}"),
            );
        }
    }
    Some(Checked)
}

fn identifier_missing(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if keyholder.dialect != Dialect::EtkDepot {
        return None;
    }
    let holder = keyholder.value.member("keyholder").filter(|it| it.kind() == Type::Object)?;
    if keyholder.identifiers().is_empty() {
        cx.fail(
            holder.pointer(),
            holder.span(),
            "expected a member named after the type of the identifier, found none",
        );
    }
    Some(Checked)
}

fn several_holders(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let at = keyholder.value.member("keyholder")?;
    let count = keyholder.holders().len();
    if count > 1 {
        cx.fail(at.pointer(), at.span(), format!("expected one holder, found {count}"));
    }
    Some(Checked)
}
