//! A compact JWS: its header, its payload, and whether it verifies under the keys at hand.

use crate::crypto::names::jose::{self, Protection};
use crate::rule::Artefact;
use crate::wire::jose::Compact;
use crate::wire::json::Value;

mod keys;
mod verification;

pub(crate) use keys::{KeySource, Keys, Unpicked, key_type_of};
pub(crate) use verification::Verification;

impl Artefact for Compact<'static> {
    type Model<'a> = Compact<'a>;
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
}

impl Artefact for Jws<'static> {
    type Model<'a> = Jws<'a>;
}

impl<'a> Jws<'a> {
    /// Verifies the signature of a JWS that was taken apart.
    pub(crate) fn verify(compact: &'a Compact<'a>, header: Value<'a>, keys: &'a Keys<'a>) -> Self {
        let unverified = Self { compact, header, keys, verification: Verification::NoKey };
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
        let listed = || {
            self.header
                .member("crit")
                .into_iter()
                .flat_map(Value::elements)
                .any(|it| it.as_str() == Some("b64"))
        };
        self.header.member("b64").and_then(Value::as_bool) == Some(false) && listed()
    }
}
