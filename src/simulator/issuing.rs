//! The certification authority behind CertRA: certificates for keys that others hold.

use num_bigint::BigUint;

use super::registry::Issued;
use crate::base::Budget;
use crate::base::time::Instant;
use crate::crypto::{Hash, PublicKey, digest};
use crate::forge::Bench;
use crate::forge::certificate::SUBJECT_KEY_IDENTIFIER;
use crate::forge::der;
use crate::forge::name::Holder;
use crate::model::certificate::Certificate;

/// The key identifier of a SubjectPublicKeyInfo (RFC 5280, 4.2.1.2, method 1), in capitals.
pub(super) fn key_identifier(spki: &[u8]) -> Option<String> {
    let key = PublicKey::from_spki(spki).ok()?;
    Some(data_encoding::HEXUPPER.encode(digest(Hash::Sha1, &key.subject_public_key()).as_bytes()))
}

/// Issues an authentication certificate of the run's issuing CA.
pub(super) fn issue(
    bench: &Bench,
    holder: &Holder,
    spki: &[u8],
    number: u64,
    validity: [Instant; 2],
) -> Option<Issued> {
    let key = PublicKey::from_spki(spki).ok()?;
    let validity = validity.map(|at| at.replace_nanosecond(0).unwrap_or(at));
    let mut serial: [u8; 16] = bench.stream(&format!("issued certificate {number}")).array();
    // Positive, and of full length.
    serial[0] = serial[0] & 0x7f | 0x40;
    let mut spec = bench.pki.organisation.spec.clone();
    spec.serial = der::uint(&serial);
    spec.subject = holder.subject();
    spec.spki = spki.to_vec();
    spec.not_before = der::time(validity[0]);
    spec.not_after = der::time(validity[1]);
    if let Some(extension) = spec.extension_mut(SUBJECT_KEY_IDENTIFIER) {
        extension.value = der::octets(digest(Hash::Sha1, &key.subject_public_key()).as_bytes());
    }
    let certificate = spec.sign(&bench.pki.issuing_ca.key);
    Some(Issued { certificate, serial: BigUint::from_bytes_be(&serial).to_string(), validity })
}

/// The serial number of a certificate, in decimal; empty where it is none.
pub(super) fn serial_of(certificate: &[u8]) -> String {
    Certificate::read(certificate, &Budget::JUDGE).0.map(|it| it.serial.to_decimal()).unwrap_or_default()
}
