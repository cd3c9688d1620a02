//! Valid variants of responses, and their status.

use super::draft::{after, before, made, set, with_context};
use super::{Bench, Response, Signer, Status};
use crate::forge::surgery::{replaced, without};
use crate::forge::{Made, Mutation};

const NOT_SIGNED: &[&str] = &["saml-response.not-signed"];

/// A failure, and the rule that says that nothing of it is signed.
macro_rules! failure {
    ($id:literal, $title:literal, [$($code:literal),+]) => {
        Mutation::new($id, $title, NOT_SIGNED, |bench| {
            Ok(failed(bench, Status::of(&[$($code),+], Some("The request was refused."))))
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
    })
    .case("SM-01"),
    Mutation::new("signed-twice", "the assertion is signed, and the response around it", &[], |bench| {
        let response = Response::of(bench);
        let signer = Signer::attribute_authority(&bench.pki);
        let text = signer.sign(&response.sign(&signer), &response.id);
        Ok(with_context(bench, &response, &text))
    })
    .case("SM-01"),
    Mutation::new("signed-failure", "a failure that is signed as a whole", &[], |bench| {
        let mut response = Response::of(bench);
        response.status = Status::of(&["Responder"], Some("The source does not answer."));
        response.assertion = None;
        let text = response.sign_whole(&Signer::attribute_authority(&bench.pki));
        Ok(with_context(bench, &response, &text))
    }),
    Mutation::new(
        "other-prefixes",
        "the cookbook's prefixes: assertions in the default namespace, and declarations that nothing uses",
        &[],
        |bench| {
            Ok(before(bench, |text| {
                let text = text.replace("saml:", "").replace("xmlns:saml=", "xmlns=").replace("samlp", "ns3");
                let unused = "xmlns:xd=\"http://www.w3.org/2000/09/xmldsig#\" xmlns:urn=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
                let text = replaced(&text, "<AttributeValue>", &format!("<AttributeValue {unused}>"));
                replaced(
                    &text,
                    " InResponseTo=",
                    " xmlns:ns4=\"http://www.w3.org/2001/04/xmlenc#\" \
                     xmlns:ns8=\"urn:oasis:xacml:2.0:saml:protocol:schema:os\" InResponseTo=",
                )
            }))
        },
    ),
    failure!("requester", "a failure on the part of the requester", ["Requester"]),
    failure!("responder", "a failure on the part of the authority", ["Responder"]),
    failure!("version-mismatch", "the version is another one", ["VersionMismatch"]),
    failure!("authentication-failed", "nobody is authenticated", ["Responder", "AuthnFailed"]),
    failure!("attribute-refused", "an attribute cannot be used", ["Requester", "InvalidAttrNameOrValue"]),
    failure!("request-denied", "the authority prefers not to answer", ["Responder", "RequestDenied"]),
    failure!("request-unsupported", "the query is not supported", ["Requester", "RequestUnsupported"]),
    failure!("version-too-low", "the version is too low", ["VersionMismatch", "RequestVersionTooLow"]),
    failure!("version-too-high", "the version is too high", ["VersionMismatch", "RequestVersionTooHigh"]),
    failure!("resource-unknown", "the resource is not known", ["Requester", "ResourceNotRecognized"]),
    failure!("too-many", "there is too much to answer", ["Responder", "TooManyResponses"]),
    failure!(
        "profile-unknown",
        "the attribute is of an unknown profile",
        ["Requester", "UnknownAttrProfile"]
    ),
    failure!("unknown-principal", "the subject is not known", ["Requester", "UnknownPrincipal"]),
    failure!("binding-unsupported", "the binding is not supported", ["Requester", "UnsupportedBinding"]),
    Mutation::new("status-missing", "there is no status", &["saml-response.element-missing"], |bench| {
        Ok(after(bench, |text| without(text, "<samlp:Status>", "</samlp:Status>")))
    })
    .case("SM-09"),
    Mutation::new(
        "status-code-missing",
        "the status has no code",
        &["saml-response.element-missing", "saml-response.status-message-missing"],
        |bench| Ok(after(bench, |text| without(text, "<samlp:StatusCode ", "</samlp:StatusCode>"))),
    )
    .case("SM-09"),
    Mutation::new(
        "status-unknown",
        "the outermost code is none of the four, and the assertion is there",
        &[
            "saml-response.assertion-with-failure",
            "saml-response.status-message-missing",
            "saml-response.status-unknown",
        ],
        |bench| Ok(after(bench, |text| replaced(text, "status:Success", "status:Succeeded"))),
    )
    .case("SM-09"),
    Mutation::new(
        "status-second-level",
        "a code of the second level stands outermost",
        &["saml-response.not-signed", "saml-response.status-unknown"],
        |bench| Ok(failed(bench, Status::of(&["UnknownPrincipal"], Some("Who?")))),
    )
    .case("SM-09"),
    Mutation::new(
        "status-nested-top-level",
        "a top-level code stands inside of another",
        &["saml-response.not-signed", "saml-response.status-detail-unknown"],
        |bench| Ok(failed(bench, Status::of(&["Requester", "Responder"], Some("Whose fault?")))),
    )
    .case("SM-29"),
    Mutation::new(
        "status-message-missing",
        "a failure without a message",
        &["saml-response.not-signed", "saml-response.status-message-missing"],
        |bench| Ok(failed(bench, Status::of(&["Requester"], None))),
    )
    .case("SM-29"),
    Mutation::new(
        "success-without-assertion",
        "a success that answers nothing",
        &["saml-response.assertion-missing", "saml-response.not-signed"],
        |bench| Ok(set(bench, |response| response.assertion = None)),
    )
    .case("SM-09"),
    Mutation::new(
        "failure-with-assertion",
        "a failure with an assertion",
        &["saml-response.assertion-with-failure"],
        |bench| {
            Ok(set(bench, |response| {
                response.status = Status::of(&["Requester"], Some("No, but here it is."));
            }))
        },
    )
    .case("SM-09"),
];

fn failed(bench: &Bench, status: Status) -> Made {
    let mut response = Response::of(bench);
    response.status = status;
    response.assertion = None;
    made(bench, &response)
}
