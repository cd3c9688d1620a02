//! Rules of `jwks`: a set of keys, and each key in it.

use crate::base::Profile;
use crate::model::jwk::{Jwk, JwkSet};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, jwk, metas_of};
use crate::wire::json::Document;

mod member;
mod set;

const TOPICS: &[&[Rule<JwkSet<'static>>]] = &[set::RULES];

/// What is judged of a key otherwise than where it stands alone.
const MEMBER: &[&[Rule<Jwk<'static>>]] = &[member::RULES];

/// More keys than any answer of these services has are not judged one by one.
const MAX_KEYS: usize = 1000;

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    let set = JwkSet::read(value);
    cx.fact("keys", set.keys.len());
    cx.run(TOPICS, &set);
    for key in set.keys.iter().take(MAX_KEYS) {
        let key = Jwk::read(*key, cx.budget());
        cx.run(MEMBER, &key);
        // RFC 7517, 5: readers pass over it.
        let is_passed_over = key.text("kty").is_some() && key.key_type().is_none();
        if !(is_passed_over && cx.profile() == Profile::Standard) {
            jwk::judge_in_set(&key, cx);
        }
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(TOPICS), metas_of(MEMBER)].concat()
}
