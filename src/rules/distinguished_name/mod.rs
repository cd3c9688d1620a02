//! Rules of `distinguished-name`: eHealth's names, as text or in DER.

use crate::model::distinguished_name::{DistinguishedName, Holder, NotAName};
use crate::rule::{Artefact, Cx, Meta, Rule};
use crate::rules::metas_of;

mod form;
mod holder;
mod text;

/// A text that should be a distinguished name.
#[derive(Debug)]
pub(crate) struct NameText<'a> {
    pub(crate) text: &'a str,
    /// Where it stops being one.
    pub(crate) problem: Option<NotAName>,
}

impl Artefact for NameText<'static> {
    type Model<'a> = NameText<'a>;
}

const TEXT: &[&[Rule<NameText<'static>>]] = &[text::RULES];
const TOPICS: &[&[Rule<DistinguishedName<'static>>]] = &[form::RULES, holder::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let text = crate::wire::line::text(input);
    let text = text.trim_end_matches(['\r', '\n']);
    match DistinguishedName::read(text) {
        Err(problem) => {
            cx.run(TEXT, &NameText { text, problem: Some(problem) });
            cx.unreadable();
        }
        Ok(name) => {
            cx.run(TEXT, &NameText { text, problem: None });
            if let Some(holder) = name.all("CN").next().and_then(|it| Holder::read(&it.value)) {
                cx.fact("type", holder.kind);
                cx.fact("application", holder.application);
            }
            judge_name(&name, cx);
        }
    }
}

/// Judges a name that stands in another artefact.
pub(crate) fn judge_name(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) {
    cx.run(TOPICS, name);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(TEXT), metas_of(TOPICS)].concat()
}
