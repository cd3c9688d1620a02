//! Where canonical octets go: runs of the input are handed on as they are.

use crate::base::same;
use crate::wire::xml::{Place, find, special};

/// What takes octets: a buffer, a digest.
pub trait Sink {
    /// Takes the next octets.
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// The writer: octets that stand in the input one after the other are gathered into one run.
pub(super) struct Output<'d, 's, S> {
    text: &'d str,
    run: (usize, usize),
    small: Vec<u8>,
    sink: &'s mut S,
}

/// Pieces from this length on are handed on without a copy.
const LARGE: usize = 512;

impl<'d, 's, S: Sink> Output<'d, 's, S> {
    pub(super) fn new(text: &'d str, sink: &'s mut S) -> Self {
        Self { text, run: (0, 0), small: Vec::with_capacity(2 * LARGE), sink }
    }

    /// The octets `start..end` of the input.
    pub(super) fn source(&mut self, start: usize, end: usize) {
        if start == end {
            return;
        }
        if start != self.run.1 {
            self.end_run();
            self.run.0 = start;
        }
        self.run.1 = end;
    }

    /// One octet of ASCII that may or may not be the next one of the input.
    pub(super) fn byte(&mut self, byte: u8) {
        if self.text.as_bytes().get(self.run.1) == Some(&byte) {
            self.run.1 += 1;
        } else {
            self.end_run();
            self.piece(&[byte]);
        }
    }

    /// Octets that may or may not be the next ones of the input.
    pub(super) fn literal(&mut self, text: &str) {
        let end = self.run.1 + text.len();
        if self.text.as_bytes().get(self.run.1..end).is_some_and(|next| same(next, text.as_bytes())) {
            self.run.1 = end;
        } else {
            self.end_run();
            self.piece(text.as_bytes());
        }
    }

    /// The octets `start..end` of the input as character data, which may depart from the canonical form at
    /// its start.
    pub(super) fn text(&mut self, start: usize, end: usize) {
        self.escaped(start, end, Place::Content, [b'&', b'>', b'\r'], text_escape);
    }

    /// The octets `start..end` of the input, which stand in a CDATA section, as character data.
    pub(super) fn cdata(&mut self, start: usize, end: usize) {
        self.escaped(start, end, Place::Verbatim, [b'&', b'>', b'\r', b'<'], text_escape);
    }

    /// The octets `start..end` of the input, which stand in a comment or instruction.
    pub(super) fn verbatim(&mut self, start: usize, end: usize) {
        self.escaped(start, end, Place::Verbatim, [b'\r'], |_| None);
    }

    /// The octets `start..end` of the input as an attribute value.
    pub(super) fn attribute(&mut self, start: usize, end: usize) {
        self.escaped(start, end, Place::Attribute, [b'&', b'"', b'\t', b'\n', b'\r'], attribute_escape);
    }

    fn escaped<const N: usize>(
        &mut self,
        start: usize,
        end: usize,
        place: Place,
        needles: [u8; N],
        escape: fn(char) -> Option<&'static str>,
    ) {
        let text = self.text;
        let bytes = &text.as_bytes()[..end];
        // Of character data it is known where it departs.
        let mut at = if place == Place::Content { start } else { find(bytes, start, needles) };
        let mut done = start;
        while at < end {
            // Most ampersands in text start what is written as it stands.
            if place == Place::Content && bytes[at..].starts_with(b"&amp;") {
                at = find(bytes, at + b"&amp;".len(), needles);
                continue;
            }
            self.source(done, at);
            let (c, length) = special(&text[at..end], place);
            match escape(c) {
                Some(escaped) => self.literal(escaped),
                None => self.literal(c.encode_utf8(&mut [0; 4])),
            }
            done = at + length;
            at = find(bytes, done, needles);
        }
        self.source(done, end);
    }

    /// A value that does not stand in the input as an attribute value.
    pub(super) fn value(&mut self, value: &str) {
        let is_marked = |byte: u8| (byte < b' ') | (byte == b'&') | (byte == b'<') | (byte == b'"');
        // Without a branch, so that the compiler compares many bytes at once.
        if !value.bytes().fold(false, |any, byte| any | is_marked(byte)) {
            return self.literal(value);
        }
        let mut done = 0;
        for (at, byte) in value.bytes().enumerate() {
            // What is escaped is ASCII.
            if let Some(escaped) = attribute_escape(char::from(byte)) {
                self.literal(&value[done..at]);
                self.literal(escaped);
                done = at + 1;
            }
        }
        self.literal(&value[done..]);
    }

    fn end_run(&mut self) {
        let (start, end) = self.run;
        self.run.0 = end;
        let text = self.text;
        self.piece(&text.as_bytes()[start..end]);
    }

    fn piece(&mut self, bytes: &[u8]) {
        if bytes.len() >= LARGE {
            self.end_small();
            self.sink.put(bytes);
        } else {
            if self.small.len() + bytes.len() > 2 * LARGE {
                self.end_small();
            }
            self.small.extend_from_slice(bytes);
        }
    }

    fn end_small(&mut self) {
        if !self.small.is_empty() {
            self.sink.put(&self.small);
            self.small.clear();
        }
    }

    /// Hands on what is left.
    pub(super) fn end(mut self) {
        self.end_run();
        self.end_small();
    }
}

fn text_escape(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#xD;"),
        _ => None,
    }
}

fn attribute_escape(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '"' => Some("&quot;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        _ => None,
    }
}
