//! Texts of an artefact in messages: quoted, escaped, and cut where they are long.

/// How many characters of a text a message shows.
const LONGEST: usize = 80;

/// A text of the artefact as it may stand in a message. Not for secrets.
pub(crate) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{more}`", cut.escape_debug())
}
