//! Rules of `attribute-query`: what is asked of the Attribute Authority.
//!
//! The query itself is not signed: it stands in the body of a SOAP message that is, which
//! `ws-security` judges.

use crate::model::saml::query::AttributeQuery;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{metas_of, soap, xml};

mod attributes;
mod identity;
mod structure;
mod subject;
mod values;
mod window;

pub(crate) const TOPICS: &[&[Rule<AttributeQuery<'static>>]] =
    &[identity::RULES, structure::RULES, values::RULES, subject::RULES, window::RULES, attributes::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    xml::read(input, cx, |document, cx| {
        soap::judge_around(document.root(), cx);
        let query = AttributeQuery::read(document.root());
        if !query.is_query {
            cx.unreadable();
        }
        for (name, value) in [("id", query.id()), ("issuer", query.issuer())] {
            if let Some(value) = value {
                cx.fact(name, value.text.trim());
            }
        }
        let (given, asked): (Vec<_>, Vec<_>) =
            query.attributes().partition(|attribute| attribute.elements().next().is_some());
        for (name, attributes) in [("given", given), ("asked", asked)] {
            let names: Vec<String> = attributes
                .into_iter()
                .filter_map(|attribute| attribute.value_of("Name"))
                .map(std::borrow::Cow::into_owned)
                .collect();
            cx.fact(name, names);
        }
        cx.run(TOPICS, &query);
    });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
