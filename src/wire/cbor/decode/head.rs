//! The head of an item: its initial byte, and the number that stands behind it.

use super::super::flaw::Flaw;
use super::{Reader, Until};
use crate::base::Span;

/// An initial byte and its number.
pub(super) struct Head {
    pub(super) major: u8,
    pub(super) information: u8,
    pub(super) value: u64,
    /// Where the head begins.
    pub(super) start: usize,
}

impl Reader<'_, '_> {
    /// Reads an initial byte and the number that it announces.
    pub(super) fn head(&mut self) -> Option<Head> {
        let start = self.at;
        let Some(&initial) = self.input.get(start) else {
            self.stop(Flaw::Truncated, Span::at(start));
            return None;
        };
        let (major, information) = (initial >> 5, initial & 31);
        self.at += 1;
        let value = match information {
            0..=23 => u64::from(information),
            24..=27 => {
                let bytes = 1_usize << (information - 24);
                let Some(number) = self.input.get(self.at..self.at + bytes) else {
                    self.at = self.input.len();
                    self.stop(Flaw::Truncated, Span::new(start, self.at));
                    return None;
                };
                self.at += bytes;
                number.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
            }
            31 if !matches!(major, 0 | 1 | 6) => 0,
            _ => {
                self.stop(Flaw::ReservedInformation { information, major }, Span::new(start, self.at));
                return None;
            }
        };
        let shortest = match value {
            0..24 => 0,
            24..0x100 => 1,
            0x100..0x1_0000 => 2,
            0x1_0000..0x1_0000_0000 => 4,
            _ => 8,
        };
        let bytes = self.at - start - 1;
        if bytes > shortest && major != 7 {
            self.lengthened = true;
            let what = match major {
                0 | 1 => "integer",
                6 => "tag number",
                _ => "length",
            };
            self.note(Flaw::NonMinimal { what, value, bytes: bytes as u8 }, Span::new(start, self.at));
        }
        Some(Head { major, information, value, start })
    }

    /// How many children a definite array or map has, where the input can hold them.
    pub(super) fn length(&mut self, head: &Head, per_entry: u64) -> Option<Until> {
        if head.information == 31 {
            return Some(Until::Break);
        }
        let left = self.input.len() - self.at;
        match head.value.checked_mul(per_entry).filter(|children| *children <= left as u64) {
            Some(children) => Some(Until::Left(children)),
            None => {
                let flaw = Flaw::LengthBeyondInput { declared: head.value, left };
                self.stop(flaw, Span::new(head.start, self.at));
                None
            }
        }
    }
}
