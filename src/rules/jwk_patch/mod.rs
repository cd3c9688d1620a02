//! Rules of `jwk-patch`: the body of `PATCH jwks/{kid}`.

use crate::model::jwk_patch::JwkPatch;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::json::Document;

mod changes;

const TOPICS: &[&[Rule<JwkPatch<'static>>]] = &[changes::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    let changes: Vec<&str> =
        ["use", "name"].into_iter().filter(|name| value.member(name).is_some()).collect();
    cx.fact("changes", changes);
    cx.run(TOPICS, &JwkPatch { value });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
