//! Rules of `jwks`: a set of keys, and each key in it.

use crate::model::jwk::JwkSet;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, jwk, metas_of};
use crate::wire::json::Document;

mod set;

const TOPICS: &[&[Rule<JwkSet<'static>>]] = &[set::RULES];

/// More keys than any answer of these services has are not judged one by one.
const MAX_KEYS: usize = 1000;

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    let set = JwkSet::read(value);
    cx.fact("keys", set.keys.len());
    cx.run(TOPICS, &set);
    for key in set.keys.iter().take(MAX_KEYS) {
        jwk::judge_key(*key, cx);
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
