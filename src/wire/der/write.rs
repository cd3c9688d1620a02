//! A small writer of DER, for what is forged and for what is handed to the crypto provider.

use super::header::{Class, Tag};

/// Writes DER values one after the other.
#[derive(Debug, Default, Clone)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty writer, with room for `length` bytes.
    pub fn with_capacity(length: usize) -> Self {
        Self { out: Vec::with_capacity(length) }
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    /// What was written, which leaves nothing.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Bytes as they stand: values that were encoded elsewhere.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.out.extend_from_slice(bytes);
        self
    }

    /// A primitive value.
    pub fn primitive(&mut self, tag: Tag, content: &[u8]) -> &mut Self {
        self.header(tag, false, content.len());
        self.raw(content)
    }

    /// A constructed value, whose content `f` writes.
    pub fn constructed(&mut self, tag: Tag, f: impl FnOnce(&mut Self)) -> &mut Self {
        let mut inner = Self::new();
        f(&mut inner);
        self.header(tag, true, inner.out.len());
        self.raw(&inner.out)
    }

    /// A SEQUENCE.
    pub fn sequence(&mut self, f: impl FnOnce(&mut Self)) -> &mut Self {
        self.constructed(Tag::SEQUENCE, f)
    }

    /// A SEQUENCE of values that were encoded elsewhere.
    pub fn sequence_of(&mut self, encoded: &[u8]) -> &mut Self {
        self.header(Tag::SEQUENCE, true, encoded.len());
        self.raw(encoded)
    }

    /// A SET OF, whose members are sorted.
    pub fn set_of(&mut self, mut members: Vec<Vec<u8>>) -> &mut Self {
        members.sort_by(|a, b| super::reader::in_order(a, b));
        self.constructed(Tag::SET, |set| members.iter().for_each(|member| _ = set.raw(member)))
    }

    /// A non-negative INTEGER from its big-endian magnitude.
    pub fn unsigned(&mut self, magnitude: &[u8]) -> &mut Self {
        let magnitude = super::values::without_leading_zeros(magnitude);
        let sign = magnitude.first().is_none_or(|first| first & 0x80 != 0);
        self.header(Tag::INTEGER, false, magnitude.len() + usize::from(sign));
        if sign {
            self.out.push(0);
        }
        self.raw(magnitude)
    }

    /// An OBJECT IDENTIFIER.
    pub fn oid(&mut self, oid: super::Oid<'_>) -> &mut Self {
        self.primitive(Tag::OID, oid.as_bytes())
    }

    /// A NULL.
    pub fn null(&mut self) -> &mut Self {
        self.primitive(Tag::NULL, &[])
    }

    /// A BIT STRING of whole octets.
    pub fn bit_string(&mut self, bytes: &[u8]) -> &mut Self {
        self.header(Tag::BIT_STRING, false, bytes.len() + 1);
        self.out.push(0);
        self.raw(bytes)
    }

    fn header(&mut self, tag: Tag, constructed: bool, len: usize) {
        let class = match tag.class {
            Class::Universal => 0,
            Class::Application => 0x40,
            Class::Context => 0x80,
            Class::Private => 0xc0,
        };
        let first = class | if constructed { 0x20 } else { 0 };
        if tag.number < 31 {
            self.out.push(first | tag.number as u8);
        } else {
            self.out.push(first | 0x1f);
            for shift in (0..5).rev().map(|group| group * 7).filter(|shift| tag.number >> shift != 0) {
                self.out.push((tag.number >> shift & 0x7f) as u8 | if shift == 0 { 0 } else { 0x80 });
            }
        }
        if len < 0x80 {
            self.out.push(len as u8);
        } else {
            let octets = (len as u64).to_be_bytes();
            let octets = super::values::without_leading_zeros(&octets);
            self.out.push(0x80 | octets.len() as u8);
            self.out.extend_from_slice(octets);
        }
    }
}
