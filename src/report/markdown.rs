//! Markdown, for the summary of a pipeline or a comment.
//!
//! Whatever comes from an artefact stands in a code span: nothing in it is markup, a link or a
//! mention.

use std::io::{self, Write};

use super::Style;
use super::plain::visible;
use crate::event::{
    self, CheckReport, CheckSummary, Clauses, Fate, Finding, Outcome, Report, RunReport, RunSummary,
    Severity, Verdict,
};

pub(super) fn write(report: &Report, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    match report {
        Report::Check(check) => write_check(check, style, to),
        Report::Run(run) => write_run(run, style, to),
    }
}

fn write_check(check: &CheckReport, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    let CheckSummary { conforms, violates, unreadable, inconclusive } = check.summary;
    writeln!(
        to,
        "## etalon check\n\n{conforms} conform, {violates} violate, {unreadable} unreadable, {inconclusive} inconclusive\n"
    )?;
    writeln!(to, "| | artefact | kind | findings |\n|---|---|---|---|")?;
    for subject in check.subjects.iter().filter(|it| !style.quiet || !it.findings.is_empty()) {
        let mark = match subject.verdict {
            Verdict::Conforms => "✅ conforms",
            Verdict::Violates => "❌ violates",
            Verdict::Unreadable => "❌ unreadable",
            Verdict::Inconclusive => "❔ inconclusive",
        };
        writeln!(to, "| {mark} | {} | {} | {} |", code(&subject.path), subject.kind, subject.findings.len())?;
    }
    for subject in check.subjects.iter().filter(|it| !it.findings.is_empty()) {
        writeln!(to, "\n### {}\n", code(&subject.path))?;
        for it in &subject.findings {
            finding(it, "", to)?;
        }
    }
    Ok(())
}

fn write_run(run: &RunReport, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    let RunSummary { passed, failed, inconclusive, error, skipped } = run.summary;
    writeln!(
        to,
        "## etalon run\n\n{passed} passed, {failed} failed, {inconclusive} inconclusive, {error} in error, {skipped} skipped: \
         target {}, seed {}, clock {}\n",
        code(&run.target),
        run.seed,
        code(&run.clock)
    )?;
    writeln!(to, "| | suite | workflow | time |\n|---|---|---|---|")?;
    for workflow in run.workflows.iter().filter(|it| !style.quiet || it.outcome != Outcome::Passed) {
        let mark = match workflow.outcome {
            Outcome::Passed => "✅ passed",
            Outcome::Failed => "❌ failed",
            Outcome::Inconclusive => "❔ inconclusive",
            Outcome::Error => "💥 error",
            Outcome::Skipped => "⏭️ skipped",
        };
        let (suite, id) = (code(&workflow.suite), code(&workflow.workflow_id));
        writeln!(to, "| {mark} | {suite} | {id} | {:.1} ms |", workflow.duration_ms)?;
    }
    for it in &run.flaky {
        writeln!(to, "\nflaky: {} passed at try {}", code(&it.workflow_id), it.attempt)?;
    }
    for line in event::counted(&run.created) {
        writeln!(to, "\n{}", code(&line))?;
    }
    for it in run.created.iter().filter(|it| it.fate == Fate::Left) {
        let why = it.reason.as_ref().map(|why| format!(": {}", code(why))).unwrap_or_default();
        writeln!(
            to,
            "- left: {} of {}{why}",
            code(&format!("{} {}", it.thing, &*it.id)),
            code(&it.workflow_id)
        )?;
    }
    if run.rounds > 1 {
        writeln!(to, "\n| latency in ms | p50 | p95 | p99 |\n|---|---|---|---|")?;
        for it in &run.latency {
            let (p50, p95, p99) = (it.p50_ms, it.p95_ms, it.p99_ms);
            writeln!(to, "| {} | {p50} | {p95} | {p99} |", code(&it.operation_id))?;
        }
    }
    for workflow in &run.workflows {
        let steps: Vec<_> =
            workflow.steps.iter().filter(|it| !it.passed() || !it.findings.is_empty()).collect();
        if steps.is_empty() && workflow.reason.is_none() {
            continue;
        }
        writeln!(to, "\n### {}\n", code(&workflow.workflow_id))?;
        if let Some(reason) = &workflow.reason {
            writeln!(to, "- {}", code(reason))?;
        }
        for step in steps {
            let status = step.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let (id, call) = (code(&step.step_id), code(&format!("{} {}", step.method, step.url)));
            writeln!(to, "- step {id}: {call} → {status}")?;
            if let Some(error) = &step.error {
                writeln!(to, "  - {}", code(error))?;
            }
            for criterion in step.criteria.iter().filter(|criterion| !criterion.passed) {
                write!(to, "  - expected {}", code(&criterion.condition))?;
                match &criterion.actual {
                    Some(actual) => writeln!(to, ", found {}", code(actual))?,
                    None => writeln!(to)?,
                }
            }
            for it in &step.findings {
                finding(it, "  ", to)?;
            }
        }
    }
    if let Some(Clauses { exercised, untested }) = &run.clauses {
        writeln!(to, "\n### Clauses\n\n{} exercised, {} untested\n", exercised.len(), untested.len())?;
        writeln!(to, "<details><summary>untested</summary>\n\n{}\n\n</details>", untested.join(", "))?;
    }
    Ok(())
}

fn finding(finding: &Finding, indent: &str, to: &mut dyn Write) -> io::Result<()> {
    let severity = match finding.severity {
        Severity::Error => "**error**",
        Severity::Warning => "warning",
        Severity::Inconclusive => "inconclusive",
        Severity::Note => "note",
    };
    write!(to, "{indent}- {severity} {}", code(&finding.rule))?;
    if let Some(artefact) = &finding.artefact {
        write!(to, " in {}", code(artefact))?;
    }
    if !finding.at.is_empty() {
        write!(to, " at {}", code(&finding.at))?;
    }
    writeln!(to, ": {}", code(&finding.message))?;
    if let Some(hint) = &finding.hint {
        writeln!(to, "{indent}  - {}", code(hint))?;
    }
    Ok(())
}

/// A code span that holds `text` and nothing else, in a table cell too.
fn code(text: &str) -> String {
    // A table's cell ends at a bar even in a code span.
    let text = visible(text).replace('|', "\\u{7c}");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if text.trim().is_empty() {
        return "` `".to_owned();
    }
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
