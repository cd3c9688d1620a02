//! The simulated KeyDepot as an HTTP service: one success of many at once, limits, malformed
//! requests, exact rows of chapter 8.

use etalon::base::{Kind, Profile, Service};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::simulator::Limits;
use serde_json::{Value, json};

use crate::world::{RESULT, World, config, json_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_results_for_one_challenge_is_accepted() {
    let world = World::start(config()).await;
    let alice = world.authorization("alice").await;
    let challenge = world.challenge(&alice).await;
    let mut bodies = Vec::new();
    for attempt in 0..16 {
        bodies.push(world.credential(&format!("racer {attempt}"), &challenge).await.0);
    }
    let mut statuses = race(&world, &alice, "POST", RESULT, &bodies).await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert_eq!(statuses[1..], [412; 15]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_deletions_of_one_key_finds_it() {
    let world = World::start(config()).await;
    let alice = world.authorization("alice").await;
    let kid = world.register(&alice, "deleted").await;
    let path = format!("/keydepot/jwks/{kid}");
    let mut statuses = race(&world, &alice, "DELETE", &path, &vec![json!({}); 12]).await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert_eq!(statuses[1..], [204; 11]);
}

/// The statuses of requests that are sent at once.
async fn race(world: &World, user: &str, method: &str, path: &str, bodies: &[Value]) -> Vec<u16> {
    let mut sent = Vec::new();
    for body in bodies {
        let client = world.embedded.client.clone();
        let request = etalon::scenario::transport::Request {
            method: method.to_owned(),
            url: world.embedded.bases["keydepot"].join(path).expect("a path"),
            headers: vec![
                ("authorization".to_owned(), user.to_owned()),
                ("content-type".to_owned(), "application/json".to_owned()),
            ],
            body: Some(body.to_string().into_bytes()),
        };
        sent.push(tokio::spawn(async move { client.send(&request).await.expect("an answer").status }));
    }
    let mut statuses = Vec::new();
    for task in sent {
        statuses.push(task.await.expect("no panic"));
    }
    statuses
}

#[tokio::test]
async fn what_is_malformed_or_too_large_is_refused_with_4xx() {
    let world = World::start(config()).await;
    let alice = world.authorization("alice").await;
    let kid = world.register(&alice, "malformed").await;
    let deep = "[".repeat(100_000);
    let huge = format!("{{\"username\":\"{}\"}}", "x".repeat(10 << 20));
    let many: Vec<String> = (0..100_000).map(|n| format!("\"m{n}\":0")).collect();
    let many = format!("{{{}}}", many.join(","));
    let bodies: [&[u8]; 9] = [
        b"",
        b"\xff\xfe\x00",
        b"{\"username\":",
        b"null",
        b"{\"username\":\"\\ud800\"}",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
        huge.as_bytes(),
        many.as_bytes(),
    ];
    let patch = format!("/keydepot/jwks/{kid}");
    for body in bodies {
        for (method, path) in [("POST", "/keydepot/attestations/options"), ("POST", RESULT)] {
            for kind in ["application/json", "text/plain", ""] {
                let headers = [("authorization", alice.as_str()), ("content-type", kind)];
                let answer = world.send("keydepot", method, path, &headers, Some(body)).await;
                let start = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
                assert!(
                    (400..500).contains(&answer.status),
                    "{method} {path} {kind} {start}: {}",
                    answer.status
                );
                assert_eq!(json_of(&answer)["code"], "BAD_REQUEST");
            }
        }
        let headers = [("authorization", alice.as_str()), ("content-type", "application/json")];
        let answer = world.send("keydepot", "PATCH", &patch, &headers, Some(body)).await;
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    }
    for path in [
        "/keydepot/jwks/%ff",
        "/keydepot/jwks/..%2f..%2faccounts",
        "/keydepot/jwks/AA%00",
        "/keydepot/jwks/AA==",
        "/keydepot/jwks?type",
        "/keydepot/jwks?type=SSIN&type=CBE&identifier=1",
        "/keydepot/jwks?%ff=%ff",
        "/accounts/%2e%2e",
        "/keydepot",
        "/",
    ] {
        let answer = world.read(&alice, path).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    }
    for method in ["PUT", "POST", "TRACE", "OPTIONS", "FROBNICATE"] {
        let answer =
            world.send("keydepot", method, "/keydepot/jwks", &[("authorization", &alice)], None).await;
        assert_eq!(answer.status, 405, "{method}");
    }
}

#[tokio::test]
async fn every_refusal_is_a_problem_that_the_rules_accept() {
    let world = World::start(config()).await;
    let alice = world.authorization("alice").await;
    let json = "application/json";
    let context = Context { service: Some(Service::Keydepot), ..Context::default() };
    for (authorization, method, path, body, status) in [
        (alice.as_str(), "POST", RESULT, &b"{}"[..], 400),
        (&alice, "POST", "/keydepot/attestations/options", b"null", 400),
        ("Bearer none", "POST", RESULT, b"{}", 401),
        (&alice, "GET", "/keydepot/jwks/AAAA", b"", 404),
        (&alice, "PUT", "/keydepot/jwks", b"", 405),
    ] {
        let headers = [("authorization", authorization), ("content-type", json)];
        let answer = world.send("keydepot", method, path, &headers, Some(body)).await;
        assert_eq!(answer.status, status, "{method} {path}");
        for profile in [Profile::Cookbook, Profile::Field, Profile::Standard] {
            let options = Options::profile(profile);
            let judged = engine::judge(Kind::Problem, &answer.body, &context, &options).expect("no crash");
            assert_eq!(judged.verdict, Verdict::Conforms, "{method} {path}: {:?}", judged.findings);
            // The document has no code for a method that a resource lacks.
            let unlisted = judged.findings.iter().filter(|it| it.rule.id != "problem.code-unknown");
            assert_eq!(unlisted.count(), 0, "{method} {path}: {:?}", judged.findings);
        }
    }
}

#[tokio::test]
async fn nothing_is_kept_beyond_the_limits() {
    let limits = Limits { accounts: 2, challenges: 2, keys: 2, ..Limits::default() };
    let world = World::start(etalon::simulator::Config { limits, ..config() }).await;
    let alice = world.authorization("alice").await;
    let first = world.challenge(&alice).await;
    let (body, _) = world.credential("first", &first).await;
    for _ in 0..2 {
        world.challenge(&alice).await;
    }
    let answer = world.depot(&alice, "POST", RESULT, &body).await;
    assert_eq!(answer.status, 412, "the oldest challenge made room");
    world.register(&alice, "one").await;
    let two = world.register(&alice, "two").await;
    let challenge = world.challenge(&alice).await;
    let (body, _) = world.credential("three", &challenge).await;
    assert_eq!(world.depot(&alice, "POST", RESULT, &body).await.status, 503, "8.2: Failure server response");
    let path = format!("/keydepot/jwks/{two}");
    assert_eq!(world.depot(&alice, "DELETE", &path, &json!({})).await.status, 200);
    world.register(&alice, "three").await;
    let bob = world.authorization("bob").await;
    world.challenge(&bob).await;
    let carl = world.authorization("carl").await;
    let request = json!({"username": "carl", "displayName": "Carl"});
    let answer = world.depot(&carl, "POST", "/keydepot/attestations/options", &request).await;
    assert_eq!(answer.status, 503, "8.1: Failure server response");
    assert_eq!(json_of(&answer)["code"], "Service Unavaible", "the cookbook's spelling");
}

#[tokio::test]
async fn what_never_was_is_404_and_what_was_deleted_204() {
    let world = World::start(config()).await;
    let alice = world.authorization("alice").await;
    let unknown = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    let kid = world.register(&alice, "deleted").await;
    let path = format!("/keydepot/jwks/{kid}");
    assert_eq!(world.depot(&alice, "DELETE", &path, &json!({})).await.status, 200);
    for resource in ["jwks", "attestations", "keyholder"] {
        let never = world.read(&alice, &format!("/keydepot/{resource}/{unknown}")).await;
        assert_eq!((never.status, json_of(&never)["code"].as_str()), (404, Some("NOT FOUND")), "{resource}");
        let deleted = world.read(&alice, &format!("/keydepot/{resource}/{kid}")).await;
        assert_eq!((deleted.status, deleted.body.len()), (204, 0), "{resource}");
    }
    let patch = json!({"use": "sig"});
    assert_eq!(world.depot(&alice, "PATCH", &path, &patch).await.status, 404, "8.3 has no 204");
}

#[tokio::test]
async fn a_client_gets_its_token_at_the_token_endpoint() {
    let world = World::start(config()).await;
    let form = b"grant_type=client_credentials&client_id=my-app&scope=read-keys";
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = world.send("iam-connect", "POST", etalon::simulator::TOKEN_PATH, &headers, Some(form)).await;
    assert_eq!(answer.status, 200);
    let token = json_of(&answer);
    let authorization = format!("Bearer {}", token["access_token"].as_str().expect("a text"));
    assert_eq!(token["scope"], "read-keys");
    let unknown = "/keydepot/jwks/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    assert_eq!(world.read(&authorization, unknown).await.status, 404, "the token may read");
    let request = json!({"username": "a", "displayName": "A"});
    let answer = world.depot(&authorization, "POST", "/keydepot/attestations/options", &request).await;
    assert_eq!(answer.status, 403, "the token may not write");
    let answer = world
        .send(
            "iam-connect",
            "POST",
            etalon::simulator::TOKEN_PATH,
            &headers,
            Some(b"grant_type=password&client_id=a"),
        )
        .await;
    assert_eq!((answer.status, json_of(&answer)["error"].as_str()), (400, Some("unsupported_grant_type")));
}

#[tokio::test]
async fn the_other_readings_of_the_cookbook_can_be_switched_off() {
    for (variants, listed, registered) in [(true, 200, 412), (false, 404, 405)] {
        let world = World::start(etalon::simulator::Config { variants, ..config() }).await;
        let alice = world.authorization("alice").await;
        let token = world.workbench("tokens", json!({"user": "alice"})).await;
        world.register(&alice, "variant").await;
        let query = format!("type=SSIN&identifier={}", token["identifier"].as_str().expect("a text"));
        let path = format!("/etee/v1/pubKeys/webauthn/jwks?{query}");
        assert_eq!(world.read(&alice, &path).await.status, listed);
        let (body, _) = world.credential("other", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").await;
        let answer = world.depot(&alice, "POST", "/keydepot/attestations/result", &body).await;
        assert_eq!(answer.status, registered);
    }
}
