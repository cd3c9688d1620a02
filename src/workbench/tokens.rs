//! Access tokens of the run's realm: valid ones, and ones with a named flaw.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Order, Refused, Workbench, read};
use crate::base::time::{self, Duration};
use crate::forge::jwt;
use crate::service::keydepot::{MANAGE_KEYS, READ_KEYS};
use crate::simulator::identity::{Grant, KEY_ID};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Token {
    /// A name for the user; the same name is the same person.
    #[serde(default = "user")]
    user: String,
    #[serde(default)]
    organisation: bool,
    #[serde(default = "client")]
    client: String,
    /// Roles, separated by spaces; both when it is left out.
    roles: Option<String>,
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

fn client() -> String {
    "etalon".to_owned()
}

pub(super) async fn make(State(workbench): State<Arc<Workbench>>, order: Order<Token>) -> Answer {
    let order = read(order)?;
    let now = workbench.clock.now();
    let roles = order.roles.unwrap_or_else(|| format!("{READ_KEYS} {MANAGE_KEYS}"));
    let roles: Vec<&str> = roles.split_whitespace().collect();
    let mut grant = Grant {
        organisation: order.organisation,
        ..Grant::new(&order.user, workbench.number(&order.user)?, &order.client, &roles, now)
    };
    match order.flaw {
        Flaw::Expired => grant.validity = grant.validity.map(|at| at - Duration::hours(1)),
        Flaw::WrongAudience => "somebody-else".clone_into(&mut grant.audience),
        Flaw::None | Flaw::ForeignKey | Flaw::Tampered | Flaw::Unsigned | Flaw::Garbage => {}
    }
    let bench = &workbench.bench;
    let claims = grant.claims(bench.seed());
    let valid = grant.token(bench);
    let token = match order.flaw {
        Flaw::None | Flaw::Expired | Flaw::WrongAudience => valid,
        Flaw::ForeignKey => jwt::sign(&bench.pki.stranger.key, KEY_ID, &claims),
        Flaw::Tampered => {
            let mut other = claims;
            other["azp"] = "somebody-else".into();
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

fn parts(token: &str) -> Result<[&str; 3], Refused> {
    let parts: Vec<&str> = token.split('.').collect();
    <[&str; 3]>::try_from(parts).map_err(|_| Refused::order("a token has three parts"))
}
