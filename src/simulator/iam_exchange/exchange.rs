//! The exchange itself: what is judged, in which order the defects are answered, what comes out.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::state::words;
use super::{World, answer, assertion, claims, text};
use crate::base::{Kind, Profile, Service};
use crate::context::Context;
use crate::engine::{self, Options};
use crate::rule::{Finding, Severity};
use crate::service;
use crate::service::iam_exchange::{Row, SCOPES, row};
use crate::simulator::overheard;
use crate::simulator::person::Person;
use crate::simulator::{ISSUER, Simulator};
use crate::wire::base64::{self, Form};

/// Longest text of a client's that is shown to it again.
const SHOWN: usize = 100;

/// A refused exchange.
struct Denied {
    row: Row,
    values: Vec<String>,
}

/// A request, as far as it can be read.
struct Request {
    form: BTreeMap<String, String>,
    /// The claims of the actor token, before anything vouches for them.
    actor: Value,
    /// The claims of the access token, likewise.
    subject: Value,
}

pub(super) async fn exchange(
    State(world): World,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let result = body
        .map_err(|_| Denied { row: Row::GrantType, values: Vec::new() })
        .and_then(|body| world.exchanged(&headers, &body));
    match result {
        Ok(body) => answer(StatusCode::OK, &body),
        Err(denied) => world.denied(&denied),
    }
}

impl Request {
    fn read(body: &[u8]) -> Self {
        let mut form = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            form.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        let of = |name: &str| form.get(name).and_then(|token| claims(token)).unwrap_or_else(|| json!({}));
        let (actor, subject) = (of("actor_token"), of("subject_token"));
        Self { form, actor, subject }
    }

    fn field(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }

    /// Who says to act.
    fn issuer(&self) -> &str {
        text(&self.actor, "/iss").unwrap_or_default()
    }

    /// The values that the text of a row shows.
    fn values(&self, row: Row) -> Vec<String> {
        let of = |claims: &Value, pointer: &str| shown(text(claims, pointer).unwrap_or("unknown"));
        let by = if self.actor.get("sub").is_some() { "sub" } else { "login" };
        let table = [
            (Row::WrongAlgorithm, vec![of(&self.actor, "/iss")]),
            (Row::ClientUnknown, vec![of(&self.actor, "/iss")]),
            (Row::WrongCertificate, vec![of(&self.actor, "/iss")]),
            (Row::PartyDiffers, vec![of(&self.subject, "/azp"), of(&self.actor, "/iss")]),
            (Row::IssuerUntrusted, vec![of(&self.subject, "/iss")]),
            (Row::AccountRefused, vec!["401".to_owned(), "Unauthorized".to_owned()]),
            (Row::Undetermined, vec![by.to_owned()]),
            (Row::ProfileUnresolved, vec!["citizen".to_owned()]),
            (Row::ProfessionUnresolved, vec!["physician".to_owned()]),
            (Row::Backend, vec!["the backend is not available".to_owned()]),
        ];
        table.into_iter().find(|(it, _)| *it == row).map(|(_, values)| values).unwrap_or_default()
    }
}

/// A text of the client's as an error of OAuth may hold it (RFC 6749, 5.2).
fn shown(text: &str) -> String {
    let allowed = |c: char| (' '..='~').contains(&c) && c != '"' && c != '\\';
    text.chars().map(|c| if allowed(c) { c } else { '?' }).take(SHOWN).collect()
}

impl Simulator {
    fn denied(&self, denied: &Denied) -> Response {
        let (status, error, _) = denied.row.printed();
        let values: Vec<&str> = denied.values.iter().map(String::as_str).collect();
        let description = denied.row.text(&values);
        let body = json!({
            "error": error,
            "error_description": description,
            "error_uri": null,
            "id": self.incident(&description),
        });
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
        (status, headers, body.to_string()).into_response()
    }

    fn exchanged(&self, headers: &HeaderMap, body: &[u8]) -> Result<Value, Denied> {
        let request = Request::read(body);
        let mut rows = self.broken_duties(headers, &request);
        rows.extend(self.broken_rules(&request, body));
        if let Some(row) = rows.into_iter().min() {
            return Err(Denied { values: request.values(row), row });
        }
        let now = self.clock.now();
        let ssin = text(&request.subject, "/userProfile/ssin").unwrap_or_default();
        if let Some(row) = self.exchange().failure(ssin) {
            return Err(Denied { values: request.values(row), row });
        }
        // What is done last, so that a token that was refused for another reason may come again.
        let jti = text(&request.actor, "/jti").unwrap_or_default();
        if self.exchange().served(request.issuer(), jti)
            && !self.is_without("iam-exchange.actor-token-reused")
        {
            heard("iam-exchange.actor-token-reused");
            return Err(Denied { row: Row::ActorToken, values: Vec::new() });
        }
        let certificate = self
            .exchange()
            .clients
            .get(request.issuer())
            .map_or_else(|| self.bench.pki.organisation.certificate.clone(), |it| it.certificate.clone());
        let chosen = chosen(&request).cloned().unwrap_or_default();
        let made = assertion::Assertion {
            holder: &certificate,
            ssin,
            login: request.subject.get("userProfile").unwrap_or(&Value::Null),
            chosen: chosen.get("userProfile").unwrap_or(&Value::Null),
            purpose: &format!("{} {jti} {now}", request.issuer()),
        }
        .sign(&self.bench, now);
        Ok(json!({
            "access_token": base64::encode(made.as_bytes(), Form::Standard),
            "refresh_token": null,
            "issued_token_type": "urn:ietf:params:oauth:token-type:saml1",
            "scope": "",
            "token_type": "N_A",
            "expires_in": assertion::LIFETIME.whole_seconds(),
        }))
    }

    /// The rows of the rules that the form or a token breaks.
    fn broken_rules(&self, request: &Request, body: &[u8]) -> Vec<Row> {
        let key = self.exchange().clients.get(request.issuer()).and_then(super::clients::Client::key);
        let form = Context {
            key: key.map(Into::into),
            as_of: Some(self.clock.now()),
            service: Some(Service::IamExchange),
            ..Context::default()
        };
        let mut artefacts = vec![(Kind::TokenExchangeRequest, body, form)];
        let subject = request.field("subject_token");
        if !subject.is_empty() {
            artefacts.push((Kind::AccessToken, subject.as_bytes(), self.token_context()));
        }
        // The rules over both tokens (`token-exchange-request.party-differs` and its sisters) are what the
        // service holds an exchange to: no duty of its own says the same again.
        let without = &self.config.without;
        let options = Options { profile: Profile::Cookbook, without };
        let mut rows = Vec::new();
        for (kind, bytes, context) in artefacts {
            let Ok(judgement) = engine::judge(kind, bytes, &context, &options) else {
                rows.push(Row::Backend);
                continue;
            };
            overheard::judged(&judgement);
            // That the access token has expired is a rule of the exchange, too: one hole is enough for it.
            let own = |it: &&Finding| it.rule.id != "access-token.expired";
            let errors = judgement.findings.iter().filter(|it| it.severity == Severity::Error).filter(own);
            rows.extend(errors.map(|it| row(kind, it.rule.id, field(request, &it.at))));
        }
        rows
    }

    /// The rows of the duties that the request breaks.
    fn broken_duties(&self, headers: &HeaderMap, request: &Request) -> Vec<Row> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let subject = &request.subject;
        let ssin = text(subject, "/userProfile/ssin");
        let supported = ssin.and_then(Person::of).is_none_or(|it| it.has_a_profile());
        // Each lock is let go before the next one is taken.
        let client = self.exchange().clients.get(request.issuer()).cloned();
        let is_revoked = client.as_ref().is_some_and(|it| self.registry().is_revoked(&it.certificate));
        let level = subject.get("acr").map(|acr| acr.as_str().and_then(|text| text.parse::<u8>().ok()));
        let broken = [
            (
                Row::GrantType,
                "iam-exchange.media-type-wrong",
                !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded"),
            ),
            (Row::Audience, "iam-exchange.audience-not-served", !is_served(request.form.get("audience"))),
            (
                Row::Resource,
                "iam-exchange.resource-not-served",
                !is_served(request.form.get("resource")) || request.field("resource").contains('#'),
            ),
            (
                Row::Scope,
                "iam-exchange.scope-not-served",
                words(request.field("scope"))
                    .into_iter()
                    .any(|word| word != "openid" && SCOPES.iter().all(|(scope, _)| *scope != word)),
            ),
            (
                Row::ClientUnknown,
                "iam-exchange.client-unknown",
                !request.issuer().is_empty() && client.is_none(),
            ),
            (Row::WrongCertificate, "iam-exchange.certificate-revoked", is_revoked),
            (
                Row::IssuerUntrusted,
                "iam-exchange.issuer-untrusted",
                text(subject, "/iss").is_some_and(|iss| iss != ISSUER),
            ),
            (Row::Undetermined, "iam-exchange.login-missing", ssin.is_none() || !supported),
            (Row::AccountRefused, "iam-exchange.consent-withdrawn", self.withdrew(subject)),
            (Row::LevelUnknown, "iam-exchange.login-level-unknown", level == Some(None)),
            (Row::LevelLow, "iam-exchange.login-weak", level == Some(Some(0))),
        ];
        let rows = broken.into_iter().filter(|(_, duty, is_broken)| *is_broken && !self.is_without(duty));
        rows.inspect(|(_, duty, _)| heard(duty)).map(|(row, ..)| row).collect()
    }

    /// Whether the user of an access token withdrew the consent to its client.
    fn withdrew(&self, subject: &Value) -> bool {
        let sub = text(subject, "/sub").unwrap_or_default();
        let azp = text(subject, "/azp").unwrap_or_default();
        self.exchange().consent(sub, azp) == Some(false)
    }
}

/// Lets whoever keeps a record know of a duty that the request breaks.
fn heard(duty: &str) {
    if let Some(duty) = service::duty(duty) {
        overheard::refused(duty);
    }
}

/// The entry of `may_act` that the actor token chooses.
fn chosen(request: &Request) -> Option<&Value> {
    let sub = request.actor.get("sub")?;
    let entries = request.subject.get("may_act")?.as_array()?;
    entries.iter().find(|entry| entry.get("sub") == Some(sub))
}

/// Whether an audience or a resource, where one is given, can be a service of the platform.
fn is_served(given: Option<&String>) -> bool {
    given.is_none_or(|given| {
        let is_host = |host: &str| host == "ehealth.fgov.be" || host.ends_with(".ehealth.fgov.be");
        given.starts_with("urn:be:fgov:")
            || url::Url::parse(given)
                .is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some_and(is_host))
    })
}

/// The parameter that a finding speaks of: its path, or the first one that the form lacks.
fn field<'f>(request: &Request, at: &'f str) -> &'f str {
    const NEEDED: [&str; 6] = [
        "grant_type",
        "requested_token_type",
        "actor_token",
        "actor_token_type",
        "subject_token",
        "subject_token_type",
    ];
    if !at.is_empty() {
        return at;
    }
    NEEDED.into_iter().find(|name| request.field(name).is_empty()).unwrap_or(at)
}
