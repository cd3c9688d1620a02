//! The token, the key that it is for, and the signature's own form.

use super::Message;
use super::draft::{Draft, after, before, made, templated};
use crate::forge::Mutation;
use crate::forge::saml::query;
use crate::forge::surgery::{attribute, element, replaced, without_attribute};

const TOKEN: &str = "<wsse:BinarySecurityToken";
const X509: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#";

macro_rules! changed {
    ($id:literal, $case:literal, $title:literal, [$($rule:literal),*], $how:ident, |$text:ident| $to:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok($how(bench, |$text| $to))).case($case)
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    changed!(
        "encoding-missing",
        "SO-12",
        "the token does not say how it is encoded",
        ["ws-security.token-encoding-other"],
        before,
        |text| without_attribute(text, TOKEN, "EncodingType")
    ),
    changed!(
        "encoding-hex",
        "SO-12",
        "the token is said to be hexadecimal",
        ["ws-security.token-encoding-other"],
        before,
        |text| replaced(text, "#Base64Binary", "#HexBinary")
    ),
    changed!(
        "type-missing",
        "SO-12",
        "the token does not say what it is",
        ["ws-security.token-type-unknown"],
        before,
        |text| without_attribute(text, TOKEN, "ValueType")
    ),
    changed!(
        "type-unknown",
        "SO-12",
        "the token is of an unknown type",
        ["ws-security.reference-type-other", "ws-security.token-type-unknown"],
        before,
        |text| attribute(text, TOKEN, "ValueType", "urn:example:token")
    ),
    changed!(
        "type-pkcs7",
        "SO-12",
        "the token is said to be a PKCS#7 bag",
        ["ws-security.reference-type-other", "ws-security.token-not-x509v3"],
        before,
        |text| attribute(text, TOKEN, "ValueType", &format!("{X509}PKCS7"))
    ),
    changed!(
        "token-twice",
        "SO-12",
        "there are two tokens, both signed",
        ["ws-security.token-not-signed", "ws-security.token-repeated"],
        after,
        |text| {
            let token = element(text, TOKEN, "</wsse:BinarySecurityToken>").replace("X509-1", "X509-2");
            replaced(text, "<ds:Signature ", &format!("{token}<ds:Signature "))
        }
    ),
    changed!(
        "token-no-certificate",
        "SO-16",
        "the token holds no certificate",
        [
            "signed-xml.certificate-malformed",
            "signed-xml.signature-invalid",
            "ws-security.body-not-signed",
            "ws-security.timestamp-not-signed",
            "ws-security.token-not-a-certificate",
            "ws-security.token-not-signed"
        ],
        before,
        |text| {
            let token = element(text, TOKEN, "</wsse:BinarySecurityToken>");
            let start = &token[..=token.find('>').expect("a start tag")];
            replaced(text, token, &format!("{start}bm90IGEgY2VydGlmaWNhdGU=</wsse:BinarySecurityToken>"))
        }
    ),
    changed!(
        "token-behind",
        "SO-12",
        "the token stands behind the signature",
        ["ws-security.token-behind-reference"],
        after,
        |text| {
            let token = element(text, TOKEN, "</wsse:BinarySecurityToken>");
            replaced(&text.replacen(token, "", 1), "</wsse:Security>", &format!("{token}</wsse:Security>"))
        }
    ),
    Mutation::new(
        "token-of-a-stranger",
        "the token is the certificate of somebody whom nobody vouches for",
        &["signed-xml.signer-untrusted", "signed-xml.signer-usage"],
        |bench| {
            Ok(made(
                bench,
                &Message::new(&bench.pki.stranger, bench.clock()).sign(&query::Query::of(bench).to_xml()),
            ))
        },
    )
    .case("SO-16"),
    Mutation::new(
        "token-of-another-key",
        "the token is a certificate of another key than the signer's",
        &[
            "signed-xml.signature-invalid",
            "ws-security.body-not-signed",
            "ws-security.timestamp-not-signed",
            "ws-security.token-not-signed",
        ],
        |bench| {
            let mut draft = Draft::of(bench);
            draft.key = bench.pki.person.key.clone();
            Ok(made(bench, &draft.sign()))
        },
    )
    .case("SO-16"),
    Mutation::new(
        "issuer-absent",
        "the issuer of the token's certificate is not at hand",
        &["ws-security.issuer-absent"],
        |bench| {
            let mut made = made(bench, &Draft::of(bench).sign());
            made.context.remove("intermediates");
            Ok(made)
        },
    )
    .case("SO-16"),
    Mutation::new(
        "key-by-name",
        "the signature names its key",
        &["signed-xml.key-missing", "ws-security.key-info-other"],
        |bench| {
            Ok(templated(bench, |template| {
                template.key_info = Some("<ds:KeyName>me</ds:KeyName>".to_owned());
            }))
        },
    )
    .case("SO-13"),
    Mutation::new(
        "canonicalization-inclusive",
        "SignedInfo is canonicalised inclusively",
        &["ws-security.canonicalization-other"],
        |bench| {
            Ok(templated(bench, |template| {
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315".clone_into(&mut template.canonicalization);
            }))
        },
    )
    .case("SO-14"),
    Mutation::new(
        "transform-missing",
        "a reference is not transformed",
        &["ws-security.transform-missing"],
        |bench| Ok(templated(bench, |template| template.references[1].transforms.clear())),
    )
    .case("SO-14"),
    Mutation::new(
        "digest-sha-1",
        "a digest is made with SHA-1",
        &["signed-xml.hash-broken", "ws-security.sha1"],
        |bench| {
            Ok(templated(bench, |template| {
                "http://www.w3.org/2000/09/xmldsig#sha1"
                    .clone_into(&mut template.references[1].digest_method);
            }))
        },
    )
    .case("SO-15"),
    changed!(
        "encrypted",
        "SO-14",
        "something in the header is encrypted",
        ["ws-security.encrypted"],
        after,
        |text| replaced(
            text,
            "</wsse:Security>",
            "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"><xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></wsse:Security>"
        )
    ),
    changed!(
        "username",
        "SO-20",
        "the header carries a user name, too",
        ["ws-security.username-token"],
        after,
        |text| replaced(
            text,
            "</wsse:Security>",
            "<wsse:UsernameToken><wsse:Username>me</wsse:Username></wsse:UsernameToken></wsse:Security>"
        )
    ),
];
