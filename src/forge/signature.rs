//! XML signatures: put into a document, and wrapped, with nothing else of it changed.

use super::keys::Key;
use super::pki::Party;
use crate::base::Budget;
use crate::crypto::names::xmldsig;
use crate::crypto::{Algorithm, Hash};
use crate::wire::xml::{Document, Source};
use crate::xmldsig::{DS, Template, sign};

/// RSASSA-PKCS1-v1_5 with SHA-256.
pub(crate) const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// Reads a document that the forge itself wrote.
pub(crate) fn with_document<T>(text: &str, f: impl FnOnce(&Document<'_>) -> T) -> T {
    let source = Source::of(text);
    f(&Document::parse(&source, &Budget::JUDGE).expect("the forge writes well-formed documents"))
}

/// Signs by a template; the signature is put at the byte `at`.
pub(crate) fn at_offset(text: &str, at: usize, template: &Template, key: &Key) -> String {
    sign(text, at, template, |algorithm, octets| Ok(key.sign(algorithm, octets)))
        .expect("the forge signs what it wrote, by methods of its keys")
}

/// Puts an enveloped signature at the end of the root's content, over the root by its attribute `Id`,
/// under the profile of seed 001, 4.3.2: the signer's chain without its root. With a key on a curve, of which
/// it knows nothing, it signs as real clients do, over SHA-256 on every curve.
///
/// # Panics
/// When `text` is no document whose root has an `Id`.
pub(crate) fn enveloped(text: &str, signer: &Party, issuers: &[&[u8]]) -> String {
    let (at, id) = with_document(text, |document| {
        let root = document.root();
        let id = root.value_of("Id").expect("what is signed has an identifier");
        (root.content().end as usize, id.into_owned())
    });
    let chain = [&[signer.certificate.as_slice()], issuers].concat();
    let algorithm = match signer.key.algorithm() {
        Algorithm::Ecdsa { .. } => Algorithm::ecdsa_der(Hash::Sha256),
        other => other,
    };
    let method = xmldsig::signature_uri(algorithm).expect("our keys have methods with names");
    at_offset(text, at, &Template::enveloped(&id, method, &chain), &signer.key)
}

/// The local name of the root element; nothing of what is no document.
pub(super) fn root_name(text: &str) -> Option<String> {
    let source = Source::of(text);
    Document::parse(&source, &Budget::JUDGE).ok().map(|document| document.root().local().to_owned())
}

/// A way of wrapping: the genuine element is moved where the verifier still finds it, and an evil
/// one stands where the consumer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// XSW-1: the signature moves to the evil root and holds the genuine one.
    InsideSignature,
    /// XSW-2: the signature moves to the evil root, the genuine one stands before it.
    BeforeSignature,
    /// XSW-3: the genuine one with its signature is the first child of the evil root.
    FirstChild,
    /// XSW-4: the genuine one with its signature is the last child of the evil root.
    LastChild,
    /// XSW-5: as 2, and the evil root keeps the identifier.
    SameIdentifier,
    /// XSW-6: as 1, and the evil root keeps the identifier.
    SameIdentifierInside,
    /// XSW-7: the genuine one with its signature stands in a container that nobody knows.
    Extensions,
    /// XSW-8: the signature moves to the evil root and holds the genuine one in an Object.
    Object,
    /// XSW-9: as 3, and an evil SignedInfo stands before the genuine one.
    TwoSignedInfos,
    /// XSW-10: the genuine one stands in a SOAP header, the evil one in the body.
    Header,
}

/// Wraps the signed root of `text`: `evil` changes a copy of the root without its signature into the
/// evil one.
pub(crate) fn wrap(text: &str, wrapping: Wrapping, evil: impl FnOnce(&str) -> String) -> String {
    let (root, signature) = with_document(text, |document| {
        let root = document.root();
        let signature = root.child(DS, "Signature").expect("what is wrapped is signed");
        (root.span().range(), signature.span().range())
    });
    let (declaration, genuine) = (&text[..root.start], &text[root.clone()]);
    let signed = &text[signature.clone()];
    let bare = format!("{}{}", &text[root.start..signature.start], &text[signature.end..root.end]);
    let changed = evil(&bare);
    let fresh = |text: &str| text.replacen(" Id=\"", " Id=\"_evil-", 1);
    let evil = match wrapping {
        Wrapping::SameIdentifier | Wrapping::SameIdentifierInside => changed,
        _ => fresh(&changed),
    };
    let start = evil.find('>').expect("a start tag") + 1;
    let end = evil.rfind("</").expect("an end tag");
    let first = |inner: &str| format!("{}{inner}{}", &evil[..start], &evil[start..]);
    let last = |inner: &str| format!("{}{inner}{}", &evil[..end], &evil[end..]);
    let inside = |inner: &str| signed.replacen("</ds:Signature>", &format!("{inner}</ds:Signature>"), 1);
    let whole = match wrapping {
        Wrapping::InsideSignature | Wrapping::SameIdentifierInside => last(&inside(&bare)),
        Wrapping::BeforeSignature | Wrapping::SameIdentifier => last(&format!("{bare}{signed}")),
        Wrapping::FirstChild => first(genuine),
        Wrapping::LastChild => last(genuine),
        Wrapping::Extensions => {
            first(&format!("<x:Extensions xmlns:x=\"urn:example:extensions\">{genuine}</x:Extensions>"))
        }
        Wrapping::Object => last(&inside(&format!("<ds:Object>{bare}</ds:Object>"))),
        Wrapping::TwoSignedInfos => {
            let from = signed.find("<ds:SignedInfo>").expect("a SignedInfo");
            let to = signed.find("</ds:SignedInfo>").expect("its end") + "</ds:SignedInfo>".len();
            let double = format!("{}{}{}", &signed[..to], &signed[from..to], &signed[to..]);
            first(&genuine.replacen(signed, &double, 1))
        }
        Wrapping::Header => format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header>\
             <x:Wrapper xmlns:x=\"urn:example:wrapper\">{genuine}</x:Wrapper></soap:Header>\
             <soap:Body>{evil}</soap:Body></soap:Envelope>"
        ),
    };
    format!("{declaration}{whole}")
}
