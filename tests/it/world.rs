//! A simulated world for a test: the services on loopback, and plain HTTP to them.

use std::sync::Arc;

use etalon::base::time;
use etalon::embedded::Embedded;
use etalon::scenario::transport::{Limits, Request, Response};
use etalon::simulator::clock::Clock;
use etalon::simulator::{self, Config};
use serde_json::{Value, json};

/// The time of every test.
pub(crate) const CLOCK: &str = "2026-01-15T10:00:00Z";

pub(crate) struct World {
    pub(crate) embedded: Embedded,
}

pub(crate) fn config() -> Config {
    Config { seed: 7, without: Vec::new(), variants: true, limits: simulator::Limits::default() }
}

impl World {
    pub(crate) async fn start(config: Config) -> Self {
        let clock = Arc::new(Clock::frozen(time::parse(CLOCK).expect("a time")));
        let embedded = Embedded::simulated(config, clock, Limits::default()).await;
        Self { embedded: embedded.expect("loopback") }
    }

    /// Sends to a source's base URL and a path.
    pub(crate) async fn send(
        &self,
        source: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Response {
        let url = self.embedded.bases[source].join(path).expect("a path");
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let request = Request { method: method.to_owned(), url, headers, body: body.map(<[u8]>::to_vec) };
        self.embedded.client.send(&request).await.expect("an answer")
    }

    /// Posts JSON to the workbench and reads its answer.
    pub(crate) async fn workbench(&self, operation: &str, order: Value) -> Value {
        let path = format!("/workbench/{operation}");
        let body = order.to_string();
        let headers = [("content-type", "application/json")];
        let answer = self.send("workbench", "POST", &path, &headers, Some(body.as_bytes())).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    /// The Authorization header of a user.
    pub(crate) async fn authorization(&self, user: &str) -> String {
        let token = self.workbench("tokens", json!({"user": user})).await;
        token["authorization"].as_str().expect("a text").to_owned()
    }

    /// Sends JSON to KeyDepot as a user.
    pub(crate) async fn depot(
        &self,
        authorization: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Response {
        let headers = [("content-type", "application/json"), ("authorization", authorization)];
        self.send("keydepot", method, path, &headers, Some(body.to_string().as_bytes())).await
    }

    /// Reads from KeyDepot as a user.
    pub(crate) async fn read(&self, authorization: &str, path: &str) -> Response {
        self.send("keydepot", "GET", path, &[("authorization", authorization)], None).await
    }

    /// A fresh challenge for a user.
    pub(crate) async fn challenge(&self, authorization: &str) -> String {
        let request = json!({"username": "apowers", "displayName": "Adam Powers"});
        let answer = self.depot(authorization, "POST", "/keydepot/attestations/options", &request).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        json_of(&answer)["challenge"].as_str().expect("a text").to_owned()
    }

    /// The body of a result for a challenge, and the kid that it registers.
    pub(crate) async fn credential(&self, name: &str, challenge: &str) -> (Value, String) {
        let made = self.workbench("attestations", json!({"credential": name, "challenge": challenge})).await;
        let kid = made["kid"].as_str().expect("a text").to_owned();
        let body = json!({
            "id": made["id"],
            "rawId": made["rawId"],
            "type": "public-key",
            "response": {
                "clientDataJSON": made["clientDataJSON"],
                "attestationObject": made["attestationObject"],
            },
        });
        (body, kid)
    }

    /// Registers a key for a user; its kid.
    pub(crate) async fn register(&self, authorization: &str, name: &str) -> String {
        let challenge = self.challenge(authorization).await;
        let (body, kid) = self.credential(name, &challenge).await;
        let answer = self.depot(authorization, "POST", RESULT, &body).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        kid
    }
}

pub(crate) const RESULT: &str = "/keydepot/attestation/result";

pub(crate) fn json_of(answer: &Response) -> Value {
    serde_json::from_slice(&answer.body).expect("JSON")
}
