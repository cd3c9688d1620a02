//! Rules of `identifier`: SSIN, CBE, NIHII, EHP and the types derived from them.

use crate::model::identifier::{Born, Identifier, Scheme, Ssin, nihii_modulus};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::line;

mod number;
mod types;

const TOPICS: &[&[Rule<Identifier<'static>>]] = &[types::RULES, number::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let text = line::text(input);
    judge_value(&Identifier::read(&text, cx.context().identifier_type.as_deref()), cx);
}

/// Judges an identifier that stands in another artefact.
pub(crate) fn judge_value(identifier: &Identifier<'_>, cx: &mut Cx<'_>) {
    if let Some(kind) = identifier.kind {
        cx.fact("type", kind.name);
        if kind.scheme == Scheme::Ssin
            && let Some(ssin) = Ssin::read(identifier.value)
        {
            cx.fact("bis", ssin.is_bis);
            if let Some(born) = ssin.born_in {
                cx.fact("born", if born == Born::From2000 { "from 2000" } else { "before 2000" });
            }
        }
        if kind.scheme == Scheme::Nihii
            && let Some(modulus) = nihii_modulus(identifier.value)
        {
            cx.fact("modulus", modulus);
        }
    }
    cx.run(TOPICS, identifier);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
