//! The document: nodes in document order, and the tables beside them.

use std::borrow::Cow;

use super::parse::DEFAULT_PREFIX;
use super::{Element, Source, XmlFault, parse};
use crate::base::{Budget, Fault, Span};

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
    /// Of an element: its place in the elements. Of an instruction: where its target ends.
    pub(in crate::wire) extra: u32,
}

#[derive(Debug, Clone, Copy)]
pub(in crate::wire) struct ElementData {
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
        self.text.as_bytes()[start..end as usize] == *local.as_bytes()
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
