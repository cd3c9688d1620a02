//! What every SOAP service refuses before it looks at what is asked: the binding to HTTP of SOAP 1.1
//! and the Basic Profile 1.1.
//!
//! A fault travels under status 500 (R1126), what is no XML is answered with 400 (R1113), another
//! method with 405 (R1114), another media type with 415 (R1115).

use super::{Duty, Refusal};

/// The code where no more is known (chapter 7.2).
pub const MALFORMED: &str = "SOA-03001";
/// The code of a message that is not SOAP.
pub const NOT_SOAP: &str = "SOA-03002";
/// The code of a message without a body.
pub const BODY_MISSING: &str = "SOA-03003";
/// The code of a header that must be understood and is not: SOAP's own, for the platform has none.
pub const MUST_UNDERSTAND: &str = "MustUnderstand";

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

/// How a message is refused that breaks a rule of XML or SOAP; nothing for a rule of something else.
pub fn refusal(rule: &str) -> Option<Refusal> {
    let code = match rule {
        "soap.body-missing" | "soap.body-empty" => BODY_MISSING,
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
