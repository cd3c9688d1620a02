//! Valid variants of responses, and deviations from them.

use super::{Bench, Response, Signer, Status};
use crate::forge::{Made, Mutation};

/// A failure, and the rule that says that nothing of it is signed.
macro_rules! failure {
    ($id:literal, $title:literal, [$($code:literal),+]) => {
        Mutation::new($id, $title, &["saml-response.not-signed"], |bench| {
            let mut response = Response::of(bench);
            response.status = Status::of(&[$($code),+], Some("The request was refused."));
            response.assertion = None;
            Ok(made(bench, &response))
        })
        .case("SM-29")
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("bare", "the response without an envelope around it", &[], |bench| {
        let response = Response::of(bench);
        let assertion = response.assertion.as_ref().expect("an answer has one");
        let text = Signer::attribute_authority(&bench.pki).sign(&response.to_xml(), &assertion.id);
        Ok(with_context(bench, &response, &text))
    }),
    Mutation::new("signed-whole", "the response is signed, and its assertion within it", &[], |bench| {
        let response = Response::of(bench);
        let text = response.sign_whole(&Signer::attribute_authority(&bench.pki));
        Ok(with_context(bench, &response, &text))
    }),
    Mutation::new("signed-failure", "a failure that is signed as a whole", &[], |bench| {
        let mut response = Response::of(bench);
        response.status = Status::of(&["Responder"], Some("The source does not answer."));
        response.assertion = None;
        let text = response.sign_whole(&Signer::attribute_authority(&bench.pki));
        Ok(with_context(bench, &response, &text))
    }),
    failure!("requester", "a failure on the part of the requester", ["Requester"]),
    failure!("responder", "a failure on the part of the authority", ["Responder"]),
    failure!("version-mismatch", "the version is another one", ["VersionMismatch"]),
    failure!("unknown-principal", "the subject is not known", ["Requester", "UnknownPrincipal"]),
    failure!("attribute-refused", "an attribute cannot be used", ["Requester", "InvalidAttrNameOrValue"]),
    failure!("request-denied", "the authority prefers not to answer", ["Responder", "RequestDenied"]),
];

/// What the Attribute Authority sends, and what its receiver knows.
pub(super) fn made(bench: &Bench, response: &Response) -> Made {
    let text = response.sign(&Signer::attribute_authority(&bench.pki));
    with_context(bench, response, &text)
}

fn with_context(bench: &Bench, response: &Response, text: &str) -> Made {
    let made = Made::new(text).with("trust", vec![bench.pki.root.pem()]);
    match &response.in_response_to {
        Some(id) => made.with("in_response_to", id.as_str()),
        None => made,
    }
}
