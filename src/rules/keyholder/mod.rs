//! Rules of `keyholder`: who holds a key, in the shapes of KeyDepot and of ETK Depot.

use crate::model::identifier::Identifier;
use crate::model::keyholder::{Dialect, Keyholder};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{identifier, json, metas_of};
use crate::wire::json::Document;

mod claims;
mod holder;

const TOPICS: &[&[Rule<Keyholder<'static>>]] = &[holder::RULES, claims::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    let keyholder = Keyholder::read(value, cx.context().service);
    let dialect = match keyholder.dialect {
        Dialect::KeyDepot => "keydepot",
        Dialect::EtkDepot => "etkdepot",
    };
    cx.fact("dialect", dialect);
    cx.fact("holders", keyholder.holders().len());
    cx.run(TOPICS, &keyholder);
    for (value, kind) in keyholder.identifiers() {
        cx.within(value.pointer(), value.text_map(), |cx| {
            cx.facts_under("identifier", |cx| {
                identifier::judge_value(
                    &Identifier::read(value.as_str().unwrap_or_default(), Some(&kind)),
                    cx,
                );
            });
        });
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
