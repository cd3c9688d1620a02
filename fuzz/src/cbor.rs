//! Oracles of the CBOR reader.

use arbitrary::{Arbitrary, Unstructured};
use etalon::base::{Budget, Span};
use etalon::wire::cbor::{self, Flaw, Item, Node, push_head};

/// Spans nest, what has no fault is written back byte for byte, and two other readers agree.
///
/// # Panics
/// When an oracle is broken.
pub fn any_bytes(data: &[u8]) {
    let tree = cbor::decode(data, &Budget::JUDGE);
    for fault in tree.faults() {
        assert!(fault.span.end as usize <= data.len(), "{:?} lies outside of the input", fault.kind);
    }
    let Some(root) = tree.root() else { return };
    spans_nest(root, Span::new(0, data.len()));
    if tree.faults().is_empty() {
        assert_eq!(root.to_canonical(usize::MAX), data, "strict-accept implies re-encode equals input");
    }
    let ours = tree.is_well_formed() && !tree.faults().iter().any(|fault| fault.kind == Flaw::InvalidUtf8);
    // ciborium takes chunks that have chunks, which RFC 8949 section 3.2.3 forbids, and simple values
    // below 32 in two bytes, which section 3.3 forbids, and stops at another depth than we do.
    let apart =
        |flaw: &Flaw| matches!(flaw, Flaw::ForeignChunk(_) | Flaw::TwoByteSimple(_) | Flaw::OverBudget(_));
    if tree.faults().iter().any(|fault| apart(&fault.kind)) {
        return;
    }
    let mut rest = data;
    let theirs = ciborium::from_reader::<ciborium::Value, _>(&mut rest);
    if theirs.is_ok() && rest.is_empty() {
        assert!(ours, "ciborium reads it, we find {:?}", tree.faults());
    }
    if serde_cbor::from_slice::<serde_cbor::Value>(data).is_ok() {
        assert!(ours, "serde_cbor reads it, we find {:?}", tree.faults());
    }
}

fn spans_nest(root: Node<'_, '_>, outer: Span) {
    let mut open = vec![(root, outer)];
    while let Some((node, outer)) = open.pop() {
        let span = node.span();
        assert!(span.start >= outer.start && span.end <= outer.end, "{span:?} lies outside of {outer:?}");
        open.extend(node.children().map(|child| (child, span)));
    }
}

/// A data item that can be written in canonical form.
#[derive(Debug, Arbitrary)]
enum Plan {
    Unsigned(u64),
    Negative(u64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Plan>),
    Map(Vec<(u64, Plan)>),
    Bool(bool),
    Null,
}

impl Plan {
    fn write(&self, out: &mut Vec<u8>, depth: usize) {
        match self {
            Self::Unsigned(n) => push_head(out, 0, *n),
            Self::Negative(n) => push_head(out, 1, *n),
            Self::Bytes(bytes) => {
                push_head(out, 2, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                push_head(out, 3, text.len() as u64);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Array(_) | Self::Map(_) if depth == 0 => out.push(0xf6),
            Self::Array(items) => {
                push_head(out, 4, items.len() as u64);
                items.iter().for_each(|item| item.write(out, depth - 1));
            }
            Self::Map(pairs) => {
                let ordered: std::collections::BTreeMap<u64, &Self> =
                    pairs.iter().map(|(key, value)| (*key, value)).collect();
                push_head(out, 5, ordered.len() as u64);
                for (key, value) in ordered {
                    push_head(out, 0, key);
                    value.write(out, depth - 1);
                }
            }
            Self::Bool(value) => out.push(0xf4 | u8::from(*value)),
            Self::Null => out.push(0xf6),
        }
    }
}

/// What is written in canonical form reads without a fault, and one changed byte is never read as
/// the same item without one.
///
/// # Panics
/// When an oracle is broken.
pub fn canonical_items(data: &[u8]) {
    let mut source = Unstructured::new(data);
    let Ok((plan, at, mask)) = <(Plan, usize, u8)>::arbitrary(&mut source) else { return };
    let mut bytes = Vec::new();
    plan.write(&mut bytes, 4);
    let tree = cbor::decode(&bytes, &Budget::JUDGE);
    assert!(tree.faults().is_empty(), "{plan:?} is canonical, we find {:?}", tree.faults());
    let root = tree.root().expect("an item was written");
    let before: Vec<Item<'_>> = items(root);
    if mask != 0 {
        let mut changed = bytes.clone();
        let at = at % changed.len();
        changed[at] ^= mask;
        let again = cbor::decode(&changed, &Budget::JUDGE);
        if again.faults().is_empty() {
            let after = items(again.root().expect("read without a fault"));
            assert_ne!(before, after, "two encodings of one item, both canonical");
        }
    }
}

fn items<'a>(root: Node<'_, 'a>) -> Vec<Item<'a>> {
    let mut open = vec![root];
    let mut all = Vec::new();
    while let Some(node) = open.pop() {
        all.push(node.item());
        open.extend(node.children());
    }
    all
}
