//! From text to the arena: one pass, without recursion, everything that XML 1.0 and Namespaces in
//! XML 1.0 call an error recorded.
//!
//! Errors that leave the structure in doubt end the pass; all others are recorded and it goes on.

use super::arena::{AttributeData, Declaration, Document, ElementData, NONE, NodeData, NodeKind, Positions};
use super::scan::{forbidden, is_plain, is_space};
use super::{Source, XmlFault};
use crate::base::{Budget, Fault, Limit, Span};

mod attributes;
mod content;
mod interner;
mod prologue;
mod tags;

use interner::Interner;

/// Prefixes and namespaces that the specification binds itself, at fixed places of the tables.
pub(in crate::wire) const DEFAULT_PREFIX: u32 = 0;
pub(in crate::wire) const XML: u32 = 1;
pub(super) const XMLNS: u32 = 2;
/// The namespace of names that have none.
pub(in crate::wire) const NO_NAMESPACE: u32 = 0;

pub(crate) const XML_URI: &str = "http://www.w3.org/XML/1998/namespace";
pub(super) const XMLNS_URI: &str = "http://www.w3.org/2000/xmlns/";

/// Room for what most documents have few of.
const FEW: usize = 8;

/// That the pass ends here: the fault that says why is recorded.
struct Stop;

type Step = Result<(), Stop>;

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    budget: Budget,
    nodes: Vec<NodeData>,
    elements: Vec<ElementData>,
    attributes: Vec<AttributeData>,
    declarations: Vec<Declaration>,
    prefixes: Interner<'a>,
    namespaces: Interner<'a>,
    /// By prefix: the namespace that it is bound to here, or [`NONE`].
    bound: Vec<u32>,
    /// By depth: the element whose start tag was read there last.
    alike: Vec<u32>,
    /// The innermost open element, or [`NONE`].
    open: u32,
    depth: usize,
    root: u32,
    /// Whether no other control characters than line feeds stand in the text.
    plain: bool,
    /// Whether every line ends in a line feed alone, so that none is normalised.
    plain_lines: bool,
    /// The first line feed behind the start of the tag that was asked about last, or of an earlier one.
    line_feed: usize,
    /// Whether the tag at hand is written as canonical XML writes it, so far.
    tidy: bool,
    faults: Vec<Fault<XmlFault>>,
}

pub(super) fn parse<'a>(
    source: &'a Source<'_>,
    budget: &Budget,
) -> Result<Document<'a>, Vec<Fault<XmlFault>>> {
    let text: &'a str = &source.text;
    // A tag takes some forty bytes with the text behind it. What is denser finds its room on the way.
    let markup = (text.len() / 40).min(budget.nodes);
    let plain = is_plain(text);
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: 0,
        budget: *budget,
        // Behind most tags stands text; most elements have two tags.
        nodes: Vec::with_capacity(markup + markup / 2 + 1),
        elements: Vec::with_capacity(markup / 2 + 1),
        attributes: Vec::with_capacity(markup / 2 + 1),
        declarations: Vec::with_capacity(FEW),
        prefixes: Interner::of(&["", "xml", "xmlns"]),
        namespaces: Interner::of(&["", XML_URI, XMLNS_URI]),
        bound: vec![NO_NAMESPACE, XML, XMLNS],
        alike: Vec::with_capacity(2 * FEW),
        open: NONE,
        depth: 0,
        root: NONE,
        plain,
        plain_lines: plain || !text.contains('\r'),
        line_feed: 0,
        tidy: true,
        faults: Vec::new(),
    };
    let mut declared_encoding = None;
    // A `Stop` has been recorded as a fault.
    let _ = parser.document(source.encoding, &mut declared_encoding);
    let Parser { nodes, elements, attributes, declarations, prefixes, namespaces, mut faults, root, .. } =
        parser;
    let document = Document {
        text,
        nodes,
        elements,
        attributes,
        declarations,
        prefixes: prefixes.texts,
        namespaces: namespaces.texts,
        root,
        declared_encoding,
        positions: Positions::default(),
    };
    if faults.is_empty() {
        return Ok(document);
    }
    faults.sort_by_key(|fault| fault.span.start);
    for fault in &mut faults {
        fault.at = document.path_at(fault.span.start as usize);
    }
    Err(faults)
}

impl<'a> Parser<'a> {
    #[cold]
    fn fault(&mut self, kind: XmlFault, start: usize, end: usize) -> Step {
        if self.faults.len() >= self.budget.faults {
            return Err(Stop);
        }
        self.faults.push(Fault::new(kind, Span::new(start, end), ""));
        Ok(())
    }

    fn stop<T>(&mut self, kind: XmlFault, start: usize, end: usize) -> Result<T, Stop> {
        self.fault(kind, start, end)?;
        Err(Stop)
    }

    fn spent<T>(&mut self, limit: Limit) -> Result<T, Stop> {
        self.stop(XmlFault::Limit(limit), self.at, self.at)
    }

    fn looking_at(&self, what: &str) -> bool {
        self.bytes[self.at..].starts_with(what.as_bytes())
    }

    /// Skips white space, and says how many bytes of it.
    #[inline]
    fn skip_space(&mut self) -> usize {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(|b| is_space(*b)) {
            self.at += 1;
        }
        self.at - from
    }

    fn document(&mut self, encoding: &'static str, declared: &mut Option<&'a str>) -> Step {
        if self.text.len() > self.budget.bytes.min(u32::MAX as usize - 1) {
            return self.spent(Limit::Bytes(self.budget.bytes));
        }
        if !self.plain {
            for (at, c) in forbidden(self.text) {
                self.fault(XmlFault::CharacterForbidden(c), at, at + c.len_utf8())?;
            }
        }
        if self.text.starts_with('\u{FEFF}') {
            self.at = '\u{FEFF}'.len_utf8();
        }
        if self.looking_at("<?xml") && self.bytes.get(self.at + 5).is_some_and(|b| is_space(*b)) {
            self.declaration(encoding, declared)?;
        }
        while self.at < self.bytes.len() {
            match self.bytes[self.at..] {
                [b'<', b'/', ..] => self.end_tag()?,
                [b'<', b'!' | b'?', ..] => self.aside()?,
                [b'<', ..] => self.start_tag()?,
                _ => self.characters()?,
            }
        }
        if self.open != NONE {
            let open = self.nodes[self.open as usize];
            let name = self.name_of(self.open).to_owned();
            return self.stop(XmlFault::ElementUnclosed(name), open.start as usize, self.at);
        }
        if self.root == NONE && self.faults.is_empty() {
            return self.stop(XmlFault::RootMissing, self.at, self.at);
        }
        Ok(())
    }

    /// What stands between tags and is no character data.
    fn aside(&mut self) -> Step {
        match self.bytes[self.at + 1] {
            b'?' => self.instruction(),
            _ if self.looking_at("<!--") => self.comment(),
            _ if self.looking_at("<![CDATA[") => self.cdata(),
            _ if self.looking_at("<!DOCTYPE") => self.doctype(),
            _ => self.stop(XmlFault::MarkupUnknown, self.at, self.at + 2),
        }
    }

    #[inline]
    fn push(&mut self, kind: NodeKind, start: usize, end: usize, extra: u32) -> Result<&mut NodeData, Stop> {
        if self.nodes.len() >= self.budget.nodes {
            return self.spent(Limit::Nodes(self.budget.nodes));
        }
        let last = self.nodes.len() as u32;
        Ok(self.nodes.push_mut(NodeData {
            start: start as u32,
            end: end as u32,
            parent: self.open,
            last,
            kind,
            canonical: false,
            kept: false,
            extra,
        }))
    }
}
