//! The challenge of StartETKRegistration: an RSA ciphertext, and after it the SHA-256 of what it
//! hides.
//!
//! The real client decrypts the ciphertext, takes the first 16 octets of the plaintext, and reads
//! them as an unsigned number: the serial number of the encryption certificate.

use num_bigint::BigUint;

use super::recipient::RecipientKeys;
use crate::base::Span;
use crate::crypto::decrypt::{DecryptionKey, Padding};
use crate::crypto::{Hash, KeyKind, digest};
use crate::rule::Artefact;

/// Octets of the SHA-256 at the end.
pub(crate) const HASH_LENGTH: usize = 32;
/// Octets of the plaintext that are the serial number.
pub(crate) const SERIAL_LENGTH: usize = 16;
/// Octets of the ciphertext under the key that eHealth asks for, RSA-2048.
pub(crate) const CIPHERTEXT_LENGTH: usize = 256;

/// A challenge, and what its recipient finds in it.
#[derive(Debug)]
pub(crate) struct EtkChallenge<'a> {
    /// Everything before the hash; nothing when there is no room for a hash.
    pub(crate) ciphertext: Option<&'a [u8]>,
    /// The last 32 octets.
    pub(crate) hash: &'a [u8],
    /// The length of the whole.
    pub(crate) length: usize,
    /// What the recipient's key opened.
    pub(crate) opened: Opened,
}

/// What came of decryption.
pub(crate) enum Opened {
    /// No key was given.
    NoKey,
    /// The key that was given is none that can be used; why.
    KeyUnusable(String),
    /// The key that was given is no RSA key: how a challenge is encrypted to it, nobody says.
    KeyNotRsa(KeyKind),
    /// It does not decrypt. There is one answer for every cause.
    Closed {
        /// Octets of the modulus.
        modulus: usize,
    },
    /// It decrypts.
    Open {
        /// Octets of the modulus.
        modulus: usize,
        /// With which padding.
        padding: Padding,
        /// The whole plaintext.
        plaintext: Vec<u8>,
    },
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened(…)")
    }
}

impl Artefact for EtkChallenge<'static> {
    type Model<'a> = EtkChallenge<'a>;
}

impl<'a> EtkChallenge<'a> {
    /// Takes a challenge apart, and opens it with the recipient's private keys.
    pub(crate) fn read(bytes: &'a [u8], keys: Option<&RecipientKeys>) -> Self {
        let split = bytes.len().checked_sub(HASH_LENGTH).filter(|&at| at > 0);
        let Some((ciphertext, hash)) = split.map(|at| bytes.split_at(at)) else {
            return Self { ciphertext: None, hash: &[], length: bytes.len(), opened: Opened::NoKey };
        };
        let opened = keys.map_or(Opened::NoKey, |keys| open(keys, ciphertext, hash));
        Self { ciphertext: Some(ciphertext), hash, length: bytes.len(), opened }
    }

    /// The plaintext, once it is open.
    pub(crate) fn plaintext(&self) -> Option<&[u8]> {
        match &self.opened {
            Opened::Open { plaintext, .. } => Some(plaintext),
            Opened::NoKey | Opened::KeyUnusable(_) | Opened::KeyNotRsa(_) | Opened::Closed { .. } => None,
        }
    }

    /// The octets of the serial number, once it is open: the first 16 of the plaintext.
    pub(crate) fn serial(&self) -> Option<&[u8]> {
        self.plaintext()?.get(..SERIAL_LENGTH)
    }

    /// The octets of the modulus of the recipient's key, once it is known.
    pub(crate) fn modulus(&self) -> Option<usize> {
        match self.opened {
            Opened::Open { modulus, .. } | Opened::Closed { modulus } => Some(modulus),
            Opened::NoKey | Opened::KeyUnusable(_) | Opened::KeyNotRsa(_) => None,
        }
    }

    /// Where the ciphertext stands.
    pub(crate) fn ciphertext_span(&self) -> Span {
        Span::new(0, self.ciphertext.map_or(0, <[u8]>::len))
    }

    /// Where the hash stands.
    pub(crate) fn hash_span(&self) -> Span {
        Span::new(self.length - self.hash.len(), self.length)
    }

    /// Whether the hash at the end is that of `bytes`.
    pub(crate) fn hashes(&self, bytes: &[u8]) -> bool {
        digest(Hash::Sha256, bytes).as_bytes() == self.hash
    }
}

/// The serial number in decimal, as an unsigned number.
pub(crate) fn decimal(serial: &[u8]) -> String {
    BigUint::from_bytes_be(serial).to_string()
}

/// The paddings that are tried, in order: the real one, and those that a service may have chosen
/// because the cookbook names none.
const PADDINGS: &[Padding] = &[Padding::Pkcs1, Padding::Oaep(Hash::Sha1), Padding::Oaep(Hash::Sha256)];

fn open(keys: &RecipientKeys, ciphertext: &[u8], hash: &[u8]) -> Opened {
    let Some(first) = keys.usable.first() else {
        return keys.not_rsa.map_or_else(|| Opened::KeyUnusable(keys.problem()), Opened::KeyNotRsa);
    };
    let modulus = |key: &DecryptionKey| key.public_key().rsa().map_or(0, |parts| parts.n.len());
    // Failures take alike: every key and every padding is tried until the hash tells that the serial
    // number was found. Another key opens a ciphertext by chance once in a while.
    let mut other = None;
    for (key, &padding) in keys.usable.iter().flat_map(|key| PADDINGS.iter().map(move |it| (key, it))) {
        let Ok(plaintext) = key.decrypt(padding, ciphertext) else { continue };
        let serial = plaintext.get(..SERIAL_LENGTH);
        let is_hashed = serial.is_some_and(|serial| digest(Hash::Sha256, serial).as_bytes() == hash);
        let opened = Opened::Open { modulus: modulus(key), padding, plaintext };
        if is_hashed {
            return opened;
        }
        other.get_or_insert(opened);
    }
    other.unwrap_or(Opened::Closed { modulus: modulus(first) })
}
