//! What is compared of a text in a name: RFC 4518, which RFC 5280 7.1 compares names by.
//!
//! Full case folding is told by the standard library's lower case, and by the letters that fold otherwise.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Whether nothing of a text is mapped but its case and its spaces: printable ASCII.
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

/// The text as it is compared: mapped, folded, composed, and with single spaces between its words.
pub(crate) fn prepared(text: &str) -> String {
    let text = if is_plain(text) { text.to_ascii_lowercase() } else { folded(text) };
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn folded(text: &str) -> String {
    let normalizer = ComposingNormalizerBorrowed::new_nfkc();
    let mapped: String = text.chars().filter_map(mapped).collect();
    let mut folded = String::with_capacity(mapped.len());
    for character in normalizer.normalize(&mapped).chars() {
        match character {
            'ß' | 'ẞ' => folded.push_str("ss"),
            'ς' => folded.push('σ'),
            other => folded.extend(other.to_lowercase()),
        }
    }
    normalizer.normalize(&folded).into_owned()
}

/// What a character is mapped to before normalisation (RFC 4518 2.2): spaces of every kind to a space,
/// controls and what is not seen to nothing.
fn mapped(character: char) -> Option<char> {
    match character {
        '\t'..='\r'
        | '\u{85}'
        | '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => Some(' '),
        '\0'..='\u{8}'
        | '\u{e}'..='\u{1f}'
        | '\u{7f}'..='\u{84}'
        | '\u{86}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{1806}'
        | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2063}'
        | '\u{206a}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffc}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0001}'
        | '\u{e0020}'..='\u{e007f}' => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_one_text_to_a_reader_is_one_text() {
        for (one, other) in [
            ("  Some   NAME ", "some name"),
            ("Andr\u{e9}", "ANDRE\u{301}"),
            ("Ａ\u{a0}b\tc", "a b c"),
            ("a\u{ad}b", "ab"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("ﬁn", "fin"),
        ] {
            assert_eq!(prepared(one), prepared(other), "{one:?} {other:?}");
        }
        for (one, other) in [("a b", "ab"), ("é", "e"), ("ø", "o"), ("ı", "i")] {
            assert_ne!(prepared(one), prepared(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn what_was_prepared_stays_as_it_is() {
        for character in '\0'..=char::MAX {
            let once = prepared(&character.to_string());
            assert_eq!(prepared(&once), once, "{character:?}");
        }
    }
}
