//! CBOR (RFC 8949) as a spanned tree, and its departures from the CTAP2 canonical form.
//!
//! [`decode`] reads one data item without recursion into a flat arena: items stand in the order of
//! the input, and each knows where the one after it begins. Byte and text strings are borrowed. Each
//! departure is a [`Fault`](crate::base::Fault) of a [`Flaw`]; only what leaves the rest of the
//! bytes without a meaning ends the reading. This module knows no artefact that is written in CBOR.

mod decode;
mod encode;
mod flaw;
mod path;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::base::{Fault, Span};

pub use decode::{decode, decode_prefix};
pub use encode::push_head;
pub use flaw::{Flaw, Held};

/// What a data item is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Item<'a> {
    /// An unsigned integer.
    Unsigned(u64),
    /// The negative integer `-1 - n`.
    Negative(u64),
    /// A byte string of definite length.
    Bytes(&'a [u8]),
    /// A byte string of indefinite length: its children are the chunks.
    ByteChunks,
    /// A text string of definite length.
    Text(&'a str),
    /// A text string of definite length that is not UTF-8.
    BadText(&'a [u8]),
    /// A text string of indefinite length: its children are the chunks.
    TextChunks,
    /// An array: its children are the elements.
    Array,
    /// A map: its children are keys and values by turns.
    Map,
    /// A tag: its child is what is tagged.
    Tag(u64),
    /// `false` or `true`.
    Bool(bool),
    /// `null`.
    Null,
    /// `undefined`.
    Undefined,
    /// Another simple value.
    Simple(u8),
    /// A floating-point number.
    Float(f64),
    /// A break code where no item of indefinite length is open.
    Break,
}

impl Item<'_> {
    /// What it is, in words that follow "found".
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unsigned(_) => "an unsigned integer",
            Self::Negative(_) => "a negative integer",
            Self::Bytes(_) | Self::ByteChunks => "a byte string",
            Self::Text(_) | Self::BadText(_) | Self::TextChunks => "a text string",
            Self::Array => "an array",
            Self::Map => "a map",
            Self::Tag(_) => "a tag",
            Self::Bool(_) => "a boolean",
            Self::Null => "null",
            Self::Undefined => "undefined",
            Self::Simple(_) => "a simple value",
            Self::Float(_) => "a floating-point number",
            Self::Break => "a break code",
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    item: Item<'a>,
    span: Span,
    /// The index of the first entry that is not inside this one.
    after: u32,
    /// Where the content of a string begins.
    content: u32,
}

/// One decoded data item with everything in it.
#[derive(Debug, Clone)]
pub struct Tree<'a> {
    entries: Vec<Entry<'a>>,
    faults: Vec<Fault<Flaw>>,
    end: usize,
}

impl<'a> Tree<'a> {
    /// The outermost item; nothing when not even its head could be read.
    pub fn root(&self) -> Option<Node<'_, 'a>> {
        (!self.entries.is_empty()).then_some(Node { tree: self, index: 0 })
    }

    /// Every departure, in the order of the input.
    pub fn faults(&self) -> &[Fault<Flaw>] {
        &self.faults
    }

    /// Whether the bytes are one well-formed data item.
    pub fn is_well_formed(&self) -> bool {
        self.faults.iter().all(|fault| fault.kind.holds() != Held::Malformed)
    }

    /// Whether reading went to the end: nothing is missing from the tree.
    pub fn is_complete(&self) -> bool {
        !self.faults.iter().any(|fault| fault.kind.ends_reading())
    }

    /// The offset at which reading stopped.
    pub fn end(&self) -> usize {
        self.end
    }
}

/// A place in a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub struct Node<'t, 'a> {
    tree: &'t Tree<'a>,
    index: u32,
}

impl<'t, 'a> Node<'t, 'a> {
    fn entry(self) -> &'t Entry<'a> {
        &self.tree.entries[self.index as usize]
    }

    /// What stands here.
    pub fn item(self) -> Item<'a> {
        self.entry().item
    }

    /// Its bytes, head included.
    pub fn span(self) -> Span {
        self.entry().span
    }

    /// The bytes of a string behind its head; of another item the same as [`Node::span`].
    pub fn content(self) -> Span {
        Span { start: self.entry().content, end: self.entry().span.end }
    }

    /// The items directly inside: elements, keys and values by turns, chunks, or what is tagged.
    pub fn children(self) -> impl Iterator<Item = Node<'t, 'a>> {
        let end = self.entry().after;
        let tree = self.tree;
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let node = Node { tree, index: next };
            next = node.entry().after;
            Some(node)
        })
    }

    /// The key-value pairs of a map; empty for anything else. A key without its value is left out.
    pub fn pairs(self) -> impl Iterator<Item = (Node<'t, 'a>, Node<'t, 'a>)> {
        let mut children = self.children();
        let map = matches!(self.item(), Item::Map);
        std::iter::from_fn(move || if map { Some((children.next()?, children.next()?)) } else { None })
    }

    /// The elements of an array; empty for anything else.
    pub fn elements(self) -> impl Iterator<Item = Node<'t, 'a>> {
        let array = matches!(self.item(), Item::Array);
        self.children().filter(move |_| array)
    }

    /// The value of the first pair whose key is this text.
    pub fn member(self, name: &str) -> Option<Node<'t, 'a>> {
        self.pairs().find(|(key, _)| matches!(key.item(), Item::Text(text) if text == name)).map(|(_, v)| v)
    }

    /// The value of the first pair whose key is this integer.
    pub fn labelled(self, label: i64) -> Option<Node<'t, 'a>> {
        self.pairs().find(|(key, _)| key.integer() == Some(label)).map(|(_, value)| value)
    }

    /// The integer, where it is one and fits.
    pub fn integer(self) -> Option<i64> {
        match self.item() {
            Item::Unsigned(n) => i64::try_from(n).ok(),
            Item::Negative(n) => i64::try_from(n).ok().map(|n| -1 - n),
            _ => None,
        }
    }

    /// The text, where it is a string of definite length.
    pub fn text(self) -> Option<&'a str> {
        match self.item() {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes of a byte string, its chunks joined.
    pub fn bytes(self) -> Option<Cow<'a, [u8]>> {
        match self.item() {
            Item::Bytes(bytes) => Some(Cow::Borrowed(bytes)),
            Item::ByteChunks => {
                let mut all = Vec::new();
                for chunk in self.children() {
                    let Item::Bytes(bytes) = chunk.item() else { return None };
                    all.extend_from_slice(bytes);
                }
                Some(Cow::Owned(all))
            }
            _ => None,
        }
    }
}
