//! Suites of one's own: what a file may say, what is wrong with one, and how a run of it ends.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command::{command, etalon_in as etalon};

mod broken;
mod soap;

const API: &str = "openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: 'SERVER'}]
paths:
  /things/{id}:
    get:
      operationId: thing
      parameters: [{name: id, in: path, required: true}]
  /forms:
    post: {operationId: form}
  '/soap#ask':
    post: {operationId: ask}
  '/soap#more':
    post: {operationId: more, requestBody: {content: {text/xml: {}}}}
";

const HEAD: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
";

/// Runs a suite against a server, in a directory of its own.
fn run(server: &str, workflows: &str, more: &[&str]) -> (Output, Value) {
    run_text(server, &format!("{HEAD}{workflows}"), more)
}

/// Runs a whole file.
fn run_text(server: &str, text: &str, more: &[&str]) -> (Output, Value) {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("api.yaml"), API.replace("SERVER", server)).expect("written");
    std::fs::write(dir.path().join("my.arazzo.yaml"), text).expect("written");
    let output = etalon(dir.path(), &[&["run", "my.arazzo.yaml", "--format", "json"], more].concat());
    let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output, report)
}

#[test]
#[expect(clippy::default_trait_access, reason = "the type is that of a crate behind this one")]
fn the_carried_suites_are_arazzo_to_a_second_reader() {
    use roas_arazzo::v1_0::Description;
    use roas_arazzo::validation::Validate;
    let mut read = 0;
    for (path, text) in etalon::suites::files().into_iter().filter(|(path, _)| path.ends_with(".arazzo.yaml"))
    {
        let value: Value = serde_saphyr::from_str(text).expect("YAML");
        let document: Description =
            serde_json::from_value(value).unwrap_or_else(|error| panic!("{path}: {error}"));
        let problems = document.validate(Default::default());
        assert!(problems.is_ok(), "{path}: {problems:?}");
        read += 1;
    }
    assert!(read >= 14, "only {read} suites were read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suite_of_ones_own_runs_with_retry_goto_and_end() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "0");
    Mock::given(path("/things/0123")).respond_with(busy).up_to_n_times(2).mount(&server).await;
    let found = ResponseTemplate::new(200).set_body_json(serde_json::json!({"id": "0123", "next": "7"}));
    Mock::given(path("/things/0123")).respond_with(found).mount(&server).await;
    Mock::given(path("/things/7")).respond_with(ResponseTemplate::new(404)).mount(&server).await;
    Mock::given(method("POST"))
        .and(path("/forms"))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(wiremock::matchers::body_string("a=x+y&n=0123"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    let workflows = "  - workflowId: mine
    inputs: {type: object, properties: {id: {type: string, default: 0123}}}
    steps:
      - stepId: first
        operationId: thing
        parameters: [{name: id, in: path, value: $inputs.id}]
        successCriteria: [{condition: $statusCode == 200}]
        onFailure: [{name: again, type: retry, retryAfter: 0.01, retryLimit: 3, criteria: [{condition: $statusCode == 503}]}]
        onSuccess: [{name: skip, type: goto, stepId: third}]
        outputs: {next: $response.body#/next}
      - stepId: second
        operationId: thing
        parameters: [{name: id, in: path, value: never}]
        successCriteria: [{condition: $statusCode == 200}]
      - stepId: third
        operationId: form
        requestBody: {contentType: application/x-www-form-urlencoded, payload: {a: x y, n: $inputs.id}}
        successCriteria: [{condition: $statusCode == 204}]
      - stepId: fourth
        operationId: thing
        parameters: [{name: id, in: path, value: $steps.first.outputs.next}]
        successCriteria: [{condition: $statusCode == 404}]
        onSuccess: [{name: enough, type: end}]
      - stepId: fifth
        operationId: thing
        parameters: [{name: id, in: path, value: never}]
        successCriteria: [{condition: $statusCode == 200}]
";
    let (output, report) = tokio::task::block_in_place(|| run(&server.uri(), workflows, &[]));
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let steps = report["workflows"][0]["steps"].as_array().expect("steps");
    let ids: Vec<_> = steps.iter().map(|step| step["stepId"].as_str().expect("an id")).collect();
    assert_eq!(ids, ["first", "first", "first", "third", "fourth"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_criterion_that_does_not_hold_shows_what_was_found_and_ends_with_1() {
    let server = MockServer::start().await;
    Mock::given(path("/things/1")).respond_with(ResponseTemplate::new(418)).mount(&server).await;
    let workflows = "  - workflowId: mine
    steps:
      - stepId: first
        operationId: thing
        parameters: [{name: id, in: path, value: 1}]
        successCriteria: [{condition: $statusCode == 200}]
  - workflowId: after
    dependsOn: [mine]
    steps: [{stepId: a, operationId: form}]
";
    let (output, report) = tokio::task::block_in_place(|| run(&server.uri(), workflows, &[]));
    assert_eq!(output.status.code(), Some(1));
    let workflows = report["workflows"].as_array().expect("workflows");
    assert_eq!(workflows[0]["outcome"], "failed");
    let criterion = &workflows[0]["steps"][0]["criteria"][0];
    assert_eq!(criterion["actual"], "$statusCode is 418");
    assert_eq!(workflows[1]["outcome"], "skipped");
    assert_eq!(workflows[1]["reason"], "`mine`, which it depends on, did not pass");
    assert_eq!(workflows[1]["skip"], "dependency");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_twin_that_is_refused_makes_the_workflow_inconclusive() {
    let server = MockServer::start().await;
    Mock::given(path("/things/1")).respond_with(ResponseTemplate::new(500)).mount(&server).await;
    let workflows = "  - workflowId: mine
    steps:
      - stepId: twinBefore
        operationId: thing
        parameters: [{name: id, in: path, value: 1}]
        successCriteria: [{condition: $statusCode == 200}]
";
    let (output, report) = tokio::task::block_in_place(|| run(&server.uri(), workflows, &[]));
    assert_eq!(report["workflows"][0]["outcome"], "inconclusive");
    assert_eq!(output.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_calls_a_workflow_names_its_outputs_and_takes_the_parameters_of_its_own() {
    let server = MockServer::start().await;
    let found = ResponseTemplate::new(200).set_body_json(serde_json::json!({"next": "9"}));
    Mock::given(path("/things/7")).respond_with(found).mount(&server).await;
    Mock::given(path("/things/9")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let workflows = "  - workflowId: called
    inputs: {required: [id], properties: {id: {type: string}}}
    steps:
      - stepId: inner
        operationId: thing
        parameters: [{name: id, in: path, value: $inputs.id}]
        successCriteria: [{condition: $steps.inner.outputs.next == '9'}]
        outputs: {next: $response.body#/next}
    outputs: {next: $steps.inner.outputs.next}
  - workflowId: mine
    parameters: [{name: id, value: '7'}, {name: X-Trace, in: header, value: all}]
    steps:
      - stepId: first
        workflowId: called
        successCriteria: [{condition: $outputs.next == '9'}]
        outputs: {other: $outputs.next}
      - stepId: second
        operationId: thing
        parameters: [{name: id, in: path, value: $steps.first.outputs.other}]
        successCriteria: [{condition: $statusCode == 200}]
";
    let (output, report) = tokio::task::block_in_place(|| run(&server.uri(), workflows, &[]));
    assert_eq!(output.status.code(), Some(0), "{}\n{report:#}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(report["workflows"].as_array().map(Vec::len), Some(1), "`called` is there to be called");
    let requests = server.received_requests().await.expect("recorded");
    let traced = requests.iter().filter(|it| it.headers.contains_key("x-trace")).count();
    assert_eq!((requests.len(), traced), (2, 1), "what has a place goes to operations alone");
}

#[test]
fn a_file_with_problems_is_not_run_and_ends_with_3() {
    let workflows = "  - workflowId: mine
    steps:
      - stepId: first
        operationId: nothing
        successCriteria: [{condition: $statusCode = 200}]
";
    let (output, _) = run("http://127.0.0.1:9", workflows, &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("my.arazzo.yaml:8:22: `nothing` is no operationId"), "{said}");
    assert!(said.contains("my.arazzo.yaml:9:39: `$statusCode = 200`: expected an operator"), "{said}");
}

#[test]
fn a_target_that_is_not_there_ends_with_4() {
    let workflows = "  - workflowId: mine
    steps:
      - stepId: first
        operationId: thing
        parameters: [{name: id, in: path, value: 1}]
";
    let (output, report) = run("http://127.0.0.1:9", workflows, &[]);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(report["workflows"][0]["outcome"], "error");
    let reason = report["workflows"][0]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("127.0.0.1:9 cannot be reached"), "{reason}");
}

#[test]
fn a_selection_of_nothing_ends_with_5() {
    let workflows = "  - workflowId: mine\n    steps: [{stepId: a, operationId: form}]\n";
    let (output, _) = run("http://127.0.0.1:9", workflows, &["--only", "other"]);
    assert_eq!(output.status.code(), Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goto_that_goes_round_ends() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let workflows = "  - workflowId: mine
    steps:
      - stepId: first
        operationId: thing
        parameters: [{name: id, in: path, value: 1}]
        onSuccess: [{name: round, type: goto, stepId: first}]
";
    let (output, report) = tokio::task::block_in_place(|| run(&server.uri(), workflows, &[]));
    assert_eq!(report["workflows"][0]["reason"], "the workflow took more than 500 steps");
    assert_eq!(output.status.code(), Some(4));
}

/// The OpenAPI descriptions and the contracts say the same, operation by operation.
#[test]
fn the_descriptions_say_what_the_contracts_say() {
    for contract in etalon::service::CONTRACTS {
        let name = contract.service.name();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("suites/openapi/{name}.yaml"));
        let text = std::fs::read_to_string(path).expect("readable");
        let api: Value = serde_saphyr::from_str(&text).expect("YAML");
        for operation in contract.operations {
            let found = &api["paths"][operation.path][operation.method.to_lowercase()];
            if operation.soap.is_some() {
                let named = api["x-soap-operations"].as_array().expect("the SOAP operations");
                assert!(named.iter().any(|it| it == operation.id), "{name} does not name {}", operation.id);
            } else {
                assert_eq!(found["operationId"], operation.id, "{} {}", operation.method, operation.path);
            }
            let described: BTreeSet<u16> = found["responses"]
                .as_object()
                .unwrap_or_else(|| panic!("{} has no responses", operation.id))
                .keys()
                .map(|status| status.parse().expect("a status"))
                .collect();
            let contract: BTreeSet<u16> = operation.answers.iter().map(|answer| answer.status).collect();
            assert_eq!(described, contract, "{}: the statuses differ", operation.id);
        }
    }
}

/// A comma ends a text that stands without quotes in `{…}`, and what follows becomes a member without a
/// value.
#[test]
fn no_text_of_a_description_is_cut_off() {
    fn nulls(value: &Value, at: &str, into: &mut Vec<String>) {
        match value {
            Value::Null => into.push(at.to_owned()),
            Value::Array(all) => all.iter().for_each(|it| nulls(it, at, into)),
            Value::Object(all) => all.iter().for_each(|(name, it)| nulls(it, &format!("{at}/{name}"), into)),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut wrong = Vec::new();
    let mut read = 0;
    for (path, text) in etalon::suites::files().into_iter().filter(|(path, _)| path.starts_with("openapi/")) {
        nulls(&serde_saphyr::from_str(text).expect("YAML"), path, &mut wrong);
        read += 1;
    }
    assert!(read >= 8, "only {read} descriptions were read");
    assert!(wrong.is_empty(), "put these texts in quotes: {wrong:#?}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_still_reports() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(200).set_delay(std::time::Duration::from_secs(20));
    Mock::given(method("GET")).respond_with(slow).mount(&server).await;
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("api.yaml"), API.replace("SERVER", &server.uri())).expect("written");
    let step = "    steps: [{stepId: a, operationId: thing, parameters: [{name: id, in: path, value: 1}]}]\n";
    let suite = format!("{HEAD}  - workflowId: first\n{step}  - workflowId: second\n{step}");
    std::fs::write(dir.path().join("my.arazzo.yaml"), suite).expect("written");
    let child = command(&["run", "my.arazzo.yaml", "--format", "json"])
        .current_dir(dir.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("runs");
    while server.received_requests().await.expect("recorded").is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("kill runs").success());
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.expect("joined");
    let output = output.expect("ends");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["summary"]["skipped"], 2);
    assert_eq!(report["workflows"][1]["reason"], "the run was interrupted");
    assert_eq!(report["workflows"][1]["skip"], "interrupted");
    assert_eq!(output.status.code(), Some(5));
}
