//! A compact JWS: its three parts.

use super::{Node, Room, hex};
use crate::base::Span;
use crate::wire::base64::{self, Form};

pub(super) fn tree(bytes: &[u8], room: &mut Room) -> Option<Node> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let mut jws = room.node("compact JWS", "header.payload.signature", Span::new(0, text.len()));
    let mut offset = 0;
    for (label, part) in ["header", "payload", "signature"].into_iter().zip(text.split('.')) {
        let span = Span::new(offset, offset + part.len());
        offset += part.len() + 1;
        let decoded = base64::decode(part.as_bytes(), Form::Url, &room.budget).strict().unwrap_or_default();
        let mut node = match super::json::tree(&decoded, room) {
            Some(node) if label != "signature" => node,
            _ => room.node(label, &format!("{} bytes {}", decoded.len(), hex(&decoded)), span),
        };
        label.clone_into(&mut node.label);
        jws.children.push(node);
    }
    Some(jws)
}
