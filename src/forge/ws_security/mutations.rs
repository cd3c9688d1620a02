//! Valid variants of secured messages, and deviations from them.

use super::{Bench, Made, Message};
use crate::forge::Mutation;
use crate::forge::keys::Key;
use crate::forge::saml::sts::StsAssertion;
use crate::forge::saml::{Signer, query};
use crate::forge::signature;
use crate::xmldsig::Template;

pub(super) const MUTATIONS: &[Mutation] =
    &[Mutation::new("holder-of-key", "the sender's token is an assertion of the STS", &[], |bench| {
        let pki = &bench.pki;
        let assertion = StsAssertion::of(bench);
        let token = assertion.sign(&Signer::sts(pki));
        let message = Message::new(&pki.person, bench.clock()).with_assertion(&assertion.id, &token);
        Ok(made(bench, &message.sign(&query::Query::of(bench).to_xml())))
    })];

/// A message in the making.
pub(super) struct Draft {
    /// The message, unsigned.
    text: String,
    template: Template,
    key: Key,
}

impl Draft {
    /// The valid one: the query of the cookbook.
    pub(super) fn of(bench: &Bench) -> Self {
        let message = Message::new(&bench.pki.organisation, bench.clock());
        Self {
            text: message.to_xml(&query::Query::of(bench).to_xml()),
            template: message.template(),
            key: message.sender.key,
        }
    }

    pub(super) fn sign(&self) -> String {
        let at = self.text.find("</wsse:Security>").unwrap_or(0);
        signature::at_offset(&self.text, at, &self.template, &self.key)
    }
}

/// A message, and what its receiver knows.
pub(super) fn made(bench: &Bench, text: &str) -> Made {
    Made::new(text)
        .with("trust", vec![bench.pki.root.pem()])
        .with("intermediates", vec![bench.pki.issuing_ca.pem()])
}
