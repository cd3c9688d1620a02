//! Valid variants of queries, and deviations from them. The message around a query is signed after the
//! deviation is made.

use super::{Bench, HOLDER_NUMBER, Query};
use crate::base::Profile;
use crate::base::time::Duration;
use crate::forge::saml::{Attribute, BEARER, PHARMACY_HOLDER, SENDER_VOUCHES, SSIN};
use crate::forge::surgery::{attribute, replaced, without, without_attribute};
use crate::forge::ws_security::Message;
use crate::forge::{Made, Mutation};

const QUERY: &str = "<samlp:AttributeQuery";
const DATA: &str = "<saml:SubjectConfirmationData";

macro_rules! changed {
    ($id:literal, $case:literal, $title:literal, [$($rule:literal),*], |$text:ident| $to:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok(changed(bench, |$text| $to))).case($case)
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("bare", "the query without a message around it", &[], |bench| {
        Ok(Made::new(Query::of(bench).to_xml()))
    }),
    Mutation::new(
        "holder-of-key",
        "the subject holds the key that the message is signed with",
        &[],
        |bench| {
            Ok(set(bench, |query| {
                query.subject = query.subject.clone().held_by(&bench.pki.organisation.certificate);
            }))
        },
    )
    .case("SM-26"),
    Mutation::new("no-consent", "the query says nothing of consent", &[], |bench| {
        Ok(set(bench, |query| query.consent = None))
    })
    .case("SM-28"),
    changed!(
        "not-before-empty",
        "SM-13",
        "NotBefore is empty, and NotOnOrAfter absent: the cookbook accepts it",
        [],
        |text| attribute(&without_attribute(text, DATA, "NotOnOrAfter"), DATA, "NotBefore", "")
    ),
    changed!("not-before-alone", "SM-13", "NotBefore stands alone: the cookbook accepts it", [], |text| {
        without_attribute(text, DATA, "NotOnOrAfter")
    }),
    changed!(
        "not-before-half-empty",
        "SM-13",
        "NotBefore is empty beside NotOnOrAfter",
        ["attribute-query.window-half-empty"],
        |text| attribute(text, DATA, "NotBefore", "")
    ),
    Mutation::new(
        "window-past",
        "the window ends at the very instant",
        &["attribute-query.window-closed"],
        |bench| {
            Ok(set(bench, |query| {
                query.subject.window = Some([query.issued - Duration::hours(1), query.issued]);
            }))
        },
    )
    .case("SM-13"),
    Mutation::new("window-last-instant", "the window ends a millisecond later", &[], |bench| {
        Ok(set(bench, |query| {
            query.subject.window = Some([query.issued, query.issued + Duration::MILLISECOND]);
        }))
    })
    .case("SM-13"),
    Mutation::new(
        "window-future",
        "the window opens a millisecond later",
        &["attribute-query.window-closed"],
        |bench| {
            Ok(set(bench, |query| {
                query.subject.window =
                    Some([query.issued + Duration::MILLISECOND, query.issued + Duration::HOUR]);
            }))
        },
    )
    .case("SM-13"),
    Mutation::new(
        "window-crosses-midnight",
        "the window ends tomorrow",
        &["attribute-query.window-crosses-midnight"],
        |bench| {
            Ok(set(bench, |query| query.subject.window = Some([query.issued, query.issued + Duration::DAY])))
        },
    )
    .case("SM-13"),
    changed!(
        "window-inverted",
        "SM-13",
        "the window ends before it opens",
        ["attribute-query.window-closed", "attribute-query.window-inverted"],
        |text| attribute(text, DATA, "NotOnOrAfter", "2026-01-15T09:00:00Z")
    ),
    changed!(
        "window-a-date",
        "SM-13",
        "the window ends on a date",
        ["attribute-query.value-malformed"],
        |text| attribute(text, DATA, "NotOnOrAfter", "2026-01-15")
    ),
    changed!(
        "window-with-offset",
        "SM-13",
        "the window ends at an instant with an offset: a warning",
        ["attribute-query.time-not-utc"],
        |text| attribute(text, DATA, "NotOnOrAfter", "2026-01-15T12:00:00+01:00")
    ),
    changed!(
        "id-missing",
        "SM-04",
        "the query has no identifier",
        ["attribute-query.attribute-missing"],
        |text| without_attribute(text, QUERY, "ID")
    ),
    changed!(
        "id-a-digit-first",
        "SM-04",
        "the identifier starts with a digit",
        ["attribute-query.id-malformed"],
        |text| attribute(text, QUERY, "ID", "0123456789abcdef0123456789abcdef")
    ),
    changed!("id-short", "SM-04", "the identifier is short", ["attribute-query.id-short"], |text| attribute(
        text, QUERY, "ID", "_1"
    )),
    changed!("version-1-0", "SM-05", "the version is 1.0", ["attribute-query.version-other"], |text| {
        attribute(text, QUERY, "Version", "1.0")
    }),
    changed!(
        "issued-missing",
        "SM-06",
        "there is no time of issue",
        ["attribute-query.attribute-missing"],
        |text| without_attribute(text, QUERY, "IssueInstant")
    ),
    changed!(
        "issued-with-offset",
        "SM-06",
        "the time of issue has an offset, as in the cookbook's example",
        ["attribute-query.time-not-utc"],
        |text| attribute(text, QUERY, "IssueInstant", "2026-01-15T10:00:00+01:00")
    ),
    Mutation::new(
        "issued-in-future",
        "the query is issued in the future",
        &["attribute-query.issued-in-future"],
        |bench| Ok(set(bench, |query| query.issued += Duration::MINUTE)),
    )
    .case("SM-06"),
    changed!(
        "consent-unknown",
        "SM-28",
        "the consent is none of SAML's list",
        ["attribute-query.consent-unknown"],
        |text| replaced(text, "consent:current-implicit", "consent:sort-of")
    ),
    changed!("issuer-missing", "SM-10", "nobody asks", ["attribute-query.issuer-missing"], |text| without(
        text,
        "<saml:Issuer ",
        "</saml:Issuer>"
    )),
    changed!("issuer-not-uri", "SM-28", "the issuer is no URI", ["attribute-query.issuer-not-uri"], |text| {
        replaced(text, ">urn:be:fgov:ehealth:etalon<", ">etalon<")
    }),
    changed!(
        "issuer-format-other",
        "SM-10",
        "the issuer is said to be an address",
        ["attribute-query.issuer-format-other"],
        |text| replaced(text, "SAML:2.0:nameid-format:entity", "SAML:1.1:nameid-format:emailAddress")
    ),
    changed!(
        "subject-missing",
        "SM-28",
        "there is no subject",
        ["attribute-query.element-missing"],
        |text| without(text, "<saml:Subject>", "</saml:Subject>")
    ),
    changed!(
        "name-missing",
        "SM-11",
        "the subject has no name",
        ["attribute-query.name-id-missing"],
        |text| without(text, "<saml:NameID ", "</saml:NameID>")
    ),
    changed!("name-empty", "SM-11", "the subject's name is empty", ["attribute-query.value-empty"], |text| {
        replaced(text, ">252537746688268268547539284732423893<", "><")
    }),
    changed!(
        "name-format-unknown",
        "SM-11",
        "the format of the name is none of the list",
        ["attribute-query.name-id-format-unknown"],
        |text| replaced(text, "nameid-format:transient", "nameid-format:permanent")
    ),
    changed!(
        "name-long",
        "SM-11",
        "the transient name has 257 characters",
        ["attribute-query.name-id-long"],
        |text| replaced(text, ">252537746688268268547539284732423893<", &format!(">{}<", "9".repeat(257)))
    ),
    changed!(
        "confirmation-missing",
        "SM-12",
        "the subject has no confirmation",
        ["attribute-query.confirmation-missing"],
        |text| without(text, "<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>")
    ),
    changed!(
        "method-bearer",
        "SM-12",
        "the subject is whoever carries the query",
        ["attribute-query.method-unknown"],
        |text| replaced(text, SENDER_VOUCHES, BEARER)
    ),
    changed!(
        "holder-without-key",
        "SM-26",
        "the subject holds a key that is not named",
        ["attribute-query.holder-key-missing"],
        |text| replaced(text, "cm:sender-vouches", "cm:holder-of-key")
    ),
    changed!(
        "comment-in-name",
        "SM-23",
        "a comment stands in the subject's name",
        ["attribute-query.value-interrupted"],
        |text| replaced(text, ">252537746688268", ">252537746688<!-- -->268")
    ),
    Mutation::new(
        "nothing-asked",
        "every attribute has a value",
        &["attribute-query.nothing-asked"],
        |bench| {
            Ok(set(bench, |query| {
                query.asked.clear();
                query.given.push(Attribute::of(PHARMACY_HOLDER, HOLDER_NUMBER));
            }))
        },
    )
    .case("SM-28"),
    Mutation::new(
        "attribute-not-uri",
        "the name of an attribute is no URI",
        &["attribute-query.attribute-name-not-uri"],
        |bench| Ok(set(bench, |query| query.asked = vec!["holder".to_owned()])),
    )
    .case("SM-28"),
    Mutation::new(
        "attribute-twice",
        "an attribute is given and asked",
        &["attribute-query.attribute-duplicated"],
        |bench| Ok(set(bench, |query| query.asked.push(SSIN.to_owned()))),
    )
    .case("SM-19"),
    changed!(
        "name-format-other",
        "SM-28",
        "an attribute's name is of the basic format",
        ["attribute-query.name-format-other"],
        |text| replaced(text, "attrname-format:uri", "attrname-format:basic")
    ),
    Mutation::new(
        "ssin-malformed",
        "the check number of the national number is wrong",
        &["attribute-query.identifier-malformed"],
        |bench| Ok(set(bench, |query| query.given[0] = Attribute::of(SSIN, "85000012300"))),
    )
    .case("SM-28"),
    Mutation::new(
        "a-thousand-attributes",
        "a thousand attributes are asked",
        &["attribute-query.attributes-many"],
        |bench| {
            Ok(set(bench, |query| {
                query.asked =
                    (0..1000).map(|number| format!("urn:be:fgov:ehealth:1.0:attribute:{number}")).collect();
            }))
        },
    )
    .case("SM-28"),
    changed!(
        "sample-window",
        "SM-30",
        "the window lies in the past, as in the cookbook's example",
        ["attribute-query.window-closed"],
        |text| attribute(
            &attribute(text, DATA, "NotBefore", "2012-07-04T06:30:10Z"),
            DATA,
            "NotOnOrAfter",
            "2012-07-04T07:30:10Z"
        )
    ),
    Mutation::new(
        "standard-without-confirmation",
        "SAML lets a query leave the confirmation out",
        &[],
        |bench| {
            Ok(changed(bench, |text| {
                without(text, "<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>")
            }))
        },
    )
    .under(Profile::Standard),
];

/// A query in the message that the organisation signs.
pub(super) fn secured(bench: &Bench, query: &str) -> Made {
    let pki = &bench.pki;
    Made::new(Message::new(&pki.organisation, bench.clock()).sign(query))
        .with("trust", vec![pki.root.pem()])
        .with("intermediates", vec![pki.issuing_ca.pem()])
}

/// With its values set.
fn set(bench: &Bench, change: impl FnOnce(&mut Query)) -> Made {
    let mut query = Query::of(bench);
    change(&mut query);
    secured(bench, &query.to_xml())
}

/// With its text changed.
fn changed(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    secured(bench, &change(&Query::of(bench).to_xml()))
}
