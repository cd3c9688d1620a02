//! Deviations of the attributes.

use super::altered;
use crate::forge::certificate::{Extension, Usage};
use crate::forge::der::{self, Node};
use crate::forge::{Bench, Error, Made, Mutation};

/// challengePassword
const CHALLENGE_PASSWORD: &str = "1.2.840.113549.1.9.7";
/// extensionRequest
const EXTENSION_REQUEST: &str = "1.2.840.113549.1.9.14";
/// unstructuredName
const UNSTRUCTURED_NAME: &str = "1.2.840.113549.1.9.2";

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new(
        "attributes-absent",
        "there is no field of attributes",
        &["csr.attributes-missing"],
        |bench| altered(bench, |spec| spec.attributes = None),
    )
    .case("CS-17"),
    Mutation::new("key-usage-asked", "valid: keyUsage is asked for", &[], |bench| {
        extensions(bench, &[Extension::key_usage(&[Usage::DigitalSignature])])
    })
    .case("CS-17"),
    Mutation::new(
        "challenge-password",
        "a password stands in the request",
        &["csr.challenge-password"],
        |bench| attributes(bench, vec![attribute(CHALLENGE_PASSWORD, [der::utf8("not a secret")])]),
    )
    .case("CS-17"),
    Mutation::new(
        "authority-asked",
        "the request asks for the certificate of an authority",
        &["csr.authority-requested"],
        |bench| extensions(bench, &[Extension::authority(None)]),
    )
    .case("CS-17"),
    Mutation::new(
        "certificate-signing-asked",
        "the request asks for keyCertSign",
        &["csr.authority-requested"],
        |bench| extensions(bench, &[Extension::key_usage(&[Usage::KeyCertSign])]),
    )
    .case("CS-17"),
    Mutation::new(
        "wildcard-asked",
        "the request asks for every name of a domain",
        &["csr.wildcard-requested"],
        |bench| extensions(bench, &[Extension::host(&["*.example.org"])]),
    )
    .case("CS-17"),
    Mutation::new(
        "attributes-10000",
        "there are 10,000 attributes",
        &["csr.attribute-repeated", "csr.attributes-too-many"],
        |bench| attributes(bench, vec![other(); 10_000]),
    )
    .case("CS-17"),
    Mutation::new(
        "attribute-twice",
        "an attribute stands there twice",
        &["csr.attribute-repeated"],
        |bench| attributes(bench, vec![other(), other()]),
    )
    .case("CS-17"),
    Mutation::new("attribute-empty", "an attribute has no value", &["csr.attribute-empty"], |bench| {
        attributes(bench, vec![attribute(UNSTRUCTURED_NAME, [])])
    })
    .case("CS-17"),
    Mutation::new(
        "arc-oversized",
        "the type of an attribute has an arc of 100 bits",
        &["csr.identifier-arc-oversized"],
        |bench| attributes(bench, vec![attribute("1.2.840.1267650600228229401496703205377", [der::null()])]),
    )
    .case("CS-04"),
];

fn attribute(oid: &str, values: impl Into<Vec<Node>>) -> Node {
    der::seq([der::oid(oid), der::set_of(values)])
}

/// An attribute that nobody minds.
pub(super) fn other() -> Node {
    attribute(UNSTRUCTURED_NAME, [der::utf8("etalon")])
}

fn attributes(bench: &Bench, attributes: Vec<Node>) -> Result<Made, Error> {
    altered(bench, |spec| spec.attributes = Some(attributes))
}

fn extensions(bench: &Bench, extensions: &[Extension]) -> Result<Made, Error> {
    let all: Vec<Node> = extensions.iter().map(Extension::node).collect();
    attributes(bench, vec![attribute(EXTENSION_REQUEST, [der::seq(all)])])
}
