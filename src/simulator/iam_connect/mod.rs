//! The simulated I.AM Connect: an authorization server with a stub of a login, whose tokens open
//! IAM eXchange and KeyDepot.
//!
//! The paths are Keycloak's. No password and no client secret is asked for: it exists so that a client
//! under test finds the endpoints where it expects them, with the behaviour that its flows need.

mod account;
mod login;
mod page;
mod token;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::identity::KEY_ID;
use super::{ISSUER, Simulator};
use crate::service::iam_exchange::SCOPES;
use crate::wire::base64::{self, Form};

pub use token::PATH as TOKEN_PATH;

/// The name under which suites refer to it.
pub const NAME: &str = "iam-connect";

/// The routes.
pub(super) fn routes() -> Router<Arc<Simulator>> {
    const REALM: &str = "/auth/realms/healthcare";
    Router::new()
        .route(&format!("{REALM}/protocol/openid-connect/auth"), get(login::login))
        .route(token::PATH, post(token::token))
        .route(&format!("{REALM}/protocol/openid-connect/certs"), get(keys))
        .route(&format!("{REALM}/account/applications/{{client}}/consent"), delete(account::withdraw))
        .route(&format!("{REALM}/.well-known/openid-configuration"), get(configuration))
}

/// The parameters of a form or a query, or nothing when one stands twice (RFC 6749, 3.1 and 3.2).
fn parameters(text: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(text) {
        if all.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(all)
}

/// The roles that the scopes of IAM eXchange among `scope` open.
fn roles(scope: &str) -> Vec<&'static str> {
    let of = |word| SCOPES.iter().find(|(scope, _)| *scope == word).map(|(_, role)| *role);
    scope.split_ascii_whitespace().filter_map(of).collect()
}

/// The realm's key, for who verifies tokens.
async fn keys(State(world): State<Arc<Simulator>>) -> Json<Value> {
    let key = world.bench.pki.realm.key.rsa_public().map(|(n, e)| {
        let part = |octets: &[u8]| {
            let first = octets.iter().position(|it| *it != 0).unwrap_or_default();
            base64::encode(&octets[first..], Form::Url)
        };
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, "n": part(n), "e": part(e)})
    });
    Json(json!({"keys": key.into_iter().collect::<Vec<_>>()}))
}

/// Where everything is (RFC 8414). The addresses are those of the realm's name.
async fn configuration() -> Json<Value> {
    let at = |path: &str| format!("{ISSUER}/protocol/openid-connect/{path}");
    Json(json!({
        "issuer": ISSUER,
        "authorization_endpoint": at("auth"),
        "token_endpoint": at("token"),
        "jwks_uri": at("certs"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "code_challenge_methods_supported": ["S256", "plain"],
        "scopes_supported": SCOPES.iter().map(|(scope, _)| scope).collect::<Vec<_>>(),
    }))
}

/// An error of OAuth (RFC 6749, 5.2).
fn refused(error: &str, description: &str) -> Response {
    let body = json!({"error": error, "error_description": description});
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::BAD_REQUEST, headers, body.to_string()).into_response()
}
