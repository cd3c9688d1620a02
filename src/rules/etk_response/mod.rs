//! Rules of `etk-response`: the answer of `GET etks`.
//!
//! Each token in it is judged as an `etk`, then against the key that it was found under.

use crate::model::etk_response::{EtkResponse, Owner};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{etk, json, metas_of};
use crate::wire::json::Document;

mod owner;
mod shape;

const SHAPE: &[&[Rule<EtkResponse<'static>>]] = &[shape::RULES];
const OWNER: &[&[Rule<EtkResponse<'static>>]] = &[owner::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(root) = json::read(&document, cx) else { return };
    let mut response = EtkResponse::read(root, cx.budget());
    cx.fact("tokens", response.tokens.len());
    cx.run(SHAPE, &response);
    for token in &mut response.tokens {
        let (Some(value), Some(decoded)) = (token.value, &token.decoded) else { continue };
        let Some(bytes) = &decoded.bytes else { continue };
        token.owner = cx.within(value.pointer(), value.base64_map(), |cx| {
            cx.facts_under(value.pointer(), |cx| {
                etk::read(bytes, cx, |etk, _| etk.encryption.as_ref().and_then(Owner::of))
            })
        });
    }
    cx.run(OWNER, &response);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(SHAPE), metas_of(OWNER)].concat()
}
