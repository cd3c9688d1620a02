//! Target files: what a run takes from them, what `etalon doctor` says of them, and the guards.

use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::Value;
use wiremock::matchers::{any, header, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command::command;

const SUITE: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions:
  - {name: keydepot, url: api.yaml, type: openapi}
  - {name: workbench, url: workbench.yaml, type: openapi}
workflows:
  - workflowId: with-token
    steps:
      - stepId: token
        operationId: makeToken
        requestBody: {payload: {}}
        outputs: {authorization: $response.body#/authorization, who: $response.body#/identifier}
      - stepId: call
        operationId: things
        parameters:
          - {name: Authorization, in: header, value: $steps.token.outputs.authorization}
          - {name: X-Who, in: header, value: $steps.token.outputs.who}
        successCriteria: [{condition: $statusCode == 200}]
      - {stepId: again, operationId: things}
      - {stepId: more, operationId: things}
  - workflowId: harmful
    description: |
      Deletes what is there.

      Destructive: everything
    steps: [{stepId: delete, operationId: things}]
";

fn folder(target: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let api = "openapi: 3.1.0\npaths:\n  /things: {get: {operationId: things}}\n";
    let workbench = "openapi: 3.1.0\npaths:\n  /workbench/tokens: {post: {operationId: makeToken}}\n";
    for (name, text) in
        [("api.yaml", api), ("workbench.yaml", workbench), ("my.arazzo.yaml", SUITE), ("there.toml", target)]
    {
        std::fs::write(dir.path().join(name), text).expect("written");
    }
    dir
}

fn etalon(dir: &Path, args: &[&str]) -> Output {
    command(args).current_dir(dir).env("ETALON_TEST_TOKEN", TOKEN).output().expect("runs")
}

/// `{"exp":4102444800,"azp":"me","userProfile":{"ssin":"x"},"realm_access":{"roles":["reader"]}}`
const TOKEN: &str = "e30.eyJleHAiOjQxMDI0NDQ4MDAsImF6cCI6Im1lIiwidXNlclByb2ZpbGUiOnsic3NpbiI6IngifSwicmVhbG1fYWNjZXNzIjp7InJvbGVzIjpbInJlYWRlciJdfX0.c2ln";

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
async fn a_run_takes_address_token_and_rate_from_the_file_and_leaves_harm_out() {
    let server = MockServer::start().await;
    Mock::given(path("/base/things"))
        .and(header("authorization", format!("Bearer {TOKEN}").as_str()))
        .and(header("x-who", "x"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let target = format!(
        "[services]\nkeydepot = \"{}/base\"\n[token]\nenv = \"ETALON_TEST_TOKEN\"\n[limits]\nrequests-per-second = 5.0\n",
        server.uri()
    );
    let dir = folder(&target);
    let args = ["run", "my.arazzo.yaml", "--target", "there.toml", "--format", "json"];
    let started = Instant::now();
    let output = tokio::task::block_in_place(|| etalon(dir.path(), &args));
    assert!(started.elapsed() >= Duration::from_millis(390), "three requests at five a second");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["workflows"][0]["outcome"], "passed", "{report:#}");
    assert_eq!(report["workflows"][1]["outcome"], "skipped");
    assert!(report["workflows"][1]["reason"].as_str().expect("a reason").contains("--allow-destructive"));
    assert_eq!(report["workflows"][1]["skip"], "destructive");
    assert!(!String::from_utf8_lossy(&output.stdout).contains(TOKEN), "the token is in the report");
    assert_eq!(server.received_requests().await.expect("recorded").len(), 3);
    let output = tokio::task::block_in_place(|| {
        etalon(dir.path(), &[&args[..], &["--allow-destructive", "--only", "harmful"]].concat())
    });
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn production_is_not_spoken_to_unless_told_to() {
    let dir = folder("[services]\nkeydepot = \"https://services.ehealth.fgov.be/etee\"\n");
    for target in ["there.toml", "https://services.ehealth.fgov.be/etee"] {
        let output = etalon(dir.path(), &["run", "my.arazzo.yaml", "--target", target]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("production") && said.contains("--allow-production"), "{said}");
    }
    let output = etalon(dir.path(), &["doctor", "--target", "there.toml"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("this is your configuration, line 2: https://services"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_what_is_wrong_and_in_which_line() {
    let server = MockServer::start().await;
    let late = ResponseTemplate::new(200).insert_header("date", "Thu, 15 Jan 2026 10:00:00 GMT");
    Mock::given(any()).respond_with(late).mount(&server).await;
    let target = format!(
        "[services]\nkeydepot = \"{}\"\ncertra = \"http://127.0.0.1:9\"\n[token]\nenv = \"ETALON_TEST_TOKEN\"\n\
         [keystores.organisation]\npath = \"me.p12\"\npassword-file = \"me.pass\"\n[trust]\nroots = [\"none.pem\"]\n",
        server.uri()
    );
    let dir = folder(&target);
    std::fs::write(dir.path().join("me.p12"), b"no keystore").expect("written");
    std::fs::write(dir.path().join("me.pass"), b"secret-word\n").expect("written");
    let output = tokio::task::block_in_place(|| etalon(dir.path(), &["doctor", "--target", "there.toml"]));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    let line = |begins: &str| {
        let found = said.lines().find(|line| line.contains(begins));
        found.unwrap_or_else(|| panic!("no line of {begins}:\n{said}")).to_owned()
    };
    assert!(line("token:").starts_with("ok") && line("token:").contains("roles reader"), "{said}");
    assert!(line("keystore organisation").contains("this is your configuration, line 6: me.p12"), "{said}");
    assert!(line("roles for keydepot").contains("this is your configuration, line 4: expected"), "{said}");
    assert!(line("trust none.pem").starts_with("wrong"), "{said}");
    assert!(
        line("wrong  certra").contains("cannot be reached") && line("wrong  certra").contains("line 3"),
        "{said}"
    );
    assert!(line("clock of keydepot").starts_with("wrong"), "{said}");
    assert!(!said.contains("secret-word") && !said.contains(TOKEN), "{said}");
}
