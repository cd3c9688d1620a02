//! The reader: a loop over tokens with a list of the open containers.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{Data, Document, JsonFault, Name, Node, push_token};
use crate::base::{Budget, Fault, Limit, Span};

/// Decoding cannot go on; the fault that says why is recorded.
pub(super) struct Stop;

pub(super) struct Reader<'a, 'b> {
    pub(super) input: &'a [u8],
    pub(super) at: usize,
    budget: &'b Budget,
    nodes: Vec<Node<'a>>,
    names: Vec<Name<'a>>,
    faults: Vec<Fault<JsonFault>>,
    open: Vec<Open>,
}

/// A container that is not closed yet.
struct Open {
    node: u32,
    is_object: bool,
    children: u32,
    /// The name of the member that is being read.
    name: Option<u32>,
    /// Whether what is being read is a child of it.
    is_reading: bool,
}

/// How many values and names there is room for from the start: as many as a message most often has.
const ROOM: usize = 16;

/// How many names are compared each with each.
const FEW: u32 = 8;

pub(super) fn read<'a>(input: &'a [u8], budget: &Budget) -> Document<'a> {
    let mut reader = Reader {
        input,
        at: 0,
        budget,
        nodes: Vec::with_capacity(ROOM),
        names: Vec::with_capacity(ROOM),
        faults: Vec::new(),
        open: Vec::new(),
    };
    let complete = reader.text().is_ok();
    while reader.close().is_some() {}
    reader.faults.sort_by_key(|fault| fault.span.start);
    Document { nodes: reader.nodes, names: reader.names, faults: reader.faults, complete }
}

impl<'a> Reader<'a, '_> {
    fn text(&mut self) -> Result<(), Stop> {
        if self.input.len() > self.budget.bytes {
            return self.stop(JsonFault::Spent(Limit::Bytes(self.budget.bytes)), Span::at(self.budget.bytes));
        }
        if self.input.starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
            self.fault(JsonFault::ByteOrderMark, Span::new(0, 3))?;
        }
        self.space()?;
        if self.at == self.input.len() {
            return self.stop(JsonFault::Empty, Span::new(0, self.at));
        }
        self.value()?;
        while self.open.last().is_some() {
            self.step()?;
        }
        self.space()?;
        if self.at < self.input.len() {
            self.fault(JsonFault::TrailingData, Span::new(self.at, self.input.len()))?;
        }
        Ok(())
    }

    /// Reads the next element or the end of the innermost container.
    fn step(&mut self) -> Result<(), Stop> {
        let mut after_comma = false;
        loop {
            if let Some(open) = self.open.last_mut() {
                open.is_reading = false;
            }
            self.space()?;
            let Some(open) = self.open.last() else { return Ok(()) };
            let (closing, first) = (if open.is_object { b'}' } else { b']' }, open.children == 0);
            let Some(byte) = self.peek() else {
                let what = if open.is_object { "the end of an object" } else { "the end of an array" };
                return self.stop(JsonFault::Truncated(what), Span::at(self.at));
            };
            let here = Span::new(self.at, self.at + 1);
            if byte == closing {
                if after_comma {
                    self.fault(JsonFault::TrailingComma, here)?;
                }
                self.at += 1;
                return match self.close() {
                    Some(closed) if closed.is_object && self.may_repeat(&closed) => {
                        self.duplicates(closed.node)
                    }
                    _ => Ok(()),
                };
            }
            if byte == b',' {
                if after_comma || first {
                    self.fault(JsonFault::ExtraComma, here)?;
                }
                after_comma = true;
                self.at += 1;
                continue;
            }
            if !after_comma && !first {
                if matches!(byte, b':' | b']' | b'}') {
                    return self
                        .stop(JsonFault::Unexpected(byte, "a comma or the end of the container"), here);
                }
                self.fault(JsonFault::MissingComma, self.character(self.at))?;
            }
            return self.child();
        }
    }

    fn child(&mut self) -> Result<(), Stop> {
        let open = self.open.last_mut().expect("a child has a container");
        open.children += 1;
        open.is_reading = true;
        if open.is_object {
            if open.children as usize > self.budget.members {
                let limit = Limit::Members(self.budget.members);
                return self.stop(JsonFault::Spent(limit), Span::at(self.at));
            }
            open.name = None;
            self.name()?;
        }
        self.value()
    }

    fn name(&mut self) -> Result<(), Stop> {
        let start = self.at;
        let text = match self.input[start] {
            b'"' => self.string()?,
            _ => {
                let word = self.word();
                if word.is_empty() {
                    let what = "a quoted member name";
                    return self.stop(JsonFault::Unexpected(self.input[start], what), self.character(start));
                }
                self.fault(JsonFault::Literal, Span::new(start, self.at))?;
                Cow::Borrowed(word)
            }
        };
        let index = self.names.len() as u32;
        self.names.push(Name { text, span: Span::new(start, self.at) });
        self.open.last_mut().expect("a name stands in an object").name = Some(index);
        self.space()?;
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(byte) => {
                let what = "a colon behind the member name";
                return self.stop(JsonFault::Unexpected(byte, what), self.character(self.at));
            }
            None => {
                return self.stop(JsonFault::Truncated("a colon behind the member name"), Span::at(self.at));
            }
        }
        self.space()
    }

    /// The character at `at`, with all of its bytes.
    fn character(&self, at: usize) -> Span {
        let more = self.input[at + 1..].iter().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
        Span::new(at, at + 1 + more)
    }

    fn value(&mut self) -> Result<(), Stop> {
        if self.nodes.len() >= self.budget.nodes {
            return self.stop(JsonFault::Spent(Limit::Nodes(self.budget.nodes)), Span::at(self.at));
        }
        let start = self.at;
        let Some(byte) = self.peek() else {
            return self.stop(JsonFault::Truncated("a value"), Span::at(start));
        };
        match byte {
            b'{' | b'[' => {
                if self.open.len() >= self.budget.depth {
                    return self.stop(JsonFault::Spent(Limit::Depth(self.budget.depth)), Span::at(start));
                }
                self.at += 1;
                let is_object = byte == b'{';
                let node = self.push(if is_object { Data::Object } else { Data::Array }, start);
                self.open.push(Open { node, is_object, children: 0, name: None, is_reading: false });
            }
            b'"' => {
                let text = self.string()?;
                self.push(Data::String(text), start);
            }
            _ => {
                let word = self.word();
                let span = Span::new(start, self.at);
                let data = match word {
                    "" => {
                        return self.stop(JsonFault::Unexpected(byte, "a value"), self.character(start));
                    }
                    "null" => Data::Null,
                    "true" => Data::Bool(true),
                    "false" => Data::Bool(false),
                    _ if matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.') => {
                        if !is_number(word.as_bytes()) {
                            self.fault(JsonFault::Number, span)?;
                        }
                        Data::Number(word)
                    }
                    _ => {
                        self.fault(JsonFault::Literal, span)?;
                        Data::Null
                    }
                };
                self.push(data, start);
            }
        }
        Ok(())
    }

    fn push(&mut self, data: Data<'a>, start: usize) -> u32 {
        let index = self.nodes.len() as u32;
        let (parent, key) = match self.open.last() {
            None => (0, 0),
            Some(open) => (open.node, open.name.unwrap_or(open.children - 1)),
        };
        self.nodes.push(Node { data, span: Span::new(start, self.at), parent, end: index + 1, key });
        index
    }

    fn close(&mut self) -> Option<Open> {
        let open = self.open.pop()?;
        let end = self.nodes.len() as u32;
        let node = &mut self.nodes[open.node as usize];
        node.end = end;
        node.span.end = Span::at(self.at).end;
        Some(open)
    }

    /// The index of each member's name in [`Reader::names`].
    fn keys(&self, object: u32) -> impl Iterator<Item = u32> + Clone {
        let end = self.nodes[object as usize].end;
        let next = move |child: &u32| Some(self.nodes[*child as usize].end).filter(|next| *next < end);
        let first = Some(object + 1).filter(|first| *first < end);
        std::iter::successors(first, next).map(move |child| self.nodes[child as usize].key)
    }

    /// Whether a name may stand twice in an object. Few names are compared each with each, which takes no
    /// memory; of many it is not known.
    fn may_repeat(&self, closed: &Open) -> bool {
        let mut names = self.keys(closed.node).map(|key| self.names[key as usize].text.as_ref());
        closed.children > FEW
            || std::iter::from_fn(|| Some((names.next()?, names.clone())))
                .any(|(name, mut behind)| behind.any(|other: &str| other == name))
    }

    /// Finds the members of an object whose name stood there before.
    fn duplicates(&mut self, object: u32) -> Result<(), Stop> {
        let mut keys: Vec<u32> = self.keys(object).collect();
        let text = |key: &u32| self.names[*key as usize].text.as_ref();
        keys.sort_unstable_by(|a, b| text(a).cmp(text(b)).then(a.cmp(b)));
        let mut again: Vec<u32> =
            keys.windows(2).filter(|pair| text(&pair[0]) == text(&pair[1])).map(|pair| pair[1]).collect();
        again.sort_unstable();
        for key in again {
            let mut at = self.pointer();
            let Name { text, span } = &self.names[key as usize];
            push_token(&mut at, text);
            let span = *span;
            self.record(JsonFault::DuplicateMember, span, at)?;
        }
        Ok(())
    }

    /// Skips white space and, as faults, comments.
    #[inline]
    fn space(&mut self) -> Result<(), Stop> {
        match self.peek() {
            Some(b' ' | b'\t' | b'\r' | b'\n' | b'/') => self.skip_space(),
            _ => Ok(()),
        }
    }

    fn skip_space(&mut self) -> Result<(), Stop> {
        loop {
            let rest = &self.input[self.at..];
            let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
            self.at += blank;
            let rest = &rest[blank..];
            let comment = if rest.starts_with(b"//") {
                rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
            } else if rest.starts_with(b"/*") {
                rest.windows(2).skip(2).position(|pair| pair == b"*/").map_or(rest.len(), |at| at + 4)
            } else {
                return Ok(());
            };
            let start = self.at;
            self.at += comment;
            self.fault(JsonFault::Comment, Span::new(start, self.at))?;
        }
    }

    /// Takes the run of characters that numbers and words are made of.
    fn word(&mut self) -> &'a str {
        let rest = &self.input[self.at..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_');
        let len = rest.iter().take_while(|byte| is_part(byte)).count();
        self.at += len;
        std::str::from_utf8(&rest[..len]).expect("ASCII")
    }

    fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    /// The JSON pointer of what is being read.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for open in self.open.iter().filter(|open| open.is_reading) {
            match open.name {
                Some(name) => push_token(&mut pointer, &self.names[name as usize].text),
                None if open.is_object => {}
                None => _ = write!(pointer, "/{}", open.children - 1),
            }
        }
        pointer
    }

    /// Records a fault at what is being read; decoding goes on.
    pub(super) fn fault(&mut self, kind: JsonFault, span: Span) -> Result<(), Stop> {
        let at = self.pointer();
        self.record(kind, span, at)
    }

    /// Records a fault behind which decoding cannot go on.
    pub(super) fn stop<T>(&mut self, kind: JsonFault, span: Span) -> Result<T, Stop> {
        let at = self.pointer();
        self.faults.push(Fault::new(kind, span, at));
        Err(Stop)
    }

    fn record(&mut self, kind: JsonFault, span: Span, at: String) -> Result<(), Stop> {
        if self.faults.len() >= self.budget.faults {
            self.faults.push(Fault::new(JsonFault::Spent(Limit::Faults(self.budget.faults)), span, at));
            return Err(Stop);
        }
        self.faults.push(Fault::new(kind, span, at));
        Ok(())
    }
}

/// Whether `text` is a number by the grammar of RFC 8259, section 6.
fn is_number(text: &[u8]) -> bool {
    fn digits(text: &[u8]) -> usize {
        text.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', exponent @ ..] => exponent,
            _ => exponent,
        };
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}
