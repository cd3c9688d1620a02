//! Oracles of the strict base64 reader.

use etalon::base::Budget;
use etalon::wire::base64::{self, Form};

/// What is read without a fault is written back as it was: one text, one meaning.
///
/// # Panics
/// When an oracle is broken.
pub fn any_bytes(data: &[u8]) {
    for form in [Form::Standard, Form::Url] {
        let decoded = base64::decode(data, form, &Budget::JUDGE);
        for fault in &decoded.faults {
            assert!(fault.span.end as usize <= data.len(), "{} lies outside of the input", fault.kind);
        }
        if let Some(bytes) = decoded.strict() {
            assert_eq!(
                base64::encode(&bytes, form).as_bytes(),
                data,
                "strict-accept implies re-encode equals input"
            );
        }
        let text = base64::encode(data, form);
        let back = base64::decode(text.as_bytes(), form, &Budget::JUDGE).strict();
        assert_eq!(back.as_deref(), Some(data), "what is written reads back");
    }
}
