//! Signed XML: a StartETKRegistrationRequest under an enveloped signature of the organisation, and
//! everything that can be wrong with such a signature.

use super::keys::Key;
use super::pki::Party;
use super::signature::{self, RSA_SHA256};
use super::{Bench, Made, Maker, Mutation, joined};
use crate::base::{Kind, time};
use crate::xmldsig::Template;

mod algorithm;
mod content;
mod key;
mod parameters;
mod parts;
mod profile;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::SignedXml,
    params: &[],
    valid: |bench| Ok(Draft::of(bench).made()),
    mutations: &MUTATIONS,
};

const MUTATIONS: [Mutation; COUNT] = joined(&[
    parts::MUTATIONS,
    algorithm::MUTATIONS,
    parameters::MUTATIONS,
    profile::MUTATIONS,
    content::MUTATIONS,
    key::MUTATIONS,
]);

const COUNT: usize = parts::MUTATIONS.len()
    + algorithm::MUTATIONS.len()
    + parameters::MUTATIONS.len()
    + profile::MUTATIONS.len()
    + content::MUTATIONS.len()
    + key::MUTATIONS.len();

/// Puts an enveloped signature at the end of the root's content, over the root by its attribute `Id`:
/// the profile of seed 001, 4.3.2. `issuers` are those of the signer's certificate without the root.
///
/// # Panics
/// When `text` is no document whose root has an `Id`.
pub fn sign(text: &str, signer: &Party, issuers: &[&[u8]]) -> String {
    signature::enveloped(text, signer, issuers)
}

/// The identifier of the request.
const ID: &str = "_0b2d6e2c-5f0e-4c57-9c29-3f1b6f7d2a11";

/// The end of an element that a mutation puts the signature into.
const HOLDER_END: &str = "</x:Holder>";

/// A signed request in the making.
struct Draft {
    /// The request, unsigned.
    text: String,
    key: Key,
    template: Template,
    trust: Vec<String>,
    intermediates: Vec<String>,
}

impl Draft {
    /// The valid one.
    fn of(bench: &Bench) -> Self {
        let pki = &bench.pki;
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <etkra:StartETKRegistrationRequest xmlns:etkra=\"urn:be:fgov:ehealth:etkra:protocol:v2\" \
             Id=\"{ID}\" IssueInstant=\"{}\">\n  <etkra:PublicEncryptionKey>{}</etkra:PublicEncryptionKey>\n\
             </etkra:StartETKRegistrationRequest>\n",
            time::format(bench.clock()),
            data_encoding::BASE64.encode(pki.organisation_encryption.key.spki()),
        );
        let chain = [pki.organisation.certificate.as_slice(), &pki.issuing_ca.certificate];
        Self {
            text,
            key: pki.organisation.key.clone(),
            template: Template::enveloped(ID, RSA_SHA256, &chain),
            trust: vec![pki.root.pem()],
            intermediates: Vec::new(),
        }
    }

    /// Where the signature goes: the end of the holder's or the root element's content. Without an
    /// element it is the document.
    fn place(&self) -> usize {
        self.text.find(HOLDER_END).or_else(|| self.text.rfind("</")).unwrap_or(0)
    }

    fn sign(&self) -> String {
        signature::at_offset(&self.text, self.place(), &self.template, &self.key)
    }

    fn made(&self) -> Made {
        self.made_of(&self.sign())
    }

    fn made_of(&self, text: &str) -> Made {
        let made = Made::new(text).with("trust", self.trust.clone());
        if self.intermediates.is_empty() {
            made
        } else {
            made.with("intermediates", self.intermediates.clone())
        }
    }
}

/// With the draft changed before it is signed.
fn drafted(bench: &Bench, change: impl FnOnce(&mut Draft)) -> Made {
    let mut draft = Draft::of(bench);
    change(&mut draft);
    draft.made()
}

/// With the template changed before it is signed.
fn templated(bench: &Bench, change: impl FnOnce(&mut Template)) -> Made {
    drafted(bench, |draft| change(&mut draft.template))
}

/// With the text changed after it is signed.
fn edited(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    let draft = Draft::of(bench);
    let text = draft.sign();
    let changed = change(&text);
    assert_ne!(text, changed, "a mutation changes something");
    draft.made_of(&changed)
}

/// With one piece of the signed text replaced by another.
fn replaced(bench: &Bench, from: &str, to: &str) -> Made {
    edited(bench, |text| text.replacen(from, to, 1))
}

/// What stands between two pieces of a text.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).expect("the first piece is there") + from.len();
    let end = text[start..].find(to).expect("the second piece is there") + start;
    &text[start..end]
}
