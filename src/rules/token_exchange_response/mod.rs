//! Rules of `token-exchange-response`: the JSON with the SAML assertion in it.

use crate::base::Kind;
use crate::model::token_exchange::{self, TokenExchangeResponse};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::base64::{self, Form};
use crate::wire::json::{Document, Value};

mod members;

const TOPICS: &[&[Rule<TokenExchangeResponse<'static>>]] = &[members::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    let token = value.member("access_token").filter(|it| it.as_str().is_some());
    let text = token.and_then(Value::as_str).unwrap_or_default();
    let assertion = base64::decode(text.as_bytes(), Form::Standard, cx.budget()).bytes;
    let lifetime = assertion.as_deref().and_then(|it| token_exchange::lifetime(it, cx.budget()));
    cx.run(TOPICS, &TokenExchangeResponse { value, lifetime });
    if let Some((token, assertion)) = token.zip(assertion) {
        cx.within(Value::pointer(token), token.base64_map(), |cx| {
            super::judge(Kind::SamlAssertion, &assertion, cx);
        });
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
