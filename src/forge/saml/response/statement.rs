//! What the assertion of a response says, wrong in one place each: its subject, its conditions, its
//! attributes. It is changed before it is signed, unless the signature does not cover the change.

use super::draft::{after, before, conditions, in_assertion, set};
use crate::base::time::Duration;
use crate::forge::saml::{Attribute, PHARMACY, PHARMACY_HOLDER, SSIN, Value};
use crate::forge::surgery::{attribute, replaced, without, without_attribute};
use crate::forge::{Bench, Made, Mutation};

macro_rules! changed {
    ($id:literal, $case:literal, $title:literal, [$($rule:literal),*], $how:ident, |$text:ident| $to:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok($how(bench, |$text| $to))).case($case)
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    changed!(
        "subject-missing",
        "SM-11",
        "the assertion has no subject",
        ["saml-assertion.subject-missing"],
        before,
        |text| without(text, "<saml:Subject>", "</saml:Subject>")
    ),
    changed!(
        "name-missing",
        "SM-11",
        "the subject has no name",
        ["saml-assertion.subject-shape-other"],
        before,
        |text| without(text, "<saml:NameID ", "</saml:NameID>")
    ),
    changed!(
        "name-empty",
        "SM-11",
        "the subject's name is empty",
        ["saml-assertion.value-empty"],
        before,
        |text| replaced(text, ">252537746688268268547539284732423893<", "><")
    ),
    changed!(
        "confirmation-missing",
        "SM-12",
        "the subject has no confirmation",
        ["saml-assertion.confirmation-missing"],
        before,
        |text| without(text, "<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>")
    ),
    changed!(
        "method-unknown",
        "SM-12",
        "the confirmation method is none of the list",
        ["saml-assertion.method-unknown"],
        before,
        |text| replaced(text, "cm:sender-vouches", "cm:receiver-vouches")
    ),
    changed!(
        "holder-without-key",
        "SM-26",
        "the subject holds a key that is not named",
        ["saml-assertion.holder-key-missing"],
        before,
        |text| replaced(text, "cm:sender-vouches", "cm:holder-of-key")
    ),
    changed!(
        "confirmation-a-date",
        "SM-13",
        "the confirmation ends on a date",
        ["saml-assertion.value-malformed"],
        before,
        |text| attribute(text, "<saml:SubjectConfirmationData", "NotOnOrAfter", "2026-01-15")
    ),
    Mutation::new(
        "confirmation-expired",
        "the confirmation has ended: a warning",
        &["saml-assertion.confirmation-expired"],
        |bench| {
            Ok(set(bench, |response| {
                if let Some(it) = &mut response.assertion {
                    it.subject.window =
                        it.subject.window.map(|window| window.map(|at| at - Duration::hours(1)));
                }
            }))
        },
    )
    .case("SM-13"),
    Mutation::new(
        "expired",
        "the assertion expires at the very instant",
        &["saml-assertion.expired"],
        |bench| {
            Ok(set(bench, |response| {
                if let Some(it) = &mut response.assertion {
                    it.validity = [it.issued - Duration::minutes(5), it.issued];
                }
            }))
        },
    )
    .case("SM-14"),
    Mutation::new("at-the-last-instant", "the assertion expires a millisecond later", &[], |bench| {
        Ok(set(bench, |response| {
            if let Some(it) = &mut response.assertion {
                it.validity = [it.issued - Duration::minutes(4), it.issued + Duration::MILLISECOND];
            }
        }))
    })
    .case("SM-14"),
    Mutation::new(
        "not-yet-valid",
        "the assertion is valid from a millisecond later on",
        &["saml-assertion.not-yet-valid"],
        |bench| {
            Ok(set(bench, |response| {
                if let Some(it) = &mut response.assertion {
                    it.validity[0] += Duration::MILLISECOND;
                }
            }))
        },
    )
    .case("SM-14"),
    changed!(
        "window-inverted",
        "SM-14",
        "the assertion ends before it begins",
        ["saml-assertion.expired", "saml-assertion.window-inverted"],
        before,
        |text| attribute(text, "<saml:Conditions", "NotOnOrAfter", "2026-01-14T10:00:00Z")
    ),
    changed!(
        "condition-a-date",
        "SM-14",
        "the assertion ends on a date",
        ["saml-assertion.value-malformed"],
        before,
        |text| attribute(text, "<saml:Conditions", "NotOnOrAfter", "2026-01-15")
    ),
    changed!(
        "condition-unknown",
        "SM-14",
        "a condition is not known",
        ["saml-assertion.condition-unknown", "saml-assertion.element-unexpected"],
        before,
        |text| conditions(text, "<x:Weather xmlns:x=\"urn:example:weather\"/>")
    ),
    changed!(
        "one-time-use",
        "SM-16",
        "the assertion may be used once",
        ["saml-assertion.one-time-use"],
        before,
        |text| conditions(text, "<saml:OneTimeUse/>")
    ),
    changed!(
        "one-time-use-twice",
        "SM-16",
        "the assertion may be used once, twice",
        ["saml-assertion.condition-repeated", "saml-assertion.one-time-use"],
        before,
        |text| conditions(text, "<saml:OneTimeUse/><saml:OneTimeUse/>")
    ),
    Mutation::new(
        "audience-other",
        "the assertion is for another audience",
        &["saml-assertion.audience-other"],
        |bench| {
            Ok(set(bench, |response| {
                if let Some(it) = &mut response.assertion {
                    it.audiences = vec!["urn:be:fgov:ehealth:somebody-else".to_owned()];
                }
            })
            .with("audience", "urn:be:fgov:ehealth:etalon"))
        },
    )
    .case("SM-15"),
    changed!(
        "audiences-both",
        "SM-15",
        "of two restrictions one names the receiver",
        ["saml-assertion.audience-other"],
        audience,
        |text| conditions(
            text,
            "<saml:AudienceRestriction><saml:Audience>urn:be:fgov:ehealth:etalon</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>urn:be:fgov:ehealth:other</saml:Audience></saml:AudienceRestriction>"
        )
    ),
    changed!(
        "audience-empty",
        "SM-15",
        "the audience is empty",
        ["saml-assertion.audience-other", "saml-assertion.value-empty"],
        audience,
        |text| conditions(
            text,
            "<saml:AudienceRestriction><saml:Audience></saml:Audience></saml:AudienceRestriction>"
        )
    ),
    changed!(
        "attributes-missing",
        "SM-18",
        "the assertion states no attributes",
        ["saml-assertion.attributes-missing"],
        before,
        |text| without(text, "<saml:AttributeStatement>", "</saml:AttributeStatement>")
    ),
    changed!(
        "attribute-nameless",
        "SM-18",
        "an attribute has no name",
        ["saml-assertion.attribute-missing"],
        before,
        |text| without_attribute(text, "<saml:Attribute ", "Name")
    ),
    changed!(
        "name-format-other",
        "SM-18",
        "an attribute's name is of the basic format",
        ["saml-assertion.name-format-other"],
        before,
        |text| replaced(text, "attrname-format:uri", "attrname-format:basic")
    ),
    Mutation::new(
        "value-none",
        "an attribute has no value: nothing was found",
        &["saml-assertion.value-none"],
        |bench| {
            Ok(set(bench, |response| {
                if let Some(it) = &mut response.assertion {
                    it.attributes[2].values = vec![Value::Nothing];
                }
            }))
        },
    )
    .case("SM-18"),
    Mutation::new("value-xml", "the value of an attribute is XML", &[], |bench| {
        Ok(set(bench, |response| {
            if let Some(it) = &mut response.assertion {
                it.attributes[2] = Attribute {
                    name: "urn:be:fgov:ehealth:1.0:mandate".to_owned(),
                    values: vec![Value::Xml(
                        "<m:Mandate xmlns:m=\"urn:example:mandate\"><m:Kind>a</m:Kind></m:Mandate>"
                            .to_owned(),
                    )],
                };
            }
        }))
    })
    .case("SM-18"),
    Mutation::new("value-escaped", "a value with markup in it is escaped", &[], |bench| {
        Ok(set(bench, |response| {
            if let Some(it) = &mut response.assertion {
                it.attributes[2] = Attribute::of(
                    "urn:be:fgov:ehealth:1.0:note",
                    "</saml:AttributeValue><saml:AttributeValue>admin & co",
                );
            }
        }))
    })
    .case("SM-25"),
    changed!(
        "type-unbound",
        "SM-18",
        "the type of a value has an unbound prefix",
        ["saml-assertion.value-type-unbound"],
        before,
        |text| replaced(text, "xsi:type=\"xs:string\"", "xsi:type=\"xsd:string\"")
    ),
    Mutation::new(
        "identifier-malformed",
        "the check number of a national number is wrong",
        &["saml-assertion.identifier-malformed"],
        |bench| {
            Ok(set(bench, |response| {
                if let Some(it) = &mut response.assertion {
                    it.attributes[1] = Attribute::of(SSIN, "85000012300");
                }
            }))
        },
    )
    .case("SM-18"),
    Mutation::new(
        "attribute-twice",
        "an attribute stands twice",
        &["saml-assertion.attribute-duplicated"],
        |bench| {
            Ok(set(bench, |response| {
                if let Some(it) = &mut response.assertion {
                    it.attributes[2] = Attribute::of(PHARMACY, "12345625");
                }
            }))
        },
    )
    .case("SM-19"),
    changed!(
        "comment-in-name",
        "SM-23",
        "a comment stands in the subject's name: it is not signed",
        ["saml-assertion.value-interrupted"],
        after,
        |text| replaced(text, ">252537746688268", ">252537746688<!-- -->268")
    ),
    changed!(
        "comment-in-value",
        "SM-23",
        "a comment stands in a value: it is not signed",
        ["saml-assertion.value-interrupted"],
        after,
        |text| replaced(text, ">12345625<", ">1234<!-- -->5625<")
    ),
    changed!(
        "instruction-in-issuer",
        "SM-23",
        "an instruction stands in the assertion's issuer",
        ["saml-assertion.value-interrupted", "soap.processing-instruction"],
        before,
        |text| in_assertion(text, ">urn:be:fgov:ehealth:aa<", ">urn:be:fgov:ehealth<?x?>:aa<")
    ),
    changed!("section-in-value", "SM-23", "a value stands in a CDATA section", [], after, |text| replaced(
        text,
        ">12345625<",
        "><![CDATA[12345625]]><"
    )),
    Mutation::new(
        "assertion-element-unknown",
        "the assertion holds an element that nobody knows",
        &["saml-assertion.element-unexpected"],
        |bench| {
            Ok(before(bench, |text| {
                replaced(
                    text,
                    "<saml:AttributeStatement>",
                    "<x:More xmlns:x=\"urn:example:more\"/><saml:AttributeStatement>",
                )
            }))
        },
    )
    .case("SM-21"),
    Mutation::new("holder-asked", "the answer has the attribute that was asked", &[], |bench| {
        Ok(set(bench, |response| {
            if let Some(it) = &mut response.assertion {
                it.attributes = vec![Attribute::of(PHARMACY_HOLDER, "12345625001")];
            }
        }))
    })
    .case("SM-20"),
];

/// Changed before it is signed, and judged by the receiver `etalon`.
fn audience(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    before(bench, change).with("audience", "urn:be:fgov:ehealth:etalon")
}
