//! Laws of the reader, and its agreement with two independent ones.

use ciborium::Value;
use proptest::prelude::*;

use super::*;
use crate::base::{Budget, Limit};

fn read(bytes: &[u8]) -> Tree<'_> {
    decode(bytes, &Budget::JUDGE)
}

fn flaws(hex: &str) -> Vec<(Flaw, String)> {
    let bytes = data_encoding::HEXLOWER.decode(hex.replace(' ', "").as_bytes()).expect("hex");
    read(&bytes).faults().iter().map(|fault| (fault.kind, fault.at.clone())).collect()
}

fn one(hex: &str, flaw: Flaw, at: &str) {
    assert_eq!(flaws(hex), [(flaw, at.to_owned())], "{hex}");
}

#[test]
fn each_departure_has_its_name_and_place() {
    one("", Flaw::Truncated, "");
    one("a1 61 66 19 01", Flaw::Truncated, "f");
    one("82 01", Flaw::LengthBeyondInput { declared: 2, left: 1 }, "");
    one("a1 61 66 44 01", Flaw::LengthBeyondInput { declared: 4, left: 1 }, "f");
    one("9b 4000000000000000", Flaw::LengthBeyondInput { declared: 1 << 62, left: 0 }, "");
    one("bb ffffffffffffffff", Flaw::LengthBeyondInput { declared: u64::MAX, left: 0 }, "");
    one("81 1c", Flaw::ReservedInformation { information: 28, major: 0 }, "[0]");
    one("3f", Flaw::ReservedInformation { information: 31, major: 1 }, "");
    one("f8 18", Flaw::TwoByteSimple(24), "");
    one("81 ff", Flaw::StrayBreak, "[0]");
    assert_eq!(
        flaws("5f 61 61 ff"),
        [(Flaw::IndefiniteLength, String::new()), (Flaw::ForeignChunk("a text string"), "[0]".into())]
    );
    assert_eq!(
        flaws("bf 61 61 ff"),
        [(Flaw::IndefiniteLength, String::new()), (Flaw::KeyWithoutValue, "a".into())]
    );
    one("00 00", Flaw::TrailingBytes(1), "");
    one("81 62 c3 28", Flaw::InvalidUtf8, "[0]");
    one("a2 61 61 01 61 61 02", Flaw::DuplicateKey, "a");
    one("a2 20 01 01 02", Flaw::KeyOrder, "[1]");
    one("a1 01 18 05", Flaw::NonMinimal { what: "integer", value: 5, bytes: 1 }, "[1]");
    one("58 01 00", Flaw::NonMinimal { what: "length", value: 1, bytes: 1 }, "");
    one("9f ff", Flaw::IndefiniteLength, "");
    one("c2 41 01", Flaw::Tagged(2), "");
    one("f9 3c00", Flaw::FloatingPoint, "");
    one("81 81 81 81 80", Flaw::NestedDeeply(5), "[0][0][0][0]");
}

#[test]
fn equal_keys_are_found_whatever_their_length_and_order() {
    // 1, then 2, then 1 again in two bytes.
    let found = flaws("a3 01 00 02 00 18 01 00");
    assert!(found.contains(&(Flaw::DuplicateKey, "[1]".into())), "{found:?}");
}

#[test]
fn nesting_ends_at_the_budget() {
    for byte in [0x81_u8, 0xa1, 0xc0, 0x9f, 0xbf, 0x5f] {
        let bomb = vec![byte; 100_000];
        let tree = read(&bomb);
        let last = tree.faults().last().expect("a fault");
        assert!(
            matches!(last.kind, Flaw::OverBudget(Limit::Depth(_) | Limit::Faults(_))),
            "{byte:02x}: {last:?}"
        );
    }
}

#[test]
fn strings_are_borrowed_and_chunks_joined() {
    let tree = read(&[0x5f, 0x42, 1, 2, 0x41, 3, 0xff]);
    let root = tree.root().expect("an item");
    assert_eq!(root.bytes().expect("bytes"), [1, 2, 3].as_slice());
    assert_eq!(root.span(), Span::new(0, 7));
}

#[test]
fn a_path_leads_to_its_node() {
    // {"attStmt": {"x5c": [h'', h'00']}}
    let bytes = b"\xa1\x67attStmt\xa1\x63x5c\x82\x40\x41\x00";
    let tree = read(bytes);
    let node = tree.root().and_then(|root| root.member("attStmt")?.member("x5c")?.elements().nth(1));
    assert_eq!(node.expect("the second certificate").path(), "attStmt.x5c[1]");
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|n| Value::Integer(n.into())),
        any::<u64>().prop_map(|n| Value::Integer(n.into())),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        "\\PC{0,12}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Float),
        Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::vec((inner.clone(), inner.clone()), 0..6).prop_map(Value::Map),
            (any::<u64>(), inner).prop_map(|(tag, value)| Value::Tag(tag, Box::new(value))),
        ]
    })
}

fn same(node: Node<'_, '_>, value: &Value) -> bool {
    match (node.item(), value) {
        (Item::Unsigned(n), Value::Integer(i)) => i128::from(*i) == i128::from(n),
        (Item::Negative(n), Value::Integer(i)) => i128::from(*i) == -1 - i128::from(n),
        (Item::Bytes(_) | Item::ByteChunks, Value::Bytes(b)) => node.bytes().as_deref() == Some(b),
        (Item::Text(t), Value::Text(other)) => t == other,
        (Item::TextChunks, Value::Text(other)) => {
            node.children().filter_map(Node::text).collect::<String>() == *other
        }
        (Item::Bool(b), Value::Bool(other)) => b == *other,
        (Item::Float(f), Value::Float(other)) => {
            f.to_bits() == other.to_bits() || f.is_nan() && other.is_nan()
        }
        (Item::Null | Item::Undefined, Value::Null) => true,
        (Item::Array, Value::Array(all)) => {
            node.elements().count() == all.len() && node.elements().zip(all).all(|(n, v)| same(n, v))
        }
        (Item::Map, Value::Map(all)) => {
            node.pairs().count() == all.len()
                && node.pairs().zip(all).all(|((k, v), (key, value))| same(k, key) && same(v, value))
        }
        (Item::Tag(tag), Value::Tag(other, inner)) => {
            tag == *other && node.children().next().is_some_and(|n| same(n, inner))
        }
        _ => false,
    }
}

/// What the other readers do not take although it is well-formed: simple values without a meaning,
/// and nesting beyond their own limits.
fn beyond_others(node: Node<'_, '_>, depth: usize) -> bool {
    depth > 60
        || matches!(node.item(), Item::Simple(_) | Item::Undefined)
        || node.children().any(|child| beyond_others(child, depth + 1))
}

fn agree(bytes: &[u8]) -> Result<(), TestCaseError> {
    let tree = read(bytes);
    for fault in tree.faults() {
        prop_assert!(fault.span.range().end <= bytes.len(), "span outside: {fault:?}");
    }
    let ours = tree.is_well_formed() && !tree.faults().iter().any(|f| f.kind == Flaw::InvalidUtf8);
    let mut rest = bytes;
    let theirs = ciborium::from_reader::<Value, _>(&mut rest).ok().filter(|_| rest.is_empty());
    let old = serde_cbor::from_slice::<serde_cbor::Value>(bytes);
    if let Some(theirs) = &theirs {
        prop_assert!(ours, "ciborium reads {theirs:?}, we find {:?}", tree.faults());
        // ciborium reads what tags 2 and 3 hold as an integer.
        if !tree.faults().iter().any(|fault| matches!(fault.kind, Flaw::Tagged(_))) {
            prop_assert!(tree.root().is_some_and(|root| same(root, theirs)), "{theirs:?}");
        }
    }
    if old.is_ok() {
        prop_assert!(ours, "serde_cbor reads it, we find {:?}", tree.faults());
    }
    if ours && !tree.root().is_some_and(|root| beyond_others(root, 0)) {
        prop_assert!(theirs.is_some(), "we read it, ciborium does not");
        prop_assert!(old.is_ok(), "we read it, serde_cbor does not: {old:?}");
    }
    if let Some(root) = tree.root().filter(|_| tree.faults().is_empty()) {
        prop_assert_eq!(root.to_canonical(usize::MAX), bytes);
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_another_writes_is_read_as_it_was_meant(value in value()) {
        let mut bytes = Vec::new();
        ciborium::into_writer(&value, &mut bytes).expect("written");
        let tree = read(&bytes);
        prop_assert!(tree.is_well_formed(), "{:?}", tree.faults());
        prop_assert!(same(tree.root().expect("an item"), &value));
        let again = tree.root().expect("an item").to_canonical(64);
        prop_assert!(read(&again).is_well_formed());
    }

    #[test]
    fn three_readers_agree_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
        agree(&bytes)?;
    }

    #[test]
    fn three_readers_agree_on_damaged_items(
        value in value(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = Vec::new();
        ciborium::into_writer(&value, &mut bytes).expect("written");
        let at = place.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        agree(&bytes)?;
    }
}
