//! Attributes and namespace declarations of a start tag.

use std::borrow::Cow;

use super::tags::RawName;
use super::{DEFAULT_PREFIX, NO_NAMESPACE, Parser, Step, XML, XML_URI, XMLNS, XMLNS_URI};
use crate::base::same;
use crate::wire::xml::XmlFault;
use crate::wire::xml::arena::{AttributeData, Declaration};
use crate::wire::xml::scan::find;
use crate::wire::xml::value::{Place, value};

impl AttributeData {
    /// Its name as it stands in the text.
    pub(super) fn raw_name(&self) -> RawName {
        RawName { start: self.start, end: self.name_end, prefix: self.prefix }
    }
}

impl Parser<'_> {
    /// One attribute or namespace declaration.
    ///
    /// Before it stands so much white space.
    pub(super) fn attribute(&mut self, gap: usize) -> Step {
        let name = self.name()?;
        let (name_start, name_end) = name.range();
        let written = || self.text[name_start..name_end].to_owned();
        if gap == 0 {
            self.fault(XmlFault::AttributeNotSeparated(written()), name_start, name_end)?;
        }
        let quote = if self.bytes[self.at..].starts_with(b"=\"") {
            self.at += 1;
            self.tidy &= gap == 1;
            b'"'
        } else {
            self.tidy = false;
            self.skip_space();
            if self.bytes.get(self.at) != Some(&b'=') {
                return self.fault(XmlFault::AttributeWithoutValue(written()), name_start, name_end);
            }
            self.at += 1;
            self.skip_space();
            match self.bytes.get(self.at) {
                Some(quote @ (b'"' | b'\'')) => *quote,
                _ => return self.stop(XmlFault::AttributeUnquoted(written()), name_start, self.at),
            }
        };
        let start = self.at + 1;
        let mut at = start;
        loop {
            at = find(self.bytes, at, [quote, b'&', b'<']);
            match self.bytes.get(at) {
                None => return self.stop(XmlFault::MarkupUnclosed("an attribute value"), start, at),
                Some(b'&') => {
                    self.tidy = false;
                    at = self.reference(at)?;
                }
                Some(b'<') => {
                    self.fault(XmlFault::LessThanInAttribute, at, at + 1)?;
                    at += 1;
                }
                Some(_) => break,
            }
        }
        self.at = at + 1;
        let is_default = name.prefix == DEFAULT_PREFIX && self.bytes[name_start..name_end] == *b"xmlns";
        if is_default || name.prefix == XMLNS {
            self.tidy = false;
            return self.declare(name, start, at);
        }
        self.attributes.push(AttributeData {
            start: name.start,
            name_end: name.end,
            value: (start as u32, at as u32),
            prefix: name.prefix,
            namespace: NO_NAMESPACE,
        });
        Ok(())
    }

    pub(super) fn declare(&mut self, name: RawName, start: usize, end: usize) -> Step {
        let raw = &self.text[start..end];
        // The references in it may be bad ones; they are recorded, and the value serves no one.
        let uri = if self.faults.is_empty() { value(raw, Place::Attribute) } else { Cow::Borrowed(raw) };
        let default = name.prefix == DEFAULT_PREFIX;
        let (name_start, name_end) = name.range();
        let local = self.local(name);
        let prefix = if default { DEFAULT_PREFIX } else { self.prefix(local, name_end) };
        let is = |namespace: &str| same(uri.as_bytes(), namespace.as_bytes());
        let reserved = match prefix {
            XMLNS => true,
            XML => !is(XML_URI),
            _ => is(XML_URI) || is(XMLNS_URI),
        };
        let text = || self.text[name_start..end].to_owned();
        if reserved {
            return self.fault(XmlFault::PrefixReserved(text()), name_start, end + 1);
        }
        if uri.is_empty() && !default {
            let prefix = self.text[local..name_end].to_owned();
            self.fault(XmlFault::PrefixUndeclared(prefix), name_start, end + 1)?;
        }
        let namespace = self.namespaces.number(&uri, || uri.clone());
        let shadowed = std::mem::replace(&mut self.bound[prefix as usize], namespace);
        self.declarations.push(Declaration {
            start: name.start,
            name_end: name.end,
            value: (start as u32, end as u32),
            prefix,
            namespace,
            shadowed,
        });
        Ok(())
    }

    /// Whether the attributes from `first` on have no prefix and stand in the order of their names: so
    /// canonical XML writes them, and so none can stand twice.
    pub(super) fn are_ordered(&self, first: usize) -> bool {
        let name =
            |attribute: &AttributeData| &self.bytes[attribute.start as usize..attribute.name_end as usize];
        let attributes = &self.attributes[first..];
        attributes.iter().all(|attribute| attribute.prefix == DEFAULT_PREFIX)
            && attributes.windows(2).all(|pair| name(&pair[0]).iter().lt(name(&pair[1])))
    }

    /// Resolves the attributes from `first` on, and finds those that stand twice.
    pub(super) fn resolve_attributes(&mut self, first: usize, first_declaration: usize) -> Step {
        for index in first..self.attributes.len() {
            let name = self.attributes[index].raw_name();
            if name.prefix != DEFAULT_PREFIX {
                self.attributes[index].namespace = self.resolve(name)?;
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
