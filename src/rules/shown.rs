//! Texts of an artefact in messages: quoted, escaped, and cut where they are long.

/// How many characters of a text a message shows.
const LONGEST: usize = 80;

/// A text of the artefact as it may stand in a message. Not for secrets.
pub(crate) fn shown(text: &str) -> String {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    let (cut, more) = (&text[..end], if end < text.len() { "…" } else { "" });
    // Most texts are plain, and escaping goes character by character.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\'' | b'\\');
    if cut.bytes().all(is_plain) {
        return ["`", cut, more, "`"].concat();
    }
    format!("`{}{more}`", cut.escape_debug())
}
