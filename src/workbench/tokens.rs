//! Access tokens of the run's realm: valid ones, and ones with a named flaw.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Order, Refused, Workbench, people, read};
use crate::base::time::{self, Duration};
use crate::forge::jwt;
use crate::service::iam_exchange::{PROFILE, PROFILE_SPECIFIC, TOKEN_EXCHANGE};
use crate::service::keydepot::{MANAGE_KEYS, READ_KEYS};
use crate::simulator::identity::{Grant, KEY_ID, LEVEL, Subject};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Token {
    /// A name for the user; the same name is the same person.
    #[serde(default = "user")]
    user: String,
    #[serde(default)]
    organisation: bool,
    /// Whom the person may act for.
    family: Option<String>,
    /// The profile of the login.
    #[serde(default = "citizen")]
    profile: String,
    /// The level of the login.
    #[serde(default = "level")]
    level: String,
    #[serde(default = "client")]
    client: String,
    /// Roles for KeyDepot, separated by spaces; both when it is left out.
    roles: Option<String>,
    /// Roles of the realm, separated by spaces: those of IAM eXchange.
    #[serde(default)]
    realm_roles: String,
    #[serde(default)]
    flaw: Flaw,
}

/// What is wrong with the token.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Flaw {
    #[default]
    None,
    /// It expired an hour ago.
    Expired,
    /// It is for another audience.
    WrongAudience,
    /// Another environment issued it.
    WrongIssuer,
    /// It stems from no login: the client's credentials.
    NoLogin,
    /// It does not say to whom it was issued.
    NoParty,
    /// Somebody else signed it.
    ForeignKey,
    /// A claim was changed after signing.
    Tampered,
    /// It has no signature (`alg` none).
    Unsigned,
    /// It is no JWT.
    Garbage,
}

fn user() -> String {
    "alice".to_owned()
}

fn citizen() -> String {
    "citizen".to_owned()
}

fn level() -> String {
    LEVEL.to_owned()
}

fn client() -> String {
    "etalon".to_owned()
}

pub(super) async fn make(State(workbench): State<Arc<Workbench>>, order: Order<Token>) -> Answer {
    let order = read(order)?;
    if let (Some(means), Flaw::None) = (&workbench.means, order.flaw) {
        match &means.token {
            Some(token) => {
                let claims = claims(token.expose());
                workbench.fits(&order, &claims)?;
                return Ok(Json(given(token.expose(), &claims)));
            }
            None if means.signers.is_some() => {
                return Err(Refused::here("an access token: the target file has no [token]"));
            }
            None => {}
        }
    }
    let mut grant = granted(&workbench, &order)?;
    match order.flaw {
        Flaw::Expired => grant.validity = grant.validity.map(|at| at - Duration::hours(1)),
        Flaw::WrongAudience => "somebody-else".clone_into(&mut grant.audience),
        Flaw::WrongIssuer => "https://iam-int.etalon.example/auth/realms/other".clone_into(&mut grant.issuer),
        Flaw::NoLogin => grant.subject = Subject::Client,
        Flaw::None | Flaw::NoParty | Flaw::ForeignKey | Flaw::Tampered | Flaw::Unsigned | Flaw::Garbage => {}
    }
    let bench = &workbench.bench;
    let mut claims = grant.claims(bench.seed());
    let valid = grant.token(bench);
    let token = match order.flaw {
        Flaw::None | Flaw::Expired | Flaw::WrongAudience | Flaw::WrongIssuer | Flaw::NoLogin => valid,
        Flaw::NoParty => {
            if let Some(members) = claims.as_object_mut() {
                members.shift_remove("azp");
            }
            jwt::sign(&bench.pki.realm.key, KEY_ID, &claims)
        }
        Flaw::ForeignKey => jwt::sign(&bench.pki.stranger.key, KEY_ID, &claims),
        Flaw::Tampered => {
            let mut other = claims;
            other["jti"] = "another-token".into();
            let [header, _, signature] = parts(&valid)?;
            let [_, payload, _] =
                parts(&jwt::sign(&bench.pki.stranger.key, KEY_ID, &other))?.map(str::to_owned);
            format!("{header}.{payload}.{signature}")
        }
        Flaw::Unsigned => jwt::unsigned(&claims),
        Flaw::Garbage => "this-is-no-token".to_owned(),
    };
    let (identifier_type, identifier) = grant.identifier();
    Ok(Json(json!({
        "authorization": format!("Bearer {token}"),
        "accessToken": token,
        "identifierType": identifier_type,
        "identifier": identifier,
        "client": grant.client,
        "expiresAt": time::format(grant.validity[1]),
    })))
}

/// What a token says; nothing of one that is no JWT.
fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).and_then(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    claims.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(Value::Null)
}

/// The roles of KeyDepot, and those of IAM eXchange, each of which a workflow may do without on purpose.
const ROLES: [&[&str]; 2] = [&[READ_KEYS, MANAGE_KEYS], &[TOKEN_EXCHANGE, PROFILE, PROFILE_SPECIFIC]];

impl Workbench {
    /// Whether the one token of a target is what a workflow asks for: a verdict that was reached with
    /// another would not be about the target.
    fn fits(&self, order: &Token, claims: &Value) -> Result<(), Refused> {
        let of = |what: &str| Err(Refused::here(format_args!("{what}: the target file has another token")));
        let mut served = self.served.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (user, client) = served.get_or_insert_with(|| (order.user.clone(), order.client.clone()));
        if *user != order.user {
            return of("the tokens of two users");
        }
        // Where an order names no client, any will do.
        let names = |client: &str| client != self::client();
        if *client != order.client && names(client) && names(&order.client) {
            return of("the tokens of two clients");
        }
        let Some(claims) = claims.as_object() else { return Ok(()) };
        if order.organisation == claims.contains_key("userProfile") {
            return of(if order.organisation {
                "the token of an organisation"
            } else {
                "the token of a person"
            });
        }
        if order.profile != "citizen" || order.level != LEVEL {
            return of(&format!("a login as {} at level {}", order.profile, order.level));
        }
        let own = format!("{READ_KEYS} {MANAGE_KEYS}");
        let wanted = [order.roles.as_deref().unwrap_or(&own), &order.realm_roles];
        let held = roles(claims);
        let named = [order.roles.is_some(), true];
        for ((known, wanted), named) in ROLES.iter().zip(wanted).zip(named) {
            // Roles of other names may mean the same: the service decides.
            if !named && !known.iter().any(|role| held.contains(role)) {
                continue;
            }
            let is = |role: &&&str| wanted.split_whitespace().any(|it| it == **role);
            // A workflow that names none of them asks the service for nothing that they allow.
            let differs = known.iter().any(|role| is(&role) != held.contains(role));
            if !held.is_empty() && known.iter().any(|role| is(&role)) && differs {
                return of(&format!("a token with the roles {wanted} and no others of that service"));
            }
        }
        Ok(())
    }
}

/// The roles that a token gives, of any client and of the realm.
fn roles(claims: &serde_json::Map<String, Value>) -> Vec<&str> {
    let clients = claims.get("resource_access").and_then(Value::as_object);
    let all = clients.into_iter().flat_map(|all| all.values()).chain(claims.get("realm_access"));
    all.filter_map(|it| it.get("roles")?.as_array()).flatten().filter_map(Value::as_str).collect()
}

/// A token that a target elsewhere gave: whoever it names is the user of the workflow.
fn given(token: &str, claims: &Value) -> Value {
    let text = |pointer: &str| claims.pointer(pointer).cloned();
    let (kind, identifier) = match (text("/userProfile/ssin"), text("/organization/enterprise/cbe")) {
        (Some(ssin), _) => ("SSIN", ssin),
        (None, Some(cbe)) => ("CBE", cbe),
        (None, None) => ("", Value::Null),
    };
    let expires = claims.get("exp").and_then(Value::as_i64);
    let expires = expires.and_then(|at| time::Instant::from_unix_timestamp(at).ok()).map(time::format);
    json!({
        "authorization": format!("Bearer {token}"),
        "accessToken": token,
        "identifierType": kind,
        "identifier": identifier,
        "client": text("/azp"),
        "expiresAt": expires,
    })
}

/// What the valid token says.
fn granted(workbench: &Workbench, order: &Token) -> Result<Grant, Refused> {
    let roles = order.roles.clone().unwrap_or_else(|| format!("{READ_KEYS} {MANAGE_KEYS}"));
    let roles: Vec<&str> = roles.split_whitespace().collect();
    let number = workbench.number(&order.user)?;
    let grant = Grant::new(&order.user, number, &order.client, &roles, workbench.clock.now());
    let person = workbench.person(&order.user, people::family(order.family.as_deref())?)?;
    let profile = people::profile(&person, &order.profile)?;
    let subject = if order.organisation { Grant::organisation(number) } else { Subject::Person(person) };
    let realm_roles = order.realm_roles.split_whitespace().map(str::to_owned).collect();
    Ok(Grant { subject, profile, level: order.level.clone(), realm_roles, ..grant })
}

fn parts(token: &str) -> Result<[&str; 3], Refused> {
    let parts: Vec<&str> = token.split('.').collect();
    <[&str; 3]>::try_from(parts).map_err(|_| Refused::order("a token has three parts"))
}
