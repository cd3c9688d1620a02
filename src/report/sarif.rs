//! SARIF 2.1.0, for the places that show findings beside code.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Location, LogicalLocation, Message, MultiformatMessageString, PhysicalLocation,
    PropertyBag, Region, ReportingDescriptor, Result, ResultKind, ResultLevel, Run, Sarif, Tool,
    ToolComponent,
};

use super::snippet::Source;
use super::{Style, plain};
use crate::event::{Finding, Report, Severity, Subject, WorkflowReport};
use crate::rule::Meta;
use crate::rules;

/// What a failed criterion of a workflow is reported under: it is no rule's finding.
const CRITERION: &str = "run.criterion-failed";
/// What a failure of the tool or the network is reported under.
const ERROR: &str = "run.step-in-error";

pub(super) fn write(report: &Report, _: &Style, to: &mut dyn Write) -> io::Result<()> {
    let mut results = Vec::new();
    match report {
        Report::Check(check) => check.subjects.iter().for_each(|subject| artefact(subject, &mut results)),
        Report::Run(run) => run.workflows.iter().for_each(|it| workflow(it, &mut results)),
    }
    let mut ids: Vec<String> = results.iter().filter_map(|result| result.rule_id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let driver = ToolComponent::builder()
        .name("etalon")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(ids.iter().map(|id| descriptor(id)).collect::<Vec<_>>())
        .build();
    let properties = match report {
        Report::Check(_) => BTreeMap::new(),
        Report::Run(run) => BTreeMap::from([
            ("rounds".to_owned(), json!(run.rounds)),
            ("latency".to_owned(), json!(run.latency)),
            ("flaky".to_owned(), json!(run.flaky)),
        ]),
    };
    let run = Run::builder()
        .properties(PropertyBag::builder().additional_properties(properties).build())
        .tool(Tool::builder().driver(driver).build())
        .column_kind(json!("unicodeCodePoints"))
        .results(results)
        .build();
    let log = Sarif::builder()
        .schema("https://json.schemastore.org/sarif-2.1.0.json")
        .version(json!("2.1.0"))
        .runs(vec![run])
        .build();
    serde_json::to_writer_pretty(&mut *to, &log)?;
    writeln!(to)
}

fn descriptor(id: &str) -> ReportingDescriptor {
    let Some(meta) = rules::find(id) else {
        let (short, full) = match id {
            CRITERION => (
                "A success criterion of a step did not hold",
                "The answer to a step of a workflow is not what the suite expects: the message has the criterion and what was found.",
            ),
            ERROR => (
                "A step could not be taken",
                "The tool or the network failed at a step of a workflow: nothing is claimed about the target.",
            ),
            _ => (id, id),
        };
        return ReportingDescriptor::builder()
            .id(id)
            .short_description(told(short))
            .full_description(told(full))
            .help(told(full))
            .build();
    };
    let markdown: String = meta.page.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "{}", line.strip_prefix(' ').unwrap_or(line));
        all
    });
    let help = MultiformatMessageString::builder()
        .text(plain::page(meta.page, 100))
        .markdown(markdown.trim_end())
        .build();
    let cites =
        meta.cites.iter().map(|cite| format!("{} §{}", cite.document, cite.section)).collect::<Vec<_>>();
    let properties = BTreeMap::from([
        ("clauses".to_owned(), json!(meta.clauses)),
        ("defects".to_owned(), json!(meta.defects)),
        ("cites".to_owned(), json!(cites)),
    ]);
    ReportingDescriptor::builder()
        .id(id)
        .short_description(told(meta.title()))
        .full_description(told(&explanation(meta)))
        .help(help)
        .properties(PropertyBag::builder().additional_properties(properties).build())
        .build()
}

/// The first paragraph below the title of a rule's page. GitHub asks for one with each rule.
fn explanation(meta: &Meta) -> String {
    let page = plain::page(meta.page, usize::MAX);
    page.split("\n\n").nth(1).unwrap_or(meta.title()).trim().to_owned()
}

fn told(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

fn artefact(subject: &Subject, results: &mut Vec<Result>) {
    let source = Source::of(subject);
    for finding in &subject.findings {
        let place = PhysicalLocation::builder()
            .artifact_location(ArtifactLocation::builder().uri(uri(&subject.path)).build())
            .region(region(finding.span, source.as_ref()))
            .build();
        let logical = LogicalLocation::builder().fully_qualified_name(finding.at.to_string()).build();
        let location = Location::builder().physical_location(place).logical_locations(vec![logical]).build();
        results.push(found(finding, location));
    }
}

/// Where a finding stands: in lines and columns, or in bytes where the input is no text.
fn region([start, end]: [u32; 2], source: Option<&Source<'_>>) -> Region {
    let end = end.max(start);
    let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    match source.and_then(|it| Some((it.position(start)?, it.position(end)?))) {
        // Without its end a region would go on to the end of the line (SARIF 2.1.0, 3.30.8).
        Some(((line, column), (end_line, end_column))) => Region::builder()
            .start_line(number(line))
            .start_column(number(column))
            .end_line(number(end_line))
            .end_column(number(end_column))
            .build(),
        None => Region::builder().byte_offset(i64::from(start)).byte_length(i64::from(end - start)).build(),
    }
}

fn workflow(workflow: &WorkflowReport, results: &mut Vec<Result>) {
    let place = |step: &str| {
        let name = format!("{}/{step}", workflow.workflow_id);
        let file = ArtifactLocation::builder().uri(uri(&workflow.suite)).build();
        Location::builder()
            .physical_location(PhysicalLocation::builder().artifact_location(file).build())
            .logical_locations(vec![LogicalLocation::builder().fully_qualified_name(name).build()])
            .build()
    };
    for step in &workflow.steps {
        if let Some(error) = &step.error {
            results.push(result(ERROR, Severity::Error, error.to_string(), place(&step.step_id)));
        }
        for criterion in step.criteria.iter().filter(|criterion| !criterion.passed) {
            let found = criterion.actual.as_ref().map(|it| format!(", found {it}")).unwrap_or_default();
            let text = format!("expected {}{found}", criterion.condition);
            results.push(result(CRITERION, Severity::Error, text, place(&step.step_id)));
        }
        results.extend(step.findings.iter().map(|finding| found(finding, place(&step.step_id))));
    }
}

fn found(finding: &Finding, location: Location) -> Result {
    let hint = finding.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    result(&finding.rule, finding.severity, format!("{}{hint}", finding.message), location)
}

fn result(rule: &str, severity: Severity, text: String, location: Location) -> Result {
    let (kind, level) = match severity {
        Severity::Error => (ResultKind::Fail, ResultLevel::Error),
        Severity::Warning => (ResultKind::Fail, ResultLevel::Warning),
        Severity::Note => (ResultKind::Fail, ResultLevel::Note),
        // What could not be judged is open, and an open result has no level (SARIF 3.27.10).
        Severity::Inconclusive => (ResultKind::Open, ResultLevel::None),
    };
    Result::builder()
        .rule_id(rule)
        .kind(kind)
        .level(level)
        .message(Message::builder().text(text).build())
        .locations(vec![location])
        .build()
}

/// A path as a relative URI reference: every byte that has a meaning in one is escaped.
fn uri(path: &str) -> String {
    let path = if path == "-" { "stdin" } else { path };
    // What begins with a slash has a scheme, or it is no address of a file (SARIF 2.1.0, 3.4.4).
    let mut out = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
