//! A document as XPath sees it: a root node, attributes as nodes, and neighbouring text as one node.

use crate::base::Span;
use crate::wire::xml::arena::{NONE, NodeKind};
use crate::wire::xml::{Attribute, Document, Element, Place, value};

use super::parse::Axis;

/// The nodes of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tree<'d> {
    document: &'d Document<'d>,
}

/// A node. The order of items is document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    /// 0 is the root node, n the arena's node n-1.
    node: u32,
    /// 0 is the node itself, n its attribute n-1.
    pub(super) attribute: u32,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort<'d> {
    Root,
    Element(Element<'d>),
    Text,
    Comment,
    /// With its target.
    Instruction(&'d str),
}

impl Item {
    pub(super) const ROOT: Self = Self { node: 0, attribute: 0 };

    fn of(id: u32) -> Self {
        Self { node: id + 1, attribute: 0 }
    }
}

impl<'d> Tree<'d> {
    pub(super) fn of(document: &'d Document<'d>) -> Self {
        Self { document }
    }

    pub(super) fn sort(self, item: Item) -> Sort<'d> {
        let Some(id) = item.node.checked_sub(1) else { return Sort::Root };
        match self.document.node(id).kind {
            NodeKind::Element => Sort::Element(self.element(id)),
            NodeKind::Text | NodeKind::Cdata => Sort::Text,
            NodeKind::Comment => Sort::Comment,
            NodeKind::Instruction => {
                let node = self.document.node(id);
                Sort::Instruction(self.document.slice(node.start + 2, node.extra))
            }
        }
    }

    fn element(self, id: u32) -> Element<'d> {
        Element { document: self.document, id }
    }

    pub(super) fn attribute(self, item: Item) -> Option<Attribute<'d>> {
        let index = item.attribute.checked_sub(1)? as usize;
        self.element(item.node - 1).attributes().nth(index)
    }

    /// Whether a node is the second or later of neighbouring text.
    fn goes_on(self, id: u32) -> bool {
        let text = |id| matches!(self.document.node(id).kind, NodeKind::Text | NodeKind::Cdata);
        id > 0
            && text(id)
            && text(id - 1)
            && self.document.node(id).parent == self.document.node(id - 1).parent
    }

    fn is_node(self, id: u32) -> bool {
        let outside = self.document.node(id).parent == NONE;
        let text = matches!(self.document.node(id).kind, NodeKind::Text | NodeKind::Cdata);
        !(self.goes_on(id) || outside && text)
    }

    /// The arena's nodes below an item: first, one past the last.
    fn below(self, item: Item) -> (u32, u32) {
        match item.node.checked_sub(1) {
            _ if item.attribute != 0 => (0, 0),
            None => (0, self.document.nodes.len() as u32),
            Some(id) => (id + 1, self.document.node(id).last + 1),
        }
    }

    fn parent(self, item: Item) -> Option<Item> {
        if item.attribute != 0 {
            return Some(Item { attribute: 0, ..item });
        }
        let parent = self.document.node(item.node.checked_sub(1)?).parent;
        Some(if parent == NONE { Item::ROOT } else { Item::of(parent) })
    }

    /// Every node on an axis, in the axis' own order: the nearest first.
    pub(super) fn along(self, axis: Axis, item: Item, into: &mut Vec<Item>) {
        match axis {
            Axis::Own => into.push(item),
            Axis::Parent => into.extend(self.parent(item)),
            Axis::Ancestor => into.extend(self.ancestors(item)),
            Axis::AncestorOrSelf => {
                into.push(item);
                into.extend(self.ancestors(item));
            }
            Axis::Child => self.children(item, into),
            Axis::Descendant | Axis::DescendantOrSelf => {
                if axis == Axis::DescendantOrSelf {
                    into.push(item);
                }
                let (from, to) = self.below(item);
                into.extend((from..to).filter(|id| self.is_node(*id)).map(Item::of));
            }
            Axis::Attribute => {
                if let (Sort::Element(element), 0) = (self.sort(item), item.attribute) {
                    let count = element.attributes().len() as u32;
                    into.extend((1..=count).map(|attribute| Item { node: item.node, attribute }));
                }
            }
            Axis::FollowingSibling | Axis::PrecedingSibling => {
                let Some(parent) = self.parent(item).filter(|_| item.attribute == 0) else { return };
                let mut all = Vec::new();
                self.children(parent, &mut all);
                if axis == Axis::FollowingSibling {
                    into.extend(all.into_iter().filter(|other| *other > item));
                } else {
                    into.extend(all.into_iter().filter(|other| *other < item).rev());
                }
            }
            Axis::Following => {
                let Some(id) = item.node.checked_sub(1) else { return };
                // What follows an attribute is what follows the start tag of its element.
                let from = if item.attribute == 0 { self.document.node(id).last + 1 } else { id + 1 };
                let to = self.document.nodes.len() as u32;
                into.extend((from..to).filter(|id| self.is_node(*id)).map(Item::of));
            }
            Axis::Preceding => {
                let Some(id) = item.node.checked_sub(1) else { return };
                let ended = |other: &u32| self.document.node(*other).last < id;
                into.extend((0..id).rev().filter(|it| ended(it) && self.is_node(*it)).map(Item::of));
            }
        }
    }

    fn ancestors(self, item: Item) -> impl Iterator<Item = Item> {
        std::iter::successors(self.parent(item), move |item| self.parent(*item))
    }

    fn children(self, item: Item, into: &mut Vec<Item>) {
        let (mut next, end) = self.below(item);
        while next < end {
            if self.is_node(next) {
                into.push(Item::of(next));
            }
            next = self.document.node(next).last + 1;
        }
    }

    /// The string-value of a node.
    pub(super) fn text(self, item: Item) -> String {
        if let Some(attribute) = self.attribute(item) {
            return attribute.value().into_owned();
        }
        let mut text = String::new();
        match self.sort(item) {
            Sort::Root | Sort::Element(_) => {
                let (from, to) = self.below(item);
                (from..to).for_each(|id| self.push_text(id, &mut text));
            }
            Sort::Text => {
                let from = item.node - 1;
                let count = self.document.nodes.len() as u32;
                let more = (from + 1..count).take_while(|id| self.goes_on(*id));
                std::iter::once(from).chain(more).for_each(|id| self.push_text(id, &mut text));
            }
            Sort::Comment => text.push_str(&self.inner(item.node - 1, 4, 3)),
            Sort::Instruction(target) => {
                let inner = self.inner(item.node - 1, 2, 2);
                text.push_str(inner[target.len()..].trim_start());
            }
        }
        text
    }

    fn push_text(self, id: u32, into: &mut String) {
        let node = self.document.node(id);
        match node.kind {
            NodeKind::Text => {
                into.push_str(&value(self.document.slice(node.start, node.end), Place::Content));
            }
            NodeKind::Cdata => into.push_str(&self.inner(id, 9, 3)),
            NodeKind::Element | NodeKind::Comment | NodeKind::Instruction => {}
        }
    }

    /// What stands between delimiters of these lengths.
    fn inner(self, id: u32, open: u32, close: u32) -> String {
        let node = self.document.node(id);
        value(self.document.slice(node.start + open, node.end - close), Place::Verbatim).into_owned()
    }

    /// Where the value of a node stands.
    pub(super) fn value_span(self, item: Item) -> Option<Span> {
        if let Some(attribute) = self.attribute(item) {
            return Some(attribute.value_span());
        }
        match self.sort(item) {
            Sort::Element(element) if self.empty_tag(item).is_none() => Some(element.content()),
            Sort::Text => {
                let from = item.node - 1;
                let count = self.document.nodes.len() as u32;
                let last = (from + 1..count).take_while(|id| self.goes_on(*id)).last().unwrap_or(from);
                Some(Span { start: self.document.node(from).start, end: self.document.node(last).end })
            }
            Sort::Root | Sort::Element(_) | Sort::Comment | Sort::Instruction(_) => None,
        }
    }

    /// The tag of an element that is written `<name/>`, and its name.
    pub(super) fn empty_tag(self, item: Item) -> Option<(Span, &'d str)> {
        match self.sort(item) {
            Sort::Element(element) if item.attribute == 0 => {
                let empty = element.start_tag() == element.span();
                empty.then(|| (element.start_tag(), element.name()))
            }
            Sort::Root | Sort::Element(_) | Sort::Text | Sort::Comment | Sort::Instruction(_) => None,
        }
    }
}
