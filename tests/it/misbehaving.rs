//! Servers that misbehave under the runner: each ends in a named error, in time, without a panic.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use crate::command::command;
use etalon::scenario::transport::{Client, Error, Limits, Request};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Far more than a busy machine takes: who is to be cut off for its size or its bytes has the time for them.
const LIMITS: Limits =
    Limits { connect: Duration::from_secs(20), exchange: Duration::from_mins(1), body: 1 << 16 };

/// For servers that never come to an end.
const IMPATIENT: Limits = Limits { exchange: Duration::from_millis(700), ..LIMITS };

async fn get(url: &str) -> Result<u16, Error> {
    get_within(LIMITS, url).await
}

async fn get_within(limits: Limits, url: &str) -> Result<u16, Error> {
    let client = Client::new(limits, &[]).expect("a client");
    let url = url.parse().expect("a URL");
    let request = Request { method: "GET".to_owned(), url, headers: Vec::new(), body: None };
    client.send(&request).await.map(|answer| answer.status)
}

async fn answering(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

/// A server that writes these bytes to the first who connects, and then keeps or closes the connection. It
/// listens no longer by the time it answers: who comes after the answer finds nobody, never a backlog that
/// is about to be reset.
fn raw(bytes: &'static [u8], keep: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        drop(listener);
        let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
        let _ = stream.write_all(bytes);
        std::thread::sleep(keep);
    });
    address
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
async fn a_slow_server_ends_in_a_timeout() {
    let server = answering(ResponseTemplate::new(200).set_delay(Duration::from_secs(20))).await;
    let started = Instant::now();
    assert_eq!(get_within(IMPATIENT, &server.uri()).await, Err(Error::Timeout(IMPATIENT.exchange)));
    assert!(started.elapsed() < Duration::from_secs(15));
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_of_a_body_ends_in_a_timeout() {
    let address = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half", Duration::from_mins(1));
    let answer = get_within(IMPATIENT, &format!("http://{address}/")).await;
    assert_eq!(answer, Err(Error::Timeout(IMPATIENT.exchange)));
}

#[tokio::test]
async fn a_cut_answer_is_broken() {
    for bytes in [
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half".as_slice(),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200",
        b"",
        b"\x16\x03\x01 this is no HTTP\r\n\r\n",
        b"HTTP/1.1 999999 ?\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    ] {
        let address = raw(bytes, Duration::ZERO);
        let error = get(&format!("http://{address}/")).await.expect_err("broken");
        assert!(matches!(error, Error::Broken(_)), "{error:?} after {:?}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test]
async fn a_huge_body_is_read_up_to_its_limit() {
    let server = answering(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; LIMITS.body + 1])).await;
    assert_eq!(get(&server.uri()).await, Err(Error::TooLarge(LIMITS.body)));
    let server = answering(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; LIMITS.body])).await;
    assert_eq!(get(&server.uri()).await, Ok(200));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_a_way() {
    let elsewhere = answering(ResponseTemplate::new(204)).await;
    let template = ResponseTemplate::new(307).insert_header("location", elsewhere.uri());
    let server = answering(template).await;
    assert_eq!(get(&server.uri()).await, Ok(307));
    assert_eq!(elsewhere.received_requests().await.expect("recorded").len(), 0);
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let (_kept, deaf) = crate::command::deaf();
    let error = get(&format!("http://{deaf}/")).await.expect_err("nobody");
    assert!(matches!(&error, Error::Unreachable { host, .. } if *host == deaf.to_string()), "{error:?}");
    let error = get("https://name.invalid/").await.expect_err("no such name");
    assert!(matches!(error, Error::Unreachable { .. } | Error::Timeout(_)), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_never_ends_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while stream.write_all(b"400\r\n").is_ok()
            && stream.write_all(&[b'x'; 0x400]).is_ok()
            && stream.write_all(b"\r\n").is_ok()
        {}
    });
    assert_eq!(get(&format!("http://{address}/")).await, Err(Error::TooLarge(LIMITS.body)));
}

/// A suite of two workflows that call a server, in a directory of its own.
#[cfg(unix)]
fn suite() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let suite = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
  - workflowId: first
    steps: [{stepId: a, operationId: a, successCriteria: [{condition: $statusCode == 200}]}]
  - workflowId: second
    steps: [{stepId: a, operationId: a, successCriteria: [{condition: $statusCode == 200}]}]
";
    let api = "openapi: 3.1.0\npaths:\n  /a: {get: {operationId: a}}\n";
    std::fs::write(dir.path().join("my.arazzo.yaml"), suite).expect("written");
    std::fs::write(dir.path().join("api.yaml"), api).expect("written");
    dir
}

/// A full disk: no file may grow beyond so many bytes, and the signal that says so is ignored.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_the_transcript_and_not_the_report() {
    let body = "x".repeat(8192);
    let server = answering(ResponseTemplate::new(200).set_body_string(body)).await;
    let dir = suite();
    let shell =
        "trap '' XFSZ; ulimit -f 1; exec \"$0\" run my.arazzo.yaml --target \"$1\" --out kept --format json";
    let mut command = std::process::Command::new("bash");
    command.args(["-c", shell, env!("CARGO_BIN_EXE_etalon"), &server.uri()]).current_dir(dir.path());
    let output = tokio::task::block_in_place(|| command.output().expect("runs"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("cannot write"), "{said}");
    assert!(!output.status.success(), "{said}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the report is whole");
    assert_eq!(report["summary"]["passed"], 2, "{report:#}");
    let halves = std::fs::read_dir(dir.path().join("kept/my")).expect("a folder").count();
    assert_eq!(halves, 0, "half a file was left");
}

/// The server dies between two workflows: the first stays proved, the second is in error.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_leaves_what_was_proved() {
    let address = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", Duration::ZERO);
    let dir = suite();
    let target = format!("http://{address}");
    let args = ["run", "my.arazzo.yaml", "--target", &target, "--out", "kept", "--format", "json"];
    let output = crate::command::etalon_in(dir.path(), &args);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["workflows"][0]["outcome"], "passed", "{report:#}");
    assert_eq!(report["workflows"][1]["outcome"], "error", "{report:#}");
    let reason = report["workflows"][1]["reason"].as_str().expect("a reason");
    assert!(reason.contains("cannot be reached"), "{reason}");
    assert_eq!(output.status.code(), Some(4));
    assert!(dir.path().join("kept/my/0001-first-a.json").exists());
    assert!(dir.path().join("kept/report.json").exists());
}

/// The run itself is killed while it waits for an answer: what ended before is kept whole.
#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
fn a_run_that_is_killed_keeps_what_was_finished() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let target = format!("http://{}", listener.local_addr().expect("bound"));
    let (asked, second) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for (count, stream) in listener.incoming().enumerate() {
            let mut stream = stream.expect("a connection");
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            if count == 0 {
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
            } else {
                let _ = asked.send(());
            }
            open.push(stream);
        }
    });
    let dir = suite();
    let mut child = command(&["run", "my.arazzo.yaml", "--target", &target, "--out", "kept"])
        .current_dir(dir.path())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("starts");
    second.recv_timeout(Duration::from_mins(1)).expect("the second workflow asks");
    child.kill().expect("killed");
    let started = Instant::now();
    assert!(!child.wait().expect("ended").success());
    assert!(started.elapsed() < Duration::from_secs(15));
    let kept: Vec<_> = std::fs::read_dir(dir.path().join("kept/my")).expect("a folder").flatten().collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let whole = std::fs::read_to_string(kept[0].path()).expect("a file");
    let exchange: serde_json::Value = serde_json::from_str(&whole).expect("no half file");
    assert_eq!(exchange["response"]["status"], 200, "{exchange:#}");
}
