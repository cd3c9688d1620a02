//! The encoding: parameters that every reader reads alike.

use crate::model::key_query::KeyQuery;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::form::FormFault as F;

rule! { KeyQuery =>
    /// A parameter stands twice
    ///
    /// One reader takes the first, another the last, a third joins them: what a gateway checks, the
    /// service behind it does not use.
    "key-query.parameter-repeated": ERROR.not_in_standard() => |query, cx| fails(query, cx, |it| *it == F::Repeated),
        cites: &[cite("etalon", "key-query", Force::House, "each parameter once")],
        catalogue: &["GE-19"],
        codes: &["BAD_REQUEST"];

    /// A parameter has no value
    ///
    /// A name without an equals sign, or with nothing behind it, is no filter: a service that takes
    /// it for "any" answers with too much, one that reads on answers with whatever lay there.
    "key-query.parameter-without-value": ERROR.not_in_standard() => parameter_without_value,
        cites: &[cite("etalon", "key-query", Force::House, "each parameter has a value")],
        catalogue: &["GE-19"],
        codes: &["BAD_REQUEST"];

    /// The query is not well escaped
    ///
    /// A percent sign without two digits, escapes that are not UTF-8, or characters that have to be
    /// escaped.
    "key-query.escape-malformed": ERROR => |query, cx| {
        fails(query, cx, |it| matches!(it, F::Escape | F::Utf8 | F::Bare | F::NoName | F::Spent(_)))
    },
        cites: &[cite("RFC 3986", "2.1", Force::Fact, "pct-encoded = \"%\" HEXDIG HEXDIG")],
        catalogue: &["GE-07", "GE-16"],
        codes: &["BAD_REQUEST"];

    /// A value reaches beyond its parameter
    ///
    /// Parts of a path, quotes, line breaks or escapes that were escaped again: no identifier, use,
    /// application or time holds them.
    "key-query.value-hazardous": ERROR.not_in_standard() => value_hazardous,
        cites: &[cite("etalon", "key-query", Force::House, "values are plain")],
        catalogue: &["GE-16", "GE-18"],
        codes: &["BAD_REQUEST"];
}

fn fails(query: &KeyQuery<'_>, cx: &mut Cx<'_>, is: impl Fn(&F) -> bool) -> Option<Checked> {
    cx.fail_on(&query.form.faults, is);
    Some(Checked)
}

fn parameter_without_value(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for parameter in query.form.parameters.iter().filter(|it| it.value.is_empty()) {
        cx.fail(&parameter.name, parameter.span, "expected a value, found none");
    }
    Some(Checked)
}

fn value_hazardous(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    query.form.parameters.first()?;
    for parameter in &query.form.parameters {
        let value = parameter.value.as_ref();
        let found = if value.contains("..") || value.contains(['/', '\\']) {
            "parts of a path"
        } else if value.contains('%') {
            "an escape within an escape"
        } else if value.chars().any(char::is_control) {
            "a control character"
        } else if value.contains(['\'', '"', '<', '>', ';', '`']) {
            "a quote or markup"
        } else {
            continue;
        };
        cx.fail(&parameter.name, parameter.span, format!("expected a plain value, found {found}"));
    }
    Some(Checked)
}
