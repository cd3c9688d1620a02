//! The run loop: a suite's workflows, step by step, to a report of what each came to.
//!
//! A step whose id begins with `twin` is the valid twin of a negative: when the target refuses it,
//! the workflow is inconclusive, for then the refusal of the negative proves nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use super::Suite;
use super::transcript::Exchange;
use super::transport::{Client, Request};
use super::walk::{End, Walk};
use crate::context::Context;
use crate::engine::Crash;
use crate::event::{Outcome, Shown, Skip, WorkflowReport};
use crate::simulator::clock::Clock;
use crate::target::switches::Variants;

/// What a run stands on.
#[derive(Debug)]
pub struct Setting<'r> {
    /// The client.
    pub client: &'r Client,
    /// The address of each source, by its name; others are at the first server of their description.
    pub bases: &'r BTreeMap<String, Url>,
    /// What answers are judged with, but for the time.
    pub context: &'r Context,
    /// The time at which they are judged: the target's, where it is simulated.
    pub clock: &'r Clock,
    /// What the target wants otherwise than the suites send it.
    pub variants: &'r Variants,
}

/// Who hears of every exchange as it passes.
pub trait Observer {
    /// A request of a workflow is about to be sent: suite, workflow, and `source.operationId`.
    fn sends(&mut self, _suite: &str, _workflow: &str, _operation: &str, _request: &Request) {}

    /// An exchange ended.
    fn exchange(&mut self, exchange: &Exchange<'_>);

    /// An answer was judged, and these rules had something to look at.
    fn judged(&mut self, _rules: &[&'static str]) {}
}

/// What a workflow left to those that come after it.
#[derive(Debug, Clone, Default)]
pub(super) struct Finished {
    pub(super) inputs: Map<String, Value>,
    pub(super) outputs: Map<String, Value>,
    outcome: Option<Outcome>,
}

/// The workflows of one suite, run one after the other.
pub struct Session<'r> {
    pub(super) suite: &'r Suite,
    pub(super) setting: &'r Setting<'r>,
    pub(super) finished: BTreeMap<String, Finished>,
}

/// Why a run stops: the tool's failure, never the target's.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// A rule crashed.
    #[error(transparent)]
    Crash(#[from] Crash),
}

impl<'r> Session<'r> {
    /// A session of `suite`.
    pub fn new(suite: &'r Suite, setting: &'r Setting<'r>) -> Self {
        Self { suite, setting, finished: BTreeMap::new() }
    }

    /// Runs one workflow of the suite.
    ///
    /// # Errors
    /// When etalon itself fails.
    pub async fn run(
        &mut self,
        id: &str,
        observer: &mut dyn Observer,
    ) -> Result<Option<WorkflowReport>, Stop> {
        self.call(id, Map::new(), observer).await
    }

    /// Runs one workflow of the suite with inputs of its own.
    ///
    /// # Errors
    /// When etalon itself fails.
    #[expect(clippy::disallowed_methods, reason = "the stopwatch of a workflow")]
    pub async fn call(
        &mut self,
        id: &str,
        given: Map<String, Value>,
        observer: &mut dyn Observer,
    ) -> Result<Option<WorkflowReport>, Stop> {
        let Some(workflow) = self.suite.document.workflow(id) else { return Ok(None) };
        let started = std::time::Instant::now();
        let mut report = WorkflowReport {
            suite: self.suite.document.file.clone(),
            workflow_id: id.to_owned(),
            outcome: Outcome::Skipped,
            skip: None,
            reason: None,
            duration_ms: 0.0,
            steps: Vec::new(),
        };
        let unmet = workflow.depends_on.iter().find(|other| {
            self.finished.get(other.as_str()).is_none_or(|it| it.outcome != Some(Outcome::Passed))
        });
        if let Some(other) = unmet {
            report.skip = Some(Skip::Dependency);
            report.reason = Some(Shown::from(format!("`{other}`, which it depends on, did not pass")));
            return Ok(Some(report));
        }
        let mut inputs = workflow.inputs.clone();
        inputs.extend(given);
        let mut walk = Walk::new(self, observer, &mut report);
        let (end, outputs) = walk.workflow(workflow, inputs.clone()).await?;
        (report.outcome, report.reason) = match end {
            End::Passed => (Outcome::Passed, None),
            End::Failed { twin: false, why } => (Outcome::Failed, Some(Shown::from(why))),
            End::Failed { twin: true, why } => (Outcome::Inconclusive, Some(Shown::from(why))),
            End::Error(why) => (Outcome::Error, Some(Shown::from(why))),
            End::NotHere(why) => {
                report.skip = Some(Skip::Lacking);
                (Outcome::Skipped, Some(Shown::from(why)))
            }
        };
        report.duration_ms = milliseconds(started.elapsed());
        let finished = Finished { inputs, outputs, outcome: Some(report.outcome) };
        self.finished.insert(id.to_owned(), finished);
        Ok(Some(report))
    }
}

/// A duration as reports show it.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    // Whole microseconds, so that a report has no tail of digits.
    duration.as_micros() as f64 / 1000.0
}
