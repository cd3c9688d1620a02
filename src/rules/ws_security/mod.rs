//! Rules of `ws-security`: a SOAP message that its sender signed.
//!
//! Three layers: what OASIS WS-Security 1.1 says, the Basic Security Profile 1.1 by its numbers, and
//! what eHealth asks of a request: a timestamp of one minute, a binary security token, and one
//! signature over both and the body.
//!
//! Whether a message was seen before is not judged here: the facts `message` and `digest` are what a
//! receiver remembers for as long as the timestamp lasts.

use crate::crypto::{Digester, Hash};
use crate::model::saml::assertion::Assertion;
use crate::model::saml::protection::Protection;
use crate::model::signed_xml::{Keys, Readings, XmlSignature};
use crate::model::ws_security::WsSecurity;
use crate::model::xml_trust::Trust;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{metas_of, saml_assertion, signed_xml, soap, xml};
use crate::wire::xml::Element;

mod coverage;
mod encryption;
mod message;
mod reference;
mod signature;
mod timestamp;
mod token;

pub(crate) const TOPICS: &[&[Rule<WsSecurity<'static>>]] =
    &[message::RULES, timestamp::RULES, token::RULES, reference::RULES, signature::RULES, coverage::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    xml::read(input, cx, |document, cx| {
        let root = document.root();
        let readings = Readings::of(document);
        let keys = Keys::of(cx.context());
        let mut signatures = readings.check(&keys);
        let path_ends: Vec<bool> = signatures.iter_mut().map(|it| put_aside(it, root)).collect();
        encryption::put_aside(&mut signatures);
        let secured = WsSecurity::read(root, &signatures);
        if !secured.is_envelope {
            cx.unreadable();
        }
        facts(&secured, cx);
        replay(input, cx);
        soap::judge_around(root, cx);
        cx.run(TOPICS, &secured);
        for (signature, ends) in signatures.iter().zip(path_ends) {
            cx.run(token::TRUST, &token::PathEnd { signature, ends });
            cx.run(signed_xml::CORE, signature);
        }
        for element in secured.assertions() {
            assertion(element, root, &signatures, cx);
        }
    });
}

/// Trust is not asked of a holder's key, which the assertion vouches for; nor of a certificate whose
/// issuer is not at hand, which has a rule of its own. Tells whether it is the latter.
fn put_aside(signature: &mut XmlSignature<'_>, root: Element<'_>) -> bool {
    if !matches!(signature.trust, Trust::None(_)) {
        return false;
    }
    let held = signature.is_holders();
    let ends = !held && root.local() == "Envelope" && signature.issuer_is_absent();
    if held || ends {
        signature.trust = Trust::NotAsked;
    }
    ends
}

/// Judges an assertion that stands in the header as a token.
fn assertion<'m>(
    element: Element<'m>,
    root: Element<'m>,
    signatures: &'m [XmlSignature<'m>],
    cx: &mut Cx<'_>,
) {
    let Some(assertion) = Assertion::read(element) else { return };
    // A token that is only named, as some senders log it, has nothing to judge.
    cx.run(saml_assertion::SIGNED, &Protection::of_assertion(element, root, signatures));
    cx.run(saml_assertion::TOPICS, &assertion);
}

fn facts(secured: &WsSecurity<'_>, cx: &mut Cx<'_>) {
    if let Some(timestamp) = secured.timestamps().next() {
        for (name, element) in [("created", timestamp.created()), ("expires", timestamp.expires())] {
            if let Some(element) = element {
                cx.fact(name, element.text().trim());
            }
        }
    }
    let signed: Vec<String> = secured
        .own()
        .filter(|signature| signature.is_valid())
        .flat_map(|signature| &signature.checked)
        .filter_map(|checked| checked.covered.map(|covered| covered.apex.local().to_owned()))
        .collect();
    cx.fact("signed", signed);
    if let Some(signer) = secured.own().find_map(|signature| signature.signer()) {
        cx.fact("signer", signer.subject.to_text());
    }
    let message = secured.root.descendants().find(|element| element.local() == "MessageID");
    if let Some(message) = message.map(|element| element.text().trim().to_owned()) {
        cx.fact("message", message);
    }
}

/// What a receiver remembers of a message to find it sent again.
fn replay(input: &[u8], cx: &mut Cx<'_>) {
    let mut digester = Digester::new(Hash::Sha256);
    digester.update(input);
    cx.fact("digest", data_encoding::HEXLOWER.encode(digester.finish().as_bytes()));
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(TOPICS), metas_of(token::TRUST)].concat()
}
