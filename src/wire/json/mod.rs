//! JSON of RFC 8259 as a spanned tree that borrows from its input.
//!
//! [`Document::read`] goes on after what it can make sense of (a trailing comma, a comment, a
//! missing comma), so that a text with several faults shows all of them. The tree is one flat
//! list of nodes: reading, walking and dropping it take no stack, however deep it is. This module
//! knows JSON, and nothing of what a member means.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use crate::base::{Budget, Fault, Span, SpanMap};

mod fault;
mod reader;
mod text;
pub mod write;

pub use fault::JsonFault;

/// A JSON text that was read.
#[derive(Debug)]
pub struct Document<'a> {
    nodes: Vec<Node<'a>>,
    names: Vec<Name<'a>>,
    faults: Vec<Fault<JsonFault>>,
    complete: bool,
}

/// The name of a member.
#[derive(Debug)]
struct Name<'a> {
    text: Cow<'a, str>,
    span: Span,
}

/// A value, in the order in which values begin in the text.
#[derive(Debug)]
struct Node<'a> {
    data: Data<'a>,
    span: Span,
    parent: u32,
    /// One past its last descendant: where its next sibling stands.
    end: u32,
    /// The index of its name in an object, its position in an array.
    key: u32,
}

#[derive(Debug)]
enum Data<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    String(Cow<'a, str>),
    Array,
    Object,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// A value of a [`Document`].
#[derive(Clone, Copy)]
pub struct Value<'a> {
    document: &'a Document<'a>,
    index: u32,
}

impl<'a> Document<'a> {
    /// Reads a text.
    pub fn read(input: &'a [u8], budget: &Budget) -> Self {
        reader::read(input, budget)
    }

    /// The value that the text is, as far as it could be read.
    pub fn root(&self) -> Option<Value<'_>> {
        (!self.nodes.is_empty()).then_some(Value { document: self, index: 0 })
    }

    /// Every fault, in the order of the text.
    pub fn faults(&self) -> &[Fault<JsonFault>] {
        &self.faults
    }

    /// Whether the whole text was read, with whatever faults: nothing is missing from the tree.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the text is JSON by the grammar of RFC 8259.
    pub fn is_well_formed(&self) -> bool {
        !self.faults.iter().any(|fault| fault.kind.breaks_grammar())
    }

    /// Every value, in the order in which they begin.
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.nodes.len()).map(|index| Value { document: self, index: index as u32 })
    }
}

impl<'a> Value<'a> {
    fn node(self) -> &'a Node<'a> {
        &self.document.nodes[self.index as usize]
    }

    /// Its type.
    pub fn kind(self) -> Type {
        match self.node().data {
            Data::Null => Type::Null,
            Data::Bool(_) => Type::Bool,
            Data::Number(_) => Type::Number,
            Data::String(_) => Type::String,
            Data::Array => Type::Array,
            Data::Object => Type::Object,
        }
    }

    /// The bytes that it covers; of a string with its quotes.
    pub fn span(self) -> Span {
        self.node().span
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.kind() == Type::Null
    }

    /// The boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.node().data {
            Data::Bool(value) => Some(value),
            Data::Null | Data::Number(_) | Data::String(_) | Data::Array | Data::Object => None,
        }
    }

    /// The number as it is written.
    pub fn as_number(self) -> Option<&'a str> {
        match self.node().data {
            Data::Number(text) => Some(text),
            Data::Null | Data::Bool(_) | Data::String(_) | Data::Array | Data::Object => None,
        }
    }

    /// The number, when it is written as an integer and fits.
    pub fn as_i64(self) -> Option<i64> {
        self.as_number()?.parse().ok()
    }

    /// The string, unescaped.
    pub fn as_str(self) -> Option<&'a str> {
        match &self.node().data {
            Data::String(text) => Some(text),
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Array | Data::Object => None,
        }
    }

    /// Where the characters of a string stand: inside the quotes.
    pub fn text_span(self) -> Span {
        let Span { start, end } = self.span();
        if self.kind() == Type::String && end >= start + 2 {
            Span { start: start + 1, end: end - 1 }
        } else {
            self.span()
        }
    }

    fn is_verbatim(self) -> bool {
        matches!(&self.node().data, Data::String(Cow::Borrowed(_)))
    }

    /// How ranges of [`Value::as_str`] map to the text.
    pub fn text_map(self) -> SpanMap {
        if self.is_verbatim() {
            SpanMap::Offset(self.text_span().start)
        } else {
            SpanMap::Within(self.span())
        }
    }

    /// How ranges of the bytes that the string encodes as base64 or base64url map to the text.
    pub fn base64_map(self) -> SpanMap {
        let Span { start, end } = self.text_span();
        if self.is_verbatim() { SpanMap::Base64(start, end) } else { SpanMap::Within(self.span()) }
    }

    /// The member with this name; the last one where it stands several times, as ECMAScript reads it.
    pub fn member(self, name: &str) -> Option<Value<'a>> {
        self.members().filter(|(text, _)| *text == name).last().map(|(_, value)| value)
    }

    /// The members of an object, in the order of the text, duplicates included.
    pub fn members(self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let names = &self.document.names;
        self.children(Type::Object).map(|value| (names[value.node().key as usize].text.as_ref(), value))
    }

    /// The elements of an array.
    pub fn elements(self) -> impl Iterator<Item = Value<'a>> {
        self.children(Type::Array)
    }

    fn children(self, of: Type) -> impl Iterator<Item = Value<'a>> {
        let node = self.node();
        let document = self.document;
        let mut next = if self.kind() == of { self.index + 1 } else { node.end };
        std::iter::from_fn(move || {
            (next < node.end).then(|| {
                let value = Value { document, index: next };
                next = value.node().end;
                value
            })
        })
    }

    fn parent(self) -> Option<Value<'a>> {
        (self.index > 0).then(|| Value { document: self.document, index: self.node().parent })
    }

    fn member_name(self) -> Option<&'a Name<'a>> {
        (self.parent()?.kind() == Type::Object).then(|| &self.document.names[self.node().key as usize])
    }

    /// Its name, when it is a member.
    pub fn name(self) -> Option<&'a str> {
        self.member_name().map(|name| name.text.as_ref())
    }

    /// Where its name stands, when it is a member.
    pub fn name_span(self) -> Option<Span> {
        self.member_name().map(|name| name.span)
    }

    /// Its JSON pointer (RFC 6901): empty at the root.
    pub fn pointer(self) -> String {
        let mut way = Vec::new();
        let mut at = self;
        while let Some(parent) = at.parent() {
            way.push(at);
            at = parent;
        }
        // An index is rarely longer than a name.
        let length = way.iter().map(|value| 1 + value.name().map_or(4, str::len)).sum();
        let mut pointer = String::with_capacity(length);
        for value in way.into_iter().rev() {
            match value.name() {
                Some(name) => push_token(&mut pointer, name),
                None => _ = write!(pointer, "/{}", value.node().key),
            }
        }
        pointer
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.kind(), self.pointer())
    }
}

/// Appends a reference token to a JSON pointer.
fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    if memchr::memchr2(b'~', b'/', token.as_bytes()).is_none() {
        pointer.push_str(token);
        return;
    }
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            _ => pointer.push(c),
        }
    }
}

#[cfg(test)]
mod tests;
