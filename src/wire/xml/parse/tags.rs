//! Start tags and end tags, and the names in them.

use std::borrow::Cow;
use std::ops::Range;

use super::{DEFAULT_PREFIX, NO_NAMESPACE, Parser, Step, Stop, XMLNS};
use crate::base::Limit;
use crate::wire::xml::XmlFault;
use crate::wire::xml::arena::{ElementData, NONE, NodeKind};
use crate::wire::xml::scan::{Name, ends_name, has_control, has_line_feed, name, starts_name};

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

/// A start tag that was read: the next one at its depth often has its names.
#[derive(Clone, Copy)]
pub(super) struct Alike {
    name: RawName,
    /// Its attributes, by their numbers.
    attributes: (u32, u32),
}

impl<'a> Parser<'a> {
    /// The name that stands here, which may be `known` again: records repeat, and comparing a name is less
    /// work than reading it.
    #[inline]
    pub(super) fn name(&mut self, known: Option<RawName>) -> Result<RawName, Stop> {
        if let Some(known) = known {
            let (start, end) = known.range();
            let known_name = &self.bytes[start..end];
            let end = self.at + known_name.len();
            if self.stands_until(end, known_name) && ends_name(self.text, end) {
                let start = std::mem::replace(&mut self.at, end);
                return Ok(RawName { start: start as u32, end: end as u32, prefix: known.prefix });
            }
        }
        self.new_name()
    }

    /// Whether `name` stands from here to `end`.
    fn stands_until(&self, end: usize, name: &[u8]) -> bool {
        self.bytes.get(self.at..end) == Some(name)
    }

    #[inline(never)]
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
        let text = &self.text[start..end];
        let number = self.prefixes.number(text, || Cow::Borrowed(text));
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
        match self.bound[name.prefix as usize] {
            NONE => self.unbound(name),
            namespace => Ok(namespace),
        }
    }

    #[cold]
    fn unbound(&mut self, name: RawName) -> Result<u32, Stop> {
        let prefix = self.prefixes.texts[name.prefix as usize].clone().into_owned();
        let (start, end) = name.range();
        self.fault(XmlFault::PrefixUnbound(prefix), start, end)?;
        Ok(NO_NAMESPACE)
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
        let name = self.name(alike.map(|it| it.name))?;
        let node = self.nodes.len() as u32;
        let attributes = self.attributes.len() as u32;
        let declarations = self.declarations.len() as u32;
        let mut element = ElementData {
            node,
            prefix: name.prefix,
            namespace: NO_NAMESPACE,
            name_end: name.end,
            attributes: (attributes, attributes),
            declarations: (declarations, declarations),
            open_end: name.end,
            close_start: name.end,
        };
        self.push(NodeKind::Element, start, start, self.elements.len() as u32)?;
        if self.root == NONE {
            self.root = node;
        }
        let known = alike.map_or(0..0, |it| it.attributes.0..it.attributes.1);
        let read = self.behind_name(start, name, known, &mut element);
        // One that breaks off is there, too, so that its faults can be placed.
        self.elements.push(element);
        let empty = read?;
        let read = Alike { name, attributes: element.attributes };
        match self.alike.get_mut(self.depth) {
            Some(alike) => *alike = read,
            None => self.alike.push(read),
        }
        self.nodes[node as usize].canonical = self.tidy;
        self.open = node;
        self.depth += 1;
        if empty {
            self.close(self.at, self.at, false);
        }
        Ok(())
    }

    /// Reads a start tag from behind its name on, and says whether it is one of an empty element. It may have
    /// the names of the attributes `known` again.
    #[inline]
    fn behind_name(
        &mut self,
        start: usize,
        name: RawName,
        mut known: Range<u32>,
        element: &mut ElementData,
    ) -> Result<bool, Stop> {
        let (first_attribute, first_declaration) =
            (element.attributes.0 as usize, element.declarations.0 as usize);
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
                    let known = known.next().map(|number| self.attributes[number as usize].raw_name());
                    self.attribute(gap, known)?;
                }
            }
            let members =
                self.attributes.len() - first_attribute + self.declarations.len() - first_declaration;
            if members > self.budget.members {
                return self.spent(Limit::Members(self.budget.members));
            }
        };
        self.at += if empty { 2 } else { 1 };
        element.namespace = self.resolve(name)?;
        if name.prefix == XMLNS {
            let (start, end) = name.range();
            self.fault(XmlFault::PrefixReserved("xmlns".to_owned()), start, end)?;
        }
        let has_declarations = self.declarations.len() > first_declaration;
        if has_declarations || self.attributes.len() > first_attribute {
            let ordered = !has_declarations && self.are_ordered(first_attribute);
            self.tidy = self.tidy && ordered && self.is_one_line(start, self.at);
            if !ordered {
                self.resolve_attributes(first_attribute, first_declaration)?;
            }
        }
        element.attributes.1 = self.attributes.len() as u32;
        element.declarations.1 = self.declarations.len() as u32;
        element.open_end = self.at as u32;
        element.close_start = self.at as u32;
        Ok(empty)
    }

    /// Whether nothing at `start..end` is white space but spaces.
    fn is_one_line(&self, start: usize, end: usize) -> bool {
        let bytes = &self.bytes[start..end];
        if self.plain { !has_line_feed(bytes) } else { !has_control(bytes) }
    }

    /// Ends the open element: its end tag, written `tight` or not, stands at `start..end`.
    #[inline]
    pub(super) fn close(&mut self, start: usize, end: usize, tight: bool) {
        let last = self.nodes.len() as u32 - 1;
        let node = &mut self.nodes[self.open as usize];
        node.last = last;
        node.end = end as u32;
        node.kept = tight && node.canonical;
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
            if self.stands_until(end, open) && ends_name(self.text, end) {
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

    #[inline]
    fn end_of_end_tag(&mut self, start: usize) -> Step {
        let gap = self.skip_space();
        match self.bytes.get(self.at) {
            Some(b'>') => self.at += 1,
            Some(_) => return self.stop(XmlFault::TagMalformed, self.at, self.at + 1),
            None => return self.stop(XmlFault::MarkupUnclosed("an end tag"), start, self.at),
        }
        self.close(start, self.at, gap == 0);
        Ok(())
    }

    pub(super) fn name_of(&self, node: u32) -> &'a str {
        let node = self.nodes[node as usize];
        let element = self.elements[node.extra as usize];
        &self.text[node.start as usize + 1..element.name_end as usize]
    }
}
