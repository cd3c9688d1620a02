//! From text to the arena: one pass, without recursion, everything that XML 1.0 and Namespaces in
//! XML 1.0 call an error recorded.
//!
//! Errors that leave the structure in doubt end the pass; all others are recorded and it goes on.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::arena::{AttributeData, Declaration, Document, ElementData, NONE, NodeData, NodeKind};
use super::scan::{Name, count, ends_name, find, find_text, forbidden, is_space, name, starts_name};
use super::value::{Place, reference, value};
use super::{Source, XmlFault};
use crate::base::{Budget, Fault, Limit, Span};

/// Prefixes and namespaces that the specification binds itself, at fixed places of the tables.
pub(in crate::wire) const DEFAULT_PREFIX: u32 = 0;
pub(in crate::wire) const XML: u32 = 1;
pub(super) const XMLNS: u32 = 2;
/// The namespace of names that have none.
pub(in crate::wire) const NO_NAMESPACE: u32 = 0;

pub(crate) const XML_URI: &str = "http://www.w3.org/XML/1998/namespace";
pub(super) const XMLNS_URI: &str = "http://www.w3.org/2000/xmlns/";

/// That the pass ends here: the fault that says why is recorded.
struct Stop;

type Step = Result<(), Stop>;

/// Texts by number, each once.
#[derive(Default)]
struct Interner<'a> {
    texts: Vec<Cow<'a, str>>,
    large: BTreeMap<Cow<'a, str>, u32>,
    /// The number that was asked for last: names come in runs.
    last: u32,
}

impl<'a> Interner<'a> {
    /// Few texts are compared one by one; many are looked up.
    const SMALL: usize = 16;

    fn number(&mut self, text: Cow<'a, str>) -> u32 {
        if self.texts[self.last as usize] == text {
            return self.last;
        }
        self.last = self.find_or_add(text);
        self.last
    }

    fn find_or_add(&mut self, text: Cow<'a, str>) -> u32 {
        if self.texts.len() <= Self::SMALL {
            if let Some(at) = self.texts.iter().position(|known| *known == text) {
                return at as u32;
            }
        } else if let Some(at) = self.large.get(&text) {
            return *at;
        }
        let number = self.texts.len() as u32;
        self.texts.push(text);
        if self.texts.len() == Self::SMALL + 1 {
            self.large = self.texts.iter().cloned().zip(0..).collect();
        } else if self.texts.len() > Self::SMALL {
            self.large.insert(self.texts[number as usize].clone(), number);
        }
        number
    }
}

/// A name as it stands in the text.
#[derive(Clone, Copy)]
struct RawName {
    start: usize,
    end: usize,
    /// Where the local part starts.
    local: usize,
}

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
    /// The innermost open element, or [`NONE`].
    open: u32,
    depth: usize,
    root: u32,
    faults: Vec<Fault<XmlFault>>,
}

pub(super) fn parse<'a>(
    source: &'a Source<'_>,
    budget: &Budget,
) -> Result<Document<'a>, Vec<Fault<XmlFault>>> {
    let text: &'a str = &source.text;
    let markup = count(text.as_bytes(), b'<').min(budget.nodes);
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: 0,
        budget: *budget,
        nodes: Vec::with_capacity(markup + 1),
        elements: Vec::with_capacity(markup / 2 + 1),
        attributes: Vec::with_capacity(markup / 4 + 1),
        declarations: Vec::new(),
        prefixes: Interner { texts: vec!["".into(), "xml".into(), "xmlns".into()], ..Interner::default() },
        namespaces: Interner {
            texts: vec!["".into(), XML_URI.into(), XMLNS_URI.into()],
            ..Interner::default()
        },
        bound: vec![NO_NAMESPACE, XML, XMLNS],
        open: NONE,
        depth: 0,
        root: NONE,
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

    fn skip_space(&mut self) -> bool {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|b| is_space(*b)) {
            self.at += 1;
        }
        self.at > start
    }

    fn document(&mut self, encoding: &'static str, declared: &mut Option<&'a str>) -> Step {
        if self.text.len() > self.budget.bytes.min(u32::MAX as usize - 1) {
            return self.spent(Limit::Bytes(self.budget.bytes));
        }
        for (at, c) in forbidden(self.text) {
            self.fault(XmlFault::CharacterForbidden(c), at, at + c.len_utf8())?;
        }
        if self.text.starts_with('\u{FEFF}') {
            self.at = '\u{FEFF}'.len_utf8();
        }
        if self.looking_at("<?xml") && self.bytes.get(self.at + 5).is_some_and(|b| is_space(*b)) {
            self.declaration(encoding, declared)?;
        }
        while self.at < self.bytes.len() {
            if self.bytes[self.at] == b'<' {
                self.markup()?;
            } else {
                self.characters()?;
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

    /// `<?xml version="1.0" encoding="…" standalone="…"?>`
    fn declaration(&mut self, actual: &'static str, declared: &mut Option<&'a str>) -> Step {
        let start = self.at;
        let Some(end) = find_text(self.text, start, "?>") else {
            return self.stop(XmlFault::MarkupUnclosed("the XML declaration"), start, self.bytes.len());
        };
        self.at = end + 2;
        let body = &self.text[start + 5..end];
        let Some([version, encoding]) = pseudo_attributes(body) else {
            return self.fault(XmlFault::DeclarationMalformed, start, end + 2);
        };
        if version != Some("1.0") {
            let found = version.unwrap_or_default().to_owned();
            self.fault(XmlFault::VersionNotRead(found), start, end + 2)?;
        }
        *declared = encoding;
        let Some(name) = encoding else { return Ok(()) };
        if name.eq_ignore_ascii_case(actual) {
            return Ok(());
        }
        let upper = name.to_ascii_uppercase();
        // In these every ASCII text has the bytes that it has in UTF-8.
        let extends_ascii =
            upper == "US-ASCII" || upper.starts_with("ISO-8859-") || upper.starts_with("WINDOWS-125");
        if actual == "UTF-8" && extends_ascii {
            return match self.bytes.iter().position(|b| !b.is_ascii()) {
                None => Ok(()),
                Some(_) => self.fault(XmlFault::EncodingNotRead(name.to_owned()), start, end + 2),
            };
        }
        let known = ["UTF-8", "UTF-16"].iter().any(|known| name.eq_ignore_ascii_case(known));
        let kind = if known {
            XmlFault::EncodingContradicted { declared: name.to_owned(), actual }
        } else {
            XmlFault::EncodingNotRead(name.to_owned())
        };
        self.fault(kind, start, end + 2)
    }

    fn markup(&mut self) -> Step {
        match self.bytes.get(self.at + 1) {
            Some(b'/') => self.end_tag(),
            Some(b'?') => self.instruction(),
            Some(b'!') if self.looking_at("<!--") => self.comment(),
            Some(b'!') if self.looking_at("<![CDATA[") => self.cdata(),
            Some(b'!') if self.looking_at("<!DOCTYPE") => self.doctype(),
            Some(b'!') => self.stop(XmlFault::MarkupUnknown, self.at, self.at + 2),
            _ => self.start_tag(),
        }
    }

    fn push(&mut self, kind: NodeKind, start: usize, end: usize, extra: u32) -> Result<u32, Stop> {
        if self.nodes.len() >= self.budget.nodes {
            return self.spent(Limit::Nodes(self.budget.nodes));
        }
        let id = self.nodes.len() as u32;
        self.nodes.push(NodeData {
            start: start as u32,
            end: end as u32,
            parent: self.open,
            last: id,
            kind,
            extra,
        });
        Ok(id)
    }

    /// Character data up to the next `<`.
    fn characters(&mut self) -> Step {
        let start = self.at;
        let mut at = start;
        loop {
            at = find(self.bytes, at, [b'<', b'&', b'>']);
            match self.bytes.get(at) {
                Some(b'&') => at = self.reference(at)?,
                Some(b'>') => {
                    if at >= start + 2 && self.bytes[at - 2..at] == *b"]]" {
                        self.fault(XmlFault::CdataEndInText, at - 2, at + 1)?;
                    }
                    at += 1;
                }
                _ => break,
            }
        }
        self.at = at;
        if self.open != NONE {
            self.push(NodeKind::Text, start, at, 0)?;
        } else if let Some(offset) = self.bytes[start..at].iter().position(|b| !is_space(*b)) {
            self.fault(XmlFault::ContentOutsideRoot, start + offset, at)?;
        }
        Ok(())
    }

    /// Checks the reference at `at`, and says where it ends.
    fn reference(&mut self, at: usize) -> Result<usize, Stop> {
        let body = at + 1;
        if self.bytes.get(body) == Some(&b'#') {
            let digits = self.bytes[body + 1..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
            let end = body + 1 + digits;
            if self.bytes.get(end) != Some(&b';') || reference(&self.text[body..end]).is_none() {
                let text = self.text[at..end].to_owned();
                self.fault(XmlFault::CharacterReference(text), at, end)?;
            }
            return Ok(end);
        }
        let end = name(self.text, body).end;
        if end == body || self.bytes.get(end) != Some(&b';') {
            self.fault(XmlFault::AmpersandBare, at, end)?;
        } else if reference(&self.text[body..end]).is_none() {
            self.fault(XmlFault::EntityUndeclared(self.text[body..end].to_owned()), at, end + 1)?;
        }
        Ok(end)
    }

    fn comment(&mut self) -> Step {
        let start = self.at;
        let Some(dashes) = find_text(self.text, start + 4, "--") else {
            return self.stop(XmlFault::MarkupUnclosed("a comment"), start, self.bytes.len());
        };
        let mut end = dashes;
        if self.bytes.get(dashes + 2) != Some(&b'>') {
            self.fault(XmlFault::CommentDashes, dashes, dashes + 2)?;
            let Some(close) = find_text(self.text, dashes, "-->") else {
                return self.stop(XmlFault::MarkupUnclosed("a comment"), start, self.bytes.len());
            };
            end = close;
        }
        self.at = end + 3;
        self.push(NodeKind::Comment, start, end + 3, 0)?;
        Ok(())
    }

    fn cdata(&mut self) -> Step {
        let start = self.at;
        let Some(end) = find_text(self.text, start, "]]>") else {
            return self.stop(XmlFault::MarkupUnclosed("a CDATA section"), start, self.bytes.len());
        };
        self.at = end + 3;
        if self.open == NONE {
            return self.fault(XmlFault::ContentOutsideRoot, start, end + 3);
        }
        self.push(NodeKind::Cdata, start, end + 3, 0)?;
        Ok(())
    }

    fn instruction(&mut self) -> Step {
        let start = self.at;
        let target_end = name(self.text, start + 2).end;
        let target = &self.text[start + 2..target_end];
        let Some(end) = find_text(self.text, start + 2, "?>") else {
            return self.stop(XmlFault::MarkupUnclosed("a processing instruction"), start, self.bytes.len());
        };
        if target == "xml" && start > 0 {
            self.fault(XmlFault::DeclarationMisplaced, start, end + 2)?;
        } else if target.eq_ignore_ascii_case("xml") {
            self.fault(XmlFault::InstructionTargetReserved, start, target_end)?;
        } else if target.is_empty() || (target_end < end && !is_space(self.bytes[target_end])) {
            self.fault(XmlFault::MarkupUnknown, start, end + 2)?;
        } else if target.contains(':') {
            self.fault(XmlFault::NameColons(target.to_owned()), start + 2, target_end)?;
        }
        self.at = end + 2;
        self.push(NodeKind::Instruction, start, end + 2, target_end as u32)?;
        Ok(())
    }

    /// Skips a document type declaration: nothing in it is acted upon.
    fn doctype(&mut self) -> Step {
        let start = self.at;
        let mut at = start + "<!DOCTYPE".len();
        let mut nested = 0usize;
        loop {
            at = find(self.bytes, at, [b'<', b'>', b'"', b'\'', b'[', b']']);
            match self.bytes.get(at) {
                None => {
                    return self.stop(
                        XmlFault::MarkupUnclosed("a document type declaration"),
                        start,
                        self.bytes.len(),
                    );
                }
                Some(quote @ (b'"' | b'\'')) => at = find(self.bytes, at + 1, [*quote]),
                Some(b'<') if self.bytes[at..].starts_with(b"<!--") => {
                    at = find_text(self.text, at + 4, "-->").map_or(self.bytes.len(), |end| end + 2);
                }
                Some(b'<') if self.bytes[at..].starts_with(b"<?") => {
                    at = find_text(self.text, at + 2, "?>").map_or(self.bytes.len(), |end| end + 1);
                }
                Some(b'<' | b'[') => nested += 1,
                Some(b'>') if nested == 0 => break,
                Some(_) => nested = nested.saturating_sub(1),
            }
            at += 1;
        }
        self.at = at + 1;
        self.fault(XmlFault::DoctypeDeclared, start, at + 1)
    }

    fn raw_name(&mut self) -> Result<RawName, Stop> {
        let start = self.at;
        let Name { end, colon, colons } = name(self.text, start);
        if end == start {
            let next = self.text.get(start..).and_then(|rest| rest.chars().next());
            return self.stop(XmlFault::NameMissing, start, start + next.map_or(0, char::len_utf8));
        }
        self.at = end;
        let mut local = start;
        if let Some(colon) = colon {
            local = colon + 1;
            if colon == start || colons || !starts_name(self.text, local) {
                self.fault(XmlFault::NameColons(self.text[start..end].to_owned()), start, end)?;
                local = start;
            }
        }
        Ok(RawName { start, end, local })
    }

    fn prefix(&mut self, name: RawName) -> u32 {
        if name.local == name.start {
            return DEFAULT_PREFIX;
        }
        let number = self.prefixes.number(Cow::Borrowed(&self.text[name.start..name.local - 1]));
        if number as usize == self.bound.len() {
            self.bound.push(NONE);
        }
        number
    }

    /// The namespace that `prefix` is bound to.
    fn resolve(&mut self, prefix: u32, name: RawName) -> Result<u32, Stop> {
        let namespace = self.bound[prefix as usize];
        if namespace == NONE {
            let text = self.text[name.start..name.local - 1].to_owned();
            self.fault(XmlFault::PrefixUnbound(text), name.start, name.end)?;
            return Ok(NO_NAMESPACE);
        }
        Ok(namespace)
    }

    fn start_tag(&mut self) -> Step {
        let start = self.at;
        if self.open == NONE && self.root != NONE {
            let end = name(self.text, start + 1).end;
            let name = self.text[start + 1..end].to_owned();
            return self.stop(XmlFault::RootSecond(name), start, end);
        }
        if self.depth >= self.budget.depth {
            return self.spent(Limit::Depth(self.budget.depth));
        }
        self.at += 1;
        let name = self.raw_name()?;
        let (first_attribute, first_declaration) = (self.attributes.len(), self.declarations.len());
        let index = self.elements.len();
        let node = self.push(NodeKind::Element, start, start, index as u32)?;
        // Known now, so that a fault in the tag can be placed; the rest when the tag is read.
        self.elements.push(ElementData {
            prefix: DEFAULT_PREFIX,
            namespace: NO_NAMESPACE,
            name_end: name.end as u32,
            attributes: (first_attribute as u32, first_attribute as u32),
            declarations: (first_declaration as u32, first_declaration as u32),
            open_end: name.end as u32,
            close_start: name.end as u32,
        });
        if self.root == NONE {
            self.root = node;
        }
        let empty = loop {
            let spaced = self.skip_space();
            match self.bytes.get(self.at) {
                None => return self.stop(XmlFault::MarkupUnclosed("a start tag"), start, self.at),
                Some(b'>') => break false,
                Some(b'/') if self.bytes.get(self.at + 1) == Some(&b'>') => break true,
                Some(b'/' | b'<' | b'=' | b'"' | b'\'') => {
                    return self.stop(XmlFault::TagMalformed, self.at, self.at + 1);
                }
                Some(_) => self.attribute(spaced)?,
            }
            let members =
                self.attributes.len() - first_attribute + self.declarations.len() - first_declaration;
            if members > self.budget.members {
                return self.spent(Limit::Members(self.budget.members));
            }
        };
        let open_end = self.at + if empty { 2 } else { 1 };
        self.at = open_end;
        let prefix = self.prefix(name);
        let namespace = self.resolve(prefix, name)?;
        if prefix == XMLNS {
            self.fault(XmlFault::PrefixReserved("xmlns".to_owned()), name.start, name.end)?;
        }
        self.resolve_attributes(first_attribute, first_declaration)?;
        let element = &mut self.elements[index];
        element.prefix = prefix;
        element.namespace = namespace;
        element.attributes.1 = self.attributes.len() as u32;
        element.declarations.1 = self.declarations.len() as u32;
        element.open_end = open_end as u32;
        element.close_start = open_end as u32;
        self.open = node;
        self.depth += 1;
        if empty {
            self.close(open_end, open_end);
        }
        Ok(())
    }

    /// Ends the open element: its end tag stands at `start..end`.
    fn close(&mut self, start: usize, end: usize) {
        let last = self.nodes.len() as u32 - 1;
        let node = &mut self.nodes[self.open as usize];
        node.last = last;
        node.end = end as u32;
        let parent = node.parent;
        let element = &mut self.elements[node.extra as usize];
        element.close_start = start as u32;
        let (from, to) = element.declarations;
        for declaration in self.declarations[from as usize..to as usize].iter().rev() {
            self.bound[declaration.prefix as usize] = declaration.shadowed;
        }
        self.open = parent;
        self.depth -= 1;
    }

    fn end_tag(&mut self) -> Step {
        let start = self.at;
        self.at += 2;
        if self.open != NONE {
            let open = self.name_of(self.open);
            let end = self.at + open.len();
            if self.looking_at(open) && ends_name(self.text, end) {
                self.at = end;
                return self.end_of_end_tag(start);
            }
        }
        let end = name(self.text, self.at).end;
        let name = &self.text[self.at..end];
        if self.open == NONE {
            return self.stop(XmlFault::EndTagWithoutStart(name.to_owned()), start, end);
        }
        let open = self.name_of(self.open).to_owned();
        self.stop(XmlFault::EndTagMismatched { open, found: name.to_owned() }, start, end)
    }

    fn end_of_end_tag(&mut self, start: usize) -> Step {
        self.skip_space();
        match self.bytes.get(self.at) {
            Some(b'>') => self.at += 1,
            Some(_) => return self.stop(XmlFault::TagMalformed, self.at, self.at + 1),
            None => return self.stop(XmlFault::MarkupUnclosed("an end tag"), start, self.at),
        }
        self.close(start, self.at);
        Ok(())
    }

    fn name_of(&self, node: u32) -> &'a str {
        let node = self.nodes[node as usize];
        let element = self.elements[node.extra as usize];
        &self.text[node.start as usize + 1..element.name_end as usize]
    }

    /// One attribute or namespace declaration.
    fn attribute(&mut self, spaced: bool) -> Step {
        let name = self.raw_name()?;
        let text = &self.text[name.start..name.end];
        if !spaced {
            self.fault(XmlFault::AttributeNotSeparated(text.to_owned()), name.start, name.end)?;
        }
        self.skip_space();
        if self.bytes.get(self.at) != Some(&b'=') {
            return self.fault(XmlFault::AttributeWithoutValue(text.to_owned()), name.start, name.end);
        }
        self.at += 1;
        self.skip_space();
        let Some(quote @ (b'"' | b'\'')) = self.bytes.get(self.at).copied() else {
            return self.stop(XmlFault::AttributeUnquoted(text.to_owned()), name.start, self.at);
        };
        let start = self.at + 1;
        let mut at = start;
        loop {
            at = find(self.bytes, at, [quote, b'&', b'<']);
            match self.bytes.get(at) {
                None => return self.stop(XmlFault::MarkupUnclosed("an attribute value"), start, at),
                Some(b'&') => at = self.reference(at)?,
                Some(b'<') => {
                    self.fault(XmlFault::LessThanInAttribute, at, at + 1)?;
                    at += 1;
                }
                Some(_) => break,
            }
        }
        self.at = at + 1;
        if text == "xmlns" || text.starts_with("xmlns:") && name.local > name.start {
            return self.declare(name, start, at);
        }
        let prefix = self.prefix(name);
        self.attributes.push(AttributeData {
            start: name.start as u32,
            name_end: name.end as u32,
            value: (start as u32, at as u32),
            prefix,
            namespace: NO_NAMESPACE,
        });
        Ok(())
    }

    fn declare(&mut self, name: RawName, start: usize, end: usize) -> Step {
        let raw = &self.text[start..end];
        // The references in it may be bad ones; they are recorded, and the value serves no one.
        let uri = if self.faults.is_empty() { value(raw, Place::Attribute) } else { Cow::Borrowed(raw) };
        let default = name.local == name.start;
        let prefix = if default {
            DEFAULT_PREFIX
        } else {
            let local = &self.text[name.local..name.end];
            let number = self.prefixes.number(Cow::Borrowed(local));
            if number as usize == self.bound.len() {
                self.bound.push(NONE);
            }
            number
        };
        let reserved = match prefix {
            XMLNS => true,
            XML => uri != XML_URI,
            _ => uri == XML_URI || uri == XMLNS_URI,
        };
        let text = || self.text[name.start..end].to_owned();
        if reserved {
            return self.fault(XmlFault::PrefixReserved(text()), name.start, end + 1);
        }
        if uri.is_empty() && !default {
            let prefix = self.text[name.local..name.end].to_owned();
            self.fault(XmlFault::PrefixUndeclared(prefix), name.start, end + 1)?;
        }
        let namespace = self.namespaces.number(uri);
        let shadowed = std::mem::replace(&mut self.bound[prefix as usize], namespace);
        self.declarations.push(Declaration {
            start: name.start as u32,
            name_end: name.end as u32,
            value: (start as u32, end as u32),
            prefix,
            namespace,
            shadowed,
        });
        Ok(())
    }

    /// Resolves the attributes from `first` on, and finds those that stand twice.
    fn resolve_attributes(&mut self, first: usize, first_declaration: usize) -> Step {
        for index in first..self.attributes.len() {
            let AttributeData { start, name_end, prefix, .. } = self.attributes[index];
            if prefix != DEFAULT_PREFIX {
                let local = start as usize + self.prefixes.texts[prefix as usize].len() + 1;
                let name = RawName { start: start as usize, end: name_end as usize, local };
                self.attributes[index].namespace = self.resolve(prefix, name)?;
            }
        }
        let local = |attribute: &AttributeData| {
            let prefix = self.prefixes.texts[attribute.prefix as usize].len();
            let start = attribute.start as usize + if prefix == 0 { 0 } else { prefix + 1 };
            (attribute.namespace, &self.text[start..attribute.name_end as usize])
        };
        let mut twice = Vec::new();
        let attributes = &self.attributes[first..];
        if attributes.len() > 8 {
            // Sorted, so that the time stays within n log n.
            let mut order: Vec<&AttributeData> = attributes.iter().collect();
            order.sort_by_key(|attribute| (local(attribute), attribute.start));
            let pairs = order.windows(2).filter(|pair| local(pair[0]) == local(pair[1]));
            twice.extend(pairs.map(|pair| (pair[1].start, pair[1].name_end)));
        } else {
            for (index, attribute) in attributes.iter().enumerate() {
                if attributes[..index].iter().any(|before| local(before) == local(attribute)) {
                    twice.push((attribute.start, attribute.name_end));
                }
            }
        }
        let mut order: Vec<(u32, u32, u32)> = self.declarations[first_declaration..]
            .iter()
            .map(|declaration| (declaration.prefix, declaration.start, declaration.name_end))
            .collect();
        order.sort_unstable();
        let pairs = order.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        twice.extend(pairs.map(|pair| (pair[1].1, pair[1].2)));
        for (start, end) in twice {
            let name = self.text[start as usize..end as usize].to_owned();
            self.fault(XmlFault::AttributeDuplicate(name), start as usize, end as usize)?;
        }
        Ok(())
    }
}

/// The version and the encoding that the body of an XML declaration names, or nothing where its
/// grammar is not met.
fn pseudo_attributes(body: &str) -> Option<[Option<&str>; 2]> {
    let mut rest = body;
    let mut found: [Option<&str>; 3] = [None; 3];
    let mut next = 0;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if trimmed.is_empty() {
            break;
        }
        if trimmed.len() == rest.len() {
            return None;
        }
        let (name, after) = trimmed.split_once('=')?;
        let name = name.trim_end_matches([' ', '\t', '\r', '\n']);
        let index = ["version", "encoding", "standalone"].iter().position(|known| *known == name)?;
        if index < next {
            return None;
        }
        next = index + 1;
        let after = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, left) = after[1..].split_once(quote)?;
        found[index] = Some(value);
        rest = left;
    }
    let [version, encoding, standalone] = found;
    let starts_with_letter = |name: &str| name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if version.is_none()
        || encoding.is_some_and(|name| !starts_with_letter(name) || !plain(name))
        || standalone.is_some_and(|value| value != "yes" && value != "no")
    {
        return None;
    }
    Some([version, encoding])
}
