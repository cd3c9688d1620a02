//! The attributes that are given and asked.

use std::collections::BTreeSet;

use crate::model::saml::query::AttributeQuery;
use crate::model::saml::value::{Sort, Value};
use crate::model::saml::{ASSERTION_2, NAME_FORMAT_URI};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::saml_assertion::attributes::identifiers;
use crate::rules::saml_assertion::values;

rule! { AttributeQuery =>
    /// The query asks nothing
    ///
    /// An Attribute without a value is a question; one with a value is a statement on the subject. A
    /// query without a question has no answer. In SAML core a query without attributes asks for all that
    /// is known, which the Attribute Authority does not say it would answer: a warning.
    "attribute-query.nothing-asked": WARNING.not_in_standard() => nothing_asked,
        clauses: &["AA-5.3.1-02", "AA-5.3.1.7-03", "AA-5.3.1.7-04", "AA-5.3.1.7-05", "AA-5.3.1.7-07", "AA-5.3.1.8-24"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.7", Force::Fact, "An <Attribute> that does not contain an <AttributeValue> is information the requester does not have but needs")],
        defects: &["SD-172"],
        catalogue: &["SM-28"];

    /// The name of an attribute is no URI
    ///
    /// eHealth's attributes are named by URNs: `urn:be:fgov:person:ssin`.
    "attribute-query.attribute-name-not-uri": ERROR.not_in_standard() => attribute_name_not_uri,
        clauses: &["AA-5.3.1.7-08", "AA-5.3.1.8-17", "AA-5.3.1.8-20", "AA-5.3.1.8-23"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.7", Force::Fact, "Unique URI that identifies the attribute")],
        catalogue: &["SM-28"],
        codes: &["urn:oasis:names:tc:SAML:2.0:status:InvalidAttrNameOrValue"];

    /// An attribute stands twice
    ///
    /// No two attributes of a query have the same Name and NameFormat: whether the second one is a
    /// question, another value or a mistake nobody can tell.
    "attribute-query.attribute-duplicated": ERROR => attribute_duplicated,
        clauses: &["AA-5.3.1.7-09"],
        cites: &[cite("SAML core 2.0", "3.3.2.3", Force::Must, "A single query MUST NOT contain two <saml:Attribute> elements with the same Name and NameFormat values")],
        catalogue: &["SM-19"],
        codes: &["urn:oasis:names:tc:SAML:2.0:status:InvalidAttrNameOrValue"];

    /// The name format of an attribute is not uri
    ///
    /// Every attribute of a query says `urn:oasis:names:tc:SAML:2.0:attrname-format:uri`. Left out it
    /// means unspecified.
    "attribute-query.name-format-other": ERROR.not_in_standard().in_field(Warning) => name_format_other,
        clauses: &["AA-5.3.1.7-10", "AA-5.3.1.8-18"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.7", Force::Fact, "urn:oasis:names:tc:SAML:2.0:attrname-format:uri")],
        catalogue: &["SM-18", "SM-28"];

    /// The value of an identifier has not the digits that it must have
    ///
    /// A national number has eleven digits with a check number, a pharmacy's NIHII number eight. The name
    /// of the attribute says which it is. Under `field` it is a warning.
    "attribute-query.identifier-malformed": ERROR.not_in_standard().in_field(Warning) => identifier_malformed,
        clauses: &["AA-5.3.1.8-19", "AA-5.3.1.8-21"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.8", Force::Fact, "<saml:Attribute Name=\"urn:be:fgov:person:ssin\"")],
        defects: &["SD-09"],
        catalogue: &["SM-28"],
        codes: &["urn:oasis:names:tc:SAML:2.0:status:InvalidAttrNameOrValue"];

    /// The query asks or gives very many attributes
    ///
    /// A hundred is far more than any question needs; a service that looks up each of ten thousand is
    /// easily kept busy.
    "attribute-query.attributes-many": WARNING => attributes_many,
        cites: &[cite("etalon", "budgets", Force::House, "a message costs its reader no more than its sender")],
        catalogue: &["SM-28"];
}

fn nothing_asked(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !query.is_query {
        return None;
    }
    let asks = query.attributes().any(|attribute| attribute.elements().next().is_none());
    if !asks {
        let text = "expected an Attribute without a value, found none";
        cx.fail(query.element.path(), query.element.start_tag(), text);
    }
    Some(Checked)
}

fn names<'d>(query: &AttributeQuery<'d>) -> impl Iterator<Item = Value<'d>> + use<'d> {
    query.attributes().filter_map(|attribute| Value::at(attribute, "Name", Sort::Text))
}

fn attribute_name_not_uri(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for name in names(query).filter(|name| !name.text.trim().is_empty()) {
        met = Some(Checked);
        if !values::is_absolute(name.text.trim()) {
            cx.fail(name.path(), name.span, format!("expected a URI as the Name, found {}", name.shown()));
        }
    }
    met
}

fn attribute_duplicated(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut seen = BTreeSet::new();
    let mut met = None;
    for name in names(query) {
        met = Some(Checked);
        let format = name.element.value_of("NameFormat");
        if !seen.insert((name.text.clone(), format)) {
            cx.fail(
                name.path(),
                name.span,
                format!("expected the attribute {} once, found it again", name.shown()),
            );
        }
    }
    met
}

fn name_format_other(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for attribute in query.attributes() {
        met = Some(Checked);
        match Value::at(attribute, "NameFormat", Sort::Uri) {
            Some(format) if format.text == NAME_FORMAT_URI => {}
            Some(format) => {
                let text = format!("expected the NameFormat {NAME_FORMAT_URI}, found {}", format.shown());
                cx.fail(format.path(), format.span, text);
            }
            None => {
                let text = format!("expected the NameFormat {NAME_FORMAT_URI}, found none");
                cx.fail(attribute.path(), attribute.start_tag(), text);
            }
        }
    }
    met
}

fn identifier_malformed(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let all = query.attributes().flat_map(|attribute| {
        let name = Value::at(attribute, "Name", Sort::Text);
        attribute.all(ASSERTION_2, "AttributeValue").filter_map(move |value| Some((name.clone()?, value)))
    });
    identifiers(all, cx)
}

fn attributes_many(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    const MANY: usize = 100;
    if !query.is_query {
        return None;
    }
    let count = query.attributes().count();
    if count > MANY {
        let text = format!("expected at most {MANY} attributes, found {count}");
        cx.fail(query.element.path(), query.element.start_tag(), text);
    }
    Some(Checked)
}
