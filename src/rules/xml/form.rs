//! Well-formedness: XML 1.0 and Namespaces in XML 1.0.

use crate::model::xml_document::XmlDocument;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::XmlFault;

rule! { XmlDocument =>
    /// The document is not well-formed
    ///
    /// Tags do not match, an attribute has no quotes, a character is not allowed, an ampersand
    /// stands alone, something stands beside the root element: one such fault and the bytes are not
    /// XML. A parser that repairs them shows its application something else than the next parser
    /// does.
    ///
    /// Write XML with an XML writer, not with string templates.
    "xml.not-well-formed": ERROR => not_well_formed,
        cites: &[cite("XML 1.0 (5th edition)", "1.2", Force::Must, "An error which a conforming XML processor MUST detect and report to the application.")],
        catalogue: &["SO-03", "XP-01", "XP-18"],
        codes: &["SOA-03001", "SOA-03002"];

    /// A prefix is not bound, or bound in a way that is reserved
    ///
    /// Every prefix must be declared in scope; `xml` and `xmlns` belong to the specification; a
    /// prefix cannot be undeclared in Namespaces 1.0; and a name has one colon at most. Where two
    /// readers disagree on the namespace of an element, a signature over it covers two meanings.
    "xml.namespace-malformed": ERROR => namespace_malformed,
        cites: &[
            cite("Namespaces in XML 1.0", "5", Force::Must, "The namespace prefix, unless it is xml or xmlns, MUST have been declared"),
            cite("Namespaces in XML 1.0", "3", Force::Must, "Other prefixes MUST NOT be bound to this namespace name"),
        ],
        catalogue: &["XP-13"];

    /// An element has the same attribute twice
    ///
    /// Two attributes with one name, be it as written or through two prefixes of one namespace, are
    /// an error. Readers that take the first and readers that take the last see two documents.
    "xml.attribute-duplicated": ERROR => attribute_duplicated,
        cites: &[
            cite("XML 1.0 (5th edition)", "3.1", Force::Must, "An attribute name MUST NOT appear more than once in the same start-tag"),
            cite("Namespaces in XML 1.0", "6.3", Force::Fact, "have qualified names with the same local part and with prefixes which have been bound to namespace names that are identical"),
        ],
        catalogue: &["XP-14"];
}

fn not_well_formed(xml: &XmlDocument<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(xml.faults, is_form);
    Some(Checked)
}

fn namespace_malformed(xml: &XmlDocument<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(xml.faults, is_namespace);
    Some(Checked)
}

fn attribute_duplicated(xml: &XmlDocument<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(xml.faults, |kind| matches!(kind, XmlFault::AttributeDuplicate(_)));
    Some(Checked)
}

fn is_namespace(kind: &XmlFault) -> bool {
    matches!(
        kind,
        XmlFault::PrefixUnbound(_)
            | XmlFault::PrefixReserved(_)
            | XmlFault::PrefixUndeclared(_)
            | XmlFault::NameColons(_)
    )
}

/// Every fault that no other rule of this kind picks.
fn is_form(kind: &XmlFault) -> bool {
    match kind {
        XmlFault::DeclarationMalformed
        | XmlFault::DeclarationMisplaced
        | XmlFault::AmpersandBare
        | XmlFault::CharacterReference(_)
        | XmlFault::CharacterForbidden(_)
        | XmlFault::CdataEndInText
        | XmlFault::LessThanInAttribute
        | XmlFault::AttributeWithoutValue(_)
        | XmlFault::AttributeUnquoted(_)
        | XmlFault::AttributeNotSeparated(_)
        | XmlFault::NameMissing
        | XmlFault::EndTagMismatched { .. }
        | XmlFault::EndTagWithoutStart(_)
        | XmlFault::ElementUnclosed(_)
        | XmlFault::MarkupUnclosed(_)
        | XmlFault::TagMalformed
        | XmlFault::MarkupUnknown
        | XmlFault::ContentOutsideRoot
        | XmlFault::RootSecond(_)
        | XmlFault::RootMissing
        | XmlFault::CommentDashes
        | XmlFault::InstructionTargetReserved => true,
        XmlFault::NotUtf8
        | XmlFault::NotUtf16
        | XmlFault::EncodingNotRead(_)
        | XmlFault::EncodingContradicted { .. }
        | XmlFault::VersionNotRead(_)
        | XmlFault::DoctypeDeclared
        | XmlFault::EntityUndeclared(_)
        | XmlFault::AttributeDuplicate(_)
        | XmlFault::PrefixUnbound(_)
        | XmlFault::PrefixReserved(_)
        | XmlFault::PrefixUndeclared(_)
        | XmlFault::NameColons(_)
        | XmlFault::Limit(_) => false,
    }
}
