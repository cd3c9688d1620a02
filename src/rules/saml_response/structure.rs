//! The schema: elements in their order and number, attributes, and the types of values.

use crate::model::saml::response::Response;
use crate::model::xsd::Misfit;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, ERROR, Force, cite};

rule! { Response =>
    /// An element that must stand does not
    ///
    /// The schema demands an element that is not there. A reader that goes on without it takes a
    /// default that the sender never chose.
    "saml-response.element-missing": ERROR => |response, cx| {
            cx.fail_on(&response.misfits, Misfit::is_element_missing);
            Some(Checked)
        },
        clauses: &["AA-5.3.2-04", "AA-5.3.2.3-01", "AA-5.3.2.3-02"],
        cites: &[cite("saml-schema-protocol-2.0", "StatusResponseType", Force::Must, "<element ref=\"samlp:Status\"/>")],
        catalogue: &["SM-09"];

    /// An element stands out of order, or too often
    ///
    /// The schema fixes a sequence. A reader that looks for the first element of a name, and one that
    /// looks at a place, see different messages where it is not kept.
    "saml-response.element-misplaced": ERROR => |response, cx| {
            cx.fail_on(&response.misfits, Misfit::is_element_misplaced);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.13-09"],
        cites: &[cite("saml-schema-protocol-2.0", "StatusResponseType", Force::Must, "<sequence>")],
        catalogue: &["SM-21"];

    /// An element or text has no place in the schema
    ///
    /// What the schema does not have there, no reader agrees about. Hidden content of this kind is what
    /// signature wrapping is made of.
    "saml-response.element-unexpected": ERROR => |response, cx| {
            cx.fail_on(&response.misfits, Misfit::is_element_unexpected);
            Some(Checked)
        },
        clauses: &["AA-5.3.2-02", "AA-5.3.2.13-07", "AA-5.3.2.13-08"],
        cites: &[cite("saml-schema-protocol-2.0", "StatusResponseType", Force::Must, "<sequence>")],
        catalogue: &["SM-21"];

    /// An attribute that must stand does not
    ///
    /// The schema demands the attribute.
    "saml-response.attribute-missing": ERROR => |response, cx| {
            cx.fail_on(&response.misfits, Misfit::is_attribute_missing);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.1-02", "AA-5.3.2.1-05", "AA-5.3.2.4-03"],
        cites: &[cite("saml-schema-protocol-2.0", "StatusResponseType", Force::Must, "<attribute name=\"ID\" type=\"ID\" use=\"required\"/>")],
        catalogue: &["SM-04", "SM-06", "SM-09"];

    /// An attribute has no place in the schema
    ///
    /// Unknown attributes are a sign of a misspelt one, or of another version of the message.
    "saml-response.attribute-unexpected": ERROR => |response, cx| {
            cx.fail_on(&response.misfits, Misfit::is_attribute_unexpected);
            Some(Checked)
        },
        cites: &[cite("saml-schema-protocol-2.0", "StatusResponseType", Force::Must, "<attribute name=\"Consent\" type=\"anyURI\" use=\"optional\"/>")];

    /// An identifier is no name
    ///
    /// Identifiers are `xs:ID`: a name without a colon, that starts with a letter or an underscore. A bare
    /// UUID starts with a digit half of the time, and a validating parser then refuses the whole message.
    /// Under `standard` it is a warning: many products send such identifiers, and what refers to them finds
    /// them.
    "saml-response.id-malformed": ERROR.in_standard(Warning).in_field(Warning) => |response, cx| {
            cx.fail_on(&response.misfits, Misfit::is_id_malformed);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.1-02", "AA-5.3.2.13-02"],
        cites: &[cite("saml-schema-protocol-2.0", "StatusResponseType", Force::Must, "<attribute name=\"ID\" type=\"ID\" use=\"required\"/>")],
        catalogue: &["SM-04", "SM-24", "XP-20"];

    /// A value is none of its type
    ///
    /// Instants are `xs:dateTime`, identifiers names without a colon, and so on. A reader that repairs
    /// such a value repairs it in its own way.
    "saml-response.value-malformed": ERROR => |response, cx| {
            cx.fail_on(&response.misfits, Misfit::is_value_malformed);
            Some(Checked)
        },
        clauses: &["AA-5.3.2.13-03", "AA-5.3.2.5-01"],
        cites: &[cite("saml-schema-protocol-2.0", "StatusResponseType", Force::Must, "<attribute name=\"IssueInstant\" type=\"dateTime\" use=\"required\"/>")],
        catalogue: &["SM-06"];
}
