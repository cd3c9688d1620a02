//! `etalon run` without arguments, as a user starts it; and that each negative bites.

use std::path::Path;

use etalon::embedded::Embedded;
use etalon::event::Outcome;
use etalon::scenario::run::{Observer, Session, Setting};
use etalon::scenario::transcript::Exchange;
use etalon::simulator::Config;
use etalon::suites::{self, Without};
use etalon::{rules, scenario, service};
use serde_json::Value;

use crate::command::etalon;
use crate::world::{CLOCK, World, config};

fn report(args: &[&str]) -> Value {
    let output = etalon(&[&["run", "--format", "json", "--clock", CLOCK], args].concat());
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The workflows that did not pass, each with its reason.
fn not_passed(report: &Value) -> Vec<String> {
    let workflows = report["workflows"].as_array().expect("workflows");
    let wrong = workflows.iter().filter(|it| it["outcome"] != "passed");
    wrong.map(|it| format!("{} {}: {}", it["workflowId"], it["outcome"], it["reason"])).collect()
}

#[test]
fn every_suite_passes_against_the_simulator() {
    let report = report(&[]);
    assert_eq!(not_passed(&report), Vec::<String>::new());
    assert!(report["summary"]["passed"].as_u64() >= Some(120), "{}", report["summary"]);
    let unused: Vec<&Value> = report["operations"]
        .as_array()
        .expect("operations")
        .iter()
        .filter(|operation| operation["workflows"].as_array().is_none_or(Vec::is_empty))
        .collect();
    assert!(unused.is_empty(), "add a workflow that calls {unused:?}");
}

#[test]
fn the_same_seed_and_clock_give_the_same_transcript() {
    let dir = tempfile::tempdir().expect("a directory");
    let transcripts = ["1", "4"].map(|jobs| {
        let out = dir.path().join(jobs);
        report(&["--seed", "3", "--jobs", jobs, "--out", out.to_str().expect("UTF-8")]);
        transcript(&out)
    });
    assert!(transcripts[0].len() > 300, "{}", transcripts[0].len());
    assert!(transcripts[0] == transcripts[1], "two runs differ");
    let all: String = transcripts[0].iter().map(|(_, text)| text.as_str()).collect();
    assert!(!all.contains("Bearer ey"), "a token stands in the transcript");
}

fn transcript(dir: &Path) -> Vec<(String, String)> {
    let folders = std::fs::read_dir(dir).expect("written").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = folders
        .filter(|path| path.is_dir())
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.strip_prefix(dir).expect("below").display().to_string();
            (name, std::fs::read_to_string(&path).expect("readable"))
        })
        .collect();
    files.sort();
    files
}

/// With a hole in the service, the workflow that looks for it fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_negative_bites() {
    let carried = scenario::carried().expect("the carried suites read");
    let mut toothless = Vec::new();
    for (hole, workflow) in holes() {
        let config = Config { without: vec![hole.to_owned()], ..config() };
        let world = World::start(config).await;
        let Embedded { client, bases, context, clock, variants, .. } = &world.embedded;
        let setting = Setting { client, bases, context, clock, variants };
        let suite = carried
            .iter()
            .find(|suite| suite.document.workflow_ids().any(|id| id == workflow.id))
            .unwrap_or_else(|| panic!("no suite has the workflow `{}`", workflow.id));
        let report = Session::new(suite, &setting).run(&workflow.id, &mut Nobody).await.expect("no crash");
        let outcome = report.expect("a workflow").outcome;
        if outcome != Outcome::Failed {
            toothless.push(format!("without {hole}, {} {}", workflow.id, outcome.name()));
        }
    }
    assert!(toothless.is_empty(), "{}", toothless.join("\n"));
}

pub(crate) struct Nobody;

impl Observer for Nobody {
    fn exchange(&mut self, _: &Exchange<'_>) {}
}

/// The rules and duties that the workflows name, each with the workflow that fails without it.
fn holes() -> impl Iterator<Item = (&'static str, &'static suites::Workflow)> {
    suites::workflows().iter().flat_map(|workflow| {
        let rules: &[String] = match &workflow.without {
            Some(Without::Rules(rules)) => rules,
            Some(Without::Nothing(_)) | None => &[],
        };
        rules.iter().map(move |rule| (rule.as_str(), workflow))
    })
}

#[test]
fn each_negative_names_what_it_misses() {
    let mut wrong = Vec::new();
    for workflow in suites::workflows() {
        let suites::Workflow { suite, id, without, negative, .. } = workflow;
        match without {
            None if *negative => wrong.push(format!(
                "{suite}, {id}: say in a line `Without: …` of the description without which rule or duty of the \
                 service it fails, or `Without: nothing; why`"
            )),
            Some(Without::Rules(rules)) if rules.is_empty() => {
                wrong.push(format!("{suite}, {id}: `Without:` is followed by no id of a rule"));
            }
            Some(Without::Nothing(why)) if why.len() < 10 => {
                wrong.push(format!("{suite}, {id}: say behind `Without: nothing;` why"));
            }
            None | Some(Without::Rules(_) | Without::Nothing(_)) => {}
        }
    }
    for (hole, suites::Workflow { suite, id, .. }) in holes() {
        if service::duty(hole).is_none() && rules::find(hole).is_none() {
            wrong.push(format!("{suite}, {id}: `{hole}` is no rule and no duty; `etalon rules` lists them"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every duty of the service must have a workflow that misses it.
#[test]
fn every_duty_is_looked_for() {
    let duties = service::CONTRACTS.iter().flat_map(|contract| contract.duties);
    for duty in duties.chain(service::binding::DUTIES) {
        let known = RECORDED.contains(&duty.id) || holes().any(|(hole, _)| hole == duty.id);
        assert!(known, "add a workflow that fails without `{}`, with a line `Without: {0}`", duty.id);
    }
}

/// Duties that a workflow only records, because the cookbook does not say what the service does:
/// `actor-token-used-twice` (SD-125), `message-sent-twice` (SD-26). A test of the simulator holds each.
const RECORDED: &[&str] = &["iam-exchange.actor-token-reused", "attribute-authority.message-reused"];
