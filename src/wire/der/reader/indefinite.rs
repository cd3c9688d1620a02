//! Contents of indefinite length, which BER has and DER has not: where they end.

use super::{Reader, Stop};
use crate::base::{Limit, Span};
use crate::wire::der::fault::DerFault;
use crate::wire::der::header::Header;

impl Reader<'_> {
    /// From the start of an indefinite content: where it ends, and where what follows starts. Every
    /// header on the way counts, so that nesting cannot make reading quadratic.
    pub(super) fn end_of_contents(
        &mut self,
        name: &'static str,
        start: usize,
    ) -> Result<(usize, usize), Stop> {
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
}
