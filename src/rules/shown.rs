//! Texts of an artefact in messages: quoted, escaped, and cut where they are long.

/// How many characters of a text a message shows.
const LONGEST: usize = 80;

/// A text of the artefact as it may stand in a message. Not for secrets.
pub(crate) fn shown(text: &str) -> String {
    // Most texts are short and plain, and escaping goes character by character.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\'' | b'\\');
    if text.len() <= LONGEST && text.bytes().all(is_plain) {
        return ["`", text, "`"].concat();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{more}`", cut.escape_debug())
}
