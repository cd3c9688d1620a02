//! The schema: elements in their order and number, attributes, and the types of values.

use crate::model::saml::query::AttributeQuery;
use crate::model::xsd::Misfit;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, ERROR, Force, cite};

rule! { AttributeQuery =>
    /// An element that must stand does not
    ///
    /// The schema demands an element that is not there. A reader that goes on without it takes a
    /// default that the sender never chose.
    "attribute-query.element-missing": ERROR => |query, cx| {
            cx.fail_on(&query.misfits, Misfit::is_element_missing);
            Some(Checked)
        },
        clauses: &["AA-5.3.1.1-01", "AA-5.3.1.3-01", "AA-5.3.1-01", "AA-5.3.1.8-12"],
        cites: &[cite("saml-schema-protocol-2.0", "SubjectQueryAbstractType", Force::Must, "<element ref=\"saml:Subject\"/>")],
        catalogue: &["SM-28", "SM-11"];

    /// An element stands out of order, or too often
    ///
    /// The schema fixes a sequence. A reader that looks for the first element of a name, and one that
    /// looks at a place, see different messages where it is not kept.
    "attribute-query.element-misplaced": ERROR => |query, cx| {
            cx.fail_on(&query.misfits, Misfit::is_element_misplaced);
            Some(Checked)
        },
        clauses: &["AA-5.3.1.8-10", "AA-5.3.1.1-02"],
        cites: &[cite("saml-schema-protocol-2.0", "AttributeQueryType", Force::Must, "<sequence>")];

    /// An element or text has no place in the schema
    ///
    /// What the schema does not have there, no reader agrees about. Hidden content of this kind is what
    /// signature wrapping is made of.
    "attribute-query.element-unexpected": ERROR => |query, cx| {
            cx.fail_on(&query.misfits, Misfit::is_element_unexpected);
            Some(Checked)
        },
        clauses: &["AA-5.3.1.7-01", "AA-5.3.1.7-02"],
        cites: &[cite("saml-schema-protocol-2.0", "AttributeQueryType", Force::Must, "<sequence>")],
        catalogue: &["XP-10"];

    /// An attribute that must stand does not
    ///
    /// The schema demands the attribute.
    "attribute-query.attribute-missing": ERROR => |query, cx| {
            cx.fail_on(&query.misfits, Misfit::is_attribute_missing);
            Some(Checked)
        },
        clauses: &["AA-5.3.1.1-03", "AA-5.3.1.1-06", "AA-5.3.1.5-02", "AA-5.3.1.8-12"],
        cites: &[cite("saml-schema-protocol-2.0", "RequestAbstractType", Force::Must, "<attribute name=\"ID\" type=\"ID\" use=\"required\"/>")],
        catalogue: &["SM-04", "SM-06", "SM-12"];

    /// An attribute has no place in the schema
    ///
    /// Unknown attributes are a sign of a misspelt one, or of another version of the message.
    "attribute-query.attribute-unexpected": ERROR => |query, cx| {
            cx.fail_on(&query.misfits, Misfit::is_attribute_unexpected);
            Some(Checked)
        },
        clauses: &["AA-5.3.1.8-07", "AA-5.3.1.8-22"],
        cites: &[cite("saml-schema-protocol-2.0", "RequestAbstractType", Force::Must, "<attribute name=\"Consent\" type=\"anyURI\" use=\"optional\"/>")],
        catalogue: &["XP-19"];

    /// An identifier is no name
    ///
    /// Identifiers are `xs:ID`: a name without a colon, that starts with a letter or an underscore. A bare
    /// UUID starts with a digit half of the time, and a validating parser then refuses the whole message.
    /// Under `standard` it is a warning: many products send such identifiers, and what refers to them finds
    /// them.
    "attribute-query.id-malformed": ERROR.in_standard(Warning).in_field(Warning) => |query, cx| {
            cx.fail_on(&query.misfits, Misfit::is_id_malformed);
            Some(Checked)
        },
        clauses: &["AA-5.3.1.1-03", "AA-5.3.1.8-03"],
        cites: &[cite("saml-schema-protocol-2.0", "RequestAbstractType", Force::Must, "<attribute name=\"ID\" type=\"ID\" use=\"required\"/>")],
        catalogue: &["SM-04", "XP-20"];
}
