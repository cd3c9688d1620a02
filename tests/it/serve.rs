//! `etalon serve` as a client meets it: HTTP and HTTPS, clocks, limits, slow and cut connections,
//! and how it stops.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::command::etalon;
use crate::served::{LONG, Served, read, request};

const CLOCK: &str = "2026-01-15T10:00:00Z";
/// A request that needs no token to be answered: with 401.
const ANY: &str = "/keydepot/jwks";

#[test]
fn https_is_what_openssl_accepts_by_the_ca_that_was_written() {
    let dir = tempfile::tempdir().expect("a directory");
    let ca = dir.path().join("ca.pem");
    let ca = ca.to_str().expect("UTF-8");
    let names = ["--tls-name", "sim.example.test", "--tls-name", "192.0.2.7"];
    let only = ["--https", "127.0.0.1:0", "--ca-out", ca, "--clock", "2040-01-01T00:00:00Z"];
    let served = Served::start_as(&[&only[..], &names].concat(), &[]);
    assert!(served.http.is_none(), "{:?}", served.said);
    let address = served.https.expect("HTTPS").to_string();
    for name in ["localhost", "sim.example.test", "127.0.0.1", "192.0.2.7"] {
        let (answer, said) = over_tls(&address, ca, name);
        assert!(answer.starts_with("HTTP/1.1 401"), "{name}: {answer}\n{said}");
        assert!(said.contains("Verification: OK"), "{name}: {said}");
    }
    let (answer, said) = over_tls(&address, ca, "other.example.test");
    assert!(answer.is_empty() && said.contains("ostname mismatch"), "{answer}{said}");
}

/// What openssl gets over TLS from a server of this name, and what it says on the way.
fn over_tls(address: &str, ca: &str, name: &str) -> (String, String) {
    let by = if name.parse::<std::net::IpAddr>().is_ok() { "-verify_ip" } else { "-verify_hostname" };
    let mut openssl = Command::new("openssl")
        .args(["s_client", "-brief", "-connect", address, "-CAfile", ca, "-verify_return_error", by, name])
        .args(["-servername", "localhost", "-ign_eof"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("openssl");
    let mut stdin = openssl.stdin.take().expect("piped");
    let _ = stdin.write_all(request("GET", ANY, &[], "").as_bytes());
    let output = openssl.wait_with_output().expect("ends");
    drop(stdin);
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn http_and_https_are_served_at_once() {
    let served = Served::start(&["--https", "127.0.0.1:0"]);
    assert!(served.https.is_some());
    assert_eq!(served.ask("GET", ANY, &[], "").status, 401);
}

#[test]
fn a_clock_stands_still_or_steps_or_runs() {
    let now = |served: &Served| {
        let answer = served.post("/workbench/waits", &[], &json!({"milliseconds": 0}));
        answer.json()["now"].as_str().expect("a time").to_owned()
    };
    let frozen = Served::start(&["--clock", CLOCK]);
    frozen.ask("GET", ANY, &[], "");
    assert_eq!(now(&frozen), CLOCK);
    let stepped = Served::start(&["--clock", CLOCK, "--clock-step", "1500"]);
    assert_eq!(now(&stepped), CLOCK, "the workbench is no request to a service");
    stepped.ask("GET", ANY, &[], "");
    stepped.ask("GET", ANY, &[], "");
    assert_eq!(now(&stepped), "2026-01-15T10:00:03Z");
    let running = Served::start(&["--clock", CLOCK, "--clock-running"]);
    std::thread::sleep(Duration::from_millis(1100));
    let later = now(&running);
    assert!(later.as_str() > CLOCK && later.as_str() < "2026-01-15T11", "{later}");
    running.post("/workbench/waits", &[], &json!({"milliseconds": 3_600_000}));
    assert!(now(&running).as_str() > "2026-01-15T11", "the workbench moves every clock on");
}

#[test]
fn a_hole_in_a_service_is_a_hole() {
    let right = Served::start(&[]);
    assert_eq!(right.ask("GET", ANY, &[], "").status, 401);
    let holed = Served::start(&["--without", "keydepot.token-missing"]);
    assert_eq!(holed.ask("GET", ANY, &[], "").status, 400, "the query is judged then");
}

/// Waits until the server reads the body of a request that said `expect: 100-continue`.
fn is_awaited(stream: &mut TcpStream) {
    let mut answer = [0; 25];
    stream.read_exact(&mut answer).expect("an interim answer");
    assert_eq!(answer, *b"HTTP/1.1 100 Continue\r\n\r\n");
}

#[test]
fn what_is_under_way_is_finished_before_it_stops() {
    for signal in ["-TERM", "-INT"] {
        let served = Served::start(&[]);
        let idle = served.connect();
        let mut under_way = served.connect();
        let body = json!({"user": "alice"}).to_string();
        let headers = [("content-type", "application/json"), ("expect", "100-continue")];
        let whole = request("POST", "/workbench/tokens", &headers, &body);
        let (first, second) = whole.split_at(whole.len() - 3);
        under_way.write_all(first.as_bytes()).expect("sent");
        is_awaited(&mut under_way);
        served.signal(signal);
        std::thread::sleep(Duration::from_millis(200));
        under_way.write_all(second.as_bytes()).expect("sent");
        let answer = read(&mut under_way);
        assert_eq!(answer.status, 200, "{answer:?}");
        drop(idle);
        let (status, complaint) = served.end();
        assert_eq!((status.code(), complaint.as_str()), (Some(0), ""));
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
fn who_does_not_finish_is_cut_after_the_grace_or_a_second_signal() {
    let served = Served::start(&[]);
    let mut stuck = served.connect();
    stuck
        .write_all(
            b"POST /workbench/tokens HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n",
        )
        .expect("sent");
    is_awaited(&mut stuck);
    let started = Instant::now();
    served.signal("-TERM");
    std::thread::sleep(Duration::from_secs(1));
    served.signal("-TERM");
    assert_eq!(served.end().0.code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(8), "the second signal does not wait for the grace");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
fn slow_clients_are_let_go_in_time() {
    let served = Served::start(&["--https", "127.0.0.1:0", "--patience", "1"]);
    let https = served.https.expect("HTTPS");
    let head = b"POST /workbench/tokens HTTP/1.1\r\nhost: x\r\n".as_slice();
    let body = b"POST /workbench/tokens HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{".as_slice();
    let started = Instant::now();
    let mut slow: Vec<(TcpStream, u16)> = [(b"".as_slice(), 0), (b"POS", 0), (head, 0), (body, 408)]
        .map(|(bytes, status)| {
            let mut stream = served.connect();
            stream.write_all(bytes).expect("sent");
            (stream, status)
        })
        .into();
    let handshake = TcpStream::connect(https).expect("somebody listens");
    handshake.set_read_timeout(Some(LONG)).expect("a timeout");
    slow.push((handshake, 0));
    for (mut stream, status) in slow {
        let answer = read(&mut stream);
        assert_eq!(answer.status, status, "{answer:?}");
    }
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(served.ask("GET", ANY, &[], "").status, 401, "others are served");
}

/// A server without a deadline for writing waits: then all of the answers come in the end.
#[test]
fn who_does_not_read_its_answers_is_let_go_in_time() {
    let served = Served::start(&["--patience", "1"]);
    let asked = "GET /openapi.yaml HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let whole = served.ask("GET", "/openapi.yaml", &[], "").body.len();
    // Far more answers than the buffers of both ends hold.
    let rounds = (64 << 20) / whole;
    let mut stream = served.connect();
    let mut writer = stream.try_clone().expect("a second handle");
    let asking = std::thread::spawn(move || {
        for _ in 0..rounds {
            if writer.write_all(asked.as_bytes()).is_err() {
                return;
            }
        }
    });
    std::thread::sleep(Duration::from_secs(4));
    let mut read = 0;
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        read += count;
    }
    asking.join().expect("it writes until it is cut off");
    assert!(read < rounds * whole, "{read} bytes: the server waited");
    assert_eq!(served.ask("GET", ANY, &[], "").status, 401, "others are served");
}

#[test]
fn broken_and_cut_connections_harm_nobody() {
    let served = Served::start(&["--https", "127.0.0.1:0"]);
    for bytes in [
        b"\x16\x03\x01\x00\x05hello".as_slice(),
        b"\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /keydepot/attestations/options HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{\"user",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"GET /",
        b"",
    ] {
        for address in [served.http.expect("HTTP"), served.https.expect("HTTPS")] {
            let mut stream = TcpStream::connect(address).expect("somebody listens");
            stream.set_read_timeout(Some(LONG)).expect("a timeout");
            stream.write_all(bytes).expect("sent");
            stream.shutdown(Shutdown::Write).expect("open");
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            let text = String::from_utf8_lossy(&answer).into_owned();
            assert!(!text.starts_with("HTTP/1.1 5") && !text.starts_with("HTTP/1.1 2"), "{text}");
        }
    }
    assert_eq!(served.ask("GET", ANY, &[], "").status, 401);
    let (status, complaint) = served.stop();
    assert_eq!((status.code(), complaint.as_str()), (Some(0), ""));
}

/// As many descriptors as this process can get.
fn descriptors() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where it cannot be raised, the old one holds.
    let _ = setrlimit(Resource::Nofile, limit);
    getrlimit(Resource::Nofile).current.and_then(|it| it.try_into().ok()).unwrap_or(usize::MAX)
}

/// As many clients at once as two processes may hold, up to ten thousand: each is half way through
/// its request when the last one comes, and each gets its answer.
#[test]
fn ten_thousand_clients_at_once_are_served() {
    let limit = descriptors();
    let clients = limit.saturating_sub(500).min(10_000);
    if clients < 10_000 {
        println!("the system lets this process hold {limit} descriptors: {clients} clients instead of 10000");
    }
    let served = Served::start(&["--connections", "10100", "--patience", "300"]);
    let whole = request("GET", ANY, &[], "");
    let (first, second) = whole.split_at(10);
    let mut all: Vec<TcpStream> = (0..clients)
        .map(|_| {
            let mut stream = served.connect();
            stream.write_all(first.as_bytes()).expect("sent");
            stream
        })
        .collect();
    assert_eq!(served.ask("GET", ANY, &[], "").status, 401, "one more beside them");
    all.iter_mut().for_each(|stream| stream.write_all(second.as_bytes()).expect("sent"));
    let wrong = all.iter_mut().map(read).filter(|answer| answer.status != 401).count();
    assert_eq!(wrong, 0);
    drop(all);
    assert_eq!(served.stop().0.code(), Some(0));
}

#[test]
fn who_comes_when_every_place_is_taken_waits_for_one() {
    let served = Served::start(&["--connections", "2", "--patience", "2"]);
    let taken = [served.connect(), served.connect()];
    // Served once those two have been let go.
    assert_eq!(served.ask("GET", ANY, &[], "").status, 401);
    drop(taken);
}

#[test]
fn where_it_cannot_listen_it_says_so() {
    let served = Served::start(&[]);
    let address = served.http.expect("HTTP").to_string();
    let output = etalon(&["serve", "--listen", &address]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
}

/// The description of the whole port: every operation has a name of its own, and every reference leads to
/// something.
#[test]
fn one_description_covers_the_port() {
    fn walk(value: &Value, ids: &mut Vec<String>, references: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match (name.as_str(), value) {
                        ("operationId", Value::String(id)) => ids.push(id.clone()),
                        ("$ref", Value::String(to)) => references.push(to.clone()),
                        _ => walk(value, ids, references),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, ids, references)),
            _ => {}
        }
    }
    let served = Served::start(&[]);
    let bench = served.ask("GET", "/workbench", &[], "");
    assert!(bench.status == 200 && bench.body.contains("/workbench/waits:"), "{}", bench.head);
    let answer = served.ask("GET", "/openapi.yaml", &[], "");
    assert_eq!(answer.status, 200, "{}", answer.head);
    let all: Value = serde_saphyr::from_str(&answer.body).expect("YAML");
    let (mut ids, mut references) = (Vec::new(), Vec::new());
    walk(&all, &mut ids, &mut references);
    for id in [
        "keydepot.getKey",
        "etkdepot.getKey",
        "iam-exchange.exchangeToken",
        "iam-connect.authorize",
        "certra.call",
    ] {
        assert!(ids.iter().any(|it| it == id), "{id} is missing: {ids:?}");
    }
    let different: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(different.len(), ids.len(), "{ids:?}");
    assert!(references.len() > 10, "{references:?}");
    for to in references {
        assert!(all.pointer(to.trim_start_matches('#')).is_some(), "{to} leads nowhere");
    }
    let secured = &all["paths"]["/keydepot/jwks"]["get"]["security"][0];
    assert!(secured.get("keydepot-accessToken").is_some(), "{secured}");
    for service in ["keydepot", "iam-connect"] {
        let one = served.ask("GET", &format!("/openapi/{service}.yaml"), &[], "");
        assert!(one.body.starts_with("openapi: 3.1.0"), "{service}: {}", one.status);
    }
}
