//! Making a signature: into the text of a document, byte for byte, with nothing else changed.

use std::fmt::Write as _;

use super::reference::canonicalization;
use super::{DS, ENVELOPED, Ids, Signature, reference};
use crate::base::Budget;
use crate::crypto::names::jose::Protection;
use crate::crypto::names::xmldsig;
use crate::crypto::sign::PrivateKey;
use crate::wire::c14n::{self, Subset};
use crate::wire::xml::{Document, Source};

/// What is to be written around the values: everything of a signature that is chosen.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// The prefix of the namespace; empty for the default namespace.
    pub(crate) prefix: String,
    /// The `Id` of the signature.
    pub(crate) id: Option<String>,
    pub(crate) canonicalization: String,
    pub(crate) method: String,
    /// Every reference: the URI, its transforms and its digest method.
    pub(crate) references: Vec<(String, Vec<String>, String)>,
    /// What stands in KeyInfo, as XML with the prefix `ds:` declared.
    pub(crate) key_info: Option<String>,
    /// What stands after KeyInfo, as XML with the prefix `ds:` declared.
    pub(crate) objects: String,
}

/// Why there is no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct SignError(pub(crate) String);

impl Template {
    /// The profile of seed 001, 4.3.2: one enveloped reference, exclusive canonicalisation, SHA-256.
    pub(crate) fn enveloped(id: &str, method: &str, certificates: &[Vec<u8>]) -> Self {
        const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let mut key_info = String::from("<ds:X509Data>");
        for certificate in certificates {
            let text = data_encoding::BASE64.encode(certificate);
            let _ = write!(key_info, "<ds:X509Certificate>{text}</ds:X509Certificate>");
        }
        key_info.push_str("</ds:X509Data>");
        Self {
            prefix: "ds".to_owned(),
            id: None,
            canonicalization: EXCLUSIVE.to_owned(),
            method: method.to_owned(),
            references: vec![(
                format!("#{id}"),
                vec![ENVELOPED.to_owned(), EXCLUSIVE.to_owned()],
                "http://www.w3.org/2001/04/xmlenc#sha256".to_owned(),
            )],
            key_info: Some(key_info),
            objects: String::new(),
        }
    }

    /// The signature as XML, with empty values.
    fn to_xml(&self) -> String {
        let p = if self.prefix.is_empty() { String::new() } else { format!("{}:", self.prefix) };
        let declared =
            if self.prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{}", self.prefix) };
        let mut xml = format!("<{p}Signature {declared}=\"{DS}\"");
        if let Some(id) = &self.id {
            let _ = write!(xml, " Id=\"{id}\"");
        }
        let _ = write!(
            xml,
            "><{p}SignedInfo><{p}CanonicalizationMethod Algorithm=\"{}\"></{p}CanonicalizationMethod>\
             <{p}SignatureMethod Algorithm=\"{}\"></{p}SignatureMethod>",
            self.canonicalization, self.method
        );
        for (uri, transforms, digest) in &self.references {
            let _ = write!(xml, "<{p}Reference URI=\"{uri}\">");
            if !transforms.is_empty() {
                let _ = write!(xml, "<{p}Transforms>");
                for transform in transforms {
                    let _ = write!(xml, "<{p}Transform Algorithm=\"{transform}\"></{p}Transform>");
                }
                let _ = write!(xml, "</{p}Transforms>");
            }
            let _ = write!(
                xml,
                "<{p}DigestMethod Algorithm=\"{digest}\"></{p}DigestMethod><{p}DigestValue></{p}DigestValue></{p}Reference>"
            );
        }
        let _ = write!(xml, "</{p}SignedInfo><{p}SignatureValue></{p}SignatureValue>");
        if let Some(key_info) = &self.key_info {
            let declared = if self.prefix == "ds" { String::new() } else { format!(" xmlns:ds=\"{DS}\"") };
            let _ = write!(xml, "<{p}KeyInfo{declared}>{key_info}</{p}KeyInfo>");
        }
        let _ = write!(xml, "{}</{p}Signature>", self.objects);
        xml
    }
}

/// Writes a signature into `text` at the byte `at`, and fills in its values.
///
/// # Errors
/// When the text is no document with it, a reference has no digest, or the key does not fit.
pub(crate) fn sign(
    text: &str,
    at: usize,
    template: &Template,
    key: &PrivateKey,
) -> Result<String, SignError> {
    let mut text = format!("{}{}{}", &text[..at], template.to_xml(), &text[at..]);
    for index in 0..template.references.len() {
        let (place, digest) = read(&text, at, |signature, document| {
            let reference = &signature.references[index];
            let ids = Ids::of(document);
            let checked = reference::check(index, reference, signature, &ids);
            let digest = match checked.digested {
                reference::Digested::Differs(digest) => digest,
                // An empty value is never right.
                reference::Digested::Matches => return Err(SignError("an empty digest".to_owned())),
                reference::Digested::Not(failure) => return Err(SignError(format!("{failure:?}"))),
            };
            Ok((reference.digest_value.content().range(), data_encoding::BASE64.encode(digest.as_bytes())))
        })?;
        text.replace_range(place, &digest);
    }
    let (place, value) = read(&text, at, |signature, _| {
        let algorithm = canonicalization(&signature.canonicalization)
            .ok_or_else(|| SignError(format!("no canonicalisation {}", signature.canonicalization.uri)))?;
        let octets = c14n::canonical(Subset::element(signature.signed_info), &algorithm)
            .map_err(|error| SignError(error.to_string()))?;
        let Some(Protection::Signature(method)) = xmldsig::signature(&signature.method.uri) else {
            return Err(SignError(format!("no signature method {}", signature.method.uri)));
        };
        let value = key.sign(method, &octets).map_err(|error| SignError(error.to_string()))?;
        Ok((signature.value_element.content().range(), data_encoding::BASE64.encode(&value)))
    })?;
    text.replace_range(place, &value);
    Ok(text)
}

/// Reads `text` and hands the signature that starts at `at` to `f`.
fn read<T>(
    text: &str,
    at: usize,
    f: impl FnOnce(&Signature<'_>, &Document<'_>) -> Result<T, SignError>,
) -> Result<T, SignError> {
    let source = Source::of(text);
    let document = Document::parse(&source, &Budget::JUDGE).map_err(|faults| {
        SignError(faults.first().map_or_else(String::new, |fault| fault.kind.to_string()))
    })?;
    let element = document.root().descendants().find(|element| element.span().start as usize == at);
    let (signature, faults) =
        Signature::read(element.ok_or_else(|| SignError("no signature there".to_owned()))?);
    let signature = signature
        .ok_or_else(|| SignError(faults.first().map_or_else(String::new, |fault| fault.kind.to_string())))?;
    f(&signature, &document)
}
