//! The private keys of whoever an artefact is encrypted to, as the caller gave them: one in PEM, or
//! those of a PKCS#12 keystore.

use super::keystore::Container;
use crate::context::{Context, Secret};
use crate::crypto::KeyKind;
use crate::crypto::decrypt::DecryptionKey;
use crate::crypto::sign::PrivateKey;
use crate::wire::base64::{self, Form};

/// The keys that were given.
#[derive(Debug, Default)]
pub(crate) struct RecipientKeys {
    /// Those that decrypt.
    pub(crate) usable: Vec<DecryptionKey>,
    /// One that is no RSA key.
    pub(crate) not_rsa: Option<KeyKind>,
    /// Why the last of the others cannot be used.
    problem: Option<String>,
}

impl RecipientKeys {
    /// The keys of a context; nothing where it has none.
    pub(crate) fn of(context: &Context) -> Option<Self> {
        let mut keys = Self::default();
        if let Some(key) = &context.private_key {
            keys.add(key.expose().as_bytes());
        }
        if let Some(keystore) = &context.keystore {
            keys.add_all(keystore.expose(), context);
        }
        (context.private_key.is_some() || context.keystore.is_some()).then_some(keys)
    }

    /// Why none of them can be used.
    pub(crate) fn problem(&self) -> String {
        self.problem
            .clone()
            .unwrap_or_else(|| "expected a private key in the keystore, found none".to_owned())
    }

    fn add(&mut self, key: &[u8]) {
        let key = match PrivateKey::from_pem_or_der(key) {
            Ok(key) => key,
            Err(error) => return self.problem = Some(error.to_string()),
        };
        match key.public_key().kind() {
            kind @ (KeyKind::Ec(_) | KeyKind::Ed25519 | KeyKind::Dsa(_)) => self.not_rsa = Some(kind),
            KeyKind::Rsa(_) => match DecryptionKey::of(key) {
                Ok(key) => self.usable.push(key),
                Err(error) => self.problem = Some(error.to_string()),
            },
        }
    }

    fn add_all(&mut self, keystore: &str, context: &Context) {
        let packed: String = keystore.split_ascii_whitespace().collect();
        let Some(bytes) = base64::decode(packed.as_bytes(), Form::Standard, &context.budget).bytes else {
            self.problem = Some("expected a keystore in base64, found other text".to_owned());
            return;
        };
        let password = context.password.as_ref().map(Secret::expose);
        match Container::open(&bytes, password, &context.budget) {
            Container::Open(archive) => archive.keys.iter().for_each(|bag| self.add(bag.key.as_der())),
            other => self.problem = Some(other.problem()),
        }
    }
}
