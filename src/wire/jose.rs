//! The compact serialization of RFC 7515: three parts of base64url between two dots.
//!
//! This module knows where the parts stand and what they decode to, not what a header means.

use std::fmt;

use super::base64::{self, Base64Fault, Form};
use crate::base::{Budget, Fault, Span, SpanMap};

/// A text in compact serialization.
#[derive(Debug)]
pub struct Compact<'a> {
    text: &'a [u8],
    parts: Vec<Span>,
    header: Part,
    payload: Part,
    signature: Part,
}

/// One of the three parts.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Where its text stands.
    pub span: Span,
    /// The bytes that it encodes, as far as they can be told.
    pub bytes: Option<Vec<u8>>,
    /// How it departs from base64url: the first fault of each kind.
    pub faults: Vec<Fault<Base64Fault>>,
}

impl Part {
    /// The bytes, or none.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_default()
    }

    /// How ranges of the bytes map to the text.
    pub fn map(&self) -> SpanMap {
        if self.faults.is_empty() {
            SpanMap::Base64(self.span.start, self.span.end)
        } else {
            SpanMap::Within(self.span)
        }
    }
}

/// Another serialization than the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCompact {
    /// Nothing is there.
    Empty,
    /// A JSON object: the general or flattened serialization.
    Json,
    /// Five parts: encrypted, not signed.
    Encrypted,
    /// Another number of parts.
    Parts(usize),
}

impl fmt::Display for NotCompact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected three parts between two dots, found ")?;
        match self {
            Self::Empty => f.write_str("nothing"),
            Self::Json => f.write_str("a JSON object: another serialization"),
            Self::Encrypted => f.write_str("five: a JWE, which is encrypted rather than signed"),
            Self::Parts(n) => write!(f, "{n}"),
        }
    }
}

impl<'a> Compact<'a> {
    /// Takes a text apart at its dots, whatever their number.
    pub fn read(text: &'a [u8], budget: &Budget) -> Self {
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b'.').take(budget.members) {
            parts.push(Span::new(start, at));
            start = at + 1;
        }
        parts.push(Span::new(start, text.len()));
        let part = |index: usize| {
            let Some(span) = parts.get(index).copied().filter(|_| parts.len() == 3) else {
                return Part::default();
            };
            let decoded = base64::decode(span.of(text), Form::Url, budget);
            let faults = decoded
                .distinct_faults()
                .into_iter()
                .map(|fault| Fault { span: fault.span.shifted(span.start), ..fault.clone() })
                .collect();
            Part { span, bytes: decoded.bytes, faults }
        };
        Self { text, header: part(0), payload: part(1), signature: part(2), parts }
    }

    /// Why it is no compact JWS, when it is none.
    pub fn departure(&self) -> Option<NotCompact> {
        let first = self.text.iter().find(|byte| !byte.is_ascii_whitespace());
        match (first, self.parts.len()) {
            (None, _) => Some(NotCompact::Empty),
            (Some(b'{'), _) => Some(NotCompact::Json),
            (_, 3) => None,
            (_, 5) => Some(NotCompact::Encrypted),
            (_, count) => Some(NotCompact::Parts(count)),
        }
    }

    /// The JOSE header.
    pub fn header(&self) -> &Part {
        &self.header
    }

    /// The payload.
    pub fn payload(&self) -> &Part {
        &self.payload
    }

    /// The payload as it stands in the text, which is the payload itself where it is not encoded (RFC 7797,
    /// 5.2).
    pub fn payload_text(&self) -> &'a [u8] {
        self.payload.span.of(self.text)
    }

    /// The signature.
    pub fn signature(&self) -> &Part {
        &self.signature
    }

    /// The parts by name.
    pub fn named_parts(&self) -> [(&'static str, &Part); 3] {
        [("header", &self.header), ("payload", &self.payload), ("signature", &self.signature)]
    }

    /// What is signed: the first two parts as they stand, with the dot.
    pub fn signing_input(&self) -> &'a [u8] {
        Span { start: 0, end: self.payload.span.end }.of(self.text)
    }

    /// The whole text.
    pub fn span(&self) -> Span {
        Span::new(0, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_parts_stand_where_they_stand() {
        let compact = Compact::read(b"e30.YWJj.AA", &Budget::JUDGE);
        assert_eq!(compact.departure(), None);
        assert_eq!(compact.header().bytes(), b"{}");
        assert_eq!((compact.payload().span, compact.payload().bytes()), (Span::new(4, 8), &b"abc"[..]));
        assert_eq!(compact.signing_input(), b"e30.YWJj");
        assert_eq!(compact.payload().map().outer(Span::new(0, 3)), Span::new(4, 8));
    }

    #[test]
    fn other_serializations_are_told() {
        let departure = |text: &str| Compact::read(text.as_bytes(), &Budget::JUDGE).departure();
        assert_eq!(departure(" "), Some(NotCompact::Empty));
        assert_eq!(departure("{\"payload\":\"\"}"), Some(NotCompact::Json));
        assert_eq!(departure("a.b.c.d.e"), Some(NotCompact::Encrypted));
        assert_eq!(departure("a.b"), Some(NotCompact::Parts(2)));
        assert_eq!(departure(".."), None);
    }

    proptest! {
        #[test]
        fn parts_without_fault_encode_back_to_the_text(text in "[A-Za-z0-9_=+-]{0,8}(\\.[A-Za-z0-9_-]{0,8}){0,4}") {
            let compact = Compact::read(text.as_bytes(), &Budget::JUDGE);
            if compact.departure().is_none() && compact.named_parts().iter().all(|(_, part)| part.faults.is_empty()) {
                let again: Vec<String> = compact
                    .named_parts()
                    .iter()
                    .map(|(_, part)| base64::encode(part.bytes(), Form::Url))
                    .collect();
                prop_assert_eq!(again.join("."), text);
            }
        }
    }
}
