//! Changes of texts, byte for byte: nothing outside of the change moves.
//!
//! Each function panics where there is nothing to change: a mutation changes something.

/// One piece of a text replaced by another.
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from) && from != to, "a mutation changes something: {from}");
    text.replacen(from, to, 1)
}

/// The element that starts with `start` and ends with `end`.
pub(crate) fn element<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).expect("it starts");
    let to = text[from..].find(end).expect("it ends") + from + end.len();
    &text[from..to]
}

/// Without the element that starts with `start` and ends with `end`.
pub(crate) fn without(text: &str, start: &str, end: &str) -> String {
    text.replacen(element(text, start, end), "", 1)
}

/// The value of the attribute `name` behind `place` replaced.
pub(crate) fn attribute(text: &str, place: &str, name: &str, value: &str) -> String {
    let start = text.find(place).expect("the place is there");
    let name = format!(" {name}=\"");
    let from = text[start..].find(&name).expect("the attribute is there") + start + name.len();
    let to = text[from..].find('"').expect("its end") + from;
    format!("{}{value}{}", &text[..from], &text[to..])
}

/// The attribute `name` behind `place` left out.
pub(crate) fn without_attribute(text: &str, place: &str, name: &str) -> String {
    let start = text.find(place).expect("the place is there");
    let name = format!(" {name}=\"");
    let from = text[start..].find(&name).expect("the attribute is there") + start;
    let to = text[from + name.len()..].find('"').expect("its end") + from + name.len() + 1;
    format!("{}{}", &text[..from], &text[to..])
}
