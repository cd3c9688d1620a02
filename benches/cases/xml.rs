//! Signed SAML responses of every size.

use data_encoding::BASE64;
use etalon::base::{Budget, Kind, time};
use etalon::forge::keys::Key;
use etalon::wire::c14n::{self, Algorithm, Subset};
use etalon::wire::xml::{Document, Element, Source};

use super::{Case, Work, bench, rsa, sha256};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";

/// A signed response, and what its signature is made over.
pub(crate) struct Response {
    pub(crate) text: String,
    pub(crate) key: Key,
    /// SignedInfo as it is signed.
    pub(crate) signed_info: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

/// A response of about `size` bytes, under an enveloped signature over exclusive canonicalisation,
/// with RSA and SHA-256, and the signer's certificate in it.
pub(crate) fn response(size: usize) -> Response {
    let bench = bench(1);
    let authority = &bench.pki.attribute_authority;
    let certificate = BASE64.encode(&authority.certificate);
    let now = time::format(bench.clock());
    let unsigned = |attributes: &str| {
        format!(
            r##"<?xml version="1.0" encoding="UTF-8"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Destination="https://www.example.be/acs" ID="_3f4d5b0e-8a52-4f0c-9d0e-0c5d2b4e7a11" InResponseTo="_7c0a1e52-6d7a-4a63-8f8d-2f0d7a3b9c22" IssueInstant="{now}" Version="2.0">
  <saml:Issuer>urn:be:fgov:ehealth:attribute-authority</saml:Issuer>
  <ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="#_3f4d5b0e-8a52-4f0c-9d0e-0c5d2b4e7a11"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>
  <samlp:Status>
    <samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>
  </samlp:Status>
  <saml:Assertion ID="_b6f1d0c4-2b1b-4a8e-b7a1-5a0f8e6d3c33" IssueInstant="{now}" Version="2.0">
    <saml:Issuer>urn:be:fgov:ehealth:attribute-authority</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">7f9a0f6c-subject</saml:NameID>
    </saml:Subject>
    <saml:AttributeStatement>{attributes}
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>
"##
        )
    };
    let fixed = unsigned("").len() + 400;
    let mut attributes = String::new();
    let mut count = 0;
    while count == 0 || fixed + attributes.len() < size {
        attributes.push_str(&format!(
            r#"
      <saml:Attribute Name="urn:be:fgov:ehealth:1.0:attribute:{count}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">
        <saml:AttributeValue>value {count} of a healthcare professional &amp; their r&#xF4;le</saml:AttributeValue>
      </saml:Attribute>"#
        ));
        count += 1;
    }
    let key = authority.key.clone();
    sign(unsigned(&attributes), key)
}

fn sign(mut text: String, key: Key) -> Response {
    let digest = with_signature(&text, |document, signature| {
        let subset = Subset::element(document.root()).without(signature);
        c14n::canonical(subset, &Algorithm::EXCLUSIVE).expect("it has a canonical form")
    });
    let digest = etalon::crypto::digest(etalon::crypto::Hash::Sha256, &digest);
    fill(&mut text, "</ds:DigestValue>", &BASE64.encode(digest.as_bytes()));
    let signed_info = with_signature(&text, |_, signature| {
        let info = signature.elements().next().expect("SignedInfo");
        c14n::canonical(Subset::element(info), &Algorithm::EXCLUSIVE).expect("it has a canonical form")
    });
    let signature = key.sign(key.algorithm(), &signed_info);
    fill(&mut text, "</ds:SignatureValue>", &BASE64.encode(&signature));
    Response { text, key, signed_info, signature }
}

fn with_signature(text: &str, take: impl FnOnce(&Document<'_>, Element<'_>) -> Vec<u8>) -> Vec<u8> {
    let source = Source::of(text);
    let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
    let signature = document.root().descendants().find(|element| element.is(DS, "Signature"));
    take(&document, signature.expect("there is a signature"))
}

fn fill(text: &mut String, before: &str, value: &str) {
    let at = text.find(before).expect("the element is there");
    text.insert_str(at, value);
}

/// The floor: the signature under a parsed key, and a digest of as many bytes as the document has.
pub(crate) fn floor(response: &Response) -> Vec<Work> {
    vec![
        rsa(response.key.spki(), &response.signed_info, &response.signature),
        sha256(response.text.as_bytes()),
    ]
}

/// The judgement of a response as one of this kind.
pub(crate) fn case(name: &'static str, kind: Kind, response: &Response) -> Case {
    let context = serde_json::json!({
        "key": response.key.public_pem(),
        "as_of": time::format(bench(1).clock()),
    });
    let serde_json::Value::Object(context) = context else { unreachable!("written as an object") };
    Case::new(name, kind, response.text.as_bytes(), context, floor(response))
}

/// What is measured: the signature alone, and every rule of a SAML response.
pub(crate) const CASES: &[(&str, fn() -> Case)] = &[
    (SMALL, || case(SMALL, Kind::SignedXml, &response(7 << 10)).within(1.5)),
    (MIDDLE, || case(MIDDLE, Kind::SignedXml, &response(100 << 10))),
    (MEGABYTE, || case(MEGABYTE, Kind::SignedXml, &response(1 << 20))),
    (LARGE, || case(LARGE, Kind::SignedXml, &response(10 << 20))),
    (SAML, || case(SAML, Kind::SamlResponse, &response(7 << 10))),
    (LARGE_SAML, || case(LARGE_SAML, Kind::SamlResponse, &response(1 << 20))),
];

/// The document that the targets name.
pub(crate) const SMALL: &str = "signed XML, 7 KB";
/// Where the time per byte is measured first.
pub(crate) const MIDDLE: &str = "signed XML, 100 KB";
/// Where it shows what is linear.
pub(crate) const MEGABYTE: &str = "signed XML, 1 MB";
/// The document whose growth and memory are held to budgets.
pub(crate) const LARGE: &str = "signed XML, 10 MB";
const SAML: &str = "SAML response, all rules, 7 KB";
const LARGE_SAML: &str = "SAML response, all rules, 1 MB";
