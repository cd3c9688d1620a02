//! Rules of `token-exchange-request`: the form that carries the access token and the actor token.

use crate::base::{Kind, SpanMap};
use crate::model::token_exchange::TokenExchangeRequest;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::form::Form;

mod parameters;

const TOPICS: &[&[Rule<TokenExchangeRequest<'static>>]] = &[parameters::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let form = Form::read(input, cx.budget());
    let request = TokenExchangeRequest { form };
    cx.run(TOPICS, &request);
    if let Some(actor) = request.form.get("actor_token").filter(|it| !it.value.is_empty()) {
        let map: SpanMap = actor.map();
        cx.within("actor_token", map, |cx| super::judge(Kind::ActorToken, actor.value.as_bytes(), cx));
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
