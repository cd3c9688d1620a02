//! A compact JWS: its header, its payload, and whether it verifies under the keys at hand.

use crate::base::Budget;
use crate::crypto::PublicKey;
use crate::crypto::names::jose::{self, Protection};
use crate::model::jwk::Jwk;
use crate::rule::Artefact;
use crate::wire::jose::Compact;
use crate::wire::json::{Type, Value};

mod keys;
mod verification;

pub(crate) use keys::{KeySource, Keys, Unpicked, key_type_of};
pub(crate) use verification::Verification;

/// A text in compact serialization, and what its header says of the payload in it.
#[derive(Debug)]
pub(crate) struct Serialized<'a> {
    /// The three parts.
    pub(crate) compact: &'a Compact<'a>,
    /// Whether the payload stands there without base64url.
    pub(crate) is_payload_bare: bool,
}

impl Artefact for Serialized<'static> {
    type Model<'a> = Serialized<'a>;
}

/// A compact JWS whose header is JSON.
#[derive(Debug)]
pub(crate) struct Jws<'a> {
    /// The three parts.
    pub(crate) compact: &'a Compact<'a>,
    /// The header.
    pub(crate) header: Value<'a>,
    /// The keys that the caller gave.
    pub(crate) keys: &'a Keys<'a>,
    /// What became of the signature under them.
    pub(crate) verification: Verification,
    /// The keys that the header shows.
    pub(crate) shown: ShownKeys<'a>,
}

/// The keys that a header shows, which are not those that it is verified under.
#[derive(Debug)]
pub(crate) struct ShownKeys<'a> {
    /// That of `jwk`, where it is an object.
    pub(crate) embedded: Option<Jwk<'a>>,
    /// The header itself, where it has certificates or fingerprints as a key has them.
    pub(crate) certified: Option<Jwk<'a>>,
}

impl<'a> ShownKeys<'a> {
    fn read(header: Value<'a>, budget: &Budget) -> Self {
        let has_certificates =
            ["x5c", "x5t", "x5t#S256"].into_iter().any(|name| header.member(name).is_some());
        let embedded = header.member("jwk").filter(|jwk| jwk.kind() == Type::Object);
        Self {
            embedded: embedded.map(|jwk| Jwk::read(jwk, budget)),
            certified: has_certificates.then(|| Jwk::read(header, budget)),
        }
    }

    /// Each key that could be read, with the name of its parameter.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'static str, &PublicKey)> {
        let embedded = self.embedded.as_ref().and_then(|jwk| jwk.public_key()?.ok());
        let certified = self.certified.as_ref().and_then(Jwk::certified_key);
        [("jwk", embedded), ("x5c", certified)].into_iter().filter_map(|(name, key)| Some((name, key?)))
    }
}

impl Artefact for Jws<'static> {
    type Model<'a> = Jws<'a>;
}

impl<'a> Jws<'a> {
    /// Verifies the signature of a JWS that was taken apart.
    pub(crate) fn verify(
        compact: &'a Compact<'a>,
        header: Value<'a>,
        keys: &'a Keys<'a>,
        budget: &Budget,
    ) -> Self {
        let shown = ShownKeys::read(header, budget);
        let unverified = Self { compact, header, keys, verification: Verification::NoKey, shown };
        Self { verification: verification::of(&unverified), ..unverified }
    }

    /// A header parameter that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.header.member(name)?.as_str()
    }

    /// What the `alg` stands for.
    pub(crate) fn protection(&self) -> Option<Protection> {
        jose::protection(self.text("alg")?)
    }

    /// Whether the payload stands there without base64url, as RFC 7797 lets it.
    pub(crate) fn is_payload_bare(&self) -> bool {
        is_payload_bare(self.header)
    }

    /// The public key that the signature was held against; nothing where it was a secret or none.
    pub(crate) fn used_key(&self) -> Option<&PublicKey> {
        match self.keys {
            Keys::Absent | Keys::Unreadable => None,
            Keys::Spki(key) => key.as_ref().ok(),
            Keys::One(_) | Keys::Set(_) => self.keys.pick(self).ok()??.public_key()?.ok(),
        }
    }

    /// What becomes of the signature under another key.
    pub(crate) fn verified_under(&self, key: &PublicKey) -> Verification {
        match self.protection() {
            Some(protection) => verification::under_public_key(self, protection, key),
            None => Verification::NoAlgorithm,
        }
    }
}

/// Whether a header says that the payload stands there without base64url: `b64` is false, and critical.
pub(crate) fn is_payload_bare(header: Value<'_>) -> bool {
    let mut critical = header.member("crit").into_iter().flat_map(Value::elements);
    header.member("b64").and_then(Value::as_bool) == Some(false)
        && critical.any(|it| it.as_str() == Some("b64"))
}
