//! Start tags and end tags, and the names in them.

use std::borrow::Cow;

use super::{DEFAULT_PREFIX, NO_NAMESPACE, Parser, Step, Stop, XMLNS};
use crate::base::Limit;
use crate::wire::xml::XmlFault;
use crate::wire::xml::arena::{ElementData, NONE, NodeKind};
use crate::wire::xml::scan::{Name, ends_name, name, starts_name};

/// A name as it stands in the text.
#[derive(Clone, Copy)]
pub(super) struct RawName {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the local part starts.
    pub(super) local: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn raw_name(&mut self) -> Result<RawName, Stop> {
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

    pub(super) fn prefix(&mut self, name: RawName) -> u32 {
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
    pub(super) fn resolve(&mut self, prefix: u32, name: RawName) -> Result<u32, Stop> {
        let namespace = self.bound[prefix as usize];
        if namespace == NONE {
            let text = self.text[name.start..name.local - 1].to_owned();
            self.fault(XmlFault::PrefixUnbound(text), name.start, name.end)?;
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
