//! The keys that a signature may verify under, and which of them a header means.

use super::Jws;
use crate::base::Budget;
use crate::crypto::names::jose::{self, Protection};
use crate::crypto::{Algorithm, KeyError, PublicKey};
use crate::model::jwk::{Jwk, KeyType, curve_of_algorithm};
use crate::wire::json::Document;
use crate::wire::pem;

/// The text of a key, made ready to be read: a PEM key, a JWK or a JWK set.
#[derive(Debug)]
pub(crate) struct KeySource<'a> {
    document: Option<Document<'a>>,
    spki: Option<Vec<u8>>,
}

impl<'a> KeySource<'a> {
    /// Reads the text that the caller gave.
    pub(crate) fn read(text: &'a str, budget: &Budget) -> Self {
        if text.contains("-----BEGIN ") {
            let block = pem::blocks(text).into_iter().find(|block| block.label == "PUBLIC KEY");
            return Self { document: None, spki: block.and_then(|block| block.der) };
        }
        Self { document: Some(Document::read(text.as_bytes(), budget)), spki: None }
    }

    /// The keys in it.
    pub(crate) fn keys(&self, budget: &Budget) -> Keys<'_> {
        if let Some(spki) = &self.spki {
            return Keys::Spki(PublicKey::from_spki(spki));
        }
        let root =
            self.document.as_ref().and_then(|document| document.root().filter(|_| document.is_well_formed()));
        let Some(root) = root else { return Keys::Unreadable };
        match root.member("keys") {
            Some(keys) => Keys::Set(keys.elements().map(|key| Jwk::read(key, budget)).collect()),
            None if root.member("kty").is_some() => Keys::One(Jwk::read(root, budget)),
            None => Keys::Unreadable,
        }
    }
}

/// The keys that a signature may verify under.
#[derive(Debug)]
pub(crate) enum Keys<'a> {
    /// None was given.
    Absent,
    /// Neither PEM nor a JWK nor a set of them.
    Unreadable,
    /// What a SubjectPublicKeyInfo holds.
    Spki(Result<PublicKey, KeyError>),
    /// One key.
    One(Jwk<'a>),
    /// A set.
    Set(Vec<Jwk<'a>>),
}

/// Why no single key can be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unpicked {
    /// No key has the `kid`, or none is of the kind that signs.
    None,
    /// Several keys have it.
    Several(usize),
    /// The set holds secrets beside public keys.
    Mixed,
}

impl<'a> Keys<'a> {
    /// The key of a set that a header means: by its `kid`, else the only one of the right type; of several,
    /// the only one that can be meant.
    pub(crate) fn pick(&self, jws: &Jws<'_>) -> Result<Option<&Jwk<'a>>, Unpicked> {
        let all = match self {
            Self::Absent | Self::Unreadable | Self::Spki(_) => return Ok(None),
            Self::One(jwk) => return Ok(Some(jwk)),
            Self::Set(all) => all,
        };
        let secrets = all.iter().filter(|jwk| jwk.key_type() == Some(KeyType::Oct)).count();
        if secrets > 0 && secrets < all.len() {
            return Err(Unpicked::Mixed);
        }
        let kid = jws.text("kid");
        let wanted = jws.text("alg").and_then(key_type_of);
        let fits = |jwk: &&Jwk<'_>| match kid {
            Some(kid) => jwk.text("kid") == Some(kid),
            None => wanted.is_some() && jwk.key_type() == wanted,
        };
        let mut fitting: Vec<&Jwk<'_>> = all.iter().filter(fits).collect();
        // RFC 7517, 4.5: keys of several types may share an id. Those of one type may be for several uses.
        narrow(&mut fitting, |jwk| jwk.key_type() == wanted);
        narrow(&mut fitting, |jwk| verifies(jwk, jws.text("alg")));
        match fitting[..] {
            [] => Err(Unpicked::None),
            [jwk] => Ok(Some(jwk)),
            _ => Err(Unpicked::Several(fitting.len())),
        }
    }
}

/// Leaves those of several that are meant, where some are.
fn narrow<'k, 'a>(keys: &mut Vec<&'k Jwk<'a>>, is_meant: impl Fn(&Jwk<'a>) -> bool) {
    if keys.len() > 1 && keys.iter().any(|jwk| is_meant(jwk)) {
        keys.retain(|jwk| is_meant(jwk));
    }
}

/// Whether a key says nothing that keeps it from verifying signatures of this algorithm.
fn verifies(jwk: &Jwk<'_>, alg: Option<&str>) -> bool {
    let curve = alg.and_then(curve_of_algorithm);
    jwk.text("use").is_none_or(|purpose| purpose == "sig")
        && (jwk.member("key_ops").is_none() || jwk.operations().any(|it| it == "verify"))
        && (jwk.text("alg").is_none() || jwk.text("alg") == alg)
        && curve.is_none_or(|curve| jwk.text("crv") == Some(curve.name()))
}

/// The type of key that an algorithm works with.
pub(crate) fn key_type_of(alg: &str) -> Option<KeyType> {
    Some(match jose::protection(alg)? {
        Protection::Mac(_) => KeyType::Oct,
        Protection::Signature(Algorithm::RsaPkcs1(_) | Algorithm::RsaPss { .. }) => KeyType::Rsa,
        Protection::Signature(Algorithm::Ecdsa { .. }) => KeyType::Ec,
        Protection::Signature(Algorithm::Ed25519) => KeyType::Okp,
        // JOSE has no such algorithm.
        Protection::Signature(Algorithm::Dsa { .. }) => return None,
    })
}
