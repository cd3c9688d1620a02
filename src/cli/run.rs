//! `etalon run`: run suites of workflows against the simulated services or a target elsewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args as ClapArgs, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use url::Url;

use super::output::{self, Output};
use super::{Exit, Failure, Globals, check};
use crate::base::time::{self, Instant};
use crate::embedded::Embedded;
use crate::event::{Operation, Outcome, Report, RunReport, Shown, WorkflowReport};
use crate::rule::Severity;
use crate::scenario::run::{Observer, Session, Setting};
use crate::scenario::transcript::Exchange;
use crate::scenario::transport::Limits;
use crate::scenario::{self, Suite};
use crate::simulator::clock::Clock;
use crate::simulator::{self, Config};
use crate::{rules, service};

/// Run suites of workflows
#[derive(ClapArgs)]
pub(super) struct Args {
    /// Arazzo files; the suites that etalon carries when none is given.
    #[arg(value_name = "SUITE")]
    suites: Vec<PathBuf>,
    /// Where the services are: `sim` for those that etalon serves itself, or the base URL of others.
    #[arg(long, value_name = "sim|URL", default_value = "sim")]
    target: Target,
    /// Run only the workflows of this id, and those that they depend on; repeatable.
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// What every key, name and token that is made follows from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The time at which the run takes place; now when it is left out.
    #[arg(long, value_name = "TIME")]
    clock: Option<Clocked>,
    /// Let the simulated services do without a rule or duty; repeatable.
    #[arg(long, value_name = "RULE")]
    without: Vec<String>,
    /// Keep every exchange in this directory, one JSON file each, without secrets.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
    /// Exit with 0 whatever was found.
    #[arg(long)]
    exit_zero: bool,
    /// The least that makes the exit status 1: a failed workflow, a warning about an answer, or an
    /// inconclusive workflow.
    #[arg(long, value_name = "LEVEL", default_value = "inconclusive")]
    fail_on: FailOn,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Inconclusive,
}

impl FailOn {
    fn is_reached_by(self, report: &RunReport) -> bool {
        let summary = report.summary;
        let findings = || report.workflows.iter().flat_map(|it| &it.steps).flat_map(|it| &it.findings);
        summary.failed > 0
            || match self {
                Self::Error => false,
                Self::Warning => findings().any(|finding| finding.severity == Severity::Warning),
                Self::Inconclusive => summary.inconclusive > 0,
            }
    }
}

#[derive(Clone)]
enum Target {
    Simulated,
    At(Url),
}

impl std::str::FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "sim" {
            return Ok(Self::Simulated);
        }
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Self::At(url)),
            _ => Err(format!("expected `sim` or a URL such as https://host/base, found `{text}`")),
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Clocked(pub(super) Instant);

impl std::str::FromStr for Clocked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let instant = time::parse(text).map(Self);
        instant.ok_or_else(|| format!("expected a time as 2026-01-15T10:00:00Z, found `{text}`"))
    }
}

/// Refuses a `--without` that names nothing.
pub(super) fn known_rules(without: &[String]) -> Result<(), Failure> {
    let unknown = without.iter().find(|id| rules::find(id).is_none() && service::duty(id).is_none());
    match unknown {
        Some(id) => {
            Err(Failure::usage(format_args!("`--without {id}`: there is no such rule; see `etalon rules`")))
        }
        None => Ok(()),
    }
}

pub(super) fn run(args: &Args, globals: Globals) -> Result<Exit, Failure> {
    known_rules(&args.without)?;
    if !args.without.is_empty() && matches!(args.target, Target::At(_)) {
        return Err(Failure::usage(
            "`--without` makes holes in the simulated services: it needs `--target sim`",
        ));
    }
    let suites = load(&args.suites)?;
    let selected = select(&suites, &args.only)?;
    if let Some(dir) = &args.out {
        std::fs::create_dir_all(dir)
            .map_err(|error| Failure::configuration(format_args!("{}: {error}", dir.display())))?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let report = runtime.block_on(perform(args, &suites, &selected, globals))?;
    let exit = exit(&report, args.fail_on);
    args.output.write(&Report::Run(report), globals)?;
    Ok(if args.exit_zero && exit == Exit::Findings { Exit::Conforms } else { exit })
}

fn exit(report: &RunReport, fail_on: FailOn) -> Exit {
    let summary = report.summary;
    let ran = summary.passed + summary.failed + summary.inconclusive;
    let interrupted = report.workflows.iter().any(|it| it.reason.as_deref() == Some(INTERRUPTED));
    if fail_on.is_reached_by(report) {
        Exit::Findings
    } else if summary.error > 0 {
        Exit::Unreachable
    } else if ran == 0 || interrupted {
        Exit::Nothing
    } else {
        Exit::Conforms
    }
}

/// Why what was selected did not run after Ctrl-C.
const INTERRUPTED: &str = "the run was interrupted";

/// The suites that are run, or every problem that they have.
fn load(paths: &[PathBuf]) -> Result<Vec<Suite>, Failure> {
    let mut loaded = Vec::new();
    let mut problems = Vec::new();
    if paths.is_empty() {
        match scenario::carried() {
            Ok(suites) => loaded = suites,
            Err(found) => problems = found,
        }
    }
    for path in paths {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::configuration(format_args!("{}: {error}", path.display())))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let fetch = |url: &str| std::fs::read_to_string(folder.join(url)).map_err(|error| error.to_string());
        match scenario::read(&path.display().to_string(), &text, &fetch) {
            Ok(suite) => loaded.push(suite),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        return Ok(loaded);
    }
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Err(Failure::configuration(format_args!("the suites cannot be run:\n{}", lines.join("\n"))))
}

/// The workflows to run, by suite; `--only` takes along what a workflow depends on.
fn select(suites: &[Suite], only: &[String]) -> Result<Vec<BTreeSet<String>>, Failure> {
    let all: Vec<BTreeSet<String>> =
        suites.iter().map(|suite| suite.document.workflow_ids().map(str::to_owned).collect()).collect();
    if only.is_empty() {
        return Ok(all);
    }
    if let Some(unknown) = only.iter().find(|id| !all.iter().any(|ids| ids.contains(*id))) {
        return Err(Failure::new(
            Exit::Nothing,
            format_args!("`--only {unknown}`: no suite has such a workflow"),
        ));
    }
    Ok(suites.iter().map(|suite| suite.document.with_dependencies(only)).collect())
}

async fn perform(
    args: &Args,
    suites: &[Suite],
    selected: &[BTreeSet<String>],
    globals: Globals,
) -> Result<RunReport, Failure> {
    let start = args.clock.map_or_else(check::now, |clock| clock.0);
    let limits = Limits::default();
    let (world, target) = match &args.target {
        Target::Simulated => {
            let config = Config {
                seed: args.seed,
                without: args.without.clone(),
                variants: true,
                limits: simulator::Limits::default(),
            };
            let clock = Arc::new(Clock::frozen(start));
            (Embedded::simulated(config, clock, limits).await, "sim".to_owned())
        }
        Target::At(url) => {
            let clock = args.clock.map_or(Clock::running(check::now), |clock| Clock::frozen(clock.0));
            (Embedded::beside(url.clone(), args.seed, Arc::new(clock), limits).await, url.to_string())
        }
    };
    let world = world.map_err(|error| Failure::new(Exit::Internal, error))?;
    let setting =
        Setting { client: &world.client, bases: &world.bases, context: &world.context, clock: &world.clock };
    let total: usize = selected.iter().map(BTreeSet::len).sum();
    let mut watch = Watch { out: args.out.as_deref(), count: 0, failure: None, bar: bar(total, globals) };
    let mut workflows = Vec::new();
    let interrupted = tokio::select! {
        result = all(suites, selected, &setting, &mut watch, &mut workflows) => { result?; false }
        _ = tokio::signal::ctrl_c() => true,
    };
    watch.bar.finish_and_clear();
    if let Some(failure) = watch.failure {
        return Err(failure);
    }
    if interrupted {
        skip_the_rest(suites, selected, &mut workflows);
    }
    let operations = operations(&workflows);
    world.stop().await;
    Ok(RunReport::new(args.seed, time::format(start), &target, workflows, operations))
}

async fn all(
    suites: &[Suite],
    selected: &[BTreeSet<String>],
    setting: &Setting<'_>,
    watch: &mut Watch<'_>,
    into: &mut Vec<WorkflowReport>,
) -> Result<(), Failure> {
    for (suite, selected) in suites.iter().zip(selected) {
        let mut session = Session::new(suite, setting);
        for id in suite.document.workflow_ids().filter(|id| selected.contains(*id)) {
            watch.bar.set_message(id.to_owned());
            let report = session.run(id, watch).await.map_err(|stop| Failure::new(Exit::Internal, stop))?;
            into.extend(report);
            watch.bar.inc(1);
            if watch.failure.is_some() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// After an interruption, what did not run is said to be skipped.
fn skip_the_rest(suites: &[Suite], selected: &[BTreeSet<String>], workflows: &mut Vec<WorkflowReport>) {
    for (suite, selected) in suites.iter().zip(selected) {
        for id in suite.document.workflow_ids().filter(|id| selected.contains(*id)) {
            let file = &suite.document.file;
            if workflows.iter().any(|it| it.workflow_id == id && it.suite == *file) {
                continue;
            }
            workflows.push(WorkflowReport {
                suite: file.clone(),
                workflow_id: id.to_owned(),
                outcome: Outcome::Skipped,
                reason: Some(Shown::from(INTERRUPTED)),
                duration_ms: 0.0,
                steps: Vec::new(),
            });
        }
    }
}

/// The operations of the contracts, each with the workflows that called it.
fn operations(workflows: &[WorkflowReport]) -> Vec<Operation> {
    let mut all = Vec::new();
    for contract in service::CONTRACTS {
        let service = contract.service.name();
        for operation in contract.operations {
            let id = format!("{service}.{}", operation.id);
            let callers = workflows
                .iter()
                .filter(|workflow| workflow.steps.iter().any(|step| step.operation_id == id))
                .map(|workflow| workflow.workflow_id.clone());
            all.push(Operation {
                service: service.to_owned(),
                operation: operation.label(),
                workflows: callers.collect(),
            });
        }
    }
    all
}

/// Keeps the transcript and shows how far the run is.
struct Watch<'w> {
    out: Option<&'w Path>,
    count: usize,
    failure: Option<Failure>,
    bar: ProgressBar,
}

impl Observer for Watch<'_> {
    fn exchange(&mut self, exchange: &Exchange<'_>) {
        let Some(dir) = self.out else { return };
        self.count += 1;
        let step = exchange.step.replace('/', "-");
        let path = dir.join(format!("{:04}-{}-{step}.json", self.count, exchange.workflow));
        let record = exchange.to_json();
        let written = output::write_whole(&path, |file| {
            serde_json::to_writer_pretty(&mut *file, &record)?;
            file.write_all(b"\n")
        });
        if let Err(failure) = written {
            self.failure.get_or_insert(failure);
        }
    }
}

/// A bar on a terminal, nothing elsewhere.
fn bar(total: usize, globals: Globals) -> ProgressBar {
    if globals.quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}
