//! Rules of `jwk`: not written yet.

use crate::rule::{Cx, Meta};
use crate::wire::json::Document;

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    if super::json::read(&document, cx).is_some() {
        cx.not_judged();
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    Vec::new()
}
