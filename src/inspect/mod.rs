//! The decoded artefact as a tree, down through nested encodings, with offsets.
//!
//! `etalon inspect` and the workbench show it. The tree follows the encodings alone: a string that
//! is base64 of something structured is opened, whatever the artefact. It says what stands where,
//! and judges nothing.

use serde_json::{Map, Value, json};

use crate::base::{Budget, Kind, Span};
use crate::event::Shown;
use crate::wire::pem;

mod cbor;
mod der;
mod jose;
mod json;
mod xml;

/// How many encodings are opened inside each other.
const MAX_NESTING: usize = 8;
/// How many nodes a tree has; what comes after is left out, and that is said.
const MAX_NODES: usize = 20_000;
/// How many characters of a value are shown.
const MAX_SHOWN: usize = 72;

/// A place of the decoded artefact.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its name where it stands: a member, a label, an index, an element.
    pub label: String,
    /// What it is, and its value where it has one; secrets are masked.
    pub what: Shown,
    /// Its bytes, counted in the encoding that it stands in.
    pub span: Span,
    /// What is inside of it.
    pub children: Vec<Node>,
}

impl Node {
    /// The tree as JSON: `{"label", "what", "span", "children"}`.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("label".into(), self.label.as_str().into());
        object.insert("what".into(), self.what.to_string().into());
        object.insert("span".into(), json!([self.span.start, self.span.end]));
        if !self.children.is_empty() {
            object.insert("children".into(), self.children.iter().map(Self::to_json).collect());
        }
        Value::Object(object)
    }
}

/// What a tree may still grow to.
struct Room {
    nodes: usize,
    nesting: usize,
    budget: Budget,
}

impl Room {
    fn node(&mut self, label: impl Into<String>, what: &str, span: Span) -> Node {
        self.nodes = self.nodes.saturating_sub(1);
        Node { label: label.into(), what: Shown::from(what), span, children: Vec::new() }
    }

    fn is_full(&self) -> bool {
        self.nodes == 0
    }

    /// Opens bytes that stand inside of another encoding, when they are of a known one.
    fn open(&mut self, bytes: &[u8]) -> Option<Node> {
        if self.nesting == 0 || bytes.len() < 4 {
            return None;
        }
        self.nesting -= 1;
        let node = match bytes[0] {
            0x30 | 0x31 | 0x04 | 0x02 | 0x03 if der::is_whole(bytes) => der::tree(bytes, self),
            0xa0..=0xbf => cbor::tree(bytes, self),
            b'{' => json::tree(bytes, self),
            b'<' => xml::tree(bytes, self),
            _ => None,
        };
        self.nesting += 1;
        node
    }
}

/// The tree of `bytes`, which are an artefact of `kind`; nothing when they cannot be decoded at all.
pub fn inspect(kind: Kind, bytes: &[u8]) -> Option<Node> {
    let mut room = Room { nodes: MAX_NODES, nesting: MAX_NESTING, budget: Budget::JUDGE };
    let first = bytes.iter().copied().find(|byte| !byte.is_ascii_whitespace())?;
    match first {
        b'{' | b'[' => json::tree(bytes, &mut room),
        b'<' => xml::tree(bytes, &mut room),
        b'-' => {
            let blocks = pem::blocks(std::str::from_utf8(bytes).ok()?);
            der::tree(&blocks.into_iter().find_map(|block| block.der)?, &mut room)
        }
        0x30 => der::tree(bytes, &mut room),
        b'e' if matches!(kind, Kind::Jws | Kind::AccessToken | Kind::ActorToken) => {
            jose::tree(bytes, &mut room)
        }
        _ if matches!(kind, Kind::Cbor | Kind::AttestationObject) => cbor::tree(bytes, &mut room),
        _ => Some(room.node(kind.name(), &shown(&String::from_utf8_lossy(bytes)), Span::new(0, bytes.len()))),
    }
}

/// A text, cut to what is shown of it.
fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let mut cut: String = characters.by_ref().take(MAX_SHOWN).collect();
    let rest = characters.count();
    if rest > 0 {
        cut.push_str(&format!("… ({rest} more characters)"));
    }
    cut
}

/// Bytes in hexadecimal, cut to what is shown of them.
fn hex(bytes: &[u8]) -> String {
    const MOST: usize = MAX_SHOWN / 2;
    let cut = &bytes[..bytes.len().min(MOST)];
    let text = data_encoding::HEXLOWER.encode(cut);
    match bytes.len() - cut.len() {
        0 => text,
        rest => format!("{text}… ({rest} more bytes)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(node: &Node, depth: usize, into: &mut String) {
        into.push_str(&format!("{}{}: {}\n", "  ".repeat(depth), node.label, &*node.what));
        for child in &node.children {
            outline(child, depth + 1, into);
        }
    }

    fn read(kind: Kind, bytes: &[u8]) -> String {
        let mut text = String::new();
        outline(&inspect(kind, bytes).expect("decoded"), 0, &mut text);
        text
    }

    #[test]
    fn encodings_inside_encodings_are_opened() {
        // CBOR {"a": h'300302012A'} in base64url in JSON.
        let text = read(Kind::Json, br#"{"b":"oWFhRTADAgEq","c":[true]}"#);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_tree_stops_growing() {
        let many = format!("[{}1]", "1,".repeat(3 * MAX_NODES));
        let root = inspect(Kind::Json, many.as_bytes()).expect("decoded");
        assert!(root.children.len() <= MAX_NODES);
    }
}
