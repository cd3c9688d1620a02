//! KeyDepot's operations over HTTP: what is read, what is refused, what is answered.

mod caller;
mod credential;
pub(super) mod depot;
mod query;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::refusal::Refused;
use super::{Simulator, TIMEOUT};
use crate::base::{Kind, Service};
use crate::context::Context;
use crate::service::Refusal;
use crate::service::keydepot::{self, CONTRACT, MANAGE_KEYS, READ_KEYS};
use crate::wire::base64::{self, Form};
use caller::{Caller, Owner};
use credential::Posted;
use depot::{Found, StoredKey};

type World = State<Arc<Simulator>>;
type Answer = Result<Response, Refused>;
type Body = Result<Bytes, BytesRejection>;
type Id = Result<Path<String>, PathRejection>;

/// The routes of the cookbook, and where it contradicts itself, of both readings.
pub(super) fn routes(simulator: &Simulator) -> Router<Arc<Simulator>> {
    let key = get(key).patch(change).delete(remove);
    let mut router = Router::new()
        .route("/keydepot/attestations/options", post(options))
        .route("/keydepot/attestation/result", post(result))
        .route("/keydepot/jwks", get(list))
        .route("/keydepot/jwks/{kid}", key)
        .route("/keydepot/attestations/{kid}", get(attestation))
        .route("/keydepot/keyholder/{kid}", get(keyholder))
        .route("/accounts/{account}", get(account));
    if simulator.config.variants {
        // SD-02
        router = router
            .route("/keydepot/attestations/result", post(result))
            .route("/keydepot/jwks/", get(list))
            .route("/etee/v1/pubKeys/webauthn/jwks", get(list));
    }
    router
}

fn bad(detail: impl Into<String>) -> Refused {
    Refused::new(Refusal { status: 400, code: keydepot::BAD_REQUEST }, detail)
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

impl Simulator {
    /// The body of a request that must be JSON.
    fn body(&self, headers: &HeaderMap, body: Body) -> Result<Bytes, Refused> {
        let kind =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let json = essence == "application/json"
            || (essence.starts_with("application/") && essence.ends_with("+json"));
        if !json && !self.is_without("keydepot.media-type-wrong") {
            return Err(Refused::duty("keydepot.media-type-wrong"));
        }
        body.map_err(|rejection| bad(rejection.body_text()))
    }

    fn context(&self) -> Context {
        Context { as_of: Some(self.clock.now()), service: Some(Service::Keydepot), ..Context::default() }
    }

    /// The `kid` of a path: base64url, for it is a credential id.
    fn kid(&self, id: Id) -> Result<String, Refused> {
        let Path(kid) = id.map_err(|rejection| bad(rejection.body_text()))?;
        let strict = base64::decode(kid.as_bytes(), Form::Url, &crate::base::Budget::JUDGE).strict();
        if strict.is_none_or(|bytes| bytes.is_empty()) && !self.is_without("keydepot.kid-malformed") {
            return Err(Refused::duty("keydepot.kid-malformed"));
        }
        Ok(kid)
    }

    /// The key under a `kid`.
    fn find(&self, kid: &str) -> Result<Box<StoredKey>, Absent> {
        match self.depot().find(kid) {
            Found::Key(key) => Ok(key),
            Found::Gone => Err(Absent::Gone),
            Found::Nothing => Err(self.nothing("keydepot.key-unknown")),
        }
    }

    /// The caller's own key under a `kid`.
    fn find_own(&self, kid: &str, caller: &Caller) -> Result<Box<StoredKey>, Absent> {
        let key = self.find(kid)?;
        if key.owner != caller.owner && !self.is_without("keydepot.key-of-another-account") {
            return Err(Absent::Refused(Refused::duty("keydepot.key-of-another-account")));
        }
        Ok(key)
    }

    fn nothing(&self, duty: &str) -> Absent {
        if self.is_without(duty) { Absent::Denied } else { Absent::Refused(Refused::duty(duty)) }
    }
}

/// That there is nothing to answer with. 8.5 to 8.8 have two rows for it (SD-29).
enum Absent {
    /// There was something, and it was deleted: 204.
    Gone,
    /// There never was, or not for the caller.
    Refused(Refused),
    /// A service with that hole answers as if there were something.
    Denied,
}

impl IntoResponse for Absent {
    fn into_response(self) -> Response {
        match self {
            Self::Gone => StatusCode::NO_CONTENT.into_response(),
            Self::Refused(refused) => refused.into_response(),
            Self::Denied => answer(StatusCode::OK, &json!({})),
        }
    }
}

async fn options(State(world): World, headers: HeaderMap, body: Body) -> Answer {
    let caller = world.caller(&headers, MANAGE_KEYS)?;
    let body = world.body(&headers, body)?;
    world.judge(&CONTRACT, Kind::CreationRequest, &body, &world.context())?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| bad("The body is not JSON"))?;
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let selection =
        request.get("authenticatorSelection").filter(|it| it.as_object().is_some_and(|it| !it.is_empty()));
    let verification = selection.and_then(|it| it.get("userVerification")?.as_str()).map(str::to_owned);
    let conveyance = request.get("attestation").and_then(Value::as_str).unwrap_or("direct");
    let (account, challenge) = {
        let mut depot = world.depot();
        let account = depot.open_account(&caller)?;
        text("username").clone_into(&mut account.username);
        let account = account.clone();
        let challenge = depot.issue(&account.id, world.clock.now(), verification, conveyance);
        (account, challenge)
    };
    let mut options = json!({
        "rp": {"id": world.relying_party.id, "name": caller.application},
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}],
        "timeout": TIMEOUT,
        "attestation": conveyance,
        "user": {
            "name": account.username,
            "displayName": text("displayName"),
            "id": base64::encode(account.id.as_bytes(), Form::Url),
        },
    });
    if let Some(selection) = selection {
        options["authenticatorSelection"] = selection.clone();
    }
    Ok(answer(StatusCode::OK, &options))
}

async fn result(State(world): World, headers: HeaderMap, body: Body) -> Answer {
    let caller = world.caller(&headers, MANAGE_KEYS)?;
    let body = world.body(&headers, body)?;
    let posted = Posted::read(&body);
    let presented = posted.as_ref().and_then(Posted::challenge);
    let issued = presented.as_ref().and_then(|it| world.depot().challenge(it).cloned());
    let expected = match (&presented, &issued) {
        (Some(_), Some(_)) => presented.clone(),
        (Some(_), None) if world.is_without("keydepot.challenge-unknown") => presented.clone(),
        _ => None,
    };
    let context = Context {
        challenge: expected,
        origin: Some(world.relying_party.origin.clone()),
        rp_id: Some(world.relying_party.id.clone()),
        trust: world.attestation_anchors(),
        user_verification: issued.as_ref().and_then(|it| it.user_verification.clone()),
        algorithms: Some(vec![-7, -257]),
        ..world.context()
    };
    world.judge(&CONTRACT, Kind::Attestation, &body, &context)?;
    let posted = posted.ok_or_else(|| bad("The body is no attestation"))?;
    let credential = posted.credential().ok_or_else(|| bad("The attestation object holds no key"))?;
    let presented = presented.unwrap_or_default();
    let now = world.clock.now();
    let keep = |duty: &str| !world.is_without(duty);
    let mut depot = world.depot();
    let account = depot.open_account(&caller)?.clone();
    if let Some(issued) = &issued {
        let refused = [
            ("keydepot.challenge-of-another-account", issued.account != account.id),
            ("keydepot.challenge-expired", issued.expires < now),
            ("keydepot.attestation-withheld", issued.attestation != "none" && posted.is_without_statement()),
        ];
        if let Some((duty, _)) = refused.into_iter().find(|(duty, broken)| *broken && keep(duty)) {
            return Err(Refused::duty(duty));
        }
    } else if keep("keydepot.challenge-unknown") {
        return Err(Refused::duty("keydepot.challenge-unknown"));
    }
    let kid = base64::encode(&credential.id, Form::Url);
    // Whoever takes the challenge registers; a replay finds it taken before anything else is asked.
    if issued.is_some() && !depot.take(&presented) && keep("keydepot.challenge-reused") {
        return Err(Refused::duty("keydepot.challenge-reused"));
    }
    if depot.is_registered(&kid) && keep("keydepot.credential-registered-already") {
        return Err(Refused::duty("keydepot.credential-registered-already"));
    }
    let key = StoredKey {
        kid,
        owner: caller.owner,
        account: account.id,
        application: caller.application,
        jwk: credential.jwk,
        usage: None,
        name: None,
        attestation_object: posted.attestation_object,
        holder: caller.claims,
        registered: now,
        expires: now,
    };
    depot.register(key, now)?;
    drop(depot);
    Ok(answer(StatusCode::CREATED, &json!({"status": "ok", "errorMessage": ""})))
}

async fn change(State(world): World, headers: HeaderMap, id: Id, body: Body) -> Answer {
    let caller = world.caller(&headers, MANAGE_KEYS)?;
    let kid = world.kid(id)?;
    let body = world.body(&headers, body)?;
    world.judge(&CONTRACT, Kind::JwkPatch, &body, &world.context())?;
    let patch: Value = serde_json::from_slice(&body).map_err(|_| bad("The body is not JSON"))?;
    let text = |name: &str| patch.get(name).and_then(Value::as_str).map(str::to_owned);
    let found = world.find_own(&kid, &caller);
    // What is deleted between the two is as gone as what was deleted before.
    if found.is_ok() && world.depot().patch(&kid, text("use"), text("name")) {
        return Ok(StatusCode::OK.into_response());
    }
    Ok(match found {
        // 8.3 knows no 204: what was deleted cannot be changed.
        Ok(_) | Err(Absent::Gone) => world.nothing("keydepot.key-unknown"),
        Err(absent) => absent,
    }
    .into_response())
}

async fn list(State(world): World, headers: HeaderMap, RawQuery(raw): RawQuery) -> Answer {
    world.caller(&headers, READ_KEYS)?;
    let raw = raw.unwrap_or_default();
    world.judge(&CONTRACT, Kind::KeyQuery, raw.as_bytes(), &world.context())?;
    let asked = query::Asked::read(&raw, world.config.variants);
    let depot = world.depot();
    let owner = Owner { kind: asked.kind, id: asked.identifier };
    if depot.account_of(&owner).is_none() {
        return Ok(world.nothing("keydepot.account-unknown").into_response());
    }
    let keys: Vec<Value> = depot
        .keys()
        .filter(|key| key.owner == owner)
        .filter(|key| asked.usage.is_none() || key.usage == asked.usage)
        .filter(|key| asked.application.as_ref().is_none_or(|it| *it == key.application))
        .filter(|key| key.is_valid_at(asked.validity_time.unwrap_or_else(|| world.clock.now())))
        .map(StoredKey::jwk)
        .collect();
    drop(depot);
    Ok(answer(StatusCode::OK, &json!({"keys": keys})))
}

async fn key(State(world): World, headers: HeaderMap, id: Id) -> Answer {
    world.caller(&headers, READ_KEYS)?;
    let kid = world.kid(id)?;
    Ok(world.find(&kid).map_or_else(Absent::into_response, |key| answer(StatusCode::OK, &key.jwk())))
}

async fn remove(State(world): World, headers: HeaderMap, id: Id) -> Answer {
    let caller = world.caller(&headers, MANAGE_KEYS)?;
    let kid = world.kid(id)?;
    if let Err(absent) = world.find_own(&kid, &caller) {
        return Ok(absent.into_response());
    }
    if world.depot().delete(&kid) {
        Ok(StatusCode::OK.into_response())
    } else {
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

async fn attestation(State(world): World, headers: HeaderMap, id: Id) -> Answer {
    world.caller(&headers, READ_KEYS)?;
    let kid = world.kid(id)?;
    Ok(world.find(&kid).map_or_else(Absent::into_response, |key| {
        answer(StatusCode::OK, &credential::shown(&key.attestation_object))
    }))
}

async fn keyholder(State(world): World, headers: HeaderMap, id: Id) -> Answer {
    world.caller(&headers, READ_KEYS)?;
    let kid = world.kid(id)?;
    let key = match world.find(&kid) {
        Ok(key) => key,
        Err(absent) => return Ok(absent.into_response()),
    };
    let holders = if key.owner.kind == "SSIN" { "persons" } else { "organizations" };
    Ok(answer(StatusCode::OK, &json!({"keyholder": [{holders: [key.holder]}]})))
}

async fn account(State(world): World, headers: HeaderMap, id: Id) -> Answer {
    let caller = world.caller(&headers, READ_KEYS)?;
    let Path(given) = id.map_err(|rejection| bad(rejection.body_text()))?;
    let id = account_id(&given);
    if id.is_none() && !world.is_without("keydepot.account-id-malformed") {
        return Err(Refused::duty("keydepot.account-id-malformed"));
    }
    let depot = world.depot();
    let Some((owner, account)) = id.and_then(|id| depot.account(&id)) else {
        return Ok(world.nothing("keydepot.account-unknown").into_response());
    };
    if *owner != caller.owner && !world.is_without("keydepot.account-of-another-person") {
        return Err(Refused::duty("keydepot.account-of-another-person"));
    }
    let details: Vec<Value> = depot
        .keys()
        .filter(|key| key.account == account.id)
        .map(|key| {
            let mut detail = json!({
                "jwkRef": format!("/keydepot/jwks/{}", key.kid),
                "attestationObjectRef": format!("/keydepot/attestations/{}", key.kid),
            });
            if let Some(name) = &key.name {
                detail["name"] = name.as_str().into();
            }
            detail
        })
        .collect();
    if details.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let body = json!({"accountId": account.id, "username": account.username, "details": details});
    drop(depot);
    Ok(answer(StatusCode::OK, &body))
}

/// The UUID of an account, as it is or as the options' `user.id` holds it (SD-38).
fn account_id(given: &str) -> Option<String> {
    let is_uuid = |text: &str| {
        text.len() == 36
            && text.char_indices().all(|(at, c)| match at {
                8 | 13 | 18 | 23 => c == '-',
                _ => c.is_ascii_hexdigit(),
            })
    };
    if is_uuid(given) {
        return Some(given.to_ascii_lowercase());
    }
    let bytes = base64::decode(given.as_bytes(), Form::Url, &crate::base::Budget::JUDGE).strict()?;
    String::from_utf8(bytes).ok().filter(|text| is_uuid(text))
}
