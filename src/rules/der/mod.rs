//! Rules of `der`: one value in BER, and whether it is DER.

use crate::base::Fault;
use crate::rule::{Artefact, Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::der::{DerFault, walk};

mod canonical;
mod well_formed;

/// What a walk over the bytes found.
#[derive(Debug)]
pub(crate) struct Walked<'a> {
    pub(crate) faults: &'a [Fault<DerFault>],
}

impl Artefact for Walked<'static> {
    type Model<'a> = Walked<'a>;
}

const TOPICS: &[&[Rule<Walked<'static>>]] = &[well_formed::RULES, canonical::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let tree = walk(input, cx.budget());
    cx.fact("values", tree.nodes.len());
    if let Some(root) = tree.nodes.first() {
        cx.fact("root", root.tag.to_string());
    }
    cx.run(TOPICS, &Walked { faults: &tree.faults });
    if tree.faults.iter().any(|fault| well_formed::is_broken(&fault.kind)) {
        cx.unreadable();
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
