//! Annotations of GitHub workflows: `::error file=…,line=…::…`, one line each.

use std::io::{self, Write};

use super::Style;
use super::plain::visible;
use super::snippet::Source;
use crate::event::{Finding, Outcome, Report, Severity, Verdict};

pub(super) fn write(report: &Report, _: &Style, to: &mut dyn Write) -> io::Result<()> {
    match report {
        Report::Check(check) => {
            for subject in &check.subjects {
                let source = Source::of(subject);
                for finding in &subject.findings {
                    let position = source.as_ref().and_then(|it| it.position(finding.span[0]));
                    annotate(
                        to,
                        level(finding.severity),
                        &subject.path,
                        position,
                        &finding.rule,
                        &told(finding),
                    )?;
                }
                if subject.verdict == Verdict::Unreadable && subject.findings.is_empty() {
                    annotate(to, "error", &subject.path, None, "unreadable", "the bytes cannot be read")?;
                }
            }
        }
        Report::Run(run) => {
            for it in &run.flaky {
                let told = format!("passed at try {}", it.attempt);
                annotate(to, "warning", &it.suite, None, &format!("{} is flaky", it.workflow_id), &told)?;
            }
            for it in run.latency.iter().filter(|_| run.rounds > 1) {
                let told = format!("p50 {} ms, p95 {} ms, p99 {} ms", it.p50_ms, it.p95_ms, it.p99_ms);
                let suite = run.workflows.first().map_or("", |it| it.suite.as_str());
                annotate(to, "notice", suite, None, &format!("latency of {}", it.operation_id), &told)?;
            }
            for workflow in &run.workflows {
                let name = |step: &str| format!("{} {step}", workflow.workflow_id);
                if let Some((level, reason)) = came_to(workflow.outcome) {
                    let reason = workflow.reason.as_deref().unwrap_or(reason);
                    annotate(to, level, &workflow.suite, None, &workflow.workflow_id, reason)?;
                }
                for step in &workflow.steps {
                    if let Some(error) = &step.error {
                        annotate(to, "error", &workflow.suite, None, &name(&step.step_id), error)?;
                    }
                    for criterion in step.criteria.iter().filter(|criterion| !criterion.passed) {
                        let found =
                            criterion.actual.as_ref().map(|it| format!(", found {it}")).unwrap_or_default();
                        let text = format!("expected {}{found}", criterion.condition);
                        annotate(to, "error", &workflow.suite, None, &name(&step.step_id), &text)?;
                    }
                    for finding in &step.findings {
                        let title = name(&format!("{} {}", step.step_id, finding.rule));
                        annotate(to, level(finding.severity), &workflow.suite, None, &title, &told(finding))?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn came_to(outcome: Outcome) -> Option<(&'static str, &'static str)> {
    match outcome {
        Outcome::Passed | Outcome::Skipped => None,
        Outcome::Failed => Some(("error", "the workflow failed")),
        Outcome::Error => Some(("error", "the workflow could not be run")),
        Outcome::Inconclusive => Some(("warning", "the workflow proves nothing")),
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning | Severity::Inconclusive => "warning",
        Severity::Note => "notice",
    }
}

fn told(finding: &Finding) -> String {
    let at = if finding.at.is_empty() { String::new() } else { format!("at {}: ", finding.at) };
    let hint = finding.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    format!("{at}{}{hint}", finding.message)
}

fn annotate(
    to: &mut dyn Write,
    level: &str,
    file: &str,
    position: Option<(usize, usize)>,
    title: &str,
    message: &str,
) -> io::Result<()> {
    write!(to, "::{level} file={}", property(file))?;
    if let Some((line, column)) = position {
        write!(to, ",line={line},col={column}")?;
    }
    writeln!(to, ",title={}::{}", property(title), data(message))
}

/// The text after the last `::`, as the runner unescapes it.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25")
}

/// The value of a property, as the runner unescapes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
