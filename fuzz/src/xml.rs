//! Oracles of the XML reader and of canonicalisation.

use etalon::base::{Budget, Span};
use etalon::wire::c14n::{self, Algorithm, Method, Subset};
use etalon::wire::xml::{Document, Element, Encodings, Source};

/// What is accepted is accepted by roxmltree with the same elements, spans nest, and a canonical form
/// is its own canonical form.
///
/// # Panics
/// When an oracle is broken.
pub fn any_bytes(data: &[u8]) {
    let Ok(source) = Source::read(data, Encodings::Utf8AndUtf16) else { return };
    let Ok(document) = Document::parse(&source, &Budget::JUDGE) else { return };
    spans_nest(document.root(), Span::new(0, source.text().len()));
    // roxmltree stops at the declaration of another encoding than the one that it was handed.
    if document.declared_encoding().is_none() {
        let second = roxmltree::Document::parse(source.text()).expect("roxmltree reads what etalon reads");
        let names = |element: Element<'_>| (element.namespace().to_owned(), element.local().to_owned());
        let ours: Vec<_> = document.root().descendants().map(names).collect();
        let theirs: Vec<_> = second
            .descendants()
            .filter(roxmltree::Node::is_element)
            .map(|node| {
                (node.tag_name().namespace().unwrap_or("").to_owned(), node.tag_name().name().to_owned())
            })
            .collect();
        assert_eq!(ours, theirs, "two readers, two documents");
    }
    for method in [Method::Exclusive, Method::Inclusive, Method::Inclusive11] {
        for comments in [false, true] {
            let algorithm = Algorithm { method, comments, prefixes: Vec::new() };
            idempotent(&document, &algorithm);
        }
    }
}

fn idempotent(document: &Document<'_>, algorithm: &Algorithm) {
    let Ok(once) = c14n::canonical(Subset::document(document), algorithm) else { return };
    let source = Source::read(&once, Encodings::Utf8).expect("a canonical form is UTF-8");
    let again = Document::parse(&source, &Budget::JUDGE).expect("a canonical form is well-formed");
    let twice = c14n::canonical(Subset::document(&again), algorithm).expect("and has a canonical form");
    assert_eq!(once, twice, "a canonical form is its own");
}

fn spans_nest(root: Element<'_>, outer: Span) {
    let mut open = vec![(root, outer)];
    while let Some((element, outer)) = open.pop() {
        let span = element.span();
        assert!(span.start >= outer.start && span.end <= outer.end, "{span:?} lies outside of {outer:?}");
        open.extend(element.elements().map(|child| (child, span)));
    }
}
