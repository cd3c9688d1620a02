//! Responses of the Attribute Authority: an assertion, or why there is none.

use super::assertion::Assertion;
use super::{ASSERTION_2, ATTRIBUTE_AUTHORITY, FORMAT_ENTITY, PROTOCOL_2, Signer, identifier, instant};
use crate::base::Kind;
use crate::base::time::Instant;
use crate::forge::rng::Stream;
use crate::forge::soap::headless_envelope;
use crate::forge::xml::escaped;
use crate::forge::{Bench, Error, Maker, Mutation, joined};

mod content;
mod draft;
mod mutations;
mod signing;
mod statement;

pub(in crate::forge) const MAKER: Maker = Maker {
    kind: Kind::SamlResponse,
    params: &[
        ("in-response-to", "the identifier of the query"),
        ("status", "the status codes, outermost first, by their last parts: `Requester,UnknownPrincipal`"),
        ("message", "the StatusMessage of a failure"),
    ],
    valid: |bench| {
        let mut response = Response::of(bench);
        if let Some(codes) = bench.param("status") {
            let codes: Vec<&str> = codes.split(',').map(str::trim).collect();
            if codes.iter().any(|code| code.is_empty()) {
                return Err(Error::Value { name: "status", expected: "codes with commas between them" });
            }
            response.status = Status::of(&codes, bench.param("message"));
            if codes != ["Success"] {
                response.assertion = None;
            }
        }
        if let Some(id) = bench.param("in-response-to") {
            response.in_response_to = Some(id.to_owned());
        }
        Ok(draft::made(bench, &response))
    },
    mutations: &MUTATIONS,
};

const MUTATIONS: [Mutation; COUNT] =
    joined(&[mutations::MUTATIONS, content::MUTATIONS, statement::MUTATIONS, signing::MUTATIONS]);
const COUNT: usize = mutations::MUTATIONS.len()
    + content::MUTATIONS.len()
    + statement::MUTATIONS.len()
    + signing::MUTATIONS.len();

/// What the status codes of SAML 2.0 start with.
const PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";

/// A status: nested codes, and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The codes as URIs, outermost first.
    pub codes: Vec<String>,
    /// What is said of a failure.
    pub message: Option<String>,
}

impl Status {
    /// All went well.
    pub fn success() -> Self {
        Self::of(&["Success"], None)
    }

    /// Codes of SAML's own by their last parts, outermost first.
    pub fn of(codes: &[&str], message: Option<&str>) -> Self {
        Self {
            codes: codes.iter().map(|code| format!("{PREFIX}{code}")).collect(),
            message: message.map(str::to_owned),
        }
    }

    fn to_xml(&self) -> String {
        let codes = self.codes.iter().rev().fold(String::new(), |inner, code| {
            format!("<samlp:StatusCode Value=\"{}\">{inner}</samlp:StatusCode>", escaped(code))
        });
        let message = self.message.as_ref();
        let message = message.map(|it| format!("<samlp:StatusMessage>{}</samlp:StatusMessage>", escaped(it)));
        format!("<samlp:Status>{codes}{}</samlp:Status>", message.unwrap_or_default())
    }
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Its identifier.
    pub id: String,
    /// The identifier of the query that it answers.
    pub in_response_to: Option<String>,
    /// When it is issued.
    pub issued: Instant,
    /// Who answers.
    pub issuer: String,
    /// How it went.
    pub status: Status,
    /// The answer.
    pub assertion: Option<Assertion>,
}

impl Response {
    /// An answer to the query with this identifier, issued at `now`.
    pub fn answer(stream: &mut Stream, now: Instant, query: &str, assertion: Assertion) -> Self {
        let response = Self::failure(stream, now, query, Status::success());
        Self { assertion: Some(assertion), ..response }
    }

    /// A response without an answer.
    pub fn failure(stream: &mut Stream, now: Instant, query: &str, status: Status) -> Self {
        Self {
            id: identifier(stream),
            in_response_to: Some(query.to_owned()),
            issued: now,
            issuer: ATTRIBUTE_AUTHORITY.to_owned(),
            status,
            assertion: None,
        }
    }

    /// The answer to the cookbook's question.
    pub fn of(bench: &Bench) -> Self {
        let query = super::query::Query::of(bench).id;
        Self::answer(&mut bench.stream("response"), bench.clock(), &query, Assertion::of(bench))
    }

    /// The response by itself, unsigned.
    pub fn to_xml(&self) -> String {
        let in_response_to = self.in_response_to.as_ref();
        let in_response_to = in_response_to.map(|it| format!(" InResponseTo=\"{}\"", escaped(it)));
        format!(
            "<samlp:Response xmlns:samlp=\"{PROTOCOL_2}\" ID=\"{}\"{} IssueInstant=\"{}\" Version=\"2.0\">\
             <saml:Issuer xmlns:saml=\"{ASSERTION_2}\" Format=\"{FORMAT_ENTITY}\">{}</saml:Issuer>{}{}\
             </samlp:Response>",
            escaped(&self.id),
            in_response_to.unwrap_or_default(),
            instant(self.issued),
            escaped(&self.issuer),
            self.status.to_xml(),
            self.assertion.as_ref().map(Assertion::to_xml).unwrap_or_default(),
        )
    }

    /// The message: in its SOAP envelope, with the assertion signed, as the Attribute Authority does.
    /// A failure has nothing to sign.
    pub fn sign(&self, signer: &Signer) -> String {
        let message = headless_envelope(&self.to_xml());
        match &self.assertion {
            Some(assertion) => signer.sign(&message, &assertion.id),
            None => message,
        }
    }

    /// The message with the response signed as a whole, its assertion within it unsigned.
    pub fn sign_whole(&self, signer: &Signer) -> String {
        signer.sign(&headless_envelope(&self.to_xml()), &self.id)
    }
}
