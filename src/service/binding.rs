//! What every SOAP service refuses before it looks at what is asked: the binding to HTTP of SOAP 1.1
//! and the Basic Profile 1.1.
//!
//! A fault travels under status 500 (R1126), what is no XML is answered with 400 (R1113), another
//! method with 405 (R1114), another media type with 415 (R1115).

use super::{Answer, Body, Duty, Operation, Refusal, Soap};
use crate::base::Kind;
use crate::model::soap::MUST_UNDERSTAND;

/// The code where no more is known (chapter 7.2).
pub const MALFORMED: &str = "SOA-03001";
/// The code of a message that is not SOAP.
pub const NOT_SOAP: &str = "SOA-03002";
/// The code of a message without a body.
pub const BODY_MISSING: &str = "SOA-03003";

/// The refusal with a fault.
pub const fn fault(code: &'static str) -> Refusal {
    Refusal { status: 500, code }
}

/// What every SOAP service watches over.
pub const DUTIES: &[Duty] = &[
    Duty {
        id: "soap-binding.media-type-wrong",
        title: "The message does not come as text/xml",
        refusal: Refusal { status: 415, code: MALFORMED },
    },
    Duty {
        id: "soap-binding.action-missing",
        title: "The message comes without a SOAPAction",
        refusal: fault(MALFORMED),
    },
    Duty {
        id: "soap-binding.response-sent",
        title: "The message is a response, where a request is expected",
        refusal: fault(MALFORMED),
    },
];

/// What a SOAP operation answers: a message of this kind, a fault, or nothing that SOAP has a word for.
pub(super) const fn answers(kind: Kind) -> [Answer; 6] {
    [
        Answer { status: 200, body: Body::Artefact(kind), code: None },
        Answer { status: 400, body: Body::Open, code: Some(MALFORMED) },
        Answer { status: 405, body: Body::Open, code: None },
        Answer { status: 413, body: Body::Open, code: None },
        Answer { status: 415, body: Body::Open, code: Some(MALFORMED) },
        Answer { status: 500, body: Body::Artefact(Kind::Soap), code: Some(MALFORMED) },
    ]
}

/// Where the operations of a SOAP service are, and what they all carry.
pub(super) struct Endpoint {
    pub(super) path: &'static str,
    /// The namespace of the messages.
    pub(super) namespace: &'static str,
    /// What a request is.
    pub(super) request: Kind,
    pub(super) answers: &'static [Answer],
}

impl Endpoint {
    /// An operation by its request element; its errors stand in chapter 7.
    pub(super) const fn operation(
        &self,
        id: &'static str,
        element: &'static str,
        action: &'static str,
        section: &'static str,
    ) -> Operation {
        Operation {
            id,
            method: "POST",
            path: self.path,
            soap: Some(Soap { namespace: self.namespace, element, action }),
            sections: [section, "7"],
            role: "",
            request: Some(self.request),
            query: None,
            answers: self.answers,
        }
    }
}

/// How a message is refused that breaks a rule of XML or SOAP; nothing for a rule of something else.
pub fn refusal(rule: &str) -> Option<Refusal> {
    let code = match rule {
        "soap.body-missing" | "soap.body-empty" => BODY_MISSING,
        // The platform has no code for it.
        "soap.block-not-understood" => MUST_UNDERSTAND,
        "soap.body-entry-repeated"
        | "soap.body-entry-unqualified"
        | "soap.action-unquoted"
        | "soap.action-other" => MALFORMED,
        _ if rule.starts_with("xml.") => return Some(Refusal { status: 400, code: MALFORMED }),
        _ if rule.starts_with("soap.") => NOT_SOAP,
        _ => return None,
    };
    Some(fault(code))
}
