//! Rules of `account`: the answer of `GET accounts/{accountId}`.

use crate::model::account::Account;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::json::Document;

mod members;

const TOPICS: &[&[Rule<Account<'static>>]] = &[members::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    let Some(value) = json::read(&document, cx) else { return };
    let account = Account { value };
    cx.fact("keys", account.details().count());
    cx.run(TOPICS, &account);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
