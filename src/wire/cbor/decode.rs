//! The reader: from bytes to a [`Tree`], in one pass and without recursion.

mod head;
mod keys;

use head::Head;

use super::flaw::Flaw;
use super::path::{LONGEST_PATH, push_index, push_key};
use super::{Entry, Item, Tree};
use crate::base::{Budget, Fault, Limit, Span};

/// Reads `input` as exactly one data item.
pub fn decode<'a>(input: &'a [u8], budget: &Budget) -> Tree<'a> {
    let mut tree = decode_prefix(input, 0, budget);
    let stopped = tree.faults.last().is_some_and(|fault| fault.kind.ends_reading());
    if !stopped && tree.end < input.len() {
        let rest = Span::new(tree.end, input.len());
        tree.faults.push(Fault::new(Flaw::TrailingBytes(rest.len()), rest, ""));
    }
    tree
}

/// How many items there is room for from the start.
const ROOM: usize = 16;

/// Reads one data item that begins at `start`; spans count from the beginning of `input`.
pub fn decode_prefix<'a>(input: &'a [u8], start: usize, budget: &Budget) -> Tree<'a> {
    let mut reader = Reader {
        input,
        at: start.min(input.len()),
        budget,
        entries: Vec::with_capacity(ROOM),
        faults: Vec::new(),
        open: Vec::new(),
        lengthened: false,
        level: 0,
    };
    if input.len() > budget.bytes {
        let limit = Flaw::OverBudget(Limit::Bytes(budget.bytes));
        reader.faults.push(Fault::new(limit, Span::new(0, input.len()), ""));
    } else {
        while reader.step() == Next::Item {}
    }
    reader.finish()
}

impl Flaw {
    /// Whether nothing after it can be given a meaning.
    pub(super) fn ends_reading(self) -> bool {
        matches!(
            self,
            Self::Truncated
                | Self::LengthBeyondInput { .. }
                | Self::ReservedInformation { .. }
                | Self::OverBudget(_)
        )
    }
}

#[derive(PartialEq, Eq)]
enum Next {
    Item,
    Stop,
}

/// How an open container ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// After this many more children.
    Left(u64),
    /// At a break code.
    Break,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Array,
    Map,
    Tag,
    Chunks { text: bool },
}

struct Open {
    entry: u32,
    shape: Shape,
    until: Until,
    children: u64,
    /// Of a map: the key that was read last.
    key: Option<u32>,
    /// Of a map: whether the keys so far stand in strictly ascending canonical order.
    ascending: bool,
}

struct Reader<'a, 'b> {
    input: &'a [u8],
    at: usize,
    budget: &'b Budget,
    entries: Vec<Entry<'a>>,
    faults: Vec<Fault<Flaw>>,
    open: Vec<Open>,
    /// Whether any number was longer than it needs to be, so that equal keys may differ in bytes.
    lengthened: bool,
    /// How many arrays and maps are open.
    level: usize,
}

impl<'a> Reader<'a, '_> {
    /// Reads one head and what belongs to it.
    fn step(&mut self) -> Next {
        let start = self.at;
        if self.entries.len() >= self.budget.nodes {
            return self.stop(Flaw::OverBudget(Limit::Nodes(self.budget.nodes)), Span::at(start));
        }
        let Some(head) = self.head() else { return Next::Stop };
        let indefinite = head.information == 31;
        if head.major == 7 && indefinite {
            return self.break_code(start);
        }
        if let Some(Open { shape: Shape::Chunks { text }, .. }) = self.open.last()
            && (indefinite || head.major != if *text { 3 } else { 2 })
        {
            let found = match (head.major, indefinite) {
                (2 | 3, true) => "a string of indefinite length",
                (2, false) => "a byte string",
                (3, false) => "a text string",
                _ => "another type",
            };
            self.note(Flaw::ForeignChunk(found), Span::new(start, self.at));
        }
        if indefinite {
            self.note(Flaw::IndefiniteLength, Span::new(start, self.at));
        }
        match head.major {
            0 => self.leaf(Item::Unsigned(head.value), start, self.at),
            1 => self.leaf(Item::Negative(head.value), start, self.at),
            2 if indefinite => {
                self.enter(Item::ByteChunks, Shape::Chunks { text: false }, Until::Break, start)
            }
            3 if indefinite => {
                self.enter(Item::TextChunks, Shape::Chunks { text: true }, Until::Break, start)
            }
            2 | 3 => self.string(&head),
            4 => match self.length(&head, 1) {
                Some(until) => self.enter(Item::Array, Shape::Array, until, start),
                None => Next::Stop,
            },
            5 => match self.length(&head, 2) {
                Some(until) => self.enter(Item::Map, Shape::Map, until, start),
                None => Next::Stop,
            },
            6 => {
                self.note(Flaw::Tagged(head.value), Span::new(start, self.at));
                self.enter(Item::Tag(head.value), Shape::Tag, Until::Left(1), start)
            }
            _ => self.simple(&head),
        }
    }

    fn string(&mut self, head: &Head) -> Next {
        let left = &self.input[self.at..];
        let Some(content) = usize::try_from(head.value).ok().and_then(|n| left.get(..n)) else {
            let flaw = Flaw::LengthBeyondInput { declared: head.value, left: left.len() };
            return self.stop(flaw, Span::new(head.start, self.at));
        };
        let begins = self.at;
        self.at += content.len();
        let item = if head.major == 2 {
            Item::Bytes(content)
        } else {
            match std::str::from_utf8(content) {
                Ok(text) => Item::Text(text),
                Err(error) => {
                    let from = begins + error.valid_up_to();
                    let to = error.error_len().map_or(self.at, |n| from + n);
                    self.note(Flaw::InvalidUtf8, Span::new(from, to));
                    Item::BadText(content)
                }
            }
        };
        self.leaf(item, head.start, begins)
    }

    fn simple(&mut self, head: &Head) -> Next {
        let span = Span::new(head.start, self.at);
        let item = match (head.information, head.value) {
            (24, value @ 0..32) => {
                self.note(Flaw::TwoByteSimple(value as u8), span);
                Item::Simple(value as u8)
            }
            (25, bits) => Item::Float(half(bits as u16)),
            (26, bits) => Item::Float(f64::from(f32::from_bits(bits as u32))),
            (27, bits) => Item::Float(f64::from_bits(bits)),
            (_, 20) => Item::Bool(false),
            (_, 21) => Item::Bool(true),
            (_, 22) => Item::Null,
            (_, 23) => Item::Undefined,
            (_, value) => Item::Simple(value as u8),
        };
        if matches!(item, Item::Float(_)) {
            self.note(Flaw::FloatingPoint, span);
        }
        self.leaf(item, head.start, self.at)
    }

    fn break_code(&mut self, start: usize) -> Next {
        match self.open.last() {
            Some(Open { until: Until::Break, shape, children, .. }) => {
                if *shape == Shape::Map && children % 2 == 1 {
                    self.note(Flaw::KeyWithoutValue, Span::new(start, self.at));
                }
                self.close();
                self.completed()
            }
            _ => {
                self.note(Flaw::StrayBreak, Span::new(start, self.at));
                self.leaf(Item::Break, start, self.at)
            }
        }
    }

    fn push(&mut self, item: Item<'a>, start: usize, content: usize) -> u32 {
        let index = self.entries.len() as u32;
        let span = Span::new(start, self.at);
        self.entries.push(Entry { item, span, after: index + 1, content: content as u32 });
        index
    }

    fn leaf(&mut self, item: Item<'a>, start: usize, content: usize) -> Next {
        self.push(item, start, content);
        self.completed()
    }

    fn enter(&mut self, item: Item<'a>, shape: Shape, until: Until, start: usize) -> Next {
        if self.open.len() >= self.budget.depth {
            let limit = Flaw::OverBudget(Limit::Depth(self.budget.depth));
            return self.stop(limit, Span::new(start, self.at));
        }
        if matches!(shape, Shape::Array | Shape::Map) {
            self.level += 1;
            if self.level == 5 {
                self.note(Flaw::NestedDeeply(self.level), Span::new(start, self.at));
            }
        }
        let entry = self.push(item, start, start);
        self.open.push(Open { entry, shape, until, children: 0, key: None, ascending: true });
        if until == Until::Left(0) {
            self.close();
            return self.completed();
        }
        Next::Item
    }

    /// Takes an item that was just read to its end into the containers around it.
    fn completed(&mut self) -> Next {
        loop {
            if self.faults.len() >= self.budget.faults {
                let limit = Flaw::OverBudget(Limit::Faults(self.budget.faults));
                return self.stop(limit, Span::at(self.at));
            }
            let Some(open) = self.open.last_mut() else { return Next::Stop };
            let is_key = open.shape == Shape::Map && open.children.is_multiple_of(2);
            open.children += 1;
            let (entry, children, until) = (open.entry, open.children, open.until);
            if is_key {
                if children / 2 >= self.budget.members as u64 {
                    let limit = Flaw::OverBudget(Limit::Members(self.budget.members));
                    return self.stop(limit, Span::at(self.at));
                }
                self.key_completed(entry);
            }
            if until != Until::Left(children) {
                return Next::Item;
            }
            self.close();
        }
    }

    /// Ends the innermost container.
    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if matches!(open.shape, Shape::Array | Shape::Map) {
            self.level -= 1;
        }
        let after = self.entries.len() as u32;
        let entry = &mut self.entries[open.entry as usize];
        entry.after = after;
        entry.span = Span::new(entry.span.start as usize, self.at);
        if open.shape == Shape::Map && (!open.ascending || self.lengthened) {
            self.duplicates(open.entry);
        }
    }

    fn bytes(&self, entry: u32) -> &'a [u8] {
        self.entries[entry as usize].span.of(self.input)
    }

    fn note(&mut self, flaw: Flaw, span: Span) {
        let at = self.path();
        self.faults.push(Fault::new(flaw, span, at));
    }

    fn stop(&mut self, flaw: Flaw, span: Span) -> Next {
        self.note(flaw, span);
        Next::Stop
    }

    /// The path of the item that is being read, cut where it is beyond reading.
    fn path(&self) -> String {
        let mut path = String::new();
        for (step, open) in self.open.iter().enumerate() {
            if step == LONGEST_PATH {
                path.push('…');
                break;
            }
            match open.shape {
                Shape::Tag => {}
                Shape::Array | Shape::Chunks { .. } => push_index(&mut path, open.children),
                // At an even count the key itself is being read, which has no name yet.
                Shape::Map => {
                    if let Some(key) = open.key.filter(|_| open.children % 2 == 1) {
                        push_key(&mut path, self.entries[key as usize].item);
                    }
                }
            }
        }
        path
    }

    fn finish(mut self) -> Tree<'a> {
        while !self.open.is_empty() {
            self.close();
        }
        self.faults.sort_by_key(|fault| (fault.kind.ends_reading(), fault.span.start));
        Tree { entries: self.entries, faults: self.faults, end: self.at }
    }
}

/// The number that IEEE 754 binary16 bits stand for.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match (bits >> 10) & 0x1f {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1024.0 + fraction) * 2f64.powi(i32::from(exponent) - 25),
    };
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}
