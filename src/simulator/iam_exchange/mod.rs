//! IAM eXchange over HTTP: profiles, and the exchange of an access token for a SAML assertion.

mod assertion;
pub(crate) mod clients;
mod exchange;
pub(super) mod state;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::Simulator;
use super::person::Person;
use super::refusal::Refused;
use crate::base::{Budget, Kind, Service};
use crate::context::Context;
use crate::forge::rng::Stream;
use crate::service::iam_exchange::{CONTRACT, PROFILE, PROFILE_SPECIFIC};
use crate::wire::base64::{self, Form};

type World = State<Arc<Simulator>>;

/// The routes of the cookbook.
pub(super) fn routes(_: &Simulator) -> Router<Arc<Simulator>> {
    Router::new()
        .route("/iam/v2/profiles", get(own_profiles))
        .route("/iam/v2/profiles/{ssin}", get(profiles_of))
        .route("/iam/v2/protocol/oauth/tokenExchange", post(exchange::exchange))
}

/// The claims of a token, verified or not: who relies on them has judged it before.
pub(super) fn claims(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    let bytes = base64::decode(payload.as_bytes(), Form::Url, &Budget::JUDGE).strict()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

/// A claim that is a text.
fn text<'c>(claims: &'c Value, pointer: &str) -> Option<&'c str> {
    claims.pointer(pointer).and_then(Value::as_str)
}

/// Whether a token of these claims holds a role of the realm.
fn holds(claims: &Value, role: &str) -> bool {
    let roles = claims.pointer("/realm_access/roles").and_then(Value::as_array);
    roles.is_some_and(|roles| roles.iter().any(|it| it == role))
}

impl Simulator {
    /// What an access token is judged by.
    fn token_context(&self) -> Context {
        Context {
            key: Some(self.realm_key.clone().into()),
            as_of: Some(self.clock.now()),
            service: Some(Service::IamExchange),
            ..Context::default()
        }
    }

    /// The claims of the bearer token of a call that needs `role`.
    ///
    /// # Errors
    /// The refusal of a call without a token, with an invalid one, or without the role.
    pub(super) fn bearer(&self, headers: &HeaderMap, role: Option<&str>) -> Result<Value, Refused> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let Some(token) = token else {
            if self.is_without("iam-exchange.token-missing") {
                return Ok(json!({}));
            }
            return Err(Refused::duty("iam-exchange.token-missing"));
        };
        self.judge(&CONTRACT, Kind::AccessToken, token.as_bytes(), &self.token_context())?;
        let claims = claims(token).unwrap_or_else(|| json!({}));
        if role.is_some_and(|role| !holds(&claims, role)) && !self.is_without("iam-exchange.role-missing") {
            return Err(Refused::duty("iam-exchange.role-missing"));
        }
        Ok(claims)
    }

    /// Whether the subsets of profiles concern the client of these claims. A client that nobody
    /// configured is shown all.
    fn shows_subsets(&self, claims: &Value) -> bool {
        let exchange = self.exchange();
        let client = text(claims, "/azp").and_then(|azp| exchange.clients.get(azp));
        client.is_none_or(|client| client.subsets)
    }

    /// An identifier of an answer, for the help desk: it follows from the answer.
    fn incident(&self, of: &str) -> String {
        let id: [u8; 12] =
            Stream::new(self.config.seed, &format!("incident {} {of}", self.clock.now())).array();
        format!("Id-{}", data_encoding::HEXLOWER.encode(&id))
    }
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    (status, headers, body.to_string()).into_response()
}

async fn own_profiles(State(world): World, headers: HeaderMap) -> Result<Response, Refused> {
    let claims = world.bearer(&headers, Some(PROFILE))?;
    let user = claims.get("userProfile").cloned().unwrap_or_default();
    let ssin = text(&user, "/ssin").unwrap_or_default();
    let mut profiles =
        Person::of(ssin).map_or_else(|| json!({}), |it| it.profiles(world.shows_subsets(&claims), true));
    // The names are those of the login.
    for name in ["firstName", "lastName"] {
        if let Some(value) = user.get(name) {
            profiles[name] = value.clone();
        }
    }
    Ok(answer(StatusCode::OK, &profiles))
}

async fn profiles_of(
    State(world): World,
    headers: HeaderMap,
    ssin: Result<Path<String>, PathRejection>,
) -> Result<Response, Response> {
    let claims = world.bearer(&headers, Some(PROFILE_SPECIFIC)).map_err(IntoResponse::into_response)?;
    let invalid = |given: &str| {
        // What was sent is shown, but no more of it than an SSIN is long, and nothing that a log
        // could take for its own.
        let shown: String = given.chars().filter(char::is_ascii_graphic).take(20).collect();
        let body = json!({
            "type": "https://www.gcloud.belgium.be/rest/problems/badRequest",
            "title": "Bad Request",
            "status": 400,
            "detail": format!("Invalid parameter: '{shown}' is not a valid SSIN."),
            "id": world.incident(given),
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (StatusCode::BAD_REQUEST, kind, body.to_string()).into_response()
    };
    let Ok(Path(given)) = ssin else { return Err(invalid("")) };
    let context = Context {
        identifier_type: Some("SSIN".to_owned()),
        service: Some(Service::IamExchange),
        ..Context::default()
    };
    world.judge(&CONTRACT, Kind::Identifier, given.as_bytes(), &context).map_err(|_| invalid(&given))?;
    let profiles = Person::of(&given).map(|it| it.profiles(world.shows_subsets(&claims), false));
    Ok(answer(StatusCode::OK, &profiles.unwrap_or_else(|| json!({"ssin": given}))))
}
