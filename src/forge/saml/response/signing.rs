//! Who signed a response, what the signature covers, and every way of wrapping it.

use super::draft::{after, with_context};
use super::{Bench, Response, Signer};
use crate::forge::signature::{self, Wrapping};
use crate::forge::surgery::{attribute, element, replaced, without};
use crate::forge::{Made, Mutation};

const UNSIGNED: &[&str] = &["saml-assertion.not-signed"];

/// An assertion that is wrapped: the evil one stands where the genuine one stood.
macro_rules! wrapped {
    ($id:literal, $title:literal, $wrapping:ident, [$($rule:literal),*]) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok(wrapped(bench, Wrapping::$wrapping))).case("SM-21")
    };
}

/// A response that is wrapped, with the assertion in it.
macro_rules! whole {
    ($id:literal, $title:literal, $wrapping:ident, [$($rule:literal),*]) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok(whole(bench, Wrapping::$wrapping))).case("SM-21")
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("unsigned", "nothing is signed", UNSIGNED, |bench| {
        Ok(after(bench, |text| without(text, "<ds:Signature ", "</ds:Signature>")))
    })
    .case("SM-01"),
    Mutation::new(
        "other-signer",
        "somebody else signed, and says so",
        &["saml-assertion.not-signed", "signed-xml.signer-untrusted", "signed-xml.signer-usage"],
        |bench| {
            let stranger = &bench.pki.stranger;
            Ok(by(bench, &Signer { key: stranger.key.clone(), chain: vec![stranger.certificate.clone()] }))
        },
    )
    .case("SM-02"),
    Mutation::new(
        "other-certificate",
        "the signature carries somebody else's certificate",
        &["saml-assertion.not-signed", "signed-xml.signature-invalid"],
        |bench| {
            let pki = &bench.pki;
            Ok(by(bench, &Signer { key: pki.attribute_authority.key.clone(), chain: vec![pki.stranger.certificate.clone()] }))
        },
    )
    .case("SM-02"),
    Mutation::new(
        "other-key",
        "somebody else signed, under the authority's certificate",
        &["saml-assertion.not-signed", "signed-xml.signature-invalid"],
        |bench| {
            let signer = Signer::attribute_authority(&bench.pki);
            Ok(by(bench, &Signer { key: bench.pki.stranger.key.clone(), ..signer }))
        },
    )
    .case("SM-02"),
    Mutation::new(
        "value-changed",
        "a value is another one than was signed",
        &["saml-assertion.not-signed", "signed-xml.digest-mismatch"],
        |bench| Ok(after(bench, |text| replaced(text, ">12345625<", ">12345724<"))),
    )
    .case("SM-03"),
    Mutation::new(
        "signature-method-a-digest",
        "the signature method is a digest, as in the cookbook's example",
        &["saml-assertion.not-signed", "saml-assertion.signature-method-other", "signed-xml.signature-method-is-a-digest"],
        |bench| {
            Ok(after(bench, |text| {
                attribute(text, "<ds:SignatureMethod", "Algorithm", "http://www.w3.org/2001/04/xmlenc#sha256")
            }))
        },
    )
    .case("SM-30"),
    Mutation::new(
        "digest-of-sha-1-size",
        "the digest is as short as one of SHA-1, as in the cookbook's example",
        &["saml-assertion.not-signed", "signed-xml.digest-length", "signed-xml.signature-invalid"],
        |bench| {
            Ok(after(bench, |text| {
                let value = element(text, "<ds:DigestValue>", "</ds:DigestValue>");
                replaced(text, value, "<ds:DigestValue>2jmj7l5rSw0yVb/vlWAYkK/YBwk=</ds:DigestValue>")
            }))
        },
    )
    .case("SM-30"),
    Mutation::new(
        "certificate-missing",
        "the signature carries a key and no certificate",
        &["saml-assertion.certificate-missing", "saml-assertion.key-info-other"],
        |bench| Ok(key_info(bench, "<ds:KeyName>the Attribute Authority</ds:KeyName>")),
    )
    .case("SM-02"),
    Mutation::new(
        "key-name-beside",
        "a key name stands beside the certificate",
        &["saml-assertion.key-info-other"],
        |bench| {
            let certificate = data_encoding::BASE64.encode(&bench.pki.attribute_authority.certificate);
            Ok(key_info(
                bench,
                &format!(
                    "<ds:KeyName>the Attribute Authority</ds:KeyName><ds:X509Data><ds:X509Certificate>{certificate}\
                     </ds:X509Certificate></ds:X509Data>"
                ),
            ))
        },
    )
    .case("SM-02"),
    Mutation::new(
        "digest-method-other",
        "the digest is made with SHA-512",
        &["saml-assertion.digest-method-other"],
        |bench| {
            Ok(templated(bench, |template| {
                "http://www.w3.org/2001/04/xmlenc#sha512".clone_into(&mut template.references[0].digest_method);
            }))
        },
    )
    .case("SM-30"),
    Mutation::new(
        "signature-method-other",
        "the signature is made with RSA and SHA-512",
        &["saml-assertion.signature-method-other"],
        |bench| {
            Ok(templated(bench, |template| {
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512".clone_into(&mut template.method);
            }))
        },
    )
    .case("SM-30"),
    Mutation::new(
        "evil-assertion-first",
        "an unsigned assertion stands before the signed one",
        &["saml-assertion.not-signed", "saml-response.assertion-repeated"],
        |bench| Ok(after(bench, |text| beside(text, true))),
    )
    .case("SM-21"),
    Mutation::new(
        "evil-assertion-last",
        "an unsigned assertion stands behind the signed one",
        &["saml-assertion.not-signed", "saml-response.assertion-repeated"],
        |bench| Ok(after(bench, |text| beside(text, false))),
    )
    .case("SM-21"),
    Mutation::new(
        "assertion-in-extensions",
        "the signed assertion is moved into extensions, and another stands in its place",
        &["saml-assertion.misplaced", "saml-assertion.not-signed"],
        |bench| {
            Ok(after(bench, |text| {
                let genuine = assertion(text).to_owned();
                let text = replaced(text, &genuine, &evil_of(&genuine));
                replaced(&text, "<samlp:Status>", &format!("<samlp:Extensions>{genuine}</samlp:Extensions><samlp:Status>"))
            }))
        },
    )
    .case("SM-21"),
    Mutation::new(
        "hidden-in-signature",
        "another value stands in the signature's KeyInfo, which is not signed",
        &["saml-assertion.hidden-in-signature"],
        |bench| {
            Ok(after(bench, |text| {
                let hidden = "<saml:AttributeValue>12345724</saml:AttributeValue></ds:X509Data>";
                replaced(text, "</ds:X509Data>", hidden)
            }))
        },
    )
    .case("SM-21"),
    Mutation::new(
        "assertion-encrypted",
        "an encrypted assertion that nobody signed stands beside the signed one",
        &["saml-response.assertion-encrypted"],
        |bench| {
            Ok(after(bench, |text| {
                let encrypted = "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">\
                     <xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"><xenc:CipherData>\
                     <xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>\
                     </saml:EncryptedAssertion>";
                replaced(text, "</samlp:Response>", &format!("{encrypted}</samlp:Response>"))
            }))
        },
    )
    .case("SM-22"),
    wrapped!("xsw-1", "the signature moves to the evil assertion and holds the genuine one", InsideSignature, ["saml-assertion.element-misplaced", "saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "signed-xml.enveloped-transform-idle", "signed-xml.signature-malformed"]),
    wrapped!("xsw-2", "the genuine assertion stands in the evil one, before its signature", BeforeSignature, ["saml-assertion.element-misplaced", "saml-assertion.element-unexpected", "saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "signed-xml.enveloped-transform-idle"]),
    wrapped!("xsw-3", "the genuine assertion is the first child of the evil one", FirstChild, ["saml-assertion.element-unexpected", "saml-assertion.misplaced", "saml-assertion.not-signed"]),
    wrapped!("xsw-4", "the genuine assertion is the last child of the evil one", LastChild, ["saml-assertion.element-unexpected", "saml-assertion.misplaced", "saml-assertion.not-signed"]),
    wrapped!("xsw-5", "as the second, and the evil one has the identifier", SameIdentifier, ["saml-assertion.element-misplaced", "saml-assertion.element-unexpected", "saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "signed-xml.reference-ambiguous"]),
    wrapped!("xsw-6", "as the first, and the evil one has the identifier", SameIdentifierInside, ["saml-assertion.element-misplaced", "saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "signed-xml.reference-ambiguous", "signed-xml.signature-malformed"]),
    wrapped!("xsw-7", "the genuine assertion stands in a container of the evil one", Extensions, ["saml-assertion.element-unexpected", "saml-assertion.misplaced", "saml-assertion.not-signed"]),
    wrapped!("xsw-8", "the signature holds the genuine assertion in an Object", Object, ["saml-assertion.element-misplaced", "saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "signed-xml.enveloped-transform-idle"]),
    wrapped!("xsw-9", "as the third, with a second SignedInfo", TwoSignedInfos, ["saml-assertion.element-unexpected", "saml-assertion.misplaced", "saml-assertion.not-signed", "signed-xml.signature-malformed"]),
    whole!("xsw-1-whole", "the signature moves to the evil response and holds the genuine one", InsideSignature, ["saml-assertion.hidden-in-signature", "saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "saml-response.element-misplaced", "signed-xml.enveloped-transform-idle", "signed-xml.signature-malformed"]),
    whole!("xsw-2-whole", "the genuine response stands in the evil one, before its signature", BeforeSignature, ["saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "saml-response.element-misplaced", "saml-response.element-unexpected", "signed-xml.enveloped-transform-idle"]),
    whole!("xsw-3-whole", "the genuine response is the first child of the evil one", FirstChild, ["saml-assertion.misplaced", "saml-assertion.not-signed", "saml-response.element-unexpected"]),
    whole!("xsw-4-whole", "the genuine response is the last child of the evil one", LastChild, ["saml-assertion.misplaced", "saml-assertion.not-signed", "saml-response.element-unexpected"]),
    whole!("xsw-5-whole", "as the second, and the evil response has the identifier", SameIdentifier, ["saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "saml-response.element-misplaced", "saml-response.element-unexpected", "signed-xml.reference-ambiguous"]),
    whole!("xsw-6-whole", "as the first, and the evil response has the identifier", SameIdentifierInside, ["saml-assertion.hidden-in-signature", "saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "saml-response.element-misplaced", "signed-xml.reference-ambiguous", "signed-xml.signature-malformed"]),
    whole!("xsw-7-whole", "the genuine response stands in a container of the evil one", Extensions, ["saml-assertion.misplaced", "saml-assertion.not-signed", "saml-response.element-unexpected"]),
    whole!("xsw-8-whole", "the signature holds the genuine response in an Object", Object, ["saml-assertion.hidden-in-signature", "saml-assertion.misplaced", "saml-assertion.not-signed", "saml-assertion.signature-of-other", "saml-response.element-misplaced", "signed-xml.enveloped-transform-idle"]),
    whole!("xsw-9-whole", "as the third, with a second SignedInfo", TwoSignedInfos, ["saml-assertion.misplaced", "saml-assertion.not-signed", "saml-response.element-unexpected", "signed-xml.signature-malformed"]),
    whole!("xsw-10", "the genuine response stands in a header, the evil one in the body", Header, ["saml-assertion.misplaced", "saml-assertion.not-signed"]),
];

fn by(bench: &Bench, signer: &Signer) -> Made {
    let response = Response::of(bench);
    with_context(bench, &response, &response.sign(signer))
}

/// Signed by a changed template.
fn templated(bench: &Bench, change: impl FnOnce(&mut crate::xmldsig::Template)) -> Made {
    let response = Response::of(bench);
    let signer = Signer::attribute_authority(&bench.pki);
    let text = crate::forge::soap::headless_envelope(&response.to_xml());
    let id = &response.assertion.as_ref().expect("an answer has one").id;
    let mut template = signer.template(id);
    change(&mut template);
    let text = signature::at_offset(&text, super::super::place(&text, id), &template, &signer.key);
    with_context(bench, &response, &text)
}

/// Signed with something else in KeyInfo; the authority's certificate is trusted directly.
fn key_info(bench: &Bench, xml: &str) -> Made {
    let made = templated(bench, |template| template.key_info = Some(xml.to_owned()));
    made.with("trust", vec![bench.pki.attribute_authority.pem(), bench.pki.root.pem()])
}

/// The text of the assertion.
fn assertion(text: &str) -> &str {
    element(text, "<saml:Assertion", "</saml:Assertion>")
}

/// An assertion that says something else, under another identifier and without a signature.
fn evil_of(genuine: &str) -> String {
    let bare = without(genuine, "<ds:Signature ", "</ds:Signature>");
    attribute(&evil(&bare), "<saml:Assertion", "ID", "_00000000000000000000000000000000")
}

/// Another pharmacy.
fn evil(bare: &str) -> String {
    replaced(bare, ">12345625<", ">12345724<")
}

fn beside(text: &str, first: bool) -> String {
    let genuine = assertion(text);
    let evil = evil_of(genuine);
    replaced(text, genuine, &if first { format!("{evil}{genuine}") } else { format!("{genuine}{evil}") })
}

/// Another identifier, unless the wrapping keeps it.
fn renamed(text: &str, wrapping: Wrapping) -> String {
    match wrapping {
        Wrapping::SameIdentifier | Wrapping::SameIdentifierInside => text.to_owned(),
        _ => attribute(text, "<saml", "ID", "_00000000000000000000000000000000"),
    }
}

fn wrapped(bench: &Bench, wrapping: Wrapping) -> Made {
    after(bench, |text| {
        let genuine = assertion(text);
        replaced(text, genuine, &signature::wrap(genuine, wrapping, |bare| renamed(&evil(bare), wrapping)))
    })
}

fn whole(bench: &Bench, wrapping: Wrapping) -> Made {
    let response = Response::of(bench);
    let signer = Signer::attribute_authority(&bench.pki);
    let genuine = signer.sign(&response.to_xml(), &response.id);
    let text = signature::wrap(&genuine, wrapping, |bare| {
        let (start, rest) = bare.split_once("<saml:Assertion").expect("there is an assertion");
        let other = attribute(rest, "", "ID", "_11111111111111111111111111111111");
        renamed(&evil(&format!("{start}<saml:Assertion{other}")), wrapping)
    });
    with_context(bench, &response, &text)
}
