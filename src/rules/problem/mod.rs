//! Rules of `problem`: an error answer of a service, as a problem object (RFC 9457), as an error of
//! OAuth (RFC 6749), or in a service's own shape.
//!
//! KeyDepot's document gives codes and no shape (SD-34), so the code is read from `code`,
//! `errorCode` or `error`. XML is judged as `soap`.

use crate::base::Kind;
use crate::model::problem::{ErrorBody, Problem};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::json::{Document, Type, Value};

mod body;
mod codes;
mod disclosure;
mod oauth;
mod shape;

const BODY: &[&[Rule<ErrorBody<'static>>]] = &[body::RULES];
const TOPICS: &[&[Rule<Problem<'static>>]] = &[shape::RULES, codes::RULES, oauth::RULES, disclosure::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let body = ErrorBody { bytes: input };
    cx.run(BODY, &body);
    if body.is_web_page() {
        cx.unreadable();
        return;
    }
    if body.is_xml() {
        super::judge(Kind::Soap, input, cx);
        return;
    }
    let document = Document::read(input, cx.budget());
    let Some(root) = json::read(&document, cx) else { return };
    if root.kind() != Type::Object {
        cx.unreadable();
    }
    let problem = Problem::read(root);
    if let Some(code) = problem.code.and_then(Value::as_str) {
        cx.fact("code", code);
    }
    if let Some((_, status)) = problem.status() {
        cx.fact("status", status);
    }
    cx.run(TOPICS, &problem);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(BODY), metas_of(TOPICS)].concat()
}
