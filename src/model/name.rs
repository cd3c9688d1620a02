//! Names as X.509 carries them: sequences of sets of attributes.

use std::borrow::Cow;

use super::string_preparation::{is_plain, prepared};
use crate::base::Span;
use crate::wire::der::{DerFault, Oid, Reader, Stop, StringKind, Tag, Value, decode_string};

/// A distinguished name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name<'a> {
    /// The attributes in the order in which they stand, each with the number of its RDN.
    pub(crate) attributes: Vec<Attribute<'a>>,
    /// How many relative distinguished names there are.
    pub(crate) rdns: usize,
    /// The whole value; nothing where the name was put together.
    pub(crate) raw: &'a [u8],
    pub(crate) span: Span,
}

/// One attribute of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    /// The RDN that it stands in.
    pub(crate) rdn: usize,
    pub(crate) oid: Oid<'a>,
    pub(crate) value: Value<'a>,
    pub(crate) span: Span,
}

/// Attribute types, each with its dotted form and the short name of RFC 4514 or of common use.
pub(crate) const ATTRIBUTE_TYPES: &[(Oid<'static>, &str, &str)] = &[
    (oid::COMMON_NAME, "2.5.4.3", "CN"),
    (oid::SURNAME, "2.5.4.4", "SN"),
    (oid::SERIAL_NUMBER, "2.5.4.5", "serialNumber"),
    (oid::COUNTRY, "2.5.4.6", "C"),
    (oid::LOCALITY, "2.5.4.7", "L"),
    (oid::STATE, "2.5.4.8", "ST"),
    (oid::STREET, "2.5.4.9", "STREET"),
    (oid::ORGANIZATION, "2.5.4.10", "O"),
    (oid::ORGANIZATIONAL_UNIT, "2.5.4.11", "OU"),
    (oid::TITLE, "2.5.4.12", "title"),
    (oid::GIVEN_NAME, "2.5.4.42", "GN"),
    (oid::DOMAIN_COMPONENT, "0.9.2342.19200300.100.1.25", "DC"),
    (oid::USER_ID, "0.9.2342.19200300.100.1.1", "UID"),
    (oid::EMAIL_ADDRESS, "1.2.840.113549.1.9.1", "emailAddress"),
];

/// Object identifiers of attribute types.
pub(crate) mod oid {
    use crate::wire::der::Oid;

    pub(crate) const COMMON_NAME: Oid<'static> = Oid::new(&[0x55, 4, 3]);
    pub(crate) const SURNAME: Oid<'static> = Oid::new(&[0x55, 4, 4]);
    pub(crate) const SERIAL_NUMBER: Oid<'static> = Oid::new(&[0x55, 4, 5]);
    pub(crate) const COUNTRY: Oid<'static> = Oid::new(&[0x55, 4, 6]);
    pub(crate) const LOCALITY: Oid<'static> = Oid::new(&[0x55, 4, 7]);
    pub(crate) const STATE: Oid<'static> = Oid::new(&[0x55, 4, 8]);
    pub(crate) const STREET: Oid<'static> = Oid::new(&[0x55, 4, 9]);
    pub(crate) const ORGANIZATION: Oid<'static> = Oid::new(&[0x55, 4, 10]);
    pub(crate) const ORGANIZATIONAL_UNIT: Oid<'static> = Oid::new(&[0x55, 4, 11]);
    pub(crate) const TITLE: Oid<'static> = Oid::new(&[0x55, 4, 12]);
    pub(crate) const GIVEN_NAME: Oid<'static> = Oid::new(&[0x55, 4, 42]);
    pub(crate) const DOMAIN_COMPONENT: Oid<'static> =
        Oid::new(&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25]);
    pub(crate) const USER_ID: Oid<'static> =
        Oid::new(&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1]);
    pub(crate) const EMAIL_ADDRESS: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1]);
}

impl<'a> Name<'a> {
    /// Reads a name.
    pub(crate) fn read(r: &mut Reader<'a>, name: &'static str) -> Result<Self, Stop> {
        let value = r.expect(name, Tag::SEQUENCE)?;
        Self::read_content(r, name, &value)
    }

    /// Reads the name that a value is, whatever its tag.
    pub(crate) fn read_content(
        r: &mut Reader<'a>,
        name: &'static str,
        value: &Value<'a>,
    ) -> Result<Self, Stop> {
        let mut attributes = Vec::with_capacity(8);
        let rdns = r.inside(name, value, |r| {
            r.each(|r, rdn| {
                let set = r.expect("", Tag::SET)?;
                let before = attributes.len();
                r.inside("", &set, |r| {
                    while !r.is_at_end() {
                        attributes.push(Attribute::read(r, rdn)?);
                    }
                    Ok(())
                })?;
                match attributes.len() - before {
                    0 => r.fault(
                        "",
                        DerFault::Malformed("expected an attribute, found an empty SET"),
                        set.span,
                    ),
                    1 => {}
                    _ => r.check_set_order("", &set),
                }
                Ok(())
            })
        })?;
        Ok(Self { attributes, rdns: rdns.len(), raw: value.raw, span: value.span })
    }

    /// Reads the relative name that a value is, whatever its tag: one RDN.
    pub(crate) fn read_relative(
        r: &mut Reader<'a>,
        name: &'static str,
        value: &Value<'a>,
    ) -> Result<Self, Stop> {
        let attributes = r.inside(name, value, |r| r.each(|r, _| Attribute::read(r, 0)))?;
        Ok(Self { attributes, rdns: 1, raw: &[], span: value.span })
    }

    /// This name with a relative one below it. It stands nowhere, so that it has no octets.
    pub(crate) fn below(&self, relative: &Name<'a>) -> Self {
        let moved = relative.attributes.iter().map(|it| Attribute { rdn: self.rdns, ..*it });
        Self {
            attributes: self.attributes.iter().copied().chain(moved).collect(),
            rdns: self.rdns + 1,
            raw: &[],
            span: relative.span,
        }
    }

    /// Whether it names nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// The attributes of one type, in the order in which they stand.
    pub(crate) fn all(&self, oid: Oid<'static>) -> impl Iterator<Item = &Attribute<'a>> {
        self.attributes.iter().filter(move |attribute| attribute.oid == oid)
    }

    /// The name as RFC 4514 writes it: the last RDN first.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.raw.len());
        let mut last: Option<usize> = None;
        for rdn in (0..self.rdns).rev() {
            for attribute in self.attributes.iter().filter(|attribute| attribute.rdn == rdn) {
                match last {
                    None => {}
                    Some(last) if last == rdn => text.push('+'),
                    Some(_) => text.push(','),
                }
                last = Some(rdn);
                text.push_str(&attribute.type_name());
                text.push('=');
                attribute.push_escaped(&mut text);
            }
        }
        text
    }

    /// Whether both are the same name by RFC 5280 7.1: the same RDNs in the same order, compared
    /// without regard to case, to string types, to surplus spaces and to how a letter is composed.
    pub(crate) fn is_same(&self, other: &Name<'_>) -> bool {
        if !self.raw.is_empty() && self.raw == other.raw {
            return true;
        }
        self.rdns == other.rdns
            && self.attributes.len() == other.attributes.len()
            && self.attributes.iter().all(|mine| {
                other.attributes.iter().any(|theirs| mine.rdn == theirs.rdn && mine.is_same(theirs))
            })
            && other.attributes.iter().all(|theirs| {
                self.attributes.iter().any(|mine| mine.rdn == theirs.rdn && mine.is_same(theirs))
            })
    }

    /// Octets that two names have in common exactly when [`Name::is_same`] holds for them: a key to
    /// find names by.
    pub(crate) fn comparable(&self) -> Vec<u8> {
        let mut attributes: Vec<_> =
            self.attributes.iter().map(|it| (it.rdn, it.oid.as_bytes(), it.comparable())).collect();
        // Attributes of one RDN are a set.
        attributes.sort();
        let mut key = Vec::new();
        for (rdn, oid, value) in attributes {
            for part in [&rdn.to_be_bytes()[..], oid, &value] {
                key.extend_from_slice(&part.len().to_be_bytes());
                key.extend_from_slice(part);
            }
        }
        key
    }

    /// Whether both hold the same attributes as [`Name::is_same`] compares them, in whatever order:
    /// older CAs scramble the RDNs of eHealth's names.
    pub(crate) fn is_same_in_any_order(&self, other: &Name<'_>) -> bool {
        if !self.raw.is_empty() && self.raw == other.raw {
            return true;
        }
        let keys = |attributes: &[Attribute<'_>]| {
            let mut keys: Vec<_> =
                attributes.iter().map(|it| (it.oid.as_bytes().to_vec(), it.comparable())).collect();
            keys.sort();
            keys
        };
        self.attributes.len() == other.attributes.len() && keys(&self.attributes) == keys(&other.attributes)
    }
}

impl<'a> Attribute<'a> {
    fn read(r: &mut Reader<'a>, rdn: usize) -> Result<Self, Stop> {
        let value = r.expect("", Tag::SEQUENCE)?;
        let span = value.span;
        r.inside("", &value, |r| {
            let oid = r.oid("type")?;
            let value = r.value("value")?;
            if let Some(kind) = StringKind::of(value.tag) {
                r.primitive("value", &value)?;
                if decode_string(kind, value.content).is_none() {
                    let kind = DerFault::BadValue {
                        expected: "characters of the string's type",
                        found: format!("others in {}", kind.name()),
                    };
                    r.fault("value", kind, value.span);
                }
            }
            Ok(Self { rdn, oid, value, span })
        })
    }

    /// The string type of its value.
    pub(crate) fn string_kind(&self) -> Option<StringKind> {
        StringKind::of(self.value.tag)
    }

    /// Its text; nothing when it is no string, or not of its type's characters.
    pub(crate) fn text(&self) -> Option<Cow<'a, str>> {
        decode_string(self.string_kind()?, self.value.content)
    }

    /// The short name of its type, or the dotted form.
    pub(crate) fn type_name(&self) -> Cow<'static, str> {
        ATTRIBUTE_TYPES
            .iter()
            .find(|(oid, ..)| *oid == self.oid)
            .map_or_else(|| Cow::Owned(self.oid.to_string()), |(.., name)| Cow::Borrowed(*name))
    }

    fn is_same(&self, other: &Attribute<'_>) -> bool {
        self.oid == other.oid && (self.value.raw == other.value.raw || self.has_value_of(other))
    }

    fn has_value_of(&self, other: &Attribute<'_>) -> bool {
        match (self.text(), other.text()) {
            // As most are: told without making what is compared.
            (Some(mine), Some(theirs)) if is_plain(&mine) && is_plain(&theirs) => {
                let mut theirs = words(&theirs);
                words(&mine).all(|word| theirs.next().is_some_and(|it| it.eq_ignore_ascii_case(word)))
                    && theirs.next().is_none()
            }
            _ => self.comparable() == other.comparable(),
        }
    }

    /// What is compared of the value: text as it is prepared, or the bytes.
    fn comparable(&self) -> Vec<u8> {
        match self.text() {
            Some(text) => prepared(&text).into_bytes(),
            None => self.value.raw.to_vec(),
        }
    }

    fn push_escaped(&self, out: &mut String) {
        let Some(text) = self.text() else {
            out.push('#');
            out.push_str(&data_encoding::HEXLOWER.encode(self.value.raw));
            return;
        };
        let is_escaped = |b| matches!(b, b',' | b'+' | b'"' | b'\\' | b'<' | b'>' | b';' | 0);
        if !text.bytes().any(is_escaped) && !text.starts_with(['#', ' ']) && !text.ends_with(' ') {
            out.push_str(&text);
            return;
        }
        for (at, character) in text.char_indices() {
            let first = at == 0;
            let last = at + character.len_utf8() == text.len();
            match character {
                ',' | '+' | '"' | '\\' | '<' | '>' | ';' => out.extend(['\\', character]),
                '#' if first => out.push_str("\\#"),
                ' ' if first || last => out.push_str("\\ "),
                '\0' => out.push_str("\\00"),
                _ => out.push(character),
            }
        }
    }
}

/// What spaces divide.
fn words(text: &str) -> impl Iterator<Item = &[u8]> {
    text.as_bytes().split(|byte| *byte == b' ').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_types_are_those_that_their_dotted_forms_say() {
        for (oid, dotted, _) in ATTRIBUTE_TYPES {
            assert_eq!(oid.to_string(), *dotted);
        }
    }
}
