//! A secured message in the making: changed before it is signed, or after.

use super::{Bench, Made, Message};
use crate::forge::keys::Key;
use crate::forge::saml::query;
use crate::forge::signature;
use crate::xmldsig::Template;

/// A message in the making.
pub(super) struct Draft {
    /// The message, unsigned.
    pub(super) text: String,
    pub(super) template: Template,
    pub(super) key: Key,
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
        let at = self.text.find("</wsse:Security>").expect("the header is there");
        signature::at_offset(&self.text, at, &self.template, &self.key)
    }
}

/// A message, and what its receiver knows.
pub(super) fn made(bench: &Bench, text: &str) -> Made {
    Made::new(text)
        .with("trust", vec![bench.pki.root.pem()])
        .with("intermediates", vec![bench.pki.issuing_ca.pem()])
}

/// With the text changed before it is signed.
pub(super) fn before(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    let mut draft = Draft::of(bench);
    draft.text = change(&draft.text);
    made(bench, &draft.sign())
}

/// The same, without a reference to the timestamp.
pub(super) fn unstamped(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    let mut draft = Draft::of(bench);
    draft.text = change(&draft.text);
    draft.template.references.retain(|it| it.uri.as_deref() != Some("#TS-1"));
    made(bench, &draft.sign())
}

/// With the text changed after it is signed.
pub(super) fn after(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    made(bench, &change(&Draft::of(bench).sign()))
}

/// With the template changed before the message is signed.
pub(super) fn templated(bench: &Bench, change: impl FnOnce(&mut Template)) -> Made {
    let mut draft = Draft::of(bench);
    change(&mut draft.template);
    made(bench, &draft.sign())
}
