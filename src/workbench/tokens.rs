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
    if let (Some(token), Flaw::None) = (&workbench.token, order.flaw) {
        return Ok(Json(given(token.expose())));
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

/// A token that a target elsewhere gave: whoever it names is every user of the run.
fn given(token: &str) -> Value {
    let claims = token.split('.').nth(1).and_then(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    let claims: Value = claims.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(Value::Null);
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
