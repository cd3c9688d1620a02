//! Which certificate a signature names without carrying it, where the caller has it: by issuer and serial
//! number, key identifier, subject or digest.

use super::certificate::Certificate;
use super::signed_xml::{Keys, Reading};
use super::x509_designation::{designates, is_of_key_id};
use crate::crypto::{Hash, digest};
use crate::wire::xml::Element;
use crate::xmldsig::token::WSSE;
use crate::xmldsig::{KeyInfo, binary};

/// Whether the key information names `certificate`; nothing where it names none at all.
pub(super) fn names(reading: &Reading<'_>, certificate: &Certificate<'_>) -> Option<bool> {
    let data = reading.key_info.x509.iter().filter_map(|data| designates(data, certificate));
    let tokens = reading.key_info.security_tokens.iter().filter_map(|it| refers(*it, certificate));
    let holders = reading.holders.iter().flat_map(|info| &info.x509);
    let holders = holders.filter_map(|data| designates(data, certificate));
    data.chain(tokens).chain(holders).reduce(|one, other| one || other)
}

/// Whether the key information names a certificate by its number, key identifier or digest, and it is not
/// `certificate`. Names of subjects are written in too many ways to say so by them.
pub(super) fn names_other_than(reading: &Reading<'_>, certificate: &Certificate<'_>) -> bool {
    let infos = reading.holders.iter().chain([&reading.key_info]);
    let by_subject = infos.flat_map(|info| &info.x509).any(|data| !data.subject_names.is_empty());
    !by_subject && names(reading, certificate) == Some(false)
}

/// Whether the key information names a certificate that is none of the anchors.
pub(super) fn names_another(reading: &Reading<'_>, keys: &Keys<'_>) -> bool {
    keys.bare.is_empty()
        && !keys.anchors.is_empty()
        && keys.anchors.iter().all(|anchor| names(reading, anchor) == Some(false))
}

/// The certificate that a security token reference names: the one that it holds in its key identifier, or
/// the only one at hand that it can mean.
pub(super) fn certificate(reference: Element<'_>, keys: &Keys<'_>) -> Option<Vec<u8>> {
    let whole = identifiers(reference).find(|(kind, _)| kind.ends_with("#X509v3"));
    if let Some((_, element)) = whole {
        return binary(element);
    }
    let all = keys.anchors.iter().chain(&keys.intermediates);
    let mut meant = all.filter(|it| refers(reference, it) == Some(true));
    let first = meant.next()?;
    meant.all(|other| other.raw == first.raw).then(|| first.raw.to_vec())
}

/// The key identifiers of a reference, with their types.
fn identifiers(reference: Element<'_>) -> impl Iterator<Item = (std::borrow::Cow<'_, str>, Element<'_>)> {
    reference.all(WSSE, "KeyIdentifier").filter_map(|it| Some((it.value_of("ValueType")?, it)))
}

/// Whether a security token reference names `certificate`; nothing where it names none at all.
fn refers(reference: Element<'_>, certificate: &Certificate<'_>) -> Option<bool> {
    let identified = identifiers(reference).filter_map(|(kind, element)| {
        let (_, kind) = kind.rsplit_once('#')?;
        let value = binary(element);
        match kind {
            "X509SubjectKeyIdentifier" => Some(is_of_key_id(value.as_ref(), certificate)),
            "ThumbprintSHA1" => {
                let thumb = digest(Hash::Sha1, certificate.raw);
                Some(value.is_some_and(|value| value == thumb.as_bytes()))
            }
            _ => None,
        }
    });
    let info = KeyInfo::read(reference);
    let data = info.x509.iter().filter_map(|data| designates(data, certificate));
    identified.chain(data).reduce(|one, other| one || other)
}
