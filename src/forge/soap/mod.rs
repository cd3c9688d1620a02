//! SOAP 1.1 envelopes around messages, and the faults of eHealth's SOA platform.

use super::ra_message::{Form, Order};
use super::xml::escaped;
use super::{Bench, Error, Made, Maker};
use crate::base::Kind;
use crate::model::soap::{ENVELOPE, MUST_UNDERSTAND, SOA_ERRORS, WSSE};
use crate::model::ws_security::WSU;

mod mutations;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Soap,
    params: &[
        ("operation", "the operation whose message stands in the body"),
        ("side", "request or response"),
        ("outcome", "success, or the code of chapter 7 that a response fails with"),
        ("fault", "instead of a message a fault with this code: SOA-03001…"),
    ],
    valid: |bench| valid_text(bench, bench.param("fault")),
    mutations: mutations::MUTATIONS,
};

/// The envelope of an order, or a fault with a code.
fn valid_text(bench: &Bench, fault: Option<&str>) -> Result<Made, Error> {
    match fault {
        Some(code) => {
            let row = crate::codes::all().iter().find(|row| row.is_of(code));
            let message = row.map_or("", |row| row.advice.as_deref().unwrap_or(&row.text));
            let id = bench.stream("fault").uuid();
            let fault = Fault { whose: Whose::Client, code, message, id: &id };
            Ok(Made::new(fault.xml()))
        }
        None => Order::read(bench, None, Form::Envelope)?.made(bench),
    }
}

/// A SOAP 1.1 envelope with this element as its one entry.
pub fn envelope(entry: &str) -> String {
    around("<soap:Header/>", entry)
}

/// The same without a header, as the Attribute Authority answers.
pub fn headless_envelope(entry: &str) -> String {
    around("", entry)
}

fn around(header: &str, entry: &str) -> String {
    format!("<soap:Envelope xmlns:soap=\"{ENVELOPE}\">{header}<soap:Body>{entry}</soap:Body></soap:Envelope>")
}

/// Whose a fault is: the `faultcode` of SOAP 1.1, and the origin that the SOA platform names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The message is wrong: it should not be sent again unchanged.
    Client,
    /// The service could not work.
    Server,
}

/// A fault of the SOA platform.
#[derive(Debug, Clone, Copy)]
pub struct Fault<'a> {
    /// Whose it is.
    pub whose: Whose,
    /// Its code: `SOA-03001`.
    pub code: &'a str,
    /// What it says.
    pub message: &'a str,
    /// The identifier under which the platform logged it.
    pub id: &'a str,
}

impl Fault<'_> {
    /// The envelope that holds the fault.
    pub fn xml(&self) -> String {
        let (element, origin, retry) = match self.whose {
            Whose::Client => ("BusinessError", "Consumer", false),
            Whose::Server => ("SystemError", "Provider", true),
        };
        let class = self.class();
        let [code, message, id] = [self.code, self.message, self.id].map(escaped);
        envelope(&format!(
            "<soap:Fault>{class}<faultstring>{code}</faultstring><detail>\
             <soa:{element} xmlns:soa=\"{SOA_ERRORS}\" Id=\"{id}\"><Origin>{origin}</Origin><Code>{code}</Code>\
             <Message xml:lang=\"en\">{message}</Message><Retry>{retry}</Retry>\
             <soa:Environment>Test</soa:Environment></soa:{element}></detail></soap:Fault>"
        ))
    }

    /// The `faultcode`: a class of SOAP 1.1, or the code itself where it is one of WS-Security.
    fn class(&self) -> String {
        let class = match (self.whose, self.code.split_once(':')) {
            (Whose::Server, _) => "Server",
            (Whose::Client, Some((prefix @ ("wsse" | "wsu"), _))) => {
                let namespace = if prefix == "wsse" { WSSE } else { WSU };
                let code = escaped(self.code);
                return format!("<faultcode xmlns:{prefix}=\"{namespace}\">{code}</faultcode>");
            }
            (Whose::Client, None) if self.code == MUST_UNDERSTAND => "MustUnderstand",
            (Whose::Client, _) => "Client",
        };
        format!("<faultcode>soap:{class}</faultcode>")
    }
}
