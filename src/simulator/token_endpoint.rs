//! The token endpoint of the simulated I.AM Connect: RFC 6749, client credentials.
//!
//! No secret is asked for: it exists so that a client under test finds a token endpoint where it
//! expects one.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Simulator;
use super::identity::{Grant, LIFETIME};
use crate::forge::rng::Stream;
use crate::service::keydepot::{MANAGE_KEYS, READ_KEYS};

/// The path of the token endpoint, as Keycloak names it.
pub const PATH: &str = "/auth/realms/healthcare/protocol/openid-connect/token";

pub(super) async fn token(
    State(world): State<Arc<Simulator>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let refuse = |error: &str, description: &str| {
        let body = json!({"error": error, "error_description": description});
        (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body.to_string())
            .into_response()
    };
    let Ok(body) = body else { return refuse("invalid_request", "The body cannot be read") };
    let mut form = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(&body) {
        if form.insert(name.into_owned(), value.into_owned()).is_some() {
            return refuse("invalid_request", "A parameter came twice");
        }
    }
    if form.get("grant_type").map(String::as_str) != Some("client_credentials") {
        return refuse("unsupported_grant_type", "Expected grant_type=client_credentials");
    }
    let Some(client) = form.get("client_id").filter(|id| !id.is_empty() && id.len() <= 100) else {
        return refuse("invalid_request", "Expected client_id");
    };
    let scope = form.get("scope").map_or("", String::as_str);
    let all = [READ_KEYS, MANAGE_KEYS];
    let roles: Vec<&str> =
        all.into_iter().filter(|role| scope.is_empty() || scope.split(' ').any(|it| it == *role)).collect();
    let number = Stream::new(world.bench.seed(), &format!("client {client}")).below(u64::MAX);
    let grant = Grant::new(client, number, client, &roles, world.clock.now());
    let body = json!({
        "access_token": grant.token(&world.bench),
        "token_type": "Bearer",
        "expires_in": LIFETIME.whole_seconds(),
        "scope": roles.join(" "),
    });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::OK, headers, body.to_string()).into_response()
}
