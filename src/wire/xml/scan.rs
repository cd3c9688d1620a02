//! Fast searches in bytes, and the classes of characters that XML knows.

use memchr::{memchr, memchr2, memchr3};

/// A word of eight bytes that are each one.
const LOW: u64 = u64::from_ne_bytes([1; 8]);

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

/// The first place from `from` on where character data ends or is marked, by `<`, `&` or `>`, or the length.
/// Most data is short, and a search in long strides has its own price.
#[inline]
pub(super) fn find_mark(bytes: &[u8], from: usize) -> usize {
    /// How many words are looked at first.
    const NEAR: usize = 3;
    /// Everything but the one bit that tells `<` and `>` apart.
    const EITHER: u64 = LOW * !(b'<' ^ b'>') as u64;
    let words = bytes[from..].as_chunks::<8>().0.iter().take(NEAR);
    let behind = from + 8 * words.len();
    for (at, word) in (from..).step_by(8).zip(words) {
        let word = u64::from_le_bytes(*word);
        let angle = (word & EITHER) ^ (LOW * u64::from(b'<' & b'>'));
        let ampersand = word ^ (LOW * u64::from(b'&'));
        // The high bit of each byte that is zero; bits behind the first one may be wrong.
        let is_zero = |bytes: u64| bytes.wrapping_sub(LOW) & !bytes;
        let hits = (is_zero(angle) | is_zero(ampersand)) & (LOW << 7);
        if hits != 0 {
            return at + hits.trailing_zeros() as usize / 8;
        }
    }
    find(bytes, behind, [b'<', b'&', b'>'])
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

/// Where the name that starts at `from` has its colon, if any, and where it ends, if it is one of ASCII with
/// at most one colon, that two parts stand around: so it is with most.
#[inline]
pub(super) fn plain_name(bytes: &[u8], from: usize) -> Option<(Option<usize>, usize)> {
    let part = |from: usize| {
        let rest = bytes.get(from..)?;
        (IN_NAME[usize::from(*rest.first()?)] & STARTS != 0).then_some(())?;
        let length = rest.iter().position(|byte| IN_NAME[usize::from(*byte)] & INSIDE == 0)?;
        Some((from + length, IN_NAME[usize::from(rest[length])]))
    };
    match part(from)? {
        (end, 0) => Some((None, end)),
        (colon, COLON) => part(colon + 1).and_then(|(end, next)| (next == 0).then_some((Some(colon), end))),
        _ => None,
    }
}

/// The name that starts at `from`.
pub(super) fn name(text: &str, from: usize) -> Name {
    let bytes = text.as_bytes();
    let mut name = Name { end: from, colon: None, colons: false };
    if bytes.get(from) != Some(&b':') && !starts_name(text, from) {
        return name;
    }
    loop {
        let ends = |byte: &u8| IN_NAME[*byte as usize] & INSIDE == 0;
        let rest = &bytes[name.end..];
        name.end += rest.iter().position(ends).unwrap_or(rest.len());
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
/// the byte that U+FFFE and U+FFFF start with, or a later one: so it is with most.
pub(super) fn is_plain(text: &str) -> bool {
    // Line feeds change places with zeros, below which nothing stands; so the other controls are the least
    // of all. Without a branch, so that the compiler compares many bytes at once.
    let (least, most) = text.bytes().fold((u8::MAX, 0), |(least, most), byte| {
        (least.min((byte ^ b'\n').wrapping_sub(1)), most.max(byte))
    });
    least >= b' ' - 1 && most < 0xEF
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
        }
    }

    proptest! {
        #[test]
        fn the_end_of_character_data_is_where_a_plain_loop_finds_it(text in "[a-z;=<&>\u{BC}\u{BE}\u{A6}]{0,60}", from in 0usize..60) {
            let bytes = text.as_bytes();
            let from = from.min(bytes.len());
            let plain = (from..bytes.len()).find(|&at| b"<&>".contains(&bytes[at]));
            prop_assert_eq!(find_mark(bytes, from), plain.unwrap_or(bytes.len()));
        }

        #[test]
        fn a_plain_name_is_the_name_that_stands_there(text in "[-a-z:.é0 =]{0,12}") {
            let Name { end, colon, colons } = name(&text, 0);
            let is_plain = text.as_bytes().get(end).is_some_and(|next| next.is_ascii() && *next != b':');
            let is_split = colon.is_none_or(|colon| colon > 0 && starts_name(&text, colon + 1)) && !colons;
            let expected = text[..end].is_ascii() && end > 0 && is_plain && is_split;
            prop_assert_eq!(plain_name(text.as_bytes(), 0), expected.then_some((colon, end)));
        }
    }

    #[test]
    fn noncharacters_are_found_among_their_neighbours() {
        let text = "a\u{FFFD}\u{FFFE}\u{B}\u{FEFF}";
        assert_eq!(forbidden(text).collect::<Vec<_>>(), [(4, '\u{FFFE}'), (7, '\u{B}')]);
    }
}
