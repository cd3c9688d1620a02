//! The simulated Attribute Authority as an HTTP service: every status and fault, replays, and messages
//! that nobody means well.

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::scenario::transport::Response;
use etalon::service::attribute_authority::{CONTRACT, PATH, PROVOKED, codes};
use serde_json::{Value, json};

use crate::world::{World, config};

const XML: (&str, &str) = ("content-type", "text/xml; charset=utf-8");
const ACTION: (&str, &str) = ("soapaction", "\"urn:be:fgov:ehealth:aa:saml:protocol:v1:AttributeQuery\"");

impl World {
    async fn query(&self, mut order: Value, id: &str) -> Value {
        order["id"] = id.into();
        self.workbench("queries", order).await
    }

    async fn post_xml(&self, message: &[u8]) -> Response {
        self.send("attribute-authority", "POST", PATH, &[XML, ACTION], Some(message)).await
    }

    /// Status codes and the fault code of the answer to a query.
    async fn asked(&self, order: Value, id: &str) -> [String; 3] {
        let query = self.query(order, id).await;
        let answer = self.post_xml(text(&query["message"]).as_bytes()).await;
        self.read_answer(&answer).await
    }

    async fn read_answer(&self, answer: &Response) -> [String; 3] {
        let kind = if answer.status == 200 { Kind::SamlResponse } else { Kind::Soap };
        let judged =
            engine::judge(kind, &answer.body, &Context::default(), &Options::profile(Profile::Cookbook));
        let judged = judged.expect("no crash");
        assert!(!matches!(judged.verdict, Verdict::Violates | Verdict::Unreadable), "{:?}", judged.findings);
        let read = self.workbench("saml", json!({"text": String::from_utf8_lossy(&answer.body)})).await;
        ["status", "statusDetail", "fault"].map(|name| text(&read[name]).to_owned())
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test]
async fn every_status_code_is_reached_by_a_query() {
    let world = World::start(config()).await;
    let replace = |from: &str, to: &str| json!({"replace": from, "with": to});
    let many: Vec<String> = (0..101).map(|n| format!("urn:be:fgov:ehealth:1.0:a{n}")).collect();
    let reply = "</wsse:Security><wsa:ReplyTo xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">\
                 <wsa:Address>https://attacker.example/</wsa:Address></wsa:ReplyTo>";
    let authn = "<samlp:AuthnQuery xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
                 ID=\"_0123456789abcdef0123456789abcdef\" Version=\"2.0\" IssueInstant=\"2026-01-15T10:00:00Z\"/>";
    let mut reached = Vec::new();
    for (order, first, second) in [
        (json!({}), "Success", ""),
        (replace("Version=\"2.0\"", "Version=\"2.1\""), "VersionMismatch", ""),
        (replace("Version=\"2.0\"", "Version=\"3.0\""), "VersionMismatch", "RequestVersionTooHigh"),
        (replace("Version=\"2.0\"", "Version=\"1.1\""), "VersionMismatch", "RequestVersionDeprecated"),
        (replace("Version=\"2.0\"", "Version=\"1.0\""), "VersionMismatch", "RequestVersionTooLow"),
        (replace("<saml:Issuer.*</saml:Issuer>", ""), "Requester", ""),
        (json!({"asked": "height"}), "Requester", "InvalidAttrNameOrValue"),
        (json!({"asked": "urn:example:height"}), "Requester", "UnknownAttrProfile"),
        (json!({"asked": many.join(" ")}), "Requester", "TooManyResponses"),
        (json!({"family": "unsupported", "user": "nobody"}), "Requester", "UnknownPrincipal"),
        (json!({"pharmacy": "98765497"}), "Requester", "ResourceNotRecognized"),
        (json!({"issuer": "urn:example:nobody"}), "Requester", "RequestDenied"),
        (replace("^<samlp:AttributeQuery (.|\n)*$", authn), "Requester", "RequestUnsupported"),
        (json!({"tamper": "</wsse:Security>", "tamperWith": reply}), "Requester", "UnsupportedBinding"),
    ] {
        let found = world.asked(order, &format!("{first} {second}")).await;
        assert_eq!(found, [first, second, ""], "{first} {second}");
        reached.extend([first.to_owned(), second.to_owned()]);
    }
    for (failure, code) in PROVOKED {
        let query = world.query(json!({}), failure).await;
        world.workbench("failures", json!({"ssin": query["ssin"], "failure": failure})).await;
        let answer = world.post_xml(text(&query["message"]).as_bytes()).await;
        let [first, second, _] = world.read_answer(&answer).await;
        let expected = codes(code);
        assert_eq!(first, expected[0], "{failure}");
        assert_eq!(second, expected.get(1).copied().unwrap_or_default(), "{failure}");
        reached.extend([first, second]);
    }
    let listed = etalon::codes::all().iter().filter(|row| row.service == "Attribute Authority");
    for row in listed {
        let code = row.code.rsplit(':').next().expect("a part");
        assert!(reached.iter().any(|it| it == code), "no query reaches {code}");
    }
}

#[tokio::test]
async fn every_fault_is_reached_by_a_message() {
    let world = World::start(config()).await;
    let tamper = |from: &str, to: &str| json!({"tamper": from, "tamperWith": to});
    for (order, code) in [
        (json!({"created": -61_000}), "wsu:MessageExpired"),
        (json!({"created": 60_000}), "wsu:MessageExpired"),
        (tamper("ehealth:etalon", "ehealth:others"), "wsse:FailedCheck"),
        (tamper("<wsse:Security (.|\n)*</wsse:Security>", ""), "wsse:InvalidSecurity"),
        (tamper("MII", "AII"), "wsse:InvalidSecurityToken"),
        (
            tamper("<wsse:BinarySecurityToken (.|\n)*</wsse:BinarySecurityToken>", ""),
            "wsse:SecurityTokenUnavailable",
        ),
        (
            tamper(
                "<wsse:Security ",
                "<x:Unknown xmlns:x=\"urn:example:x\" soap:mustUnderstand=\"1\"/><wsse:Security ",
            ),
            "soap:MustUnderstand",
        ),
    ] {
        let found = world.asked(order, code).await;
        assert_eq!(found[2], code);
    }
    let envelope = "http://schemas.xmlsoap.org/soap/envelope/";
    for (message, code) in [
        ("<hello/>".to_owned(), "SOA-03002"),
        (format!("<s:Envelope xmlns:s=\"{envelope}\"/>"), "SOA-03003"),
        (format!("<s:Envelope xmlns:s=\"{envelope}\"><s:Body/></s:Envelope>"), "SOA-03003"),
    ] {
        let answer = world.post_xml(message.as_bytes()).await;
        assert_eq!(answer.status, 500);
        let body = String::from_utf8_lossy(&answer.body);
        assert!(body.contains(&format!("<Code>{code}</Code>")), "{body}");
    }
    let query = world.query(json!({}), "without an action").await;
    let message = text(&query["message"]).as_bytes();
    let answer = world.send("attribute-authority", "POST", PATH, &[XML], Some(message)).await;
    assert_eq!(answer.status, 500);
    assert!(String::from_utf8_lossy(&answer.body).contains("SOA-03001"));
    let json = [("content-type", "application/json"), ACTION];
    let answer = world.send("attribute-authority", "POST", PATH, &json, Some(message)).await;
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn a_query_comes_again_where_the_service_does_without_that_duty() {
    let without = vec!["attribute-authority.message-reused".to_owned()];
    for (without, again) in [(Vec::new(), "RequestDenied"), (without, "")] {
        let world = World::start(etalon::simulator::Config { without, ..config() }).await;
        for expected in ["", again] {
            let found = world.asked(json!({}), "again").await;
            assert_eq!(found[1], expected);
        }
    }
}

#[tokio::test]
async fn what_is_malformed_or_too_large_is_refused_and_nothing_breaks() {
    let world = World::start(config()).await;
    let query = world.query(json!({}), "hostile").await;
    let valid = text(&query["message"]).to_owned();
    let deep = "<a>".repeat(100_000);
    let wide = format!("<a>{}</a>", "<b/>".repeat(100_000));
    let entities = "<!DOCTYPE a [<!ENTITY b \"cc\"><!ENTITY d \"&b;&b;\">]><a>&d;</a>";
    let truncated = &valid[..valid.len() / 2];
    let too_large = "x".repeat(10 << 20);
    let bodies = ["", "\u{feff}", "<", "<a", deep.as_str(), &wide, entities, truncated, &too_large];
    for body in bodies.map(str::as_bytes).into_iter().chain([&b"\xff\xfe<\x00a\x00"[..], b"<a>\x00</a>"]) {
        let answer = world.post_xml(body).await;
        let start = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
        let is_fault = answer.status == 500 && String::from_utf8_lossy(&answer.body).contains(":Fault>");
        assert!((400..500).contains(&answer.status) || is_fault, "{start}: {}", answer.status);
    }
    // Every cut and every doubled part of a valid message.
    for (from, to) in
        [("soap:Body", "soap:Body2"), ("<ds:Reference ", "<ds:Reference x=\"1\" "), ("wsu:Id", "Id")]
    {
        let answer = world.post_xml(valid.replace(from, to).as_bytes()).await;
        assert_ne!(world.read_answer(&answer).await[0], "Success", "{from}");
    }
    let id = "A&lt;&quot;'&#x20;".repeat(1000);
    let order = json!({"replace": " ID=\"[^\"]*\"", "with": format!(" ID=\"{id}\"")});
    let query = world.query(order, "long id").await;
    let answer = world.post_xml(text(&query["message"]).as_bytes()).await;
    let body = String::from_utf8_lossy(&answer.body);
    assert!(answer.status == 200 && !body.contains("InResponseTo") && !body.contains(":Success"), "{body}");
    for method in ["GET", "PUT", "DELETE"] {
        let answer = world.send("attribute-authority", method, PATH, &[], None).await;
        assert_eq!(answer.status, 405, "{method}");
    }
}

#[tokio::test]
async fn the_endpoint_describes_itself() {
    let world = World::start(config()).await;
    let answer = world.send("attribute-authority", "GET", &format!("{PATH}?wsdl"), &[], None).await;
    assert_eq!(answer.status, 200);
    let wsdl = String::from_utf8(answer.body).expect("UTF-8");
    let judged =
        engine::judge(Kind::Xml, wsdl.as_bytes(), &Context::default(), &Options::profile(Profile::Cookbook));
    assert_eq!(judged.expect("no crash").verdict, Verdict::Conforms);
    for operation in CONTRACT.operations {
        let action = operation.soap.expect("a SOAP operation").action;
        assert!(wsdl.contains(&format!("soapAction=\"{action}\"")), "{wsdl}");
    }
}
