//! JSON strings: their end, their escapes and their UTF-8.

use std::borrow::Cow;

use super::JsonFault;
use super::reader::{Reader, Stop};
use crate::base::Span;

/// How many bytes are looked at together: the loop over them has no branches.
const BLOCK: usize = 32;

/// How many bytes stand in front of a quote, a backslash or a control character.
fn plain(bytes: &[u8]) -> Option<usize> {
    let is_special = |byte: &u8| (*byte == b'"') | (*byte == b'\\') | (*byte < 0x20);
    let blocks = bytes.as_chunks::<BLOCK>().0;
    let clean = |block: &[u8; BLOCK]| !block.iter().fold(false, |any, byte| any | is_special(byte));
    let skipped = BLOCK * blocks.iter().take_while(|block| clean(block)).count();
    let (words, tail) = bytes[skipped..].as_chunks::<8>();
    match words.iter().map(|word| special(u64::from_le_bytes(*word))).position(|found| found != 0) {
        Some(at) => {
            let found = special(u64::from_le_bytes(words[at]));
            Some(skipped + 8 * at + found.trailing_zeros() as usize / 8)
        }
        None => {
            let at = bytes.len() - tail.len();
            tail.iter().position(is_special).map(|found| at + found)
        }
    }
}

/// Marks of the bytes of a word that end a run: the lowest mark is that of the first one, those above it
/// may be wrong.
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    // What borrows when `limit` is taken from each byte is below it.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word & (ONES << 7);
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    is(b'"') | is(b'\\') | below(word, 0x20)
}

impl<'a> Reader<'a, '_> {
    /// Reads the string whose opening quote is next.
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Stop> {
        let opened = self.at;
        self.at += 1;
        let mut segment = self.at;
        let mut unescaped: Option<String> = None;
        loop {
            let rest = &self.input[self.at..];
            let Some(run) = plain(rest) else {
                self.at = self.input.len();
                return self
                    .stop(JsonFault::Truncated("the closing quote of a string"), Span::new(opened, self.at));
            };
            self.at += run;
            match rest[run] {
                b'"' => {
                    let tail = self.utf8(segment, self.at)?;
                    self.at += 1;
                    return Ok(match unescaped {
                        None => tail,
                        Some(text) => Cow::Owned(text + &tail),
                    });
                }
                b'\\' => {
                    let before = self.utf8(segment, self.at)?;
                    let c = self.escape(opened)?;
                    let text = unescaped.get_or_insert_default();
                    text.push_str(&before);
                    text.push(c);
                    segment = self.at;
                }
                control => {
                    self.fault(JsonFault::ControlCharacter(control), Span::new(self.at, self.at + 1))?;
                    self.at += 1;
                }
            }
        }
    }

    /// The bytes as text, with U+FFFD for what is not UTF-8.
    fn utf8(&mut self, from: usize, to: usize) -> Result<Cow<'a, str>, Stop> {
        let bytes = &self.input[from..to];
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok(Cow::Borrowed(text));
        }
        let mut at = from;
        let mut text = String::with_capacity(bytes.len());
        let mut wrong = Span::at(from);
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.valid().is_empty() && !wrong.is_empty() {
                self.fault(JsonFault::Utf8, wrong)?;
                wrong = Span::at(at);
            }
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                let here = Span::new(at, at + chunk.invalid().len());
                wrong = if wrong.is_empty() { here } else { wrong.join(here) };
                text.push(char::REPLACEMENT_CHARACTER);
                at = here.range().end;
            }
        }
        if !wrong.is_empty() {
            self.fault(JsonFault::Utf8, wrong)?;
        }
        Ok(Cow::Owned(text))
    }

    /// Reads the escape whose backslash is next.
    fn escape(&mut self, opened: usize) -> Result<char, Stop> {
        let start = self.at;
        let Some(&letter) = self.input.get(start + 1) else {
            self.at = self.input.len();
            return self
                .stop(JsonFault::Truncated("the closing quote of a string"), Span::new(opened, self.at));
        };
        self.at += 2;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(start),
            _ => {
                self.fault(JsonFault::Escape, Span::new(start, self.at))?;
                // What the backslash stands before is read as text of the string again.
                self.at -= 1;
                char::REPLACEMENT_CHARACTER
            }
        })
    }

    /// Reads the digits of a `\u` escape, and of the one after it when they make a pair.
    fn unicode(&mut self, start: usize) -> Result<char, Stop> {
        let Some(unit) = self.hex4(self.at) else {
            self.fault(JsonFault::Escape, Span::new(start, self.at))?;
            return Ok(char::REPLACEMENT_CHARACTER);
        };
        self.at += 4;
        let low = (self.input.get(self.at..self.at + 2) == Some(b"\\u"))
            .then(|| self.hex4(self.at + 2))
            .flatten()
            .filter(|low| (0xDC00..0xE000).contains(low));
        match (unit, low) {
            (0xD800..0xDC00, Some(low)) => {
                self.at += 6;
                let point = 0x1_0000 + (u32::from(unit - 0xD800) << 10) + u32::from(low - 0xDC00);
                Ok(char::from_u32(point).expect("a surrogate pair stands for a character"))
            }
            (0xD800..0xE000, _) => {
                self.fault(JsonFault::LoneSurrogate(unit), Span::new(start, self.at))?;
                Ok(char::REPLACEMENT_CHARACTER)
            }
            _ => Ok(char::from_u32(u32::from(unit)).expect("no surrogate")),
        }
    }

    fn hex4(&self, at: usize) -> Option<u16> {
        let digits = self.input.get(at..at + 4)?;
        let text = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_hexdigit))?;
        u16::from_str_radix(text, 16).ok()
    }
}
