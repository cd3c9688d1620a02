//! The carried suites under another runner, Redocly's, against `etalon serve`: they are Arazzo that others
//! can run, and their verdicts are not those of one engine.
//!
//! Redocly checks a file before it runs it, and takes the steps of all its workflows for one list: two
//! steps of one name in two workflows are refused. So each workflow stands in a file of its own here, and
//! is otherwise as it is carried. Every step must run, whatever the deviations say about one before it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::deviations::Deviations;
use crate::served::Served;

/// What Redocly's runner does otherwise than Arazzo says, and which step shows it.
const DEVIATIONS: &str = include_str!("second-runner-deviations.toml");

/// The folders of suites, by the server that they run against, one process of the runner each: the world
/// has one clock, and a workflow that waits moves it.
const LANES: &[&[&str]] = &[
    &["certra"],
    &["etkra", "etkdepot", "chain"],
    &["iam-exchange"],
    &["keydepot", "attribute-authority"],
    &["extremes"],
];

/// The names that the suites have for what they call.
const SOURCES: &[&str] = &[
    "keydepot",
    "certra",
    "etkra",
    "etkdepot",
    "iam-exchange",
    "iam-connect",
    "attribute-authority",
    "workbench",
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

/// A call of the runner.
fn redocly(runner: &Path) -> Command {
    // `.ci/test` puts a newer one there where the machine's is too old.
    let newer =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/second-runner/node/node_modules/.bin/node");
    let mut command = Command::new(if newer.exists() { newer.as_path() } else { Path::new("node") });
    command.arg(runner).envs([
        ("REDOCLY_TELEMETRY", "off"),
        ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
        ("NO_COLOR", "1"),
    ]);
    command
}

/// A workflow in a file of its own.
struct Alone {
    file: String,
    /// Its steps: `workflow step`.
    steps: Vec<String>,
}

/// Copies a folder of suites, each workflow into a file of its own but for those that others call. Where a
/// step is known to fail, its workflow goes on with the next.
fn divided(from: &Path, to: &Path, known: &BTreeSet<&str>) -> Vec<Alone> {
    let mut options = serde_saphyr::Options::default();
    options.strict_booleans = true;
    options.leading_zero_numbers_as_strings = true;
    fs::create_dir_all(to).expect("created");
    let mut all = Vec::new();
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
            let id = workflow["workflowId"].as_str().expect("an id");
            let mut workflow = workflow.clone();
            let steps = workflow["steps"].as_array_mut().expect("steps");
            let names: Vec<String> =
                steps.iter().map(|step| step["stepId"].as_str().expect("an id").to_owned()).collect();
            for (step, (name, next)) in steps.iter_mut().zip(names.iter().zip(&names[1..])) {
                if known.contains(format!("{id} {name}").as_str()) {
                    step["onFailure"] = json!([{"name": "further", "type": "goto", "stepId": next}]);
                }
            }
            let mut one = suite.clone();
            one["workflows"] = json!([workflow]);
            let file = to.join(format!("{id}.json"));
            fs::write(&file, one.to_string()).expect("written");
            all.push(Alone {
                file: file.to_str().expect("UTF-8").to_owned(),
                steps: names.iter().map(|name| format!("{id} {name}")).collect(),
            });
        }
    }
    all.sort_by(|one, other| one.file.cmp(&other.file));
    all
}

/// What the runner did.
#[derive(Default)]
struct Done {
    /// What ran, by workflow and step: a step that called a workflow stands before its steps.
    ran: BTreeSet<String>,
    /// What did not succeed, and what it said.
    broken: BTreeMap<String, String>,
}

impl Done {
    fn read(&mut self, report: &Value) {
        for file in report["files"].as_object().expect("files").values() {
            for workflow in file["executedWorkflows"].as_array().into_iter().flatten() {
                self.walk(workflow, workflow["workflowId"].as_str().unwrap_or_default());
            }
        }
    }

    fn walk(&mut self, workflow: &Value, way: &str) {
        for step in workflow["executedSteps"].as_array().into_iter().flatten() {
            // What follows a jump stands below it, without a step of its own.
            let at = step["stepId"].as_str().map_or_else(|| way.to_owned(), |id| format!("{way} {id}"));
            self.walk(step, &at);
            for check in step["checks"].as_array().into_iter().flatten() {
                if check["status"] != "success" {
                    self.broken.insert(at.clone(), format!("{}: {}", check["name"], check["message"]));
                }
            }
            self.ran.insert(at);
        }
    }
}

/// Runs the workflows of some folders against a server of their own.
fn perform(runner: &Path, dir: &Path, folders: &[&str], known: &BTreeSet<&str>) -> Done {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
    let workflows: Vec<Alone> =
        folders.iter().flat_map(|folder| divided(&suites.join(folder), &dir.join(folder), known)).collect();
    // The runner takes long between two messages of megabytes, and then sends on a connection that it kept.
    let served = Served::start(&["--patience", "300"]);
    let http = served.http.expect("HTTP");
    let report = dir.join(format!("{}.report.json", folders[0]));
    let output = redocly(runner)
        .arg("respect")
        .args(workflows.iter().map(|it| &it.file))
        .args(SOURCES.iter().flat_map(|name| ["--server".to_owned(), format!("{name}=http://{http}")]))
        .arg("--json-output")
        .arg(&report)
        .current_dir(dir)
        .output()
        .expect("node");
    let said =
        || format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(&report).unwrap_or_else(|_| panic!("{folders:?}: no report: {}", said()));
    let mut done = Done::default();
    done.read(&serde_json::from_str(&text).expect("JSON"));
    let left: Vec<&String> =
        workflows.iter().flat_map(|it| &it.steps).filter(|step| !done.ran.contains(*step)).collect();
    // After a step that failed against expectation, the rest of its workflow does not run.
    let unexplained = done.broken.keys().all(|at| known.contains(at.as_str()));
    assert!(!unexplained || left.is_empty(), "{folders:?}: steps that did not run: {left:?}: {}", said());
    done
}

#[test]
fn the_suites_pass_under_another_runner() {
    let Some(runner) = runner() else { return };
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
    let folders = fs::read_dir(&suites).expect("suites").map(|entry| entry.expect("an entry").path());
    let folders: BTreeSet<String> = folders
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .filter(|name| name != "openapi")
        .collect();
    let lanes: BTreeSet<String> = LANES.iter().copied().flatten().map(|it| (*it).to_owned()).collect();
    assert_eq!(folders, lanes, "give each folder of suites its place in LANES");

    let known = Deviations::read(DEVIATIONS);
    let known: BTreeSet<&str> = known.ids().collect();
    let dir = tempfile::tempdir().expect("a directory");
    // Each lane has a directory of its own, with what all suites refer to.
    let openapi = suites.join("openapi");
    let lanes: Vec<Done> = std::thread::scope(|scope| {
        let lanes: Vec<_> = LANES
            .iter()
            .map(|folders| {
                let dir = dir.path().join(folders[0]);
                copied(&openapi, &dir.join("openapi"));
                for parts in ["attribute-authority", "certra", "iam-exchange"] {
                    let _ = divided(&suites.join(parts), &dir.join(parts), &known);
                }
                let (runner, known) = (&runner, &known);
                scope.spawn(move || perform(runner, &dir, folders, known))
            })
            .collect();
        lanes.into_iter().map(|lane| lane.join().expect("the lane ran")).collect()
    });

    let broken: BTreeMap<&String, &String> = lanes.iter().flat_map(|it| &it.broken).collect();
    let new: Vec<_> = broken.iter().filter(|(at, _)| !known.contains(at.as_str())).collect();
    assert!(
        new.is_empty(),
        "make these plain Arazzo, or say in second-runner-deviations.toml why not:\n{new:#?}"
    );
    let over: Vec<_> = known.iter().filter(|at| !broken.contains_key(&(**at).to_owned())).collect();
    assert!(over.is_empty(), "no longer needed in second-runner-deviations.toml: {over:?}");
}

/// The OpenAPI descriptions keep to the specification, as far as its linter knows it.
#[test]
fn the_descriptions_are_openapi_to_its_linter() {
    let Some(runner) = runner() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites/openapi");
    let files = fs::read_dir(&folder).expect("descriptions").map(|entry| entry.expect("an entry").path());
    let dir = tempfile::tempdir().expect("a directory");
    let output = redocly(&runner)
        .args(["lint", "--extends", "spec"])
        .args(files)
        .current_dir(dir.path())
        .output()
        .expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Copies the files of a folder.
fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("created");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
    }
}
