//! Rules of `etk-challenge`: what StartETKRegistration answers.

use crate::model::etk_challenge::{EtkChallenge, decimal};
use crate::model::recipient::RecipientKeys;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;

mod layout;
mod opening;
mod serial;

const TOPICS: &[&[Rule<EtkChallenge<'static>>]] = &[layout::RULES, opening::RULES, serial::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let keys = RecipientKeys::of(cx.context());
    let challenge = EtkChallenge::read(input, keys.as_ref());
    cx.fact("length", input.len());
    if let Some(serial) = challenge.serial() {
        // Whoever gave the key owns the number: it goes into the certificate that they make next.
        cx.fact("serial", decimal(serial));
    }
    cx.run(TOPICS, &challenge);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
