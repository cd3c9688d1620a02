//! Values of the types of ASN.1, read one at a time: what each must look like, and what is a fault of
//! it. Where it stands is the reader's own business.

use std::borrow::Cow;

use super::{Encoding, Reader, Stop, Value};
use crate::base::{Limit, Span};
use crate::wire::der::fault::DerFault;
use crate::wire::der::header::{Header, Tag};
use crate::wire::der::values::{self, BitString, Integer, Oid};
use crate::wire::der::{Time, time};

impl<'a> Reader<'a> {
    /// Faults a SET OF whose members, from `content`, are not in ascending order.
    pub fn check_set_order(&mut self, name: &'static str, value: &Value<'a>) {
        if self.encoding == Encoding::Ber {
            return;
        }
        let mut last: &[u8] = &[];
        let mut rest = value.content;
        while let Ok(header) = Header::read(rest) {
            let Some(len) = header.content.and_then(|len| usize::try_from(len).ok()) else { return };
            let Some(total) = header.len.checked_add(len).filter(|total| *total <= rest.len()) else {
                return;
            };
            let (member, tail) = rest.split_at(total);
            if in_order(last, member).is_gt() {
                self.fault(name, DerFault::SetUnsorted, value.span);
                return;
            }
            (last, rest) = (member, tail);
        }
    }

    /// Reads an INTEGER.
    pub fn integer(&mut self, name: &'static str) -> Result<Integer<'a>, Stop> {
        let value = self.expect(name, Tag::INTEGER)?;
        self.integer_in(name, &value)
    }

    /// The INTEGER that a value is, whatever its tag.
    pub fn integer_in(&mut self, name: &'static str, value: &Value<'a>) -> Result<Integer<'a>, Stop> {
        self.primitive(name, value)?;
        match values::integer_fault(value.content) {
            Some(kind @ DerFault::IntegerNotMinimal) => self.fault(name, kind, value.span),
            Some(kind) => return self.stop(name, kind, value.span),
            None => {}
        }
        Ok(Integer { bytes: value.content, span: value.span })
    }

    /// Reads an OBJECT IDENTIFIER.
    pub fn oid(&mut self, name: &'static str) -> Result<Oid<'a>, Stop> {
        let value = self.expect(name, Tag::OID)?;
        self.oid_in(name, &value)
    }

    /// The OBJECT IDENTIFIER that a value is, whatever its tag.
    pub fn oid_in(&mut self, name: &'static str, value: &Value<'a>) -> Result<Oid<'a>, Stop> {
        self.primitive(name, value)?;
        match values::oid_fault(value.content) {
            Some(kind @ DerFault::ArcNotMinimal) => self.fault(name, kind, value.span),
            Some(kind) => return self.stop(name, kind, value.span),
            None => {}
        }
        Ok(Oid::new(value.content))
    }

    /// The BOOLEAN that a value is.
    fn boolean_in(&mut self, name: &'static str, value: &Value<'a>) -> Result<bool, Stop> {
        self.primitive(name, value)?;
        match *value.content {
            [0] => Ok(false),
            [0xff] => Ok(true),
            [other] => {
                self.fault(name, DerFault::BooleanNotCanonical(other), value.span);
                Ok(true)
            }
            _ => {
                let kind = DerFault::Malformed("expected a BOOLEAN of one byte, found another length");
                self.stop(name, kind, value.span)
            }
        }
    }

    /// Reads a BOOLEAN that is false when it is absent.
    pub fn boolean_or_false(&mut self, name: &'static str) -> Result<bool, Stop> {
        let Some(value) = self.optional(name, Tag::BOOLEAN)? else { return Ok(false) };
        let truth = self.boolean_in(name, &value)?;
        if !truth {
            self.fault(name, DerFault::DefaultEncoded, value.span);
        }
        Ok(truth)
    }

    /// Reads a BIT STRING in one piece.
    pub fn bit_string(&mut self, name: &'static str) -> Result<BitString<'a>, Stop> {
        let value = self.expect(name, Tag::BIT_STRING)?;
        self.bit_string_in(name, &value)
    }

    /// The BIT STRING that a value is, whatever its tag. One in segments is not read.
    pub fn bit_string_in(&mut self, name: &'static str, value: &Value<'a>) -> Result<BitString<'a>, Stop> {
        self.primitive(name, value)?;
        match values::bit_string_fault(value.content) {
            Some(kind @ DerFault::UnusedBitsSet) => self.fault(name, kind, value.span),
            Some(kind) => return self.stop(name, kind, value.span),
            None => {}
        }
        let (unused, bytes) = value.content.split_first().expect("checked to have a first octet");
        let start = value.content_span.start as usize + 1;
        Ok(BitString { bytes, unused: *unused, span: Span::new(start, start + bytes.len()) })
    }

    /// Reads an OCTET STRING in one piece.
    pub fn octet_string(&mut self, name: &'static str) -> Result<Value<'a>, Stop> {
        let value = self.expect(name, Tag::OCTET_STRING)?;
        self.primitive(name, &value)?;
        Ok(value)
    }

    /// The octets of a string value, put together when it is in segments.
    pub fn octets_in(&mut self, name: &'static str, value: &Value<'a>) -> Result<Cow<'a, [u8]>, Stop> {
        if !value.constructed {
            return Ok(Cow::Borrowed(value.content));
        }
        self.fault(name, DerFault::ConstructedString, value.span);
        let outer = (self.at, self.end, self.encoding);
        self.encoding = Encoding::Ber;
        let result = self.segments(name, value);
        (self.at, self.end, self.encoding) = outer;
        result.map(Cow::Owned)
    }

    fn segments(&mut self, name: &'static str, value: &Value<'a>) -> Result<Vec<u8>, Stop> {
        let mut whole = Vec::with_capacity(value.content.len());
        let mut open = vec![value.content_span];
        while let Some(range) = open.pop() {
            (self.at, self.end) = (range.start as usize, range.end as usize);
            if self.at >= self.end {
                continue;
            }
            let segment = self.expect(name, Tag::OCTET_STRING)?;
            open.push(Span::new(self.at, self.end));
            if open.len() > self.budget.depth {
                return self.stop(name, DerFault::Limit(Limit::Depth(self.budget.depth)), segment.span);
            }
            if segment.constructed {
                open.push(segment.content_span);
            } else {
                whole.extend_from_slice(segment.content);
            }
        }
        Ok(whole)
    }

    /// Reads a UTCTime or a GeneralizedTime.
    pub fn time(&mut self, name: &'static str) -> Result<Time, Stop> {
        let generalized = self.peek() == Some(Tag::GENERALIZED_TIME);
        let tag = if generalized { Tag::GENERALIZED_TIME } else { Tag::UTC_TIME };
        let value = self.expect(name, tag)?;
        self.primitive(name, &value)?;
        match time::read(value.content, generalized) {
            Ok((instant, departure)) => {
                if let Some(kind) = departure {
                    self.fault(name, kind, value.span);
                }
                Ok(Time { instant, generalized, span: value.span })
            }
            Err(kind) => self.stop(name, kind, value.span),
        }
    }

    /// Stops at a constructed value where a primitive one must stand.
    pub fn primitive(&mut self, name: &'static str, value: &Value<'a>) -> Result<(), Stop> {
        if value.constructed {
            return self.stop(name, DerFault::WrongForm { constructed: true }, value.span);
        }
        Ok(())
    }
}

/// X.690 11.6: members are compared as if the shorter were padded with zeros.
pub(in crate::wire::der) fn in_order(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    let len = a.len().max(b.len());
    let padded = |bytes: &[u8], at: usize| bytes.get(at).copied().unwrap_or(0);
    if a.len() == b.len() {
        return a.cmp(b);
    }
    (0..len)
        .map(|at| padded(a, at).cmp(&padded(b, at)))
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}
