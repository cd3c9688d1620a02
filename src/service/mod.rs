//! The services' contracts as data: their operations, what each carries, and what it may answer.
//!
//! Both sides read this: the scenario, to know what artefact an answer must be, and the simulator,
//! to know how a broken rule is answered. It knows neither HTTP servers nor clients.

use crate::base::{Kind, Service};

pub mod keydepot;

/// A service.
#[derive(Debug)]
pub struct Contract {
    /// The service.
    pub service: Service,
    /// Its operations, in the order of its cookbook.
    pub operations: &'static [Operation],
    /// What it watches over beyond single artefacts: challenges, tokens, ownership.
    pub duties: &'static [Duty],
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId` of its OpenAPI description.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Where the cookbook describes it, and where its errors.
    pub sections: [&'static str; 2],
    /// The role that a token must hold.
    pub role: &'static str,
    /// What the request's body is.
    pub request: Option<Kind>,
    /// What the query is.
    pub query: Option<Kind>,
    /// What it may answer.
    pub answers: &'static [Answer],
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

/// Every contract.
pub const CONTRACTS: &[&Contract] = &[&keydepot::CONTRACT];

/// The operation with this `operationId` of the service that a source is named after.
pub fn operation(source: &str, id: &str) -> Option<&'static Operation> {
    let contract = CONTRACTS.iter().find(|contract| contract.service.name() == source)?;
    contract.operations.iter().find(|operation| operation.id == id)
}

/// The duty with this id.
pub fn duty(id: &str) -> Option<&'static Duty> {
    CONTRACTS.iter().flat_map(|contract| contract.duties).find(|duty| duty.id == id)
}

impl Operation {
    /// What it may answer with `status`, or nothing when its table does not hold the status.
    pub fn answer(&self, status: u16) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.status == status)
    }
}
