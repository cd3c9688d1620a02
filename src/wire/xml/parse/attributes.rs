//! Attributes and namespace declarations of a start tag.

use std::borrow::Cow;

use super::tags::RawName;
use super::{DEFAULT_PREFIX, NO_NAMESPACE, Parser, Step, XML, XML_URI, XMLNS, XMLNS_URI};
use crate::wire::xml::XmlFault;
use crate::wire::xml::arena::{AttributeData, Declaration, NONE};
use crate::wire::xml::scan::find;
use crate::wire::xml::value::{Place, value};

impl Parser<'_> {
    /// One attribute or namespace declaration.
    pub(super) fn attribute(&mut self, spaced: bool) -> Step {
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

    pub(super) fn declare(&mut self, name: RawName, start: usize, end: usize) -> Step {
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
    pub(super) fn resolve_attributes(&mut self, first: usize, first_declaration: usize) -> Step {
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
