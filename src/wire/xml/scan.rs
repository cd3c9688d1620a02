//! Fast searches in bytes, and the classes of characters that XML knows.

use memchr::{memchr, memchr_iter, memchr2, memchr3};

/// The first place from `from` on where one of `needles` stands, or the length.
#[inline]
pub(crate) fn find<const N: usize>(bytes: &[u8], from: usize, needles: [u8; N]) -> usize {
    let from = from.min(bytes.len());
    let rest = &bytes[from..];
    let hit = match *needles.as_slice() {
        [a] => memchr(a, rest),
        [a, b] => memchr2(a, b, rest),
        [a, b, c] => memchr3(a, b, c, rest),
        // Not several searches: one that finds nothing would read on to the end each time.
        _ => {
            // Blocks without a hit are skipped whole: without a branch inside, so that the compiler
            // compares many bytes at once.
            let is_needle = |b: &u8| needles.iter().fold(false, |any, needle| any | (b == needle));
            let clean = |block: &&[u8; 32]| !block.iter().fold(false, |any, b| any | is_needle(b));
            let skipped = rest.as_chunks().0.iter().take_while(clean).count() * 32;
            rest[skipped..].iter().position(is_needle).map(|at| skipped + at)
        }
    };
    hit.map_or(bytes.len(), |at| from + at)
}

/// As [`find`], where one of `needles` is likely to stand near: a search in long strides has its own price.
#[inline]
pub(crate) fn find_near<const N: usize>(bytes: &[u8], from: usize, needles: [u8; N]) -> usize {
    /// How many words are looked at first.
    const NEAR: usize = 3;
    const LOW: u64 = u64::from_ne_bytes([1; 8]);
    let words = bytes[from..].as_chunks::<8>().0.iter().take(NEAR);
    let behind = from + 8 * words.len();
    for (at, word) in (from..).step_by(8).zip(words) {
        // The high bit of each byte that is a needle; bits behind the first one may be wrong.
        let hits = needles.iter().fold(0, |hits, needle| {
            let is_zero = u64::from_le_bytes(*word) ^ (LOW * u64::from(*needle));
            hits | (is_zero.wrapping_sub(LOW) & !is_zero & (LOW << 7))
        });
        if hits != 0 {
            return at + hits.trailing_zeros() as usize / 8;
        }
    }
    find(bytes, behind, needles)
}

/// The first place from `from` on where `needle` stands, or nothing.
pub(super) fn find_text(text: &str, from: usize, needle: &str) -> Option<usize> {
    let (bytes, needle) = (text.as_bytes(), needle.as_bytes());
    let mut at = from;
    loop {
        at = find(bytes, at, [needle[0]]);
        if at >= bytes.len() {
            return None;
        }
        if bytes[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

/// White space as XML knows it: nothing of Unicode's.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// XML 1.0, production 2.
pub(super) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

const fn is_name_start(c: char) -> bool {
    matches!(c, ':' | 'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

const fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// What a byte is in a name: a bit set of these.
const INSIDE: u8 = 1;
/// A character that may also start a name.
const STARTS: u8 = 2;
/// A colon.
const COLON: u8 = 4;
/// A part of a character beyond ASCII.
const BEYOND: u8 = 8;

const IN_NAME: [u8; 256] = {
    let mut table = [BEYOND; 256];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8 as char;
        table[byte] = match c {
            ':' => COLON,
            _ if is_name_start(c) => INSIDE | STARTS,
            _ if is_name_char(c) => INSIDE,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// A name as it was met: where it ends, and its colons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Name {
    /// Where it ends; where it starts, when there is none.
    pub(super) end: usize,
    /// Where its first colon stands.
    pub(super) colon: Option<usize>,
    /// Whether there are more.
    pub(super) colons: bool,
}

/// The name that starts at `from`.
#[inline]
pub(super) fn name(text: &str, from: usize) -> Name {
    let bytes = text.as_bytes();
    let mut name = Name { end: from, colon: None, colons: false };
    if bytes.get(from) != Some(&b':') && !starts_name(text, from) {
        return name;
    }
    loop {
        let plain = |byte: &u8| IN_NAME[*byte as usize] & INSIDE == 0;
        let rest = &bytes[name.end..];
        name.end += rest.iter().position(plain).unwrap_or(rest.len());
        match bytes.get(name.end) {
            Some(b':') => {
                name.colons = name.colon.is_some();
                name.colon = name.colon.or(Some(name.end));
                name.end += 1;
            }
            Some(0x80..) => {
                let next = text[name.end..].chars().next().filter(|c| is_name_char(*c));
                let Some(c) = next else { return name };
                name.end += c.len_utf8();
            }
            _ => return name,
        }
    }
}

/// How often `needle` stands in `bytes`.
pub(super) fn count(bytes: &[u8], needle: u8) -> usize {
    memchr_iter(needle, bytes).count()
}

/// Whether a line feed stands in `bytes`.
pub(super) fn has_line_feed(bytes: &[u8]) -> bool {
    memchr(b'\n', bytes).is_some()
}

/// Whether a control character stands in `bytes`.
pub(super) fn has_control(bytes: &[u8]) -> bool {
    // Without a branch, so that the compiler compares many bytes at once.
    bytes.iter().fold(false, |any, b| any | (*b < b' '))
}

/// Whether the name that ends at `at` goes no further.
pub(super) fn ends_name(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_none_or(|byte| IN_NAME[*byte as usize] == 0)
}

/// Whether a name without colons may start at `from`.
#[inline]
pub(super) fn starts_name(text: &str, from: usize) -> bool {
    match text.as_bytes().get(from).map_or(0, |byte| IN_NAME[*byte as usize]) {
        BEYOND => text.get(from..).and_then(|rest| rest.chars().next()).is_some_and(is_name_start),
        class => class & STARTS != 0,
    }
}

/// Whether no other control character than line feeds stands in `text`, nor a character that starts with
/// the byte that U+FFFE and U+FFFF start with: so it is with most.
pub(super) fn is_plain(text: &str) -> bool {
    // Without a branch, so that the compiler compares many bytes at once.
    !text.as_bytes().iter().fold(false, |any, &b| any | ((b < b' ') & (b != b'\n')) | (b == 0xEF))
}

/// Every place of a character that XML does not allow anywhere.
pub(super) fn forbidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter(|(_, c)| !is_char(*c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_search_finds_what_a_plain_loop_finds(bytes in proptest::collection::vec(prop_oneof![20 => Just(0u8), 1 => 0u8..6], 0..150), from in 0usize..155) {
            let plain = (from.min(bytes.len())..bytes.len()).find(|&i| bytes[i] == 1 || bytes[i] == 3);
            let from = from.min(bytes.len());
            prop_assert_eq!(find(&bytes, from, [1, 3]), plain.unwrap_or(bytes.len()));
            prop_assert_eq!(find_near(&bytes, from, [1, 3]), plain.unwrap_or(bytes.len()));
        }
    }

    #[test]
    fn noncharacters_are_found_among_their_neighbours() {
        let text = "a\u{FFFD}\u{FFFE}\u{B}\u{FEFF}";
        assert_eq!(forbidden(text).collect::<Vec<_>>(), [(4, '\u{FFFE}'), (7, '\u{B}')]);
    }
}
