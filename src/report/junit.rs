//! JUnit XML: an artefact is a test case, or a workflow is.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::plain::visible;
use super::{Style, text};
use crate::event::{CheckReport, Outcome, Report, RunReport, Severity, Subject, Verdict, WorkflowReport};

pub(super) fn write(report: &Report, _: &Style, to: &mut dyn Write) -> io::Result<()> {
    let mut junit = Junit::new("etalon");
    match report {
        Report::Check(check) => {
            junit.add_test_suite(artefacts(check)?);
        }
        Report::Run(run) => {
            junit.add_test_suites(workflows(run)?);
        }
    }
    let xml = junit.to_string().map_err(io::Error::other)?;
    // Jenkins' schema of the format has this count at each suite, and not at the root.
    let xml = xml.replacen(&format!(" skipped=\"{}\"", junit.skipped), "", 1);
    writeln!(to, "{}", xml.trim_end())
}

fn artefacts(check: &CheckReport) -> io::Result<TestSuite> {
    let mut suite = TestSuite::new("check");
    for subject in &check.subjects {
        let name = visible(&subject.path);
        let verdict = subject.verdict.name();
        let (status, told) = match subject.verdict {
            Verdict::Conforms => (TestCaseStatus::success(), None),
            Verdict::Violates | Verdict::Unreadable => {
                (TestCaseStatus::non_success(NonSuccessKind::Failure), Some(first(subject, Severity::Error)))
            }
            Verdict::Inconclusive => {
                (TestCaseStatus::skipped(), Some(first(subject, Severity::Inconclusive)))
            }
        };
        let mut lines = Vec::new();
        text::subject(&Subject { input: None, ..subject.clone() }, &Style::default(), &mut lines)?;
        suite.add_test_case(case(name, subject.kind.name(), status, verdict, told, &lines));
    }
    Ok(suite)
}

fn first(subject: &Subject, severity: Severity) -> String {
    let finding = subject.findings.iter().find(|finding| finding.severity == severity);
    finding.map_or_else(
        || subject.verdict.name().to_owned(),
        |finding| format!("{}: {}", visible(&finding.rule), visible(&finding.message)),
    )
}

fn workflows(run: &RunReport) -> io::Result<Vec<TestSuite>> {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for workflow in &run.workflows {
        let status = match workflow.outcome {
            Outcome::Passed => TestCaseStatus::success(),
            Outcome::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
            Outcome::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
            Outcome::Inconclusive | Outcome::Skipped => TestCaseStatus::skipped(),
        };
        let mut lines = Vec::new();
        text::workflow(workflow, &Style { verbose: true, ..Style::default() }, &mut lines)?;
        let suite_name = visible(&workflow.suite);
        let told = (workflow.outcome != Outcome::Passed).then(|| reason(workflow));
        let name = visible(&workflow.workflow_id);
        let mut case = case(name, &suite_name, status, workflow.outcome.name(), told, &lines);
        case.set_time(Duration::from_secs_f64((workflow.duration_ms / 1000.0).clamp(0.0, 1e9)));
        suites.entry(&workflow.suite).or_insert_with(|| TestSuite::new(&suite_name)).add_test_case(case);
    }
    let mut suites: Vec<TestSuite> = suites.into_values().collect();
    for suite in &mut suites {
        let took = suite.test_cases.iter().filter_map(|case| case.time).sum();
        suite.set_time(took);
    }
    if let Some(first) = suites.first_mut() {
        for it in &run.latency {
            let id = visible(&it.operation_id);
            for (name, value) in [("p50", it.p50_ms), ("p95", it.p95_ms), ("p99", it.p99_ms)] {
                first.add_property((format!("latency.{id}.{name}_ms"), value.to_string()));
            }
        }
        for it in &run.flaky {
            first.add_property((format!("flaky.{}", visible(&it.workflow_id)), it.attempt.to_string()));
        }
    }
    Ok(suites)
}

fn reason(workflow: &WorkflowReport) -> String {
    let step = workflow.steps.iter().find(|step| !step.passed());
    match (&workflow.reason, step) {
        (Some(reason), _) => visible(reason),
        (None, Some(step)) => format!("step {}", visible(&step.step_id)),
        (None, None) => workflow.outcome.name().to_owned(),
    }
}

fn case(
    name: String,
    class: &str,
    mut status: TestCaseStatus,
    kind: &str,
    told: Option<String>,
    lines: &[u8],
) -> TestCase {
    let lines = String::from_utf8_lossy(lines).into_owned();
    if let Some(told) = told {
        status.set_type(kind).set_message(told).set_description(lines);
        let mut case = TestCase::new(name, status);
        case.set_classname(class);
        return case;
    }
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case.set_system_out(lines);
    case
}
