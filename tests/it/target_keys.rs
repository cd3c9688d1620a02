//! Runs against a world elsewhere: signed with the keys that its target file names, and cleaned up after.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::command::{command, etalon_in};
use crate::served::Served;

/// A served world, and its target file in a directory.
fn world(args: &[&str]) -> (Served, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().to_str().expect("UTF-8").to_owned();
    let served = Served::start(&[&["--target-out", &path], args].concat());
    (served, dir)
}

fn report(output: &Output) -> Value {
    let complaint = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {complaint}"))
}

/// A run of some workflows against the target file of a directory.
fn run(dir: &Path, only: &[&str], more: &[&str]) -> Value {
    let mut args = vec!["run", "--target", "target.toml", "--format", "json"];
    for id in only {
        args.extend(["--only", id]);
    }
    args.extend(more);
    report(&etalon_in(dir, &args))
}

/// What a workflow came to, and why.
fn outcome(report: &Value, id: &str) -> (String, String) {
    let all = report["workflows"].as_array().expect("workflows");
    let found = all.iter().find(|it| it["workflowId"] == id).unwrap_or_else(|| panic!("no {id}: {report:#}"));
    let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
    (text("outcome"), text("reason"))
}

/// Workflows that the served world answers only to those whom it knows, with the role whose key signs.
const SIGNED: [(&str, &str); 4] = [
    ("actor-qualities", "eid-authentication"),
    ("grant-type-wrong", "organisation"),
    ("pharmacy-holder", "organisation"),
    ("holder-of-key", "organisation"),
];

#[test]
fn the_keys_of_the_target_file_sign() {
    let (_served, dir) = world(&[]);
    let ids = SIGNED.map(|(id, _)| id);
    let found = run(dir.path(), &ids, &["--out", "kept"]);
    for id in ids {
        assert_eq!(outcome(&found, id), ("passed".to_owned(), String::new()), "{id}");
    }
    // Neither the password nor the token is kept anywhere.
    let token = fs::read_to_string(dir.path().join("token.txt")).expect("a token");
    fs::write(dir.path().join("password.txt"), "etalon\n").expect("written");
    for folder in fs::read_dir(dir.path().join("kept")).expect("a directory").flatten() {
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let text = fs::read_to_string(file.path()).expect("UTF-8");
            assert!(!text.contains(token.trim()), "{} holds the token", file.path().display());
        }
    }
    // Keys of the same kind that this world does not know: it refuses what they sign.
    let (_other, strangers) = world(&["--seed", "4"]);
    for file in ["organisation.p12", "eid.p12"] {
        fs::copy(strangers.path().join(file), dir.path().join(file)).expect("copied");
    }
    let found = run(dir.path(), &ids, &[]);
    for id in ids {
        let (outcome, why) = outcome(&found, id);
        assert!(["failed", "inconclusive"].contains(&outcome.as_str()), "{id} {outcome}: {why}");
    }
    // Without any, nothing is claimed about the target.
    let target = fs::read_to_string(dir.path().join("target.toml")).expect("a target file");
    let (before, rest) = target.split_once("\n[keystores.").expect("keystores");
    let after = &rest[rest.find("\n[relying-party]").expect("what comes after")..];
    fs::write(dir.path().join("target.toml"), [before, after].concat()).expect("written");
    let found = run(dir.path(), &ids, &[]);
    for (id, role) in SIGNED {
        let (outcome, why) = outcome(&found, id);
        assert_eq!(outcome, "skipped", "{id}: {why}");
        assert!(why.contains(&format!("the target file has no [keystores.{role}]")), "{id}: {why}");
    }
}

/// What a target elsewhere cannot do is no fault of it.
#[test]
fn what_needs_the_simulator_is_skipped_elsewhere() {
    let (_served, dir) = world(&[]);
    let needs = [
        ("failure-of-backend", "the simulator: it calls `provokeFailure`"),
        ("consent-asked", "the simulator: nobody logs in without a browser elsewhere"),
        ("certificate-manual", "the simulator: an operator looks at the request, and takes days"),
        ("revoker-not-allowed", "the simulator: no authority issues"),
        ("conveyance-direct", "the simulator: the attestation leads to an authority that etalon made up"),
        ("keys-of-another", "the tokens of two users"),
        ("post-without-role", "a token with the roles read-keys"),
        ("organisation-holds-a-key", "the token of an organisation"),
        ("subject-token-expired", "a token that has expired"),
        ("pharmacy-holder", "a pharmacist whom it knows: the target file has no [people.pharmacist]"),
    ];
    // One token, of one person, who may do everything; and nobody who is known.
    let path = dir.path().join("target.toml");
    let text = fs::read_to_string(&path).expect("a target file");
    let is_further = |table: &&str| table.starts_with("tokens.") || table.starts_with("people.");
    let (first, tables) = text.split_once("\n[").expect("tables");
    let left: String =
        tables.split("\n[").filter(|it| !is_further(it)).map(|it| format!("\n[{it}")).collect();
    fs::write(&path, format!("{first}{left}")).expect("written");
    let found = run(dir.path(), &needs.map(|(id, _)| id), &["--jobs", "8", "--retries", "1"]);
    for (id, needed) in needs {
        let (outcome, why) = outcome(&found, id);
        assert_eq!(outcome, "skipped", "{id}: {why}");
        assert!(why.starts_with(&format!("it needs {needed}")), "{id}: {why}");
    }
    let target = fs::read_to_string(dir.path().join("target.toml")).expect("a target file");
    let without: String =
        target.lines().filter(|it| !it.starts_with("certra")).map(|it| format!("{it}\n")).collect();
    fs::write(dir.path().join("target.toml"), without).expect("written");
    let (outcome, why) = outcome(&run(dir.path(), &["actor-qualities"], &[]), "actor-qualities");
    assert_eq!(
        (outcome.as_str(), why.as_str()),
        ("skipped", "it needs certra: the target file does not name it under [services]")
    );
}

/// Workflows that leave something: one fails, one hangs, one asks for a certificate.
const LEAVING: &str = "arazzo: 1.0.1
info: {title: leaves things, version: '1'}
sourceDescriptions:
  - {name: keydepot, url: openapi/keydepot.yaml, type: openapi}
  - {name: certra, url: openapi/certra.yaml, type: openapi}
  - {name: etkra, url: openapi/etkra.yaml, type: openapi}
  - {name: workbench, url: openapi/workbench.yaml, type: openapi}
  - {name: parts, url: keydepot/parts.arazzo.yaml, type: arazzo}
  - {name: ra, url: certra/parts.arazzo.yaml, type: arazzo}
workflows:
  - workflowId: fails
    steps:
      - &register
        stepId: register
        workflowId: $sourceDescriptions.parts.register
        parameters: [{name: credential, value: leaving}]
      - stepId: wrong
        operationId: wait
        requestBody: {payload: {milliseconds: 0}}
        successCriteria: [{condition: $statusCode == 418}]
  - workflowId: hangs
    steps:
      - *register
      - stepId: wait
        operationId: wait
        requestBody: {payload: {milliseconds: 24000}}
  - workflowId: orders
    steps:
      - stepId: order
        workflowId: $sourceDescriptions.ra.order
        parameters: [{name: application, value: '<k:ApplicationId>LEFT</k:ApplicationId>'}, {name: key, value: left}]
  - workflowId: certifies
    steps:
      - stepId: certificate
        workflowId: $sourceDescriptions.ra.certificate
        parameters: [{name: application, value: '<k:ApplicationId>ENDED</k:ApplicationId>'}, {name: key, value: ended}]
      - stepId: token
        workflowId: $sourceDescriptions.ra.token
        parameters:
          - {name: certificate, value: $steps.certificate.outputs.certificate}
          - {name: key, value: ended}
          - {name: encryptionKey, value: ended-enc}
";

/// The suite above, and what it calls, beside a target file.
fn with_suite(dir: &Path) {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
    for folder in ["openapi", "keydepot", "certra"] {
        fs::create_dir_all(dir.join(folder)).expect("a directory");
        for file in fs::read_dir(suites.join(folder)).expect("carried").flatten() {
            fs::copy(file.path(), dir.join(folder).join(file.file_name())).expect("copied");
        }
    }
    fs::write(dir.join("leaving.arazzo.yaml"), LEAVING).expect("written");
}

/// The keys that the user of the target's token has.
fn keys(served: &Served, dir: &Path) -> usize {
    let token = fs::read_to_string(dir.join("token.txt")).expect("a token");
    let claims = data_encoding::BASE64URL_NOPAD.decode(token.split('.').nth(1).expect("claims").as_bytes());
    let claims: Value = serde_json::from_slice(&claims.expect("base64url")).expect("JSON");
    let ssin = claims["userProfile"]["ssin"].as_str().expect("a person");
    let bearer = format!("Bearer {}", token.trim());
    let headers = [
        ("authorization", bearer.as_str()),
        ("user-agent", "Etalon/tests/1.0 Rust/std/1.0"),
        ("from", "conformance@etalon.example"),
    ];
    let answer = served.ask("GET", &format!("/keydepot/jwks?type=SSIN&identifier={ssin}"), &headers, "");
    match answer.status {
        200 => answer.json()["keys"].as_array().expect("keys").len(),
        204 | 404 => 0,
        other => panic!("{other}: {}", answer.body),
    }
}

fn fates(report: &Value) -> Vec<(String, String)> {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let all = report["created"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|it| (text(&it["thing"]), text(&it["fate"]))).collect()
}

fn pair(thing: &str, fate: &str) -> (String, String) {
    (thing.to_owned(), fate.to_owned())
}

#[test]
fn a_run_that_fails_leaves_no_key_behind() {
    let (served, dir) = world(&[]);
    with_suite(dir.path());
    let args = ["run", "leaving.arazzo.yaml", "--target", "target.toml", "--only", "fails", "--format"];
    let found = report(&etalon_in(dir.path(), &[&args[..], &["json"]].concat()));
    assert_eq!(outcome(&found, "fails").0, "failed", "{found:#}");
    assert_eq!(fates(&found), [pair("key", "cleaned-up")], "{found:#}");
    assert_eq!(keys(&served, dir.path()), 0);
    let said = etalon_in(dir.path(), &[&args[..], &["text"]].concat());
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("1 key made there: 1 cleaned up"), "{said}");
    // What a workflow deletes itself is told apart.
    let found = run(dir.path(), &["register-and-delete"], &[]);
    assert_eq!(outcome(&found, "register-and-delete").0, "passed", "{found:#}");
    assert_eq!(fates(&found), [pair("key", "deleted")], "{found:#}");
}

#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
fn a_run_that_is_interrupted_leaves_no_key_behind() {
    let (served, dir) = world(&[]);
    with_suite(dir.path());
    let args =
        ["run", "leaving.arazzo.yaml", "--target", "target.toml", "--only", "hangs", "--format", "json"];
    let mut child: Child = command(&args)
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let started = std::time::Instant::now();
    while keys(&served, dir.path()) == 0 {
        assert!(started.elapsed() < Duration::from_secs(50), "no key was registered");
        assert!(child.try_wait().expect("a child").is_none(), "it ended early");
        std::thread::sleep(Duration::from_millis(50));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let output = child.wait_with_output().expect("ends");
    assert!(started.elapsed() < Duration::from_secs(55), "it waited for the workflow");
    let found = report(&output);
    assert_eq!(outcome(&found, "hangs"), ("skipped".to_owned(), "the run was interrupted".to_owned()));
    assert_eq!(fates(&found), [pair("key", "cleaned-up")], "{found:#}");
    assert_eq!(keys(&served, dir.path()), 0);
}

#[test]
fn a_certificate_is_left_with_the_reason_unless_it_may_be_revoked() {
    let (_served, dir) = world(&[]);
    with_suite(dir.path());
    let args = ["run", "leaving.arazzo.yaml", "--target", "target.toml", "--format", "json", "--only"];
    let found = report(&etalon_in(dir.path(), &[&args[..], &["orders"]].concat()));
    assert_eq!(fates(&found), [pair("certificate", "left")], "{found:#}");
    assert!(found["created"][0]["reason"].as_str().expect("a reason").contains("--allow-destructive"));
    let found = report(&etalon_in(dir.path(), &[&args[..], &["certifies", "--allow-destructive"]].concat()));
    assert_eq!(outcome(&found, "certifies").0, "passed", "{found:#}");
    let ended = [pair("certificate", "cleaned-up"), pair("encryption token", "cleaned-up")];
    assert_eq!(fates(&found), ended, "{found:#}");
}
