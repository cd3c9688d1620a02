//! Actor tokens: the JWT that a Trusted Platform signs for an exchange, valid or with a named flaw.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Order, Workbench, means, read};
use crate::base::time::Duration;
use crate::crypto::hmac;
use crate::forge::jwt;
use crate::forge::keys::{Algorithm, Hash, Key};
use crate::forge::rng::Stream;
use crate::simulator::iam_exchange::clients::PLATFORM;
use crate::target::signers::Role;
use crate::wire::base64::{self, Form};

/// How long an actor token is good for.
const LIFETIME: Duration = Duration::minutes(5);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ActorToken {
    /// The client id of the platform.
    #[serde(default = "platform")]
    client: String,
    /// What sets the token apart from the others of its workflow: it goes into `jti`.
    id: String,
    /// The profile that is chosen.
    #[serde(default)]
    sub: String,
    /// The name of the key that signs; the organisation's where none is given.
    #[serde(default)]
    key: String,
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
    /// It expires at this very second.
    ExpiresNow,
    /// It is signed with RS512.
    OtherAlgorithm,
    /// It has no signature (`alg` none).
    Unsigned,
    /// The platform's public key is the secret of an HMAC.
    Symmetric,
    /// Somebody else signed it.
    ForeignKey,
    /// A claim is missing.
    NoIssuer,
    NoExpiry,
    NoIssueTime,
    NoId,
    /// A time is a text.
    TimeAsText,
    /// It was issued in an hour.
    FromTheFuture,
    /// It is not good before in an hour.
    NotYet,
    /// Its `jti` is longer than a service keeps.
    LongId,
    /// It is an access token's claims.
    OtherToken,
    /// It brings along its own key.
    OwnKey,
    /// It is no JWT.
    Garbage,
    /// It has two parts.
    TwoParts,
}

fn platform() -> String {
    PLATFORM.to_owned()
}

pub(super) async fn make(State(workbench): State<Arc<Workbench>>, order: Order<ActorToken>) -> Answer {
    let mut order = read(order)?;
    order.client = workbench.client_id(&order.client);
    let bench = &workbench.bench;
    let now = workbench.clock.now();
    let jti = Stream::new(bench.seed(), &workbench.own(&format!("actor token {}", order.id))).uuid();
    let mut claims = json!({
        "iss": order.client,
        "exp": (now + LIFETIME).unix_timestamp(),
        "iat": now.unix_timestamp(),
        "jti": jti,
    });
    if !order.sub.is_empty() {
        claims["sub"] = order.sub.as_str().into();
    }
    let without = |claims: &mut Value, name: &str| {
        if let Some(members) = claims.as_object_mut() {
            members.shift_remove(name);
        }
    };
    let at = |offset: Duration| (now + offset).unix_timestamp();
    match order.flaw {
        Flaw::Expired => {
            claims["iat"] = at(-Duration::hours(2)).into();
            claims["exp"] = at(-Duration::hours(1)).into();
        }
        Flaw::ExpiresNow => {
            claims["iat"] = at(-LIFETIME).into();
            claims["exp"] = at(Duration::ZERO).into();
        }
        Flaw::NoIssuer => without(&mut claims, "iss"),
        Flaw::NoExpiry => without(&mut claims, "exp"),
        Flaw::NoIssueTime => without(&mut claims, "iat"),
        Flaw::NoId => without(&mut claims, "jti"),
        Flaw::TimeAsText => claims["exp"] = at(LIFETIME).to_string().into(),
        Flaw::FromTheFuture => {
            claims["iat"] = at(Duration::hours(1)).into();
            claims["exp"] = at(Duration::hours(2)).into();
        }
        Flaw::NotYet => claims["nbf"] = at(Duration::hours(1)).into(),
        Flaw::LongId => claims["jti"] = "x".repeat(300).into(),
        Flaw::OtherToken => {
            claims["azp"] = order.client.as_str().into();
            claims["realm_access"] = json!({"roles": ["token-exchange"]});
        }
        Flaw::None
        | Flaw::OtherAlgorithm
        | Flaw::Unsigned
        | Flaw::Symmetric
        | Flaw::ForeignKey
        | Flaw::OwnKey
        | Flaw::Garbage
        | Flaw::TwoParts => {}
    }
    let own = &match order.key.as_str() {
        "" => workbench.signer(Role::Organisation)?.party.key,
        name => workbench.key(name)?,
    };
    let rs256 = Algorithm::RsaPkcs1(Hash::Sha256);
    let token = match order.flaw {
        Flaw::OtherAlgorithm => {
            signed(&json!({"alg": "RS512"}), &claims, own, Algorithm::RsaPkcs1(Hash::Sha512))
        }
        Flaw::Unsigned => jwt::unsigned(&claims),
        Flaw::Symmetric => {
            let part = |value: &Value| base64::encode(value.to_string().as_bytes(), Form::Url);
            let text = format!("{}.{}", part(&json!({"alg": "HS256"})), part(&claims));
            let tag = hmac(Hash::Sha256, own.public_pem().as_bytes(), text.as_bytes()).unwrap_or_default();
            format!("{text}.{}", base64::encode(&tag, Form::Url))
        }
        Flaw::ForeignKey => signed(&json!({"alg": "RS256"}), &claims, &bench.pki.stranger.key, rs256),
        Flaw::OwnKey => {
            let key = &bench.pki.stranger.key;
            let jwk = key.rsa_public().map(|(n, e)| {
                json!({"kty": "RSA", "n": base64::encode(n, Form::Url), "e": base64::encode(e, Form::Url)})
            });
            signed(&json!({"alg": "RS256", "jwk": jwk}), &claims, key, rs256)
        }
        Flaw::Garbage => "this-is-no-token".to_owned(),
        Flaw::TwoParts => {
            let token = signed(&json!({"alg": "RS256"}), &claims, own, rs256);
            token.rsplit_once('.').map(|(two, _)| two.to_owned()).unwrap_or_default()
        }
        Flaw::None
        | Flaw::Expired
        | Flaw::ExpiresNow
        | Flaw::NoIssuer
        | Flaw::NoExpiry
        | Flaw::NoIssueTime
        | Flaw::NoId
        | Flaw::TimeAsText
        | Flaw::FromTheFuture
        | Flaw::NotYet
        | Flaw::LongId
        | Flaw::OtherToken => signed(&json!({"alg": "RS256"}), &claims, own, rs256),
    };
    means::signed(own)?;
    Ok(Json(json!({"actorToken": token, "client": order.client, "id": jti})))
}

fn signed(header: &Value, claims: &Value, key: &Key, algorithm: Algorithm) -> String {
    let part = |value: &Value| base64::encode(value.to_string().as_bytes(), Form::Url);
    let text = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(algorithm, text.as_bytes());
    format!("{text}.{}", base64::encode(&signature, Form::Url))
}
