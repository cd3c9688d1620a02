//! The reader that models use: it follows the structure that they ask for.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::fault::DerFault;
use super::header::{Header, Tag};
use super::values::{BitString, Integer, Oid};
use super::{time, values};
use crate::base::{Budget, Fault, Limit, Span};

/// Which departures are faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Everything that DER would not have.
    Der,
    /// Only what is not BER either.
    Ber,
}

/// Decoding cannot go on in this container: the fault that says why is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop;

/// One value: its tag and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    /// The tag.
    pub tag: Tag,
    /// Whether the content is made of values.
    pub constructed: bool,
    /// The content, without end-of-contents octets.
    pub content: &'a [u8],
    /// The whole value, with its header.
    pub raw: &'a [u8],
    /// Where the whole value stands.
    pub span: Span,
    /// Where the content stands.
    pub content_span: Span,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Name(&'static str),
    Index(usize),
}

/// A reader over DER or BER, at a place in the innermost container that was entered.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    encoding: Encoding,
    budget: Budget,
    depth: usize,
    nodes: usize,
    path: Vec<Step>,
    faults: Vec<Fault<DerFault>>,
    spent: bool,
}

impl<'a> Reader<'a> {
    /// Reads all of `bytes` with `f`. The result is nothing when `f` stopped; the faults say why,
    /// and where else the bytes depart from `encoding`.
    pub fn read<T>(
        bytes: &'a [u8],
        encoding: Encoding,
        budget: &Budget,
        f: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> (Option<T>, Vec<Fault<DerFault>>) {
        let mut reader = Self {
            bytes,
            at: 0,
            end: bytes.len(),
            encoding,
            budget: *budget,
            depth: 0,
            nodes: 0,
            path: Vec::with_capacity(16),
            faults: Vec::new(),
            spent: false,
        };
        if bytes.len() > budget.bytes {
            let kind = DerFault::Limit(Limit::Bytes(budget.bytes));
            return (None, vec![Fault::new(kind, Span::at(budget.bytes), "")]);
        }
        let result = f(&mut reader);
        if result.is_ok() {
            reader.expect_end();
        }
        (result.ok(), reader.faults)
    }

    /// Whether the container that was entered is read to its end.
    pub fn is_at_end(&self) -> bool {
        self.at >= self.end
    }

    /// Where the next value starts.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// The bytes between two offsets of the input.
    pub fn slice(&self, span: Span) -> &'a [u8] {
        self.bytes.get(span.range()).unwrap_or_default()
    }

    /// The tag of the next value.
    pub fn peek(&self) -> Option<Tag> {
        Header::read(&self.bytes[self.at..self.end]).ok().map(|header| header.tag)
    }

    /// Records a fault at the container that was entered.
    pub fn fault(&mut self, name: &'static str, kind: DerFault, span: Span) {
        if self.encoding == Encoding::Der || !kind.is_ber() {
            self.record(name, kind, span);
        }
    }

    /// Records a fault, and stops. It is recorded whatever the encoding: nothing stops in silence.
    pub fn stop<T>(&mut self, name: &'static str, kind: DerFault, span: Span) -> Result<T, Stop> {
        self.record(name, kind, span);
        Err(Stop)
    }

    fn record(&mut self, name: &'static str, kind: DerFault, span: Span) {
        if self.spent {
            return;
        }
        if self.faults.len() >= self.budget.faults {
            self.spent = true;
            self.faults.push(Fault::new(DerFault::Limit(Limit::Faults(self.budget.faults)), span, ""));
            return;
        }
        let at = self.place(name);
        self.faults.push(Fault::new(kind, span, at));
    }

    /// Reads what `f` reads by the rules of DER, whatever the reader was told.
    pub fn as_der<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.encoding, Encoding::Der);
        let result = f(self);
        self.encoding = outer;
        result
    }

    /// The next value, whatever it is.
    pub fn value(&mut self, name: &'static str) -> Result<Value<'a>, Stop> {
        let start = self.at;
        if start >= self.end {
            let kind = DerFault::Unexpected { expected: "a value", found: None };
            return self.stop(name, kind, Span::at(start));
        }
        self.count(name)?;
        let header = match Header::read(&self.bytes[start..self.end]) {
            Ok(header) => header,
            Err(kind) => return self.stop(name, kind, Span::new(start, self.end)),
        };
        let content_start = start + header.len;
        let head = Span::new(start, content_start);
        if header.tag_padded {
            self.fault(name, DerFault::TagNotMinimal, head);
        }
        if header.length_padded {
            self.fault(name, DerFault::LengthNotMinimal, head);
        }
        let (content_end, next) = match header.content {
            Some(declared) => {
                let available = self.end - content_start;
                match usize::try_from(declared).ok().filter(|declared| *declared <= available) {
                    Some(len) => (content_start + len, content_start + len),
                    None => return self.stop(name, DerFault::Truncated { declared, available }, head),
                }
            }
            None if !header.constructed => return self.stop(name, DerFault::IndefinitePrimitive, head),
            None => {
                self.fault(name, DerFault::IndefiniteLength, head);
                self.end_of_contents(name, content_start)?
            }
        };
        self.at = next;
        Ok(Value {
            tag: header.tag,
            constructed: header.constructed,
            content: &self.bytes[content_start..content_end],
            raw: &self.bytes[start..next],
            span: Span::new(start, next),
            content_span: Span::new(content_start, content_end),
        })
    }

    /// The next value, which must have this tag.
    pub fn expect(&mut self, name: &'static str, tag: Tag) -> Result<Value<'a>, Stop> {
        match self.peek() {
            Some(found) if found == tag => self.value(name),
            None if self.at < self.end => self.value(name),
            found => {
                let span = Span::new(self.at, self.end.min(self.at + 1));
                self.stop(name, DerFault::Unexpected { expected: tag.label(), found }, span)
            }
        }
    }

    /// The next value, when it has this tag.
    pub fn optional(&mut self, name: &'static str, tag: Tag) -> Result<Option<Value<'a>>, Stop> {
        if self.peek() == Some(tag) { self.value(name).map(Some) } else { Ok(None) }
    }

    /// Enters the content of a value that was read.
    pub fn inside<T>(
        &mut self,
        name: &'static str,
        value: &Value<'a>,
        f: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        if !value.constructed {
            return self.stop(name, DerFault::WrongForm { constructed: false }, value.span);
        }
        self.nested(name, value.content_span, f)
    }

    /// Enters a range of the input that holds values: the content of an OCTET STRING, say.
    pub fn nested<T>(
        &mut self,
        name: &'static str,
        range: Span,
        f: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        if self.depth >= self.budget.depth {
            let kind = DerFault::Limit(Limit::Depth(self.budget.depth));
            return self.stop(name, kind, range);
        }
        let outer = (self.at, self.end);
        (self.at, self.end) = (range.start as usize, (range.end as usize).min(self.bytes.len()));
        self.depth += 1;
        self.path.push(Step::Name(name));
        let result = f(self);
        if result.is_ok() {
            self.expect_end();
        }
        self.path.pop();
        self.depth -= 1;
        (self.at, self.end) = outer;
        result
    }

    /// Reads a SEQUENCE.
    pub fn sequence<T>(
        &mut self,
        name: &'static str,
        f: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let value = self.expect(name, Tag::SEQUENCE)?;
        self.inside(name, &value, f)
    }

    /// Reads every value of the container that was entered with `f`, which is told their number.
    pub fn each<T>(
        &mut self,
        mut f: impl FnMut(&mut Self, usize) -> Result<T, Stop>,
    ) -> Result<Vec<T>, Stop> {
        let mut all = Vec::new();
        while !self.is_at_end() {
            if all.len() >= self.budget.members {
                let kind = DerFault::Limit(Limit::Members(self.budget.members));
                return self.stop("", kind, Span::at(self.at));
            }
            let before = self.at;
            self.path.push(Step::Index(all.len()));
            let item = f(self, all.len());
            self.path.pop();
            all.push(item?);
            if self.at == before {
                return self.stop(
                    "",
                    DerFault::Unexpected { expected: "a value", found: self.peek() },
                    Span::at(before),
                );
            }
        }
        Ok(all)
    }

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
    pub fn boolean_in(&mut self, name: &'static str, value: &Value<'a>) -> Result<bool, Stop> {
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
    pub fn time(&mut self, name: &'static str) -> Result<super::Time, Stop> {
        let generalized = self.peek() == Some(Tag::GENERALIZED_TIME);
        let tag = if generalized { Tag::GENERALIZED_TIME } else { Tag::UTC_TIME };
        let value = self.expect(name, tag)?;
        self.primitive(name, &value)?;
        match time::read(value.content, generalized) {
            Ok((instant, departure)) => {
                if let Some(kind) = departure {
                    self.fault(name, kind, value.span);
                }
                Ok(super::Time { instant, generalized, span: value.span })
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

    fn expect_end(&mut self) {
        if self.at < self.end && !self.spent {
            let span = Span::new(self.at, self.end);
            self.fault("", DerFault::Trailing(span.len()), span);
        }
    }

    fn count(&mut self, name: &'static str) -> Result<(), Stop> {
        self.nodes += 1;
        if self.spent {
            return Err(Stop);
        }
        if self.nodes > self.budget.nodes {
            let kind = DerFault::Limit(Limit::Nodes(self.budget.nodes));
            return self.stop(name, kind, Span::at(self.at));
        }
        Ok(())
    }

    /// From the start of an indefinite content: where it ends, and where what follows starts. Every
    /// header on the way counts, so that nesting cannot make reading quadratic.
    fn end_of_contents(&mut self, name: &'static str, start: usize) -> Result<(usize, usize), Stop> {
        let mut at = start;
        let mut open = 1_usize;
        loop {
            let rest = &self.bytes[at..self.end];
            if rest.starts_with(&[0, 0]) {
                at += 2;
                open -= 1;
                if open == 0 {
                    return Ok((at - 2, at));
                }
                continue;
            }
            if rest.is_empty() {
                return self.stop(name, DerFault::EndMissing, Span::at(start));
            }
            self.count(name)?;
            let header = match Header::read(rest) {
                Ok(header) => header,
                Err(kind) => return self.stop(name, kind, Span::new(at, self.end)),
            };
            match header.content {
                None if !header.constructed => {
                    return self.stop(name, DerFault::IndefinitePrimitive, Span::new(at, at + header.len));
                }
                None => {
                    open += 1;
                    at += header.len;
                }
                Some(declared) => {
                    let available = rest.len() - header.len;
                    let Some(len) = usize::try_from(declared).ok().filter(|len| *len <= available) else {
                        let span = Span::new(at, at + header.len);
                        return self.stop(name, DerFault::Truncated { declared, available }, span);
                    };
                    at += header.len + len;
                }
            }
            if self.depth + open > self.budget.depth {
                let kind = DerFault::Limit(Limit::Depth(self.budget.depth));
                return self.stop(name, kind, Span::at(at));
            }
        }
    }

    fn place(&self, name: &'static str) -> String {
        let mut place = String::new();
        for step in self.path.iter().copied().chain([Step::Name(name)]) {
            match step {
                Step::Name("") => {}
                Step::Name(name) => {
                    if !place.is_empty() {
                        place.push('.');
                    }
                    place.push_str(name);
                }
                Step::Index(index) => {
                    let _ = write!(place, "[{index}]");
                }
            }
        }
        place
    }
}

/// X.690 11.6: members are compared as if the shorter were padded with zeros.
pub(super) fn in_order(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
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
