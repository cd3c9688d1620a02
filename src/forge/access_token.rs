//! Access tokens of the realm, as IAM eXchange takes them.

use serde_json::{Value, json};

use super::keys::Key;
use super::rng::Stream;
use super::{Bench, Made, Maker, actor_token, jwt, name};
use crate::base::Kind;
use crate::base::time::{Duration, Instant};

mod mutations;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::AccessToken,
    params: &[
        ("client", "the client that obtained it"),
        ("roles", "its roles in the realm, with commas between them"),
    ],
    valid: |bench| {
        let mut token = AccessToken::of(bench);
        if let Some(client) = bench.param("client") {
            client.clone_into(&mut token.client);
        }
        if let Some(roles) = bench.param("roles") {
            token.roles = roles.split(',').map(|role| role.trim().to_owned()).collect();
        }
        Ok(mutations::made(bench, &token.sign(&bench.pki.realm.key, KEY_ID)))
    },
    mutations: mutations::MUTATIONS,
};

/// The realm's name for itself.
pub const ISSUER: &str = "https://iam.etalon.test/auth/realms/healthcare";

/// The `kid` of the realm's key.
pub const KEY_ID: &str = "etalon-realm-1";

/// How long an access token is good for.
pub const LIFETIME: Duration = Duration::minutes(5);

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The realm.
    pub issuer: String,
    /// The user, by the realm's own name.
    pub subject: String,
    /// The audience.
    pub audience: Option<String>,
    /// The client that obtained it.
    pub client: String,
    /// Its identifier.
    pub id: String,
    /// From when to when it is good.
    pub validity: [Instant; 2],
    /// The roles in the realm.
    pub roles: Vec<String>,
    /// The profiles that the client may act as.
    pub may_act: Vec<MayAct>,
}

/// A profile that a client may act as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MayAct {
    /// The name under which it is chosen.
    pub sub: String,
    /// Of which group it is.
    pub group: Group,
    /// The national number of the person.
    pub ssin: String,
}

/// How the user stands to the person of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The person is the user's child.
    Children,
    /// The person gave the user a mandate.
    Mandators,
}

impl Group {
    /// The member under which such profiles stand.
    pub fn name(self) -> &'static str {
        match self {
            Self::Children => "children",
            Self::Mandators => "mandators",
        }
    }
}

impl AccessToken {
    /// A token that `client` obtained for a user at `now`, for profiles and for the exchange.
    pub fn new(stream: &mut Stream, now: Instant, subject: &str, client: &str) -> Self {
        Self {
            issuer: ISSUER.to_owned(),
            subject: subject.to_owned(),
            audience: None,
            client: client.to_owned(),
            id: stream.uuid(),
            validity: [now, now + LIFETIME],
            roles: vec!["profile".to_owned(), "token-exchange".to_owned()],
            may_act: Vec::new(),
        }
    }

    /// The token of a user with two children and a mandator.
    pub fn of(bench: &Bench) -> Self {
        let mut stream = bench.stream("access token");
        let user = stream.uuid();
        let mut token = Self::new(&mut stream, bench.clock(), &user, actor_token::CLIENT);
        let groups = [Group::Children, Group::Children, Group::Mandators];
        token.may_act = groups
            .into_iter()
            .zip(bench.seed() + 1..)
            .map(|(group, seed)| MayAct {
                sub: data_encoding::HEXLOWER.encode(&stream.array::<16>()),
                group,
                ssin: name::ssin(seed),
            })
            .collect();
        token
    }

    /// The claims.
    pub fn claims(&self) -> Value {
        let [issued, expires] = self.validity.map(Instant::unix_timestamp);
        let mut claims = json!({
            "iss": self.issuer,
            "sub": self.subject,
            "azp": self.client,
            "typ": "Bearer",
            "jti": self.id,
            "iat": issued,
            "exp": expires,
            "realm_access": {"roles": self.roles},
        });
        if let Some(audience) = &self.audience {
            claims["aud"] = json!(audience);
        }
        if !self.may_act.is_empty() {
            claims["may_act"] = self.may_act.iter().map(MayAct::claim).collect();
        }
        claims
    }

    /// The token, signed with RS256 by the key of this `kid`.
    pub fn sign(&self, key: &Key, kid: &str) -> String {
        jwt::sign(key, kid, &self.claims())
    }
}

impl MayAct {
    fn claim(&self) -> Value {
        json!({"sub": self.sub, "userProfile": {self.group.name(): [{"ssin": self.ssin}]}})
    }
}
