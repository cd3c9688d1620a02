//! The parameters: which there must be, and which there are.

use crate::base::Service;
use crate::model::key_query::{IDENTIFIER, KeyQuery};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::rules::shown;

/// What KeyDepot's table and example name.
const KEYDEPOT: &[&str] = &["type", "identifier", "value", "use", "application", "validityTime"];
/// What ETK Depot's texts and examples name; its name for the time of the lookup is not given.
const ETKDEPOT: &[&str] = &["type", "identifier", "applicationIdentifier", "use", "validityTime", "time"];

rule! { KeyQuery =>
    /// The query does not say whose keys
    ///
    /// `type` and `identifier` name the owner; KeyDepot's example calls the latter `value` (SD-05).
    "key-query.owner-missing": ERROR.not_in_standard() => owner_missing,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "type: Id type of the client (SSIN, NIHII, CBE, EHP); identifier: Value of the client's identifier")],
        defects: &["SD-05"],
        codes: &["BAD_REQUEST"];

    /// The identifier stands under both of its names
    ///
    /// A service that knows one of them ignores the other.
    "key-query.identifier-ambiguous": ERROR.not_in_standard() => identifier_ambiguous,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "type=NIHII&value=12345678")],
        defects: &["SD-05"],
        catalogue: &["GE-25"],
        codes: &["BAD_REQUEST"];

    /// The identifier is called `value`
    ///
    /// So KeyDepot's example has it; the table, and ETK Depot, say `identifier`. A service that does
    /// not know the name answers with an error, or with everybody's keys.
    "key-query.identifier-called-value": NOTE.not_in_standard() => identifier_called_value,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "identifier: Value of the client's identifier")],
        defects: &["SD-05"],
        catalogue: &["GE-25"];

    /// A parameter is not known
    ///
    /// A service may ignore it: the answer is then wider than the question.
    "key-query.parameter-unknown": WARNING.not_in_standard() => parameter_unknown,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "type, identifier, use, application, validityTime")],
        defects: &["SD-05"],
        catalogue: &["GE-05", "GE-25", "JK-20"];
}

fn owner_missing(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if query.form.get("type").is_none() {
        cx.fail("", query.span, "expected a parameter type, found none");
    }
    if query.identifier().is_none() {
        cx.fail("", query.span, "expected a parameter identifier, found none");
    }
    Some(Checked)
}

fn identifier_ambiguous(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let first = query.identifier()?;
    if IDENTIFIER.iter().all(|name| query.form.get(name).is_some()) {
        cx.fail("value", first.span, "expected identifier alone, found value beside it");
    }
    Some(Checked)
}

fn identifier_called_value(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let identifier = query.identifier()?;
    if identifier.name == "value" {
        cx.fail("value", identifier.span, "expected the parameter identifier, found value");
    }
    Some(Checked)
}

fn parameter_unknown(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    query.form.parameters.first()?;
    let known = |name: &str| match cx.context().service {
        Some(Service::Keydepot) => KEYDEPOT.contains(&name),
        Some(Service::Etkdepot) => ETKDEPOT.contains(&name),
        Some(Service::Certra | Service::Etkra | Service::IamExchange | Service::AttributeAuthority)
        | None => KEYDEPOT.contains(&name) || ETKDEPOT.contains(&name),
    };
    let unknown: Vec<_> = query.form.parameters.iter().filter(|it| !known(&it.name)).collect();
    for parameter in unknown {
        cx.fail(
            &parameter.name,
            parameter.span,
            format!("expected a known parameter, found {}", shown(&parameter.name)),
        );
    }
    Some(Checked)
}
