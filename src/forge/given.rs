//! Key pairs of others: what is forged with a keystore is signed by whoever owns it.

use super::Bench;
use super::certificate::{
    AUTHORITY_KEY_IDENTIFIER, BASIC_CONSTRAINTS, CERTIFICATE_POLICIES, CRL_DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE, Extension, KEY_USAGE, SUBJECT_ALT_NAME, SUBJECT_KEY_IDENTIFIER,
};
use super::der;
use super::keys::Key;
use super::name::Holder;
use super::pki::{Party, encryption_spec};
use crate::base::Budget;
use crate::context::Secret;
use crate::crypto::KeyKind;
use crate::model::certificate::Certificate;
use crate::model::distinguished_name::{DistinguishedName, Holder as Named};
use crate::model::keystore::{Container, Entry, Keystore};

impl Bench {
    /// The same bench, at which the organisation has the key pairs of a PKCS#12 keystore: the one to
    /// authenticate with, and the one to encrypt for. Without the latter, the organisation's own
    /// encryption key gets a certificate under the former.
    ///
    /// # Errors
    /// What was expected of the keystore and what was found, as a sentence.
    pub fn with_keystore(mut self, bytes: &[u8], password: &Secret) -> Result<Self, String> {
        let container = Container::open(bytes, Some(password.expose()), &Budget::JUDGE);
        let keystore = Keystore::read(&container, bytes.len(), &Budget::JUDGE);
        if !keystore.is_open() {
            return Err(container.problem());
        }
        let party = |entry: &Entry<'_>| {
            let (private, certificate) = keystore.pair(entry)?;
            holding(Key::of(private), certificate).map_err(|problem| format!("{entry}: {problem}"))
        };
        let find = |is_it: &dyn Fn(&&Entry<'_>) -> bool| keystore.keys.iter().find(is_it);
        let authentication = find(&|it| it.alias == Some("authentication"))
            .or_else(|| find(&|it| !keystore.is_for_encryption(it)))
            .ok_or("expected a key to authenticate with, found none")?;
        let (organisation, holder) = party(authentication)?;
        self.pki.organisation = organisation;
        self.pki.organisation_holder = holder.unwrap_or(self.pki.organisation_holder);
        self.pki.organisation_encryption = match find(&|it| keystore.is_for_encryption(it)) {
            Some(entry) => party(entry)?.0,
            None => {
                let Party { key, spec, .. } = &self.pki.organisation_encryption;
                let mut under = encryption_spec(&self.pki.organisation, key, &[]);
                under.serial = spec.serial.clone();
                let certificate = under.sign(&self.pki.organisation.key);
                Party { key: key.clone(), subject: under.subject.clone(), certificate, spec: under }
            }
        };
        Ok(self)
    }
}

/// The extensions that are carried over to a certificate that is made in the likeness of one.
const KNOWN: [&str; 8] = [
    SUBJECT_KEY_IDENTIFIER,
    KEY_USAGE,
    BASIC_CONSTRAINTS,
    SUBJECT_ALT_NAME,
    CRL_DISTRIBUTION_POINTS,
    CERTIFICATE_POLICIES,
    AUTHORITY_KEY_IDENTIFIER,
    EXTENDED_KEY_USAGE,
];

/// Whoever holds a key and a certificate, and whom the certificate is for, when it is one of eHealth.
fn holding(key: Key, certificate: &Certificate<'_>) -> Result<(Party, Option<Holder>), String> {
    let kind = certificate.key().map_err(ToString::to_string)?.kind();
    if !matches!(kind, KeyKind::Rsa(_)) {
        return Err(format!("expected an RSA key, found one of kind {kind}"));
    }
    if certificate.spki.raw != key.spki() {
        return Err("expected a certificate over the key, found one over another".to_owned());
    }
    let mut party = Party::holding(key, certificate.raw.to_vec())
        .ok_or("expected a certificate with dates, found another")?;
    let extensions = certificate.all_extensions().filter_map(|it| {
        let dotted = it.oid.to_string();
        let oid = KNOWN.iter().find(|known| **known == dotted)?;
        Some(Extension::other(oid, it.critical, der::encoded(it.value)))
    });
    party.spec.extensions = extensions.collect();
    let subject = DistinguishedName::of(&certificate.subject);
    let unit = subject.identifier_unit();
    let holder = unit.as_ref().and_then(|unit| Named::read(&unit.value)).map(|named| Holder {
        identifier_type: named.kind.to_owned(),
        identifier: named.id.to_owned(),
        name: subject.name_unit().map(|it| it.value.clone().into_owned()).unwrap_or_default(),
        application: subject.application_unit().map(|it| it.value.clone().into_owned()),
    });
    Ok((party, holder))
}
