//! What can be wrong with DER, as facts.

use std::fmt;

use super::header::Tag;
use crate::base::{Fault, Limit};

/// A departure from DER, or bytes that are not BER at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DerFault {
    /// The bytes end inside a value.
    Truncated {
        /// Bytes that the value declares.
        declared: u64,
        /// Bytes that there are.
        available: usize,
    },
    /// A tag that runs past the end, or does not fit 32 bits.
    TagMalformed,
    /// A length of the reserved form, or of more than eight bytes.
    LengthMalformed,
    /// An indefinite length on a primitive value.
    IndefinitePrimitive,
    /// An indefinite length without its end-of-contents octets.
    EndMissing,
    /// Another type than the structure prescribes.
    Unexpected {
        /// What the structure prescribes.
        expected: &'static str,
        /// What stands there; nothing at the end of the container.
        found: Option<Tag>,
    },
    /// Something stands where the container should end.
    Trailing(usize),
    /// A primitive value where the type is always constructed, or the reverse.
    WrongForm {
        /// Whether the value is constructed.
        constructed: bool,
    },
    /// A value whose content its type cannot have.
    Malformed(&'static str),
    /// A value that the structure cannot have there.
    BadValue {
        /// What the structure prescribes.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A budget is spent.
    Limit(Limit),
    /// BER: an indefinite length.
    IndefiniteLength,
    /// BER: a length in more bytes than it needs.
    LengthNotMinimal,
    /// BER: a tag in more bytes than it needs.
    TagNotMinimal,
    /// BER: a string in segments.
    ConstructedString,
    /// An INTEGER with leading octets that it does not need.
    IntegerNotMinimal,
    /// BER: a BOOLEAN that is neither 00 nor FF.
    BooleanNotCanonical(u8),
    /// BER: a SET OF that is not in ascending order.
    SetUnsorted,
    /// BER: unused bits of a BIT STRING that are not zero.
    UnusedBitsSet,
    /// BER: trailing zero bits of a named bit list.
    NamedBitsNotTrimmed,
    /// An OBJECT IDENTIFIER arc with leading octets that it does not need.
    ArcNotMinimal,
    /// BER: a time without its `Z`, without seconds, or with a fraction that ends in zero.
    TimeNotCanonical(&'static str),
    /// BER: a value that is the default and should be absent.
    DefaultEncoded,
}

impl DerFault {
    /// Whether the bytes are good BER all the same, and only their form is not DER's.
    pub fn is_ber(&self) -> bool {
        match self {
            Self::IndefiniteLength
            | Self::LengthNotMinimal
            | Self::ConstructedString
            | Self::BooleanNotCanonical(_)
            | Self::SetUnsorted
            | Self::UnusedBitsSet
            | Self::NamedBitsNotTrimmed
            | Self::TimeNotCanonical(_)
            | Self::DefaultEncoded => true,
            Self::Truncated { .. }
            | Self::TagMalformed
            | Self::TagNotMinimal
            | Self::LengthMalformed
            | Self::IndefinitePrimitive
            | Self::EndMissing
            | Self::Unexpected { .. }
            | Self::Trailing(_)
            | Self::WrongForm { .. }
            | Self::Malformed(_)
            | Self::BadValue { .. }
            | Self::Limit(_)
            | Self::IntegerNotMinimal
            | Self::ArcNotMinimal => false,
        }
    }

    /// Whether the bytes are good BER, and only their structure is not the one that was expected.
    pub fn is_structure(&self) -> bool {
        match self {
            Self::Unexpected { .. }
            | Self::Trailing(_)
            | Self::WrongForm { .. }
            | Self::Malformed(_)
            | Self::BadValue { .. }
            | Self::IntegerNotMinimal
            | Self::ArcNotMinimal => true,
            Self::Truncated { .. }
            | Self::TagMalformed
            | Self::TagNotMinimal
            | Self::LengthMalformed
            | Self::IndefinitePrimitive
            | Self::EndMissing
            | Self::Limit(_)
            | Self::IndefiniteLength
            | Self::LengthNotMinimal
            | Self::ConstructedString
            | Self::BooleanNotCanonical(_)
            | Self::SetUnsorted
            | Self::UnusedBitsSet
            | Self::NamedBitsNotTrimmed
            | Self::TimeNotCanonical(_)
            | Self::DefaultEncoded => false,
        }
    }
}

impl Fault<DerFault> {
    /// Whether something stands behind the outermost value.
    pub fn is_behind_the_whole(&self) -> bool {
        matches!(self.kind, DerFault::Trailing(_)) && self.at.is_empty()
    }
}

impl fmt::Display for DerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { declared, available } => {
                write!(f, "expected {declared} more bytes as declared, found {available}")
            }
            Self::TagMalformed => f.write_str("expected a tag, found one that does not end in 32 bits"),
            Self::LengthMalformed => {
                f.write_str("expected a length of at most eight bytes, found a longer or a reserved one")
            }
            Self::IndefinitePrimitive => {
                f.write_str("expected a definite length on a primitive value, found an indefinite one")
            }
            Self::EndMissing => {
                f.write_str("expected end-of-contents octets after an indefinite length, found none")
            }
            Self::Unexpected { expected, found: Some(found) } => {
                write!(f, "expected {expected}, found {found}")
            }
            Self::Unexpected { expected, found: None } => {
                write!(f, "expected {expected}, found the end of what contains it")
            }
            Self::Trailing(n) => write!(f, "expected the end, found {n} more bytes"),
            Self::WrongForm { constructed: true } => {
                f.write_str("expected a primitive value, found a constructed one")
            }
            Self::WrongForm { constructed: false } => {
                f.write_str("expected a constructed value, found a primitive one")
            }
            Self::Malformed(what) => f.write_str(what),
            Self::BadValue { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Limit(limit) => limit.fmt(f),
            Self::IndefiniteLength => f.write_str("expected a definite length, found an indefinite one"),
            Self::LengthNotMinimal => {
                f.write_str("expected a length in as few bytes as possible, found it padded")
            }
            Self::TagNotMinimal => f.write_str("expected a tag in as few bytes as possible, found it padded"),
            Self::ConstructedString => f.write_str("expected a string in one piece, found it in segments"),
            Self::IntegerNotMinimal => {
                f.write_str("expected an integer in as few bytes as possible, found it padded")
            }
            Self::BooleanNotCanonical(found) => {
                write!(f, "expected a BOOLEAN of 00 or FF, found {found:02X}")
            }
            Self::SetUnsorted => {
                f.write_str("expected the members of the SET OF in ascending order, found them unsorted")
            }
            Self::UnusedBitsSet => f.write_str("expected the unused bits to be zero, found some set"),
            Self::NamedBitsNotTrimmed => {
                f.write_str("expected a bit list without trailing zero bits, found some")
            }
            Self::ArcNotMinimal => {
                f.write_str("expected an arc in as few bytes as possible, found it padded")
            }
            Self::TimeNotCanonical(what) => f.write_str(what),
            Self::DefaultEncoded => f.write_str("expected the default value to be absent, found it encoded"),
        }
    }
}
