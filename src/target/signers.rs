//! Who signs at a target: the key pairs of its keystores, each for one role.
//!
//! A keystore is opened here from its bytes and its password; where those come from, `cli` knows.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::base::Budget;
use crate::base::time::{self, Instant};
use crate::context::Secret;
use crate::crypto::KeyKind;
use crate::forge::keys::Key;
use crate::forge::pki::Party;
use crate::model::certificate::Certificate;
use crate::model::distinguished_name::{DistinguishedName, Holder};
use crate::model::keystore::{Container, Entry, Keystore};
use crate::model::name::{Attribute, oid};
use crate::model::xml_signer;

/// What a key pair of a target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The organisation's eHealth certificate: actor tokens, queries, requests of EtkRA.
    Organisation,
    /// A person's eHealth certificate.
    Person,
    /// The authentication certificate of a citizen's eID.
    EidAuthentication,
    /// The signature certificate of the same eID: it signs contracts.
    EidSignature,
}

impl Role {
    /// All of them, in the order in which they are listed to users.
    pub const ALL: [Self; 4] =
        [Self::Organisation, Self::Person, Self::EidAuthentication, Self::EidSignature];

    /// The name of its table below `[keystores]`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Person => "person",
            Self::EidAuthentication => "eid-authentication",
            Self::EidSignature => "eid-signature",
        }
    }

    /// The alias, or the label on a card, under which its key stands when a file does not say.
    pub const fn alias(self) -> &'static str {
        match self {
            Self::Organisation | Self::Person => "authentication",
            Self::EidAuthentication => "Authentication",
            Self::EidSignature => "Signature",
        }
    }

    /// Whether a key of this kind signs for it: eHealth certificates are over RSA keys, and new eID
    /// cards have P-384.
    fn takes(self, kind: KeyKind) -> bool {
        match (self, kind) {
            (_, KeyKind::Rsa(_)) | (Self::EidAuthentication | Self::EidSignature, KeyKind::Ec(_)) => true,
            (Self::Organisation | Self::Person, KeyKind::Ec(_)) | (_, KeyKind::Ed25519 | KeyKind::Dsa(_)) => {
                false
            }
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|it| it.name() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            format!("`{text}` is no use of a keystore; expected one of: {known}")
        })
    }
}

/// Somebody who signs, and who that is.
#[derive(Clone)]
pub struct Signer {
    /// The key with its certificate.
    pub party: Party,
    /// The issuers of the certificate, without the root, in DER.
    pub issuers: Vec<Vec<u8>>,
    /// `CBE`, `SSIN`…
    pub identifier_type: String,
    /// The identifier.
    pub identifier: String,
    /// The first names of a person; empty where the certificate gives none.
    pub first_name: String,
    /// The name.
    pub name: String,
    /// The end of the certificate's validity.
    pub until: Instant,
}

/// Who signs, by role.
pub type Signers = BTreeMap<Role, Signer>;

/// Opens a PKCS#12 keystore, and takes the key pair of a role out of it: the one under `alias`, or
/// under the role's own alias, or the only one that is not for encryption.
///
/// # Errors
/// What was expected and found, as a sentence without the file's name.
pub fn open(
    role: Role,
    bytes: &[u8],
    password: &Secret,
    alias: Option<&str>,
    now: Instant,
) -> Result<Signer, String> {
    let container = Container::open(bytes, Some(password.expose()), &Budget::JUDGE);
    let keystore = Keystore::read(&container, bytes.len(), &Budget::JUDGE);
    if !keystore.is_open() {
        return Err(container.problem());
    }
    let (private, certificate) = keystore.pair(wanted(role, &keystore, alias)?)?;
    let others: Vec<&Certificate<'_>> = keystore.certificates.iter().collect();
    of(role, Key::of(private), certificate, &others, now)
}

/// Whoever holds `key` and `certificate`; `others` are searched for the issuers.
///
/// # Errors
/// Why they are not for the role.
pub(crate) fn of(
    role: Role,
    key: Key,
    certificate: &Certificate<'_>,
    others: &[&Certificate<'_>],
    now: Instant,
) -> Result<Signer, String> {
    let kind = certificate.key().map_err(ToString::to_string)?.kind();
    if certificate.spki.raw != key.spki() {
        return Err("expected a certificate over the key, found one over another".to_owned());
    }
    if !role.takes(kind) {
        return Err(format!("expected an RSA key for {}, found one of kind {kind}", role.name()));
    }
    let times = [&certificate.not_before, &certificate.not_after].map(|it| it.as_ref().map(|it| it.instant));
    let [Some(from), Some(until)] = times else { return Err("the certificate has no validity".to_owned()) };
    if now < from || until < now {
        let (from, until, now) = (time::format(from), time::format(until), time::format(now));
        return Err(format!(
            "expected a certificate that is valid now, {now}, found one from {from} to {until}"
        ));
    }
    let (identifier_type, identifier, first_name, name) = holder(role, certificate)?;
    let party = Party::holding(key, certificate.raw.to_vec()).ok_or("the certificate cannot be read")?;
    let issuers = chain(certificate, others);
    Ok(Signer { party, issuers, identifier_type, identifier, first_name, name, until })
}

/// Which key of the keystore is meant.
fn wanted<'k, 'a>(
    role: Role,
    keystore: &'k Keystore<'a>,
    alias: Option<&str>,
) -> Result<&'k Entry<'a>, String> {
    let named = |alias: &str| keystore.keys.iter().find(|it| it.alias == Some(alias));
    if let Some(alias) = alias {
        return named(alias).ok_or_else(|| {
            format!("expected a key under the alias `{alias}`, found {}", all(&keystore.keys))
        });
    }
    if let Some(entry) = named(role.alias()) {
        return Ok(entry);
    }
    let mut fit = keystore.keys.iter().filter(|it| !keystore.is_for_encryption(it));
    match (fit.next(), fit.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(format!(
            "expected a key under the alias `{}`, found {}; `alias` says which is meant",
            role.alias(),
            all(&keystore.keys)
        )),
    }
}

fn all(entries: &[Entry<'_>]) -> String {
    if entries.is_empty() {
        "no key".to_owned()
    } else {
        entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// Type and value of the identifier, first names and name of whom a certificate is for.
fn holder(role: Role, certificate: &Certificate<'_>) -> Result<(String, String, String, String), String> {
    match role {
        Role::Organisation | Role::Person => {
            let subject = DistinguishedName::of(&certificate.subject);
            let unit = subject.identifier_unit();
            let named = unit.as_ref().and_then(|unit| Holder::read(&unit.value)).ok_or(
                "expected an eHealth certificate, whose subject has an OU such as CBE=0123456749, found none",
            )?;
            let name = subject.name_unit().map(|it| it.value.clone().into_owned()).unwrap_or_default();
            Ok((named.kind.to_owned(), named.id.to_owned(), String::new(), name))
        }
        Role::EidAuthentication | Role::EidSignature => {
            let ssin = xml_signer::ssin(certificate)
                .ok_or("expected the certificate of an eID, whose serialNumber is an SSIN, found another")?;
            let text = |kind| {
                let found = certificate.subject.all(kind).find_map(Attribute::text);
                found.map(std::borrow::Cow::into_owned).unwrap_or_default()
            };
            Ok(("SSIN".to_owned(), ssin, text(oid::GIVEN_NAME), text(oid::SURNAME)))
        }
    }
}

/// The issuers of a certificate up to the root, which is left out.
fn chain(leaf: &Certificate<'_>, others: &[&Certificate<'_>]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut at = leaf;
    // A chain is no longer than what there is to make it of.
    for _ in others {
        let issuer = others.iter().find(|it| at.is_issued_by(it) && !it.is_self_issued());
        let Some(issuer) = issuer.filter(|it| !found.iter().any(|known| known == it.raw)) else { break };
        found.push(issuer.raw.to_vec());
        at = issuer;
    }
    found
}

impl fmt::Display for Signer {
    /// Who it is; of a person not the number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = time::format(self.until);
        if self.identifier_type == "SSIN" {
            write!(f, "a person, until {until}")
        } else {
            write!(f, "{}={}, until {until}", self.identifier_type, self.identifier)
        }
    }
}
