//! `etalon run`: run suites of workflows against the simulated services or a target elsewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use tokio::runtime::Runtime;

use super::exit::FailOn;
use super::output::{self, Output};
use super::signal::Signals;
use super::{Exit, Failure, Globals, check, explain, files};
use crate::base::time::{self, Instant};
use crate::event::{Report, RunReport, Skip};
use crate::rule::Severity;
use crate::scenario::Suite;
use crate::scenario::transport::Limits;
use crate::{rules, scenario, service, suites};

mod cleaning;
mod lane;
mod merge;
mod perform;
mod place;
mod rerun;
mod select;

use perform::{Performed, perform};
use place::Elsewhere;
use select::Partition;

/// The name of the report in a directory that `--out` makes.
const REPORT: &str = "report.json";

/// Run suites of workflows
#[derive(ClapArgs)]
pub(super) struct Args {
    /// Arazzo files; the built-in suites if omitted.
    #[arg(value_name = "SUITE")]
    suites: Vec<PathBuf>,
    /// Where the services are: `sim` for the simulated ones, the base URL of others, or a target file
    /// in TOML.
    #[arg(long, value_name = "sim|URL|FILE.toml", default_value = "sim")]
    target: String,
    /// Allow requests to eHealth's production.
    #[arg(long)]
    allow_production: bool,
    /// Also run workflows that change or delete what they did not make at a target elsewhere.
    #[arg(long)]
    allow_destructive: bool,
    /// Run only the workflows of this id, and those that they depend on; repeatable.
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// Run only what did not pass in a former run, given by its JSON report or its `--out` directory.
    #[arg(long, value_name = "RUN")]
    rerun_failed: Option<PathBuf>,
    /// Run one part of the workflows, divided by their names: `hash:1/4` is the first of four.
    #[arg(long, value_name = "hash:N/M")]
    partition: Option<Partition>,
    /// Run nothing; merge several JSON reports into one.
    #[arg(long, value_name = "REPORT", num_args = 1.., conflicts_with_all = ["suites", "only", "out", "watch"])]
    merge: Vec<PathBuf>,
    /// How many suites run at the same time; the results are the same. If omitted, two for the simulated
    /// services and one for others.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: Option<u16>,
    /// Retry what failed up to N times, after the time that the target's Retry-After asks for.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=100))]
    retries: u32,
    /// Run everything N times.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    repeat: u32,
    /// How many rounds of `--repeat` run at the same time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    concurrency: u16,
    /// Run again whenever a file of the suites changes, until Ctrl-C.
    #[arg(long)]
    watch: bool,
    /// The seed of every key, name and token that is made.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The time at which the run takes place; now if omitted.
    #[arg(long, value_name = "TIME")]
    clock: Option<Clocked>,
    /// Make the simulated services ignore a rule or duty; repeatable.
    #[arg(long, value_name = "RULE")]
    without: Vec<String>,
    /// Save every exchange in this directory, one JSON file each, without secrets.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
    /// Exit with 0 whatever was found.
    #[arg(long)]
    exit_zero: bool,
    /// What makes the exit status 1: a failed workflow (`error`), also a warning about an answer, or also
    /// an inconclusive workflow.
    #[arg(long, value_name = "LEVEL", default_value = "inconclusive")]
    fail_on: FailOn,
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
    unknown.map_or(Ok(()), |id| Err(explain::no_such_rule(id, true)))
}

/// What is run, and what it stands on.
struct Plan<'p> {
    suites: &'p [Suite],
    selected: Vec<BTreeSet<String>>,
    declared: &'p [suites::Workflow],
    /// The carried suites, whose workflows take away what was made.
    parts: &'p [Suite],
    /// Nothing for the simulated services.
    target: Option<Elsewhere>,
    start: Instant,
    /// Whether the time was given, and stands still.
    frozen: bool,
    seed: u64,
    without: &'p [String],
    limits: Limits,
    out: Option<&'p Path>,
    jobs: usize,
    rounds: u32,
    retries: u32,
    destructive: bool,
    /// Whose turn it is to be the one user whom a target's token stands for.
    turn: tokio::sync::Mutex<()>,
}

impl Plan<'_> {
    /// Whether what is not the run's own may be changed.
    fn is_destructive(&self) -> bool {
        self.destructive || self.target.as_ref().is_none_or(|target| target.file.destructive)
    }

    /// Whether a workflow is left out because of what it would do to a target elsewhere.
    fn spares(&self, suite: &str, workflow: &str) -> bool {
        !self.is_destructive()
            && self.declared.iter().any(|it| it.suite == suite && it.id == workflow && it.destructive)
    }
}

pub(super) fn run(args: &Args, globals: Globals) -> Result<Exit, Failure> {
    known_rules(&args.without)?;
    args.output.prepare()?;
    if !args.merge.is_empty() {
        let report = merge::merge(&args.merge)?;
        return finish(args, report, globals);
    }
    if !args.without.is_empty() && args.target != "sim" {
        return Err(Failure::usage(
            "`--without` makes holes in the simulated services: it needs `--target sim`",
        ));
    }
    if args.concurrency > 1 && args.repeat == 1 {
        return Err(Failure::usage(
            "`--concurrency` is of the rounds of `--repeat N`; suites are run beside \
            each other by `--jobs`",
        ));
    }
    if args.jobs.is_some() && args.repeat > 1 {
        return Err(Failure::usage(
            "`--jobs` does not go with `--repeat`: `--concurrency` says how many rounds \
            run at the same time",
        ));
    }
    if args.watch && args.suites.is_empty() {
        return Err(Failure::usage(
            "`--watch` needs suites of yours: those that etalon carries do not change",
        ));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if !args.watch {
        return once(args, &runtime, globals).and_then(|once| once.exit);
    }
    // From here on, so that none is lost between two runs.
    let mut signals = runtime.block_on(async { Signals::listen() })?;
    let mut seen = rerun::Seen::now(args.suites.clone());
    loop {
        match once(args, &runtime, globals) {
            // Who interrupts the run ends the watch with it.
            Ok(Once { exit, interrupted: true, .. }) => return exit,
            Ok(Once { exit, seen: read, .. }) => {
                seen = read;
                tell(exit.err());
            }
            Err(failure) => {
                seen = rerun::Seen::now(seen.files);
                tell(Some(failure));
            }
        }
        if !runtime.block_on(seen.changed(&mut signals)) {
            return Ok(Exit::Conforms);
        }
    }
}

/// What one run came to.
struct Once {
    exit: Result<Exit, Failure>,
    /// Whether somebody ended it before its time.
    interrupted: bool,
    /// The files that it was read from, as they were then.
    seen: rerun::Seen,
}

fn once(args: &Args, runtime: &Runtime, globals: Globals) -> Result<Once, Failure> {
    let loaded = select::load(&args.suites)?;
    let seen = rerun::Seen::now(loaded.files.clone());
    let target = place::find(&args.target, args.allow_production, &loaded.suites)?;
    let _claim = args.out.as_deref().map(files::claim).transpose()?;
    let jobs = args.jobs.map_or(if target.is_some() { 1 } else { 2 }, usize::from);
    // What is wrong with them, a run of them says.
    let carried = if target.is_some() { scenario::carried().unwrap_or_default() } else { Vec::new() };
    let plan = Plan {
        parts: &carried,
        selected: select::select(&loaded.suites, args)?,
        suites: &loaded.suites,
        declared: &loaded.declared,
        target,
        start: args.clock.map_or_else(check::now, |clock| clock.0),
        frozen: args.clock.is_some(),
        seed: args.seed,
        without: &args.without,
        limits: Limits::default(),
        out: args.out.as_deref(),
        jobs: if args.repeat > 1 { usize::from(args.concurrency) } else { jobs },
        rounds: args.repeat,
        retries: args.retries,
        destructive: args.allow_destructive,
        turn: tokio::sync::Mutex::default(),
    };
    let Performed { report, loss } = perform(&plan, runtime, globals)?;
    let kept = match &args.out {
        Some(dir) if loss.is_none() => keep(dir, &report),
        _ => Ok(()),
    };
    let interrupted = was_interrupted(&report);
    let exit = finish(args, report, globals);
    // What was found is told first: a full disk does not make it less true.
    Ok(Once { exit: loss.map_or(kept, Err).and(exit), interrupted, seen })
}

fn was_interrupted(report: &RunReport) -> bool {
    report.workflows.iter().any(|it| it.skip == Some(Skip::Interrupted))
}

/// Keeps the report beside the transcript, for `--rerun-failed`.
fn keep(dir: &Path, report: &RunReport) -> Result<(), Failure> {
    output::write_whole(&dir.join(REPORT), |file| {
        serde_json::to_writer_pretty(&mut *file, report)?;
        file.write_all(b"\n")
    })
}

/// Writes the report, and says how the command ends.
fn finish(args: &Args, report: RunReport, globals: Globals) -> Result<Exit, Failure> {
    let exit = exit(&report, args.fail_on);
    args.output.write(&Report::Run(report), globals)?;
    Ok(if args.exit_zero && exit == Exit::Findings { Exit::Conforms } else { exit })
}

/// While files are watched, a failure is told and not the end.
fn tell(failure: Option<Failure>) {
    use std::io::Write as _;
    if let Some(failure) = failure.filter(|it| !it.message.is_empty()) {
        let _ = writeln!(anstream::stderr(), "etalon: {}", failure.message);
    }
}

fn exit(report: &RunReport, fail_on: FailOn) -> Exit {
    let summary = report.summary;
    let ran = summary.passed + summary.failed + summary.inconclusive;
    let interrupted = was_interrupted(report);
    let mut findings = report.workflows.iter().flat_map(|it| &it.steps).flat_map(|it| &it.findings);
    let warned = || findings.any(|finding| finding.severity == Severity::Warning);
    if fail_on.is_reached(summary.failed > 0, warned, summary.inconclusive > 0) {
        Exit::Findings
    } else if summary.error > 0 {
        Exit::Unreachable
    } else if ran == 0 || interrupted {
        Exit::Nothing
    } else {
        Exit::Conforms
    }
}
