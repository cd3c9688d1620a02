//! What raw text stands for: references replaced, line ends and attribute white space normalised.
//!
//! The raw text comes out of a document that is well-formed: every reference in it is a good one.

use std::borrow::Cow;

use super::scan::find;

/// Where raw text stands: what normalisation it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Character data: references are replaced and line ends normalised.
    Content,
    /// An attribute value: as content, then white space becomes spaces.
    Attribute,
    /// CDATA, a comment or a processing instruction: line ends alone are normalised.
    Verbatim,
}

/// What raw character data stands for.
pub(crate) fn content(raw: &str) -> Cow<'_, str> {
    value(raw, Place::Content)
}

/// The value that `raw` stands for.
pub(crate) fn value(raw: &str, place: Place) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let mut at = next_special(bytes, 0, place);
    if at == bytes.len() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut done = 0;
    while at < bytes.len() {
        out.push_str(&raw[done..at]);
        let (c, length) = special(&raw[at..], place);
        out.push(c);
        done = at + length;
        at = next_special(bytes, done, place);
    }
    out.push_str(&raw[done..]);
    Cow::Owned(out)
}

fn next_special(bytes: &[u8], from: usize, place: Place) -> usize {
    match place {
        Place::Content => find(bytes, from, [b'&', b'\r']),
        Place::Attribute => find(bytes, from, [b'&', b'\r', b'\n', b'\t']),
        Place::Verbatim => find(bytes, from, [b'\r']),
    }
}

/// The character that `raw` starts with a notation of, and how many bytes the notation takes.
pub(crate) fn special(raw: &str, place: Place) -> (char, usize) {
    let bytes = raw.as_bytes();
    let line_end = if place == Place::Attribute { ' ' } else { '\n' };
    match bytes[0] {
        b'\r' if bytes.get(1) == Some(&b'\n') => (line_end, 2),
        b'\r' => (line_end, 1),
        b'\n' | b'\t' if place == Place::Attribute => (' ', 1),
        b'&' if place != Place::Verbatim => {
            let end = bytes.iter().position(|byte| *byte == b';').unwrap_or(bytes.len());
            let c = reference(&raw[1..end]).expect("references of a well-formed document are good");
            (c, end + 1)
        }
        _ => {
            let c = raw.chars().next().unwrap_or_default();
            (c, c.len_utf8().max(1))
        }
    }
}

/// The character that the reference `&body;` stands for.
pub(super) fn reference(body: &str) -> Option<char> {
    match body.as_bytes() {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        [b'#', b'x', digits @ ..] => numbered::<16>(digits),
        [b'#', digits @ ..] => numbered::<10>(digits),
        _ => None,
    }
}

/// The character with this number. Without a digit it is U+0000, which XML does not allow.
fn numbered<const RADIX: u32>(digits: &[u8]) -> Option<char> {
    // `from_str_radix` would take a sign, too.
    let code = digits.iter().try_fold(0_u32, |code, digit| {
        Some(code.saturating_mul(RADIX).saturating_add(char::from(*digit).to_digit(RADIX)?))
    })?;
    char::from_u32(code).filter(|c| super::scan::is_char(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_normalises_what_xml_says() {
        let raw = "a\r\nb\rc\td&#13;&#10;&#9;&amp;lt;";
        assert_eq!(value(raw, Place::Content), "a\nb\nc\td\r\n\t&lt;");
        assert_eq!(value(raw, Place::Attribute), "a b c d\r\n\t&lt;");
        assert_eq!(value("a\r\n&amp;", Place::Verbatim), "a\n&amp;");
    }

    #[test]
    fn a_reference_is_read_as_the_grammar_has_it() {
        assert_eq!(reference("#x41"), Some('A'));
        for bad in ["#", "#x", "#+65", "#X41", "#xD800", "#0", "#11", "#xFFFF", "#4294967361", "AMP", ""] {
            assert_eq!(reference(bad), None, "{bad}");
        }
    }
}
