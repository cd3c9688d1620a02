//! Oracles of canonicalisation: a canonical form is its own, and a second implementation writes the same.

use std::collections::BTreeMap;

use etalon::base::Budget;
use etalon::wire::c14n::{self, Algorithm, Method, Subset};
use etalon::wire::xml::{Document, Encodings, Source};

/// Every canonical form of a document is its own, and those without comments are what a plain
/// implementation over roxmltree writes.
///
/// # Panics
/// When an oracle is broken.
pub fn any_bytes(data: &[u8]) {
    let Ok(source) = Source::read(data, Encodings::Utf8AndUtf16) else { return };
    let Ok(document) = Document::parse(&source, &Budget::JUDGE) else { return };
    for method in [Method::Exclusive, Method::Inclusive, Method::Inclusive11] {
        for comments in [false, true] {
            let algorithm = Algorithm { method, comments, prefixes: Vec::new() };
            idempotent(&document, &algorithm);
        }
    }
    // roxmltree keeps some carriage returns where XML 1.0 (2.11) makes line feeds of them.
    if super::xml::is_misread_by_roxmltree(&document) || source.text().contains('\r') {
        return;
    }
    let second = roxmltree::Document::parse(source.text()).expect("roxmltree reads what etalon reads");
    for algorithm in [Algorithm::EXCLUSIVE, Algorithm::INCLUSIVE] {
        let Ok(ours) = c14n::canonical(Subset::element(document.root()), &algorithm) else { continue };
        let mut plain = Plain { method: algorithm.method, out: String::new() };
        plain.element(second.root_element(), &BTreeMap::new());
        assert_eq!(String::from_utf8(ours).as_deref(), Ok(&*plain.out), "two implementations, two forms");
    }
}

fn idempotent(document: &Document<'_>, algorithm: &Algorithm) {
    let Ok(once) = c14n::canonical(Subset::document(document), algorithm) else { return };
    let source = Source::read(&once, Encodings::Utf8).expect("a canonical form is UTF-8");
    let again = Document::parse(&source, &Budget::JUDGE).expect("a canonical form is well-formed");
    let twice = c14n::canonical(Subset::document(&again), algorithm).expect("and has a canonical form");
    assert_eq!(once, twice, "a canonical form is its own");
}

/// Canonical XML as the recommendation tells it, with no thought of speed.
struct Plain {
    method: Method,
    out: String,
}

/// By prefix: the namespace that is written.
type Scope<'d> = BTreeMap<&'d str, &'d str>;

impl Plain {
    fn element<'d>(&mut self, node: roxmltree::Node<'d, 'd>, written: &Scope<'d>) {
        let text = node.document().input_text();
        let name =
            text[node.range().start + 1..].split([' ', '\t', '\n', '/', '>']).next().unwrap_or_default();
        let prefix = |name: &'d str| name.split_once(':').map_or("", |(prefix, _)| prefix);
        let mut scope: Scope<'d> = node.namespaces().map(|it| (it.name().unwrap_or(""), it.uri())).collect();
        scope.entry("").or_default();
        scope.remove("xml");
        let mut attributes: Vec<_> = node
            .attributes()
            .map(|it| (it.namespace().unwrap_or(""), it.name(), &text[it.range_qname()], it.value()))
            .collect();
        attributes.sort_unstable();
        if self.method == Method::Exclusive {
            let of_attributes =
                attributes.iter().map(|(.., name, _)| prefix(name)).filter(|it| !it.is_empty());
            let used: Vec<&str> = of_attributes.chain([prefix(name)]).collect();
            scope.retain(|prefix, _| used.contains(prefix));
        }
        let mut inner = written.clone();
        self.out += &format!("<{name}");
        for (prefix, uri) in scope {
            if inner.insert(prefix, uri).unwrap_or("") == uri
                && (prefix.is_empty() || written.contains_key(prefix))
            {
                continue;
            }
            self.out += " xmlns";
            self.out += if prefix.is_empty() { "" } else { ":" };
            self.out += prefix;
            self.attribute(uri);
        }
        for (_, _, name, value) in attributes {
            self.out += &format!(" {name}");
            self.attribute(value);
        }
        self.out.push('>');
        for child in node.children() {
            if child.is_element() {
                self.element(child, &inner);
            } else if let Some(instruction) = child.pi() {
                let value = instruction.value.map_or_else(String::new, |value| format!(" {value}"));
                self.out += &format!("<?{}{value}?>", instruction.target);
            } else if child.is_text() {
                let text = child.text().unwrap_or_default();
                self.out += &text
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('>', "&gt;")
                    .replace('\r', "&#xD;");
            }
        }
        self.out += &format!("</{name}>");
    }

    fn attribute(&mut self, value: &str) {
        let mut value = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        for (c, escaped) in [('\t', "&#x9;"), ('\n', "&#xA;"), ('\r', "&#xD;")] {
            value = value.replace(c, escaped);
        }
        self.out += &format!("=\"{value}\"");
    }
}
