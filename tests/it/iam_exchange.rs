//! The simulated IAM eXchange as an HTTP service: exact rows of chapter 8, one success of many at
//! once, limits, and requests that nobody means well.

use std::collections::BTreeMap;

use etalon::base::{Kind, Profile, Service};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::scenario::transport::{Request, Response};
use etalon::service::iam_exchange::Row;
use serde_json::{Value, json};

use crate::world::{World, config, json_of};

const EXCHANGE: &str = "/iam/v2/protocol/oauth/tokenExchange";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// An exchange in the making.
struct Form(BTreeMap<&'static str, String>);

impl World {
    /// The parameters of a valid exchange; `token` and `actor` change what the tokens say.
    async fn exchange(&self, id: &str, token: Value, actor: Value) -> (Form, String) {
        let mut order = json!({
            "user": id, "client": "etalon-platform", "roles": "", "realmRoles": "token-exchange profile",
        });
        merge(&mut order, token);
        let subject = self.workbench("tokens", order).await;
        let mut order = json!({"id": id});
        merge(&mut order, actor);
        let actor = self.workbench("actor-tokens", order).await;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let form = BTreeMap::from([
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange".to_owned()),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:saml1".to_owned()),
            ("actor_token", text(&actor["actorToken"])),
            ("actor_token_type", "urn:ietf:params:oauth:token-type:jwt".to_owned()),
            ("subject_token", text(&subject["accessToken"])),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token".to_owned()),
        ]);
        (Form(form), text(&subject["identifier"]))
    }

    async fn post(&self, form: &Form) -> Response {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(&form.0);
        self.send("iam-exchange", "POST", EXCHANGE, &[FORM], Some(body.finish().as_bytes())).await
    }
}

fn merge(into: &mut Value, from: Value) {
    let Value::Object(from) = from else { return };
    for (name, value) in from {
        into[name] = value;
    }
}

/// How a request comes to a row.
enum Cause {
    /// The access token and the actor token are ordered with this.
    Tokens(Value, Value),
    /// A parameter has this value.
    Parameter(&'static str, &'static str),
    /// The user withdrew the consent.
    Withdrawn,
    /// The service is told to fail.
    Provoked(&'static str),
}

fn cause(row: Row) -> Cause {
    let token = |order| Cause::Tokens(order, json!({}));
    let actor = |order| Cause::Tokens(json!({}), order);
    match row {
        Row::GrantType => Cause::Parameter("grant_type", "password"),
        Row::RequestedTokenType => Cause::Parameter("requested_token_type", "saml"),
        Row::ActorTokenType => Cause::Parameter("actor_token_type", "jwt"),
        Row::SubjectTokenType => Cause::Parameter("subject_token_type", "jwt"),
        Row::Audience => Cause::Parameter("audience", "nobody"),
        Row::Resource => Cause::Parameter("resource", "nothing"),
        Row::Scope => Cause::Parameter("scope", "everything"),
        Row::ActorToken => actor(json!({"flaw": "garbage"})),
        Row::WrongAlgorithm => actor(json!({"flaw": "other-algorithm"})),
        Row::ClientUnknown => Cause::Tokens(json!({"client": "nobody"}), json!({"client": "nobody"})),
        Row::WrongCertificate => actor(json!({"flaw": "foreign-key"})),
        Row::ActorTokenExpired => actor(json!({"flaw": "expired"})),
        Row::SubjectTokenUnreadable => token(json!({"flaw": "garbage"})),
        Row::SubjectTokenForged => token(json!({"flaw": "tampered"})),
        Row::SubjectTokenIncomplete => token(json!({"flaw": "no-party"})),
        Row::IssuerUntrusted => token(json!({"flaw": "wrong-issuer"})),
        Row::SubjectTokenExpired => token(json!({"flaw": "expired"})),
        Row::RoleMissing => token(json!({"realmRoles": "profile"})),
        Row::PartyDiffers => token(json!({"client": "etalon-plain"})),
        Row::LevelUnknown => token(json!({"level": "high"})),
        Row::LevelLow => token(json!({"level": "0"})),
        Row::AccountRefused => Cause::Withdrawn,
        Row::Undetermined => token(json!({"flaw": "no-login"})),
        Row::ProfileUnresolved
        | Row::ProfessionUnresolved
        | Row::WebAccess
        | Row::SigningKey
        | Row::AccountEndpoint
        | Row::Backend
        | Row::BackendEmpty
        | Row::BackendInvalid
        | Row::Encoding
        | Row::IssuedTokenType
        | Row::TokenType
        | Row::Lifetime => {
            let named = Row::PROVOKED.iter().find(|(_, it)| *it == row);
            Cause::Provoked(named.expect("a failure has a name").0)
        }
    }
}

#[tokio::test]
async fn every_row_of_the_table_is_reached_by_a_request() {
    let world = World::start(config()).await;
    for (index, row) in Row::TABLE.into_iter().enumerate() {
        let id = format!("row {index}");
        let cause = cause(row);
        let (token, actor) = match &cause {
            Cause::Tokens(token, actor) => (token.clone(), actor.clone()),
            Cause::Parameter(..) | Cause::Withdrawn | Cause::Provoked(_) => (json!({}), json!({})),
        };
        let (mut form, ssin) = world.exchange(&id, token, actor).await;
        match cause {
            Cause::Tokens(..) => {}
            Cause::Parameter(name, value) => _ = form.0.insert(name, value.to_owned()),
            Cause::Withdrawn => {
                let path = "/auth/realms/healthcare/account/applications/etalon-platform/consent";
                let bearer = format!("Bearer {}", form.0["subject_token"]);
                let answer =
                    world.send("iam-connect", "DELETE", path, &[("authorization", &bearer)], None).await;
                assert_eq!(answer.status, 204);
            }
            Cause::Provoked(failure) => {
                world.workbench("failures", json!({"ssin": ssin, "failure": failure})).await;
            }
        }
        let answer = world.post(&form).await;
        let (status, error, text) = row.printed();
        let body = json_of(&answer);
        assert_eq!((answer.status, body["error"].as_str()), (status, Some(error)), "{row:?}: {body}");
        let start = text.split(['$', '[']).next().expect("a part");
        let found = body["error_description"].as_str().expect("a text");
        assert!(found.starts_with(start) && !found.contains("${"), "{row:?}: {found}");
        let context = Context { service: Some(Service::IamExchange), ..Context::default() };
        let options = Options::profile(Profile::Cookbook);
        let judged = engine::judge(Kind::Problem, &answer.body, &context, &options).expect("no crash");
        assert_eq!(judged.verdict, Verdict::Conforms, "{row:?}: {:?}", judged.findings);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_exchanges_with_one_actor_token_one_is_made() {
    let world = World::start(config()).await;
    let (form, _) = world.exchange("racer", json!({}), json!({})).await;
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    let body = body.extend_pairs(&form.0).finish().into_bytes();
    let mut sent = Vec::new();
    for _ in 0..8 {
        let client = world.embedded.client.clone();
        let request = Request {
            method: "POST".to_owned(),
            url: world.embedded.bases["iam-exchange"].join(EXCHANGE).expect("a path"),
            headers: vec![(FORM.0.to_owned(), FORM.1.to_owned())],
            body: Some(body.clone()),
        };
        sent.push(tokio::spawn(async move { client.send(&request).await.expect("an answer").status }));
    }
    let mut statuses = Vec::new();
    for task in sent {
        statuses.push(task.await.expect("no panic"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert_eq!(statuses[1..], [400; 7]);
}

#[tokio::test]
async fn an_actor_token_comes_again_where_the_service_does_without_that_duty() {
    let without = vec!["iam-exchange.actor-token-reused".to_owned()];
    for (without, again) in [(Vec::new(), 400), (without, 200)] {
        let world = World::start(etalon::simulator::Config { without, ..config() }).await;
        let (form, _) = world.exchange("again", json!({}), json!({})).await;
        assert_eq!(world.post(&form).await.status, 200);
        assert_eq!(world.post(&form).await.status, again);
    }
}

#[tokio::test]
async fn a_client_that_is_configured_signs_with_the_key_of_its_certificate() {
    let world = World::start(config()).await;
    let pki = world.send("workbench", "GET", "/workbench/pki", &[], None).await;
    let pki = json_of(&pki);
    for (certificate, status) in [(&pki["organisation"], 200), (&pki["person"], 400)] {
        let client = "my-platform";
        world.workbench("clients", json!({"client": client, "certificate": certificate})).await;
        let id = format!("configured {status}");
        let (form, _) = world.exchange(&id, json!({"client": client}), json!({"client": client})).await;
        assert_eq!(world.post(&form).await.status, status);
    }
}

#[tokio::test]
async fn what_is_malformed_or_too_large_is_refused_with_4xx() {
    let world = World::start(config()).await;
    let (form, _) = world.exchange("hostile", json!({}), json!({})).await;
    let deep = format!("{{\"alg\":{}", "[".repeat(100_000));
    let deep = format!("{}.e30.AAAA", data_encoding::BASE64URL_NOPAD.encode(deep.as_bytes()));
    let huge = "x".repeat(900_000);
    for name in ["grant_type", "actor_token", "subject_token", "scope", "audience", "resource"] {
        for value in ["", "\u{0}", "\u{fffd}\u{202e}", "..", "a.b.c", "e30.e30.", &deep, &huge] {
            let mut hostile = Form(form.0.clone());
            hostile.0.insert(name, value.to_owned());
            let answer = world.post(&hostile).await;
            let start: String = value.chars().take(20).collect();
            let accepted = value.is_empty() && name == "scope";
            assert!(accepted || (400..500).contains(&answer.status), "{name}={start}: {}", answer.status);
            if !accepted {
                assert!(json_of(&answer)["error"].is_string(), "{name}={start}");
            }
        }
    }
    let too_large = vec![b'a'; 10 << 20];
    for body in [&b""[..], b"%", b"%ff=%ff", b"&&&===", b"\xff\xfe", b"a=1&a=2", &too_large] {
        let answer = world.send("iam-exchange", "POST", EXCHANGE, &[FORM], Some(body)).await;
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    }
    for path in ["/iam/v2/profiles/%ff", "/iam/v2/profiles/%00", "/iam/v2/profiles/..%2f..", "/iam"] {
        let answer = world.send("iam-exchange", "GET", path, &[], None).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    }
    let many: String = (0..5_000).map(|n| format!("&p{n}=1")).collect();
    for query in ["", "client_id=etalon-platform", "a=1&a=2", "redirect_uri=javascript:alert(1)", &many] {
        let path = format!("/auth/realms/healthcare/protocol/openid-connect/auth?{query}");
        let answer = world.send("iam-connect", "GET", &path, &[], None).await;
        assert!((400..500).contains(&answer.status), "{}", &query[..query.len().min(40)]);
    }
}

#[tokio::test]
async fn a_code_asked_with_a_challenge_is_redeemed_with_its_verifier() {
    let world = World::start(config()).await;
    let person = world.workbench("people", json!({"user": "pkce"})).await;
    let ssin = person["ssin"].as_str().expect("a text");
    // RFC 7636, appendix B.
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let redirect = "https://platform.example/callback";
    for (given, status) in [(verifier, 200), ("another", 400), ("", 400)] {
        let path = format!(
            "/auth/realms/healthcare/protocol/openid-connect/auth?response_type=code&\
             client_id=etalon-platform&redirect_uri={redirect}&scope=iam:exchange:tokenexchange&\
             login_hint={ssin}&consent=yes&code_challenge={challenge}&code_challenge_method=S256"
        );
        let answer = world.send("iam-connect", "GET", &path, &[], None).await;
        assert_eq!(answer.status, 302, "{}", String::from_utf8_lossy(&answer.body));
        let location = answer.header("location").expect("a location").to_owned();
        let code = location.split("code=").nth(1).expect("a code").to_owned();
        let form = format!(
            "grant_type=authorization_code&client_id=etalon-platform&redirect_uri={redirect}&code={code}&\
             code_verifier={given}"
        );
        let path = etalon::simulator::TOKEN_PATH;
        let answer = world.send("iam-connect", "POST", path, &[FORM], Some(form.as_bytes())).await;
        assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.body));
    }
}
