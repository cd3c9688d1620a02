//! Rules of `json`: whether a text is JSON, and whether it means one thing.
//!
//! Artefacts in JSON go through [`read`]: what is a warning on JSON alone, because RFC 8259 only
//! advises against it, is an error there, where two readers must not see two artefacts.

use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::json::{Document, Value};

mod artefact;
mod grammar;
mod meaning;
pub(crate) mod shape;

const BARE: &[&[Rule<Document<'static>>]] = &[grammar::RULES, meaning::RULES];
const ARTEFACT: &[&[Rule<Document<'static>>]] = &[grammar::RULES, artefact::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    if !document.is_well_formed() {
        cx.unreadable();
    }
    cx.fact("values", document.values().count());
    cx.run(BARE, &document);
}

/// Judges the JSON of an artefact, and hands out its value where the whole text could be read.
pub(crate) fn read<'a>(document: &'a Document<'a>, cx: &mut Cx<'_>) -> Option<Value<'a>> {
    if !document.is_well_formed() {
        cx.unreadable();
    }
    cx.run(ARTEFACT, document);
    document.root().filter(|_| document.is_complete())
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(&[grammar::RULES, meaning::RULES, artefact::RULES])
}
