//! What of the message itself must be signed, and what cannot be told.

use crate::model::saml::protection::Protection;
use crate::model::saml::response::{Form, Response};
use crate::rule;
use crate::rule::Severity::{Error, Warning};
use crate::rule::{Artefact, Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};

/// A response, and what of it is signed.
#[derive(Debug)]
pub(super) struct Guarded<'m> {
    pub(super) response: &'m Response<'m>,
    pub(super) protection: &'m Protection<'m>,
}

impl Artefact for Guarded<'static> {
    type Model<'a> = Guarded<'a>;
}

rule! { Guarded =>
    /// A message without an assertion is not signed
    ///
    /// A failure carries no assertion, and so nothing in it is signed unless the response is. The
    /// Attribute Authority signs its assertions, and leaves its failures unsigned: a warning there. Under
    /// `standard` nothing is taken from a document in which nothing is signed; so are requests and other
    /// messages that come by themselves. That is stricter than SAML core, which leaves it to the binding to
    /// protect a message otherwise: of the binding this one document shows nothing.
    "saml-response.not-signed": ERROR.in_cookbook(Warning).in_field(Warning) => not_signed,
        clauses: &["AA-5.3.2-05"],
        cites: &[
            cite("etalon", "what you see is what is signed", Force::House, "nothing is taken from a document in which nothing is signed"),
            cite("SAML core 2.0", "5", Force::Should, "A SAML protocol message arriving at a destination from an entity other than the originating sender SHOULD be signed by the sender."),
        ],
        defects: &["SD-175"],
        catalogue: &["SM-01", "SM-03"];

    /// An assertion is encrypted
    ///
    /// What it says, and whether it is signed inside, cannot be judged without the key, and the
    /// decryption of XML is not done here. The Attribute Authority does not encrypt: under the profiles of
    /// eHealth a reader that decrypts it takes what nobody signed (CVE-2026-2092).
    "saml-response.assertion-encrypted": INCONCLUSIVE.in_cookbook(Error).in_field(Error) => assertion_encrypted,
        cites: &[cite("AA cookbook 1.8", "6.1.2", Force::Must, "No encryption on the message"), cite("SAML core 2.0", "2.3.4", Force::Fact, "The <EncryptedAssertion> element represents an assertion in encrypted fashion")],
        catalogue: &["SM-22"];

    /// A part of an assertion is encrypted
    ///
    /// An encrypted name or attribute cannot be judged without the key. The Attribute Authority does not
    /// encrypt.
    "saml-response.part-encrypted": INCONCLUSIVE.in_cookbook(Error).in_field(Error) => part_encrypted,
        cites: &[cite("AA cookbook 1.8", "6.1.2", Force::Must, "No encryption on the message"), cite("SAML core 2.0", "2.2.4", Force::Fact, "The <EncryptedID> element is of type EncryptedElementType")],
        catalogue: &["SM-22"];
}

fn not_signed(guarded: &Guarded<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let response = guarded.response;
    if response.form == Form::Assertion || !response.assertions.is_empty() || !response.encrypted.is_empty() {
        return None;
    }
    let protection = guarded.protection;
    if !protection.signs(response.element) && !protection.is_untold(response.element) {
        let text = "expected a trusted and valid signature over the message, found none";
        cx.fail(response.element.path(), response.element.start_tag(), text);
    }
    Some(Checked)
}

fn assertion_encrypted(guarded: &Guarded<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for element in &guarded.response.encrypted {
        cx.fail(
            element.path(),
            element.start_tag(),
            "expected an assertion in clear, found an encrypted one",
        );
    }
    Some(Checked)
}

fn part_encrypted(guarded: &Guarded<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for assertion in &guarded.response.assertions {
        let encrypted = assertion.element.descendants().filter(|element| {
            matches!(element.local(), "EncryptedID" | "EncryptedAttribute")
                && element.namespace() == assertion.element.namespace()
        });
        for element in encrypted {
            cx.fail(element.path(), element.start_tag(), "expected a value in clear, found an encrypted one");
        }
    }
    (!guarded.response.assertions.is_empty()).then_some(Checked)
}
