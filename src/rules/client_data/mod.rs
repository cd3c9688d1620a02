//! Rules of `client-data`: clientDataJSON of a registration, against what the relying party expects.

use crate::base::{Span, SpanMap};
use crate::model::client_data::{ClientData, without_byte_order_mark};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{json, metas_of};
use crate::wire::json::Document;

mod challenge;
mod members;
mod origin;

const TOPICS: &[&[Rule<ClientData<'static>>]] = &[members::RULES, challenge::RULES, origin::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let (text, byte_order_mark) = without_byte_order_mark(input);
    let document = Document::read(text, cx.budget());
    let offset = byte_order_mark.map_or(0, Span::len);
    cx.within("", SpanMap::Offset(offset as u32), |cx| {
        let Some(value) = json::read(&document, cx) else { return };
        let data = ClientData { value, byte_order_mark };
        for name in ["type", "challenge", "origin"] {
            if let Some((text, _)) = data.text(name) {
                cx.fact(name, text);
            }
        }
        if let Some(cross) = data.member("crossOrigin").and_then(super::super::wire::json::Value::as_bool) {
            cx.fact("crossOrigin", cross);
        }
        cx.run(TOPICS, &data);
    });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
