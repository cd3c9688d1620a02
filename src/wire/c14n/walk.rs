//! The walk over the nodes of a subset, and the namespaces that each element writes.

use std::collections::BTreeSet;

use super::output::{Output, Sink};
use super::{Algorithm, Method, RelativeNamespace, Subset, inherit};
use crate::base::Span;
use crate::wire::xml::arena::{AttributeData, Declaration, Document, ElementData, NONE, NodeData, NodeKind};
use crate::wire::xml::parse::{DEFAULT_PREFIX, NO_NAMESPACE, XML};
use crate::wire::xml::{Element, XML_URI};

pub(super) struct Walk<'d, 'a, 's, S> {
    document: &'d Document<'d>,
    subset: Subset<'d>,
    algorithm: &'a Algorithm,
    out: Output<'d, 's, S>,
    /// Up to where the input is written. What stands from here to the next departure from the canonical
    /// form is written in one piece, when that is met.
    done: usize,
    /// By prefix: the namespace that the output has in scope, or [`NONE`].
    written: Vec<u32>,
    /// The last node of the innermost open element.
    close_after: u32,
    /// What to put back into `written` when an element ends, the marks per open element.
    undo: Vec<(u32, u32)>,
    open: Vec<Open>,
    /// By prefix: whether it is treated inclusively. Empty where none is.
    inclusive: Vec<bool>,
    needed: Vec<(u32, u32)>,
    order: Vec<AttributeData>,
}

/// Room for as many open elements and declarations as most documents have.
const ROOM: usize = 16;

/// An element whose start is written and whose end is not.
struct Open {
    id: u32,
    last: u32,
    /// How much of `undo` belongs to the elements around it.
    mark: usize,
}

impl<'d, 'a, 's, S: Sink> Walk<'d, 'a, 's, S> {
    pub(super) fn new(subset: Subset<'d>, algorithm: &'a Algorithm, sink: &'s mut S) -> Self {
        let document = subset.document;
        let mut written = vec![NONE; document.prefixes.len()];
        written[DEFAULT_PREFIX as usize] = NO_NAMESPACE;
        let exclusive = algorithm.method == Method::Exclusive;
        let mut inclusive = Vec::new();
        // Where all are exclusive nobody asks.
        if !exclusive || !algorithm.prefixes.is_empty() {
            let listed: BTreeSet<&str> = algorithm
                .prefixes
                .iter()
                .map(|prefix| if prefix == "#default" { "" } else { prefix.as_str() })
                .collect();
            inclusive.extend(document.prefixes.iter().map(|it| !exclusive || listed.contains(it.as_ref())));
            // The prefix `xml` is never declared in a canonical form.
            inclusive[XML as usize] = false;
        }
        Self {
            document,
            subset,
            algorithm,
            out: Output::new(document.text, sink),
            done: 0,
            written,
            close_after: NONE,
            undo: Vec::with_capacity(ROOM),
            open: Vec::with_capacity(ROOM),
            inclusive,
            needed: Vec::new(),
            order: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Result<(), RelativeNamespace> {
        let (mut id, last) = match self.subset.apex {
            Some(apex) => (apex.id, self.document.node(apex.id).last),
            None => (0, self.document.nodes.len() as u32 - 1),
        };
        let apex = self.subset.apex.unwrap_or(self.document.root()).id;
        let without = self.subset.without.map_or(NONE, |element| element.id);
        self.done = self.document.nodes.get(id as usize).map_or(0, |node| node.start as usize);
        while id <= last {
            if id > self.close_after {
                self.close_before(id);
            }
            let node = &self.document.nodes[id as usize];
            if node.parent == NONE {
                // The line ends between it and what stands beside it are no part of the document.
                self.done = node.start as usize;
            }
            if id == without {
                self.skip(node);
                id = node.last + 1;
                continue;
            }
            match node.kind {
                NodeKind::Element => self.start(id, node, id == apex)?,
                NodeKind::Text if node.canonical => {}
                NodeKind::Text => {
                    self.up_to(node.extra);
                    self.done = node.end as usize;
                    self.out.text(node.extra as usize, node.end as usize);
                }
                NodeKind::Cdata => {
                    self.skip(node);
                    self.out.cdata(node.start as usize + 9, node.end as usize - 3);
                }
                NodeKind::Comment if !self.algorithm.comments => self.skip(node),
                NodeKind::Comment | NodeKind::Instruction => {
                    self.skip(node);
                    self.aside(node, id < apex);
                }
            }
            id += 1;
        }
        self.close_before(NONE);
        self.out.end();
        Ok(())
    }

    /// Writes what is left before `node`, which does not stand as canonical XML writes it, if at all.
    fn skip(&mut self, node: &NodeData) {
        self.up_to(node.start);
        self.done = node.end as usize;
    }

    /// Writes the input from where it is written up to `end`.
    fn up_to(&mut self, end: u32) {
        self.out.source(self.done, end as usize);
        self.done = end as usize;
    }

    /// A comment or an instruction; beside the root element it has a line of its own.
    fn aside(&mut self, node: &NodeData, before_root: bool) {
        let beside = node.parent == NONE;
        if beside && !before_root {
            self.out.byte(b'\n');
        }
        let (start, end) = (node.start as usize, node.end as usize);
        if node.kind == NodeKind::Comment {
            self.out.verbatim(start, end);
        } else {
            let target = node.extra as usize;
            let body = self.document.text[target..end - 2].trim_start_matches([' ', '\t', '\r', '\n']);
            self.out.source(start, target);
            if !body.is_empty() {
                self.out.byte(b' ');
                self.out.verbatim(end - 2 - body.len(), end - 2);
            }
            self.out.literal("?>");
        }
        if beside && before_root {
            self.out.byte(b'\n');
        }
    }

    fn start(&mut self, id: u32, node: &NodeData, apex: bool) -> Result<(), RelativeNamespace> {
        let document = self.document;
        let element = &document.elements[node.extra as usize];
        // Without declarations of its own, an element writes one for its prefix alone, if any.
        let writes_none = self.algorithm.method != Method::Exclusive
            || self.written[element.prefix as usize] == element.namespace;
        if node.kept && writes_none && !apex {
            return Ok(());
        }
        self.up_to(node.start);
        self.done = element.open_end as usize;
        let declarations = slice(&document.declarations, element.declarations);
        self.open.push(Open { id, last: node.last, mark: self.undo.len() });
        self.close_after = node.last;
        for declaration in declarations {
            self.absolute(
                declaration.namespace,
                Span { start: declaration.start, end: declaration.value.1 },
            )?;
        }
        self.gather(id, element, apex);
        if node.canonical && self.needed.is_empty() && !apex {
            // The whole tag is written as it stands; an empty-element tag loses its slash.
            let slash = usize::from(element.open_end == node.end);
            self.out.source(node.start as usize, element.open_end as usize - 1 - slash);
            self.out.byte(b'>');
            return Ok(());
        }
        self.out.source(node.start as usize, element.name_end as usize);
        if !self.needed.is_empty() {
            self.namespaces(declarations, node)?;
        }
        self.attributes(id, element, apex);
        self.out.byte(b'>');
        Ok(())
    }

    /// Gathers the declarations that this element writes.
    fn gather(&mut self, id: u32, element: &ElementData, apex: bool) {
        let document = self.document;
        self.needed.clear();
        if self.algorithm.method == Method::Exclusive {
            self.need(element.prefix, element.namespace);
            for attribute in slice(&document.attributes, element.attributes) {
                if attribute.prefix != DEFAULT_PREFIX {
                    self.need(attribute.prefix, attribute.namespace);
                }
            }
            if self.algorithm.prefixes.is_empty() {
                return;
            }
        }
        if apex {
            // From the inside out, so that the first declaration of a prefix is the one in scope.
            let mut seen = vec![false; document.prefixes.len()];
            for ancestor in (Element { document, id }).ancestors() {
                for declaration in slice(&document.declarations, ancestor.data().declarations) {
                    let prefix = declaration.prefix as usize;
                    if self.inclusive[prefix] && !std::mem::replace(&mut seen[prefix], true) {
                        self.need(declaration.prefix, declaration.namespace);
                    }
                }
            }
        } else {
            for declaration in slice(&document.declarations, element.declarations) {
                if self.inclusive[declaration.prefix as usize] {
                    self.need(declaration.prefix, declaration.namespace);
                }
            }
        }
    }

    fn need(&mut self, prefix: u32, namespace: u32) {
        let written = &mut self.written[prefix as usize];
        if *written != namespace && prefix != XML {
            self.undo.push((prefix, *written));
            self.needed.push((prefix, namespace));
            *written = namespace;
        }
    }

    fn namespaces(&mut self, declarations: &[Declaration], node: &NodeData) -> Result<(), RelativeNamespace> {
        let document = self.document;
        let mut needed = std::mem::take(&mut self.needed);
        needed.sort_unstable_by(|a, b| document.prefixes[a.0 as usize].cmp(&document.prefixes[b.0 as usize]));
        for &(prefix, namespace) in &needed {
            self.absolute(namespace, Span { start: node.start, end: node.start })?;
            self.out.byte(b' ');
            // Few elements have many declarations and write many: then the names are searched.
            let own = if declarations.len() > 16 {
                None
            } else {
                declarations.iter().find(|d| d.prefix == prefix && d.namespace == namespace)
            };
            if let Some(own) = own {
                self.out.source(own.start as usize, own.name_end as usize);
                self.out.byte(b'=');
                self.out.byte(b'"');
                self.out.attribute(own.value.0 as usize, own.value.1 as usize);
            } else {
                self.out.literal(if prefix == DEFAULT_PREFIX { "xmlns" } else { "xmlns:" });
                self.out.literal(&document.prefixes[prefix as usize]);
                self.out.byte(b'=');
                self.out.byte(b'"');
                self.out.value(&document.namespaces[namespace as usize]);
            }
            self.out.byte(b'"');
        }
        self.needed = needed;
        Ok(())
    }

    fn attributes(&mut self, id: u32, element: &ElementData, apex: bool) {
        let document = self.document;
        let own = slice(&document.attributes, element.attributes);
        let inherited = if apex {
            inherit::attributes(Element { document, id }, self.algorithm.method)
        } else {
            Vec::new()
        };
        if own.len() < 2 && inherited.is_empty() {
            if let [attribute] = own {
                self.attribute(attribute);
            }
            return;
        }
        let local = |it: &AttributeData| document.local(it.start, it.name_end, it.prefix);
        let key = |it: &AttributeData| (&*document.namespaces[it.namespace as usize], local(it));
        let stands_before = |one: &AttributeData, other: &AttributeData| {
            if one.namespace == other.namespace {
                local(one).bytes().lt(local(other).bytes())
            } else {
                key(one) < key(other)
            }
        };
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.reserve(own.len());
        order.extend(own.iter().filter(|attribute| {
            // What is inherited under a name of the element's own stands in its place.
            attribute.namespace != XML || !inherited.iter().any(|(local, _)| local == key(attribute).1)
        }));
        if !order.is_sorted_by(stands_before) {
            order.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        }
        let mut inherited: Vec<_> = inherited.iter().map(|(local, value)| (local.as_str(), value)).collect();
        inherited.sort_unstable();
        let mut next = inherited.into_iter().peekable();
        for attribute in &order {
            while let Some((local, value)) = next.next_if(|(local, _)| (XML_URI, *local) < key(attribute)) {
                self.inherited(local, value);
            }
            self.attribute(attribute);
        }
        for (local, value) in next {
            self.inherited(local, value);
        }
        self.order = order;
    }

    fn attribute(&mut self, attribute: &AttributeData) {
        self.out.byte(b' ');
        self.out.source(attribute.start as usize, attribute.name_end as usize);
        self.out.byte(b'=');
        self.out.byte(b'"');
        self.out.attribute(attribute.value.0 as usize, attribute.value.1 as usize);
        self.out.byte(b'"');
    }

    fn inherited(&mut self, local: &str, value: &str) {
        // Bases that join to nothing leave no attribute; one that is inherited as it stands may be empty.
        if value.is_empty() && local == "base" && self.algorithm.method == Method::Inclusive11 {
            return;
        }
        self.out.literal(" xml:");
        self.out.literal(local);
        self.out.byte(b'=');
        self.out.byte(b'"');
        self.out.value(value);
        self.out.byte(b'"');
    }

    /// Ends the open elements that do not reach `id`.
    fn close_before(&mut self, id: u32) {
        while let Some(open) = self.open.pop_if(|open| open.last < id || id == NONE) {
            let node = self.document.node(open.id);
            while self.undo.len() > open.mark
                && let Some((prefix, before)) = self.undo.pop()
            {
                self.written[prefix as usize] = before;
            }
            let element = &self.document.elements[node.extra as usize];
            self.up_to(element.close_start);
            self.done = node.end as usize;
            let name_start = node.start as usize + 1;
            if element.close_start < node.end {
                let start = element.close_start as usize;
                self.out.source(start, start + 2 + (element.name_end as usize - name_start));
            } else {
                self.out.literal("</");
                self.out.source(name_start, element.name_end as usize);
            }
            self.out.byte(b'>');
        }
        self.close_after = self.open.last().map_or(NONE, |open| open.last);
    }

    fn absolute(&self, namespace: u32, span: Span) -> Result<(), RelativeNamespace> {
        let uri = &*self.document.namespaces[namespace as usize];
        let scheme = uri.bytes().position(|byte| byte == b':').map(|colon| &uri[..colon]);
        let absolute = uri.is_empty() || scheme.is_some_and(is_scheme);
        if absolute { Ok(()) } else { Err(RelativeNamespace { uri: uri.to_owned(), span }) }
    }
}

/// Whether `text` is the scheme of a URI.
pub(super) fn is_scheme(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn slice<T>(all: &[T], (from, to): (u32, u32)) -> &[T] {
    &all[from as usize..to as usize]
}
