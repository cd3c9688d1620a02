//! The schema: elements in their order and number, attributes, and the types of values.

use crate::model::saml::assertion::Assertion;
use crate::model::xsd::Misfit;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, ERROR, Force, cite};

rule! { Assertion =>
    /// An element that must stand does not
    ///
    /// The schema demands an element that is not there. A reader that goes on without it takes a
    /// default that the sender never chose.
    "saml-assertion.element-missing": ERROR => |assertion, cx| {
            cx.fail_on(&assertion.misfits, Misfit::is_element_missing);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.6-01", "AA-5.3.2.7-02", "AA-5.3.2.11-02", "AA-5.3.2.12-01"],
        cites: &[cite("saml-schema-assertion-2.0", "AssertionType", Force::Must, "<element ref=\"saml:Issuer\"/>")],
        catalogue: &["SM-11", "SM-18"];

    /// An element stands out of order, or too often
    ///
    /// The schema fixes a sequence. A reader that looks for the first element of a name, and one that
    /// looks at a place, see different messages where it is not kept.
    "saml-assertion.element-misplaced": ERROR => |assertion, cx| {
            cx.fail_on(&assertion.misfits, Misfit::is_element_misplaced);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.7-01", "AA-5.3.2.10-01", "AA-5.3.2.13-15", "AA-5.3.2.13-32", "IX-5.2.3.2.1-10"],
        cites: &[cite("saml-schema-assertion-2.0", "AssertionType", Force::Must, "<sequence>")],
        catalogue: &["SM-14", "SM-21"];

    /// An element or text has no place in the schema
    ///
    /// What the schema does not have there, no reader agrees about. Hidden content of this kind is what
    /// signature wrapping is made of.
    "saml-assertion.element-unexpected": ERROR => |assertion, cx| {
            cx.fail_on(&assertion.misfits, Misfit::is_element_unexpected);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.13-31", "AA-5.3.2.13-35"],
        cites: &[cite("saml-schema-assertion-2.0", "AssertionType", Force::Must, "<sequence>")],
        catalogue: &["SM-11", "SM-21", "XP-10"];

    /// An attribute that must stand does not
    ///
    /// The schema demands the attribute.
    "saml-assertion.attribute-missing": ERROR => |assertion, cx| {
            cx.fail_on(&assertion.misfits, Misfit::is_attribute_missing);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.6-03", "AA-5.3.2.6-04"],
        cites: &[cite("saml-schema-assertion-2.0", "AssertionType", Force::Must, "<attribute name=\"ID\" type=\"ID\" use=\"required\"/>")],
        catalogue: &["SM-04", "SM-06", "SM-12", "SM-18", "SM-27"];

    /// An attribute has no place in the schema
    ///
    /// Unknown attributes are a sign of a misspelt one, or of another version of the message.
    "saml-assertion.attribute-unexpected": ERROR => |assertion, cx| {
            cx.fail_on(&assertion.misfits, Misfit::is_attribute_unexpected);
            Some(Checked)
        },
        cites: &[cite("saml-schema-assertion-2.0", "AssertionType", Force::Must, "<attribute name=\"ID\" type=\"ID\" use=\"required\"/>")],
        catalogue: &["SM-27"];

    /// An identifier is no name
    ///
    /// Identifiers are `xs:ID`: a name without a colon, that starts with a letter or an underscore. A bare
    /// UUID starts with a digit half of the time, and a validating parser then refuses the whole message.
    /// Under `standard` it is a warning: many products send such identifiers, and what refers to them finds
    /// them.
    "saml-assertion.id-malformed": ERROR.in_standard(Warning).in_field(Warning) => |assertion, cx| {
            cx.fail_on(&assertion.misfits, Misfit::is_id_malformed);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.6-03"],
        cites: &[cite("saml-schema-assertion-2.0", "AssertionType", Force::Must, "<attribute name=\"ID\" type=\"ID\" use=\"required\"/>")],
        catalogue: &["SM-04", "XP-20"];

    /// A value is none of its type
    ///
    /// Instants are `xs:dateTime`, identifiers names without a colon, and so on. A reader that repairs
    /// such a value repairs it in its own way.
    "saml-assertion.value-malformed": ERROR => |assertion, cx| {
            cx.fail_on(&assertion.misfits, Misfit::is_value_malformed);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.10-03", "AA-5.3.2.10-05", "AA-5.3.2.13-12"],
        cites: &[cite("saml-schema-assertion-2.0", "AssertionType", Force::Must, "<attribute name=\"IssueInstant\" type=\"dateTime\" use=\"required\"/>")],
        catalogue: &["SM-06", "SM-13", "SM-14", "SM-24"];
}
