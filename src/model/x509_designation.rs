//! Which certificate an X509Data means where it holds none: by serial number, key identifier, subject
//! or digest.

use super::certificate::Certificate;
use super::name::Attribute;
use crate::crypto::digest;
use crate::crypto::names::xmldsig;
use crate::wire::xml::Element;
use crate::xmldsig::{AlgorithmUse, IssuerSerial, X509Data};

/// Whether the serial number is that of the certificate. Issuers are written in too many ways to compare
/// them as text.
pub(crate) fn is_of_serial(named: &IssuerSerial<'_>, certificate: &Certificate<'_>) -> bool {
    let number = named.serial.trim().trim_start_matches('0');
    certificate.serial.to_decimal().trim_start_matches('0') == number
}

/// Whether the key identifier is that of the certificate.
pub(crate) fn is_of_key_id(id: Option<&Vec<u8>>, certificate: &Certificate<'_>) -> bool {
    id.is_some_and(|id| certificate.subject_key_id() == Some(id))
}

/// Whether the digest is that of the certificate; nothing where the function is none that is known.
pub(crate) fn is_of_digest(
    algorithm: &AlgorithmUse<'_>,
    value: Option<&Vec<u8>>,
    certificate: &Certificate<'_>,
) -> Option<bool> {
    let hash = xmldsig::digest(&algorithm.uri)?;
    Some(value.is_some_and(|value| digest(hash, certificate.raw).as_bytes() == value.as_slice()))
}

/// Whether the text holds every value of the certificate's subject, in whatever notation.
fn is_of_subject(name: Element<'_>, certificate: &Certificate<'_>) -> bool {
    let text = name.text();
    certificate.subject.attributes.iter().filter_map(Attribute::text).all(|value| text.contains(value.trim()))
}

/// Whether `data` says which certificate it means, and it is `certificate`; nothing where it does not say.
pub(crate) fn designates(data: &X509Data<'_>, certificate: &Certificate<'_>) -> Option<bool> {
    let subjects = data.subject_names.iter().map(|name| is_of_subject(*name, certificate));
    identifies(data, certificate).into_iter().chain(subjects).reduce(|one, other| one || other)
}

/// The same by serial number, key identifier and digest alone, which are written in one way.
pub(crate) fn identifies(data: &X509Data<'_>, certificate: &Certificate<'_>) -> Option<bool> {
    let serials = data.issuer_serials.iter().map(|named| is_of_serial(named, certificate));
    let key_ids = data.key_ids.iter().map(|(_, id)| is_of_key_id(id.as_ref(), certificate));
    let digests = data
        .digests
        .iter()
        .filter_map(|(algorithm, value)| is_of_digest(algorithm, value.as_ref(), certificate));
    serials.chain(key_ids).chain(digests).reduce(|one, other| one || other)
}
