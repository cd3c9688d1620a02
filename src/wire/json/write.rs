//! Compact JSON, written member by member. A text that needs no escapes is told in one pass over all of its
//! bytes, which takes a fraction of going through them one by one.

use serde::Serialize;
use serde_json::Value;

/// Appends an object whose members `write` writes.
pub fn object(out: &mut Vec<u8>, write: impl FnOnce(&mut Members<'_>)) {
    out.push(b'{');
    write(&mut Members { out, any: false });
    out.push(b'}');
}

/// The members of an object in the making.
pub struct Members<'o> {
    out: &'o mut Vec<u8>,
    any: bool,
}

impl Members<'_> {
    /// Writes a text.
    pub fn text(&mut self, name: &str, text: &str) {
        push_text(self.named(name), text);
    }

    /// Writes a value.
    pub fn value(&mut self, name: &str, value: &Value) {
        push_value(self.named(name), value);
    }

    /// Writes whatever serialises, as `serde_json` does it.
    pub fn serialized(&mut self, name: &str, value: &impl Serialize) {
        push_serialized(self.named(name), value);
    }

    /// Writes an object.
    pub fn object(&mut self, name: &str, write: impl FnOnce(&mut Members<'_>)) {
        object(self.named(name), write);
    }

    fn named(&mut self, name: &str) -> &mut Vec<u8> {
        if self.any {
            self.out.push(b',');
        }
        self.any = true;
        push_text(self.out, name);
        self.out.push(b':');
        self.out
    }
}

/// Appends a text.
fn push_text(out: &mut Vec<u8>, text: &str) {
    let is_special = |byte: u8| (byte == b'"') | (byte == b'\\') | (byte < 0x20);
    if text.bytes().fold(false, |any, byte| any | is_special(byte)) {
        push_serialized(out, text);
    } else {
        out.reserve(text.len() + 2);
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    }
}

fn push_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) => push_text(out, text),
        Value::Array(items) => push_list(out, items),
        Value::Object(members) => object(out, |to| members.iter().for_each(|(name, it)| to.value(name, it))),
        Value::Null | Value::Bool(_) | Value::Number(_) => push_serialized(out, value),
    }
}

fn push_list(out: &mut Vec<u8>, items: &[Value]) {
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push_value(out, item);
    }
    out.push(b']');
}

fn push_serialized<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("it serialises, and memory takes it");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_written_as_serde_json_writes_them(text in any::<String>()) {
            let mut out = Vec::new();
            push_text(&mut out, &text);
            prop_assert_eq!(out, serde_json::to_vec(&text).unwrap());
        }
    }

    #[test]
    fn members_are_written_as_serde_json_writes_them() {
        let value = json!({"a": [1, "b\n", []], "\"": {}, "c": {"d": null, "e": [true, -1.5]}});
        let mut out = Vec::new();
        object(&mut out, |to| {
            to.value("value", &value);
            to.value("none", &json!([]));
            to.text("text", "é\u{1}");
            to.serialized("span", &[3_u32, 4]);
        });
        let expected = json!({"value": value, "none": [], "text": "é\u{1}", "span": [3, 4]});
        assert_eq!(String::from_utf8(out).unwrap(), expected.to_string());
    }
}
