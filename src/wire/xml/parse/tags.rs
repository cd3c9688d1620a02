//! Start tags and end tags, and the names in them.

use std::borrow::Cow;

use super::{DEFAULT_PREFIX, NO_NAMESPACE, Parser, Step, Stop, XMLNS};
use crate::base::Limit;
use crate::wire::xml::XmlFault;
use crate::wire::xml::arena::{ElementData, NONE, NodeKind};
use crate::wire::xml::scan::{Name, ends_name, has_control, name, starts_name};

/// A name as it stands in the text.
#[derive(Clone, Copy)]
pub(super) struct RawName {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The number of its prefix.
    pub(super) prefix: u32,
}

impl RawName {
    /// Where it stands.
    pub(super) fn range(self) -> (usize, usize) {
        (self.start as usize, self.end as usize)
    }
}

impl<'a> Parser<'a> {
    /// The name that stands here, which may be `known` again: records repeat, and comparing a name is less
    /// work than reading it.
    #[inline]
    pub(super) fn name(&mut self, known: Option<RawName>) -> Result<RawName, Stop> {
        if let Some(known) = known {
            let (start, end) = known.range();
            let known_text = &self.bytes[start..end];
            let end = self.at + known_text.len();
            if self.bytes[self.at..].starts_with(known_text) && ends_name(self.text, end) {
                let start = std::mem::replace(&mut self.at, end);
                return Ok(RawName { start: start as u32, end: end as u32, prefix: known.prefix });
            }
        }
        self.new_name()
    }

    fn new_name(&mut self) -> Result<RawName, Stop> {
        let start = self.at;
        let Name { end, colon, colons } = name(self.text, start);
        if end == start {
            let next = self.text.get(start..).and_then(|rest| rest.chars().next());
            return self.stop(XmlFault::NameMissing, start, start + next.map_or(0, char::len_utf8));
        }
        self.at = end;
        let mut prefix = DEFAULT_PREFIX;
        if let Some(colon) = colon {
            if colon == start || colons || !starts_name(self.text, colon + 1) {
                self.fault(XmlFault::NameColons(self.text[start..end].to_owned()), start, end)?;
            } else {
                prefix = self.prefix(start, colon);
            }
        }
        Ok(RawName { start: start as u32, end: end as u32, prefix })
    }

    /// The number of the prefix at `start..end`.
    pub(super) fn prefix(&mut self, start: usize, end: usize) -> u32 {
        let number = self.prefixes.number(Cow::Borrowed(&self.text[start..end]));
        if number as usize == self.bound.len() {
            self.bound.push(NONE);
        }
        number
    }

    /// Where the local part of a name starts.
    pub(super) fn local(&self, name: RawName) -> usize {
        match name.prefix {
            DEFAULT_PREFIX => name.start as usize,
            prefix => name.start as usize + self.prefixes.texts[prefix as usize].len() + 1,
        }
    }

    /// The namespace that the prefix of a name is bound to.
    #[inline]
    pub(super) fn resolve(&mut self, name: RawName) -> Result<u32, Stop> {
        let namespace = self.bound[name.prefix as usize];
        if namespace == NONE {
            let text = self.prefixes.texts[name.prefix as usize].clone().into_owned();
            let (start, end) = name.range();
            self.fault(XmlFault::PrefixUnbound(text), start, end)?;
            return Ok(NO_NAMESPACE);
        }
        Ok(namespace)
    }

    pub(super) fn start_tag(&mut self) -> Step {
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
        // After a fault nothing is taken as known: what is wrong with a name is told each time.
        let alike = self.alike.get(self.depth).copied().filter(|_| self.faults.is_empty());
        let alike = alike.map(|id| {
            (self.nodes[id as usize].start + 1, self.elements[self.nodes[id as usize].extra as usize])
        });
        let name =
            self.name(alike.map(|(start, it)| RawName { start, end: it.name_end, prefix: it.prefix }))?;
        let mut known = alike.map_or((0, 0), |(_, it)| it.attributes);
        let (first_attribute, first_declaration) = (self.attributes.len(), self.declarations.len());
        let index = self.elements.len();
        let node = self.push(NodeKind::Element, start, start, index as u32)?;
        // Known now, so that a fault in the tag can be placed; the rest when the tag is read.
        self.elements.push(ElementData {
            prefix: DEFAULT_PREFIX,
            namespace: NO_NAMESPACE,
            name_end: name.end,
            attributes: (first_attribute as u32, first_attribute as u32),
            declarations: (first_declaration as u32, first_declaration as u32),
            open_end: name.end,
            close_start: name.end,
        });
        match self.alike.get_mut(self.depth) {
            Some(alike) => *alike = node,
            None => self.alike.push(node),
        }
        if self.root == NONE {
            self.root = node;
        }
        self.tidy = true;
        let empty = loop {
            let gap = self.skip_space();
            match self.bytes.get(self.at) {
                None => return self.stop(XmlFault::MarkupUnclosed("a start tag"), start, self.at),
                Some(b'>') => {
                    self.tidy &= gap == 0;
                    break false;
                }
                Some(b'/') if self.bytes.get(self.at + 1) == Some(&b'>') => {
                    self.tidy &= gap == 0;
                    break true;
                }
                Some(b'/' | b'<' | b'=' | b'"' | b'\'') => {
                    return self.stop(XmlFault::TagMalformed, self.at, self.at + 1);
                }
                Some(_) => {
                    let again = (known.0 < known.1).then(|| self.attributes[known.0 as usize]);
                    known.0 += 1;
                    self.attribute(gap, again)?;
                }
            }
            let members =
                self.attributes.len() - first_attribute + self.declarations.len() - first_declaration;
            if members > self.budget.members {
                return self.spent(Limit::Members(self.budget.members));
            }
        };
        let open_end = self.at + if empty { 2 } else { 1 };
        self.at = open_end;
        let namespace = self.resolve(name)?;
        if name.prefix == XMLNS {
            let (start, end) = name.range();
            self.fault(XmlFault::PrefixReserved("xmlns".to_owned()), start, end)?;
        }
        let is_bare =
            self.attributes.len() == first_attribute && self.declarations.len() == first_declaration;
        if !is_bare {
            let ordered = self.declarations.len() == first_declaration && self.are_ordered(first_attribute);
            self.tidy &= ordered && !has_control(&self.bytes[start..open_end]);
            if !ordered {
                self.resolve_attributes(first_attribute, first_declaration)?;
            }
        }
        self.nodes[node as usize].canonical = self.tidy;
        let element = &mut self.elements[index];
        element.prefix = name.prefix;
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
    #[inline]
    pub(super) fn close(&mut self, start: usize, end: usize) {
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

    pub(super) fn end_tag(&mut self) -> Step {
        let start = self.at;
        self.at += 2;
        if self.open != NONE {
            let node = &self.nodes[self.open as usize];
            let element = &self.elements[node.extra as usize];
            let open = &self.bytes[node.start as usize + 1..element.name_end as usize];
            let end = self.at + open.len();
            if self.bytes[self.at..].starts_with(open) && ends_name(self.text, end) {
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

    pub(super) fn end_of_end_tag(&mut self, start: usize) -> Step {
        self.skip_space();
        match self.bytes.get(self.at) {
            Some(b'>') => self.at += 1,
            Some(_) => return self.stop(XmlFault::TagMalformed, self.at, self.at + 1),
            None => return self.stop(XmlFault::MarkupUnclosed("an end tag"), start, self.at),
        }
        self.close(start, self.at);
        Ok(())
    }

    pub(super) fn name_of(&self, node: u32) -> &'a str {
        let node = self.nodes[node as usize];
        let element = self.elements[node.extra as usize];
        &self.text[node.start as usize + 1..element.name_end as usize]
    }
}
