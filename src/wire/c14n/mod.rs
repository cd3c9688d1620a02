//! Canonical XML: the octets that a signature is made over.
//!
//! Inclusive 1.0 and 1.1 and exclusive 1.0, with and without comments, of a whole document, of the
//! subtree under an element, and of either without one element in it (an enveloped signature). The
//! octets go into a [`Sink`] in large pieces of the input itself wherever they are the same, so that
//! a digest is computed without a copy. One pass, without recursion, in linear time.
//!
//! Node-sets of other shapes than these, as XPath filters make them, are not canonicalised.

use super::xml::{Document, Element};
use crate::base::{Span, same};

mod inherit;
mod output;
mod walk;

pub use output::Sink;

/// How namespaces and `xml:` attributes of the context are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Canonical XML 1.0: every namespace in scope is written.
    Inclusive,
    /// Canonical XML 1.1: as 1.0, with `xml:base` and `xml:id` put right.
    Inclusive11,
    /// Exclusive XML Canonicalization 1.0: only namespaces that are visibly used are written.
    Exclusive,
}

/// A canonicalisation algorithm with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Algorithm {
    /// The method.
    pub method: Method,
    /// Whether comments are kept.
    pub comments: bool,
    /// Of exclusive canonicalisation: the prefixes that are treated inclusively; `#default` for the
    /// default namespace.
    pub prefixes: Vec<String>,
}

impl Algorithm {
    /// Exclusive XML Canonicalization 1.0 without comments: the one that eHealth's profile asks for.
    pub const EXCLUSIVE: Self = Self { method: Method::Exclusive, comments: false, prefixes: Vec::new() };
    /// Canonical XML 1.0 without comments: what is implied where no other algorithm is named.
    pub const INCLUSIVE: Self = Self { method: Method::Inclusive, comments: false, prefixes: Vec::new() };

    const URIS: &[(&str, Method, bool)] = &[
        ("http://www.w3.org/2001/10/xml-exc-c14n#", Method::Exclusive, false),
        ("http://www.w3.org/2001/10/xml-exc-c14n#WithComments", Method::Exclusive, true),
        ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", Method::Inclusive, false),
        ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments", Method::Inclusive, true),
        ("http://www.w3.org/2006/12/xml-c14n11", Method::Inclusive11, false),
        ("http://www.w3.org/2006/12/xml-c14n11#WithComments", Method::Inclusive11, true),
    ];

    /// The algorithm that a URI names, without prefixes.
    pub fn from_uri(uri: &str) -> Option<Self> {
        let (_, method, comments) =
            Self::URIS.iter().find(|(known, ..)| same(known.as_bytes(), uri.as_bytes()))?;
        Some(Self { method: *method, comments: *comments, prefixes: Vec::new() })
    }

    /// The URI that names it.
    pub fn uri(&self) -> &'static str {
        let same = |method: Method, comments: bool| method == self.method && comments == self.comments;
        Self::URIS.iter().find(|(_, method, comments)| same(*method, *comments)).map_or("", |(uri, ..)| uri)
    }
}

/// What is canonicalised.
#[derive(Debug, Clone, Copy)]
pub struct Subset<'d> {
    apex: Option<Element<'d>>,
    document: &'d Document<'d>,
    without: Option<Element<'d>>,
}

impl<'d> Subset<'d> {
    /// The whole document, with the comments and instructions beside the root element.
    pub fn document(document: &'d Document<'d>) -> Self {
        Self { apex: None, document, without: None }
    }

    /// An element and everything below it.
    pub fn element(apex: Element<'d>) -> Self {
        Self { apex: Some(apex), document: apex.document(), without: None }
    }

    /// The same without `element` and everything below it.
    #[must_use]
    pub fn without(self, element: Element<'d>) -> Self {
        Self { without: Some(element), ..self }
    }
}

/// Why there is no canonical form: a namespace name that is a relative URI reference.
///
/// Canonical XML 1.0 (1.3) and 1.1 (1.3) make the operation fail then. A caller that goes on with
/// what was written so far digests something else than the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected absolute namespace names, found the relative `{}`", .uri.escape_debug())]
pub struct RelativeNamespace {
    /// The namespace name.
    pub uri: String,
    /// Where it is declared.
    pub span: Span,
}

/// Writes the canonical form of `subset` into `sink`.
///
/// # Errors
/// When there is none. What was written until then is no canonical form of anything.
pub fn canonicalize(
    subset: Subset<'_>,
    algorithm: &Algorithm,
    sink: &mut impl Sink,
) -> Result<(), RelativeNamespace> {
    walk::Walk::new(subset, algorithm, sink).run()
}

/// The canonical form of `subset`, as bytes.
///
/// # Errors
/// When there is none.
pub fn canonical(subset: Subset<'_>, algorithm: &Algorithm) -> Result<Vec<u8>, RelativeNamespace> {
    let mut bytes = Vec::new();
    canonicalize(subset, algorithm, &mut bytes)?;
    Ok(bytes)
}
