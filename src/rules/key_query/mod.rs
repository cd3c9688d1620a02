//! Rules of `key-query`: the query of `GET jwks` (KeyDepot, ETK Depot) and `GET etks` (ETK Depot).

use crate::base::SpanMap;
use crate::model::identifier::Identifier;
use crate::model::key_query::KeyQuery;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{identifier, metas_of};
use crate::wire::form::Form;

mod encoding;
mod parameters;
mod values;

const TOPICS: &[&[Rule<KeyQuery<'static>>]] = &[encoding::RULES, parameters::RULES, values::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let offset = KeyQuery::offset(input);
    cx.within("", SpanMap::Offset(offset as u32), |cx| {
        let text = &input[offset..];
        let form = Form::read(text, cx.budget());
        let query = KeyQuery { form, span: crate::base::Span::new(0, text.len()) };
        let names: Vec<&str> = query.form.parameters.iter().map(|it| it.name.as_ref()).take(32).collect();
        cx.fact("parameters", names);
        cx.run(TOPICS, &query);
        if let (Some(value), Some(kind)) = (query.identifier(), query.value("type")) {
            cx.within(&value.name, value.map(), |cx| {
                identifier::judge_value(&Identifier::read(&value.value, Some(kind)), cx);
            });
        }
    });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
