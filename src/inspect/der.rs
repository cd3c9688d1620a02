//! ASN.1 in BER or DER, and what its octet and bit strings carry.

use super::{Node, Room, hex, shown};
use crate::base::Span;
use crate::wire::der::{self, Class, Oid, Tag, Tree};

/// Whether the bytes are one value, and all of it.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let Ok(header) = der::Header::read(bytes) else { return false };
    header.content.is_some_and(|content| content == (bytes.len() - header.len.min(bytes.len())) as u64)
}

pub(super) fn tree(bytes: &[u8], room: &mut Room) -> Option<Node> {
    let tree = der::walk(bytes, &room.budget);
    if tree.nodes.is_empty() {
        return None;
    }
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); tree.nodes.len()];
    for (index, node) in tree.nodes.iter().enumerate() {
        if let Some(parent) = node.parent {
            children[parent].push(index);
        }
    }
    Some(node("ASN.1".to_owned(), 0, &Walked { bytes, tree: &tree, children: &children }, room))
}

struct Walked<'w> {
    bytes: &'w [u8],
    tree: &'w Tree,
    children: &'w [Vec<usize>],
}

fn node(label: String, at: usize, walked: &Walked<'_>, room: &mut Room) -> Node {
    let value = &walked.tree.nodes[at];
    let content = value.content.of(walked.bytes);
    let inside = &walked.children[at];
    let what = if value.constructed {
        format!("{} of {}", name(value.tag), inside.len())
    } else {
        format!("{} {}", name(value.tag), scalar(value.tag, content))
    };
    let mut node = room.node(label, what.trim_end(), value.span);
    for (index, child) in inside.iter().enumerate() {
        if room.is_full() {
            break;
        }
        node.children.push(self::node(format!("[{index}]"), *child, walked, room));
    }
    if !value.constructed {
        let carried = match value.tag {
            Tag::OCTET_STRING => content,
            Tag::BIT_STRING => content.get(1..).unwrap_or_default(),
            _ => &[],
        };
        if is_whole(carried)
            && let Some(mut inner) = room.open(carried)
        {
            inner.span = Span::new(0, carried.len());
            node.children.push(inner);
        }
    }
    node
}

fn scalar(tag: Tag, content: &[u8]) -> String {
    match tag {
        Tag::OID => Oid::new(content).to_string(),
        Tag::BOOLEAN => (content != [0]).to_string(),
        Tag::INTEGER if content.len() <= 8 => {
            let negative = content.first().is_some_and(|first| first & 0x80 != 0);
            let start = if negative { -1i64 } else { 0 };
            content.iter().fold(start, |sum, byte| (sum << 8) | i64::from(*byte)).to_string()
        }
        Tag::UTF8_STRING
        | Tag::PRINTABLE_STRING
        | Tag::IA5_STRING
        | Tag::TELETEX_STRING
        | Tag::UTC_TIME
        | Tag::GENERALIZED_TIME => format!("\"{}\"", shown(&String::from_utf8_lossy(content))),
        _ => format!("{} bytes {}", content.len(), hex(content)),
    }
}

fn name(tag: Tag) -> String {
    let known = match tag {
        Tag::BOOLEAN => "BOOLEAN",
        Tag::INTEGER => "INTEGER",
        Tag::BIT_STRING => "BIT STRING",
        Tag::OCTET_STRING => "OCTET STRING",
        Tag::NULL => "NULL",
        Tag::OID => "OBJECT IDENTIFIER",
        Tag::ENUMERATED => "ENUMERATED",
        Tag::UTF8_STRING => "UTF8String",
        Tag::SEQUENCE => "SEQUENCE",
        Tag::SET => "SET",
        Tag::PRINTABLE_STRING => "PrintableString",
        Tag::TELETEX_STRING => "TeletexString",
        Tag::IA5_STRING => "IA5String",
        Tag::UTC_TIME => "UTCTime",
        Tag::GENERALIZED_TIME => "GeneralizedTime",
        Tag::UNIVERSAL_STRING => "UniversalString",
        Tag::BMP_STRING => "BMPString",
        other => {
            return match other.class {
                Class::Universal => format!("universal {}", other.number),
                Class::Application => format!("[APPLICATION {}]", other.number),
                Class::Context => format!("[{}]", other.number),
                Class::Private => format!("[PRIVATE {}]", other.number),
            };
        }
    };
    known.to_owned()
}
