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
use crate::forge::keys::Key;
use crate::service::keydepot::{MANAGE_KEYS, READ_KEYS};
use crate::simulator::identity::{Grant, KEY_ID, LEVEL, Subject};

mod held;

pub(super) use held::Bound;
use held::Held;

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
    if let Some(answer) = workbench.elsewhere(&order)? {
        return Ok(Json(answer));
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
        Flaw::Tampered => tampered(&valid, &bench.pki.stranger.key, &claims)?,
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

impl Workbench {
    /// The token for a target elsewhere, where its file names one that is what the order asks for, or
    /// one that becomes so without its realm.
    fn elsewhere(&self, order: &Token) -> Result<Option<Value>, Refused> {
        let Some(means) = self.means.as_ref().filter(|_| order.flaw != Flaw::Garbage) else {
            return Ok(None);
        };
        if means.tokens.is_empty() {
            return match means.signers {
                Some(_) => Err(Refused::here("an access token: the target file has no [token]")),
                None => Ok(None),
            };
        }
        let mut served = self.served.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let platform = means.client_id.as_deref();
        let held = served
            .choose(&means.tokens, order, platform, self.clock.now())
            .map_err(|what| Refused::here(format_args!("{what}: the target file names none")))?;
        Ok(self.changed(&held, order.flaw)?.map(|token| given(&token, &held)))
    }

    /// A token with a flaw that needs no realm; nothing where that cannot be made of this one.
    fn changed(&self, held: &Held<'_>, flaw: Flaw) -> Result<Option<String>, Refused> {
        let own = || held.text.to_owned();
        let stranger = &self.bench.pki.stranger.key;
        if held.claims.is_null() {
            // What cannot be read cannot be changed, and any other text is as foreign to the service.
            return Ok((flaw == Flaw::None).then(own));
        }
        Ok(Some(match flaw {
            Flaw::ForeignKey => jwt::sign(stranger, &key_id(held.text), &held.claims),
            Flaw::Tampered => tampered(held.text, stranger, &held.claims)?,
            Flaw::Unsigned => jwt::unsigned(&held.claims),
            Flaw::None
            | Flaw::Expired
            | Flaw::WrongAudience
            | Flaw::WrongIssuer
            | Flaw::NoLogin
            | Flaw::NoParty
            | Flaw::Garbage => own(),
        }))
    }
}

/// The `kid` in the header of a token.
fn key_id(token: &str) -> String {
    let header = token.split('.').next().and_then(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    let header: Option<Value> = header.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let kid = header.as_ref().and_then(|it| it.get("kid")?.as_str());
    kid.unwrap_or(KEY_ID).to_owned()
}

/// A token with another claim under the signature of the first.
fn tampered(valid: &str, any: &Key, claims: &Value) -> Result<String, Refused> {
    let mut other = claims.clone();
    other["jti"] = "another-token".into();
    let [header, _, signature] = parts(valid)?;
    let signed = jwt::sign(any, KEY_ID, &other);
    let [_, payload, _] = parts(&signed)?;
    Ok(format!("{header}.{payload}.{signature}"))
}

/// A token that a target elsewhere gave: whoever it names is the user of the workflow.
fn given(token: &str, held: &Held<'_>) -> Value {
    let (kind, identifier) = held.identifier().unzip();
    let expires = held.claims.get("exp").and_then(Value::as_i64);
    let expires = expires.and_then(|at| time::Instant::from_unix_timestamp(at).ok()).map(time::format);
    json!({
        "authorization": format!("Bearer {token}"),
        "accessToken": token,
        "identifierType": kind.unwrap_or_default(),
        "identifier": identifier,
        "client": held.claims.get("azp"),
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
