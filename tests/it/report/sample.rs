//! A check and a run in which every text that can come from outside is given.

use etalon::base::{Kind, Profile};
use etalon::event::{
    CheckReport, Creation, Criterion, Fate, Finding, Flaky, Operation, Outcome, Report, RunReport, Severity,
    Shown, Skip, StepReport, Subject, Verdict, WorkflowReport, mask,
};
use etalon::report::{self, Style};

fn finding(rule: &str, severity: Severity, text: &str, span: [u32; 2]) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity,
        at: Shown::from(text),
        span,
        message: Shown::from(format!("expected something else, found {text}")),
        hint: Some(Shown::from(format!("do not send {text}"))),
        clauses: vec!["KD-5.1.3-09".to_owned()],
        artefact: None,
    }
}

/// A check of one artefact in which everything that can come from outside is `text`.
pub(super) fn check(text: &str) -> Report {
    let input = format!("line one\n{text}\n");
    let end = u32::try_from(input.len()).expect("short") - 1;
    let facts = mask::facts([("seen", &text.into())]);
    let subject = Subject {
        path: Shown::from(text),
        kind: Kind::UserAgent,
        detected: true,
        profile: Profile::Cookbook,
        verdict: Verdict::Violates,
        findings: vec![
            finding("sample.broken", Severity::Error, text, [9, end]),
            finding("sample.odd", Severity::Warning, text, [0, 4]),
            finding("sample.open", Severity::Inconclusive, text, [0, 0]),
        ],
        facts,
        input: Some(input.into_bytes().into()),
    };
    let fine = Subject {
        path: Shown::from("fine.txt"),
        verdict: Verdict::Conforms,
        findings: Vec::new(),
        ..subject.clone()
    };
    Report::Check(CheckReport::new(vec![subject, fine]))
}

/// A run in which everything that can come from a suite or a target is `text`.
pub(super) fn run(text: &str) -> Report {
    let step = StepReport {
        step_id: text.to_owned(),
        operation_id: text.to_owned(),
        method: "POST".to_owned(),
        url: Shown::from(format!("http://127.0.0.1:8080/{text}")),
        status: Some(201),
        duration_ms: 1.25,
        criteria: vec![
            Criterion {
                condition: Shown::from("$statusCode == 412"),
                passed: false,
                actual: Some(Shown::from(text)),
            },
            Criterion { condition: Shown::from(text), passed: false, actual: None },
        ],
        findings: vec![Finding {
            artefact: Some(Shown::from(text)),
            ..finding("sample.broken", Severity::Error, text, [0, 1])
        }],
        error: Some(Shown::from(text)),
    };
    let workflow = |id: &str, outcome, steps| WorkflowReport {
        suite: format!("suites/{text}.arazzo.yaml"),
        workflow_id: id.to_owned(),
        outcome,
        skip: (outcome == Outcome::Skipped).then_some(Skip::Dependency),
        reason: (outcome != Outcome::Passed).then(|| Shown::from(text)),
        duration_ms: 12.5,
        steps,
    };
    let workflows = vec![
        workflow("register-and-delete", Outcome::Passed, vec![]),
        workflow(text, Outcome::Failed, vec![step]),
        workflow("refuses-all", Outcome::Inconclusive, vec![]),
        workflow("no-target", Outcome::Error, vec![]),
        workflow("later", Outcome::Skipped, vec![]),
    ];
    let operations = vec![Operation {
        service: "keydepot".to_owned(),
        operation: text.to_owned(),
        workflows: vec![text.to_owned()],
    }];
    let mut report = RunReport::new(7, "2026-01-15T10:00:00Z".to_owned(), text, workflows, operations);
    report.rounds = 2;
    report.flaky = vec![Flaky { suite: text.to_owned(), workflow_id: text.to_owned(), attempt: 2 }];
    report.created = vec![Creation {
        service: "keydepot".to_owned(),
        thing: text.to_owned(),
        id: Shown::from(text),
        suite: text.to_owned(),
        workflow_id: text.to_owned(),
        fate: Fate::Left,
        reason: Some(Shown::from(text)),
    }];
    Report::Run(report)
}

pub(super) fn render(name: &str, report: &Report, style: &Style) -> String {
    let mut out = Vec::new();
    (report::find(name).expect("a format").write)(report, style, &mut out).expect("it renders");
    String::from_utf8(out).expect("UTF-8")
}
