//! The schema: elements in their order and number, attributes, and the types of values.

use crate::model::certra::RaMessage;
use crate::model::xsd::Misfit;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, ERROR, Force, cite};

rule! { RaMessage =>
    /// An element that must stand does not
    ///
    /// The schema demands an element that is not there. A reader that goes on without it takes a
    /// default that the sender never chose.
    "certra-message.element-missing": ERROR => |message, cx| {
            cx.fail_on(&message.misfits, Misfit::is_element_missing);
            Some(Checked)
        },
        clauses: &["CR-4.3.4.2-04", "CR-4.3.4-03", "CR-4.3.4.3.1-08", "CR-4.3.4.4.1-05", "CR-4.3.4.4.1-06", "CR-4.3.4.4.2-01", "CR-4.3.4.4.2-03", "CR-4.3.4.5.1-05", "CR-4.3.4.5.1-13", "CR-4.3.4.6.1-06", "CR-4.3.4-13", "CR-4.3.4-14", "CR-4.3.4-21", "CR-4.3.5.1.1-09", "CR-4.3.5.1.1-10", "CR-4.3.6.2-07", "CR-4.3.6.3.1-04", "CR-4.3.6.3.1-05", "CR-4.3.6.3.1-06", "CR-4.3.6.4.1-03", "CR-4.3.6.4.1-08", "CR-4.3.7.1-12", "CR-4.3.7.1-13", "CR-7.1-15", "CR-7.1-48"],
        cites: &[cite("ehealth-commons-schema-protocol-2_0", "StatusResponseType", Force::Must, "<xs:element ref=\"core:Status\" />")],
        catalogue: &["SO-24"],
        codes: &["CSR__INPUT_NOT_UNMARSHALLABLE_INTO_EHCSR"];

    /// An element stands out of order, or too often
    ///
    /// The schema fixes a sequence. A reader that looks for the first element of a name, and one that
    /// looks at a place, see different messages where it is not kept.
    "certra-message.element-misplaced": ERROR => |message, cx| {
            cx.fail_on(&message.misfits, Misfit::is_element_misplaced);
            Some(Checked)
        },
        cites: &[cite("ehealth-commons-schema-protocol-2_0", "StatusResponseType", Force::Must, "<xs:sequence>")],
        catalogue: &["SO-24"];

    /// An element or text has no place in the schema
    ///
    /// What the schema does not have there, no reader agrees about. Hidden content of this kind is what
    /// signature wrapping is made of.
    "certra-message.element-unexpected": ERROR => |message, cx| {
            cx.fail_on(&message.misfits, Misfit::is_element_unexpected);
            Some(Checked)
        },
        clauses: &["CR-4.3.4.2.1-03", "CR-4.3.4.2.1-08", "CR-4.3.4.3.1-09"],
        cites: &[cite("ehealth-commons-schema-protocol-2_0", "StatusResponseType", Force::Must, "<xs:sequence>")],
        catalogue: &["SO-24", "XP-10"];

    /// An attribute that must stand does not
    ///
    /// The schema demands the attribute.
    "certra-message.attribute-missing": ERROR => |message, cx| {
            cx.fail_on(&message.misfits, Misfit::is_attribute_missing);
            Some(Checked)
        },
        clauses: &["CR-4.3.4.3.1-06"],
        cites: &[cite("ehealth-commons-schema-protocol-2_0", "ResponseType", Force::Must, "<xs:attribute name=\"IssueInstant\" type=\"xs:dateTime\" use=\"required\" />")],
        catalogue: &["SO-24"];

    /// An attribute has no place in the schema
    ///
    /// Unknown attributes are a sign of a misspelt one, or of another version of the message.
    "certra-message.attribute-unexpected": ERROR => |message, cx| {
            cx.fail_on(&message.misfits, Misfit::is_attribute_unexpected);
            Some(Checked)
        },
        cites: &[cite("ehealth-commons-schema-protocol-2_0", "ResponseType", Force::Must, "<xs:attribute name=\"InResponseTo\" type=\"xs:string\" />")],
        catalogue: &["SO-24"];

    /// An identifier is no name
    ///
    /// Identifiers are `xs:ID`: a name without a colon, that starts with a letter or an underscore. A bare
    /// UUID starts with a digit half of the time, and a validating parser then refuses the whole message.
    /// Under `standard` it is a warning: many products send such identifiers, and what refers to them finds
    /// them.
    "certra-message.id-malformed": ERROR.in_standard(Warning).in_field(Warning) => |message, cx| {
            cx.fail_on(&message.misfits, Misfit::is_id_malformed);
            Some(Checked)
        },
        cites: &[cite("ehealth-commons-schema-protocol-2_0", "ResponseType", Force::Must, "<xs:attribute name=\"Id\" type=\"xs:ID\" use=\"required\" />")],
        catalogue: &["XP-20"];

    /// A value is none of its type
    ///
    /// Instants are `xs:dateTime`, identifiers names without a colon, and so on. A reader that repairs
    /// such a value repairs it in its own way.
    "certra-message.value-malformed": ERROR => |message, cx| {
            cx.fail_on(&message.misfits, Misfit::is_value_malformed);
            Some(Checked)
        },
        clauses: &["CR-4.3.4.5.1-19", "CR-4.3.4.5.1-21", "CR-4.3.6.3.1-07", "CR-4.3.7.1-19"],
        cites: &[cite("ehealth-commons-schema-protocol-2_0", "ResponseType", Force::Must, "<xs:attribute name=\"IssueInstant\" type=\"xs:dateTime\" use=\"required\" />")],
        catalogue: &["SO-24"];
}
