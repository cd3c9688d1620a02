//! SOAP over HTTP: from a request to the operation that it calls, and from what came of it to an
//! answer.
//!
//! A service hands in its contract and what its operations do; it knows neither envelopes nor faults.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};

use super::refusal::{self, Refused};
use super::{Simulator, wsdl};
use crate::base::time::Instant;
use crate::base::{Budget, Kind};
use crate::context::Context;
use crate::forge::ra_message::{self, Message, Value};
use crate::forge::soap::{Fault, Whose, envelope};
use crate::model::signed_xml::{Keys, Readings};
use crate::model::soap::payload;
use crate::rule::Finding;
use crate::service::binding::{MALFORMED, fault};
use crate::service::{Contract, Operation};
use crate::wire::xml::{Document, Element, Encodings, Source};

/// A request that the rules let pass.
pub(super) struct Call<'d> {
    /// The operation that it names.
    pub(super) operation: &'static Operation,
    /// The request element.
    pub(super) request: Element<'d>,
    /// The certificate of who signed it, in DER.
    pub(super) signer: Option<Vec<u8>>,
    pub(super) now: Instant,
}

/// A service as it is bound to SOAP.
pub(super) struct Bound {
    pub(super) contract: &'static Contract,
    /// What its messages are.
    pub(super) kind: Kind,
    /// The rules that its operations judge for themselves, to answer with a code of their own. What is
    /// wrong in the CSR or the certificate within a message is left to them too.
    pub(super) left: &'static [&'static str],
    /// What its operations do: the payload of the response, or why there is none.
    pub(super) perform: fn(&Simulator, &Call<'_>) -> Result<Value, Refused>,
    /// The refusal of an operation, where what the rules refuse has another code in it.
    pub(super) refine: fn(&Operation, Element<'_>, Refused) -> Refused,
}

/// What came of a request: the message that answers it, or the refusal and what it answers.
type Came = Result<String, (Option<Asked>, Refused)>;

/// What a response must name of its request.
struct Asked {
    operation: &'static Operation,
    id: String,
}

/// What answers at the address of a service: its description to GET, its operations to POST.
pub(super) fn endpoint(bound: &'static Bound) -> MethodRouter<Arc<Simulator>> {
    described(bound.contract).post(
        move |State(world): State<Arc<Simulator>>,
              headers: HeaderMap,
              body: Result<Bytes, BytesRejection>| async move { answer(&world, bound, &headers, body) },
    )
}

/// What answers a GET at the address of a service.
pub(super) fn described(contract: &'static Contract) -> MethodRouter<Arc<Simulator>> {
    get(move |headers: HeaderMap, query: RawQuery| async move { describe(contract, &headers, query) })
}

/// The description for `?wsdl`; without it a GET is not what the endpoint takes.
fn describe(contract: &Contract, headers: &HeaderMap, query: RawQuery) -> Response {
    if !query.0.is_some_and(|it| it.trim_end_matches('=').eq_ignore_ascii_case("wsdl")) {
        let mut response =
            refusal::plain(StatusCode::METHOD_NOT_ALLOWED, "This endpoint takes SOAP messages by POST");
        response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("POST"));
        return response;
    }
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
    let text = wsdl::of(contract, host);
    xml(StatusCode::OK, text)
}

/// What the binding to HTTP asks of a request before its body is looked at: the media type, and that
/// it could be read whole. With the body comes the SOAPAction, where there is one.
pub(super) fn arrived<'h>(
    world: &Simulator,
    headers: &'h HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<(Bytes, Option<&'h str>), Refused> {
    let text = |name: HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
    let media = text(header::CONTENT_TYPE).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("text/xml") && !world.is_without("soap-binding.media-type-wrong") {
        return Err(Refused::duty("soap-binding.media-type-wrong"));
    }
    let body = body.map_err(|rejection| Refused::unread(&rejection))?;
    Ok((body, text(HeaderName::from_static("soapaction"))))
}

/// Answers a message.
fn answer(
    world: &Arc<Simulator>,
    bound: &Bound,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let number = world.registry().draw();
    let id = world.bench.stream(&format!("answer {number} of {}", bound.contract.service.name())).uuid();
    match exchange(world, bound, headers, body, &id) {
        Ok(text) => message(StatusCode::OK, &envelope(&text)),
        Err((asked, refused)) => refuse(world, asked, &refused, &id),
    }
}

/// A refusal of what names no operation.
fn bare(refused: Refused) -> (Option<Asked>, Refused) {
    (None, refused)
}

fn exchange(
    world: &Simulator,
    bound: &Bound,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    id: &str,
) -> Came {
    let contract = bound.contract;
    let (body, action) = arrived(world, headers, body).map_err(bare)?;
    let context = Context {
        as_of: Some(world.clock.now()),
        service: Some(contract.service),
        soap_action: action.map(str::to_owned),
        trust: vec![world.bench.pki.root.certificate.clone(), world.bench.pki.eid_ca.certificate.clone()],
        ..Context::default()
    };
    world.judge(contract, Kind::Soap, &body, &context).map_err(bare)?;
    let no_xml = || bare(Refused::new(fault(MALFORMED), "The message cannot be read"));
    let source = Source::read(&body, Encodings::Utf8).map_err(|_| no_xml())?;
    let document = Document::parse(&source, &Budget::JUDGE).map_err(|_| no_xml())?;
    let request = payload(document.root());
    let operation = contract
        .operations
        .iter()
        .find(|operation| operation.soap.is_some_and(|soap| request.is(soap.namespace, soap.element)));
    let asked = operation
        .map(|operation| Asked { operation, id: request.value_of("Id").unwrap_or_default().into_owned() });
    if action.is_none() && !world.is_without("soap-binding.action-missing") {
        return Err((asked, Refused::duty("soap-binding.action-missing")));
    }
    let is_left =
        |finding: &Finding| finding.at.contains(" \u{2192} ") || bound.left.contains(&finding.rule.id);
    let judged = world.judge_but(contract, bound.kind, &body, &context, is_left);
    let Some(operation) = operation else {
        return match judged {
            Ok(_) if world.is_without("soap-binding.response-sent") => Ok(String::new()),
            Ok(_) => Err(bare(Refused::duty("soap-binding.response-sent"))),
            Err(refused) => Err(bare(refused)),
        };
    };
    let perform = || {
        judged.map_err(|refused| (bound.refine)(operation, request, refused))?;
        let keys = Keys::of(&context);
        let readings = Readings::of(&document);
        let signatures = readings.check(&keys);
        // A service without the rule about it takes a signature that does not hold.
        let signer = signatures.iter().find_map(|it| it.signer().map(|it| it.raw.to_vec())).or_else(|| {
            let given = signatures.iter().flat_map(|it| &it.certificates);
            given.filter_map(|it| it.certificate.as_ref()).map(|it| it.raw.to_vec()).next()
        });
        (bound.perform)(world, &Call { operation, request, signer, now: world.clock.now() })
    };
    match perform() {
        Ok(value) => {
            let written = Message::success(operation.id, &format!("_{id}"), "", world.clock.now(), value);
            Ok(written.map(|it| answering(it, asked.as_ref())).unwrap_or_default())
        }
        Err(refused) => Err((asked, refused)),
    }
}

/// A response as an element: it names the request that it answers, where that had an identifier.
fn answering(mut response: Message, asked: Option<&Asked>) -> String {
    response.in_response_to = asked.map(|it| it.id.clone()).filter(|id| !id.is_empty());
    response.xml()
}

/// A refusal on its way: in the status of the response where its code belongs there, else as a fault,
/// and as plain text where the answer is no SOAP at all.
fn refuse(world: &Simulator, asked: Option<Asked>, refused: &Refused, id: &str) -> Response {
    let code = refused.refusal().code;
    if refused.refusal().status == 200
        && let Some(asked) = asked
    {
        let parameters: Vec<(&str, &str)> =
            refused.value().into_iter().chain([("reason", refused.detail())]).collect();
        let error = ra_message::Refusal { code, parameters: &parameters };
        let now = world.clock.now();
        let written = Message::refusal(asked.operation.id, &format!("_{id}"), "", now, &[error]);
        if let Some(written) = written {
            return message(StatusCode::OK, &envelope(&answering(written, Some(&asked))));
        }
    }
    let status = match refused.refusal().status {
        200 => StatusCode::INTERNAL_SERVER_ERROR,
        other => StatusCode::from_u16(other).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    };
    if !status.is_server_error() {
        return refusal::plain(status, &format!("{code}: {}", refused.detail()));
    }
    // A failure that is nobody's but the service's own is told as such.
    let own = status == StatusCode::SERVICE_UNAVAILABLE;
    let whose = if own { Whose::Server } else { Whose::Client };
    let code = if own { "Server" } else { code };
    let text = Fault { whose, code, message: refused.detail(), id }.xml();
    message(StatusCode::INTERNAL_SERVER_ERROR, &text)
}

fn message(status: StatusCode, text: &str) -> Response {
    xml(status, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}"))
}

/// An answer in XML.
pub(super) fn xml(status: StatusCode, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], text).into_response()
}
