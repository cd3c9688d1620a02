//! The piece of the input that a finding is about, as text or as bytes, with a mark beneath.

use std::ops::Range;

use super::plain::push_visible;
use crate::base::Kind;
use crate::event::{Subject, mask};

/// Inputs up to this size are shown; larger ones are named by their offsets only.
const MOST: usize = 1 << 20;
/// Bytes on each side of a place that are looked at, for each column that is shown.
const AROUND: usize = 8;
/// Bytes in a row of a hex dump; half as many where there is no room for them.
const ROW: usize = 16;

/// An input that can be shown.
pub(super) struct Source<'s> {
    bytes: &'s [u8],
    text: Option<&'s str>,
    secrets: Vec<Range<usize>>,
}

/// One line of an input, with the place that is meant.
pub(super) struct Snippet {
    /// `line:column`, or `@offset` in bytes.
    pub(super) place: String,
    /// The line, or a part of it.
    pub(super) line: String,
    /// The columns of it to mark; empty where the mark would stand under something masked.
    pub(super) mark: Range<usize>,
}

impl<'s> Source<'s> {
    /// The input of `subject`, unless it is too large or nothing in it may be shown.
    pub(super) fn of(subject: &'s Subject) -> Option<Self> {
        let bytes: &[u8] = subject.input.as_deref()?;
        if bytes.len() > MOST || subject.kind == Kind::Keystore {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok();
        let secrets = text.map(mask::secrets).unwrap_or_default();
        Some(Self { bytes, text, secrets: secrets.into_iter().map(|(range, _)| range).collect() })
    }

    /// Line and column of a byte, both from 1, where the input is text.
    pub(super) fn position(&self, at: u32) -> Option<(usize, usize)> {
        let before = self.text?.get(..at as usize)?;
        let line = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
        Some((before.matches('\n').count() + 1, line.chars().count() + 1))
    }

    /// The line that holds the beginning of `span`, in at most `width` columns.
    pub(super) fn snippet(&self, span: [u32; 2], width: usize) -> Option<Snippet> {
        let [start, end] = span.map(|at| at as usize);
        if end > self.bytes.len() || start > end || end == 0 {
            return None;
        }
        match self.text {
            Some(text) => self.text_snippet(text, start..end, width.max(16)),
            None => Some(self.hex_snippet(start..end, if width < ROW * 3 { ROW / 2 } else { ROW })),
        }
    }

    fn text_snippet(&self, text: &str, span: Range<usize>, width: usize) -> Option<Snippet> {
        let (number, column) = self.position(u32::try_from(span.start).ok()?)?;
        let from = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let to = text[from..].find('\n').map_or(text.len(), |at| from + at);
        let place = format!("{number}:{column}");
        // A line may be the whole document: what is far from the place is not looked at.
        let near = text.floor_char_boundary(span.start.saturating_sub(width * AROUND)).max(from);
        let far = text.floor_char_boundary(span.start.saturating_add(width * AROUND)).min(to);
        // What is masked is masked whole, so no part of it is left at an edge.
        let hidden = |at: usize| self.secrets.iter().any(|secret| secret.contains(&at));
        let mut shown: Vec<(usize, String)> = Vec::new();
        let mut before = None;
        for (at, c) in text[near..far].char_indices().map(|(at, c)| (near + at, c)) {
            match (hidden(at), hidden(at.wrapping_sub(1)) && at > near) {
                (true, true) => {}
                (true, false) => shown.push((at, "…".to_owned())),
                (false, _) => {
                    let mut piece = String::new();
                    push_visible(&mut piece, before, c);
                    shown.push((at, piece));
                }
            }
            before = Some(c);
        }
        let first = shown.iter().position(|(at, _)| *at >= span.start).unwrap_or(shown.len());
        let begin = first.saturating_sub(width / 4);
        let mut line = String::new();
        let mut mark = 0..0;
        if begin > 0 || near > from {
            line.push('…');
        }
        let mut columns = line.chars().count();
        for (index, (at, piece)) in shown.iter().enumerate().skip(begin) {
            let length = piece.chars().count();
            if columns + length > width - 1 {
                line.push('…');
                break;
            }
            if index == first {
                mark.start = columns;
            }
            line.push_str(piece);
            columns += length;
            if index >= first && *at < span.end.max(span.start + 1) {
                mark.end = columns;
            }
        }
        if first == shown.len() {
            mark = columns..columns + 1;
        }
        Some(Snippet { place, line, mark })
    }

    fn hex_snippet(&self, span: Range<usize>, most: usize) -> Snippet {
        let from = span.start / most * most;
        let row = &self.bytes[from.min(self.bytes.len())..(from + most).min(self.bytes.len())];
        let line = row.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
        let first = span.start - from;
        let last = span.end.max(span.start + 1).min(from + most) - from;
        Snippet { place: format!("@{}", span.start), line, mark: first * 3..last * 3 - 1 }
    }
}
