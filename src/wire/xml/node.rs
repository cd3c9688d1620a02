//! Walking a document: elements, attributes, text.

use std::borrow::Cow;

use super::Document;
use super::arena::{AttributeData, ElementData, NONE, NodeKind};
use super::parse::{XML, XMLNS_URI};
use super::value::{Place, value};
use crate::base::{Span, same};

/// An element of a document.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    pub(in crate::wire) document: &'d Document<'d>,
    pub(in crate::wire) id: u32,
}

/// A child of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node<'d> {
    /// An element.
    Element(Element<'d>),
    /// Character data, as it stands in the document.
    Text(&'d str, Span),
    /// What stands in a CDATA section.
    Cdata(&'d str, Span),
    /// What stands in a comment.
    Comment(&'d str, Span),
    /// A processing instruction, without its delimiters.
    Instruction(&'d str, Span),
}

/// An attribute; namespace declarations are none.
#[derive(Clone, Copy)]
pub struct Attribute<'d> {
    document: &'d Document<'d>,
    data: AttributeData,
    /// Whether the value is known to stand for itself.
    plain: bool,
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }
}

impl Eq for Element<'_> {}

impl std::fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path())
    }
}

impl std::fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={:?}", self.name(), self.value())
    }
}

impl<'d> Document<'d> {
    /// Every attribute whose name ends in a byte that `is` picks, with its element, in document order.
    pub(crate) fn attributes(
        &'d self,
        is: impl Fn(u8) -> bool,
    ) -> impl Iterator<Item = (Element<'d>, Attribute<'d>)> {
        let last = |data: &AttributeData| self.text.as_bytes()[data.name_end as usize - 1];
        let picked = self.attributes.iter().enumerate().filter(move |(_, data)| is(last(data)));
        picked.map(|(number, data)| {
            let number = number as u32;
            // Those without attributes stand before the one that has the attribute, or have later ones.
            let next = self.elements.partition_point(|element| element.attributes.0 <= number);
            let element = Element { document: self, id: self.elements[next - 1].node };
            (element, Attribute { document: self, data: *data, plain: self.node(element.id).canonical })
        })
    }
}

impl<'d> Element<'d> {
    pub(in crate::wire) fn data(self) -> &'d ElementData {
        &self.document.elements[self.document.node(self.id).extra as usize]
    }

    fn of(document: &'d Document<'d>, id: u32) -> Option<Self> {
        (id != NONE && document.node(id).kind == NodeKind::Element).then_some(Self { document, id })
    }

    /// The document that it stands in.
    pub fn document(self) -> &'d Document<'d> {
        self.document
    }

    /// The name as it is written: `saml:Assertion`.
    pub fn name(self) -> &'d str {
        self.document.slice(self.document.node(self.id).start + 1, self.data().name_end)
    }

    /// The prefix as it is written; empty where there is none.
    pub fn prefix(self) -> &'d str {
        self.name().split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// The local name.
    pub fn local(self) -> &'d str {
        let data = self.data();
        self.document.local(self.document.node(self.id).start + 1, data.name_end, data.prefix)
    }

    /// The namespace; empty where there is none.
    pub fn namespace(self) -> &'d str {
        &self.document.namespaces[self.data().namespace as usize]
    }

    /// Whether both stand in the same namespace of the same document.
    pub(crate) fn shares_namespace(self, other: Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.data().namespace == other.data().namespace
    }

    /// Whether the expanded name is this one.
    pub fn is(self, namespace: &str, local: &str) -> bool {
        self.has_local(local) && same(self.namespace().as_bytes(), namespace.as_bytes())
    }

    fn has_local(self, local: &str) -> bool {
        let data = self.data();
        let start = self.document.node(self.id).start + 1;
        self.document.has_local(start, data.name_end, data.prefix, local)
    }

    /// Everything from the start tag to the end tag.
    pub fn span(self) -> Span {
        let node = self.document.node(self.id);
        Span { start: node.start, end: node.end }
    }

    /// The start tag, or the whole empty-element tag.
    pub fn start_tag(self) -> Span {
        Span { start: self.document.node(self.id).start, end: self.data().open_end }
    }

    /// What stands between the tags.
    pub fn content(self) -> Span {
        let data = self.data();
        Span { start: data.open_end, end: data.close_start }
    }

    /// The element around this one.
    pub fn parent(self) -> Option<Self> {
        Self::of(self.document, self.document.node(self.id).parent)
    }

    /// This element, the one around it, and so on to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |element| element.parent())
    }

    /// The children, in document order.
    pub fn children(self) -> impl Iterator<Item = Node<'d>> {
        let document = self.document;
        let last = document.node(self.id).last;
        let mut next = self.id + 1;
        std::iter::from_fn(move || {
            if next > last {
                return None;
            }
            let (id, node) = (next, document.node(next));
            next = node.last + 1;
            let span = Span { start: node.start, end: node.end };
            let inner = |open: u32, close: u32| document.slice(node.start + open, node.end - close);
            Some(match node.kind {
                NodeKind::Element => Node::Element(Self { document, id }),
                NodeKind::Text => Node::Text(inner(0, 0), span),
                NodeKind::Cdata => Node::Cdata(inner(9, 3), span),
                NodeKind::Comment => Node::Comment(inner(4, 3), span),
                NodeKind::Instruction => Node::Instruction(inner(2, 2), span),
            })
        })
    }

    /// The child elements, in document order.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        let document = self.document;
        let last = document.node(self.id).last;
        let mut next = self.id + 1;
        std::iter::from_fn(move || {
            while next <= last {
                let (id, node) = (next, document.node(next));
                next = node.last + 1;
                if node.kind == NodeKind::Element {
                    return Some(Self { document, id });
                }
            }
            None
        })
    }

    /// The child elements of this name.
    pub fn all(self, namespace: &str, local: &str) -> impl Iterator<Item = Self> {
        self.elements().filter(move |element| element.is(namespace, local))
    }

    /// The first child element of this name.
    pub fn child(self, namespace: &str, local: &str) -> Option<Self> {
        self.all(namespace, local).next()
    }

    /// This element and all elements below it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        self.subtree().map(move |data| Self { document: self.document, id: data.node })
    }

    /// Those of them that have this name.
    pub fn descendants_named(self, namespace: &str, local: &str) -> impl Iterator<Item = Self> {
        // Each namespace has one number.
        let number = self.document.namespaces.iter().position(|known| known == namespace);
        let in_namespace = self.subtree().filter(move |data| Some(data.namespace as usize) == number);
        let named = in_namespace.map(move |data| Self { document: self.document, id: data.node });
        named.filter(|element| element.has_local(local))
    }

    fn subtree(self) -> impl Iterator<Item = &'d ElementData> {
        let node = self.document.node(self.id);
        self.document.elements[node.extra as usize..].iter().take_while(move |it| it.node <= node.last)
    }

    /// Whether `other` is this element or stands below it.
    pub fn contains(self, other: Self) -> bool {
        std::ptr::eq(self.document, other.document)
            && (self.id..=self.document.node(self.id).last).contains(&other.id)
    }

    /// The attributes, in the order in which they are written.
    pub fn attributes(self) -> impl ExactSizeIterator<Item = Attribute<'d>> {
        let document = self.document;
        let (from, to) = self.data().attributes;
        let plain = document.node(self.id).canonical;
        document.attributes[from as usize..to as usize].iter().map(move |data| Attribute {
            document,
            data: *data,
            plain,
        })
    }

    /// The attribute of this name; `namespace` is empty for one without a prefix.
    pub fn attribute(self, namespace: &str, local: &str) -> Option<Attribute<'d>> {
        self.attributes().find(|attribute| {
            let AttributeData { start, name_end, prefix, .. } = attribute.data;
            attribute.document.has_local(start, name_end, prefix, local)
                && same(attribute.namespace().as_bytes(), namespace.as_bytes())
        })
    }

    /// The value of the attribute of this name that has no namespace.
    pub fn value_of(self, local: &str) -> Option<Cow<'d, str>> {
        self.attribute("", local).map(Attribute::value)
    }

    /// The namespace declarations of this very element: prefix, namespace and place.
    pub fn declarations(self) -> impl ExactSizeIterator<Item = (&'d str, &'d str, Span)> {
        let document = self.document;
        let (from, to) = self.data().declarations;
        document.declarations[from as usize..to as usize].iter().map(move |declaration| {
            (
                &*document.prefixes[declaration.prefix as usize],
                &*document.namespaces[declaration.namespace as usize],
                Span { start: declaration.start, end: declaration.value.1 + 1 },
            )
        })
    }

    /// The namespace that `prefix` is bound to in this element, for names in content.
    pub fn lookup(self, prefix: &str) -> Option<&'d str> {
        match prefix {
            "xml" => return Some(&self.document.namespaces[XML as usize]),
            "xmlns" => return Some(XMLNS_URI),
            _ => {}
        }
        let own = |element: Self| element.declarations().find(|(known, ..)| *known == prefix);
        let bound = self.ancestors().find_map(own).map(|(_, namespace, _)| namespace);
        bound.or(if prefix.is_empty() { Some("") } else { None })
    }

    /// The text: that of all text and CDATA children together, whatever stands between them.
    pub fn text(self) -> Cow<'d, str> {
        let mut text: Cow<'d, str> = Cow::Borrowed("");
        for child in self.children() {
            let part = match child {
                Node::Text(raw, _) => value(raw, Place::Content),
                Node::Cdata(raw, _) => value(raw, Place::Verbatim),
                Node::Element(_) | Node::Comment(..) | Node::Instruction(..) => continue,
            };
            if text.is_empty() {
                text = part;
            } else {
                text.to_mut().push_str(&part);
            }
        }
        text
    }

    /// Whether the children are at most one run of text: no element, comment, CDATA or instruction.
    pub fn is_plain(self) -> bool {
        let mut children = self.children();
        matches!((children.next(), children.next()), (None | Some(Node::Text(..)), None))
    }

    /// The path from the root, as an XPath with the prefixes of the document. A position stands
    /// where siblings share the name.
    pub fn path(self) -> String {
        let mut steps: Vec<String> = self.ancestors().map(Self::step).collect();
        steps.push(String::new());
        steps.reverse();
        steps.join("/")
    }

    /// One step of a path.
    fn step(self) -> String {
        match self.document.position(self) {
            Some(position) => format!("{}[{position}]", self.name()),
            None => self.name().to_owned(),
        }
    }
}

impl<'d> Attribute<'d> {
    /// The name as it is written: `wsu:Id`.
    pub fn name(self) -> &'d str {
        self.document.slice(self.data.start, self.data.name_end)
    }

    /// The local name.
    pub fn local(self) -> &'d str {
        self.document.local(self.data.start, self.data.name_end, self.data.prefix)
    }

    /// The namespace; empty where there is none.
    pub fn namespace(self) -> &'d str {
        &self.document.namespaces[self.data.namespace as usize]
    }

    /// The value, normalised.
    pub fn value(self) -> Cow<'d, str> {
        if self.plain { Cow::Borrowed(self.raw()) } else { value(self.raw(), Place::Attribute) }
    }

    /// The value as it is written, between its quotes.
    pub fn raw(self) -> &'d str {
        self.document.slice(self.data.value.0, self.data.value.1)
    }

    /// The whole attribute.
    pub fn span(self) -> Span {
        Span { start: self.data.start, end: self.data.value.1 + 1 }
    }

    /// The value without its quotes.
    pub fn value_span(self) -> Span {
        Span { start: self.data.value.0, end: self.data.value.1 }
    }
}
