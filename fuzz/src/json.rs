//! Oracles of the JSON reader.

use etalon::base::{Budget, Span};
use etalon::wire::json::{Document, Value};

/// Spans nest, and what is read without a fault is what serde_json reads.
///
/// # Panics
/// When an oracle is broken.
pub fn any_bytes(data: &[u8]) {
    let document = Document::read(data, &Budget::JUDGE);
    for fault in document.faults() {
        assert!(fault.span.end as usize <= data.len(), "{} lies outside of the input", fault.kind);
    }
    let theirs = serde_json::from_slice::<serde_json::Value>(data);
    if document.faults().is_empty() {
        let root = document.root().expect("read without a fault");
        spans_nest(root, Span::new(0, data.len()));
        // Numbers beyond an f64 are refused by serde_json alone.
        if let Ok(theirs) = &theirs {
            assert!(same(root, theirs), "serde_json reads {theirs}");
        }
    } else if !document.is_well_formed() && document.is_complete() {
        assert!(
            theirs.is_err() || deeper_than_others(data),
            "serde_json reads it, we find {:?}",
            document.faults()
        );
    }
}

/// serde_json and we stop at nearly the same depth, which is no matter of grammar.
fn deeper_than_others(data: &[u8]) -> bool {
    data.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() > 100
}

fn spans_nest(value: Value<'_>, outer: Span) {
    let mut open = vec![(value, outer)];
    while let Some((value, outer)) = open.pop() {
        let span = value.span();
        assert!(span.start >= outer.start && span.end <= outer.end, "{span:?} lies outside of {outer:?}");
        open.extend(value.members().map(|(_, inner)| (inner, span)));
        open.extend(value.elements().map(|inner| (inner, span)));
    }
}

fn same(ours: Value<'_>, theirs: &serde_json::Value) -> bool {
    match theirs {
        serde_json::Value::Null => ours.is_null(),
        serde_json::Value::Bool(value) => ours.as_bool() == Some(*value),
        serde_json::Value::Number(_) => ours.as_number().is_some(),
        serde_json::Value::String(text) => ours.as_str() == Some(text),
        serde_json::Value::Array(all) => {
            ours.elements().count() == all.len() && ours.elements().zip(all).all(|(ours, it)| same(ours, it))
        }
        serde_json::Value::Object(all) => {
            ours.members().count() == all.len()
                && ours.members().all(|(name, value)| all.get(name).is_some_and(|it| same(value, it)))
        }
    }
}
