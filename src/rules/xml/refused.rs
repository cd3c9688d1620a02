//! What well-formed XML may hold and etalon refuses to act upon: document types, entities, excess.

use crate::model::xml_document::XmlDocument;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::XmlFault;

rule! { XmlDocument =>
    /// The document has a document type declaration
    ///
    /// A DTD can pull in files and network resources, expand without bound, and give elements
    /// attributes and even namespaces that nobody sees in the text. No message of the eHealth
    /// services has one; SOAP 1.1 forbids it outright. It is refused wherever it stands and whatever
    /// is in it, and nothing in it is acted upon.
    ///
    /// Leave it out.
    "xml.document-type-declared": ERROR => document_type_declared,
        cites: &[
            cite("SOAP 1.1", "3", Force::Must, "A SOAP message MUST NOT contain a Document Type Declaration"),
            cite("WS-I BP 1.1", "R1008", Force::Must, "An ENVELOPE MUST NOT contain a Document Type Declaration"),
        ],
        catalogue: &["SO-02", "XP-02", "XP-03", "XP-04", "XP-05", "XP-06"];

    /// A reference names an entity that is not predefined
    ///
    /// Without a DTD there are five entities: `amp`, `lt`, `gt`, `quot`, `apos`. Any other reference
    /// is an error, and an XML parser that resolves it is open to whoever declares it.
    ///
    /// Write the character itself, or a character reference.
    "xml.entity-undeclared": ERROR => entity_undeclared,
        cites: &[cite("XML 1.0 (5th edition)", "4.1", Force::Must, "the Name given in the entity reference MUST match that in an entity declaration")],
        catalogue: &["XP-03", "XP-04", "XP-06"];

    /// The document is larger than etalon reads
    ///
    /// Depth, size, the number of elements and the number of attributes of one element are bounded,
    /// so that no document costs more than its length justifies. A service must have such bounds,
    /// too.
    "xml.budget-exceeded": ERROR => budget_exceeded,
        cites: &[cite("etalon", "budgets", Force::House, "every decoder works under a budget")],
        catalogue: &["SO-21", "XP-15", "XP-16", "XP-17"];
}

fn document_type_declared(xml: &XmlDocument<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(xml.faults, |kind| matches!(kind, XmlFault::DoctypeDeclared));
    Some(Checked)
}

fn entity_undeclared(xml: &XmlDocument<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(xml.faults, |kind| matches!(kind, XmlFault::EntityUndeclared(_)));
    Some(Checked)
}

fn budget_exceeded(xml: &XmlDocument<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(xml.faults, |kind| matches!(kind, XmlFault::Limit(_)));
    Some(Checked)
}
