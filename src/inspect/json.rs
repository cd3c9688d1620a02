//! JSON, and what its strings carry.

use super::{Node, Room, shown};
use crate::base::Span;
use crate::wire::base64::{self, Form};
use crate::wire::json::{Document, Type, Value};

pub(super) fn tree(bytes: &[u8], room: &mut Room) -> Option<Node> {
    let document = Document::read(bytes, &room.budget);
    Some(node("JSON", document.root()?, room))
}

fn node(label: &str, value: Value<'_>, room: &mut Room) -> Node {
    let what = match value.kind() {
        Type::Null => "null".to_owned(),
        Type::Bool => value.as_bool().unwrap_or_default().to_string(),
        Type::Number => value.as_number().unwrap_or_default().to_owned(),
        Type::String => format!("\"{}\"", shown(value.as_str().unwrap_or_default())),
        Type::Array => format!("array of {}", value.elements().count()),
        Type::Object => format!("object of {}", value.members().count()),
    };
    let mut node = room.node(label, &what, value.span());
    for (name, member) in value.members() {
        if room.is_full() {
            break;
        }
        node.children.push(self::node(name, member, room));
    }
    for (index, element) in value.elements().enumerate() {
        if room.is_full() {
            break;
        }
        node.children.push(self::node(&format!("[{index}]"), element, room));
    }
    node.children.extend(value.as_str().and_then(|text| nested(text, room)));
    node
}

/// What a string carries: base64 of something structured, or a compact JWS.
pub(super) fn nested(text: &str, room: &mut Room) -> Option<Node> {
    const SHORTEST: usize = 12;
    if text.len() < SHORTEST {
        return None;
    }
    if text.starts_with("eyJ") && text.matches('.').count() == 2 {
        return super::jose::tree(text.as_bytes(), room);
    }
    let form = [Form::Url, Form::Standard];
    let decoded =
        form.into_iter().find_map(|form| base64::decode(text.as_bytes(), form, &room.budget).strict())?;
    let mut inner = room.open(&decoded)?;
    inner.label = format!("base64 of {}", inner.label);
    inner.span = Span::new(0, decoded.len());
    Some(inner)
}
