//! What holds of etalon itself, whatever it is given: the cases of the catalogue that no artefact shows.

use std::time::Duration;

use etalon::base::{Kind, Profile, time};
use etalon::catalogue;
use etalon::context::Context;
use etalon::engine::Judgement;
use etalon::forge::{self, Bench};
use etalon::scenario::transport::Request;
use etalon::service::{CONTRACTS, Operation};
use etalon::{event, scenario, target};
use url::Url;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::hostile::Dice;
use crate::world::{World, config};
use crate::{house, judged, vectors};

#[test]
fn what_holds_a_case_is_there() {
    let mut wrong = Vec::new();
    for case in catalogue::families().iter().flat_map(|family| &family.cases) {
        for holder in &case.held_by {
            let (path, test) = holder.split_once(": ").expect("a file and what is in it");
            let text = std::fs::read_to_string(house::root().join(path)).unwrap_or_default();
            if !text.contains(&format!("fn {test}(")) {
                wrong.push(format!("{}: there is no `{holder}`", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "`held_by` in catalogue/*.toml:\n{}", wrong.join("\n"));
}

fn judge(kind: Kind, input: &[u8], profile: Profile) -> Judgement {
    let context = Context { as_of: time::parse("2026-01-15T10:00:00Z"), ..Context::default() };
    judged::judge(kind, input, &context, profile)
}

/// What a judgement says, without how long it took.
fn said(judgement: &Judgement) -> Vec<String> {
    let findings = judgement.findings.iter().map(|finding| finding.to_json().to_string());
    findings.chain([judgement.verdict.name().to_owned()]).collect()
}

/// Vectors as they are and with a few bytes changed, of every kind.
fn inputs() -> Vec<(Kind, Vec<u8>)> {
    let mut dice = Dice::new(20);
    let given = vectors::inputs().into_iter().step_by(3).map(|(kind, _, bytes)| (kind, bytes));
    given
        .flat_map(|(kind, bytes)| {
            let changed = dice.mutate(&bytes);
            [(kind, bytes), (kind, changed)]
        })
        .collect()
}

#[test]
fn the_same_bytes_give_the_same_findings() {
    let inputs = inputs();
    let there: Vec<_> =
        inputs.iter().map(|(kind, input)| said(&judge(*kind, input, Profile::Field))).collect();
    // Back again, so that what came before is not the same either.
    for ((kind, input), first) in inputs.iter().zip(&there).rev() {
        let second = said(&judge(*kind, input, Profile::Field));
        assert_eq!(&second, first, "{kind} {}", data_encoding::HEXLOWER.encode(input));
    }
}

#[test]
fn every_position_lies_inside_of_the_input() {
    for (kind, input) in inputs() {
        for finding in judge(kind, &input, Profile::Cookbook).findings {
            let (from, to) = (finding.span.start as usize, finding.span.end as usize);
            let at = || format!("{kind}: {} at {from}..{to} of {}", finding.rule.id, input.len());
            assert!(from <= to && to <= input.len(), "{}", at());
            if let Ok(text) = std::str::from_utf8(&input) {
                assert!(text.is_char_boundary(from) && text.is_char_boundary(to), "{}", at());
            }
        }
    }
}

/// Bodies for an operation: nothing, noise, and what it asks for with a few bytes changed.
fn bodies(bench: &Bench, operation: &Operation, dice: &mut Dice) -> Vec<Vec<u8>> {
    let mut bodies = vec![Vec::new(), b"\0\xff{".to_vec()];
    if operation.soap.is_some() {
        bodies.push(forge::soap::envelope("<a/>").into_bytes());
    }
    let valid = operation.request.and_then(|kind| bench.forge(kind, None).ok());
    if let Some(valid) = valid {
        bodies.extend((0..6).map(|_| dice.mutate(&valid.bytes)));
    }
    bodies
}

/// A path with something in the place of each parameter.
fn address(path: &str, given: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { given } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn no_request_makes_the_simulator_fail_or_hang() {
    let world = World::start(config()).await;
    let alice = world.authorization("alice").await;
    let bench = Bench::new(3, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"));
    let mut dice = Dice::new(11);
    for contract in CONTRACTS {
        for operation in contract.operations {
            for (round, body) in bodies(&bench, operation, &mut dice).into_iter().enumerate() {
                let given = ["x", "%00", "..%2f..", "AAAA", "80010100049"][round % 5];
                let path = address(operation.path, given) + ["", "?", "?a=%ff&a=", "?type=SSIN"][round % 4];
                let kind = if operation.soap.is_some() { "text/xml" } else { "application/json" };
                let headers = [("authorization", alice.as_str()), ("content-type", kind)];
                let asked =
                    world.send(contract.service.name(), operation.method, &path, &headers, Some(&body));
                let answer = tokio::time::timeout(Duration::from_secs(20), asked).await.expect("an answer");
                // SOAP 1.1 puts its faults under 500: then it must be one.
                let is_fault = String::from_utf8_lossy(&answer.body).contains("Fault>");
                assert!(
                    answer.status < 500 || (operation.soap.is_some() && answer.status == 500 && is_fault),
                    "{} {path}: {} to {}",
                    operation.id,
                    answer.status,
                    data_encoding::HEXLOWER.encode(&body)
                );
            }
        }
    }
}

const TARGET: &str = "[services]\nkeydepot = \"https://depot.example/\"\n[token]\nenv = \"TOKEN\"\n\
                      [limits]\nrequests-per-second = 2.5\n";
const REPORT: &str = r#"{"schema":"etalon/run/v1","seed":7,"clock":"2026-01-15T10:00:00Z","target":"sim","workflows":[{"suite":"s","workflowId":"w","outcome":"passed","steps":[]}],"operations":[],"summary":{"passed":1,"failed":0,"inconclusive":0,"error":0,"skipped":0}}"#;

#[test]
fn files_of_our_own_are_refused_with_a_message_however_broken() {
    let suite = std::fs::read_to_string(house::root().join("suites/keydepot/life-cycle.arazzo.yaml"))
        .expect("a suite");
    let mut dice = Dice::new(5);
    let mut refused = [0; 4];
    for _ in 0..150 {
        let mut broken = |text: &str| String::from_utf8_lossy(&dice.mutate(text.as_bytes())).into_owned();
        if let Err(problems) = target::read(&broken(TARGET)) {
            assert!(!problems.is_empty());
            refused[0] += 1;
        }
        if let Err(problem) = event::read_run(&broken(REPORT)) {
            assert!(!problem.to_string().is_empty());
            refused[1] += 1;
        }
        if let Err(problem) =
            serde_json::from_str::<Context>(&broken(r#"{"as_of":"2026-01-15T10:00:00Z","trust":[]}"#))
        {
            assert!(!problem.to_string().is_empty());
            refused[2] += 1;
        }
        let fetch = |_: &str| Err("not here".to_owned());
        let problems = scenario::read("a.yaml", &broken(&suite[..2000]), &fetch).err().unwrap_or_default();
        refused[3] += usize::from(!problems.is_empty());
        assert!(problems.iter().all(|it| !it.to_string().is_empty()));
    }
    assert!(refused.iter().all(|count| *count > 50), "hardly anything was broken: {refused:?}");
}

/// What does not open, for reasons that an attacker who could tell them apart would decrypt with.
const CLOSED: &[&str] =
    &["padding-endless", "padding-short", "block-type-1", "first-byte-not-zero", "ciphertext-flipped"];

#[test]
fn a_challenge_that_does_not_open_tells_nothing_not_even_by_its_time() {
    let bench = Bench::new(1, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"));
    let made = |mutation: &str| {
        let forged = bench.forge(Kind::EtkChallenge, Some(mutation)).expect("a maker");
        let context: Context = serde_json::from_value(forged.context.into()).expect("the judge protocol");
        (forged.bytes, context)
    };
    let judge = |(bytes, context): &(Vec<u8>, Context)| {
        judged::judge(Kind::EtkChallenge, bytes, context, Profile::Cookbook)
    };
    // Its padding is right, and what it hides is too short.
    let padded = made("minimal-bytes");
    for mutation in CLOSED {
        let other = made(mutation);
        assert_eq!(said(&judge(&padded)), said(&judge(&other)), "{mutation}");
        assert_eq!(apart(|| judge(&padded), || judge(&other)), None, "{mutation}");
    }
}

/// How long one takes beside another, where that tells them apart. The fastest of many turns of each count:
/// other work on the machine makes single turns slower, and none faster.
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
fn apart<T>(one: impl Fn() -> T, other: impl Fn() -> T) -> Option<f64> {
    let clocked = |work: &dyn Fn() -> T| {
        let start = std::time::Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    let [mut fastest, mut fastest_other] = [f64::INFINITY; 2];
    for _ in 0..20 {
        for _ in 0..40 {
            fastest = fastest.min(clocked(&one));
            fastest_other = fastest_other.min(clocked(&other));
        }
        if (0.97..1.03).contains(&(fastest / fastest_other)) {
            return None;
        }
    }
    Some(fastest / fastest_other)
}

/// What inflates to far more than it is: the bytes need not be sound, since nobody shall look.
const DEFLATED: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xed, 0xc1, 1, 1, 0, 0, 0, 0x80, 0x90];

#[tokio::test]
async fn what_comes_compressed_is_not_inflated() {
    let world = World::start(config()).await;
    let alice = world.authorization("alice").await;
    for encoding in ["gzip", "deflate", "br"] {
        let headers = [
            ("authorization", alice.as_str()),
            ("content-type", "application/json"),
            ("content-encoding", encoding),
        ];
        let answer =
            world.send("keydepot", "POST", "/keydepot/attestations/options", &headers, Some(DEFLATED)).await;
        assert_eq!(answer.status, 400, "{encoding}");
    }
    let sent = ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(DEFLATED);
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any()).respond_with(sent).mount(&server).await;
    let request = Request {
        method: "GET".to_owned(),
        url: Url::parse(&server.uri()).expect("a URL"),
        headers: Vec::new(),
        body: None,
    };
    assert_eq!(world.embedded.client.send(&request).await.expect("an answer").body, DEFLATED);
}
