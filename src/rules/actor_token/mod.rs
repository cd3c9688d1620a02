//! Rules of `actor-token`: the JWT that a Trusted Platform signs to exchange an access token.

use crate::model::token::Token;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{jws, metas_of};

mod claims;
mod signer;

const TOPICS: &[&[Rule<Token<'static>>]] = &[signer::RULES, claims::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    jws::read_token(input, cx, check);
}

/// Judges the claims of a token whose JWS was judged.
pub(crate) fn check(token: &Token<'_>, cx: &mut Cx<'_>) {
    cx.run(TOPICS, token);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
