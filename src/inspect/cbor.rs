//! CBOR, and what its byte strings carry.

use super::{Node, Room, hex, shown};
use crate::wire::cbor::{self, Item};

pub(super) fn tree(bytes: &[u8], room: &mut Room) -> Option<Node> {
    let tree = cbor::decode(bytes, &room.budget);
    let root = tree.root()?;
    Some(node("CBOR".to_owned(), root, room))
}

fn node(label: String, item: cbor::Node<'_, '_>, room: &mut Room) -> Node {
    let what = match item.item() {
        Item::Bytes(bytes) => format!("{} bytes {}", bytes.len(), hex(bytes)),
        Item::Map => format!("map of {}", item.pairs().count()),
        Item::Array => format!("array of {}", item.elements().count()),
        Item::Tag(number) => format!("tag {number}"),
        other => scalar(item).unwrap_or_else(|| other.name().to_owned()),
    };
    let mut node = room.node(label, &what, item.span());
    if matches!(item.item(), Item::Map) {
        for (key, value) in item.pairs() {
            if room.is_full() {
                break;
            }
            let name = scalar(key).unwrap_or_else(|| key.item().name().to_owned());
            node.children.push(self::node(name, value, room));
        }
    } else {
        for (index, child) in item.children().enumerate() {
            if room.is_full() {
                break;
            }
            node.children.push(self::node(format!("[{index}]"), child, room));
        }
    }
    if let Item::Bytes(bytes) = item.item() {
        node.children.extend(room.open(bytes));
    }
    node
}

fn scalar(item: cbor::Node<'_, '_>) -> Option<String> {
    match item.item() {
        Item::Text(text) => Some(shown(text)),
        Item::Bool(value) => Some(value.to_string()),
        Item::Null => Some("null".to_owned()),
        Item::Float(value) => Some(value.to_string()),
        _ => item.integer().map(|integer| integer.to_string()),
    }
}
