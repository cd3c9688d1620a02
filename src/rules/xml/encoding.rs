//! How the text of a document is encoded, and in which version of XML it is written.

use crate::model::xml_document::XmlDocument;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::XmlFault;

rule! { XmlDocument =>
    /// The document is not in an encoding that is read
    ///
    /// The bytes must be UTF-8, or under the profile `standard` UTF-16 with a byte order mark, and
    /// an encoding declaration must agree with them. UTF-7, UTF-32, EBCDIC and the like are refused
    /// even where a parser could read them: an encoding that a filter in front of the parser does
    /// not understand is an old way past that filter. A declared superset of ASCII (ISO-8859-1 and
    /// its like) is taken where every byte is ASCII, because then it says the same.
    ///
    /// Send UTF-8, and declare UTF-8 or nothing.
    "xml.encoding-not-read": ERROR => encoding_not_read,
        cites: &[
            cite("XML 1.0 (5th edition)", "4.3.3", Force::Must, "It is a fatal error when an XML processor encounters an entity with an encoding that it is unable to process."),
            cite("XML 1.0 (5th edition)", "2.2", Force::Must, "All XML processors MUST accept the UTF-8 and UTF-16 encodings"),
        ],
        catalogue: &["XP-11"];

    /// The document is not XML 1.0
    ///
    /// XML 1.1 allows control characters and other line ends, and canonicalisation is not defined
    /// for it: no signature over such a document means anything.
    ///
    /// Declare `version="1.0"`.
    "xml.version-not-read": ERROR => version_not_read,
        cites: &[cite("Canonical XML 1.1", "abstract", Force::Fact, "It is not defined for XML 1.1.")],
        catalogue: &["XP-12"];
}

fn encoding_not_read(xml: &XmlDocument<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(xml.faults, |kind| {
        matches!(
            kind,
            XmlFault::NotUtf8
                | XmlFault::NotUtf16
                | XmlFault::EncodingNotRead(_)
                | XmlFault::EncodingContradicted { .. }
        )
    });
    Some(Checked)
}

fn version_not_read(xml: &XmlDocument<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(xml.faults, |kind| matches!(kind, XmlFault::VersionNotRead(_)));
    Some(Checked)
}
