//! Fast searches in bytes, eight at a time, and the classes of characters that XML knows.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first place from `from` on where one of `needles` stands, or the length.
pub(crate) fn find<const N: usize>(bytes: &[u8], from: usize, needles: [u8; N]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let (words, tail) = rest.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let mut hits = 0;
        for needle in needles {
            let zeroed = word ^ (LOW * u64::from(needle));
            hits |= zeroed.wrapping_sub(LOW) & !zeroed & HIGH;
        }
        // Above the lowest hit a borrow can fake another; the lowest one is always real.
        if hits != 0 {
            return from + index * 8 + hits.trailing_zeros() as usize / 8;
        }
    }
    let done = bytes.len() - tail.len();
    tail.iter().position(|b| needles.contains(b)).map_or(bytes.len(), |at| done + at)
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

const ASCII_NAME: [bool; 128] = {
    let mut table = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = is_name_char(byte as u8 as char);
        byte += 1;
    }
    table
};

/// Where the name that starts at `from` ends; `from` itself when none starts there.
pub(super) fn name_end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let first = text.get(from..).and_then(|rest| rest.chars().next());
    if !first.is_some_and(is_name_start) {
        return from;
    }
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        if byte < 128 {
            if !ASCII_NAME[byte as usize] {
                break;
            }
            at += 1;
        } else {
            match text[at..].chars().next() {
                Some(c) if is_name_char(c) => at += c.len_utf8(),
                _ => break,
            }
        }
    }
    at
}

/// Whether a name without colons may start with what `text` starts with.
pub(super) fn starts_name(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c != ':' && is_name_start(c))
}

/// Every place of a character that XML does not allow anywhere.
pub(super) fn forbidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    let bytes = text.as_bytes();
    // Without a branch, so that the compiler compares many bytes at once.
    let suspicious = bytes
        .iter()
        .fold(false, |bad, &b| bad | ((b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r')) | (b == 0xEF));
    let searched = if suspicious { text } else { "" };
    searched.char_indices().filter(|(_, c)| !is_char(*c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_search_finds_what_a_plain_loop_finds(bytes in proptest::collection::vec(0u8..6, 0..40), from in 0usize..45) {
            let plain = (from.min(bytes.len())..bytes.len()).find(|&i| bytes[i] == 1 || bytes[i] == 3);
            let from = from.min(bytes.len());
            prop_assert_eq!(find(&bytes, from, [1, 3]), plain.unwrap_or(bytes.len()));
        }
    }

    #[test]
    fn noncharacters_are_found_among_their_neighbours() {
        let text = "a\u{FFFD}\u{FFFE}\u{B}\u{FEFF}";
        assert_eq!(forbidden(text).collect::<Vec<_>>(), [(4, '\u{FFFE}'), (7, '\u{B}')]);
    }
}
