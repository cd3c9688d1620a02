//! The Attribute Authority over HTTP: a signed SOAP message with a query comes in, a SAML response or
//! a fault goes out.

mod answer;
mod sender;
mod source;
pub(super) mod state;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::Simulator;
use super::refusal::{self, Refused};
use super::soap;
use crate::base::{Budget, Kind, Service};
use crate::context::Context;
use crate::forge::saml::Signer;
use crate::forge::saml::response::{Response as Message, Status};
use crate::forge::soap::{Fault, Whose};
use crate::model::saml::PROTOCOL_2;
use crate::model::saml::query::AttributeQuery;
use crate::service::attribute_authority::{self as contract, CONTRACT, PATH};
use crate::service::binding::{self, MALFORMED};
use crate::wire::xml::{Document, Encodings, Source};

type World = State<Arc<Simulator>>;

/// The routes.
pub(super) fn routes(_: &Simulator) -> Router<Arc<Simulator>> {
    Router::new().route(PATH, soap::described(&CONTRACT).post(query))
}

/// A refusal, and the query that it answers, as far as that is known.
struct Refusal {
    to: Option<String>,
    refused: Refused,
}

async fn query(State(world): World, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let mut to = None;
    match answered(&world, &headers, body, &mut to) {
        Ok(text) => soap::xml(StatusCode::OK, text),
        Err(refused) => refuse(&world, &Refusal { to, refused }),
    }
}

/// The answer to a message. `to` becomes the identifier of its query as soon as that is known.
fn answered(
    world: &Simulator,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    to: &mut Option<String>,
) -> Result<String, Refused> {
    let (body, action) = soap::arrived(world, headers, body)?;
    let pki = &world.bench.pki;
    let context = Context {
        as_of: Some(world.clock.now()),
        service: Some(Service::AttributeAuthority),
        soap_action: action.map(str::to_owned),
        trust: vec![pki.root.certificate.clone()],
        intermediates: vec![pki.issuing_ca.certificate.clone()],
        ..Context::default()
    };
    let unread = || Refused::new(binding::fault(MALFORMED), "The message cannot be read");
    let source = Source::read(&body, Encodings::Utf8).ok();
    let document = source.as_ref().and_then(|it| Document::parse(it, &Budget::JUDGE).ok());
    let query = document.as_ref().map(|it| AttributeQuery::read(it.root()));
    let id = query.as_ref().and_then(AttributeQuery::id);
    // An answer names no request whose identifier is none (SAML core 3.2.2).
    *to = id.map(|id| id.text.trim().to_owned()).filter(|id| is_identifier(id));
    let envelope = world.judge(&CONTRACT, Kind::Soap, &body, &context)?;
    if action.is_none() && !world.is_without("soap-binding.action-missing") {
        return Err(Refused::duty("soap-binding.action-missing"));
    }
    // Who asks is known before anything is looked at (AA 4).
    world.judge(&CONTRACT, Kind::WsSecurity, &body, &context)?;
    if let Some(document) = &document {
        world.watch_sender(document, &context)?;
    }
    let query = query.ok_or_else(unread)?;
    if !query.is_query && query.element.namespace() != PROTOCOL_2 {
        return Err(unread());
    }
    world.judge(&CONTRACT, Kind::AttributeQuery, &body, &context).map_err(|judged| {
        let refusal = judged.refusal();
        if refusal.code != "VersionMismatch" {
            return judged;
        }
        let given = query.element.value_of("Version").unwrap_or_default();
        Refused::new(contract::status(contract::version(&given)), judged.detail())
    })?;
    let elsewhere = envelope.findings.iter().any(|it| it.rule.id == "soap.reply-sent-elsewhere");
    if elsewhere && !world.is_without("attribute-authority.reply-elsewhere") {
        return Err(Refused::duty("attribute-authority.reply-elsewhere"));
    }
    let asked = source::Asked::read(&query);
    world.watch(&asked)?;
    let purpose = format!("answer to {} of {} at {}", asked.id, asked.issuer, world.clock.now());
    Ok(answer::success(&world.bench, world.clock.now(), &purpose, &query, &asked))
}

impl Simulator {
    /// Watches over the duties that no artefact shows.
    fn watch(&self, asked: &source::Asked) -> Result<(), Refused> {
        let broken = [
            (
                "attribute-authority.requester-unregistered",
                !asked.issuer.starts_with("urn:be:fgov:") && !asked.issuer.starts_with("https://"),
            ),
            ("attribute-authority.attributes-many", asked.names.len() > source::MOST),
            (
                "attribute-authority.attribute-profile-unknown",
                asked.names.iter().any(|name| !source::is_of_a_profile(name)),
            ),
            (
                "attribute-authority.attribute-unknown",
                asked.names.iter().any(|name| source::is_of_a_profile(name) && !source::is_known(name)),
            ),
            ("attribute-authority.principal-unknown", asked.person.is_none()),
            ("attribute-authority.resource-unknown", asked.names_no_pharmacy()),
        ];
        if let Some((duty, _)) = broken.into_iter().find(|(duty, it)| *it && !self.is_without(duty)) {
            return Err(Refused::duty(duty));
        }
        let ssin = asked.person.as_ref().map_or("", |it| it.ssin());
        if let Some(code) = self.queries().failure(ssin) {
            return Err(Refused::new(contract::status(code), "The service was told to fail"));
        }
        let reused = self.queries().answered(&asked.issuer, &asked.id);
        if reused && !self.is_without("attribute-authority.message-reused") {
            return Err(Refused::duty("attribute-authority.message-reused"));
        }
        Ok(())
    }
}

/// Whether a text can be the identifier of a message: a short name of ASCII without a colon.
fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    let starts = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    starts && text.len() <= 200 && bytes.all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// A refusal on its way: a fault, a status, or plain text where the answer is no SOAP at all.
fn refuse(world: &Simulator, refusal: &Refusal) -> Response {
    let crate::service::Refusal { status, code } = refusal.refused.refusal();
    let detail = refusal.refused.detail();
    let purpose = format!("refusal {} of {:?} at {}", detail, refusal.to, world.clock.now());
    let mut stream = world.bench.stream(&purpose);
    if status == 200 {
        let codes = Status::of(&contract::codes(code), Some(detail));
        let mut response = Message::failure(&mut stream, world.clock.now(), "", codes);
        response.in_response_to.clone_from(&refusal.to);
        let text = response.sign_whole(&Signer::attribute_authority(&world.bench.pki));
        return soap::xml(StatusCode::OK, text);
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status != StatusCode::INTERNAL_SERVER_ERROR {
        return refusal::plain(status, &format!("{code}: {detail}"));
    }
    soap::xml(status, Fault { whose: Whose::Client, code, message: detail, id: &stream.uuid() }.xml())
}
