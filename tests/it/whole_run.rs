//! The carried suites against a server that lives on: everything passes, or is skipped for a reason that
//! is written down, and what a run leaves behind is not in the way of the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

use crate::command::command;
use crate::served::Served;

/// The workflows that cannot be run from outside, by the reason that the report gives.
const SKIPPED: &str = include_str!("whole-run-skipped.toml");
/// The longest that a run may take, on a busy machine too.
const LONGEST: Duration = Duration::from_mins(15);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skipped {
    skipped: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    because: String,
    workflows: BTreeSet<String>,
}

/// A run of everything: its report.
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
fn run(dir: &std::path::Path, seed: &str) -> Value {
    let out = dir.join(format!("run-{seed}"));
    let report = out.join("report.json");
    let mut child =
        command(&["run", "--target", "target.toml", "--allow-destructive", "--jobs", "32", "--quiet"])
            .args(["--seed", seed, "--out"])
            .arg(&out)
            .current_dir(dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
    let started = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if started.elapsed() > LONGEST {
            let _ = child.kill();
            panic!("the run does not end");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    serde_json::from_str(&std::fs::read_to_string(report).expect("a report")).expect("JSON")
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_default()
}

/// The workflows that were skipped, by their reasons; whatever else did not pass is a failure.
fn skipped(report: &Value, round: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut skipped: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for workflow in report["workflows"].as_array().expect("workflows") {
        let suite = text(workflow, "suite").trim_start_matches("suites/").trim_end_matches(".arazzo.yaml");
        let name = format!("{suite} {}", text(workflow, "workflowId"));
        match text(workflow, "outcome") {
            "passed" => {}
            "skipped" => _ = skipped.entry(text(workflow, "reason").to_owned()).or_default().insert(name),
            outcome => wrong.push(format!("{name} {outcome}: {}", text(workflow, "reason"))),
        }
    }
    assert!(wrong.is_empty(), "not passed in the {round} run:\n{}", wrong.join("\n"));
    skipped
}

#[test]
fn everything_runs_twice_against_a_server_that_lives_on() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().to_str().expect("UTF-8");
    let served = Served::start(&["--target-out", path]);
    let expected: Skipped = toml::from_str(SKIPPED).expect("TOML");
    let expected: BTreeMap<String, BTreeSet<String>> =
        expected.skipped.into_iter().map(|group| (group.because, group.workflows)).collect();
    for (round, seed) in [("first", "1"), ("second", "2")] {
        let report = run(dir.path(), seed);
        assert_eq!(
            skipped(&report, round),
            expected,
            "the {round} run skips others than whole-run-skipped.toml"
        );
        assert!(report["summary"]["passed"].as_u64() > Some(150), "{}", report["summary"]);
        let left: Vec<_> =
            report["created"].as_array().into_iter().flatten().filter(|it| it["fate"] == "left").collect();
        assert!(left.is_empty(), "the {round} run leaves things behind: {left:#?}");
    }
    drop(served);
}
