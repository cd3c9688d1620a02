//! Oracles of the XML reader.

use etalon::base::{Budget, Span};
use etalon::wire::xml::{Document, Element, Encodings, Node, Source};

/// Spans nest, and what is accepted is accepted by roxmltree as the same elements, attributes and
/// texts. It keeps a carriage return that follows a reference, where XML 1.0 (2.11) makes it a line
/// feed: texts with carriage returns are not compared.
///
/// # Panics
/// When an oracle is broken.
pub fn any_bytes(data: &[u8]) {
    let Ok(source) = Source::read(data, Encodings::Utf8AndUtf16) else { return };
    let Ok(document) = Document::parse(&source, &Budget::JUDGE) else { return };
    spans_nest(document.root(), Span::new(0, source.text().len()));
    if is_misread_by_roxmltree(&document) {
        return;
    }
    let second = roxmltree::Document::parse(source.text()).expect("roxmltree reads what etalon reads");
    let mut theirs = second.descendants().filter(roxmltree::Node::is_element);
    for ours in document.root().descendants() {
        same(ours, theirs.next().expect("as many elements"));
    }
    assert!(theirs.next().is_none(), "as many elements");
}

/// Whether roxmltree is known to read the document otherwise than XML says: it stops at the declaration
/// of another encoding than the one that it was handed, and takes an attribute `p:xmlns` for a
/// declaration of the default namespace.
pub(super) fn is_misread_by_roxmltree(document: &Document<'_>) -> bool {
    document.declared_encoding().is_some() || document.text().contains(":xmlns")
}

fn same(ours: Element<'_>, theirs: roxmltree::Node<'_, '_>) {
    let name = theirs.tag_name();
    assert_eq!((ours.namespace(), ours.local()), (name.namespace().unwrap_or(""), name.name()));
    let attributes: Vec<_> = ours
        .attributes()
        .map(|it| (it.namespace().to_owned(), it.local().to_owned(), it.value().into_owned()))
        .collect();
    let expected: Vec<_> = theirs
        .attributes()
        .map(|it| (it.namespace().unwrap_or("").to_owned(), it.name().to_owned(), it.value().to_owned()))
        .collect();
    assert_eq!(attributes, expected, "the attributes of {}", ours.path());
    let text: String =
        theirs.children().filter(roxmltree::Node::is_text).filter_map(|it| it.text()).collect();
    if !ours.document().text().contains('\r') {
        assert_eq!(ours.text(), text, "the text of {}", ours.path());
    }
}

fn spans_nest(root: Element<'_>, outer: Span) {
    let mut open = vec![(root, outer)];
    while let Some((element, outer)) = open.pop() {
        let span = element.span();
        assert!(span.start >= outer.start && span.end <= outer.end, "{span:?} lies outside of {outer:?}");
        for child in element.children() {
            match child {
                Node::Element(child) => open.push((child, span)),
                Node::Text(_, inner) | Node::Cdata(_, inner) => {
                    assert!(
                        inner.start >= span.start && inner.end <= span.end,
                        "{inner:?} outside of {span:?}"
                    );
                }
                Node::Comment(..) | Node::Instruction(..) => {}
            }
        }
    }
}
