//! One line of text: what header values and identifiers are.

use std::borrow::Cow;

/// The text of a line. Where the bytes are not UTF-8, each that is not ASCII becomes one DEL, so that
/// spans in the text are spans in the bytes, and no grammar takes it for anything else.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    const DELETE: char = '\x7f';
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { DELETE }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_stays_a_byte() {
        assert_eq!(text("é".as_bytes()), "é");
        assert_eq!(text(b"a\xe9b"), "a\x7fb");
    }
}
