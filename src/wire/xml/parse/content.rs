//! What stands between tags: character data, references, comments, CDATA sections and instructions.

use super::{Parser, Step, Stop};
use crate::wire::xml::XmlFault;
use crate::wire::xml::arena::{NONE, NodeKind};
use crate::wire::xml::scan::{find_mark, find_text, is_space, name};
use crate::wire::xml::value::reference;

impl Parser<'_> {
    /// Character data up to the next `<`.
    pub(super) fn characters(&mut self) -> Step {
        let start = self.at;
        let mut canonical = self.plain_lines;
        let mut departure = start;
        let mut at = find_mark(self.bytes, start);
        if let Some(b'&' | b'>') = self.bytes.get(at) {
            let marked;
            (at, marked) = self.marked(start, at)?;
            if canonical && let Some(marked) = marked {
                (canonical, departure) = (false, marked);
            }
        }
        self.at = at;
        if self.open != NONE {
            self.push(NodeKind::Text, start, at, departure as u32)?.canonical = canonical;
        } else if let Some(offset) = self.bytes[start..at].iter().position(|b| !is_space(*b)) {
            self.fault(XmlFault::ContentOutsideRoot, start + offset, at)?;
        }
        Ok(())
    }

    /// Reads the character data from `start` on that has a `&` or `>` at `at`, and says where it ends, and
    /// where it first stands otherwise than canonical XML writes it, line ends aside.
    #[inline(never)]
    fn marked(&mut self, start: usize, mut at: usize) -> Result<(usize, Option<usize>), Stop> {
        let mut departure = None;
        loop {
            match self.bytes.get(at) {
                Some(b'&') => {
                    let end = self.reference(at)?;
                    if !matches!(&self.bytes[at..end], b"&amp" | b"&lt" | b"&gt") {
                        departure = departure.or(Some(at));
                    }
                    at = end;
                }
                Some(b'>') => {
                    departure = departure.or(Some(at));
                    if at >= start + 2 && self.bytes[at - 2..at] == *b"]]" {
                        self.fault(XmlFault::CdataEndInText, at - 2, at + 1)?;
                    }
                    at += 1;
                }
                _ => return Ok((at, departure)),
            }
            at = find_mark(self.bytes, at);
        }
    }

    /// Checks the reference at `at`, and says where it ends.
    pub(super) fn reference(&mut self, at: usize) -> Result<usize, Stop> {
        let body = at + 1;
        if self.bytes[body..].starts_with(b"amp;") {
            return Ok(body + 3);
        }
        if self.bytes.get(body) == Some(&b'#') {
            let digits = self.bytes[body + 1..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
            let end = body + 1 + digits;
            if self.bytes.get(end) != Some(&b';') || reference(&self.text[body..end]).is_none() {
                let text = self.text[at..end].to_owned();
                self.fault(XmlFault::CharacterReference(text), at, end)?;
            }
            return Ok(end);
        }
        let end = name(self.text, body).end;
        if end == body || self.bytes.get(end) != Some(&b';') {
            self.fault(XmlFault::AmpersandBare, at, end)?;
        } else if reference(&self.text[body..end]).is_none() {
            self.fault(XmlFault::EntityUndeclared(self.text[body..end].to_owned()), at, end + 1)?;
        }
        Ok(end)
    }

    pub(super) fn comment(&mut self) -> Step {
        let start = self.at;
        let Some(dashes) = find_text(self.text, start + 4, "--") else {
            return self.stop(XmlFault::MarkupUnclosed("a comment"), start, self.bytes.len());
        };
        let mut end = dashes;
        if self.bytes.get(dashes + 2) != Some(&b'>') {
            self.fault(XmlFault::CommentDashes, dashes, dashes + 2)?;
            let Some(close) = find_text(self.text, dashes, "-->") else {
                return self.stop(XmlFault::MarkupUnclosed("a comment"), start, self.bytes.len());
            };
            end = close;
        }
        self.at = end + 3;
        self.push(NodeKind::Comment, start, end + 3, 0)?;
        Ok(())
    }

    pub(super) fn cdata(&mut self) -> Step {
        let start = self.at;
        let Some(end) = find_text(self.text, start, "]]>") else {
            return self.stop(XmlFault::MarkupUnclosed("a CDATA section"), start, self.bytes.len());
        };
        self.at = end + 3;
        if self.open == NONE {
            return self.fault(XmlFault::ContentOutsideRoot, start, end + 3);
        }
        self.push(NodeKind::Cdata, start, end + 3, 0)?;
        Ok(())
    }

    pub(super) fn instruction(&mut self) -> Step {
        let start = self.at;
        let target_end = name(self.text, start + 2).end;
        let target = &self.text[start + 2..target_end];
        let Some(end) = find_text(self.text, start + 2, "?>") else {
            return self.stop(XmlFault::MarkupUnclosed("a processing instruction"), start, self.bytes.len());
        };
        if target == "xml" && start > 0 {
            self.fault(XmlFault::DeclarationMisplaced, start, end + 2)?;
        } else if target.eq_ignore_ascii_case("xml") {
            self.fault(XmlFault::InstructionTargetReserved, start, target_end)?;
        } else if target.is_empty() || (target_end < end && !is_space(self.bytes[target_end])) {
            self.fault(XmlFault::MarkupUnknown, start, end + 2)?;
        } else if target.contains(':') {
            self.fault(XmlFault::NameColons(target.to_owned()), start + 2, target_end)?;
        }
        self.at = end + 2;
        self.push(NodeKind::Instruction, start, end + 2, target_end as u32)?;
        Ok(())
    }
}
