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
    /// The same, broken into lines of one length, but for a shorter last one.
    Base64Lines {
        /// Where the text starts.
        start: u32,
        /// Where it ends.
        end: u32,
        /// The characters of a line.
        width: u32,
        /// The characters of a line's end.
        ending: u32,
    },
    /// The nested bytes were transformed (escapes, other line breaks, chunks, decryption): all that can
    /// be said is the range that they came from.
    Within(Span),
}

impl SpanMap {
    /// The outer range that holds the nested range `inner`.
    pub fn outer(self, inner: Span) -> Span {
        match self {
            Self::Offset(by) => inner.shifted(by),
            Self::Base64(start, end) => {
                let (first, behind) = characters(inner);
                placed(first, behind, start, end)
            }
            Self::Base64Lines { start, end, width, ending } => {
                let place =
                    |character: u64| character + character / u64::from(width.max(1)) * u64::from(ending);
                let (first, behind) = characters(inner);
                // What ends with a line does not reach into the next.
                let last = behind.checked_sub(1).map_or(0, |last| place(last) + 1);
                placed(place(first), last.max(place(first)), start, end)
            }
            Self::Within(span) => span,
        }
    }
}

/// The first character of the base64 text of a range of bytes, and the one behind its last.
fn characters(bytes: Span) -> (u64, u64) {
    (u64::from(bytes.start) * 4 / 3, (u64::from(bytes.end) * 4).div_ceil(3))
}

/// The range from `first` to `behind` of a text that starts and ends there.
fn placed(first: u64, behind: u64, start: u32, end: u32) -> Span {
    let at = |n: u64| u32::try_from(u64::from(start) + n).unwrap_or(u32::MAX).min(end);
    Span { start: at(first), end: at(behind) }
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
    fn ranges_in_broken_base64_cover_their_characters_line_by_line() {
        // Two lines of eight characters and one of four, each ended by two.
        let map = SpanMap::Base64Lines { start: 10, end: 34, width: 8, ending: 2 };
        assert_eq!(map.outer(Span::new(0, 3)), Span::new(10, 14));
        assert_eq!(map.outer(Span::new(3, 6)), Span::new(14, 18), "up to the end of a line");
        assert_eq!(map.outer(Span::new(6, 7)), Span::new(20, 22), "from the start of the next");
        assert_eq!(map.outer(Span::new(5, 7)), Span::new(16, 22), "across the end of a line");
        assert_eq!(map.outer(Span::new(12, 15)), Span::new(30, 34));
        assert_eq!(map.outer(Span::new(0, 0)), Span::at(10));
        assert_eq!(map.outer(Span::new(90, 99)), Span::at(34));
    }

    #[test]
    fn a_range_past_the_text_stays_inside_it() {
        assert_eq!(SpanMap::Base64(10, 18).outer(Span::new(3, 90)), Span::new(14, 18));
    }
}
