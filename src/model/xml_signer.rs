//! What kind of key a certificate stands for: an eID card's, or that of an eHealth certificate.

use super::certificate::Certificate;
use super::certra::Signer;
use super::extension::KeyUsage;
use super::name::oid;

/// The signing key that a certificate is of; nothing when it is of none that eHealth knows.
///
/// An eID certificate names a natural person by the SSIN in serialNumber; its keyUsage tells the
/// authentication key (digitalSignature) from the signature key (nonRepudiation). An eHealth
/// certificate names the platform in an organisational unit.
pub(crate) fn signer(certificate: &Certificate<'_>) -> Option<Signer> {
    let platform = certificate.subject.all(oid::ORGANIZATIONAL_UNIT).any(|unit| {
        unit.text().is_some_and(|text| text.trim().eq_ignore_ascii_case("eHealth-platform Belgium"))
    });
    if platform {
        return Some(Signer::Ehealth);
    }
    ssin(certificate)?;
    let usage = certificate.key_usage()?;
    let (authentication, signature) =
        (usage.contains(KeyUsage::DIGITAL_SIGNATURE), usage.contains(KeyUsage::NON_REPUDIATION));
    match (authentication, signature) {
        (true, false) => Some(Signer::EidAuthentication),
        (false, true) => Some(Signer::EidSignature),
        _ => None,
    }
}

/// The SSIN of the person whose eID certificate it is.
pub(crate) fn ssin(certificate: &Certificate<'_>) -> Option<String> {
    let mut numbers = certificate.subject.all(oid::SERIAL_NUMBER).filter_map(super::name::Attribute::text);
    numbers
        .find(|text| text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit()))
        .map(std::borrow::Cow::into_owned)
}
