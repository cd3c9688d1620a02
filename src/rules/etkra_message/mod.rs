//! Rules of `etkra-message`: the requests and responses of EtkRA version 2, bare or in their envelope.
//!
//! The structure is that of the service's schema; the signature of a signed request is judged by
//! `signed-xml`, the envelope by `soap`. What CertRA has as well stands in `rules/ra_message`.

use crate::base::Service;
use crate::rule::{Cx, Meta};
use crate::rules::metas_of;
use crate::rules::ra_message::{self, Topics};

mod content;
mod message;
mod structure;

const TOPICS: Topics = Topics {
    service: Service::Etkra,
    root: &[message::root::RULES],
    message: &[structure::RULES, message::RULES, content::RULES],
    signature: &[content::signed::RULES],
};

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    ra_message::judge(input, cx, &TOPICS);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(TOPICS.root), metas_of(TOPICS.message), metas_of(TOPICS.signature)].concat()
}
