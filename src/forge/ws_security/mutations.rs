//! Valid variants of secured messages, and deviations of the header and of what is signed.

use super::draft::{after, made, templated, unstamped};
use super::{Bench, Made, Message, WSSE, WSU};
use crate::forge::Mutation;
use crate::forge::keys::Key;
use crate::forge::saml::sts::StsAssertion;
use crate::forge::saml::{Signer, query};
use crate::forge::surgery::{element, replaced, without, without_attribute};

const TIMESTAMP: &str = "<wsu:Timestamp";

macro_rules! changed {
    ($id:literal, $case:literal, $title:literal, [$($rule:literal),*], $how:ident, |$text:ident| $to:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok($how(bench, |$text| $to))).case($case)
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("holder-of-key", "the sender's token is an assertion of the STS", &[], |bench| {
        Ok(held(bench, &bench.pki.person.key))
    })
    .case("SM-26"),
    Mutation::new(
        "holder-not-signer",
        "the sender's token is an assertion for another key than the signer's",
        &[
            "ws-security.body-not-signed",
            "ws-security.holder-not-signer",
            "ws-security.timestamp-not-signed",
            "signed-xml.signature-invalid",
        ],
        |bench| Ok(held(bench, &bench.pki.organisation.key)),
    )
    .case("SM-26"),
    changed!(
        "header-missing",
        "SO-10",
        "there is no Security header",
        ["ws-security.header-missing"],
        after,
        |text| without(text, "<wsse:Security ", "</wsse:Security>")
    ),
    changed!(
        "header-twice",
        "SO-05",
        "a second Security header is for the same receiver",
        ["ws-security.header-repeated"],
        after,
        |text| replaced(
            text,
            "</soap:Header>",
            &format!("<wsse:Security xmlns:wsse=\"{WSSE}\"/></soap:Header>")
        )
    ),
    changed!(
        "header-for-another",
        "SO-05",
        "a second Security header is for another actor",
        [],
        after,
        |text| replaced(
            text,
            "</soap:Header>",
            &format!("<wsse:Security xmlns:wsse=\"{WSSE}\" soap:actor=\"urn:example:other\"/></soap:Header>")
        )
    ),
    changed!(
        "need-not-understand",
        "SO-05",
        "the Security header need not be understood",
        ["ws-security.understanding-not-demanded"],
        after,
        |text| without_attribute(text, "<wsse:Security", "soap:mustUnderstand")
    ),
    changed!(
        "timestamp-missing",
        "SO-06",
        "there is no timestamp",
        ["ws-security.timestamp-missing"],
        unstamped,
        |text| without(text, TIMESTAMP, "</wsu:Timestamp>")
    ),
    Mutation::new(
        "timestamp-not-signed",
        "the timestamp is not signed",
        &["ws-security.timestamp-not-signed"],
        |bench| {
            Ok(templated(bench, |template| {
                template.references.retain(|it| it.uri.as_deref() != Some("#TS-1"));
            }))
        },
    )
    .case("SO-07"),
    Mutation::new("body-not-signed", "the body is not signed", &["ws-security.body-not-signed"], |bench| {
        Ok(templated(bench, |template| template.references.retain(|it| it.uri.as_deref() != Some("#B-1"))))
    })
    .case("SO-10"),
    Mutation::new(
        "token-not-signed",
        "the token is not signed",
        &["ws-security.token-not-signed"],
        |bench| {
            Ok(templated(bench, |template| {
                template.references.retain(|it| it.uri.as_deref() != Some("#X509-1"));
            }))
        },
    )
    .case("SO-10"),
    changed!("not-signed", "SO-10", "there is no signature", ["ws-security.not-signed"], after, |text| {
        without(text, "<ds:Signature ", "</ds:Signature>")
    }),
    changed!(
        "body-changed",
        "SO-10",
        "the body was changed after signing",
        [
            "signed-xml.digest-mismatch",
            "ws-security.body-not-signed",
            "ws-security.timestamp-not-signed",
            "ws-security.token-not-signed"
        ],
        after,
        |text| replaced(text, ">12345625<", ">12345724<")
    ),
    changed!(
        "ids-the-same",
        "SO-11",
        "a wrapper has the identifier of the body",
        [
            "signed-xml.reference-ambiguous",
            "ws-security.body-not-signed",
            "ws-security.id-duplicated",
            "ws-security.timestamp-not-signed",
            "ws-security.token-not-signed"
        ],
        after,
        |text| replaced(
            text,
            "</soap:Header>",
            &format!(
                "<x:Wrapper xmlns:x=\"urn:example:wrapper\" xmlns:wsu=\"{WSU}\" wsu:Id=\"B-1\"/></soap:Header>"
            )
        )
    ),
    changed!(
        "body-in-header",
        "SO-10",
        "the signed body stands in a header, and another one in its place",
        ["ws-security.body-not-signed", "ws-security.signed-part-moved"],
        after,
        |text| moved(text, "B-2")
    ),
    changed!(
        "body-in-header-same-id",
        "SO-11",
        "as before, and both bodies have the identifier",
        [
            "signed-xml.reference-ambiguous",
            "ws-security.body-not-signed",
            "ws-security.id-duplicated",
            "ws-security.timestamp-not-signed",
            "ws-security.token-not-signed"
        ],
        after,
        |text| moved(text, "B-1")
    ),
    changed!(
        "timestamp-in-header",
        "SO-10",
        "the signed timestamp stands in a wrapper, and a fresh one in its place",
        ["ws-security.signed-part-moved", "ws-security.timestamp-not-signed"],
        after,
        |text| {
            let stamp = element(text, TIMESTAMP, "</wsu:Timestamp>").to_owned();
            let fresh = stamp.replace("TS-1", "TS-2");
            let text = replaced(text, &stamp, &fresh);
            replaced(
                &text,
                "</soap:Header>",
                &format!(
                    "<x:Wrapper xmlns:x=\"urn:example:wrapper\" xmlns:wsu=\"{WSU}\">{stamp}</x:Wrapper></soap:Header>"
                ),
            )
        }
    ),
];

/// Sent with an assertion of the STS for the person, and signed with this key.
fn held(bench: &Bench, key: &Key) -> Made {
    let pki = &bench.pki;
    let assertion = StsAssertion::of(bench);
    let token = assertion.sign(&Signer::sts(pki));
    let mut message = Message::new(&pki.person, bench.clock()).with_assertion(&assertion.id, &token);
    message.sender.key = key.clone();
    made(bench, &message.sign(&query::Query::of(bench).to_xml()))
}

/// The signed body put into a header, and one that asks for another pharmacy, under this identifier,
/// in its place.
fn moved(text: &str, id: &str) -> String {
    let body = element(text, "<soap:Body ", "</soap:Body>").to_owned();
    let evil = replaced(&body, ">12345625<", ">12345724<").replace("B-1", id).replace(" ID=\"_", " ID=\"_e");
    let text = replaced(text, &body, &evil);
    replaced(
        &text,
        "</soap:Header>",
        &format!("<x:Wrapper xmlns:x=\"urn:example:wrapper\">{body}</x:Wrapper></soap:Header>"),
    )
}
