//! Oracles of the walk over BER and DER.

use etalon::base::Budget;
use etalon::wire::der::{Class, Node, Tag, Tree, Writer, to_der, walk};

/// Deeper trees are not written again as BER, which nests one level more.
const DEEP: usize = 100;
/// How long a chunk of a string is when it is written as BER.
const CHUNK: usize = 7;

/// Spans nest; what is read without a fault is written back byte for byte; written as BER, in indefinite
/// lengths and chunks, it is read as the same values, and put into DER it is the input again. What is put
/// into DER stays as it is when that is done again.
///
/// # Panics
/// When an oracle is broken.
pub fn any_bytes(data: &[u8]) {
    let tree = walk(data, &Budget::JUDGE);
    for fault in &tree.faults {
        assert!(fault.span.end as usize <= data.len(), "{} lies outside of the input", fault.kind);
    }
    for node in &tree.nodes {
        let (span, content) = (node.span, node.content);
        assert!(span.start <= content.start && content.end <= span.end, "{span:?} is not around {content:?}");
        assert!(span.end as usize <= data.len(), "{span:?} lies outside of the input");
        if let Some(parent) = node.parent {
            let outer = tree.nodes[parent].content;
            assert!(outer.start <= span.start && span.end <= outer.end, "{span:?} lies outside of {outer:?}");
        }
    }
    if let Some(der) = to_der(data, &Budget::JUDGE) {
        assert_eq!(to_der(&der, &Budget::JUDGE).as_ref(), Some(&der), "DER is put into DER as it is");
    }
    if !tree.complete || !tree.faults.is_empty() {
        return;
    }
    assert_eq!(to_der(data, &Budget::JUDGE).as_deref(), Some(data), "what is DER stays as it is");
    assert_eq!(written(&tree, data, definite), data, "strict-accept implies re-encode equals input");
    if tree.nodes.iter().all(|node| node.depth < DEEP) {
        let ber = in_ber(&tree, data);
        assert_eq!(to_der(&ber, &Budget::JUDGE).as_deref(), Some(data), "BER has one DER");
        let again = walk(&ber, &Budget::JUDGE);
        assert!(again.complete, "BER is read to its end: {:?}", again.faults);
        assert!(
            again.faults.iter().all(|fault| fault.kind.is_ber()),
            "BER and nothing worse: {:?}",
            again.faults
        );
        assert_eq!(values(&again, &ber), values(&tree, data), "the same values in DER and in BER");
    }
}

/// The same values in BER: every length indefinite that may be, every OCTET STRING in chunks.
pub(super) fn in_ber(tree: &Tree, data: &[u8]) -> Vec<u8> {
    written(tree, data, indefinite)
}

/// Writes the tree again, each value with `write`.
fn written(tree: &Tree, data: &[u8], write: fn(&Node, &[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut contents: Vec<Vec<Vec<u8>>> = vec![Vec::new(); tree.nodes.len()];
    let mut whole = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate().rev() {
        let content = if node.constructed {
            contents[at].drain(..).rev().collect::<Vec<_>>().concat()
        } else {
            data[node.content.range()].to_vec()
        };
        let value = write(node, &content);
        match node.parent {
            Some(parent) => contents[parent].push(value),
            None => whole = value,
        }
    }
    whole
}

fn definite(node: &Node, content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    if node.constructed {
        writer.constructed(node.tag, |inner| _ = inner.raw(content));
    } else {
        writer.primitive(node.tag, content);
    }
    writer.finish()
}

fn indefinite(node: &Node, content: &[u8]) -> Vec<u8> {
    let chunked = node.tag == Tag::OCTET_STRING && !node.constructed && content.len() > CHUNK;
    if !node.constructed && !chunked {
        return definite(node, content);
    }
    let mut writer = Writer::new();
    writer.constructed(node.tag, |_| ());
    let mut value = writer.finish();
    // The length of nothing makes way for the indefinite one.
    *value.last_mut().expect("a header was written") = 0x80;
    if chunked {
        let mut chunks = Writer::new();
        content.chunks(CHUNK).for_each(|chunk| _ = chunks.primitive(Tag::OCTET_STRING, chunk));
        value.extend(chunks.finish());
    } else {
        value.extend(content);
    }
    value.extend([0, 0]);
    value
}

/// Tag, depth and content of every value; chunks of a string are one.
fn values(tree: &Tree, data: &[u8]) -> Vec<(Tag, usize, Vec<u8>)> {
    let is_string = |node: &Node| node.tag.class == Class::Universal && node.tag == Tag::OCTET_STRING;
    let mut values: Vec<(Tag, usize, Vec<u8>)> = Vec::new();
    for node in &tree.nodes {
        let content = if node.constructed { &[] } else { &data[node.content.range()] };
        let outer = node.parent.map(|parent| &tree.nodes[parent]);
        if outer.is_some_and(is_string) {
            values.last_mut().expect("the string stands before its chunks").2.extend(content);
        } else {
            values.push((node.tag, node.depth, content.to_vec()));
        }
    }
    values
}
