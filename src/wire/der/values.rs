//! The primitive values that models keep: integers, object identifiers, bit strings.

use std::fmt;

use super::fault::DerFault;
use crate::base::Span;

/// An INTEGER, as its content octets: two's complement, big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integer<'a> {
    /// The content octets, as they stand.
    pub bytes: &'a [u8],
    /// Where the value stands, with its header.
    pub span: Span,
}

impl<'a> Integer<'a> {
    /// Whether the sign bit is set.
    pub fn is_negative(&self) -> bool {
        self.bytes.first().is_some_and(|first| first & 0x80 != 0)
    }

    /// The octets without leading zeros, when it is not negative. Zero has none.
    pub fn magnitude(&self) -> Option<&'a [u8]> {
        (!self.is_negative()).then(|| without_leading_zeros(self.bytes))
    }

    /// The value, when it is not negative and fits.
    pub fn to_u64(&self) -> Option<u64> {
        let magnitude = self.magnitude().filter(|magnitude| magnitude.len() <= 8)?;
        Some(magnitude.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    /// Its length in bits, when it is not negative.
    pub fn bits(&self) -> Option<usize> {
        self.magnitude().map(bit_length)
    }

    /// The value in decimal.
    pub fn to_decimal(&self) -> String {
        num_bigint::BigInt::from_signed_bytes_be(self.bytes).to_string()
    }
}

/// What is wrong with the content of an INTEGER.
pub(super) fn integer_fault(content: &[u8]) -> Option<DerFault> {
    match *content {
        [] => Some(DerFault::Malformed("expected an INTEGER of at least one byte, found none")),
        [0x00, next, ..] if next & 0x80 == 0 => Some(DerFault::IntegerNotMinimal),
        [0xff, next, ..] if next & 0x80 != 0 => Some(DerFault::IntegerNotMinimal),
        [_, ..] => None,
    }
}

/// What is wrong with the content of an OBJECT IDENTIFIER.
pub(super) fn oid_fault(content: &[u8]) -> Option<DerFault> {
    match content.last() {
        None => return Some(DerFault::Malformed("expected an identifier of at least one arc, found none")),
        Some(last) if last & 0x80 != 0 => {
            return Some(DerFault::Malformed("expected an identifier whose last arc ends, found it cut"));
        }
        Some(_) => {}
    }
    let mut arc_starts = true;
    for byte in content {
        if arc_starts && *byte == 0x80 {
            return Some(DerFault::ArcNotMinimal);
        }
        arc_starts = byte & 0x80 == 0;
    }
    None
}

/// What is wrong with the content of a BIT STRING.
pub(super) fn bit_string_fault(content: &[u8]) -> Option<DerFault> {
    let Some((&unused, bytes)) = content.split_first() else {
        return Some(DerFault::Malformed("expected a BIT STRING that counts its unused bits, found none"));
    };
    match bytes.last() {
        _ if unused > 7 => Some(DerFault::Malformed("expected at most 7 unused bits, found more")),
        None if unused > 0 => Some(DerFault::Malformed("expected no unused bits of no bits, found some")),
        Some(last) if u32::from(unused) > last.trailing_zeros() => Some(DerFault::UnusedBitsSet),
        Some(_) | None => None,
    }
}

pub(crate) fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

/// The length in bits of a big-endian magnitude without leading zeros.
pub(crate) fn bit_length(magnitude: &[u8]) -> usize {
    magnitude.first().map_or(0, |first| magnitude.len() * 8 - first.leading_zeros() as usize)
}

/// An OBJECT IDENTIFIER, as its content octets. It is compared by them and never by its arcs, so
/// that no arc can be truncated into another identifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid<'a>(&'a [u8]);

impl<'a> Oid<'a> {
    /// The identifier with these content octets.
    pub const fn new(content: &'a [u8]) -> Self {
        Self(content)
    }

    /// The content octets.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Display for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        let mut arc: u128 = 0;
        let mut overflown = false;
        for byte in self.0 {
            overflown |= arc >> 121 != 0;
            arc = arc << 7 | u128::from(byte & 0x7f);
            if byte & 0x80 != 0 {
                continue;
            }
            if first {
                let root = (arc / 40).min(2);
                write!(f, "{root}.")?;
                arc -= root * 40;
            } else {
                f.write_str(".")?;
            }
            if overflown {
                f.write_str("(more than 128 bits)")?;
            } else {
                write!(f, "{arc}")?;
            }
            (first, arc, overflown) = (false, 0, false);
        }
        Ok(())
    }
}

impl fmt::Debug for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A BIT STRING in one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BitString<'a> {
    /// The octets, the last of which has `unused` bits too many.
    pub bytes: &'a [u8],
    /// How many bits at the end do not count.
    pub unused: u8,
    /// Where the octets stand.
    pub span: Span,
}

impl<'a> BitString<'a> {
    /// The octets, when no bit of them is unused: a signature is made of whole ones.
    pub fn octets(&self) -> Option<&'a [u8]> {
        (self.unused == 0).then_some(self.bytes)
    }

    /// The bit with this number, the first being 0; bits past the end are not set.
    pub fn bit(&self, number: usize) -> bool {
        let past_end = number + usize::from(self.unused) >= self.bytes.len() * 8;
        !past_end && self.bytes[number / 8] >> (7 - number % 8) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_written_by_their_arcs() {
        assert_eq!(
            Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]).to_string(),
            "1.2.840.113549.1.1.11"
        );
        assert_eq!(Oid::new(&[0x88, 0x37, 0x03]).to_string(), "2.999.3");
        let huge = [&[0x2a][..], &[0xff; 30], &[0x03]].concat();
        assert_eq!(Oid::new(&huge).to_string(), "1.2.(more than 128 bits)");
    }

    #[test]
    fn integers_know_their_sign_and_size() {
        let int = |bytes| Integer { bytes, span: Span::default() };
        assert_eq!(int(&[0x00, 0x80]).to_u64(), Some(128));
        assert_eq!(int(&[0x80]).to_u64(), None);
        assert_eq!(int(&[0x80]).to_decimal(), "-128");
        assert_eq!(int(&[0x00, 0x80]).bits(), Some(8));
        assert_eq!(int(&[0x00]).bits(), Some(0));
    }

    #[test]
    fn bits_past_the_end_are_not_set() {
        let bits = BitString { bytes: &[0b0011_0000], unused: 4, span: Span::default() };
        assert!(bits.bit(2) && bits.bit(3));
        assert!(!bits.bit(4) && !bits.bit(0) && !bits.bit(100));
    }
}
