//! Making a signature: into the text of a document, byte for byte, with nothing else changed.

use std::fmt::Write as _;

use super::reference::canonicalization;
use super::{DS, Digested, ENVELOPED, Ids, Method, Signature, reference};
use crate::base::Budget;
use crate::crypto::{Algorithm, Hash, digest};
use crate::wire::c14n::{self, Subset};
use crate::wire::xml::{Document, Source};

/// A reference that is to be made.
#[derive(Debug, Clone)]
pub(crate) struct ReferenceTemplate {
    /// The URI; nothing leaves the attribute out.
    pub(crate) uri: Option<String>,
    pub(crate) transforms: Vec<String>,
    pub(crate) digest_method: String,
    /// The digest to write; nothing computes it.
    pub(crate) digest: Option<String>,
}

/// What is to be written around the values: everything of a signature that is chosen.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// The prefix of the namespace; empty for the default namespace.
    pub(crate) prefix: String,
    pub(crate) canonicalization: String,
    /// What stands in CanonicalizationMethod.
    pub(crate) canonicalization_content: String,
    pub(crate) method: String,
    /// What stands in SignatureMethod, as XML with the prefix `ds:` declared.
    pub(crate) method_content: String,
    pub(crate) references: Vec<ReferenceTemplate>,
    /// What stands in KeyInfo, as XML with the prefix `ds:` declared.
    pub(crate) key_info: Option<String>,
    /// What stands after KeyInfo, as XML with the prefix `ds:` declared.
    pub(crate) objects: String,
}

/// Why there is no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct SignError(pub(crate) String);

/// Exclusive canonicalisation without comments.
pub(crate) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

impl ReferenceTemplate {
    /// A reference to the element with this identifier, as the profile of seed 001, 4.3.2 has it.
    pub(crate) fn enveloped(id: &str) -> Self {
        Self {
            uri: Some(format!("#{id}")),
            transforms: vec![ENVELOPED.to_owned(), EXCLUSIVE.to_owned()],
            digest_method: "http://www.w3.org/2001/04/xmlenc#sha256".to_owned(),
            digest: None,
        }
    }
}

impl Template {
    /// The profile of seed 001, 4.3.2: one enveloped reference, exclusive canonicalisation, the chain.
    pub(crate) fn enveloped(id: &str, method: &str, chain: &[&[u8]]) -> Self {
        Self {
            prefix: "ds".to_owned(),
            canonicalization: EXCLUSIVE.to_owned(),
            canonicalization_content: String::new(),
            method: method.to_owned(),
            method_content: String::new(),
            references: vec![ReferenceTemplate::enveloped(id)],
            key_info: Some(Self::x509_data(chain)),
            objects: String::new(),
        }
    }

    /// X509Data with these certificates.
    pub(crate) fn x509_data(chain: &[&[u8]]) -> String {
        let mut xml = String::from("<ds:X509Data>");
        for certificate in chain {
            let text = data_encoding::BASE64.encode(certificate);
            let _ = write!(xml, "<ds:X509Certificate>{text}</ds:X509Certificate>");
        }
        xml.push_str("</ds:X509Data>");
        xml
    }

    /// The signature as XML, with empty values.
    fn to_xml(&self) -> String {
        let p = if self.prefix.is_empty() { String::new() } else { format!("{}:", self.prefix) };
        let declared =
            if self.prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{}", self.prefix) };
        let mut xml = format!("<{p}Signature {declared}=\"{DS}\">");
        let _ = write!(
            xml,
            "<{p}SignedInfo><{p}CanonicalizationMethod Algorithm=\"{}\">{}</{p}CanonicalizationMethod>\
             <{p}SignatureMethod Algorithm=\"{}\">{}</{p}SignatureMethod>",
            self.canonicalization, self.canonicalization_content, self.method, self.method_content
        );
        for ReferenceTemplate { uri, transforms, digest_method, .. } in &self.references {
            let uri = uri.as_ref().map_or_else(String::new, |uri| format!(" URI=\"{uri}\""));
            let _ = write!(xml, "<{p}Reference{uri}>");
            if !transforms.is_empty() {
                let _ = write!(xml, "<{p}Transforms>");
                for transform in transforms {
                    let _ = write!(xml, "<{p}Transform Algorithm=\"{transform}\"></{p}Transform>");
                }
                let _ = write!(xml, "</{p}Transforms>");
            }
            let _ = write!(
                xml,
                "<{p}DigestMethod Algorithm=\"{digest_method}\"></{p}DigestMethod><{p}DigestValue></{p}DigestValue></{p}Reference>"
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

/// Writes a signature into `text` at the byte `at`, and fills in its values. `value` makes the
/// signature over octets by a method, or says why not.
///
/// A reference that has no digest, because it cannot be followed or transformed, gets that of its
/// URI: what is wrong with it is then the only thing wrong.
///
/// # Errors
/// When the text is no document with it, or there is no value.
pub(crate) fn sign(
    text: &str,
    at: usize,
    template: &Template,
    value: impl FnOnce(Algorithm, &[u8]) -> Result<Vec<u8>, String>,
) -> Result<String, SignError> {
    let mut text = format!("{}{}{}", &text[..at], template.to_xml(), &text[at..]);
    for (index, wanted) in template.references.iter().enumerate() {
        let (place, digest) = read(&text, at, |signature, document| {
            let reference = &signature.references[index];
            let checked = reference::check(index, reference, signature, &Ids::of(document), &|_| None);
            let computed = match checked.digested {
                Digested::Differs(digest) => digest,
                Digested::Matches | Digested::Not(_) => {
                    digest(Hash::Sha256, wanted.uri.as_deref().unwrap_or("none").as_bytes())
                }
            };
            let written = wanted.digest.clone();
            let written = written.unwrap_or_else(|| data_encoding::BASE64.encode(computed.as_bytes()));
            Ok((reference.digest_value.content().range(), written))
        })?;
        text.replace_range(place, &digest);
    }
    let (place, value) = read(&text, at, |signature, _| {
        let algorithm = canonicalization(&signature.canonicalization)
            .ok_or_else(|| SignError(format!("no canonicalisation {}", signature.canonicalization.uri)))?;
        let octets = c14n::canonical(Subset::element(signature.signed_info), &algorithm)
            .map_err(|error| SignError(error.to_string()))?;
        let Method::Signature(method) = signature.method() else {
            return Err(SignError(format!("no signature method {}", signature.method.uri)));
        };
        let value = value(method, &octets).map_err(SignError)?;
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
