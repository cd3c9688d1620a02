//! The realm's side of I.AM Connect: who there is, and the access tokens that they hold.

use serde_json::{Value, json};

use super::{AUDIENCE, ISSUER};
use crate::base::time::{Duration, Instant};
use crate::forge::rng::Stream;
use crate::forge::{Bench, jwt};

/// How long an access token is good for: longer than the options' timeout, so that a challenge can
/// expire before the token does.
pub const LIFETIME: Duration = Duration::minutes(15);

/// How many people share a birth date at most: their numbers run from 001 to 997.
const COUNTERS: u64 = 997;

/// What an access token is to say.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The user's name.
    pub user: String,
    /// The user's number: each has an identifier of their own.
    pub number: u64,
    /// Whether the user is an organisation, by a CBE number.
    pub organisation: bool,
    /// The application.
    pub client: String,
    /// The roles for KeyDepot.
    pub roles: Vec<String>,
    /// The audience.
    pub audience: String,
    /// From when to when.
    pub validity: [Instant; 2],
}

impl Grant {
    /// A grant of these roles from now on.
    pub fn new(user: &str, number: u64, client: &str, roles: &[&str], now: Instant) -> Self {
        Self {
            user: user.to_owned(),
            number,
            organisation: false,
            client: client.to_owned(),
            roles: roles.iter().map(|&role| role.to_owned()).collect(),
            audience: AUDIENCE.to_owned(),
            validity: [now, now + LIFETIME],
        }
    }

    /// Type and value of the user's identifier. No living person has one of these SSINs: they stand
    /// for a birth of which neither month nor day is known.
    pub fn identifier(&self) -> (&'static str, String) {
        if self.organisation {
            let first = 4_000_000 + self.number % 1_000_000;
            return ("CBE", format!("{first:08}{:02}", 97 - first % 97));
        }
        let (year, counter) = (self.number / COUNTERS % 100, self.number % COUNTERS + 1);
        let first = year * 10_000_000 + counter;
        ("SSIN", format!("{first:09}{:02}", 97 - first % 97))
    }

    /// The claims.
    pub fn claims(&self, seed: u64) -> Value {
        let (kind, identifier) = self.identifier();
        let mut claims = json!({
            "iss": ISSUER,
            "sub": Stream::new(seed, &format!("subject {}", self.number)).uuid(),
            "aud": self.audience,
            "azp": self.client,
            "typ": "Bearer",
            "jti": Stream::new(seed, &format!("token {self:?}")).uuid(),
            "iat": self.validity[0].unix_timestamp(),
            "exp": self.validity[1].unix_timestamp(),
            "resource_access": {AUDIENCE: {"roles": self.roles}},
        });
        if kind == "SSIN" {
            claims["userProfile"] =
                json!({"ssin": identifier, "firstName": capital(&self.user), "lastName": "Etalon"});
        } else {
            claims["organization"] = json!({"name": capital(&self.user), "enterprise": {"cbe": identifier}});
        }
        claims
    }

    /// The signed token.
    pub fn token(&self, bench: &Bench) -> String {
        jwt::sign(&bench.pki.realm.key, KEY_ID, &self.claims(bench.seed()))
    }
}

/// The `kid` of the realm's key.
pub const KEY_ID: &str = "etalon-realm-1";

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
