//! Valid variants of queries, and deviations from them.

use super::{Bench, Query};
use crate::forge::ws_security::Message;
use crate::forge::{Made, Mutation};

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("bare", "the query without a message around it", &[], |bench| {
        Ok(Made::new(Query::of(bench).to_xml()))
    }),
    Mutation::new(
        "holder-of-key",
        "the subject holds the key that the message is signed with",
        &[],
        |bench| {
            let mut query = Query::of(bench);
            query.subject = query.subject.held_by(&bench.pki.organisation.certificate);
            Ok(secured(bench, &query.to_xml()))
        },
    ),
];

/// A query in the message that the organisation signs.
pub(super) fn secured(bench: &Bench, query: &str) -> Made {
    let pki = &bench.pki;
    Made::new(Message::new(&pki.organisation, bench.clock()).sign(query))
        .with("trust", vec![pki.root.pem()])
        .with("intermediates", vec![pki.issuing_ca.pem()])
}
