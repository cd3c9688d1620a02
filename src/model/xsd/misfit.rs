//! The ways in which an element departs from its type.

use std::fmt;

use super::Simple;

/// A departure of an element from its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// An element that must stand in another does not.
    ElementMissing(String, String),
    /// An element that stands where its kind may stand, but not at that place or not so often.
    ElementMisplaced(String),
    /// An element that the one around it does not know.
    ElementUnexpected(String, String),
    /// Nothing where there must be something.
    ContentMissing(String),
    /// An attribute that must stand does not.
    AttributeMissing(String),
    /// An attribute that the element does not know.
    AttributeUnexpected(String),
    /// An identifier, or a reference to one, that is no name without a colon.
    IdMalformed(String, String),
    /// A value that its type does not allow; the value itself where it may be shown.
    Value {
        /// The element or attribute.
        what: String,
        /// What it must be.
        expected: String,
        /// What it is.
        found: Option<String>,
    },
    /// A text that says nothing, where the type has text, base64 or a URI.
    ValueEmpty(String),
    /// Text between elements.
    TextUnexpected,
}

impl Misfit {
    /// Something must stand there and does not.
    pub(crate) fn is_element_missing(&self) -> bool {
        matches!(self, Self::ElementMissing(..) | Self::ContentMissing(_))
    }

    /// Something stands in the wrong place, or too often.
    pub(crate) fn is_element_misplaced(&self) -> bool {
        matches!(self, Self::ElementMisplaced(_))
    }

    /// Something stands there that has no place in it.
    pub(crate) fn is_element_unexpected(&self) -> bool {
        matches!(self, Self::ElementUnexpected(..) | Self::TextUnexpected)
    }

    /// An attribute must stand there and does not.
    pub(crate) fn is_attribute_missing(&self) -> bool {
        matches!(self, Self::AttributeMissing(_))
    }

    /// An attribute stands there that has no place in it.
    pub(crate) fn is_attribute_unexpected(&self) -> bool {
        matches!(self, Self::AttributeUnexpected(_))
    }

    /// An identifier is no name.
    pub(crate) fn is_id_malformed(&self) -> bool {
        matches!(self, Self::IdMalformed(..))
    }

    /// A text is empty: no schema forbids it. Organisations have no first name, and clients write it
    /// empty.
    pub(crate) fn is_value_empty(&self) -> bool {
        matches!(self, Self::ValueEmpty(name) if !name.ends_with("FirstName"))
    }

    /// A value is none of its type.
    pub(crate) fn is_value_malformed(&self) -> bool {
        matches!(self, Self::Value { .. })
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ElementMissing(name, parent) => write!(f, "expected {name} in {parent}, found none"),
            Self::ElementMisplaced(name) => {
                write!(f, "expected {name} in the order and number of the schema, found it here")
            }
            Self::ElementUnexpected(name, parent) => {
                write!(f, "expected an element that the schema has in {parent}, found {name}")
            }
            Self::ContentMissing(name) => write!(f, "expected at least one element in {name}, found none"),
            Self::AttributeMissing(name) => write!(f, "expected the attribute {name}, found none"),
            Self::AttributeUnexpected(name) => {
                write!(f, "expected an attribute that the schema has, found {name}")
            }
            Self::IdMalformed(name, found) => {
                let expected = Simple::NcName.name();
                let short: String = found.chars().take(80).collect();
                write!(f, "expected {expected} in @{name}, found `{}`", short.escape_debug())
            }
            Self::Value { what, expected, found: Some(found) } => {
                let short: String = found.chars().take(80).collect();
                write!(f, "expected {expected} in {what}, found `{}`", short.escape_debug())
            }
            Self::Value { what, expected, found: None } => {
                write!(f, "expected {expected} in {what}, found something else")
            }
            Self::ValueEmpty(name) => write!(f, "expected {name} to say something, found it empty"),
            Self::TextUnexpected => f.write_str("expected elements alone, found text between them"),
        }
    }
}
