//! The document: nodes in document order, and the tables beside them.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::parse::DEFAULT_PREFIX;
use super::{Element, Source, XmlFault, parse};
use crate::base::{Budget, Fault, Span, same};

/// No node, no namespace.
pub(in crate::wire) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::wire) enum NodeKind {
    Element,
    Text,
    Cdata,
    Comment,
    Instruction,
}

/// A node. Nodes stand in document order, so that a subtree is the range from a node to its `last`.
#[derive(Debug, Clone, Copy)]
pub(in crate::wire) struct NodeData {
    pub(in crate::wire) start: u32,
    pub(in crate::wire) end: u32,
    pub(in crate::wire) parent: u32,
    /// The last node below this one, or itself.
    pub(in crate::wire) last: u32,
    pub(in crate::wire) kind: NodeKind,
    /// Whether the text, or the start tag of the element, is known to stand here as canonical XML writes
    /// it: as most do, and then canonicalisation need not look at its bytes. Attribute values of such a
    /// tag stand for themselves.
    pub(in crate::wire) canonical: bool,
    /// Of an element: whether both of its tags stand so.
    pub(in crate::wire) kept: bool,
    /// Of an element: its place in the elements. Of an instruction: where its target ends. Of text that is
    /// not canonical: up to where it is.
    pub(in crate::wire) extra: u32,
}

#[derive(Debug, Clone, Copy)]
pub(in crate::wire) struct ElementData {
    /// Its place in the nodes.
    pub(in crate::wire) node: u32,
    pub(in crate::wire) prefix: u32,
    pub(in crate::wire) namespace: u32,
    pub(in crate::wire) name_end: u32,
    pub(in crate::wire) attributes: (u32, u32),
    pub(in crate::wire) declarations: (u32, u32),
    /// Where the start tag ends.
    pub(in crate::wire) open_end: u32,
    /// Where the end tag starts; where the tag ends, of an empty-element tag.
    pub(in crate::wire) close_start: u32,
}

#[derive(Debug, Clone, Copy)]
pub(in crate::wire) struct AttributeData {
    pub(in crate::wire) start: u32,
    pub(in crate::wire) name_end: u32,
    pub(in crate::wire) value: (u32, u32),
    pub(in crate::wire) prefix: u32,
    pub(in crate::wire) namespace: u32,
}

/// A namespace declaration.
#[derive(Debug, Clone, Copy)]
pub(in crate::wire) struct Declaration {
    pub(in crate::wire) start: u32,
    pub(in crate::wire) name_end: u32,
    pub(in crate::wire) value: (u32, u32),
    pub(in crate::wire) prefix: u32,
    pub(in crate::wire) namespace: u32,
    /// What the prefix was bound to outside of the element.
    pub(in crate::wire) shadowed: u32,
}

/// A well-formed document with its namespaces resolved, borrowed from its text.
#[derive(Debug)]
pub struct Document<'a> {
    pub(in crate::wire) text: &'a str,
    pub(in crate::wire) nodes: Vec<NodeData>,
    pub(in crate::wire) elements: Vec<ElementData>,
    pub(in crate::wire) attributes: Vec<AttributeData>,
    pub(in crate::wire) declarations: Vec<Declaration>,
    pub(in crate::wire) prefixes: Vec<Cow<'a, str>>,
    pub(in crate::wire) namespaces: Vec<Cow<'a, str>>,
    pub(in crate::wire) root: u32,
    pub(in crate::wire) declared_encoding: Option<&'a str>,
    pub(in crate::wire) positions: Positions,
}

/// What is known of the places of elements among their siblings: a path is asked seldom, and then at times
/// for every element of a document that is all wrong.
#[derive(Debug, Default)]
pub(in crate::wire) struct Positions {
    /// How many siblings were looked at, one path after the other.
    seen: AtomicUsize,
    /// The position of each element, counted for all at once.
    all: OnceLock<Vec<u32>>,
}

impl<'a> Document<'a> {
    /// Reads a document.
    ///
    /// # Errors
    /// Every fault that was met, in the order of their places: a document with a fault is none.
    pub fn parse(source: &'a Source<'_>, budget: &Budget) -> Result<Self, Vec<Fault<XmlFault>>> {
        parse::parse(source, budget)
    }

    /// The text that it was read from.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The root element.
    pub fn root(&self) -> Element<'_> {
        Element { document: self, id: self.root }
    }

    /// The encoding that the XML declaration names.
    pub fn declared_encoding(&self) -> Option<&'a str> {
        self.declared_encoding
    }

    pub(in crate::wire) fn node(&self, id: u32) -> NodeData {
        self.nodes[id as usize]
    }

    pub(in crate::wire) fn slice(&self, start: u32, end: u32) -> &'a str {
        &self.text[start as usize..end as usize]
    }

    /// How many bytes of a name its prefix takes, with the colon.
    fn prefix_len(&self, prefix: u32) -> usize {
        match prefix {
            DEFAULT_PREFIX => 0,
            _ => self.prefixes[prefix as usize].len() + 1,
        }
    }

    /// The part behind the prefix of the name at `start..end`.
    pub(in crate::wire) fn local(&self, start: u32, end: u32, prefix: u32) -> &'a str {
        &self.text[start as usize + self.prefix_len(prefix)..end as usize]
    }

    /// Whether that part is `local`: compared as bytes, which needs no search for the edges of characters.
    #[inline]
    pub(in crate::wire) fn has_local(&self, start: u32, end: u32, prefix: u32, local: &str) -> bool {
        let start = start as usize + self.prefix_len(prefix);
        same(&self.text.as_bytes()[start..end as usize], local.as_bytes())
    }

    /// The position of an element among the siblings that share its name, where there are several.
    pub(in crate::wire) fn position(&self, element: Element<'_>) -> Option<u32> {
        let positions = &self.positions;
        if positions.all.get().is_some() || positions.seen.load(Ordering::Relaxed) > self.nodes.len() {
            let all = positions.all.get_or_init(|| self.counted());
            return all.get(self.node(element.id).extra as usize).copied().filter(|it| *it != 0);
        }
        let (mut position, mut total, mut seen) = (0, 0, 0);
        for sibling in element.parent()?.elements() {
            seen += 1;
            if sibling.name() == element.name() {
                total += 1;
                if sibling.id <= element.id {
                    position = total;
                }
            }
        }
        positions.seen.fetch_add(seen, Ordering::Relaxed);
        (total > 1).then_some(position)
    }

    /// The positions of all elements, in their order; 0 of one that shares its name with no sibling.
    fn counted(&self) -> Vec<u32> {
        let key = |id: &u32| (self.node(*id).parent, Element { document: self, id: *id }.name());
        let elements = (0..self.nodes.len() as u32).filter(|id| self.node(*id).kind == NodeKind::Element);
        let mut elements: Vec<u32> = elements.collect();
        // Stable: those that share parent and name stay in their order.
        elements.sort_by(|one, other| key(one).cmp(&key(other)));
        let mut positions = vec![0; self.elements.len()];
        for shared in elements.chunk_by(|one, other| key(one) == key(other)).filter(|it| it.len() > 1) {
            for (position, id) in (1..).zip(shared) {
                positions[self.node(*id).extra as usize] = position;
            }
        }
        positions
    }

    /// The innermost element around `offset`, as a path.
    pub(in crate::wire) fn path_at(&self, offset: usize) -> String {
        let after = self.nodes.partition_point(|node| node.start as usize <= offset);
        let mut id = (after as u32).wrapping_sub(1);
        while id != NONE {
            let node = self.node(id);
            // An element that was still open when the pass stopped has no end and reaches on.
            let reaches = node.end as usize > offset || node.end == node.start;
            if node.kind == NodeKind::Element && reaches {
                return Element { document: self, id }.path();
            }
            id = node.parent;
        }
        "/".to_owned()
    }

    /// The bytes of `span`.
    pub fn slice_of(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }
}
