//! XML, and what its texts carry.

use super::{Node, Room, shown};
use crate::wire::xml::{Document, Element, Encodings, Source};

pub(super) fn tree(bytes: &[u8], room: &mut Room) -> Option<Node> {
    let source = Source::read(bytes, Encodings::Utf8AndUtf16).ok()?;
    let document = Document::parse(&source, &room.budget).ok()?;
    Some(node(document.root(), room))
}

fn node(element: Element<'_>, room: &mut Room) -> Node {
    let text = element.text();
    let what = if element.elements().next().is_some() {
        format!("element in {}", or_none(element.namespace()))
    } else {
        format!("\"{}\"", shown(text.trim()))
    };
    let mut node = room.node(element.name(), &what, element.span());
    for attribute in element.attributes() {
        let value = format!("\"{}\"", shown(&attribute.value()));
        node.children.push(room.node(format!("@{}", attribute.name()), &value, attribute.span()));
    }
    for child in element.elements() {
        if room.is_full() {
            break;
        }
        node.children.push(self::node(child, room));
    }
    if element.elements().next().is_none() {
        let packed: String = text.split_ascii_whitespace().collect();
        node.children.extend(super::json::nested(&packed, room));
    }
    node
}

fn or_none(namespace: &str) -> &str {
    if namespace.is_empty() { "no namespace" } else { namespace }
}
