//! The carried suites under another runner, Redocly's, against `etalon serve`: they are Arazzo that others
//! can run, and their verdicts are not those of one engine.
//!
//! Redocly checks a file before it runs it, and takes the steps of all its workflows for one list: two
//! steps of one name in two workflows are refused. So each workflow stands in a file of its own here, and
//! is otherwise as it is carried.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::deviations::Deviations;
use crate::served::Served;

/// What Redocly's runner does otherwise than Arazzo says, and which step shows it.
const DEVIATIONS: &str = include_str!("second-runner-deviations.toml");

/// Folders of suites that are not run here, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("iam-exchange", "it follows redirects, and an output that an answer lacks ends the workflow"),
    ("certra", "it has no criteria of type xpath, and SOAP is judged by them"),
    ("etkra", "it has no criteria of type xpath, and SOAP is judged by them"),
    ("etkdepot", "tokens come from EtkRA, by SOAP"),
    ("attribute-authority", "it has no criteria of type xpath, and SOAP is judged by them"),
    ("chain", "it has no criteria of type xpath, and SOAP is judged by them"),
];

/// The runner, where `.ci/test` installed it. In CI its absence is a failure.
fn runner() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/second-runner/node_modules/.bin/redocly");
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing, and CI needs it: .ci/test", path.display());
    println!("skipped: {} is not there; .ci/test installs it", path.display());
    None
}

/// Copies a folder of suites, each workflow into a file of its own but for those that others call; the
/// files.
fn divided(from: &Path, to: &Path) -> Vec<String> {
    let mut options = serde_saphyr::Options::default();
    options.strict_booleans = true;
    options.leading_zero_numbers_as_strings = true;
    fs::create_dir_all(to).expect("created");
    let mut files = Vec::new();
    for entry in fs::read_dir(from).expect("suites") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("readable");
        if !name.ends_with(".arazzo.yaml") || name.starts_with("parts.") {
            fs::write(to.join(name), text).expect("written");
            continue;
        }
        let suite: Value = serde_saphyr::from_str_with_options(&text, options.clone()).expect("YAML");
        for workflow in suite["workflows"].as_array().expect("workflows") {
            let mut one = suite.clone();
            one["workflows"] = json!([workflow]);
            let file = to.join(format!("{}.json", workflow["workflowId"].as_str().expect("an id")));
            fs::write(&file, one.to_string()).expect("written");
            files.push(file.to_str().expect("UTF-8").to_owned());
        }
    }
    files.sort();
    files
}

/// What did not succeed, by workflow and step: a step that called a workflow stands before its steps.
fn broken(report: &Value) -> BTreeMap<String, String> {
    fn walk(workflow: &Value, way: &str, into: &mut BTreeMap<String, String>) {
        for step in workflow["executedSteps"].as_array().into_iter().flatten() {
            let id = step["stepId"].as_str().unwrap_or_default();
            let at = format!("{way} {id}");
            if step["type"] == "workflow" {
                walk(step, &at, into);
            }
            for check in step["checks"].as_array().into_iter().flatten() {
                if check["status"] != "success" {
                    into.insert(at.clone(), format!("{}: {}", check["name"], check["message"]));
                }
            }
        }
    }
    let mut all = BTreeMap::new();
    for file in report["files"].as_object().expect("files").values() {
        for workflow in file["executedWorkflows"].as_array().into_iter().flatten() {
            walk(workflow, workflow["workflowId"].as_str().unwrap_or_default(), &mut all);
        }
    }
    all
}

#[test]
fn the_suites_pass_under_another_runner() {
    let Some(runner) = runner() else { return };
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
    let dir = tempfile::tempdir().expect("a directory");
    let mut files = Vec::new();
    for entry in fs::read_dir(&suites).expect("suites") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() && !LEFT_OUT.iter().any(|(folder, _)| *folder == name) {
            files.extend(divided(&path, &dir.path().join(name)));
        }
    }
    assert!(files.len() >= 50, "{} workflows", files.len());
    let served = Served::start(&[]);
    let report = dir.path().join("report.json");
    let server = |name: &str| format!("{name}=http://{}", served.http.expect("HTTP"));
    let output = Command::new("node")
        .arg(&runner)
        .arg("respect")
        .args(&files)
        .args(["--server", &server("keydepot"), "--server", &server("workbench")])
        .arg("--json-output")
        .arg(&report)
        .envs([("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"), ("NO_COLOR", "1")])
        .current_dir(dir.path())
        .output()
        .expect("node");
    let said =
        || format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let report = fs::read_to_string(&report).unwrap_or_else(|_| panic!("no report: {}", said()));
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let ran = report["files"].as_object().map_or(0, serde_json::Map::len);
    assert_eq!(ran, files.len(), "not every workflow ran: {}", said());

    let broken = broken(&report);
    let known = Deviations::read(DEVIATIONS);
    let known: BTreeSet<&str> = known.ids().collect();
    let new: Vec<_> = broken.iter().filter(|(at, _)| !known.contains(at.as_str())).collect();
    assert!(
        new.is_empty(),
        "make these plain Arazzo, or say in second-runner-deviations.toml why not:\n{new:#?}"
    );
    let over: Vec<_> = known.iter().filter(|at| !broken.contains_key(**at)).collect();
    assert!(over.is_empty(), "no longer needed in second-runner-deviations.toml: {over:?}");
}
