//! Text as it stands in XML: what every maker writes its content and its attributes with.

use std::fmt::Write as _;

/// `text` for content, or for an attribute between double quotes. A line break stays what it is where
/// a reader would normalise it. What XML 1.0 cannot hold at all becomes U+FFFD.
pub(in crate::forge) fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\t' | '\n' | '\r' => _ = write!(written, "&#{};", u32::from(c)),
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => written.push(char::REPLACEMENT_CHARACTER),
            _ => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in any::<String>()) {
            let written = format!("<a b=\"{0}\">{0}</a>", escaped(&text));
            let read = roxmltree::Document::parse(&written).expect("well-formed");
            let held = text.replace(|c| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'), "\u{fffd}");
            prop_assert_eq!(read.root_element().text().unwrap_or_default(), &held);
            prop_assert_eq!(read.root_element().attribute("b"), Some(held.as_str()));
        }
    }
}
