//! Rules of `user-agent`: the tracing header in its two dialects.
//!
//! KeyDepot and IAM eXchange name a company, a package and a version; CertRA, EtkRA, ETK Depot and
//! the Attribute Authority a software and a version (SD-01). Without a service either conforms.

use crate::model::user_agent::UserAgent;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::line;

mod dialect;
mod identification;
mod subsets;

const TOPICS: &[&[Rule<UserAgent<'static>>]] = &[subsets::RULES, dialect::RULES, identification::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let text = line::text(input);
    let agent = UserAgent::read(&text);
    cx.fact("subsets", agent.subsets.len());
    cx.run(TOPICS, &agent);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
