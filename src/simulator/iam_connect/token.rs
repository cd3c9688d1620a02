//! The token endpoint: authorization codes (RFC 6749, 4.1.3), with PKCE where the code was asked with
//! it (RFC 7636), and client credentials (4.4).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{parameters, refused, roles};
use crate::crypto::{Hash, digest};
use crate::forge::rng::Stream;
use crate::service::iam_exchange::PROFILE_SPECIFIC;
use crate::service::keydepot::{MANAGE_KEYS, READ_KEYS};
use crate::simulator::Simulator;
use crate::simulator::identity::{Grant, LIFETIME, Subject};
use crate::wire::base64::{self, Form};

/// The path of the token endpoint, as Keycloak names it.
pub const PATH: &str = "/auth/realms/healthcare/protocol/openid-connect/token";

pub(super) async fn token(
    State(world): State<Arc<Simulator>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(body) = body else { return refused("invalid_request", "The body cannot be read") };
    let Some(form) = parameters(&body) else {
        return refused("invalid_request", "A parameter came twice");
    };
    let Some(client) = form.get("client_id").filter(|id| !id.is_empty() && id.len() <= 100) else {
        return refused("invalid_request", "Expected client_id");
    };
    match form.get("grant_type").map(String::as_str) {
        Some("client_credentials") => credentials(&world, client, &form),
        Some("authorization_code") => code(&world, client, &form),
        Some(_) | None => {
            refused("unsupported_grant_type", "Expected grant_type authorization_code or client_credentials")
        }
    }
}

fn granted(world: &Simulator, grant: &Grant, scope: &str) -> Response {
    let body = json!({
        "access_token": grant.token(&world.bench),
        "token_type": "Bearer",
        "expires_in": LIFETIME.whole_seconds(),
        "scope": scope,
    });
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    (StatusCode::OK, headers, body.to_string()).into_response()
}

/// A token for the client itself: for KeyDepot, or for a technical client of IAM eXchange.
fn credentials(world: &Simulator, client: &str, form: &BTreeMap<String, String>) -> Response {
    let scope = form.get("scope").map_or("", String::as_str);
    let now = world.clock.now();
    let realm_roles = roles(scope);
    if !realm_roles.is_empty() {
        let configured = world.exchange().clients.get(client).map(|it| it.roles.clone()).unwrap_or_default();
        // Whatever a client is configured for, the exchange needs a login.
        let allowed = |role: &&str| *role == PROFILE_SPECIFIC && configured.contains(role);
        if !realm_roles.iter().all(allowed) {
            return refused("invalid_scope", "The scope is not open to this client's credentials");
        }
        let grant = Grant {
            subject: Subject::Client,
            realm_roles: realm_roles.into_iter().map(str::to_owned).collect(),
            ..Grant::new(client, 0, client, &[], now)
        };
        return granted(world, &grant, scope);
    }
    let all = [READ_KEYS, MANAGE_KEYS];
    let roles: Vec<&str> =
        all.into_iter().filter(|role| scope.is_empty() || scope.split(' ').any(|it| it == *role)).collect();
    let number = Stream::new(world.bench.seed(), &format!("client {client}")).below(u64::MAX);
    granted(world, &Grant::new(client, number, client, &roles, now), &roles.join(" "))
}

/// A token for a code: it serves once, for its client, until it expires or consent is withdrawn.
fn code(world: &Simulator, client: &str, form: &BTreeMap<String, String>) -> Response {
    let given = |name: &str| form.get(name).map_or("", String::as_str);
    let now = world.clock.now();
    let code = world.exchange().redeem(given("code"));
    let Some(code) = code.filter(|it| it.expires > now && it.grant.client == client) else {
        return refused("invalid_grant", "The code is not known, expired, used or another client's");
    };
    if code.redirect != given("redirect_uri") {
        return refused("invalid_grant", "The redirect_uri is another one than the code was sent to");
    }
    let verified = match &code.challenge {
        None => true,
        Some((challenge, method)) if method == "S256" => {
            let hash = digest(Hash::Sha256, given("code_verifier").as_bytes());
            base64::encode(hash.as_bytes(), Form::Url) == *challenge
        }
        Some((challenge, _)) => given("code_verifier") == challenge,
    };
    if !verified {
        return refused("invalid_grant", "The code_verifier does not fit the code_challenge");
    }
    let subject = code.grant.sub(world.config.seed);
    if world.exchange().consent(&subject, client) != Some(true) {
        return refused("invalid_grant", "The user withdrew the consent");
    }
    let grant = Grant { validity: [now, now + LIFETIME], ..code.grant };
    granted(world, &grant, &code.scope)
}
