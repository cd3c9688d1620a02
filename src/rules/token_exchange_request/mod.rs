//! Rules of `token-exchange-request`: the form that carries the access token and the actor token.

use crate::base::{Kind, SpanMap};
use crate::model::token_exchange::TokenExchangeRequest;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::form::Form;
use crate::wire::jose::Compact;
use crate::wire::json::Document;

mod parameters;
mod tokens;

const TOPICS: &[&[Rule<TokenExchangeRequest<'static>>]] = &[parameters::RULES, tokens::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let form = Form::read(input, cx.budget());
    let text = |name| form.get(name).map(|it| it.value.as_bytes()).unwrap_or_default();
    let [actor, subject] =
        ["actor_token", "subject_token"].map(|name| Compact::read(text(name), cx.budget()));
    let [actor, subject] =
        [&actor, &subject].map(|token| Document::read(token.payload().bytes(), cx.budget()));
    let [actor, subject] = [&actor, &subject].map(|claims| claims.root().filter(|_| claims.is_well_formed()));
    let request = TokenExchangeRequest { form: &form, actor, subject };
    cx.run(TOPICS, &request);
    if let Some(actor) = request.form.get("actor_token").filter(|it| !it.value.is_empty()) {
        let map: SpanMap = actor.map();
        cx.within("actor_token", map, |cx| super::judge(Kind::ActorToken, actor.value.as_bytes(), cx));
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
