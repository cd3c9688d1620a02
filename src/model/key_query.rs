//! The query with which keys are asked for, at KeyDepot and at ETK Depot.

use crate::base::Span;
use crate::rule::Artefact;
use crate::wire::form::{Form, Parameter};

/// A query.
#[derive(Debug)]
pub(crate) struct KeyQuery<'a> {
    pub(crate) form: Form<'a>,
    /// The whole query, in the bytes that were read.
    pub(crate) span: Span,
}

impl Artefact for KeyQuery<'static> {
    type Model<'a> = KeyQuery<'a>;
}

/// The names under which an identifier stands: KeyDepot's table and ETK Depot say `identifier`,
/// KeyDepot's example `value`.
pub(crate) const IDENTIFIER: [&str; 2] = ["identifier", "value"];

impl<'a> KeyQuery<'a> {
    /// Where the query begins in what was given: a query, with or without its question mark, or a URL.
    pub(crate) fn offset(text: &[u8]) -> usize {
        text.iter().position(|byte| *byte == b'?').map_or(0, |at| at + 1)
    }

    /// The identifier, under whichever name.
    pub(crate) fn identifier(&self) -> Option<&Parameter<'a>> {
        IDENTIFIER.iter().find_map(|name| self.form.get(name))
    }

    /// The value of a parameter.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        Some(self.form.get(name)?.value.as_ref())
    }
}
