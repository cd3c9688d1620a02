//! Deviations of SOAP messages: of an envelope around an unsigned request, and of a fault.

use super::super::{Bench, Error, Made, Mutation};
use super::valid_text;
use crate::model::soap::ENVELOPE_12;

/// With one piece of the envelope replaced by another.
fn replaced(bench: &Bench, from: &str, to: &str) -> Result<Made, Error> {
    edited(bench, |text| text.replacen(from, to, 1))
}

fn edited(bench: &Bench, change: impl FnOnce(&str) -> String) -> Result<Made, Error> {
    let mut made = valid_text(bench, None)?;
    let text = String::from_utf8(made.bytes).expect("the forge writes UTF-8");
    let changed = change(&text);
    assert_ne!(text, changed, "a mutation changes something");
    made.bytes = changed.into_bytes();
    Ok(made)
}

/// With one piece of a fault replaced by another.
fn faulty(bench: &Bench, from: &str, to: &str) -> Result<Made, Error> {
    let mut made = valid_text(bench, Some("SOA-03001"))?;
    let text = String::from_utf8(made.bytes).expect("the forge writes UTF-8");
    assert!(text.contains(from), "a mutation changes something");
    made.bytes = text.replacen(from, to, 1).into_bytes();
    Ok(made)
}

macro_rules! envelope {
    ($case:literal, $id:literal, $title:literal, $rules:expr, $from:literal => $to:literal) => {
        Mutation::new($id, $title, $rules, |bench| replaced(bench, $from, $to)).case($case)
    };
}

macro_rules! fault {
    ($id:literal, $title:literal, $rules:expr, $from:literal => $to:literal) => {
        Mutation::new($id, $title, $rules, |bench| faulty(bench, $from, $to)).case("SO-22")
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("soap-1.2", "the envelope is one of SOAP 1.2", &["soap.not-an-envelope"], |bench| {
        replaced(bench, "http://schemas.xmlsoap.org/soap/envelope/", ENVELOPE_12)
    })
    .case("SO-01"),
    Mutation::new("bare", "the request stands in no envelope", &["soap.not-an-envelope"], |bench| {
        edited(bench, |text| {
            let entry = text.split_once("<soap:Body>").expect("a body").1;
            entry.split_once("</soap:Body>").expect("its end").0.to_owned()
        })
    })
    .case("SO-01"),
    Mutation::new("body-missing", "the envelope has no body", &["soap.body-missing"], |bench| {
        edited(bench, |text| {
            let (before, rest) = text.split_once("<soap:Body>").expect("a body");
            format!("{before}{}", rest.split_once("</soap:Body>").expect("its end").1)
        })
    })
    .case("SO-02"),
    Mutation::new("body-empty", "the body is empty", &["soap.body-empty"], |bench| {
        edited(bench, |text| {
            let (before, rest) = text.split_once("<soap:Body>").expect("a body");
            format!("{before}<soap:Body></soap:Body>{}", rest.split_once("</soap:Body>").expect("its end").1)
        })
    })
    .case("SO-02"),
    envelope!("SO-02", "bodies-two", "a second body follows", &["soap.part-misplaced"],
        "</soap:Body>" => "</soap:Body><soap:Body/>"),
    Mutation::new("header-last", "the header follows the body", &["soap.part-misplaced"], |bench| {
        edited(bench, |text| {
            text.replacen("<soap:Header/>", "", 1).replacen("</soap:Body>", "</soap:Body><soap:Header/>", 1)
        })
    })
    .case("SO-02"),
    envelope!("SO-02", "trailer", "an element follows the body", &["soap.child-beside-body"],
        "</soap:Body>" => "</soap:Body><x:Trailer xmlns:x=\"urn:example:trailer\"/>"),
    envelope!("SO-02", "entries-two", "a second entry stands in the body", &["soap.body-entry-repeated"],
        "</soap:Body>" => "<x:Second xmlns:x=\"urn:example:second\"/></soap:Body>"),
    envelope!("SO-02", "instruction", "a processing instruction stands in the envelope", &["soap.processing-instruction"],
        "<soap:Body>" => "<?p x?><soap:Body>"),
    envelope!("SO-02", "document-type", "there is a document type declaration", &["xml.document-type-declared"],
        "?>\n" => "?>\n<!DOCTYPE x>\n"),
    envelope!("SO-03", "tags-cross", "the end tags stand in another order", &["xml.not-well-formed"],
        "</soap:Body></soap:Envelope>" => "</soap:Envelope></soap:Body>"),
    envelope!("SO-03", "cut-off", "the message ends before its end", &["xml.not-well-formed"],
        "</soap:Envelope>" => ""),
    envelope!("SO-05", "must-understand-word", "mustUnderstand is a word", &["soap.must-understand-malformed"],
        "<soap:Header/>" => "<soap:Header><x:Block xmlns:x=\"urn:example:block\" soap:mustUnderstand=\"true\"/></soap:Header>"),
    envelope!("SO-05", "must-understand", "a header that nobody knows must be understood", &["soap.block-not-understood"],
        "<soap:Header/>" => "<soap:Header><x:Block xmlns:x=\"urn:example:block\" soap:mustUnderstand=\"1\"/></soap:Header>"),
    envelope!("SO-05", "block-unqualified", "a header block has no namespace", &["soap.header-block-unqualified"],
        "<soap:Header/>" => "<soap:Header><Block/></soap:Header>"),
    envelope!("SO-18", "value-attached", "a value stands in an attachment", &["soap.value-outside"],
        "</certra:PublicKeyIdentifier>" => "<xop:Include xmlns:xop=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:1\"/></certra:PublicKeyIdentifier>"),
    envelope!("SO-19", "reply-to-another", "the answer is asked to be sent elsewhere", &["soap.reply-sent-elsewhere"],
        "<soap:Header/>" => "<soap:Header><wsa:ReplyTo xmlns:wsa=\"http://www.w3.org/2005/08/addressing\"><wsa:Address>https://example.com/</wsa:Address></wsa:ReplyTo></soap:Header>"),
    envelope!("SO-20", "username-token", "a user name and a password stand in the header", &["soap.security-header-unexpected"],
        "<soap:Header/>" => "<soap:Header><wsse:Security xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><wsse:UsernameToken><wsse:Username>a</wsse:Username><wsse:Password>b</wsse:Password></wsse:UsernameToken></wsse:Security></soap:Header>"),
    Mutation::new("very-deep", "header blocks nest very deep", &["xml.budget-exceeded"], |bench| {
        let deep = format!("<soap:Header>{}{}</soap:Header>", "<x>".repeat(10_000), "</x>".repeat(10_000));
        replaced(bench, "<soap:Header/>", &deep)
    })
    .case("SO-21"),
    Mutation::new(
        "attributes-many",
        "an element has ten thousand attributes: it is read in time",
        &[],
        |bench| {
            let many: String = (0..10_000).map(|index| format!(" a{index}=\"\"")).collect();
            replaced(bench, "<soap:Body>", &format!("<soap:Body{many}>"))
        },
    )
    .case("SO-21"),
    Mutation::new("action-unquoted", "the SOAPAction has no quotes", &["soap.action-unquoted"], |bench| {
        acted(bench, |action| action.trim_matches('"').to_owned())
    })
    .case("SO-04"),
    Mutation::new("action-other", "the SOAPAction is another operation's", &["soap.action-other"], |bench| {
        acted(bench, |_| "\"urn:be:fgov:ehealth:etee:certra:protocol:v2:revoke\"".to_owned())
    })
    .case("SO-04"),
    fault!("fault-child", "a fault has a child that SOAP 1.1 does not know", &["soap.fault-child-unknown"],
        "</soap:Fault>" => "<reason/></soap:Fault>"),
    fault!("fault-without-string", "a fault has no faultstring", &["soap.fault-part-missing"],
        "<faultstring>SOA-03001</faultstring>" => ""),
    fault!("fault-code-of-nobody", "the fault code has no namespace", &["soap.fault-code-unknown"],
        "<faultcode>soap:Client" => "<faultcode>Client"),
    fault!("fault-code-dotted", "the fault code is refined with a dot", &["soap.fault-code-dotted"],
        "<faultcode>soap:Client" => "<faultcode>soap:Client.Authentication"),
    fault!("fault-of-the-service", "the consumer's error is said to be the service's", &["soap.fault-origin-other"],
        "<faultcode>soap:Client" => "<faultcode>soap:Server"),
    fault!("fault-without-code", "the detail has no code", &["soap.fault-detail-malformed"],
        "<Code>SOA-03001</Code>" => ""),
    fault!("fault-with-a-trace", "the fault shows a stack trace", &["soap.fault-shows-internals"],
        "Malformed message" => "java.lang.NullPointerException\n\tat be.example.Service.call(Service.java:42)"),
];

/// With another SOAPAction.
fn acted(bench: &Bench, change: impl FnOnce(&str) -> String) -> Result<Made, Error> {
    let made = valid_text(bench, None)?;
    let action = made.context.get("soap_action").and_then(serde_json::Value::as_str).unwrap_or_default();
    let action = change(action);
    Ok(made.with("soap_action", action))
}
