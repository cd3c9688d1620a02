//! Requests and responses of CertRA v2 and EtkRA v2: every operation from the one table that the
//! rules judge by, signed where the operation is.
//!
//! A simulator writes its answers with [`Message`] and [`Value`]; an order makes a valid message with
//! the values of the per-run PKI.

use super::pki::Party;
use super::{Bench, Error, Made, Maker, signed_xml, soap};
use crate::base::time::Instant;
use crate::base::{Kind, Service, time};
use crate::model::certra::codes::CODES;
use crate::model::certra::{Direction, OPERATIONS, Operation, SUCCESS, Signer};

mod mutations;
mod sample;
mod value;
pub(super) mod write;

pub use value::Value;

const PARAMS: &[(&str, &str)] = &[
    ("operation", "the operation: GetCertificate, ActivateETK…"),
    ("side", "request or response"),
    ("outcome", "success, or the code of chapter 7 that a response fails with"),
    ("form", "bare, or in an envelope"),
];

pub(super) const CERTRA: Maker = Maker {
    kind: Kind::CertraMessage,
    params: PARAMS,
    valid: |bench| Order::read(bench, Some(Service::Certra), Form::Bare)?.made(bench),
    mutations: &mutations::CERTRA,
};

pub(super) const ETKRA: Maker = Maker {
    kind: Kind::EtkraMessage,
    params: PARAMS,
    valid: |bench| Order::read(bench, Some(Service::Etkra), Form::Bare)?.made(bench),
    mutations: mutations::ETKRA,
};

/// The names of the operations of a service: CertRA's or EtkRA's.
pub fn operations(service: Service) -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().filter(move |it| it.service == service).map(|it| it.name)
}

/// A message of an operation, unsigned.
#[derive(Debug, Clone)]
pub struct Message {
    operation: &'static Operation,
    direction: Direction,
    /// Its identifier.
    pub id: String,
    /// The identifier of the request that a response answers.
    pub in_response_to: Option<String>,
    /// When it was made.
    pub issued: Instant,
    /// What it says: the payload, and of a response its `Status`.
    pub value: Value,
}

impl Message {
    /// The request of an operation; nothing when no operation has this name.
    pub fn request(operation: &str, id: &str, issued: Instant, value: Value) -> Option<Self> {
        Some(Self {
            operation: find(operation)?,
            direction: Direction::Request,
            id: id.to_owned(),
            in_response_to: None,
            issued,
            value,
        })
    }

    /// The response of an operation that was done; nothing when no operation has this name.
    pub fn success(operation: &str, id: &str, request: &str, issued: Instant, value: Value) -> Option<Self> {
        Some(Self {
            operation: find(operation)?,
            direction: Direction::Response,
            id: id.to_owned(),
            in_response_to: Some(request.to_owned()),
            issued,
            value: value.and("Status", success()),
        })
    }

    /// The response of an operation that was refused; nothing when no operation has this name, or its
    /// responses have no status to say so with.
    pub fn refusal(
        operation: &str,
        id: &str,
        request: &str,
        issued: Instant,
        errors: &[Refusal<'_>],
    ) -> Option<Self> {
        let operation = find(operation).filter(|operation| operation.status)?;
        Some(Self {
            operation,
            direction: Direction::Response,
            id: id.to_owned(),
            in_response_to: Some(request.to_owned()),
            issued,
            value: Value::default().and("Status", failure(errors)),
        })
    }

    /// The message as a bare element.
    pub fn xml(&self) -> String {
        let (of, suffix) = match self.direction {
            Direction::Request => (self.operation.request, "Request"),
            Direction::Response => (self.operation.response, "Response"),
        };
        let mut value = self.value.clone().with("Id", &*self.id);
        if let Some(request) = &self.in_response_to {
            value = value.with("InResponseTo", &**request);
        }
        let value = value.with("IssueInstant", time::format(self.issued));
        write::root(self.operation.namespace(), &format!("{}{suffix}", self.operation.name), of, &value)
    }
}

/// An error in the detail of a status.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// The code of chapter 7.
    pub code: &'a str,
    /// Parameters: name and value.
    pub parameters: &'a [(&'a str, &'a str)],
}

fn success() -> Value {
    Value::default().and("StatusCode", Value::default().with("Value", SUCCESS))
}

/// The status of a request that was refused for these errors.
fn failure(errors: &[Refusal<'_>]) -> Value {
    let code = Value::default().with("Value", "urn:be:fgov:ehealth:2.0:status:Requester");
    let mut detail = Value::default();
    for error in errors {
        let known = CODES.iter().find(|(code, _)| *code == error.code);
        let mut message = known.map_or(error.code, |(_, message)| message).to_owned();
        if let Some((_, first)) = error.parameters.first() {
            message = message.replace("{0}", first);
        }
        let mut value = Value::default().and("Code", error.code).and("Message", message);
        for (name, text) in error.parameters {
            value = value.and("Parameters", Value::default().and("Name", *name).and("Value", *text));
        }
        detail = detail.and("Errors", value);
    }
    Value::default()
        .and("StatusCode", code)
        .and("StatusMessage", "The request is refused.")
        .and("StatusDetail", Value::default().and("EteeStatusDetail", detail))
}

fn find(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|it| it.name == name)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Bare,
    Envelope,
}

/// What an order asks for.
pub(super) struct Order {
    operation: &'static Operation,
    direction: Direction,
    /// The code that a response fails with.
    refused: Option<&'static str>,
    form: Form,
}

impl Order {
    /// Reads the parameters of an order for a message of `service`, or of either.
    pub(super) fn read(bench: &Bench, service: Option<Service>, form: Form) -> Result<Self, Error> {
        let mut of_service =
            OPERATIONS.iter().filter(|it| service.is_none_or(|service| it.service == service));
        let operation = match bench.param("operation") {
            Some(name) => of_service.find(|it| it.name == name),
            // One that needs no card to be put into a reader.
            None => of_service.find(|it| matches!(it.name, "GetCertificate" | "StartETKRegistration")),
        };
        let operation = operation.ok_or(Error::Value {
            name: "operation",
            expected: "an operation of the service, by its name: GetCertificate, ActivateETK…",
        })?;
        let direction = match bench.param("side") {
            None | Some("request") => Direction::Request,
            Some("response") => Direction::Response,
            Some(_) => return Err(Error::Value { name: "side", expected: "request or response" }),
        };
        let refused =
            match bench.param("outcome") {
                None | Some("success") => None,
                Some(code) if direction == Direction::Response && operation.status => {
                    let known = CODES.iter().map(|(known, _)| *known).find(|known| *known == code);
                    Some(known.ok_or(Error::Value {
                        name: "outcome",
                        expected: "success or a code of chapter 7",
                    })?)
                }
                Some(_) => {
                    return Err(Error::Value {
                        name: "outcome",
                        expected: "the response of an operation with a status",
                    });
                }
            };
        let form = match bench.param("form") {
            None => form,
            Some("bare") => Form::Bare,
            Some("envelope") => Form::Envelope,
            Some(_) => return Err(Error::Value { name: "form", expected: "bare or envelope" }),
        };
        Ok(Self { operation, direction, refused, form })
    }

    /// The message.
    pub(super) fn message(&self, bench: &Bench) -> Result<Message, Error> {
        let request = format!("_{}", bench.stream("request").uuid());
        let answer = format!("_{}", bench.stream("response").uuid());
        let (name, issued) = (self.operation.name, bench.clock());
        let known = "the operation is in the table";
        Ok(match (self.direction, self.refused) {
            (Direction::Request, _) => {
                let value = sample::value(bench, self.operation.request, "")?;
                Message::request(name, &request, issued, value).expect(known)
            }
            (Direction::Response, None) => {
                let value = sample::value(bench, self.operation.response, "")?;
                Message::success(name, &answer, &request, issued, value).expect(known)
            }
            (Direction::Response, Some(code)) => {
                let since = time::format(issued);
                let error = Refusal { code, parameters: &[("validFrom", &since)] };
                Message::refusal(name, &answer, &request, issued, &[error]).expect(known)
            }
        })
    }

    /// The message as ordered, signed where the operation is.
    pub(super) fn made(&self, bench: &Bench) -> Result<Made, Error> {
        Ok(self.made_of(bench, self.message(bench)?.xml()))
    }

    /// A message that was changed, signed where the operation is.
    fn made_of(&self, bench: &Bench, mut text: String) -> Made {
        let signer = self.operation.signer.filter(|_| self.direction == Direction::Request);
        let keys = signer.map(|signer| keys(bench, signer));
        if let Some(Keys { signer, issuers, .. }) = &keys {
            text = signed_xml::sign(&text, signer, issuers);
        }
        let made = match self.form {
            Form::Bare => Made::new(format!("{DECLARATION}{text}\n")),
            Form::Envelope => {
                let made = Made::new(format!("{DECLARATION}{}\n", soap::envelope(&text)));
                let action = format!("\"{}\"", self.operation.action);
                if self.direction == Direction::Request { made.with("soap_action", action) } else { made }
            }
        };
        match keys {
            Some(keys) => made.with("trust", vec![keys.anchor.pem()]),
            // The token in an answer has a signer, too.
            None if self.operation.name == "CompleteETKRegistration" => {
                made.with("trust", vec![bench.pki.root.pem()])
            }
            None => made,
        }
    }
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Who signs a request.
struct Keys<'b> {
    signer: &'b Party,
    /// The issuers of the signer's certificate, without the root.
    issuers: Vec<&'b [u8]>,
    anchor: &'b Party,
}

fn keys(bench: &Bench, signer: Signer) -> Keys<'_> {
    let pki = &bench.pki;
    match signer {
        Signer::EidAuthentication => {
            Keys { signer: &pki.eid_authentication, issuers: Vec::new(), anchor: &pki.eid_ca }
        }
        Signer::EidSignature => Keys { signer: &pki.eid_signature, issuers: Vec::new(), anchor: &pki.eid_ca },
        Signer::Ehealth => {
            Keys { signer: &pki.organisation, issuers: vec![&pki.issuing_ca.certificate], anchor: &pki.root }
        }
    }
}

/// Signs a bare request as its operation is signed, with the keys of the per-run PKI; a request that
/// is not signed is handed back. Nothing when the document is no request of an operation.
pub fn sign(bench: &Bench, text: &str) -> Option<String> {
    let name = super::signature::root_name(text)?;
    let operation = find(name.strip_suffix("Request")?)?;
    Some(match operation.signer {
        Some(signer) => {
            let Keys { signer, issuers, .. } = keys(bench, signer);
            signed_xml::sign(text, signer, &issuers)
        }
        None => text.to_owned(),
    })
}
