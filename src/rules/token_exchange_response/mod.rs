//! Rules of `token-exchange-response`: the JSON with the SAML assertion in it.

use crate::base::Kind;
use crate::model::token_exchange::TokenExchangeResponse;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::base64::{self, Form};
use crate::wire::json::{Document, Value};

mod members;

const TOPICS: &[&[Rule<TokenExchangeResponse<'static>>]] = &[members::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    cx.run(TOPICS, &TokenExchangeResponse { value });
    let Some(token) = value.member("access_token").filter(|it| it.as_str().is_some()) else { return };
    let text = token.as_str().unwrap_or_default();
    if let Some(assertion) = base64::decode(text.as_bytes(), Form::Standard, cx.budget()).bytes {
        cx.within(Value::pointer(token), token.base64_map(), |cx| {
            super::judge(Kind::SamlAssertion, &assertion, cx);
        });
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
