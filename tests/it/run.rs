//! `etalon run` without arguments, as a user starts it; and that each negative bites.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use etalon::embedded::Embedded;
use etalon::event::Outcome;
use etalon::scenario::Suite;
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

/// The longest that the whole run may take on two cores: it is the release build that is promised 20 s.
const SECONDS: u64 = if cfg!(debug_assertions) { 200 } else { 20 };

#[test]
#[expect(clippy::disallowed_methods, reason = "the test measures time")]
fn every_suite_passes_against_the_simulator() {
    let started = Instant::now();
    let report = report(&[]);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(SECONDS), "{took:?}");
    assert_eq!(not_passed(&report), Vec::<String>::new());
    assert!(report["summary"]["passed"].as_u64() >= Some(120), "{}", report["summary"]);
    let unused: Vec<&Value> = report["operations"]
        .as_array()
        .expect("operations")
        .iter()
        .filter(|operation| operation["workflows"].as_array().is_none_or(Vec::is_empty))
        .collect();
    assert!(unused.is_empty(), "add a workflow that calls {unused:?}");
    let clauses = |which: &str| report["clauses"][which].as_array().expect("a list").len();
    let readme = include_str!("../../README.md");
    for told in [
        format!("\n{} workflows against sim", report["workflows"].as_array().expect("workflows").len()),
        format!("{} passed\n", report["summary"]["passed"]),
        format!("\n{} clauses exercised, {} untested\n", clauses("exercised"), clauses("untested")),
    ] {
        assert!(readme.contains(&told), "README.md shows such a run, and not `{}`", told.trim());
    }
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
        let outcome = outcome(&carried, workflow, vec![hole.to_owned()], &mut Nobody).await;
        if outcome != Outcome::Failed {
            toothless.push(format!("without {hole}, {} {}", workflow.id, outcome.name()));
        }
    }
    assert!(toothless.is_empty(), "{}", toothless.join("\n"));
}

/// A workflow that says `Without: nothing` passes where the services do without every rule and duty there
/// is; or else several stand behind its refusals, and it passes without any one that these name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_hole_opens_no_hole_opens() {
    let carried = scenario::carried().expect("the carried suites read");
    let every_hole: Vec<String> = holes_there_are().map(|(id, _)| id.to_owned()).collect();
    let (mut wrong, mut several) = (Vec::new(), 0);
    for workflow in suites::workflows() {
        let Some(Without::Nothing(why)) = &workflow.without else { continue };
        if outcome(&carried, workflow, every_hole.clone(), &mut Nobody).await == Outcome::Passed {
            continue;
        }
        several += 1;
        assert!(names_its_reason(workflow), "{}: what refuses it is not to be seen", workflow.id);
        let mut refusals = Refusals::default();
        assert_eq!(
            outcome(&carried, workflow, vec![], &mut refusals).await,
            Outcome::Passed,
            "{}",
            workflow.id
        );
        if refusals.named.len() < 2 {
            wrong.push(format!("{}: {:?} alone refuse; it says: {why}", workflow.id, refusals.named));
        }
        for hole in refusals.named {
            let outcome = outcome(&carried, workflow, vec![hole.to_owned()], &mut Nobody).await;
            if outcome != Outcome::Passed {
                wrong.push(format!("{}: without {hole} {}; it says: {why}", workflow.id, outcome.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(several > 2, "{several} workflows with several rules each");
}

/// Whether the services of a workflow say which rule or duty a refusal stands on. IAM eXchange answers with
/// the codes and the words of its cookbook alone, and a page for people with a sentence.
fn names_its_reason(workflow: &suites::Workflow) -> bool {
    !["suites/iam-exchange/", "suites/certra/foreigners"].iter().any(|it| workflow.suite.starts_with(it))
}

/// A refusal names each rule and duty that it stands on: else the test above tries too few.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_names_the_rule_or_duty_that_it_stands_on() {
    let carried = scenario::carried().expect("the carried suites read");
    let named = holes().filter(|(hole, it)| names_its_reason(it) && !hole.starts_with("iam-exchange."));
    let mut unnamed = Vec::new();
    for (hole, workflow) in named.step_by(4) {
        let mut refusals = Refusals::default();
        outcome(&carried, workflow, vec![], &mut refusals).await;
        if !refusals.named.contains(hole) {
            unnamed.push(format!("{}: no refusal names {hole}", workflow.id));
        }
    }
    assert!(unnamed.is_empty(), "{}", unnamed.join("\n"));
}

/// What a workflow comes to in a world of its own that does without these.
async fn outcome(
    carried: &[Suite],
    workflow: &suites::Workflow,
    without: Vec<String>,
    observer: &mut dyn Observer,
) -> Outcome {
    let world = World::start(Config { without, ..config() }).await;
    let Embedded { client, bases, context, clock, variants, .. } = &world.embedded;
    let setting = Setting { client, bases, context, clock, variants };
    let suite = carried
        .iter()
        .find(|suite| suite.document.workflow_ids().any(|id| id == workflow.id))
        .unwrap_or_else(|| panic!("no suite has the workflow `{}`", workflow.id));
    let report = Session::new(suite, &setting).run(&workflow.id, observer).await.expect("no crash");
    report.expect("a workflow").outcome
}

/// Every rule and every duty, each with its title.
fn holes_there_are() -> impl Iterator<Item = (&'static str, &'static str)> {
    let duties = service::CONTRACTS.iter().flat_map(|it| it.duties).chain(service::binding::DUTIES);
    let rules = rules::all().into_iter().map(|meta| (meta.id, meta.title()));
    rules.chain(duties.map(|duty| (duty.id, duty.title)))
}

/// The rules and duties that refusals name.
#[derive(Default)]
struct Refusals {
    named: BTreeSet<&'static str>,
}

impl Observer for Refusals {
    fn exchange(&mut self, exchange: &Exchange<'_>) {
        let Ok(answer) = exchange.response else { return };
        let said = String::from_utf8_lossy(&answer.body);
        let holes = holes_there_are().filter(|(id, title)| said.contains(id) || said.contains(title));
        self.named.extend(holes.map(|(id, _)| id));
    }
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

/// Negatives without a valid twin on one side, and why.
const ONE_SIDED: &[(&str, &str)] = &[
    ("activation-refused", "a token is activated once"),
    ("answer-not-cached", "nothing is refused in it"),
    ("certificate-automatic", "a certificate that is there is not on its way again"),
    ("certificate-not-yet-valid", "a certificate that is valid does not become early again"),
    ("foreigner-page-served", "a page serves once"),
    ("renewal", "a token is activated once"),
];

/// A refusal proves something between two requests of its kind that are served.
#[test]
fn each_negative_stands_between_two_valid_twins() {
    let one_sided = |id: &str| ONE_SIDED.iter().any(|(known, _)| *known == id);
    let (mut wrong, mut needed) = (Vec::new(), 0);
    for suites::Workflow { suite, id, without, steps, .. } in suites::workflows() {
        let is_twin = |step: &String| step.starts_with("twin");
        let twins = steps.iter().position(is_twin).zip(steps.iter().rposition(is_twin));
        let stands_between =
            twins.is_some_and(|(first, last)| steps[first..=last].iter().any(|step| !is_twin(step)));
        match (without, stands_between, one_sided(id)) {
            (None, ..) | (Some(_), true, false) => {}
            (Some(_), false, true) => needed += 1,
            (Some(_), false, false) => wrong.push(format!("{suite}, {id}: {steps:?}")),
            (Some(_), true, true) => wrong.push(format!("{id} need not stand in ONE_SIDED")),
        }
    }
    assert!(wrong.is_empty(), "give each a step `twinBefore` and one `twinAfter`:\n{}", wrong.join("\n"));
    assert_eq!(needed, ONE_SIDED.len());
}
