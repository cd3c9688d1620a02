//! What kind of artefact some bytes are, when nobody said so.
//!
//! A guess from the outermost structure, never a judgement: the guess is printed, and `--kind`
//! overrules it.

use crate::base::{Budget, Kind};
use crate::wire::base64::{self, Form};
use crate::wire::json::{Document, Value};

mod file;

pub use file::{InFile, in_file};
use file::{decoded, is_cms_label, is_line, without_line_end, without_pem};

/// The longest text that is taken for the value of a header, in bytes: servers read no longer ones.
const MAX_HEADER: usize = 16 << 10;

/// A guess, and the bytes that it is about.
#[derive(Debug)]
pub struct Detected<'a> {
    /// The kind.
    pub kind: Kind,
    /// The artefact itself: base64 text around binary is taken off.
    pub artefact: InFile<'a>,
    /// What gave it away, as a phrase: `a JSON object with a member kty`.
    pub because: &'static str,
}

/// Guesses the kind of `bytes`, or nothing when they look like no artefact.
pub fn detect(bytes: &[u8]) -> Option<Detected<'_>> {
    if let Some((kind, because)) = binary(bytes) {
        return Some(Detected { kind, artefact: InFile::at_start(bytes), because });
    }
    let file = std::str::from_utf8(bytes).ok()?;
    let text = file.trim_start_matches('\u{feff}').trim();
    let (kind, because) = match text.bytes().next()? {
        b'{' | b'[' => json(text),
        b'<' => xml(text),
        b'-' => match pem(file)? {
            (Kind::Cms, because) => {
                let artefact = without_pem(bytes);
                let (kind, because) = binary(&artefact.bytes).unwrap_or((Kind::Cms, because));
                return Some(Detected { kind, artefact, because });
            }
            known => known,
        },
        _ => match base64_wrapped(file) {
            Some((kind, because, artefact)) => return Some(Detected { kind, artefact, because }),
            None => plain(text)?,
        },
    };
    let bytes = if is_line(kind) { without_line_end(bytes) } else { bytes };
    Some(Detected { kind, artefact: InFile::at_start(bytes), because })
}

fn base64_wrapped(text: &str) -> Option<(Kind, &'static str, InFile<'static>)> {
    let inner = decoded(text)?;
    let (kind, because) = binary(&inner.bytes)?;
    Some((kind, because, inner))
}

/// Binary artefacts, by their first bytes.
fn binary(bytes: &[u8]) -> Option<(Kind, &'static str)> {
    const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    const ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
    const PKCS7_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let first = *bytes.first()?;
    let head = &bytes[..bytes.len().min(64)];
    let has = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
    match first {
        0xa0..=0xbf if has(b"fmt") || contains(bytes, b"authData") => {
            Some((Kind::AttestationObject, "a CBOR map with fmt, attStmt, authData"))
        }
        0x80..=0xbf => Some((Kind::Cbor, "a CBOR map or array")),
        0x30 => {
            let content = &head[header(head)..];
            if has(ENVELOPED_DATA) {
                return Some((Kind::SealedMessage, "CMS EnvelopedData"));
            }
            if content.starts_with(b"\x06\x09") && content[2..].starts_with(SIGNED_DATA) {
                return Some(if contains(bytes, ENVELOPED_DATA) {
                    (Kind::SealedMessage, "CMS SignedData around EnvelopedData")
                } else if contains(bytes, b"ETK-RA") {
                    (Kind::Etk, "CMS SignedData by an ETK-RA")
                } else {
                    (Kind::Cms, "CMS SignedData")
                });
            }
            if content.starts_with(b"\x02\x01\x03") && has(PKCS7_DATA) {
                return Some((Kind::Keystore, "a PKCS#12 version 3"));
            }
            if content.first() == Some(&0x30) {
                let inner = &content[header(content)..];
                if inner.starts_with(b"\x02\x01\x00\x30") {
                    return Some((Kind::Csr, "a PKCS#10 version 0"));
                }
                if inner.starts_with(b"\xa0\x03\x02\x01") {
                    return Some((Kind::Certificate, "an X.509 version"));
                }
            }
            Some((Kind::Der, "an ASN.1 SEQUENCE"))
        }
        _ => None,
    }
}

/// The length of an ASN.1 header at the start of `bytes`.
fn header(bytes: &[u8]) -> usize {
    let length = bytes.get(1).copied().unwrap_or(0);
    let long = if length & 0x80 == 0 { 0 } else { usize::from(length & 0x7f) };
    (2 + long).min(bytes.len())
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes[..bytes.len().min(64 << 10)].windows(needle.len()).any(|window| window == needle)
}

fn pem(text: &str) -> Option<(Kind, &'static str)> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let label = text.strip_prefix("-----BEGIN ")?.split("-----").next()?;
    match label {
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Some((Kind::Csr, "a PEM certificate request")),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
            Some((Kind::Certificate, "a PEM certificate"))
        }
        label if is_cms_label(label) => Some((Kind::Cms, "a PEM CMS message")),
        _ => None,
    }
}

fn json(text: &str) -> (Kind, &'static str) {
    let document = Document::read(text.as_bytes(), &Budget::JUDGE);
    let Some(root) = document.root() else { return (Kind::Json, "it starts like JSON") };
    let has = |name: &str| root.member(name).is_some();
    let inside = |outer: &str, name: &str| root.member(outer).and_then(|it| it.member(name)).is_some();
    let is_webauthn = |value: Value<'_>| value.as_str().is_some_and(|text| text.starts_with("webauthn."));
    if has("attestationObject") || inside("response", "attestationObject") {
        (Kind::Attestation, "a JSON object with an attestationObject")
    } else if root.member("type").is_some_and(is_webauthn) {
        (Kind::ClientData, "a JSON object whose type is a webauthn one")
    } else if has("keys") {
        (Kind::Jwks, "a JSON object with keys")
    } else if has("kty") {
        (Kind::Jwk, "a JSON object with a member kty")
    } else if has("challenge") && (has("pubKeyCredParams") || has("publicKeyCredParams") || has("rp")) {
        (Kind::CreationOptions, "a JSON object with challenge and rp")
    } else if has("issued_token_type") {
        (Kind::TokenExchangeResponse, "a JSON object with issued_token_type")
    } else if has("accountId") && has("details") {
        (Kind::Account, "a JSON object with accountId and details")
    } else if has("keyholder") || has("enterprise") || has("persons") {
        (Kind::Keyholder, "a JSON object with a key holder")
    } else if has("error") || (has("status") && has("title")) || has("errorCode") {
        (Kind::Problem, "a JSON object that speaks of an error")
    } else if has("username") {
        (Kind::CreationRequest, "a JSON object with username")
    } else if root
        .elements()
        .any(|element| element.member("key").is_some() && element.member("value").is_some())
    {
        (Kind::EtkResponse, "a JSON array of key and value")
    } else if has("mandators") || has("organizations") || has("profiles") {
        (Kind::Profiles, "a JSON object with profiles")
    } else {
        (Kind::Json, "JSON of no known shape")
    }
}

fn xml(text: &str) -> (Kind, &'static str) {
    let root = root_name(text);
    let local = root.rsplit(':').next().unwrap_or(root);
    let has = |needle: &str| text.contains(needle);
    match local {
        "Envelope" if has(":Security") || has("<Security") => {
            (Kind::WsSecurity, "a SOAP envelope with a Security header")
        }
        "Envelope" if has("urn:be:fgov:ehealth:certra:protocol:v2") => {
            (Kind::CertraMessage, "a SOAP envelope in the CertRA namespace")
        }
        "Envelope" if has("urn:be:fgov:ehealth:etkra:protocol:v2") => {
            (Kind::EtkraMessage, "a SOAP envelope in the EtkRA namespace")
        }
        "Envelope" if has("urn:oasis:names:tc:SAML") && (has(":Response") || has("<Response")) => {
            (Kind::SamlResponse, "a SOAP envelope with a SAML response")
        }
        "Envelope"
            if has("urn:oasis:names:tc:SAML") && (has(":AttributeQuery") || has("<AttributeQuery")) =>
        {
            (Kind::AttributeQuery, "a SOAP envelope with an attribute query")
        }
        "Envelope" => (Kind::Soap, "a SOAP envelope"),
        "AttributeQuery" => (Kind::AttributeQuery, "the root element AttributeQuery"),
        "Assertion" => (Kind::SamlAssertion, "the root element Assertion"),
        "Response" if has("urn:oasis:names:tc:SAML") => (Kind::SamlResponse, "the root element Response"),
        _ if has("urn:be:fgov:ehealth:certra:protocol:v2") => {
            (Kind::CertraMessage, "a root element with the CertRA namespace")
        }
        _ if has("urn:be:fgov:ehealth:etkra:protocol:v2") => {
            (Kind::EtkraMessage, "a root element with the EtkRA namespace")
        }
        _ if has("http://www.w3.org/2000/09/xmldsig#") => (Kind::SignedXml, "XML with a signature"),
        _ => (Kind::Xml, "it starts like XML"),
    }
}

/// The name of the first element, past declarations, comments and instructions.
fn root_name(mut text: &str) -> &str {
    loop {
        let Some(start) = text.find('<') else { return "" };
        text = &text[start + 1..];
        let skip = match text.as_bytes().first() {
            Some(b'?') => "?>",
            Some(b'!') if text.starts_with("!--") => "-->",
            Some(b'!') => ">",
            _ => {
                let end =
                    text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(text.len());
                return &text[..end];
            }
        };
        let Some(end) = text.find(skip) else { return "" };
        text = &text[end..];
    }
}

/// What is neither JSON, XML nor PEM: tokens, forms, headers, names.
fn plain(text: &str) -> Option<(Kind, &'static str)> {
    if text.lines().count() > 1 {
        return None;
    }
    let is_base64url = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if text.starts_with("eyJ") && text.split('.').count() == 3 && text.split('.').all(is_base64url) {
        return Some(token(text));
    }
    if text.contains("grant_type=") {
        return Some((Kind::TokenExchangeRequest, "a form with grant_type"));
    }
    let query = text.trim_start_matches('?');
    if query.starts_with("type=") || query.contains("&type=") || query.contains("identifier=") {
        return Some((Kind::KeyQuery, "a query with type or identifier"));
    }
    if text.contains("CN=") || text.contains("OU=") || text.contains("C=BE") {
        return Some((Kind::DistinguishedName, "a text with CN, OU or C"));
    }
    if text.len() >= 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some((Kind::Identifier, "digits alone"));
    }
    if text.len() > MAX_HEADER {
        return None;
    }
    if text.contains('@') && !text.contains('/') {
        return Some((Kind::From, "a mail address"));
    }
    let is_product = |part: &str| part.contains('/');
    text.split(' ').all(is_product).then_some((Kind::UserAgent, "products with slashes"))
}

fn token(text: &str) -> (Kind, &'static str) {
    let payload = text.split('.').nth(1).unwrap_or_default();
    let decoded = base64::decode(payload.as_bytes(), Form::Url, &Budget::JUDGE);
    let claims = decoded.strict().unwrap_or_default();
    let document = Document::read(&claims, &Budget::JUDGE);
    let has = |name: &str| document.root().and_then(|root| root.member(name)).is_some();
    if has("azp") || has("realm_access") || has("resource_access") || has("may_act") {
        (Kind::AccessToken, "a JWT with the claims of an access token")
    } else {
        (Kind::Jws, "three base64url parts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> Option<Kind> {
        detect(bytes).map(|detected| detected.kind)
    }

    #[test]
    fn the_outermost_structure_gives_the_kind_away() {
        assert_eq!(kind(br#" {"kty":"EC"}"#), Some(Kind::Jwk));
        assert_eq!(kind(br#"{"keys":[]}"#), Some(Kind::Jwks));
        assert_eq!(kind(br#"{"response":{"attestationObject":""}}"#), Some(Kind::Attestation));
        assert_eq!(kind(br#"{"type":"webauthn.create"}"#), Some(Kind::ClientData));
        assert_eq!(kind(b"-----BEGIN CERTIFICATE REQUEST-----\n"), Some(Kind::Csr));
        assert_eq!(kind(b"<?xml version='1.0'?><!-- x --><s:Envelope xmlns:s='x'/>"), Some(Kind::Soap));
        assert_eq!(kind(b"<p:AttributeQuery/>"), Some(Kind::AttributeQuery));
        let envelope = |body: &str| {
            let saml = "urn:oasis:names:tc:SAML:2.0:protocol";
            kind(
                format!("<s:Envelope xmlns:s='x' xmlns:p='{saml}'><s:Body>{body}</s:Body></s:Envelope>")
                    .as_bytes(),
            )
        };
        assert_eq!(envelope("<p:Response/>"), Some(Kind::SamlResponse));
        assert_eq!(envelope("<p:AttributeQuery/>"), Some(Kind::AttributeQuery));
        assert_eq!(envelope("<s:Fault/>"), Some(Kind::Soap));
        assert_eq!(kind(b"myProduct/1.0 Technical/3"), Some(Kind::UserAgent));
        assert_eq!(kind(b"info@mycompany.be"), Some(Kind::From));
        assert_eq!(kind(b"grant_type=x&actor_token=y"), Some(Kind::TokenExchangeRequest));
        assert_eq!(kind(b"\xa3\x63fmt\x64none"), Some(Kind::AttestationObject));
        assert_eq!(kind(b""), None);
        assert_eq!(kind(b"\xff\xfe\xfd"), None);
        assert_eq!(kind("a/b".repeat(MAX_HEADER).as_bytes()), None, "no header is so long");
    }

    #[test]
    fn base64_around_binary_is_taken_off() {
        let text = base64::encode(b"\x30\x09\x02\x01\x01\x02\x01\x02\x02\x01\x03", Form::Standard);
        let detected = detect(text.as_bytes()).expect("DER in base64");
        assert_eq!((detected.kind, detected.artefact.bytes[0]), (Kind::Der, 0x30));
        assert_eq!(in_file(Kind::Der, text.as_bytes()).bytes[0], 0x30);
        assert_eq!(&*in_file(Kind::Json, b"MIIB").bytes, b"MIIB");
    }
}
