//! Rules of `access-token`: the signed JWT with which the REST services are called.

use crate::model::identifier::Identifier;
use crate::model::token::Token;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{identifier, jws, metas_of};

mod claims;
mod may_act;
mod roles;

const TOPICS: &[&[Rule<Token<'static>>]] = &[claims::RULES, roles::RULES, may_act::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    jws::read_token(input, cx, check);
}

/// Judges the claims of a token whose JWS was judged.
pub(crate) fn check(token: &Token<'_>, cx: &mut Cx<'_>) {
    cx.run(TOPICS, token);
    cx.within("payload", token.jws.compact.payload().map(), |cx| {
        for ssin in may_act::ssins(token) {
            cx.within(ssin.pointer(), ssin.text_map(), |cx| {
                cx.facts_under("may_act", |cx| {
                    identifier::judge_value(
                        &Identifier::read(ssin.as_str().unwrap_or_default(), Some("SSIN")),
                        cx,
                    );
                });
            });
        }
    });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
