//! What can be wrong with the bytes of an XML document.

use std::fmt;

use crate::base::Limit;

/// A departure from XML 1.0 (fifth edition) or Namespaces in XML 1.0 (third edition), or a part of
/// them that is not read on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum XmlFault {
    /// The bytes are no UTF-8 text.
    NotUtf8,
    /// The bytes are no UTF-16 text.
    NotUtf16,
    /// An encoding that is not read: by name, as the bytes or the declaration give it.
    EncodingNotRead(String),
    /// The declaration names another encoding than the bytes are in.
    EncodingContradicted {
        /// What the XML declaration says.
        declared: String,
        /// What the bytes are in.
        actual: &'static str,
    },
    /// A version other than 1.0.
    VersionNotRead(String),
    /// An XML declaration that its grammar does not allow.
    DeclarationMalformed,
    /// An XML declaration that is not at the very beginning.
    DeclarationMisplaced,
    /// A document type declaration. It is skipped and never acted upon.
    DoctypeDeclared,
    /// A reference to an entity other than the five; it would need a DTD.
    EntityUndeclared(String),
    /// An ampersand that starts no reference.
    AmpersandBare,
    /// A character reference that is malformed, or stands for a character that XML does not allow.
    CharacterReference(String),
    /// A character that XML does not allow.
    CharacterForbidden(char),
    /// `]]>` in text.
    CdataEndInText,
    /// `<` in an attribute value.
    LessThanInAttribute,
    /// An attribute without `=` and a value.
    AttributeWithoutValue(String),
    /// An attribute value without quotes.
    AttributeUnquoted(String),
    /// No white space before an attribute.
    AttributeNotSeparated(String),
    /// Two attributes of one element with the same expanded name.
    AttributeDuplicate(String),
    /// Something else where a name must stand.
    NameMissing,
    /// A name with more than one colon, or with a colon at its edge, or before no name character.
    NameColons(String),
    /// A prefix that no declaration in scope binds.
    PrefixUnbound(String),
    /// A declaration that binds a reserved prefix or namespace in a way that is reserved.
    PrefixReserved(String),
    /// `xmlns:p=""`: a prefix cannot be undeclared in Namespaces 1.0.
    PrefixUndeclared(String),
    /// An end tag that closes another element than the open one.
    EndTagMismatched {
        /// The element that is open.
        open: String,
        /// The name in the end tag.
        found: String,
    },
    /// An end tag where no element is open.
    EndTagWithoutStart(String),
    /// An element without an end tag.
    ElementUnclosed(String),
    /// A tag, comment, section or instruction that the input ends in.
    MarkupUnclosed(&'static str),
    /// A tag with something in it that no tag has.
    TagMalformed,
    /// `<!` or `<?` that starts nothing known, or starts it wrongly.
    MarkupUnknown,
    /// Text, a reference or a CDATA section outside the root element.
    ContentOutsideRoot,
    /// A second root element.
    RootSecond(String),
    /// No root element.
    RootMissing,
    /// `--` inside a comment.
    CommentDashes,
    /// A processing instruction whose target is reserved (`xml` in any case).
    InstructionTargetReserved,
    /// A limit was reached, and decoding stopped.
    Limit(Limit),
}

impl fmt::Display for XmlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => write!(f, "expected UTF-8, found bytes that are none"),
            Self::NotUtf16 => write!(f, "expected UTF-16, found an unpaired surrogate or half a unit"),
            Self::EncodingNotRead(name) => write!(f, "expected UTF-8, found {}", shown(name)),
            Self::EncodingContradicted { declared, actual } => {
                write!(f, "expected the declared encoding {}, found {actual}", shown(declared))
            }
            Self::VersionNotRead(version) => write!(f, "expected XML version 1.0, found {}", shown(version)),
            Self::DeclarationMalformed => {
                write!(f, "expected `<?xml version=\"1.0\" encoding=… standalone=…?>`, found another form")
            }
            Self::DeclarationMisplaced => {
                write!(f, "expected the XML declaration at the very beginning, found it later")
            }
            Self::DoctypeDeclared => write!(f, "expected no document type declaration, found one"),
            Self::EntityUndeclared(name) => {
                write!(f, "expected one of the five predefined entities, found {}", shown(name))
            }
            Self::AmpersandBare => write!(f, "expected a reference after `&`, found none: write `&amp;`"),
            Self::CharacterReference(text) => {
                write!(f, "expected a reference to a character that XML allows, found {}", shown(text))
            }
            Self::CharacterForbidden(c) => {
                write!(f, "expected a character that XML allows, found U+{:04X}", u32::from(*c))
            }
            Self::CdataEndInText => write!(f, "expected no `]]>` in text, found one: write `]]&gt;`"),
            Self::LessThanInAttribute => {
                write!(f, "expected no `<` in an attribute value, found one: write `&lt;`")
            }
            Self::AttributeWithoutValue(name) => {
                write!(f, "expected `=` and a value after the attribute {}, found none", shown(name))
            }
            Self::AttributeUnquoted(name) => {
                write!(f, "expected a quoted value of the attribute {}, found no quote", shown(name))
            }
            Self::AttributeNotSeparated(name) => {
                write!(f, "expected white space before the attribute {}, found none", shown(name))
            }
            Self::AttributeDuplicate(name) => {
                write!(f, "expected each attribute once, found {} twice", shown(name))
            }
            Self::NameMissing => write!(f, "expected a name, found something else"),
            Self::NameColons(name) => {
                write!(f, "expected a name or prefix:name, found {}", shown(name))
            }
            Self::PrefixUnbound(prefix) => {
                write!(f, "expected a declaration of the prefix {} in scope, found none", shown(prefix))
            }
            Self::PrefixReserved(name) => {
                write!(f, "expected a prefix and a namespace that are not reserved, found {}", shown(name))
            }
            Self::PrefixUndeclared(prefix) => {
                write!(f, "expected a namespace for the prefix {}, found the empty string", shown(prefix))
            }
            Self::EndTagMismatched { open, found } => {
                write!(f, "expected the end tag of {}, found the end tag of {}", shown(open), shown(found))
            }
            Self::EndTagWithoutStart(name) => {
                write!(f, "expected no end tag where nothing is open, found one of {}", shown(name))
            }
            Self::ElementUnclosed(name) => {
                write!(f, "expected an end tag of {}, found the end of the input", shown(name))
            }
            Self::MarkupUnclosed(what) => write!(f, "expected the end of {what}, found the end of the input"),
            Self::TagMalformed => write!(f, "expected an attribute or the end of the tag, found neither"),
            Self::MarkupUnknown => {
                write!(
                    f,
                    "expected a tag, comment, CDATA section or processing instruction, found none of them"
                )
            }
            Self::ContentOutsideRoot => {
                write!(
                    f,
                    "expected only comments and processing instructions beside the root element, found content"
                )
            }
            Self::RootSecond(name) => {
                write!(f, "expected one root element, found a second one, {}", shown(name))
            }
            Self::RootMissing => write!(f, "expected a root element, found none"),
            Self::CommentDashes => write!(f, "expected no `--` inside a comment, found one"),
            Self::InstructionTargetReserved => {
                write!(f, "expected another target of a processing instruction than `xml`, found that")
            }
            Self::Limit(limit) => write!(f, "expected no more than etalon reads, found more: {limit}"),
        }
    }
}

/// A name as it may stand in a message: short, and without control characters.
fn shown(name: &str) -> String {
    let short: String = name.chars().take(60).collect();
    format!("`{}`{}", short.escape_debug(), if short.len() < name.len() { "…" } else { "" })
}
