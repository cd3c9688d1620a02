//! Text for people: what was judged or run, line by line, in colour where the terminal takes it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Colour};

use super::Style;
use super::plain::{columns, no_command, visible, wrap};
use super::snippet::Source;
use crate::event::{
    CheckReport, CheckSummary, Fate, Finding, Outcome, Report, RunReport, RunSummary, Severity, StepReport,
    Subject, Verdict, WorkflowReport, counted as counted_things,
};

const RED: Colour = AnsiColor::Red.on_default().bold();
const YELLOW: Colour = AnsiColor::Yellow.on_default().bold();
const BLUE: Colour = AnsiColor::Cyan.on_default();
const GREEN: Colour = AnsiColor::Green.on_default().bold();
const DIM: Colour = Colour::new().dimmed();

pub(super) fn write(report: &Report, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    match report {
        Report::Check(check) => write_check(check, style, to),
        Report::Run(run) => write_run(run, style, to),
    }
}

fn write_check(check: &CheckReport, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    for it in &check.subjects {
        subject(it, style, to)?;
    }
    let CheckSummary { conforms, violates, unreadable, inconclusive } = check.summary;
    if style.quiet || check.subjects.len() == 1 {
        return Ok(());
    }
    let counts = [
        (conforms, "conform", GREEN),
        (violates, "violate", RED),
        (unreadable, "unreadable", RED),
        (inconclusive, "inconclusive", YELLOW),
    ];
    fitted(format!("{} artefacts: {}", check.subjects.len(), counted(&counts, style)), 0, style, to)
}

fn write_run(run: &RunReport, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    for it in &run.workflows {
        workflow(it, style, to)?;
    }
    run_summary(run, style, to)
}

/// One artefact with its findings.
pub fn subject(subject: &Subject, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    if style.quiet && subject.findings.is_empty() {
        return Ok(());
    }
    let colour = match subject.verdict {
        Verdict::Conforms => GREEN,
        Verdict::Violates | Verdict::Unreadable => RED,
        Verdict::Inconclusive => YELLOW,
    };
    let verdict = paint(subject.verdict.name(), colour, style);
    let how = if subject.detected { " (detected)" } else { "" };
    let line = format!("{}: {}{how} {verdict}", visible(&subject.path), subject.kind);
    fitted(line, 0, style, to)?;
    let source = Source::of(subject);
    for it in &subject.findings {
        finding(it, 2, source.as_ref(), style, to)?;
    }
    Ok(())
}

fn finding(
    finding: &Finding,
    indent: usize,
    source: Option<&Source<'_>>,
    style: &Style,
    to: &mut dyn Write,
) -> io::Result<()> {
    let colour = match finding.severity {
        Severity::Error => RED,
        Severity::Warning | Severity::Inconclusive => YELLOW,
        Severity::Note => BLUE,
    };
    let severity = paint(finding.severity.name(), colour, style);
    let mut head = format!("{severity} {}", visible(&finding.rule));
    if let Some(artefact) = &finding.artefact {
        head += &format!(" in {}", visible(artefact));
    }
    if !finding.at.is_empty() {
        head += &format!(" at {}", visible(&finding.at));
    }
    fitted(head, indent, style, to)?;
    let indent = indent + 2;
    lines(&visible(&finding.message), indent, style, to)?;
    if let Some(snippet) =
        source.and_then(|it| it.snippet(finding.span, style.width.saturating_sub(indent + 12)))
    {
        let margin = snippet.place.chars().count();
        writeln!(to, "{:indent$}{} | {}", "", paint(&snippet.place, DIM, style), snippet.line)?;
        if !snippet.mark.is_empty() {
            let mark = paint(&"^".repeat(snippet.mark.len()), colour, style);
            writeln!(to, "{:indent$}{:margin$} | {:skip$}{mark}", "", "", "", skip = snippet.mark.start)?;
        }
    }
    if let Some(hint) = &finding.hint {
        lines(&format!("help: {}", visible(hint)), indent, style, to)?;
    }
    Ok(())
}

/// One workflow, with its steps where something is wrong in them.
pub fn workflow(workflow: &WorkflowReport, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    // What passed is read for its warnings at most: its notes are many, and counted at the end.
    let shown =
        |finding: &&Finding| style.verbose || workflow.outcome != Outcome::Passed || !is_note(finding);
    let noticed = |step: &&StepReport| !step.passed() || step.findings.iter().any(|it| shown(&it));
    if style.quiet && workflow.outcome == Outcome::Passed && !workflow.steps.iter().any(|it| noticed(&it)) {
        return Ok(());
    }
    let (label, colour) = match workflow.outcome {
        Outcome::Passed => ("pass", GREEN),
        Outcome::Failed => ("FAIL", RED),
        Outcome::Inconclusive => ("????", YELLOW),
        Outcome::Error => ("ERR ", RED),
        Outcome::Skipped => ("skip", BLUE),
    };
    let suite = workflow.suite.strip_prefix("suites/").unwrap_or(&workflow.suite);
    let suite = suite.strip_suffix(".arazzo.yaml").unwrap_or(suite);
    let name = format!("{} {}", visible(suite), visible(&workflow.workflow_id));
    let time = format!("{:.1} ms", workflow.duration_ms);
    let room = style.width.saturating_sub(6 + time.len() + 1);
    let needed = name.chars().count() + 1;
    let (mut label, time) = (paint(label, colour, style), paint(&time, DIM, style));
    if style.terminal && needed > room {
        for line in wrap(&name, style.width.saturating_sub(6)) {
            writeln!(to, "{label}  {line}")?;
            label = " ".repeat(4);
        }
        writeln!(to, "{label}  {time}")?;
    } else {
        writeln!(to, "{label}  {name:width$}{time}", width = room.max(needed))?;
    }
    if let Some(reason) = &workflow.reason {
        lines(&visible(reason), 6, style, to)?;
    }
    for it in workflow.steps.iter().filter(noticed) {
        step(it, it.findings.iter().filter(shown), style, to)?;
    }
    Ok(())
}

/// Whether a finding says nothing against what it is about.
fn is_note(finding: &Finding) -> bool {
    matches!(finding.severity, Severity::Note | Severity::Inconclusive)
}

fn step<'f>(
    step: &StepReport,
    findings: impl Iterator<Item = &'f Finding>,
    style: &Style,
    to: &mut dyn Write,
) -> io::Result<()> {
    let status = step.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let line = format!(
        "step {}: {} {} → {status}",
        visible(&step.step_id),
        visible(&step.method),
        visible(&step.url)
    );
    lines(&line, 6, style, to)?;
    if let Some(error) = &step.error {
        lines(&visible(error), 8, style, to)?;
    }
    for criterion in step.criteria.iter().filter(|criterion| !criterion.passed) {
        let found = criterion.actual.as_ref().map(|actual| format!(", found {}", visible(actual)));
        let text = format!("expected {}{}", visible(&criterion.condition), found.unwrap_or_default());
        lines(&text, 8, style, to)?;
    }
    for it in findings {
        finding(it, 8, None, style, to)?;
    }
    Ok(())
}

/// How many workflows came to what, and under which seed and clock.
fn run_summary(run: &RunReport, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    let RunSummary { passed, failed, inconclusive, error, skipped } = run.summary;
    let counts = [
        (passed, "passed", GREEN),
        (failed, "failed", RED),
        (inconclusive, "inconclusive", YELLOW),
        (error, "in error", RED),
        (skipped, "skipped", BLUE),
    ];
    // From 0 on: the sum of nothing is -0.
    let seconds = run.workflows.iter().fold(0.0, |sum, workflow| sum + workflow.duration_ms) / 1000.0;
    let count = run.workflows.len();
    let (plural, target) = (if count == 1 { "" } else { "s" }, visible(&run.target));
    let counts = counted(&counts, style);
    let line = format!("{count} workflow{plural} against {target}, together {seconds:.2} s: {counts}");
    fitted(line, 0, style, to)?;
    for it in &run.flaky {
        let name = format!("{} {}", visible(&it.suite), visible(&it.workflow_id));
        lines(&format!("flaky: {name} passed at try {}", it.attempt), 0, style, to)?;
    }
    for line in counted_things(&run.created) {
        lines(&visible(&line), 0, style, to)?;
    }
    for it in run.created.iter().filter(|it| it.fate == Fate::Left) {
        let why = it.reason.as_ref().map(|why| format!(": {}", visible(why))).unwrap_or_default();
        let (thing, id, workflow) = (visible(&it.thing), visible(&it.id), visible(&it.workflow_id));
        lines(&format!("left: {thing} {id} of {workflow}{why}"), 2, style, to)?;
    }
    let passed = run.workflows.iter().filter(|it| it.outcome == Outcome::Passed);
    let notes = passed.flat_map(|it| &it.steps).flat_map(|it| &it.findings).filter(|it| is_note(it)).count();
    if notes > 0 && !style.verbose && !style.quiet {
        let told = format!("{notes} notes on answers of workflows that passed; -v shows them");
        fitted(paint(&told, DIM, style), 0, style, to)?;
    }
    if run.rounds > 1 {
        latency(run, style, to)?;
    }
    if let Some(clauses) = &run.clauses {
        let (exercised, untested) = (clauses.exercised.len(), clauses.untested.len());
        writeln!(to, "{exercised} clauses exercised, {untested} untested")?;
    }
    if run.summary.failed + run.summary.error > 0 {
        let again = format!("seed {}, clock {}", run.seed, visible(&run.clock));
        fitted(paint(&again, DIM, style), 0, style, to)?;
    }
    Ok(())
}

/// How long each operation took, over all rounds.
fn latency(run: &RunReport, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    /// The columns of the numbers.
    const NUMBERS: usize = 39;
    let names = run.latency.iter().map(|it| visible(&it.operation_id).chars().count());
    let width = names.max().unwrap_or(0).max("latency in ms".len());
    // Where both do not stand side by side, the numbers stand below the names.
    let below = style.terminal && width + NUMBERS > style.width;
    let mut row = |name: &str, numbers: String| {
        let gap = if below { "\n" } else { "  " };
        let width = if below { 0 } else { width };
        writeln!(to, "{}", no_command(format!("{name:width$}{gap}{numbers}")))
    };
    row("latency in ms", format!("{:>7} {:>9} {:>9} {:>9}", "count", "p50", "p95", "p99"))?;
    for it in &run.latency {
        let (p50, p95, p99) = (it.p50_ms, it.p95_ms, it.p99_ms);
        row(&visible(&it.operation_id), format!("{:>7} {p50:>9.1} {p95:>9.1} {p99:>9.1}", it.count))?;
    }
    Ok(())
}

fn counted(counts: &[(usize, &str, Colour)], style: &Style) -> String {
    let parts = counts.iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> =
        parts.map(|(count, name, colour)| paint(&format!("{count} {name}"), *colour, style)).collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}

fn lines(text: &str, indent: usize, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    for line in wrap(text, style.width.saturating_sub(indent)) {
        writeln!(to, "{:indent$}{line}", "")?;
    }
    Ok(())
}

/// One line as it is; where a terminal has not the columns for it, broken, and set in from its second line.
fn fitted(line: String, indent: usize, style: &Style, to: &mut dyn Write) -> io::Result<()> {
    if !style.terminal || indent + columns(&line) <= style.width {
        return writeln!(to, "{}", no_command(format!("{:indent$}{line}", "")));
    }
    for (number, line) in wrap(&line, style.width.saturating_sub(indent + 4)).into_iter().enumerate() {
        let indent = if number == 0 { indent } else { indent + 4 };
        writeln!(to, "{:indent$}{line}", "")?;
    }
    Ok(())
}

fn paint(text: &str, colour: Colour, style: &Style) -> String {
    if style.colour { format!("{colour}{text}{colour:#}") } else { text.to_owned() }
}
