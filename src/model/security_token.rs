//! The certificates that a security token reference of WS-Security stands for.

use super::cms::Cms;
use super::saml::assertion::Assertion;
use crate::base::Budget;
use crate::wire::der::{Encoding, Reader};
use crate::wire::xml::Element;
use crate::xmldsig::token::{WSSE, dereference};
use crate::xmldsig::{Ids, KeyInfo, binary};

/// What every ValueType of the X.509 token profile starts with.
pub(crate) const X509_PROFILE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#";

/// The certificates behind a reference, with the elements that hold them; the signer's first.
pub(crate) fn certificates<'d>(reference: Element<'d>, ids: &Ids<'d>) -> Vec<(Element<'d>, Vec<u8>)> {
    let mut found: Vec<_> = dereference(reference, ids).into_iter().flat_map(of_token).collect();
    // A key identifier can hold the whole certificate.
    for identifier in reference.all(WSSE, "KeyIdentifier") {
        let whole = identifier.value_of("ValueType").is_some_and(|kind| kind.ends_with("#X509v3"));
        found.extend(binary(identifier).filter(|_| whole).map(|der| (identifier, der)));
    }
    found
}

/// The certificates of a token.
pub(crate) fn of_token(token: Element<'_>) -> Vec<(Element<'_>, Vec<u8>)> {
    if let Some(assertion) = Assertion::read(token) {
        return holder(&assertion);
    }
    if !token.is(WSSE, "BinarySecurityToken") {
        return Vec::new();
    }
    let Some(bytes) = binary(token) else { return Vec::new() };
    match token.value_of("ValueType").as_deref().and_then(|kind| kind.rsplit_once('#')) {
        Some((_, "X509PKIPathv1")) => pki_path(&bytes).into_iter().map(|der| (token, der.to_vec())).collect(),
        None | Some((_, "X509v3" | "X509v1" | "X509")) => vec![(token, bytes)],
        Some((_, "PKCS7")) => {
            let found = bag(&bytes);
            // Some senders write a bare certificate under this type.
            if found.is_empty() {
                vec![(token, bytes)]
            } else {
                found.into_iter().map(|der| (token, der)).collect()
            }
        }
        // Kerberos tickets and their like hold none.
        Some(_) => Vec::new(),
    }
}

/// What the assertions behind a reference say of the keys of their holders.
pub(crate) fn holders<'d>(reference: Element<'d>, ids: &Ids<'d>) -> Vec<KeyInfo<'d>> {
    let assertions = dereference(reference, ids).into_iter().filter_map(Assertion::read);
    assertions.flat_map(|assertion| holder_keys(&assertion)).map(KeyInfo::read).collect()
}

/// Every KeyInfo in which an assertion names a key of the holder.
pub(crate) fn holder_keys<'d>(assertion: &Assertion<'d>) -> Vec<Element<'d>> {
    let confirmations = assertion.subjects.iter().flat_map(|subject| &subject.confirmations);
    confirmations.filter(|it| it.kind() == "holder-of-key").flat_map(|it| &it.keys).copied().collect()
}

/// The certificates of the holder that an assertion names.
fn holder<'d>(assertion: &Assertion<'d>) -> Vec<(Element<'d>, Vec<u8>)> {
    let mut found: Vec<(Element<'d>, Vec<u8>)> = Vec::new();
    for key in holder_keys(assertion) {
        for (element, der) in KeyInfo::read(key).certificates() {
            // SAML 1.1 has the subject in each statement.
            if !found.iter().any(|(_, known)| known == der) {
                found.push((element, der.to_vec()));
            }
        }
    }
    found
}

/// The certificates of a SignedData that carries nothing else, in their order, which says nothing.
fn bag(bytes: &[u8]) -> Vec<Vec<u8>> {
    let read = Cms::read(bytes, &Budget::JUDGE);
    let all = read.signed_data.iter().flat_map(|signed| &signed.certificates);
    all.map(|embedded| embedded.certificate.raw.to_vec()).collect()
}

/// The certificates of a PkiPath, the last one first: that is the end entity's.
fn pki_path(bytes: &[u8]) -> Vec<&[u8]> {
    let (path, _) = Reader::read(bytes, Encoding::Der, &Budget::JUDGE, |reader| {
        reader.sequence("PkiPath", |reader| {
            reader.each(|reader, _| {
                let from = reader.offset();
                reader.value("Certificate")?;
                Ok(reader.slice(crate::base::Span::new(from, reader.offset())))
            })
        })
    });
    let mut path = path.unwrap_or_default();
    path.reverse();
    path
}
