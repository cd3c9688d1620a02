//! A response in the making: changed before it is signed, or after.

use super::{Bench, Response, Signer};
use crate::forge::Made;
use crate::forge::soap::headless_envelope;
use crate::forge::surgery::{element, replaced};

/// What the Attribute Authority sends, and what its receiver knows.
pub(super) fn made(bench: &Bench, response: &Response) -> Made {
    let text = response.sign(&Signer::attribute_authority(&bench.pki));
    with_context(bench, response, &text)
}

/// A text in the place of a response, and what its receiver knows.
pub(super) fn with_context(bench: &Bench, response: &Response, text: &str) -> Made {
    let made = Made::new(text).with("trust", vec![bench.pki.root.pem()]);
    match &response.in_response_to {
        Some(id) => made.with("in_response_to", id.as_str()),
        None => made,
    }
}

/// With its values set.
pub(super) fn set(bench: &Bench, change: impl FnOnce(&mut Response)) -> Made {
    let mut response = Response::of(bench);
    change(&mut response);
    // What was asked for stays what was asked for.
    let asked = Response::of(bench);
    let text = response.sign(&Signer::attribute_authority(&bench.pki));
    with_context(bench, &asked, &text)
}

/// With the text changed before its assertion is signed.
pub(super) fn before(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    let response = Response::of(bench);
    let text = change(&headless_envelope(&response.to_xml()));
    let id = &response.assertion.as_ref().expect("an answer has one").id;
    let signed = Signer::attribute_authority(&bench.pki).sign(&text, id);
    with_context(bench, &response, &signed)
}

/// With the text changed after its assertion is signed.
pub(super) fn after(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    let response = Response::of(bench);
    let text = response.sign(&Signer::attribute_authority(&bench.pki));
    with_context(bench, &response, &change(&text))
}

/// One piece of the assertion replaced by another.
pub(super) fn in_assertion(text: &str, from: &str, to: &str) -> String {
    let (head, assertion) = text.split_once("<saml:Assertion").expect("there is an assertion");
    format!("{head}<saml:Assertion{}", replaced(assertion, from, to))
}

/// Something put into the conditions.
pub(super) fn conditions(text: &str, inner: &str) -> String {
    let empty = element(text, "<saml:Conditions ", "/>");
    replaced(text, empty, &format!("{}>{inner}</saml:Conditions>", &empty[..empty.len() - 2]))
}
