//! Rules of `cbor`: whether bytes are one well-formed data item, and in the CTAP2 canonical form.
//!
//! Artefacts that are written in CBOR run the same topics over their own bytes.

use crate::rule::{Artefact, Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::cbor::{self, Tree};

mod canonical;
mod depth;
mod well_formed;

impl Artefact for Tree<'static> {
    type Model<'a> = Tree<'a>;
}

const BARE: &[&[Rule<Tree<'static>>]] = &[well_formed::RULES, canonical::RULES, depth::RULES];
const ARTEFACT: &[&[Rule<Tree<'static>>]] = &[well_formed::RULES, canonical::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let tree = cbor::decode(input, cx.budget());
    cx.run(BARE, &tree);
    if !tree.is_well_formed() {
        cx.unreadable();
    }
    if let Some(root) = tree.root() {
        cx.fact("item", root.item().name());
    }
}

/// Judges the encoding of a tree that stands inside an artefact.
pub(crate) fn check(tree: &Tree<'_>, cx: &mut Cx<'_>) {
    cx.run(ARTEFACT, tree);
}

/// Judges only what RFC 8949 demands of a tree, where its artefact has a rule of its own on the
/// canonical form.
pub(crate) fn check_validity(tree: &Tree<'_>, cx: &mut Cx<'_>) {
    cx.run(&[well_formed::RULES], tree);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(BARE)
}
