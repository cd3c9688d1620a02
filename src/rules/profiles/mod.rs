//! Rules of `profiles`: the answers of IAM eXchange to `GET /profiles` and `GET /profiles/{ssin}`.

use crate::model::profiles::{Profiles, SUBSETS};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::json::Document;

mod person;
mod subsets;

const TOPICS: &[&[Rule<Profiles<'static>>]] = &[person::RULES, subsets::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    let profiles = Profiles { value };
    for subset in SUBSETS {
        cx.fact(subset.name, profiles.entries(subset).count());
    }
    cx.run(TOPICS, &profiles);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
