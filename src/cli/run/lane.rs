//! A lane: one suite in a world of its own, its workflows one after the other.
//!
//! Lanes share nothing, so that what one comes to does not depend on which others run beside it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use tokio::sync::watch;

use super::super::{Exit, Failure, check, output};
use super::{Plan, cleaning};
use crate::base::Service;
use crate::embedded::Embedded;
use crate::event::{Creation, Outcome, Shown, Skip, WorkflowReport};
use crate::scenario::Suite;
use crate::scenario::creations::Creations;
use crate::scenario::run::{Observer, Session, Setting};
use crate::scenario::transcript::Exchange;
use crate::scenario::transport::Request;
use crate::service::lasting::Thing;
use crate::simulator::clock::Clock;
use crate::simulator::{self, Config};
use crate::workbench;

/// Why a destructive workflow did not run.
const SPARED: &str = "it is destructive: --allow-destructive, or `destructive = true` in the target file";

/// Why what was selected did not run after Ctrl-C.
const INTERRUPTED: &str = "the run was interrupted";

/// One suite, or what is to be tried of it again.
pub(super) struct Lane<'p> {
    pub(super) suite: &'p Suite,
    pub(super) selected: BTreeSet<String>,
    /// The round of `--repeat`, from 0.
    pub(super) round: u32,
    /// The try, from 1.
    pub(super) attempt: u32,
}

/// What a lane came to.
#[derive(Default)]
pub(super) struct LaneResult {
    pub(super) workflows: Vec<WorkflowReport>,
    /// The rules that had something to look at.
    pub(super) evaluated: BTreeSet<&'static str>,
    /// Why the transcript is not whole.
    pub(super) loss: Option<Failure>,
    /// How long the target asked not to be tried again.
    pub(super) wait: Option<Duration>,
    /// What was made at the target.
    pub(super) created: Vec<Creation>,
}

impl Lane<'_> {
    /// Runs it, until the end or until `stop` says so.
    pub(super) async fn run(
        &self,
        plan: &Plan<'_>,
        bar: &ProgressBar,
        mut stop: watch::Receiver<bool>,
    ) -> Result<LaneResult, Failure> {
        // Elsewhere every lane is the same user, whose keys the workflows of KeyDepot count.
        let counts_keys = self.suite.sources().any(|it| it == Service::Keydepot.name());
        let _turn = match plan.target {
            Some(_) if counts_keys => Some(plan.turn.lock().await),
            _ => None,
        };
        let world = self.world(plan).await?;
        let setting = Setting {
            client: &world.client,
            bases: &world.bases,
            context: &world.context,
            clock: &world.clock,
            variants: &world.variants,
        };
        let dir = plan.out.map(|out| out.join(self.folder()));
        let mut listener =
            Listener { dir, count: 0, result: LaneResult::default(), creations: Creations::default() };
        let mut session = Session::new(self.suite, &setting);
        let (mut reports, mut crash) = (Vec::new(), None);
        for id in self.suite.document.workflow_ids().filter(|id| self.selected.contains(*id)) {
            bar.set_message(id.to_owned());
            if plan.spares(&self.suite.document.file, id) {
                reports.push(self.skipped(id, Skip::Destructive, SPARED));
                bar.inc(1);
                continue;
            }
            let lacks = plan.target.as_ref().and_then(|target| target.lacks(self.suite, id));
            if let Some(needed) = lacks {
                let reason = format!("{}{needed}", workbench::NEEDS);
                reports.push(self.skipped(id, Skip::Lacking, &reason));
                bar.inc(1);
                continue;
            }
            world.workbench.begin();
            // What is under way is given up; what has ended is kept.
            let ended = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => None,
                ended = session.run(id, &mut listener) => Some(ended),
            };
            match ended {
                Some(Ok(report)) => reports.extend(report),
                Some(Err(stop)) => crash = Some(stop),
                None => reports.push(self.skipped(id, Skip::Interrupted, INTERRUPTED)),
            }
            if plan.target.is_some() {
                // The next workflow finds nothing of this one; one that crashed leaves nothing either.
                cleaning::clean(plan.parts, &setting, &[Thing::Key], &mut listener).await;
            }
            bar.inc(1);
            if crash.is_some() {
                break;
            }
        }
        if plan.target.is_some() && plan.is_destructive() {
            cleaning::clean(plan.parts, &setting, &[Thing::Certificate], &mut listener).await;
        }
        world.stop().await;
        match crash {
            Some(crash) => Err(Failure::new(Exit::Internal, crash)),
            None => Ok(LaneResult { workflows: reports, created: listener.created(plan), ..listener.result }),
        }
    }

    fn skipped(&self, id: &str, skip: Skip, reason: &str) -> WorkflowReport {
        WorkflowReport {
            suite: self.suite.document.file.clone(),
            workflow_id: id.to_owned(),
            outcome: Outcome::Skipped,
            skip: Some(skip),
            reason: Some(Shown::from(reason)),
            duration_ms: 0.0,
            steps: Vec::new(),
        }
    }

    async fn world(&self, plan: &Plan<'_>) -> Result<Embedded, Failure> {
        let limits = plan.limits;
        let world = match &plan.target {
            None => {
                let config = Config {
                    seed: plan.seed,
                    without: plan.without.to_vec(),
                    variants: true,
                    limits: simulator::Limits::default(),
                };
                Embedded::simulated(config, Arc::new(Clock::frozen(plan.start)), limits).await
            }
            Some(target) => {
                let clock = if plan.frozen { Clock::frozen(plan.start) } else { Clock::running(check::now) };
                Embedded::beside(target.beside(self.suite), self.own_seed(plan.seed), Arc::new(clock), limits)
                    .await
            }
        };
        world.map_err(|error| Failure::new(Exit::Internal, error))
    }

    /// A seed for the names that this lane gives to a target which the others speak to as well.
    fn own_seed(&self, seed: u64) -> u64 {
        let own = format!("{}#{}#{}", self.suite.document.file, self.round, self.attempt);
        own.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
    }

    /// The directory of its transcript: `keydepot-life-cycle`, with round and try where there are more.
    fn folder(&self) -> String {
        let file = &self.suite.document.file;
        let name = file.strip_prefix("suites/").unwrap_or(file);
        let name = [".arazzo.yaml", ".arazzo.json", ".yaml", ".yml", ".json"]
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(name);
        let mut folder: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
        if self.round > 0 {
            folder.push_str(&format!("-round-{}", self.round + 1));
        }
        if self.attempt > 1 {
            folder.push_str(&format!("-try-{}", self.attempt));
        }
        folder
    }
}

/// Keeps the transcript, and what happened, for the report.
pub(super) struct Listener {
    dir: Option<PathBuf>,
    count: usize,
    result: LaneResult,
    pub(super) creations: Creations,
}

impl Listener {
    /// What was made; a simulated world is gone with all that was made in it.
    fn created(&self, plan: &Plan<'_>) -> Vec<Creation> {
        if plan.target.is_some() { self.creations.report() } else { Vec::new() }
    }

    fn keep(&mut self, dir: &Path, exchange: &Exchange<'_>) -> Result<(), Failure> {
        if self.count == 0 {
            clear(dir)
                .map_err(|error| Failure::usage(format_args!("cannot write {}: {error}", dir.display())))?;
        }
        self.count += 1;
        let named = format!("{:04}-{}-{}.json", self.count, exchange.workflow, exchange.step);
        let path = dir.join(named.replace('/', "-"));
        let record = exchange.to_json();
        output::write_whole(&path, |file| {
            serde_json::to_writer_pretty(&mut *file, &record)?;
            file.write_all(b"\n")
        })
    }
}

/// Makes a directory for a transcript. Of a former run in the same place no exchange is left: it would pass
/// for one of this run.
fn clear(dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_numbered = name
            .split_once('-')
            .is_some_and(|(number, _)| number.len() >= 4 && number.bytes().all(|byte| byte.is_ascii_digit()));
        if is_numbered && path.extension().is_some_and(|ending| ending == "json") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

impl Observer for Listener {
    fn sends(&mut self, suite: &str, workflow: &str, operation: &str, request: &Request) {
        self.creations.sends(suite, workflow, operation, request);
    }

    fn exchange(&mut self, exchange: &Exchange<'_>) {
        self.creations.ended(exchange);
        if let Ok(answer) = exchange.response
            && matches!(answer.status, 429 | 503)
        {
            self.result.wait = self.result.wait.max(answer.retry_after());
        }
        // What was written stays; after the first failure nothing more is tried, and the run goes on.
        if let (Some(dir), None) = (self.dir.clone(), &self.result.loss) {
            self.result.loss = self.keep(&dir, exchange).err();
        }
    }

    fn judged(&mut self, rules: &[&'static str]) {
        self.result.evaluated.extend(rules);
    }
}
