//! The User-Agent header as eHealth's tracing chapters describe it: subsets separated by a space.

use crate::base::Span;
use crate::rule::Artefact;

/// A User-Agent header value.
#[derive(Debug)]
pub(crate) struct UserAgent<'a> {
    /// The whole value.
    pub(crate) text: &'a str,
    /// What stands between the spaces, empty ones included.
    pub(crate) subsets: Vec<Subset<'a>>,
}

/// One subset: `company/package/version` or `software/version`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subset<'a> {
    pub(crate) text: &'a str,
    pub(crate) span: Span,
}

impl Artefact for UserAgent<'static> {
    type Model<'a> = UserAgent<'a>;
}

impl<'a> UserAgent<'a> {
    /// Splits a header value at its spaces.
    pub(crate) fn read(text: &'a str) -> Self {
        let mut offset = 0;
        let subsets = text
            .split(' ')
            .map(|part| {
                let span = Span::new(offset, offset + part.len());
                offset += part.len() + 1;
                Subset { text: part, span }
            })
            .collect();
        Self { text, subsets }
    }

    /// Whether nothing but spaces stands there.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The whole value.
    pub(crate) fn span(&self) -> Span {
        Span::new(0, self.text.len())
    }
}

impl<'a> Subset<'a> {
    /// The parts between the slashes.
    pub(crate) fn segments(self) -> impl Iterator<Item = &'a str> {
        self.text.split('/')
    }
}
