//! Paths: how a place in CBOR is named, `attStmt.x5c[0]`.

use std::fmt::Write as _;

use super::{Item, Node};

/// How many steps a path has before it is cut.
pub(super) const LONGEST_PATH: usize = 16;

/// How many characters of a key stand in a path.
const LONGEST_KEY: usize = 40;

impl Node<'_, '_> {
    /// The path from the root to here; empty at the root.
    pub fn path(self) -> String {
        let mut path = String::new();
        let mut at = Node { tree: self.tree, index: 0 };
        while at.index != self.index {
            let (mut key, mut found) = (None, None);
            for (position, child) in at.children().enumerate() {
                let is_key = matches!(at.item(), Item::Map) && position % 2 == 0;
                if is_key {
                    key = Some(child);
                }
                if child.index <= self.index && self.index < child.entry().after {
                    found = Some((position, child));
                    break;
                }
            }
            let Some((position, child)) = found else { break };
            match (at.item(), key) {
                (Item::Map, Some(key)) => push_key(&mut path, key.item()),
                (Item::Tag(_), _) => {}
                _ => push_index(&mut path, position as u64),
            }
            at = child;
        }
        path
    }
}

/// Adds the step to an element.
pub(super) fn push_index(path: &mut String, index: u64) {
    let _ = write!(path, "[{index}]");
}

/// Adds the step to the value of a key.
pub(super) fn push_key(path: &mut String, key: Item<'_>) {
    match key {
        Item::Text(name) if is_name(name) => {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        }
        Item::Text(name) => {
            let short: String = name.chars().take(LONGEST_KEY).collect();
            let _ = write!(path, "[\"{}\"]", short.escape_debug());
        }
        Item::Unsigned(n) => {
            let _ = write!(path, "[{n}]");
        }
        Item::Negative(n) => {
            let _ = write!(path, "[{}]", -1 - i128::from(n));
        }
        other => {
            let _ = write!(path, "[{}]", other.name());
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_KEY
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
