//! The reader that models use: it follows the structure that they ask for.

use std::fmt::Write as _;

use super::fault::DerFault;
use super::header::{Header, Tag};
use crate::base::{Budget, Fault, Limit, Span};

mod indefinite;
mod typed;

pub(super) use typed::in_order;

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
        if let Some(value) = self.short() {
            return self.take(name, value);
        }
        let start = self.at;
        if start >= self.end {
            let kind = DerFault::Unexpected { expected: "a value", found: None };
            return self.stop(name, kind, Span::at(start));
        }
        match Header::read(&self.bytes[start..self.end]) {
            Ok(header) => self.value_under(name, header),
            Err(kind) => {
                self.count(name)?;
                self.stop(name, kind, Span::new(start, self.end))
            }
        }
    }

    /// The value where the reader stands, when its header is a short one and it stands there whole: so it is
    /// with nearly all, and then nothing is wrong with it.
    #[inline]
    fn short(&self) -> Option<Value<'a>> {
        let rest = &self.bytes[self.at..self.end];
        let header = Header::read_short(rest)?;
        let raw = rest.get(..header.len + usize::try_from(header.content?).ok()?)?;
        let span = Span::new(self.at, self.at + raw.len());
        Some(Value {
            tag: header.tag,
            constructed: header.constructed,
            content: &raw[header.len..],
            raw,
            span,
            content_span: Span { start: span.start.saturating_add(header.len as u32), ..span },
        })
    }

    /// Moves behind a value that was read where the reader stands.
    #[inline]
    fn take(&mut self, name: &'static str, value: Value<'a>) -> Result<Value<'a>, Stop> {
        self.count(name)?;
        self.at += value.raw.len();
        Ok(value)
    }

    /// The value whose header was read where the reader stands.
    #[inline(never)]
    fn value_under(&mut self, name: &'static str, header: Header) -> Result<Value<'a>, Stop> {
        self.count(name)?;
        let start = self.at;
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
        if let Some(value) = self.short().filter(|value| value.tag == tag) {
            return self.take(name, value);
        }
        let found = match Header::read(&self.bytes[self.at..self.end]) {
            Ok(header) if header.tag == tag => return self.value_under(name, header),
            Ok(header) => Some(header.tag),
            Err(_) if self.at < self.end => return self.value(name),
            Err(_) => None,
        };
        let span = Span::new(self.at, self.end.min(self.at + 1));
        self.stop(name, DerFault::Unexpected { expected: tag.label(), found }, span)
    }

    /// The next value, when it has this tag.
    pub fn optional(&mut self, name: &'static str, tag: Tag) -> Result<Option<Value<'a>>, Stop> {
        if let Some(value) = self.short() {
            return if value.tag == tag { self.take(name, value).map(Some) } else { Ok(None) };
        }
        match Header::read(&self.bytes[self.at..self.end]) {
            Ok(header) if header.tag == tag => self.value_under(name, header).map(Some),
            Ok(_) | Err(_) => Ok(None),
        }
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
