//! ETK Depot's operations: the tokens and keys of those who have a certificate.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::Simulator;
use super::refusal::Refused;
use super::registry::{Record, Registry};
use crate::base::time::{self, Duration, Instant};
use crate::base::{Budget, Kind, Service};
use crate::context::Context;
use crate::crypto::{Hash, digest};
use crate::forge::rng::Stream;
use crate::model::certificate::Certificate;
use crate::service::Refusal;
use crate::service::binding::MALFORMED;
use crate::service::etkdepot::CONTRACT;
use crate::wire::base64::{self, Form};

type World = State<Arc<Simulator>>;
type Answer = Result<Response, Refused>;
type Id = Result<Path<String>, PathRejection>;

/// An application whose tokens cannot be read: status 500 (8.1) for those who ask for it.
const OUT_OF_ORDER: &str = "ETALON-OUT-OF-ORDER";
/// How long an answer about a key holder is good for: the cookbook's example.
const HOLDER_LIFETIME: Duration = Duration::hours(1);

/// The routes of the cookbook, and where it contradicts itself, of both readings.
pub(super) fn routes(simulator: &Simulator) -> Router<Arc<Simulator>> {
    let mut router = Router::new()
        .route("/etee/v1/etks", get(tokens))
        .route("/etee/v1/pubKeys/cacerts/jwks", get(keys))
        .route("/etee/v1/pubKeys/cacerts/jwks/{kid}", get(key))
        .route("/etee/v1/keyholders/{kid}", get(keyholder));
    if simulator.config.variants {
        // SD-02, SD-65
        router = router
            .route("/etee/v1/Etks", get(tokens))
            .route("/etee/v1/jwks", get(keys))
            .route("/etee/v1/jwks/{kid}", get(key));
    }
    router
}

/// What a query asks for.
#[derive(Default)]
struct Asked {
    kind: String,
    identifier: String,
    application: Option<String>,
    usage: Option<String>,
    time: Option<Instant>,
}

impl Asked {
    fn read(raw: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "type" => asked.kind = value.to_ascii_uppercase(),
                "identifier" => asked.identifier = value,
                "applicationIdentifier" => asked.application = Some(value),
                "use" => asked.usage = Some(value),
                "validityTime" | "time" => {
                    asked.time = time::parse(&value).or_else(|| time::parse(&format!("{value}T00:00:00Z")));
                }
                _ => {}
            }
        }
        asked
    }

    fn fits(&self, record: &Record) -> bool {
        let holder = &record.holder;
        holder.identifier_type == self.kind
            && holder.identifier == self.identifier
            && self.application.as_ref().is_none_or(|it| holder.application.as_ref() == Some(it))
    }
}

fn answer(body: &Value) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

impl Simulator {
    fn asked(&self, raw: Option<String>) -> Result<Asked, Refused> {
        let raw = raw.unwrap_or_default();
        let context =
            Context { as_of: Some(self.clock.now()), service: Some(Service::Etkdepot), ..Context::default() };
        self.judge(&CONTRACT, Kind::KeyQuery, raw.as_bytes(), &context)?;
        let asked = Asked::read(&raw);
        if asked.application.as_deref() == Some(OUT_OF_ORDER) {
            let refusal = Refusal { status: 500, code: "" };
            return Err(Refused::new(refusal, "The request could not be completed"));
        }
        Ok(asked)
    }

    /// What was found, or that there is nothing; a service with that hole answers with nothing.
    fn found(&self, duty: &str, found: Vec<Value>) -> Result<Vec<Value>, Refused> {
        if found.is_empty() && !self.is_without(duty) {
            return Err(Refused::duty(duty));
        }
        Ok(found)
    }
}

async fn tokens(State(world): World, RawQuery(raw): RawQuery) -> Answer {
    let asked = world.asked(raw)?;
    let now = world.clock.now();
    let registry = world.registry();
    let found = registry.records().filter(|it| asked.fits(it)).filter_map(|record| {
        let token = record.token_at(now)?;
        let mut key =
            json!({"applicationIdentifier": record.holder.application.as_deref().unwrap_or_default()});
        key[record.holder.identifier_type.to_ascii_lowercase()] = record.holder.identifier.as_str().into();
        Some(json!({"key": key, "value": base64::encode(&token.etk, Form::Standard)}))
    });
    let found = found.collect();
    drop(registry);
    Ok(answer(&Value::Array(world.found("etkdepot.token-unknown", found)?)))
}

/// A key of a record: which use it is for, and the certificates that lead to it.
fn jwk(world: &Simulator, record: &Record, usage: &str) -> Option<Value> {
    let (certificate, serial) = match usage {
        "enc" => record.token.as_ref().map(|token| (&token.certificate, &token.serial))?,
        _ => (&record.issued.certificate, &record.issued.serial),
    };
    let mut chain = vec![certificate];
    if usage != "enc" {
        chain.push(&world.bench.pki.issuing_ca.certificate);
    }
    let chain: Vec<String> = chain.into_iter().map(|it| base64::encode(it, Form::Standard)).collect();
    let read = Certificate::read(certificate, &Budget::JUDGE).0?;
    let parts = read.key().ok()?.rsa()?;
    Some(json!({
        "kty": "RSA",
        "use": usage,
        "kid": format!("S{serial}"),
        "x5t#S256": base64::encode(digest(Hash::Sha256, certificate).as_bytes(), Form::Url),
        "n": base64::encode(&parts.n, Form::Url),
        "e": base64::encode(&parts.e, Form::Url),
        "x5c": chain,
    }))
}

async fn keys(State(world): World, RawQuery(raw): RawQuery) -> Answer {
    let asked = world.asked(raw)?;
    if asked.usage.is_none() && !world.is_without("etkdepot.use-missing") {
        return Err(Refused::duty("etkdepot.use-missing"));
    }
    let usage = asked.usage.clone().unwrap_or_else(|| "sig".to_owned());
    let time = asked.time.unwrap_or_else(|| world.clock.now());
    let registry = world.registry();
    let valid = |record: &Record| match usage.as_str() {
        "enc" => record.token_at(time).is_some(),
        _ => record.is_valid(time) && record.issued.validity[0] <= time,
    };
    let found = registry.records().filter(|it| asked.fits(it) && valid(it));
    let found = found.filter_map(|record| jwk(&world, record, &usage)).collect();
    drop(registry);
    Ok(answer(&json!({"keys": world.found("etkdepot.key-unknown", found)?})))
}

impl Simulator {
    /// The `kid` of a path: S and a serial number in decimal.
    fn kid_of(&self, id: Id) -> Result<String, Refused> {
        let incorrect = Refusal { status: 400, code: MALFORMED };
        let Path(kid) = id.map_err(|rejection| Refused::new(incorrect, rejection.body_text()))?;
        let digits = kid.strip_prefix('S').is_some_and(|it| {
            !it.is_empty() && it.len() <= 50 && it.bytes().all(|byte| byte.is_ascii_digit())
        });
        if !digits && !self.is_without("etkdepot.kid-malformed") {
            return Err(Refused::duty("etkdepot.kid-malformed"));
        }
        Ok(kid)
    }
}

/// The record of a `kid`, and the use of the key that has it.
fn holder_of<'r>(registry: &'r Registry, kid: &str, now: Instant) -> Option<(&'r Record, &'static str)> {
    let serial = kid.strip_prefix('S')?;
    let there = registry.records().filter(|it| it.available.is_some_and(|at| at <= now));
    there.filter(|record| !record.revoked).find_map(|record| {
        let of_token = record.token.as_ref().is_some_and(|token| token.serial == serial);
        match () {
            () if record.issued.serial == serial => Some((record, "sig")),
            () if of_token => Some((record, "enc")),
            () => None,
        }
    })
}

async fn key(State(world): World, id: Id) -> Answer {
    let kid = world.kid_of(id)?;
    let registry = world.registry();
    let found = holder_of(&registry, &kid, world.clock.now());
    let found = found.and_then(|(record, usage)| jwk(&world, record, usage));
    drop(registry);
    let mut found = world.found("etkdepot.key-unknown", found.into_iter().collect())?;
    Ok(answer(&found.pop().unwrap_or_else(|| json!({}))))
}

async fn keyholder(State(world): World, id: Id) -> Answer {
    let kid = world.kid_of(id)?;
    let now = world.clock.now();
    let mut registry = world.registry();
    let found = holder_of(&registry, &kid, now).map(|(record, _)| record.holder.clone());
    let number = registry.draw();
    drop(registry);
    let mut found = world.found("etkdepot.key-unknown", found.iter().map(holder).collect())?;
    Ok(answer(&json!({
        "aud": "public",
        "keyholder": found.pop().unwrap_or_else(|| json!({})),
        "iss": "urn:be:fgov:ehealth:etee:etkdepot",
        "exp": (now + HOLDER_LIFETIME).unix_timestamp(),
        "iat": now.unix_timestamp(),
        "jti": Stream::new(world.bench.seed(), &format!("answer {number} of ETK Depot")).uuid(),
    })))
}

/// A holder, under the name of what it is.
fn holder(holder: &crate::forge::name::Holder) -> Value {
    let kind = holder.identifier_type.to_ascii_lowercase();
    let (what, member) = match kind.split_once('-') {
        Some((scheme, what)) => (what, scheme),
        None if kind == "ssin" => ("person", "ssin"),
        None => ("enterprise", kind.as_str()),
    };
    json!({what: {member: holder.identifier, "name": holder.name}})
}
