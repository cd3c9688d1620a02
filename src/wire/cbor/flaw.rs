//! The ways in which bytes depart from CBOR and from its CTAP2 canonical form.

use std::fmt;

use crate::base::Limit;

/// A departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// The input ends inside an item's head, or before an item.
    Truncated,
    /// A string, array or map declares more than the input can hold.
    LengthBeyondInput {
        /// What the head declares.
        declared: u64,
        /// The bytes that are left.
        left: usize,
    },
    /// Additional information 28 to 30, or 31 on a type that has no indefinite length.
    ReservedInformation {
        /// The additional information.
        information: u8,
        /// The major type.
        major: u8,
    },
    /// A simple value below 32 that is spread over two bytes.
    TwoByteSimple(u8),
    /// A break code where no item of indefinite length is open.
    StrayBreak,
    /// A chunk of a string of indefinite length that is no string of that type and definite length.
    ForeignChunk(&'static str),
    /// A break code between a key and its value.
    KeyWithoutValue,
    /// Bytes behind the item.
    TrailingBytes(usize),
    /// A limit was reached.
    OverBudget(Limit),
    /// A text string that is not UTF-8.
    InvalidUtf8,
    /// A key that stands in the map already.
    DuplicateKey,
    /// A key that sorts before the one in front of it.
    KeyOrder,
    /// An integer, length or tag number in more bytes than it needs.
    NonMinimal {
        /// What the number is: `integer`, `length` or `tag number`.
        what: &'static str,
        /// The number.
        value: u64,
        /// The bytes that it takes behind the initial byte.
        bytes: u8,
    },
    /// An item of indefinite length.
    IndefiniteLength,
    /// A tag.
    Tagged(u64),
    /// A floating-point number.
    FloatingPoint,
    /// An array or map at this level of nesting, where four are allowed.
    NestedDeeply(usize),
}

/// What a departure breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// RFC 8949: the bytes are not well-formed.
    Malformed,
    /// RFC 8949: they are well-formed, but not valid.
    Invalid,
    /// CTAP2: they are not in canonical form.
    NotCanonical,
}

impl Flaw {
    /// What the departure breaks.
    pub fn holds(self) -> Held {
        match self {
            Self::Truncated
            | Self::LengthBeyondInput { .. }
            | Self::ReservedInformation { .. }
            | Self::TwoByteSimple(_)
            | Self::StrayBreak
            | Self::ForeignChunk(_)
            | Self::KeyWithoutValue
            | Self::TrailingBytes(_)
            | Self::OverBudget(_) => Held::Malformed,
            Self::InvalidUtf8 | Self::DuplicateKey => Held::Invalid,
            Self::KeyOrder
            | Self::NonMinimal { .. }
            | Self::IndefiniteLength
            | Self::Tagged(_)
            | Self::FloatingPoint
            | Self::NestedDeeply(_) => Held::NotCanonical,
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("expected more bytes, found the end of the input"),
            Self::LengthBeyondInput { declared, left } => {
                write!(f, "expected {declared} bytes or items as declared, found {left} bytes")
            }
            Self::ReservedInformation { information: 31, major } => {
                write!(f, "expected a length, found an indefinite one on major type {major}, which has none")
            }
            Self::ReservedInformation { information, major } => {
                write!(
                    f,
                    "expected additional information 0 to 27 or 31, found the reserved {information} on major type {major}"
                )
            }
            Self::TwoByteSimple(value) => {
                write!(f, "expected simple value 32 or more behind 0xf8, found {value}")
            }
            Self::StrayBreak => f.write_str("expected a data item, found a break code"),
            Self::ForeignChunk(found) => {
                write!(f, "expected a string chunk of the same type and of definite length, found {found}")
            }
            Self::KeyWithoutValue => f.write_str("expected a value for the last key, found a break code"),
            Self::TrailingBytes(1) => f.write_str("expected the end of the input, found 1 more byte"),
            Self::TrailingBytes(n) => write!(f, "expected the end of the input, found {n} more bytes"),
            Self::OverBudget(limit) => write!(f, "{limit}"),
            Self::InvalidUtf8 => f.write_str("expected UTF-8 in a text string, found other bytes"),
            Self::DuplicateKey => f.write_str("expected each key once, found this one again"),
            Self::KeyOrder => f.write_str(
                "expected keys in canonical order, found this one behind a key that sorts after it",
            ),
            Self::NonMinimal { what, value, bytes } => {
                let unit = if *bytes == 1 { "byte" } else { "bytes" };
                write!(f, "expected the {what} {value} in its shortest form, found {bytes} {unit}")
            }
            Self::IndefiniteLength => f.write_str("expected a definite length, found an indefinite one"),
            Self::Tagged(tag) => write!(f, "expected no tag, found tag {tag}"),
            Self::FloatingPoint => f.write_str("expected no floating-point number, found one"),
            Self::NestedDeeply(depth) => {
                write!(f, "expected at most 4 levels of maps and arrays, found level {depth}")
            }
        }
    }
}
