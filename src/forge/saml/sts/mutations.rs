//! Valid variants of assertions, and deviations from those of the STS. What lies inside of the
//! signature is changed before it is made.

use super::super::assertion::Assertion;
use super::super::query::NAME;
use super::super::{Signer, Subject};
use super::{Bench, Made, StsAssertion};
use crate::base::time::Duration;
use crate::forge::Mutation;
use crate::forge::signature::{self, Wrapping};
use crate::forge::surgery::{attribute, element, replaced, without, without_attribute};

const ASSERTION: &str = "<Assertion";

macro_rules! changed {
    ($id:literal, $case:literal, $title:literal, [$($rule:literal),*], $how:ident, |$text:ident| $to:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok($how(bench, |$text| $to))).case($case)
    };
}

macro_rules! wrapped {
    ($id:literal, $title:literal, $wrapping:ident, [$($rule:literal),*]) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok(wrapped(bench, Wrapping::$wrapping))).case("SM-21")
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("saml-2", "the assertion of SAML 2.0 that the Attribute Authority signs", &[], |bench| {
        Ok(made(bench, &Assertion::of(bench).sign(&Signer::attribute_authority(&bench.pki))))
    }),
    Mutation::new(
        "saml-2-holder-of-key",
        "an assertion of SAML 2.0 whose subject holds a key",
        &[],
        |bench| {
            let mut assertion = Assertion::of(bench);
            assertion.subject =
                Subject::transient(NAME, bench.clock()).held_by(&bench.pki.person.certificate);
            Ok(made(bench, &assertion.sign(&Signer::attribute_authority(&bench.pki))))
        },
    )
    .case("SM-26"),
    Mutation::new("audience", "the assertion names its audience", &[], |bench| {
        let mut assertion = StsAssertion::of(bench);
        assertion.audiences = vec!["urn:be:fgov:ehealth:kgss".to_owned()];
        let text = assertion.sign(&Signer::sts(&bench.pki));
        Ok(made(bench, &text).with("audience", "urn:be:fgov:ehealth:kgss"))
    })
    .case("SM-15"),
    Mutation::new(
        "audience-other",
        "the assertion is for another audience",
        &["saml-assertion.audience-other"],
        |bench| {
            let mut assertion = StsAssertion::of(bench);
            assertion.audiences = vec!["urn:be:fgov:ehealth:kgss".to_owned()];
            let text = assertion.sign(&Signer::sts(&bench.pki));
            Ok(made(bench, &text).with("audience", "urn:be:fgov:ehealth:etk"))
        },
    )
    .case("SM-15"),
    changed!("unsigned", "SM-01", "nothing is signed", ["saml-assertion.not-signed"], after, |text| without(
        text,
        "<ds:Signature ",
        "</ds:Signature>"
    )),
    Mutation::new(
        "other-signer",
        "somebody else signed",
        &["saml-assertion.not-signed", "signed-xml.signer-untrusted", "signed-xml.signer-usage"],
        |bench| {
            let stranger = &bench.pki.stranger;
            let signer = Signer { key: stranger.key.clone(), chain: vec![stranger.certificate.clone()] };
            Ok(made(bench, &StsAssertion::of(bench).sign(&signer)))
        },
    )
    .case("SM-02"),
    changed!(
        "value-changed",
        "SM-03",
        "an attribute was changed after signing",
        ["saml-assertion.not-signed", "signed-xml.digest-mismatch"],
        after,
        |text| replaced(text, "certificateholder:person:ssin", "certificateholder:doctor:ssin")
    ),
    changed!(
        "id-missing",
        "SM-27",
        "the assertion has no AssertionID",
        [
            "saml-assertion.attribute-missing",
            "saml-assertion.not-signed",
            "saml-assertion.signature-of-other",
            "signed-xml.reference-unresolved"
        ],
        after,
        |text| without_attribute(text, ASSERTION, "AssertionID")
    ),
    changed!(
        "id-of-saml-2",
        "SM-27",
        "the identifier stands in the attribute of SAML 2.0",
        ["saml-assertion.attribute-missing", "saml-assertion.attribute-unexpected"],
        before,
        |text| replaced(text, " AssertionID=", " ID=")
    ),
    changed!(
        "major-version-2",
        "SM-27",
        "the major version is 2",
        ["saml-assertion.version-other"],
        before,
        |text| attribute(text, ASSERTION, "MajorVersion", "2")
    ),
    changed!(
        "minor-version-0",
        "SM-27",
        "the assertion is of SAML 1.0, which shares the namespace",
        [],
        before,
        |text| attribute(text, ASSERTION, "MinorVersion", "0")
    ),
    changed!(
        "method-of-saml-2",
        "SM-27",
        "the confirmation method is that of SAML 2.0",
        ["saml-assertion.method-unknown"],
        before,
        |text| text.replace("SAML:1.0:cm:holder-of-key", "SAML:2.0:cm:holder-of-key")
    ),
    changed!(
        "method-bearer",
        "TX-13",
        "the assertion is for whoever carries it",
        ["saml-assertion.audience-missing", "saml-assertion.method-unknown"],
        before,
        |text| text.replace("SAML:1.0:cm:holder-of-key", "SAML:1.0:cm:bearer")
    ),
    changed!(
        "holder-by-name",
        "SM-26",
        "the holder's key is known by its name only",
        ["saml-assertion.holder-key-unidentified"],
        before,
        |text| {
            let data = element(text, "<ds:X509Data>", "</ds:X509Data>");
            text.replace(data, "<ds:KeyName>the holder</ds:KeyName>")
        }
    ),
    changed!(
        "holder-key-missing",
        "SM-26",
        "the holder's key is not there",
        ["saml-assertion.holder-key-missing"],
        before,
        |text| {
            let info = element(text, "<ds:KeyInfo ", "</ds:KeyInfo>");
            text.replace(info, "")
        }
    ),
    Mutation::new("holder-other", "the holder is somebody else", &["saml-assertion.holder-other"], |bench| {
        let mut assertion = StsAssertion::of(bench);
        assertion.holder.clone_from(&bench.pki.organisation.certificate);
        Ok(made(bench, &assertion.sign(&Signer::sts(&bench.pki))))
    })
    .case("TX-13"),
    Mutation::new(
        "expired",
        "the assertion expires at the very instant",
        &["saml-assertion.expired"],
        |bench| Ok(valid_from(bench, -Duration::hours(12))),
    )
    .case("SM-14"),
    Mutation::new(
        "not-yet-valid",
        "the assertion is valid from a second later on",
        &["saml-assertion.not-yet-valid"],
        |bench| Ok(valid_from(bench, Duration::SECOND)),
    )
    .case("SM-14"),
    Mutation::new(
        "lifetime-of-a-day",
        "the assertion is valid for a day",
        &["saml-assertion.lifetime-other"],
        |bench| {
            let mut assertion = StsAssertion::of(bench);
            assertion.validity[1] += Duration::hours(12);
            Ok(made(bench, &assertion.sign(&Signer::sts(&bench.pki))))
        },
    )
    .case("TX-12"),
    changed!(
        "issuer-empty",
        "SM-10",
        "the issuer is empty",
        ["saml-assertion.value-empty"],
        before,
        |text| attribute(text, ASSERTION, "Issuer", "")
    ),
    changed!(
        "name-empty",
        "SM-11",
        "the holder's name is empty",
        ["saml-assertion.value-empty"],
        before,
        |text| {
            let name = element(text, "<NameIdentifier ", "</NameIdentifier>");
            let empty = format!("{}></NameIdentifier>", &name[..name.find('>').expect("a start tag")]);
            text.replace(name, &empty)
        }
    ),
    changed!(
        "comment-in-name",
        "SM-23",
        "a comment stands in the holder's name: it is not signed",
        ["saml-assertion.value-interrupted"],
        after,
        |text| replaced(text, ">CN=SSIN", "><!-- -->CN=SSIN")
    ),
    changed!(
        "conditions-twice",
        "SM-14",
        "the conditions stand twice",
        ["saml-assertion.element-misplaced"],
        before,
        |text| {
            let conditions = element(text, "<Conditions ", "/>");
            replaced(text, conditions, &conditions.repeat(2))
        }
    ),
    changed!(
        "do-not-cache",
        "SM-16",
        "the assertion may not be kept",
        ["saml-assertion.one-time-use"],
        before,
        |text| {
            let conditions = element(text, "<Conditions ", "/>");
            let held = format!("{}><DoNotCacheCondition/></Conditions>", &conditions[..conditions.len() - 2]);
            replaced(text, conditions, &held)
        }
    ),
    wrapped!(
        "xsw-1",
        "the signature moves to the evil assertion and holds the genuine one",
        InsideSignature,
        [
            "saml-assertion.misplaced",
            "saml-assertion.not-signed",
            "saml-assertion.signature-of-other",
            "signed-xml.enveloped-transform-idle",
            "signed-xml.signature-malformed"
        ]
    ),
    wrapped!(
        "xsw-2",
        "the genuine assertion stands in the evil one, before its signature",
        BeforeSignature,
        [
            "saml-assertion.element-unexpected",
            "saml-assertion.misplaced",
            "saml-assertion.not-signed",
            "saml-assertion.signature-of-other",
            "signed-xml.enveloped-transform-idle"
        ]
    ),
    wrapped!(
        "xsw-3",
        "the genuine assertion is the first child of the evil one",
        FirstChild,
        ["saml-assertion.element-unexpected", "saml-assertion.misplaced", "saml-assertion.not-signed"]
    ),
    wrapped!(
        "xsw-4",
        "the genuine assertion is the last child of the evil one",
        LastChild,
        ["saml-assertion.element-unexpected", "saml-assertion.misplaced", "saml-assertion.not-signed"]
    ),
    wrapped!(
        "xsw-5",
        "as the second, and the evil one has the identifier",
        SameIdentifier,
        [
            "saml-assertion.element-unexpected",
            "saml-assertion.misplaced",
            "saml-assertion.not-signed",
            "saml-assertion.signature-of-other",
            "signed-xml.reference-ambiguous"
        ]
    ),
    wrapped!(
        "xsw-6",
        "as the first, and the evil one has the identifier",
        SameIdentifierInside,
        [
            "saml-assertion.misplaced",
            "saml-assertion.not-signed",
            "saml-assertion.signature-of-other",
            "signed-xml.reference-ambiguous",
            "signed-xml.signature-malformed"
        ]
    ),
    wrapped!(
        "xsw-7",
        "the genuine assertion stands in a container of the evil one",
        Extensions,
        ["saml-assertion.element-unexpected", "saml-assertion.misplaced", "saml-assertion.not-signed"]
    ),
    wrapped!(
        "xsw-8",
        "the signature holds the genuine assertion in an Object",
        Object,
        [
            "saml-assertion.misplaced",
            "saml-assertion.not-signed",
            "saml-assertion.signature-of-other",
            "signed-xml.enveloped-transform-idle"
        ]
    ),
    wrapped!(
        "xsw-9",
        "as the third, with a second SignedInfo",
        TwoSignedInfos,
        [
            "saml-assertion.element-unexpected",
            "saml-assertion.misplaced",
            "saml-assertion.not-signed",
            "signed-xml.signature-malformed"
        ]
    ),
    wrapped!(
        "xsw-10",
        "the genuine assertion stands in a header, the evil one in the body",
        Header,
        ["saml-assertion.misplaced", "saml-assertion.not-signed"]
    ),
];

/// An assertion, and what its receiver knows.
pub(super) fn made(bench: &Bench, text: &str) -> Made {
    Made::new(text).with("trust", vec![bench.pki.root.pem()]).with("auth_certificate", bench.pki.person.pem())
}

/// With the text changed before it is signed.
fn before(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    let assertion = StsAssertion::of(bench);
    made(bench, &Signer::sts(&bench.pki).sign(&change(&assertion.to_xml()), &assertion.id))
}

/// With the text changed after it is signed.
fn after(bench: &Bench, change: impl FnOnce(&str) -> String) -> Made {
    made(bench, &change(&StsAssertion::of(bench).sign(&Signer::sts(&bench.pki))))
}

fn valid_from(bench: &Bench, offset: Duration) -> Made {
    let mut assertion = StsAssertion::of(bench);
    assertion.validity = assertion.validity.map(|at| at + offset);
    made(bench, &assertion.sign(&Signer::sts(&bench.pki)))
}

fn wrapped(bench: &Bench, wrapping: Wrapping) -> Made {
    after(bench, |text| {
        signature::wrap(text, wrapping, |bare| {
            let evil = replaced(bare, "certificateholder:person:ssin", "certificateholder:doctor:ssin");
            match wrapping {
                Wrapping::SameIdentifier | Wrapping::SameIdentifierInside => evil,
                _ => attribute(&evil, ASSERTION, "AssertionID", "_00000000000000000000000000000000"),
            }
        })
    })
}
