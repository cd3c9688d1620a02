//! The ways in which a text departs from RFC 8259.

use std::fmt;

use crate::base::Limit;

/// A departure from the JSON grammar, or from what makes a JSON text mean one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonFault {
    /// Nothing but white space.
    Empty,
    /// U+FEFF before the text.
    ByteOrderMark,
    /// The text ends inside a value.
    Truncated(&'static str),
    /// A byte that cannot stand here; decoding stopped.
    Unexpected(u8, &'static str),
    /// Something stands behind the value.
    TrailingData,
    /// A comma before a closing bracket.
    TrailingComma,
    /// A comma without a value before it.
    ExtraComma,
    /// Two values without a comma between them.
    MissingComma,
    /// A JavaScript comment.
    Comment,
    /// A number outside the grammar: `+1`, `01`, `.5`, `1.`, `0x1`.
    Number,
    /// A word that is not `true`, `false` or `null`.
    Literal,
    /// An unescaped character below U+0020 in a string.
    ControlCharacter(u8),
    /// A backslash before something that cannot be escaped.
    Escape,
    /// A `\u` escape of half a surrogate pair.
    LoneSurrogate(u16),
    /// Bytes that are not UTF-8.
    Utf8,
    /// A member name that the object already has.
    DuplicateMember,
    /// A budget was spent; decoding stopped.
    Spent(Limit),
}

impl JsonFault {
    /// Whether the text breaks the grammar: it is not JSON.
    pub fn breaks_grammar(&self) -> bool {
        match self {
            Self::ByteOrderMark | Self::LoneSurrogate(_) | Self::DuplicateMember => false,
            Self::Empty
            | Self::Truncated(_)
            | Self::Unexpected(..)
            | Self::TrailingData
            | Self::TrailingComma
            | Self::ExtraComma
            | Self::MissingComma
            | Self::Comment
            | Self::Number
            | Self::Literal
            | Self::ControlCharacter(_)
            | Self::Escape
            | Self::Utf8
            | Self::Spent(_) => true,
        }
    }
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("expected a JSON value, found nothing"),
            Self::ByteOrderMark => f.write_str("expected the value first, found a byte order mark"),
            Self::Truncated(what) => write!(f, "expected {what}, found the end of the text"),
            Self::Unexpected(byte, what) => {
                write!(f, "expected {what}, found `{}`; decoding stopped here", byte.escape_ascii())
            }
            Self::TrailingData => f.write_str("expected the end of the text behind the value, found more"),
            Self::TrailingComma => f.write_str("expected a value after the comma, found a closing bracket"),
            Self::ExtraComma => f.write_str("expected a value, found a comma"),
            Self::MissingComma => f.write_str("expected a comma between two values, found none"),
            Self::Comment => f.write_str("expected white space or a value, found a comment"),
            Self::Number => f.write_str("expected a number of RFC 8259's grammar, found another notation"),
            Self::Literal => {
                f.write_str("expected `true`, `false`, `null` or a quoted string, found a bare word")
            }
            Self::ControlCharacter(byte) => {
                write!(f, "expected control characters of a string to be escaped, found byte {byte:#04x}")
            }
            Self::Escape => f.write_str("expected one of the escapes of RFC 8259, found another"),
            Self::LoneSurrogate(unit) => {
                write!(f, "expected both halves of a surrogate pair, found `\\u{unit:04x}` alone")
            }
            Self::Utf8 => f.write_str("expected UTF-8, found other bytes"),
            Self::DuplicateMember => {
                f.write_str("expected each member name once in an object, found it again")
            }
            Self::Spent(limit) => write!(f, "{limit}; decoding stopped here"),
        }
    }
}
