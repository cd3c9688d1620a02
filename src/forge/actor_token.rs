//! Actor tokens: the JWT by which a Trusted Platform says that it acts.

use serde_json::{Value, json};

use super::keys::Key;
use super::rng::Stream;
use super::{Bench, Made, Maker, Mutation, joined, jwt};
use crate::base::Kind;
use crate::base::time::{Duration, Instant};

mod claims;
mod draft;
mod jose;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::ActorToken,
    params: &[
        ("issuer", "the client id of the platform"),
        ("sub", "the profile that is chosen, one of `may_act`"),
    ],
    valid: |bench| {
        let mut token = ActorToken::of(bench);
        if let Some(issuer) = bench.param("issuer") {
            issuer.clone_into(&mut token.issuer);
        }
        token.subject = bench.param("sub").map(str::to_owned);
        Ok(draft::made(bench, &token.sign(&bench.pki.organisation.key)))
    },
    mutations: &MUTATIONS,
};

const MUTATIONS: [Mutation; COUNT] = joined(&[claims::MUTATIONS, jose::MUTATIONS]);
const COUNT: usize = claims::MUTATIONS.len() + jose::MUTATIONS.len();

/// The client id of the platform.
pub const CLIENT: &str = "etalon-platform";

/// How long an actor token is good for.
pub const LIFETIME: Duration = Duration::minutes(5);

/// The claims of an actor token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorToken {
    /// The client id of the platform.
    pub issuer: String,
    /// The profile that is chosen.
    pub subject: Option<String>,
    /// From when to when it is good.
    pub validity: [Instant; 2],
    /// Its identifier.
    pub id: String,
}

impl ActorToken {
    /// A token of a client, issued at `now`.
    pub fn new(stream: &mut Stream, now: Instant, client: &str) -> Self {
        Self { issuer: client.to_owned(), subject: None, validity: [now, now + LIFETIME], id: stream.uuid() }
    }

    /// The token of the platform.
    pub fn of(bench: &Bench) -> Self {
        Self::new(&mut bench.stream("actor token"), bench.clock(), CLIENT)
    }

    /// The claims, in the order of the cookbook.
    pub fn claims(&self) -> Value {
        let [issued, expires] = self.validity.map(Instant::unix_timestamp);
        let mut claims = json!({"iss": self.issuer, "exp": expires, "iat": issued, "jti": self.id});
        if let Some(subject) = &self.subject {
            claims["sub"] = json!(subject);
        }
        claims
    }

    /// The token, signed with RS256 under a header of `alg` alone, as the cookbook shows it.
    pub fn sign(&self, key: &Key) -> String {
        jwt::sign_under(&json!({"alg": "RS256"}), &self.claims(), key)
    }
}
