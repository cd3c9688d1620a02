//! What a response says beside its assertion, wrong in one place each: identifiers, versions, instants,
//! the request, the destination, the issuer.

use super::draft::{after, before, conditions, in_assertion, set};
use crate::base::Profile;
use crate::base::time::Duration;
use crate::forge::saml::{BEARER, SENDER_VOUCHES};
use crate::forge::surgery::{attribute, element, replaced, without, without_attribute};
use crate::forge::{Bench, Made, Mutation};

/// Where the response starts, and where its assertion does.
const RESPONSE: &str = "<samlp:Response";
const ASSERTION: &str = "<saml:Assertion";

macro_rules! changed {
    ($id:literal, $case:literal, $title:literal, [$($rule:literal),*], $how:ident, |$text:ident| $to:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok($how(bench, |$text| $to))).case($case)
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    changed!(
        "id-missing",
        "SM-04",
        "the response has no identifier",
        ["saml-response.attribute-missing"],
        after,
        |text| without_attribute(text, RESPONSE, "ID")
    ),
    changed!(
        "id-empty",
        "SM-04",
        "the identifier of the response is empty",
        ["saml-response.id-malformed", "saml-response.id-short", "saml-response.value-empty"],
        after,
        |text| attribute(text, RESPONSE, "ID", "")
    ),
    changed!(
        "id-a-digit-first",
        "SM-04",
        "the identifier of the response starts with a digit",
        ["saml-response.id-malformed"],
        after,
        |text| attribute(text, RESPONSE, "ID", "0123456789abcdef0123456789abcdef")
    ),
    changed!(
        "id-short",
        "SM-04",
        "the identifier of the response is short",
        ["saml-response.id-short"],
        after,
        |text| attribute(text, RESPONSE, "ID", "_1")
    ),
    changed!(
        "id-an-expression",
        "SM-24",
        "the identifier of the response is an expression of XPath",
        ["saml-response.id-malformed"],
        after,
        |text| attribute(text, RESPONSE, "ID", "_' or 1=1 or 'a'='aaaaaaaaaaaa")
    ),
    changed!(
        "ids-the-same",
        "SM-04",
        "the response has the identifier of its assertion",
        ["saml-assertion.not-signed", "saml-assertion.signature-of-other", "signed-xml.reference-ambiguous"],
        after,
        |text| {
            let id = element(&text[text.find(ASSERTION).expect("it is there")..], " ID=\"", "\" ")[5..]
                .trim_end_matches("\" ")
                .to_owned();
            attribute(text, RESPONSE, "ID", &id)
        }
    ),
    changed!(
        "version-1-1",
        "SM-05",
        "the version of the response is 1.1",
        ["saml-response.version-other"],
        after,
        |text| attribute(text, RESPONSE, "Version", "1.1")
    ),
    changed!(
        "version-2-1",
        "SM-05",
        "the version of the response is 2.1",
        ["saml-response.version-other"],
        after,
        |text| attribute(text, RESPONSE, "Version", "2.1")
    ),
    changed!(
        "assertion-version-1-1",
        "SM-05",
        "the version of the assertion is 1.1",
        ["saml-assertion.version-other"],
        before,
        |text| attribute(text, ASSERTION, "Version", "1.1")
    ),
    changed!(
        "issued-missing",
        "SM-06",
        "the response has no time of issue",
        ["saml-response.attribute-missing"],
        after,
        |text| without_attribute(text, RESPONSE, "IssueInstant")
    ),
    changed!(
        "issued-a-date",
        "SM-06",
        "the time of issue is a date",
        ["saml-response.value-malformed"],
        after,
        |text| attribute(text, RESPONSE, "IssueInstant", "2026-01-15")
    ),
    changed!(
        "issued-leap-second",
        "SM-06",
        "the time of issue is a leap second",
        ["saml-response.value-malformed"],
        after,
        |text| attribute(text, RESPONSE, "IssueInstant", "2025-12-31T23:59:60Z")
    ),
    changed!(
        "issued-with-offset",
        "SM-06",
        "the time of issue has an offset",
        ["saml-response.time-not-utc"],
        after,
        |text| attribute(text, RESPONSE, "IssueInstant", "2026-01-15T10:00:00+01:00")
    ),
    changed!(
        "issued-without-zone",
        "SM-06",
        "the time of issue has no zone",
        ["saml-response.time-not-utc"],
        after,
        |text| attribute(text, RESPONSE, "IssueInstant", "2026-01-15T10:00:00")
    ),
    changed!(
        "issued-too-fine",
        "SM-06",
        "the time of issue has nanoseconds",
        ["saml-response.time-too-fine"],
        after,
        |text| attribute(text, RESPONSE, "IssueInstant", "2026-01-15T09:59:59.123456789Z")
    ),
    Mutation::new(
        "issued-in-future",
        "the response is issued in the future",
        &["saml-response.issued-in-future"],
        |bench| Ok(set(bench, |response| response.issued += Duration::MINUTE)),
    )
    .case("SM-06"),
    Mutation::new(
        "assertion-issued-in-future",
        "the assertion is issued in the future",
        &["saml-assertion.issued-in-future"],
        |bench| {
            Ok(set(bench, |response| {
                if let Some(it) = &mut response.assertion {
                    it.issued += Duration::MINUTE;
                }
            }))
        },
    )
    .case("SM-06"),
    changed!(
        "request-missing",
        "SM-07",
        "the response names no request",
        ["saml-response.request-missing"],
        after,
        |text| without_attribute(text, RESPONSE, "InResponseTo")
    ),
    changed!(
        "request-empty",
        "SM-07",
        "the response names an empty request",
        ["saml-response.id-malformed", "saml-response.request-other", "saml-response.value-empty"],
        after,
        |text| attribute(text, RESPONSE, "InResponseTo", "")
    ),
    changed!(
        "request-other",
        "SM-07",
        "the response answers another request",
        ["saml-response.request-other"],
        after,
        |text| attribute(text, RESPONSE, "InResponseTo", "_00000000000000000000000000000000")
    ),
    Mutation::new(
        "request-of-subject-other",
        "the subject is confirmed for another request",
        &["saml-response.request-differs"],
        |bench| {
            Ok(set(bench, |response| {
                if let Some(it) = &mut response.assertion {
                    it.subject.in_response_to = Some("_00000000000000000000000000000000".to_owned());
                }
            }))
        },
    )
    .case("SM-07"),
    changed!(
        "destination-empty",
        "SM-08",
        "the destination is empty",
        ["saml-response.value-empty"],
        after,
        |text| replaced(text, " InResponseTo=", " Destination=\"\" InResponseTo=")
    ),
    Mutation::new(
        "recipient-other",
        "a bearer assertion is for another place than the response",
        &["saml-response.recipient-differs"],
        |bench| Ok(bearer(bench, "https://elsewhere.example.be/acs")),
    )
    .case("SM-08")
    .under(Profile::Standard),
    Mutation::new("bearer", "a bearer assertion for the place that the response is sent to", &[], |bench| {
        Ok(bearer(bench, "https://here.example.be/acs"))
    })
    .case("SM-08")
    .under(Profile::Standard),
    changed!(
        "issuer-missing",
        "SM-10",
        "the response has no issuer",
        ["saml-response.issuer-missing"],
        after,
        |text| without(text, "<saml:Issuer xmlns", "</saml:Issuer>")
    ),
    changed!(
        "issuer-empty",
        "SM-10",
        "the issuer of the response is empty",
        ["saml-response.issuer-other", "saml-response.value-empty"],
        after,
        |text| replaced(text, ">urn:be:fgov:ehealth:aa<", "><")
    ),
    changed!(
        "issuer-other",
        "SM-10",
        "the issuer of the response is another one",
        ["saml-response.issuer-other"],
        after,
        |text| replaced(text, ">urn:be:fgov:ehealth:aa<", ">urn:be:fgov:ehealth:bb<")
    ),
    changed!(
        "issuer-format-other",
        "SM-10",
        "the issuer is said to be an address",
        ["saml-response.issuer-format-other"],
        after,
        |text| replaced(text, "SAML:2.0:nameid-format:entity", "SAML:1.1:nameid-format:emailAddress")
    ),
    changed!(
        "assertion-issuer-other",
        "SM-10",
        "the issuer of the assertion is another one",
        ["saml-assertion.issuer-other"],
        before,
        |text| in_assertion(text, ">urn:be:fgov:ehealth:aa<", ">urn:be:fgov:ehealth:bb<")
    ),
];

/// A bearer assertion to a recipient, in a response to `here.example.be`.
fn bearer(bench: &Bench, recipient: &str) -> Made {
    before(bench, |text| {
        let text =
            replaced(text, " InResponseTo=", " Destination=\"https://here.example.be/acs\" InResponseTo=");
        let text = replaced(&text, SENDER_VOUCHES, BEARER);
        let text = without_attribute(&text, "<saml:SubjectConfirmationData", "NotBefore");
        let text = replaced(
            &text,
            "<saml:SubjectConfirmationData ",
            &format!("<saml:SubjectConfirmationData Recipient=\"{recipient}\" "),
        );
        let text = conditions(
            &text,
            "<saml:AudienceRestriction><saml:Audience>urn:be:fgov:ehealth:etalon</saml:Audience></saml:AudienceRestriction>",
        );
        let statement = "<saml:AuthnStatement AuthnInstant=\"2026-01-15T09:00:00Z\"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:X509</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>";
        replaced(&text, "<saml:AttributeStatement>", &format!("{statement}<saml:AttributeStatement>"))
    })
}
