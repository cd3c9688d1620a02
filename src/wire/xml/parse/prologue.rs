//! What may stand before the root element: the XML declaration, and a document type declaration, which
//! is skipped.

use super::{Parser, Step};
use crate::wire::xml::XmlFault;
use crate::wire::xml::scan::{find, find_text};
use crate::wire::xml::source::UTF_8;

impl<'a> Parser<'a> {
    /// `<?xml version="1.0" encoding="…" standalone="…"?>`
    pub(super) fn declaration(&mut self, actual: &'static str, declared: &mut Option<&'a str>) -> Step {
        /// As nearly everybody writes it.
        const USUAL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
        let start = self.at;
        if actual == UTF_8 && self.looking_at(USUAL) {
            self.at += USUAL.len();
            *declared = Some(UTF_8);
            return Ok(());
        }
        let Some(end) = find_text(self.text, start, "?>") else {
            return self.stop(XmlFault::MarkupUnclosed("the XML declaration"), start, self.bytes.len());
        };
        self.at = end + 2;
        let body = &self.text[start + 5..end];
        let Some([version, encoding]) = pseudo_attributes(body) else {
            return self.fault(XmlFault::DeclarationMalformed, start, end + 2);
        };
        if version != Some("1.0") {
            let found = version.unwrap_or_default().to_owned();
            self.fault(XmlFault::VersionNotRead(found), start, end + 2)?;
        }
        *declared = encoding;
        let Some(name) = encoding else { return Ok(()) };
        if name.eq_ignore_ascii_case(actual) {
            return Ok(());
        }
        let upper = name.to_ascii_uppercase();
        // In these every ASCII text has the bytes that it has in UTF-8.
        let extends_ascii =
            upper == "US-ASCII" || upper.starts_with("ISO-8859-") || upper.starts_with("WINDOWS-125");
        if actual == "UTF-8" && extends_ascii {
            return match self.bytes.iter().position(|b| !b.is_ascii()) {
                None => Ok(()),
                Some(_) => self.fault(XmlFault::EncodingNotRead(name.to_owned()), start, end + 2),
            };
        }
        let known = ["UTF-8", "UTF-16"].iter().any(|known| name.eq_ignore_ascii_case(known));
        let kind = if known {
            XmlFault::EncodingContradicted { declared: name.to_owned(), actual }
        } else {
            XmlFault::EncodingNotRead(name.to_owned())
        };
        self.fault(kind, start, end + 2)
    }

    /// Skips a document type declaration: nothing in it is acted upon.
    pub(super) fn doctype(&mut self) -> Step {
        let start = self.at;
        let mut at = start + "<!DOCTYPE".len();
        let mut nested = 0usize;
        loop {
            at = find(self.bytes, at, [b'<', b'>', b'"', b'\'', b'[', b']']);
            match self.bytes.get(at) {
                None => {
                    return self.stop(
                        XmlFault::MarkupUnclosed("a document type declaration"),
                        start,
                        self.bytes.len(),
                    );
                }
                Some(quote @ (b'"' | b'\'')) => at = find(self.bytes, at + 1, [*quote]),
                Some(b'<') if self.bytes[at..].starts_with(b"<!--") => {
                    at = find_text(self.text, at + 4, "-->").map_or(self.bytes.len(), |end| end + 2);
                }
                Some(b'<') if self.bytes[at..].starts_with(b"<?") => {
                    at = find_text(self.text, at + 2, "?>").map_or(self.bytes.len(), |end| end + 1);
                }
                Some(b'<' | b'[') => nested += 1,
                Some(b'>') if nested == 0 => break,
                Some(_) => nested = nested.saturating_sub(1),
            }
            at += 1;
        }
        self.at = at + 1;
        self.fault(XmlFault::DoctypeDeclared, start, at + 1)
    }
}

/// The version and the encoding that the body of an XML declaration names, or nothing where its
/// grammar is not met.
fn pseudo_attributes(body: &str) -> Option<[Option<&str>; 2]> {
    let mut rest = body;
    let mut found: [Option<&str>; 3] = [None; 3];
    let mut next = 0;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if trimmed.is_empty() {
            break;
        }
        if trimmed.len() == rest.len() {
            return None;
        }
        let (name, after) = trimmed.split_once('=')?;
        let name = name.trim_end_matches([' ', '\t', '\r', '\n']);
        let index = ["version", "encoding", "standalone"].iter().position(|known| *known == name)?;
        if index < next {
            return None;
        }
        next = index + 1;
        let after = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, left) = after[1..].split_once(quote)?;
        found[index] = Some(value);
        rest = left;
    }
    let [version, encoding, standalone] = found;
    let starts_with_letter = |name: &str| name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if version.is_none()
        || encoding.is_some_and(|name| !starts_with_letter(name) || !plain(name))
        || standalone.is_some_and(|value| value != "yes" && value != "no")
    {
        return None;
    }
    Some([version, encoding])
}
