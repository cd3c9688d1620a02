//! The realm's side of I.AM Connect: who there is, and the access tokens that they hold.

use serde_json::{Value, json};

use super::person::{Family, Person};
use super::{AUDIENCE, ISSUER};
use crate::base::time::{Duration, Instant};
use crate::forge::rng::Stream;
use crate::forge::{Bench, jwt};
use crate::service::iam_exchange;

/// How long an access token is good for: longer than the options' timeout, so that a challenge can
/// expire before the token does.
pub const LIFETIME: Duration = Duration::minutes(15);

/// The level of a login with an eID: the claim `acr` (SD-143).
pub const LEVEL: &str = "1";

/// Whom a token is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A person who logged in.
    Person(Person),
    /// An organisation, by its CBE number.
    Organisation(String),
    /// Nobody: the client itself, by its credentials.
    Client,
}

/// The profile that a person chose at the login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// The person.
    Citizen,
    /// The person as a healthcare professional.
    Professional,
    /// The person for one of the children.
    Parent(Person),
    /// The person for somebody who gave a mandate.
    MandateHolder(Person),
}

/// What an access token is to say.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The user's name.
    pub user: String,
    /// Whom it is about.
    pub subject: Subject,
    /// The profile of the login.
    pub profile: Profile,
    /// The level of the login.
    pub level: String,
    /// The application.
    pub client: String,
    /// The roles for KeyDepot.
    pub roles: Vec<String>,
    /// The roles of the realm, which IAM eXchange asks for.
    pub realm_roles: Vec<String>,
    /// The realm.
    pub issuer: String,
    /// The audience.
    pub audience: String,
    /// From when to when.
    pub validity: [Instant; 2],
}

impl Grant {
    /// A grant of these roles for KeyDepot from now on, to the person of this number.
    pub fn new(user: &str, number: u64, client: &str, roles: &[&str], now: Instant) -> Self {
        let person = Person::new(number, Family::Everyone);
        Self {
            user: user.to_owned(),
            subject: Subject::Person(person),
            profile: Profile::Citizen,
            level: LEVEL.to_owned(),
            client: client.to_owned(),
            roles: roles.iter().map(|&role| role.to_owned()).collect(),
            realm_roles: Vec::new(),
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            validity: [now, now + LIFETIME],
        }
    }

    /// The CBE number of the organisation of this number.
    pub fn organisation(number: u64) -> Subject {
        let first = 4_000_000 + number % 1_000_000;
        Subject::Organisation(format!("{first:08}{:02}", 97 - first % 97))
    }

    /// Type and value of the subject's identifier.
    pub fn identifier(&self) -> (&'static str, &str) {
        match &self.subject {
            Subject::Person(person) => ("SSIN", person.ssin()),
            Subject::Organisation(cbe) => ("CBE", cbe),
            Subject::Client => ("client", &self.client),
        }
    }

    /// The subject, as tokens name it.
    pub fn sub(&self, seed: u64) -> String {
        let (kind, identifier) = self.identifier();
        Stream::new(seed, &format!("subject {kind} {identifier}")).uuid()
    }

    /// The claims.
    pub fn claims(&self, seed: u64) -> Value {
        let mut claims = json!({
            "iss": self.issuer,
            "sub": self.sub(seed),
            "aud": self.audience,
            "azp": self.client,
            "typ": "Bearer",
            "jti": Stream::new(seed, &format!("token {self:?}")).uuid(),
            "iat": self.validity[0].unix_timestamp(),
            "exp": self.validity[1].unix_timestamp(),
        });
        if !self.roles.is_empty() || self.realm_roles.is_empty() {
            claims["resource_access"] = json!({AUDIENCE: {"roles": self.roles}});
        }
        if !self.realm_roles.is_empty() {
            claims["realm_access"] = json!({"roles": self.realm_roles});
        }
        match &self.subject {
            Subject::Person(person) => {
                claims["acr"] = self.level.as_str().into();
                let mut profile =
                    json!({"ssin": person.ssin(), "firstName": capital(&self.user), "lastName": "Etalon"});
                match &self.profile {
                    Profile::Citizen => {}
                    Profile::Professional => profile["nihii"] = person.nihii().into(),
                    Profile::Parent(child) => profile["children"] = json!([{"ssin": child.ssin()}]),
                    Profile::MandateHolder(of) => profile["mandators"] = json!([{"ssin": of.ssin()}]),
                }
                claims["userProfile"] = profile;
                let may_act = person.may_act();
                let offered = self.realm_roles.iter().any(|role| role == iam_exchange::PROFILE);
                if offered && may_act.as_array().is_some_and(|entries| !entries.is_empty()) {
                    claims["may_act"] = may_act;
                }
            }
            Subject::Organisation(cbe) => {
                claims["organization"] = json!({"name": capital(&self.user), "enterprise": {"cbe": cbe}});
            }
            Subject::Client => {}
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
