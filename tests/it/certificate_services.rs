//! The simulated CertRA, EtkRA and ETK Depot: what is malformed, too much or at once breaks nothing.

use etalon::base::{Kind, Profile, Service};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::scenario::transport::{Request, Response};
use etalon::simulator::{Config, Limits};
use serde_json::{Value, json};

use crate::world::{World, config, json_of};

const CERTRA: &str = "/CertRa/v2";
const ETKRA: &str = "/EtkRa/v2";
const START: &str = "urn:be:fgov:ehealth:etee:etkra:protocol:v2:startETKRegistration";
const COMPLETE: &str = "urn:be:fgov:ehealth:etee:etkra:protocol:v2:completeETKregistration";

async fn call(world: &World, service: &str, path: &str, action: &str, body: &[u8]) -> Response {
    let action = format!("\"{action}\"");
    let headers = [("content-type", "text/xml; charset=utf-8"), ("soapaction", action.as_str())];
    world.send(service, "POST", path, &headers, Some(body)).await
}

#[tokio::test]
async fn what_is_malformed_or_too_large_is_refused_and_nothing_breaks() {
    let world = World::start(config()).await;
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let wide = format!("<a>{}</a>", "<b/>".repeat(100_000));
    let huge = format!("<a>{}</a>", "x".repeat(2 << 20));
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>";
    let bodies: [&[u8]; 9] = [
        b"",
        b"\xff\xfe\x00",
        b"<",
        b"{}",
        b"<a xmlns:b='c' b:d='e' b:d='e'/>",
        deep.as_bytes(),
        wide.as_bytes(),
        huge.as_bytes(),
        bomb.as_bytes(),
    ];
    let context = Context { service: Some(Service::Certra), ..Context::default() };
    for body in bodies {
        for (service, path) in [("certra", CERTRA), ("etkra", ETKRA)] {
            let answer = call(&world, service, path, START, body).await;
            let start = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let fault = answer.status == 500;
            assert!(fault || (400..500).contains(&answer.status), "{start}: {}", answer.status);
            if fault {
                // SOAP 1.1 has no other status for a fault; its code says whose it is.
                let judged =
                    engine::judge(Kind::Soap, &answer.body, &context, &Options::profile(Profile::Cookbook));
                assert_eq!(judged.expect("no crash").verdict, Verdict::Conforms, "{start}");
                let text = String::from_utf8_lossy(&answer.body);
                assert!(text.contains("<faultcode>soap:Client</faultcode>"), "{text}");
            }
        }
    }
    for path in [
        "/etee/v1/etks",
        "/etee/v1/etks?type",
        "/etee/v1/etks?type=CBE&type=CBE&identifier=1",
        "/etee/v1/etks?%ff=%ff",
        "/etee/v1/pubKeys/cacerts/jwks/%ff",
        "/etee/v1/pubKeys/cacerts/jwks/S99999999999999999999999999999999999999999999999999999999999",
        "/etee/v1/keyholders/..%2f..",
        "/etee/v1",
    ] {
        let answer = world.send("etkdepot", "GET", path, &[], None).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        assert_eq!(world.send("certra", method, CERTRA, &[], None).await.status, 405, "{method}");
        assert_eq!(world.send("etkdepot", method, "/etee/v1/etks", &[], None).await.status, 405, "{method}");
    }
}

#[tokio::test]
async fn the_descriptions_are_served() {
    let world = World::start(config()).await;
    for (service, path) in [("certra", CERTRA), ("etkra", ETKRA)] {
        let answer = world.send(service, "GET", &format!("{path}?wsdl"), &[], None).await;
        assert_eq!(answer.status, 200);
        let judged =
            engine::judge(Kind::Xml, &answer.body, &Context::default(), &Options::profile(Profile::Cookbook));
        assert_eq!(judged.expect("no crash").verdict, Verdict::Conforms);
        let text = String::from_utf8_lossy(&answer.body);
        let contract = etalon::service::contract(service).expect("a contract");
        for operation in contract.operations {
            let soap = operation.soap.expect("a SOAP operation");
            assert!(
                text.contains(&format!("<soap:operation soapAction=\"{}\"/>", soap.action)),
                "{}",
                operation.id
            );
        }
    }
    for service in ["keydepot", "etkdepot", "certra"] {
        let answer = world.send(service, "GET", "/openapi.yaml", &[], None).await;
        assert_eq!(answer.status, 200, "{service}");
        assert!(answer.body.starts_with(b"openapi: 3.1.0"), "{service}");
    }
}

#[tokio::test]
async fn a_response_names_the_request_that_had_an_identifier() {
    let world = World::start(config()).await;
    let action = "urn:be:fgov:ehealth:certra:protocol:v2:getGenericOrganizationTypes";
    for (id, named) in [(" Id=\"_one\"", Some("InResponseTo=\"_one\"")), ("", None)] {
        let body = format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
             <GetGenericOrganizationTypesRequest xmlns=\"urn:be:fgov:ehealth:certra:protocol:v2\"{id} \
             IssueInstant=\"2026-01-15T10:00:00Z\"/></soap:Body></soap:Envelope>"
        );
        let answer = call(&world, "certra", CERTRA, action, body.as_bytes()).await;
        assert_eq!(answer.status, 200);
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(text.contains("InResponseTo"), named.is_some(), "{text}");
        assert!(named.is_none_or(|named| text.contains(named)), "{text}");
    }
}

/// A text between two others.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len();
    let end = text[start..].find(to).expect("the end") + start;
    &text[start..end]
}

impl World {
    /// A request of EtkRA that the organisation signs with a key of its own.
    async fn signed(&self, request: &str, certificate: &str, key: &str) -> String {
        let order = json!({"request": request, "signer": "holder", "certificate": certificate, "key": key});
        self.workbench("requests", order).await["message"].as_str().expect("a text").to_owned()
    }

    /// A certificate of an application of the organisation.
    async fn certificate(&self, application: &str, key: &str) -> Result<String, String> {
        let citizen = self.workbench("parties", json!({"party": "citizen"})).await;
        let holder = self.workbench("parties", json!({"party": "organisation"})).await;
        let text = |value: &Value, member: &str| value[member].as_str().expect("a text").to_owned();
        let contact = "<k:EmailPrivate>a@example.org</k:EmailPrivate><k:PhonePrivate>1</k:PhonePrivate>";
        let spaces = "xmlns=\"urn:be:fgov:ehealth:certra:protocol:v2\" xmlns:k=\"urn:be:fgov:ehealth:certra:core:v2\" \
                      xmlns:c=\"urn:be:fgov:ehealth:commons:core:v2\"";
        let request = format!(
            "<GenerateContractRequest {spaces}><ContactData>{contact}</ContactData><Signer><c:Id Type=\"SSIN\">{}</c:Id>\
             <c:Name>Peeters</c:Name></Signer><CertificateIdentifier><k:Actor><c:Id Type=\"CBE\">{}</c:Id><c:Name>{}</c:Name>\
             </k:Actor><k:ApplicationId>{application}</k:ApplicationId></CertificateIdentifier></GenerateContractRequest>",
            text(&citizen, "identifier"),
            text(&holder, "identifier"),
            text(&holder, "name")
        );
        let order = self.workbench("requests", json!({"request": request})).await;
        let action = "urn:be:fgov:ehealth:certra:protocol:v2:generateContract";
        let answer = call(self, "certra", CERTRA, action, text(&order, "message").as_bytes()).await;
        let body = String::from_utf8(answer.body).expect("UTF-8");
        let contract = self.workbench("xml-values", json!({"text": body, "path": "Contract"})).await;
        let dn = self.workbench("xml-values", json!({"text": body, "path": "Contract/DN"})).await;
        let csr = self.workbench("csrs", json!({"key": key, "dn": dn["text"]})).await;
        let request = format!(
            "<GenerateCertificateRequest {spaces}><EHealthCSR><k:ContactData>{contact}</k:ContactData><k:CSR>{}</k:CSR>\
             <k:Contract>{}</k:Contract></EHealthCSR></GenerateCertificateRequest>",
            text(&csr, "csr"),
            text(&contract, "inside")
        );
        let order = self.workbench("requests", json!({"request": request, "signer": "eid-signature"})).await;
        let action = "urn:be:fgov:ehealth:etee:certra:protocol:v2:generatecertificate";
        let answer = call(self, "certra", CERTRA, action, text(&order, "message").as_bytes()).await;
        let body = String::from_utf8(answer.body).expect("UTF-8");
        if !body.contains("status:Success") {
            return Err(body);
        }
        self.workbench("waits", json!({"milliseconds": 10_000})).await;
        let id = text(&csr, "publicKeyIdentifier");
        let request = format!(
            "<GetCertificateRequest {spaces}><PublicKeyIdentifier>{id}</PublicKeyIdentifier></GetCertificateRequest>"
        );
        let order = self.workbench("requests", json!({"request": request})).await;
        let action = "urn:be:fgov:ehealth:etee:certra:protocol:v2:getcertificate";
        let answer = call(self, "certra", CERTRA, action, text(&order, "message").as_bytes()).await;
        let body = String::from_utf8(answer.body).expect("UTF-8");
        Ok(between(&body, "X509Certificate>", "</").to_owned())
    }
}

const SPACE: &str = "xmlns=\"urn:be:fgov:ehealth:etkra:protocol:v2\"";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_completions_of_one_registration_is_accepted() {
    let world = World::start(config()).await;
    let certificate = world.certificate("RACE", "race").await.expect("a certificate");
    let key = world.workbench("keys", json!({"key": "race-enc"})).await;
    let public = key["publicKey"].as_str().expect("a text");
    let start = format!(
        "<StartETKRegistrationRequest {SPACE}><PublicEncryptionKey>{public}</PublicEncryptionKey></StartETKRegistrationRequest>"
    );
    let start = world.signed(&start, &certificate, "race").await;
    let answer = call(&world, "etkra", ETKRA, START, start.as_bytes()).await;
    let body = String::from_utf8(answer.body).expect("UTF-8");
    let challenge = between(&body, "Challenge>", "</");
    let opened = world.workbench("challenges", json!({"challenge": challenge, "key": "race-enc"})).await;
    let order = json!({
        "certificate": certificate,
        "authenticationKey": "race",
        "encryptionKey": "race-enc",
        "serial": opened["serial"],
    });
    let made = world.workbench("encryption-certificates", order).await;
    let complete = format!(
        "<CompleteETKRegistrationRequest {SPACE}><ToBeRegistered>{}</ToBeRegistered></CompleteETKRegistrationRequest>",
        made["certificate"].as_str().expect("a text")
    );
    let complete = world.signed(&complete, &certificate, "race").await;
    let mut sent = Vec::new();
    for _ in 0..12 {
        let client = world.embedded.client.clone();
        let request = Request {
            method: "POST".to_owned(),
            url: world.embedded.bases["etkra"].join(ETKRA).expect("a path"),
            headers: vec![
                ("content-type".to_owned(), "text/xml".to_owned()),
                ("soapaction".to_owned(), format!("\"{COMPLETE}\"")),
            ],
            body: Some(complete.clone().into_bytes()),
        };
        sent.push(tokio::spawn(async move { client.send(&request).await.expect("an answer").body }));
    }
    let mut accepted = 0;
    for task in sent {
        let body = String::from_utf8(task.await.expect("no panic")).expect("UTF-8");
        accepted += usize::from(body.contains("status:Success"));
    }
    assert_eq!(accepted, 1);
}

#[tokio::test]
async fn no_more_certificates_are_kept_than_the_limit_says() {
    // The organisation has one from the outset.
    let limits = Limits { certificates: 2, ..Limits::default() };
    let world = World::start(Config { limits, ..config() }).await;
    world.certificate("ONE", "one").await.expect("the first");
    let refused = world.certificate("TWO", "two").await.expect_err("the second");
    assert!(refused.contains("Service Unavaible") || refused.contains("No more certificates"), "{refused}");
}

#[tokio::test]
async fn a_simulated_token_conforms() {
    let world = World::start(config()).await;
    let holder = world.workbench("parties", json!({"party": "organisation"})).await;
    let query = format!("identifier={}&type=CBE", holder["identifier"].as_str().expect("a text"));
    let answer = world.send("etkdepot", "GET", &format!("/etee/v1/etks?{query}"), &[], None).await;
    assert_eq!(answer.status, 200);
    let context = Context {
        as_of: Some(world.embedded.clock.now()),
        service: Some(Service::Etkdepot),
        ..world.embedded.context.clone()
    };
    let judged =
        engine::judge(Kind::EtkResponse, &answer.body, &context, &Options::profile(Profile::Cookbook))
            .expect("no crash");
    assert_eq!(judged.verdict, Verdict::Conforms, "{:?}", judged.findings);
    assert_eq!(json_of(&answer)[0]["key"]["cbe"], holder["identifier"]);
}
