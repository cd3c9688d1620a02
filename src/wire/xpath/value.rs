//! The four types of XPath 1.0, and how each becomes another (section 4).

use super::tree::{Item, Tree};

#[derive(Debug, Clone)]
pub(super) enum Value {
    /// In document order, without duplicates.
    Nodes(Vec<Item>),
    Text(String),
    Number(f64),
    Boolean(bool),
}

impl Value {
    pub(super) fn truth(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => truth_of(*number),
            Self::Boolean(truth) => *truth,
        }
    }

    pub(super) fn text(&self, tree: Tree<'_>) -> String {
        match self {
            Self::Nodes(nodes) => nodes.first().map(|item| tree.text(*item)).unwrap_or_default(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => text_of(*number),
            Self::Boolean(truth) => truth.to_string(),
        }
    }

    pub(super) fn number(&self, tree: Tree<'_>) -> f64 {
        match self {
            Self::Nodes(_) => number_of(&self.text(tree)),
            Self::Text(text) => number_of(text),
            Self::Number(number) => *number,
            Self::Boolean(truth) => f64::from(u8::from(*truth)),
        }
    }
}

pub(super) fn truth_of(number: f64) -> bool {
    number != 0.0 && !number.is_nan()
}

pub(super) fn text_of(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if number == 0.0 {
        "0".to_owned()
    } else {
        number.to_string()
    }
}

/// A number as XPath writes one: no exponent, no plus sign.
pub(super) fn number_of(text: &str) -> f64 {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let well_formed =
        digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && digits.bytes().any(|b| b.is_ascii_digit());
    if well_formed { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}
