//! A client under test: what it sends is judged, kept and reported, whatever happens to the disk, to
//! the client or to etalon; and the live page shows it without running any of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::served::{Answer, Served, request};

const OPTIONS: &str = "/keydepot/attestations/options";
const RIGHT: [(&str, &str); 2] =
    [("user-agent", "MyHospital/Portal/4.2.0 eHealth/Technical/3.19.0"), ("from", "ops@hospital.example.be")];

/// A client of a server.
struct Client<'s> {
    served: &'s Served,
    authorization: String,
}

impl<'s> Client<'s> {
    fn new(served: &'s Served) -> Self {
        let token = served.post("/workbench/tokens", &[], &json!({"user": "alice"})).json();
        let authorization = token["authorization"].as_str().expect("a text").to_owned();
        Self { served, authorization }
    }

    fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers = [headers, &[("authorization", self.authorization.as_str())]].concat();
        self.served.post(path, &headers, body)
    }

    /// A request that nothing is wrong with.
    fn right(&self) -> Answer {
        self.post(OPTIONS, &RIGHT, &json!({"username": "apowers", "displayName": "Adam Powers"}))
    }
}

fn path(dir: &tempfile::TempDir) -> String {
    dir.path().join("record").to_str().expect("UTF-8").to_owned()
}

/// The exchanges in a directory, by their names. Each is whole.
fn exchanges(dir: &str) -> BTreeMap<String, Value> {
    let entries = fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry"));
    let named = entries.map(|entry| (entry.file_name().into_string().expect("UTF-8"), entry.path()));
    let exchanges =
        named.filter(|(name, path)| path.extension().is_some_and(|it| it == "json") && name != "report.json");
    exchanges
        .map(|(name, path)| {
            let text = fs::read_to_string(path).expect("readable");
            let value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("half a file: {name}\n{text}"));
            (name, value)
        })
        .collect()
}

fn rules(findings: &Value) -> Vec<&str> {
    findings.as_array().expect("findings").iter().filter_map(|it| it["rule"].as_str()).collect()
}

#[test]
fn a_right_client_conforms_and_its_exchange_is_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = path(&dir);
    let served = Served::start(&["--record", &dir, "--clock", "2026-01-15T10:00:00Z"]);
    assert_eq!(Client::new(&served).right().status, 200);
    let kept = exchanges(&dir);
    assert_eq!(kept.keys().collect::<Vec<_>>(), ["000001-keydepot.attestationOptions.json"]);
    let exchange = &kept["000001-keydepot.attestationOptions.json"];
    assert_eq!(exchange["request"]["headers"]["authorization"], "Bearer …");
    assert_eq!(exchange["request"]["body"]["username"], "apowers");
    assert_eq!(exchange["response"]["status"], 200);
    assert_eq!(exchange["time"], "2026-01-15T10:00:00Z");
    assert_eq!(exchange["findings"], json!([]));
    let args = ["run", "--only", "register-and-delete", "--out", &dir];
    let beside = Command::new(env!("CARGO_BIN_EXE_etalon")).args(args).output().expect("runs");
    assert_eq!(beside.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&beside.stderr).contains("another etalon does at this moment"));
    assert_eq!(served.stop().0.code(), Some(0));
    for report in ["report.json", "report.html", "report.xml", "report.md"] {
        assert!(Path::new(&dir).join(report).is_file(), "{report}");
    }
    let again = Command::new(env!("CARGO_BIN_EXE_etalon")).args(["serve", "--record", &dir]).output();
    let again = again.expect("runs");
    assert_eq!(again.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&again.stderr).contains("holds a recording already"));
}

#[test]
fn what_each_request_violated_is_reported_and_what_remains_untested() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = path(&dir);
    let served = Served::start(&["--record", &dir]);
    let client = Client::new(&served);
    let whole = json!({"username": "apowers", "displayName": "Adam Powers"});
    client.right();
    client.post(OPTIONS, &[("user-agent", "curl/8.0")], &whole);
    client.post(OPTIONS, &RIGHT, &json!({"username": "apowers"}));
    // The service stops at the token; the record does not.
    let stranger = [RIGHT.as_slice(), &[("authorization", "Bearer nonsense")]].concat();
    served.post(OPTIONS, &stranger, &json!({"displayName": 7}));
    // A challenge that nobody issued.
    let made = json!({"credential": "one", "challenge": "c".repeat(43)});
    let made = served.post("/workbench/attestations", &[], &made).json();
    let result = json!({
        "id": made["id"], "rawId": made["rawId"], "type": "public-key",
        "response": {"clientDataJSON": made["clientDataJSON"], "attestationObject": made["attestationObject"]},
    });
    assert_eq!(client.post("/keydepot/attestation/result", &RIGHT, &result).status, 412);
    let unknown = [RIGHT.as_slice(), &[("authorization", client.authorization.as_str())]].concat();
    assert_eq!(served.ask("GET", "/keydepot/jwks/AAAA", &unknown, "").status, 404);
    assert_eq!(served.ask("GET", "/keydepot/nowhere", &RIGHT, "").status, 404);
    let (status, complaint) = served.stop();
    assert_eq!((status.code(), complaint.as_str()), (Some(1), ""));

    let kept: Vec<Value> = exchanges(&dir).into_values().collect();
    assert_eq!(kept.len(), 7);
    assert_eq!(rules(&kept[0]["findings"]), [""; 0]);
    let second = rules(&kept[1]["findings"]);
    assert!(
        second.contains(&"from.empty") && second.iter().any(|it| it.starts_with("user-agent.")),
        "{second:?}"
    );
    assert!(rules(&kept[2]["findings"]).contains(&"creation-request.member-missing"));
    let fourth = rules(&kept[3]["findings"]);
    for rule in ["creation-request.member-missing", "creation-request.member-mistyped"] {
        assert!(fourth.contains(&rule), "{fourth:?}");
    }
    assert!(fourth.iter().any(|it| it.starts_with("jws.") || it.starts_with("access-token.")), "{fourth:?}");
    assert!(rules(&kept[4]["findings"]).contains(&"keydepot.challenge-unknown"), "{}", kept[4]["findings"]);
    assert_eq!(rules(&kept[5]["findings"]), ["keydepot.key-unknown"]);
    assert_eq!(kept[6]["error"], "no operation of a service has this method and path");

    let text = fs::read_to_string(Path::new(&dir).join("report.json")).expect("a report");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report["schema"], "etalon/run/v1");
    let outcomes: Vec<(&str, &str)> = report["workflows"]
        .as_array()
        .expect("workflows")
        .iter()
        .filter_map(|it| Some((it["workflowId"].as_str()?, it["outcome"].as_str()?)))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("keydepot.attestationOptions", "failed"),
            ("keydepot.attestationResult", "failed"),
            ("keydepot.getKey", "passed"),
            ("elsewhere", "failed"),
        ]
    );
    let uncalled = report["operations"].as_array().expect("operations").iter();
    let uncalled = uncalled.filter(|it| it["workflows"] == json!([])).count();
    assert_eq!(uncalled, report["operations"].as_array().map_or(0, Vec::len) - 3);
    let clauses = |which: &str| report["clauses"][which].as_array().expect("clauses").clone();
    let (exercised, untested) = (clauses("exercised"), clauses("untested"));
    assert!(exercised.contains(&json!("KD-5.2.2-07")), "{exercised:?}");
    assert!(!untested.is_empty() && exercised.iter().all(|it| !untested.contains(it)));
    let other = |it: &Value| !it.as_str().is_some_and(|it| it.starts_with("KD-"));
    assert!(!exercised.iter().chain(&untested).any(other), "only KeyDepot was called");
}

/// Whatever service it is of, by REST or SOAP: an operation is known by its contract, and an empty request
/// to it is not right.
#[test]
fn every_operation_of_every_service_is_recognised() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = path(&dir);
    let served = Served::start(&["--record", &dir]);
    let mut called = Vec::new();
    for contract in etalon::service::CONTRACTS {
        for operation in contract.operations {
            let at = operation.path.split('/').map(|part| if part.starts_with('{') { "AAAA" } else { part });
            let at = at.collect::<Vec<_>>().join("/");
            let (headers, body) = operation.soap.map_or_else(Default::default, |soap| {
                let body = format!(
                    "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><o:{0} \
                     xmlns:o=\"{1}\"/></e:Body></e:Envelope>",
                    soap.element, soap.namespace
                );
                (vec![("content-type", "text/xml"), ("soapaction", soap.action)], body)
            });
            served.ask(operation.method, &at, &headers, &body);
            called.push(format!("{}.{}", contract.service.name(), operation.id));
        }
    }
    let kept = exchanges(&dir);
    let found: Vec<&str> = kept.values().filter_map(|it| it["operationId"].as_str()).collect();
    assert_eq!(found, called);
    for (name, exchange) in &kept {
        assert!(!rules(&exchange["findings"]).is_empty(), "nothing is wrong with {name}");
    }
    assert_eq!(served.stop().0.code(), Some(1));
}

#[test]
fn a_client_that_sends_nothing_proves_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let served = Served::start(&["--record", &path(&dir)]);
    served.ask("GET", "/live", &[], "");
    Client::new(&served);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let token = "grant_type=client_credentials&client_id=app";
    let answer = served.ask("POST", "/auth/realms/healthcare/protocol/openid-connect/token", &form, token);
    assert_eq!(answer.status, 200);
    assert_eq!(served.stop().0.code(), Some(5));
}

#[test]
fn no_secret_is_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = path(&dir);
    let served = Served::start(&["--record", &dir]);
    let client = Client::new(&served);
    let key = "c2VjcmV0IGtleSBvZiBhIGNsaWVudA";
    client.post(OPTIONS, &RIGHT, &json!({"kty": "EC", "d": key, "nested": [{"password": "correct-horse"}]}));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let token = "grant_type=client_credentials&client_id=app&client_secret=correct-horse";
    served.ask("POST", "/auth/realms/healthcare/protocol/openid-connect/token", &form, token);
    let owner = "/keydepot/jwks?type=SSIN&identifier=85210123617";
    served.ask("GET", owner, &[("authorization", &client.authorization), ("cookie", "session=12345678")], "");
    let token = client.authorization.strip_prefix("Bearer ").expect("a token").to_owned();
    let mut all = served.ask("GET", "/live", &[], "").body;
    served.stop();
    for entry in fs::read_dir(&dir).expect("a directory") {
        all.push_str(&fs::read_to_string(entry.expect("an entry").path()).expect("UTF-8"));
    }
    assert!(all.contains("grant_type=client_credentials"), "the form is there");
    for secret in [key, "correct-horse", "85210123617", "12345678", &token, "access_token\": \"ey"] {
        assert!(!all.contains(secret), "`{secret}` is kept");
    }
}

#[test]
fn the_live_page_shows_it_while_it_happens_and_runs_none_of_it() {
    let served = Served::start(&[]);
    assert_eq!(served.ask("GET", "/", &[], "").status, 303);
    let mut stream = served.connect();
    stream.write_all(request("GET", "/live/events", &[], "").as_bytes()).expect("sent");
    let mut lines = BufReader::new(stream).lines().map(|line| line.expect("UTF-8"));
    assert!(lines.any(|line| line.eq_ignore_ascii_case("content-type: text/event-stream")));
    let hostile = "<script>alert(1)</script>\u{202e}";
    let body = json!({"username": "a", "displayName": hostile, "attestation": hostile});
    Client::new(&served).post(OPTIONS, &[("user-agent", hostile), ("from", "\"><img src=x>")], &body);
    served.ask("GET", "/%3Cscript%3E?q='><svg/onload=alert(1)>", &RIGHT, "");
    let event: Vec<String> = lines
        .by_ref()
        .skip_while(|line| line != "event: exchange")
        .take_while(|line| !line.is_empty())
        .collect();
    let event = event.join("\n");
    assert!(event.contains("keydepot.attestationOptions") && event.contains("user-agent."), "{event}");
    let page = served.ask("GET", "/live", &[], "");
    let policy =
        page.head.lines().find(|line| line.starts_with("content-security-policy: ")).expect("a policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(page.body.contains("creation-request.attestation-unknown"), "{}", page.body);
    for text in [&page.body, &event, &served.ask("GET", "/live/summary", &[], "").body] {
        let scripts = text.matches("<script").count() - text.matches("<script src=\"/live/live.js\"").count();
        assert_eq!(scripts, 0, "{text}");
        assert!(!text.contains("<img") && !text.contains("<svg") && !text.contains('\u{202e}'), "{text}");
    }
    // The stream ends with the server, and does not hold it up.
    assert_eq!(served.stop().0.code(), Some(0));
}

#[test]
fn many_look_and_the_history_is_bounded() {
    let served = Served::start(&[]);
    let mut viewers = Vec::new();
    for _ in 0..100 {
        let mut stream = served.connect();
        stream.write_all(request("GET", "/live/events", &[], "").as_bytes()).expect("sent");
        let mut lines = BufReader::new(stream).lines().map(|line| line.expect("UTF-8"));
        assert_eq!(lines.next().as_deref(), Some("HTTP/1.1 200 OK"));
        viewers.push(lines);
    }
    assert_eq!(served.ask("GET", "/live/events", &[], "").status, 503);
    for _ in 0..230 {
        served.ask("GET", "/keydepot/jwks", &[], "");
    }
    for mut lines in viewers {
        assert!(lines.any(|line| line == "event: exchange"));
    }
    let page = served.ask("GET", "/live", &[], "").body;
    assert_eq!(page.matches("<li ").count(), 200);
    assert!(page.contains("<td>230</td>"), "all are counted");
}

#[test]
fn a_kill_leaves_finished_exchanges_and_no_half_ones() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = path(&dir);
    let served = Served::start(&["--record", &dir]);
    let client = Client::new(&served);
    let body = json!({"username": "x".repeat(20_000), "displayName": "Adam Powers"}).to_string();
    let headers = [("content-type", "application/json"), ("authorization", client.authorization.as_str())];
    let text = request("POST", OPTIONS, &headers, &body);
    let address = served.http.expect("HTTP");
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Ok(mut stream) = std::net::TcpStream::connect(address) {
                    let mut answer = Vec::new();
                    let sent = stream.write_all(text.as_bytes());
                    let read = sent.and_then(|()| std::io::Read::read_to_end(&mut stream, &mut answer));
                    if read.is_err() || !answer.starts_with(b"HTTP/1.1 200") {
                        break;
                    }
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // It dies in the middle of its work: only when that has begun.
        for _ in 0..600 {
            std::thread::sleep(std::time::Duration::from_millis(100));
            if answered.load(Ordering::Relaxed) >= 8 {
                break;
            }
        }
        served.signal("-KILL");
    });
    let answered = answered.into_inner();
    let kept = exchanges(&dir).len();
    assert!(answered > 0 && kept >= answered, "{kept} are kept of {answered} that were answered");
}

#[test]
fn a_killed_client_harms_no_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = path(&dir);
    let served = Served::start(&["--record", &dir]);
    // It dies in the middle of its request, and is not recorded: it sent none.
    let address = served.http.expect("HTTP");
    let script = format!(
        "exec 3<>/dev/tcp/{}/{}; printf 'POST {OPTIONS} HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: 99\\r\\n\\r\\n{{' >&3; kill -9 $$",
        address.ip(),
        address.port()
    );
    Command::new("bash").args(["-c", &script]).status().expect("bash");
    assert_eq!(Client::new(&served).right().status, 200);
    let (status, complaint) = served.stop();
    assert_eq!((status.code(), complaint.as_str()), (Some(0), ""));
    assert_eq!(exchanges(&dir).len(), 1);
}

/// A file system of 64 KiB, where the kernel lets this process have one of its own.
#[test]
fn a_full_disk_is_said_once_and_what_was_kept_stays() {
    let dir = tempfile::tempdir().expect("a directory");
    let mount = dir.path().join("mount");
    fs::create_dir(&mount).expect("created");
    let dir = mount.join("record");
    let (mount, dir) = (mount.to_str().expect("UTF-8"), dir.to_str().expect("UTF-8"));
    let script = format!("mount -t tmpfs -o size=64k none {mount} && exec \"$@\"");
    let wrapper = ["unshare", "-rm", "sh", "-c", &script, "sh"];
    let can = Command::new("unshare").args(["-rm", "sh", "-c", &script, "sh", "true"]).output();
    if !can.is_ok_and(|it| it.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "no mount namespace can be made here, and CI needs one");
        println!("skipped: no mount namespace can be made here");
        return;
    }
    let served = Served::start_as(&["--listen", "127.0.0.1:0", "--record", dir], &wrapper);
    let client = Client::new(&served);
    let large = json!({"username": "x".repeat(10_000), "displayName": "Adam Powers"});
    for _ in 0..12 {
        assert_eq!(client.post(OPTIONS, &RIGHT, &large).status, 200, "the service goes on");
    }
    let page = served.ask("GET", "/live", &[], "").body;
    assert!(page.contains("could not be kept: cannot write"), "{page}");
    // Seen through the server's own eyes: nobody else sees its file system.
    let seen = format!("/proc/{}/root{dir}", served.id());
    let kept = exchanges(&seen).len();
    assert!((1..12).contains(&kept), "{kept}");
    let (status, complaint) = served.stop();
    assert_eq!(status.code(), Some(70), "{complaint}");
    assert_eq!(complaint.matches("; the services go on").count(), 1, "{complaint}");
    assert!(
        complaint.contains("exchanges could not be kept") && complaint.contains("No space left"),
        "{complaint}"
    );
}
