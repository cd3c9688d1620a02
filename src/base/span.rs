//! Byte ranges, and how a range in decoded bytes maps back to the bytes it was decoded from.

use std::ops::Range;

/// A byte range `start..end` of one input, in bytes from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`. Offsets past 4 GiB saturate: no [`Budget`](super::Budget) lets an
    /// input grow that large.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// The empty range at `offset`, for what is missing there.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The range as indices.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Its length in bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Whether it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The bytes it covers in `input`, or nothing when it lies outside.
    pub fn of(self, input: &[u8]) -> &[u8] {
        input.get(self.range()).unwrap_or_default()
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same range, `offset` bytes further on.
    #[must_use]
    pub fn shifted(self, offset: u32) -> Self {
        Self { start: self.start.saturating_add(offset), end: self.end.saturating_add(offset) }
    }
}

/// How a range of a nested encoding's bytes maps to a range of the bytes around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanMap {
    /// The nested bytes stand as they are in the outer bytes, from this offset.
    Offset(u32),
    /// The nested bytes stand as unbroken base64 or base64url text that starts at this offset and
    /// ends at the second.
    Base64(u32, u32),
    /// The nested bytes were transformed (escapes, line breaks, chunks, decryption): all that can
    /// be said is the range that they came from.
    Within(Span),
}

impl SpanMap {
    /// The outer range that holds the nested range `inner`.
    pub fn outer(self, inner: Span) -> Span {
        match self {
            Self::Offset(by) => inner.shifted(by),
            Self::Base64(start, end) => {
                let text = |bytes: u64| u64::from(start) + bytes;
                let from = text(u64::from(inner.start) * 4 / 3);
                let to = text((u64::from(inner.end) * 4).div_ceil(3));
                let clamp = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).min(end);
                Span { start: clamp(from), end: clamp(to) }
            }
            Self::Within(span) => span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_ranges_cover_the_characters_of_their_bytes() {
        let map = SpanMap::Base64(10, 18);
        assert_eq!(map.outer(Span::new(0, 1)), Span::new(10, 12));
        assert_eq!(map.outer(Span::new(1, 3)), Span::new(11, 14));
        assert_eq!(map.outer(Span::new(3, 6)), Span::new(14, 18));
    }

    #[test]
    fn a_range_past_the_text_stays_inside_it() {
        assert_eq!(SpanMap::Base64(10, 18).outer(Span::new(3, 90)), Span::new(14, 18));
    }
}
