//! A fault: a fact about bytes, without an opinion.

use super::Span;

/// A departure from what an encoding prescribes, where it was met.
///
/// `K` is the encoding's own list of faults; its `Display` says what was expected and what was
/// found. Only a rule turns a fault into a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault<K> {
    /// What is wrong.
    pub kind: K,
    /// Where, in the bytes that were decoded.
    pub span: Span,
    /// Where, in the encoding's own terms: a JSON pointer, a CBOR path, an ASN.1 path, an XPath.
    /// Empty at the root.
    pub at: String,
}

impl<K> Fault<K> {
    /// A fault at `at`, over `span`.
    pub fn new(kind: K, span: Span, at: impl Into<String>) -> Self {
        Self { kind, span, at: at.into() }
    }
}
