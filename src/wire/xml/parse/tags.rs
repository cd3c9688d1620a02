//! Start tags and end tags, and the names in them.

use std::borrow::Cow;

use super::{DEFAULT_PREFIX, NO_NAMESPACE, Parser, Step, Stop, XMLNS};
use crate::base::{Limit, same};
use crate::wire::xml::XmlFault;
use crate::wire::xml::arena::{AttributeData, ElementData, NONE, NodeKind};
use crate::wire::xml::scan::{Name, ends_name, find, has_control, name, plain_name, starts_name};

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
    /// Where what stands at `from..to` ends when it stands at `at` again.
    #[inline]
    fn again(&self, at: usize, from: u32, to: u32) -> Option<usize> {
        let known = &self.bytes[from as usize..to as usize];
        let end = at + known.len();
        same(self.bytes.get(at..end)?, known).then_some(end)
    }

    /// The name that stands here.
    pub(super) fn name(&mut self) -> Result<RawName, Stop> {
        let start = self.at;
        if let Some((colon, end)) = plain_name(self.bytes, start) {
            let prefix = colon.map_or(DEFAULT_PREFIX, |colon| self.prefix(start, colon));
            self.at = end;
            return Ok(RawName { start: start as u32, end: end as u32, prefix });
        }
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
        let node = self.nodes.len() as u32;
        let attributes = self.attributes.len() as u32;
        let declarations = self.declarations.len() as u32;
        let mut element = ElementData {
            node,
            prefix: DEFAULT_PREFIX,
            namespace: NO_NAMESPACE,
            name_end: start as u32,
            attributes: (attributes, attributes),
            declarations: (declarations, declarations),
            open_end: start as u32,
            close_start: start as u32,
        };
        let number = self.elements.len() as u32;
        let read = if let Some(empty) = self.repeated(&mut element) {
            self.push(NodeKind::Element, start, start, number)?;
            Ok(empty)
        } else {
            self.at += 1;
            let name = self.name()?;
            self.push(NodeKind::Element, start, start, number)?;
            self.new_tag(start, name, &mut element)
        };
        if self.root == NONE {
            self.root = node;
        }
        // One that breaks off is there, too, so that its faults can be placed.
        self.elements.push(element);
        let empty = read?;
        match self.alike.get_mut(self.depth) {
            Some(alike) => *alike = node,
            None => self.alike.push(node),
        }
        self.nodes[node as usize].canonical = self.tidy;
        self.open = node;
        self.depth += 1;
        if empty {
            self.close(self.at, self.at, false);
        }
        Ok(())
    }

    /// Reads a start tag that has the names of the one before it at its depth, as records do, and stands as
    /// canonical XML writes it but for its values: comparing is less work than reading. Says whether it is
    /// one of an empty element. Nothing is read where it is not such a tag.
    fn repeated(&mut self, element: &mut ElementData) -> Option<bool> {
        let alike = *self.nodes.get(*self.alike.get(self.depth)? as usize)?;
        // After a fault nothing is taken as known: what is wrong with a name is told each time.
        if !alike.canonical || !self.faults.is_empty() {
            return None;
        }
        let known = self.elements[alike.extra as usize];
        let namespace = self.bound[known.prefix as usize];
        let name_end = self.again(self.at, alike.start, known.name_end)?;
        if namespace == NONE {
            return None;
        }
        let start = self.at;
        let end = self.repeated_attributes(name_end, known.attributes);
        let (end, empty) = match end.map(|end| (end, &self.bytes[end..])) {
            Some((end, [b'>', ..])) => (end + 1, false),
            Some((end, [b'/', b'>', ..])) => (end + 2, true),
            _ => {
                self.attributes.truncate(element.attributes.0 as usize);
                return None;
            }
        };
        self.at = end;
        element.prefix = known.prefix;
        element.namespace = namespace;
        element.name_end = name_end as u32;
        element.attributes.1 = self.attributes.len() as u32;
        element.open_end = end as u32;
        element.close_start = end as u32;
        self.tidy = known.attributes.0 == known.attributes.1 || self.is_one_line(start, end);
        Some(empty)
    }

    /// Reads the attributes that have the names of those from `from` to `to`, and says where the last ends.
    #[inline]
    fn repeated_attributes(&mut self, mut at: usize, (from, to): (u32, u32)) -> Option<usize> {
        for number in from..to {
            let known = self.attributes[number as usize];
            // From the space before the name to the quote behind it.
            let value = self.again(at, known.start - 1, known.value.0)?;
            let end = find(self.bytes, value, [b'"', b'&', b'<']);
            if self.bytes.get(end) != Some(&b'"') {
                return None;
            }
            let start = at as u32 + 1;
            self.attributes.push(AttributeData {
                start,
                name_end: start + (known.name_end - known.start),
                value: (value as u32, end as u32),
                ..known
            });
            at = end + 1;
        }
        Some(at)
    }

    /// Reads a start tag from behind its name on, and says whether it is one of an empty element.
    fn new_tag(&mut self, start: usize, name: RawName, element: &mut ElementData) -> Result<bool, Stop> {
        let (first_attribute, first_declaration) =
            (element.attributes.0 as usize, element.declarations.0 as usize);
        element.prefix = name.prefix;
        element.name_end = name.end;
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
                Some(_) => self.attribute(gap)?,
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
    fn is_one_line(&mut self, start: usize, end: usize) -> bool {
        if !self.plain {
            return !has_control(&self.bytes[start..end]);
        }
        // Many tags may stand in one line.
        if self.line_feed < start {
            self.line_feed = find(self.bytes, start, [b'\n']);
        }
        self.line_feed >= end
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
            if let Some(end) = self.again(self.at, node.start + 1, element.name_end) {
                if self.bytes.get(end) == Some(&b'>') {
                    self.at = end + 1;
                    self.close(start, end + 1, true);
                    return Ok(());
                }
                if ends_name(self.text, end) {
                    self.at = end;
                    return self.end_of_end_tag(start);
                }
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
        self.close(start, self.at, false);
        Ok(())
    }

    pub(super) fn name_of(&self, node: u32) -> &'a str {
        let node = self.nodes[node as usize];
        let element = self.elements[node.extra as usize];
        &self.text[node.start as usize + 1..element.name_end as usize]
    }
}
