//! The services' contracts as data: their operations, what each carries, and what it may answer.
//!
//! Both sides read this: the scenario, to know what artefact an answer must be, and the simulator,
//! to know how a broken rule is answered. It knows neither HTTP servers nor clients.

use crate::base::{Budget, Kind, Service};
use crate::model::soap::payload;
use crate::wire::xml::{Document, Encodings, Source};

pub mod attribute_authority;
pub mod binding;
pub mod certra;
pub mod etkdepot;
pub mod etkra;
pub mod iam_exchange;
pub mod keydepot;
pub mod lasting;

/// A service.
#[derive(Debug)]
pub struct Contract {
    /// The service.
    pub service: Service,
    /// Its operations, in the order of its cookbook.
    pub operations: &'static [Operation],
    /// What it watches over beyond single artefacts: challenges, tokens, ownership.
    pub duties: &'static [Duty],
    /// How a request is refused whose artefact of this kind breaks this rule.
    pub refusal: fn(Kind, &str) -> Refusal,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId` of its OpenAPI description; of a SOAP operation the name that its elements
    /// start with.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Where the cookbook describes it, and where its errors.
    pub sections: [&'static str; 2],
    /// What sets a SOAP operation apart from the others of its endpoint.
    pub soap: Option<Soap>,
    /// The role that a token must hold; empty where none is asked.
    pub role: &'static str,
    /// What the request's body is.
    pub request: Option<Kind>,
    /// What the query is.
    pub query: Option<Kind>,
    /// What it may answer.
    pub answers: &'static [Answer],
}

/// A SOAP operation, document/literal: its request element names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Soap {
    /// The namespace of the request element.
    pub namespace: &'static str,
    /// The local name of the request element.
    pub element: &'static str,
    /// The SOAPAction, without its quotes.
    pub action: &'static str,
}

/// What an operation may answer with one status.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What the body is.
    pub body: Body,
    /// The error code that the cookbook gives.
    pub code: Option<&'static str>,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Nothing is said of it.
    Open,
    /// There is none.
    Empty,
    /// An artefact of this kind.
    Artefact(Kind),
    /// JSON in which this member holds an artefact in base64url.
    Member(&'static str, Kind),
}

/// A duty of a service that no single artefact shows: a simulator without it has exactly that hole.
#[derive(Debug)]
pub struct Duty {
    /// Its id, as a rule's: it names the defect of a request and reads well after "allow".
    pub id: &'static str,
    /// What is refused, as a sentence without its full stop.
    pub title: &'static str,
    /// The refusal.
    pub refusal: Refusal,
}

/// How a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The service's error code.
    pub code: &'static str,
}

/// Every contract. Add a line when a service comes.
#[rustfmt::skip] // One a line, so that entries do not meet.
pub const CONTRACTS: &[&Contract] = &[
    &keydepot::CONTRACT,
    &iam_exchange::CONTRACT,
    &certra::CONTRACT,
    &etkra::CONTRACT,
    &etkdepot::CONTRACT,
    &attribute_authority::CONTRACT,
];

/// The contract of the service that a source is named after.
pub fn contract(source: &str) -> Option<&'static Contract> {
    CONTRACTS.iter().copied().find(|contract| contract.service.name() == source)
}

/// The operation that a request called: the one with this `operationId`, or, where an endpoint has
/// many SOAP operations, the one that the body's element names, or else the SOAPAction.
pub fn called(source: &str, id: &str, action: Option<&str>, body: &[u8]) -> Option<&'static Operation> {
    let contract = contract(source)?;
    let of_id = contract.operations.iter().find(|operation| operation.id == id);
    of_id.or_else(|| contract.soap_operation(body, action))
}

/// The duties of all services, and those that the SOAP services share.
pub fn duties() -> impl Iterator<Item = &'static Duty> {
    CONTRACTS.iter().flat_map(|contract| contract.duties).chain(binding::DUTIES)
}

/// The duty with this id.
pub fn duty(id: &str) -> Option<&'static Duty> {
    duties().find(|duty| duty.id == id)
}

impl Contract {
    /// The SOAP operation of a message.
    pub fn soap_operation(&self, body: &[u8], action: Option<&str>) -> Option<&'static Operation> {
        let soap = || self.operations.iter().filter_map(|it| Some((it, it.soap?)));
        soap().next()?;
        let source = Source::read(body, Encodings::Utf8).ok();
        let document = source.as_ref().and_then(|it| Document::parse(it, &Budget::JUDGE).ok());
        let entry = document.as_ref().map(|document| payload(document.root()));
        let named = entry.and_then(|entry| soap().find(|(_, it)| entry.is(it.namespace, it.element)));
        let action = action.map(|it| it.trim().trim_matches('"'));
        named.or_else(|| soap().find(|(_, it)| Some(it.action) == action)).map(|(operation, _)| operation)
    }
}

impl Operation {
    /// What it may answer with `status`, or nothing when its table does not hold the status.
    pub fn answer(&self, status: u16) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.status == status)
    }

    /// How reports name it: method and path, or the name of a SOAP operation.
    pub fn label(&self) -> String {
        match self.soap {
            Some(_) => self.id.to_owned(),
            None => format!("{} {}", self.method, self.path),
        }
    }
}
