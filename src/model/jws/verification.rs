//! Whether the signature of a JWS verifies.

use super::{Jws, Keys, Unpicked, key_type_of};
use crate::crypto::names::jose::Protection;
use crate::crypto::{Algorithm, KeyError, PublicKey, VerifyError, hmac_verifies};
use crate::model::jwk::{Jwk, KeyType};

/// What became of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verification {
    /// No key was given.
    NoKey,
    /// What was given is no key.
    KeyUnreadable,
    /// No single key of the set is meant.
    Unpicked(Unpicked),
    /// The key is of another kind than the algorithm works with: what it is.
    OtherKey(String),
    /// The key is none: the reason.
    KeyInvalid(String),
    /// The header names no algorithm that signs.
    NoAlgorithm,
    /// It could not be judged: what is not implemented.
    NotImplemented(String),
    /// It verifies.
    Valid,
    /// It does not.
    Invalid,
}

pub(super) fn of(jws: &Jws<'_>) -> Verification {
    let protection = match (jws.protection(), jws.text("alg")) {
        (Some(protection), _) => protection,
        (None, Some("Ed448")) => return Verification::NotImplemented("Ed448".to_owned()),
        (None, _) => return Verification::NoAlgorithm,
    };
    let jwk = match jws.keys {
        Keys::Absent => return Verification::NoKey,
        Keys::Unreadable => return Verification::KeyUnreadable,
        Keys::Spki(key) => {
            return match key {
                Ok(key) => under_public_key(jws, protection, key),
                Err(error) => Verification::KeyInvalid(error.to_string()),
            };
        }
        Keys::One(_) | Keys::Set(_) => match jws.keys.pick(jws) {
            Ok(Some(jwk)) => jwk,
            Ok(None) => return Verification::NoKey,
            Err(why) => return Verification::Unpicked(why),
        },
    };
    let wanted = jws.text("alg").and_then(key_type_of);
    match (jwk.key_type(), protection) {
        (Some(KeyType::Oct), Protection::Mac(hash)) => match jwk.bytes("k") {
            Some(secret) => told(hmac_verifies(hash, secret, jws.compact.signing_input(), signature(jws))),
            None => Verification::KeyInvalid("expected a member k of base64url, found none".to_owned()),
        },
        (Some(found), _) if Some(found) != wanted => Verification::OtherKey(describe(jwk)),
        (_, protection) => match jwk.public_key() {
            Some(Ok(key)) => under_public_key(jws, protection, key),
            Some(Err(KeyError::Unsupported(_))) if is_of_another_curve(jwk, protection) => {
                Verification::OtherKey(jwk.text("crv").unwrap_or_default().escape_debug().to_string())
            }
            Some(Err(KeyError::Unsupported(what))) => Verification::NotImplemented(what.clone()),
            Some(Err(error)) => Verification::KeyInvalid(error.to_string()),
            None => Verification::KeyInvalid(
                "expected a key with all members of its type, found fewer".to_owned(),
            ),
        },
    }
}

/// Whether a key that is not worked with is on a curve that the algorithm never signs on.
fn is_of_another_curve(jwk: &Jwk<'_>, protection: Protection) -> bool {
    match protection {
        // RFC 8037, 3.1: `EdDSA` is of either curve, and X25519 and X448 make no signatures.
        Protection::Signature(Algorithm::Ed25519) => jwk.text("crv") != Some("Ed448"),
        Protection::Signature(Algorithm::Ecdsa { curve, .. }) => curve.is_some(),
        Protection::Signature(_) | Protection::Mac(_) => false,
    }
}

fn signature<'a>(jws: &Jws<'a>) -> &'a [u8] {
    jws.compact.signature().bytes()
}

fn told(verifies: bool) -> Verification {
    if verifies { Verification::Valid } else { Verification::Invalid }
}

fn describe(jwk: &Jwk<'_>) -> String {
    match jwk.public_key() {
        Some(Ok(key)) => key.kind().to_string(),
        _ => jwk.text("kty").unwrap_or_default().escape_debug().to_string(),
    }
}

pub(super) fn under_public_key(jws: &Jws<'_>, protection: Protection, key: &PublicKey) -> Verification {
    let algorithm: Algorithm = match protection {
        Protection::Signature(algorithm) => algorithm,
        Protection::Mac(_) => return Verification::OtherKey(key.kind().to_string()),
    };
    match key.verify(algorithm, jws.compact.signing_input(), signature(jws)) {
        Ok(()) => Verification::Valid,
        Err(VerifyError::Invalid) => Verification::Invalid,
        Err(VerifyError::KeyMismatch { key, .. }) => Verification::OtherKey(key),
        Err(VerifyError::Unsupported(what)) => Verification::NotImplemented(what),
    }
}
