//! `etalon run`: which workflows run, how often, beside each other, and again; and reports merged.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command::{command, etalon_in};

const CLOCK: &str = "2026-01-15T10:00:00Z";

const API: &str = "openapi: 3.1.0
paths:
  /a: {get: {operationId: a}}
  /b: {get: {operationId: b}}
";

const SUITE: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
  - workflowId: first
    steps: [{stepId: a, operationId: a, successCriteria: [{condition: $statusCode == 200}]}]
  - workflowId: second
    dependsOn: [first]
    steps: [{stepId: b, operationId: b, successCriteria: [{condition: $statusCode == 200}]}]
  - workflowId: third
    steps: [{stepId: b, operationId: b, successCriteria: [{condition: $statusCode == 200}]}]
";

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("api.yaml"), API).expect("written");
    std::fs::write(dir.path().join("my.arazzo.yaml"), SUITE).expect("written");
    dir
}

fn run(dir: &Path, args: &[&str]) -> (Option<i32>, Value) {
    let output = etalon_in(dir, &[&["run", "--format", "json", "--clock", CLOCK], args].concat());
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), report)
}

fn outcomes(report: &Value) -> Vec<String> {
    let workflows = report["workflows"].as_array().expect("workflows");
    workflows.iter().map(|it| format!("{} {}", it["workflowId"], it["outcome"]).replace('"', "")).collect()
}

async fn answering(a: ResponseTemplate, b: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path("/a")).respond_with(a).mount(&server).await;
    Mock::given(path("/b")).respond_with(b).mount(&server).await;
    server
}

fn status(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_run_again_with_what_it_depends_on() {
    let server = answering(status(200), status(500)).await;
    let dir = folder();
    let (code, report) = tokio::task::block_in_place(|| {
        run(dir.path(), &["my.arazzo.yaml", "--target", &server.uri(), "--out", "kept"])
    });
    assert_eq!(code, Some(1));
    assert_eq!(outcomes(&report), ["first passed", "second failed", "third failed"]);
    assert!(dir.path().join("kept/my/0001-first-a.json").exists());
    server.reset().await;
    Mock::given(path("/a")).respond_with(status(200)).mount(&server).await;
    Mock::given(path("/b")).respond_with(status(200)).mount(&server).await;
    let kept = |name: &str| dir.path().join("kept/my").join(name);
    std::fs::write(kept("0099-first-a.json"), "{}").expect("an exchange of a longer run");
    std::fs::write(kept("notes.txt"), "mine").expect("what is not etalon's");
    let uri = server.uri();
    let again = ["--rerun-failed", "kept", "--only", "second", "--out", "kept"];
    let args = [["my.arazzo.yaml", "--target", &uri].as_slice(), &again].concat();
    let (code, report) = tokio::task::block_in_place(|| run(dir.path(), &args));
    assert!(kept("0001-first-a.json").exists() && kept("notes.txt").exists());
    assert!(!kept("0099-first-a.json").exists(), "an exchange of the former run passes for one of this");
    assert_eq!((code, outcomes(&report)), (Some(0), vec!["first passed".into(), "second passed".into()]));
    std::fs::write(dir.path().join("good.json"), report.to_string()).expect("written");
    let none =
        etalon_in(dir.path(), &["run", "my.arazzo.yaml", "--rerun-failed", "good.json", "--only", "second"]);
    assert_eq!(none.status.code(), Some(5), "{}", String::from_utf8_lossy(&none.stderr));
    let broken = etalon_in(dir.path(), &["run", "my.arazzo.yaml", "--rerun-failed", "api.yaml"]);
    assert_eq!(broken.status.code(), Some(3), "{}", String::from_utf8_lossy(&broken.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_passes_only_when_tried_again_is_flaky() {
    let server = MockServer::start().await;
    let busy = status(503).insert_header("retry-after", "1");
    Mock::given(path("/a")).respond_with(busy).up_to_n_times(1).mount(&server).await;
    Mock::given(path("/a")).respond_with(status(200)).mount(&server).await;
    Mock::given(path("/b")).respond_with(status(200)).mount(&server).await;
    let dir = folder();
    let args = ["my.arazzo.yaml", "--target", &server.uri(), "--retries", "2"];
    let (code, report) = tokio::task::block_in_place(|| run(dir.path(), &args));
    assert_eq!(outcomes(&report), ["first passed", "second passed", "third passed"]);
    assert_eq!(code, Some(0));
    let flaky: Vec<&Value> =
        report["flaky"].as_array().expect("a list").iter().map(|it| &it["workflowId"]).collect();
    assert_eq!(flaky, ["first", "second"], "the second was skipped because of the first");
    assert_eq!(report["flaky"][0]["attempt"], 2);
}

/// Retry-After may be a date: what counts is how far it is from the date of the answer.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
async fn a_retry_waits_until_the_date_that_the_target_names() {
    let server = MockServer::start().await;
    let dir = folder();
    let retried = SUITE.replacen(
        "successCriteria: [{condition: $statusCode == 200}]",
        "successCriteria: [{condition: $statusCode == 200}], onFailure: [{name: again, type: retry, retryAfter: 40}]",
        1,
    );
    assert!(retried.contains("retryAfter"));
    std::fs::write(dir.path().join("retry.arazzo.yaml"), &retried).expect("written");
    for (file, more) in [("my.arazzo.yaml", vec!["--retries", "1"]), ("retry.arazzo.yaml", vec![])] {
        server.reset().await;
        let busy = status(503)
            .insert_header("date", "Thu, 15 Jan 2026 10:00:00 GMT")
            .insert_header("retry-after", "Thu, 15 Jan 2026 10:00:02 GMT");
        Mock::given(path("/a")).respond_with(busy).up_to_n_times(1).mount(&server).await;
        Mock::given(path("/a")).respond_with(status(200)).mount(&server).await;
        let target = server.uri();
        let args = [vec![file, "--target", &target, "--only", "first"], more].concat();
        let started = std::time::Instant::now();
        let (code, report) = tokio::task::block_in_place(|| run(dir.path(), &args));
        let took = started.elapsed().as_secs_f64();
        assert_eq!((code, outcomes(&report)), (Some(0), vec!["first passed".to_owned()]), "{file}");
        assert!((2.0..30.0).contains(&took), "{file}: it took {took} s");
    }
}

/// A flaky workflow is named in every report, and not only in that of a program.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_flaky_is_named_in_every_format() {
    let server = MockServer::start().await;
    Mock::given(path("/a")).respond_with(status(503)).up_to_n_times(1).mount(&server).await;
    Mock::given(path("/a")).respond_with(status(200)).mount(&server).await;
    let dir = folder();
    let formats = ["text", "json", "junit", "sarif", "github", "markdown", "html"];
    let files: Vec<String> = formats.iter().map(|it| format!("--format={it}=report.{it}")).collect();
    let target = server.uri();
    let mut args = vec!["run", "my.arazzo.yaml", "--only", "first", "--retries", "1", "--target", &target];
    args.extend(files.iter().map(String::as_str));
    let output = tokio::task::block_in_place(|| etalon_in(dir.path(), &args));
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for format in formats {
        let text = std::fs::read_to_string(dir.path().join(format!("report.{format}"))).expect("a report");
        assert!(text.contains("flaky") && text.contains("first"), "{format} does not say so:\n{text}");
    }
}

/// What cannot be meant is refused with what is expected, before anything is sent.
#[test]
fn flags_that_make_no_sense_are_refused() {
    let dir = folder();
    std::fs::write(dir.path().join("other.json"), former("other.arazzo.yaml")).expect("written");
    std::fs::write(dir.path().join("good.json"), former("my.arazzo.yaml")).expect("written");
    for (args, code, said) in [
        (
            vec!["--only", "first", "--only", "none", "--only", "econd"],
            5,
            "`--only none`: no suite has such a workflow",
        ),
        (vec!["--only", "econd"], 5, "no suite has such a workflow; is it `second`?"),
        (vec!["--rerun-failed", "other.json"], 3, "it is the run of other suites: other.arazzo.yaml"),
        (vec!["--rerun-failed", "good.json"], 5, "every workflow that is selected passed"),
        (vec!["--rerun-failed", "none"], 2, "cannot read none: No such file"),
        (vec!["--partition", "hash:5/4"], 2, "expected a part such as hash:1/4, found `hash:5/4`"),
        (vec!["--partition", "1/4"], 2, "expected a part such as hash:1/4, found `1/4`"),
        (vec!["--jobs", "0"], 2, "0 is not in 1..=64"),
        (vec!["--retries", "4294967295"], 2, "4294967295 is not in 0..=100"),
        (vec!["--repeat", "0"], 2, "0 is not in 1..=100000"),
        (vec!["--concurrency", "65"], 2, "65 is not in 1..=64"),
        (vec!["--concurrency", "2"], 2, "`--concurrency` is of the rounds of `--repeat N`"),
        (vec!["--jobs", "2", "--repeat", "2"], 2, "`--jobs` does not go with `--repeat`"),
        (vec!["--seed", "-1"], 2, "-1"),
        (vec!["--clock", "yesterday"], 2, "expected a time as 2026-01-15T10:00:00Z, found `yesterday`"),
        (vec!["--merge", "good.json", "other.json", "--only", "first"], 2, "--merge"),
        (
            vec!["--target", "ftp://host/"],
            2,
            "expected `sim`, a URL such as https://host/base, or a target file",
        ),
    ] {
        let suites: &[&str] = if args[0] == "--merge" { &[] } else { &["my.arazzo.yaml"] };
        let output = etalon_in(dir.path(), &[&["run"], suites, &args].concat());
        let heard = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {heard}");
        assert!(heard.contains(said), "{args:?}: {heard}");
    }
}

/// The report of a run in which everything passed.
fn former(suite: &str) -> String {
    serde_json::json!({
        "schema": "etalon/run/v1", "seed": 1, "clock": CLOCK, "target": "sim", "operations": [],
        "workflows": [{"suite": suite, "workflowId": "first", "outcome": "passed", "duration_ms": 1.0, "steps": []}],
        "summary": {"passed": 1, "failed": 0, "inconclusive": 0, "error": 0, "skipped": 0}
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_tell_the_latency_of_each_operation() {
    let slow = status(200).set_delay(std::time::Duration::from_millis(30));
    let server = answering(status(200), slow).await;
    let dir = folder();
    let args = ["my.arazzo.yaml", "--target", &server.uri(), "--repeat", "10", "--concurrency", "4"];
    let (code, report) = tokio::task::block_in_place(|| run(dir.path(), &args));
    assert_eq!((code, &report["rounds"]), (Some(0), &Value::from(10)));
    let latency = report["latency"].as_array().expect("a list");
    let [a, b] = latency.as_slice() else { panic!("{latency:?}") };
    assert_eq!((&a["operationId"], &a["count"]), (&"api.a".into(), &10.into()));
    assert_eq!((&b["operationId"], &b["count"]), (&"api.b".into(), &20.into()));
    assert!(b["p50_ms"].as_f64() >= Some(30.0), "{b}");
    assert!(b["p50_ms"].as_f64() <= b["p99_ms"].as_f64(), "{b}");
    for format in ["text", "markdown", "html", "junit", "sarif", "github"] {
        let args = ["run", "my.arazzo.yaml", "--target", &server.uri(), "--repeat", "2", "--format", format];
        let output = tokio::task::block_in_place(|| etalon_in(dir.path(), &args));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("p95") && text.contains("api.b"), "{format} tells no latency:\n{text}");
    }
}

/// The parts of a run hold every workflow once, and make the whole again.
#[test]
fn the_parts_of_a_run_merge_into_the_whole() {
    let dir = tempfile::tempdir().expect("a directory");
    let (_, whole) = run(dir.path(), &[]);
    for part in ["1", "2", "3"] {
        let (code, report) = run(dir.path(), &["--partition", &format!("hash:{part}/3")]);
        assert_eq!(code, Some(0));
        assert!(outcomes(&report).len() < outcomes(&whole).len());
        std::fs::write(dir.path().join(part), report.to_string()).expect("written");
    }
    let (code, merged) = run(dir.path(), &["--merge", "1", "2", "3"]);
    assert_eq!(code, Some(0));
    let sorted = |report: &Value| {
        let mut all = outcomes(report);
        all.sort();
        all
    };
    assert_eq!(sorted(&merged), sorted(&whole));
    assert!(merged["clauses"] == whole["clauses"], "the clauses of the parts are not those of the whole");
    let empty = |operation: &&Value| operation["workflows"].as_array().is_none_or(Vec::is_empty);
    assert_eq!(merged["operations"].as_array().expect("a list").iter().filter(empty).count(), 0);
}

#[test]
fn a_changed_suite_is_run_again() {
    use std::io::{BufRead as _, BufReader};
    use std::sync::mpsc::RecvTimeoutError;
    let dir = folder();
    let mut child =
        command(&["run", "my.arazzo.yaml", "--watch", "--target", "http://127.0.0.1:9", "--only", "third"])
            .current_dir(dir.path())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("runs");
    // A change that is not seen must end the test, and not keep it.
    let id = child.id().to_string();
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        if waiting.recv_timeout(std::time::Duration::from_mins(1)) == Err(RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").arg(id).status();
        }
    });
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut ended = || lines.find(|line| line.as_ref().is_ok_and(|it| it.contains(" against ")));
    assert!(ended().is_some());
    std::fs::write(dir.path().join("api.yaml"), format!("{API}# changed\n")).expect("written");
    assert!(ended().is_some(), "the change was not seen");
    drop(done);
    // Ctrl-C ends the watch, and nothing is wrong with that.
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("kill runs").success());
    assert_eq!(child.wait().expect("ended").code(), Some(0));
}
