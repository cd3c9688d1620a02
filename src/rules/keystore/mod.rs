//! Rules of `keystore`: the PKCS#12 in which eHealth certificates travel.

use crate::context::Secret;
use crate::model::keystore::{Container, Keystore};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;

mod container;
mod entries;

const TOPICS: &[&[Rule<Keystore<'static>>]] = &[container::RULES, entries::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let password = cx.context().password.as_ref().map(Secret::expose);
    let container = Container::open(input, password, cx.budget());
    let keystore = Keystore::read(&container, input.len(), cx.budget());
    if keystore.is_open() {
        let aliases: Vec<&str> = keystore.keys.iter().filter_map(|key| key.alias).collect();
        cx.fact("aliases", aliases);
        cx.fact("keys", keystore.keys.len());
        cx.fact("certificates", keystore.certificates.len());
    }
    cx.run(TOPICS, &keystore);
}

/// The path of a key.
fn path(index: usize) -> String {
    format!("keys[{index}]")
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
