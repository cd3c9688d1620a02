//! Rules of `from`: the tracing header that says whom to write to when something breaks.

use crate::model::from::From;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::line;

mod address;
mod contact;

const TOPICS: &[&[Rule<From<'static>>]] = &[address::RULES, contact::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let text = line::text(input);
    let from = From::read(&text);
    if from.is_addr_spec()
        && let Some((_, domain)) = from.parts()
    {
        cx.fact("domain", domain);
    }
    cx.run(TOPICS, &from);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
