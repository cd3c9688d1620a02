//! What happened in a check or in a run, as plain data: the one thing that reports see.
//!
//! Whoever judges or runs builds these values; [`crate::report`] turns them into text, JSON and the
//! rest. Text that may hold what others sent is [`Shown`]: secrets are masked on the way in, so no
//! format has to think of it. This module knows neither how a verdict is reached nor how it is shown.

use serde::{Deserialize, Serialize, Serializer};

pub use crate::engine::Verdict;
pub use crate::rule::Severity;

use crate::base::{Kind, Profile};
use crate::rule;

mod check;
mod creation;
mod latency;
pub mod mask;
mod run;
mod stored;

pub use check::{CheckReport, CheckSummary, Subject};
pub use creation::{Creation, Fate, counted};
pub use latency::Latency;
pub use mask::Shown;
pub use run::{
    Clauses, Criterion, Flaky, Operation, Outcome, RunReport, RunSummary, Skip, StepReport, WorkflowReport,
};
pub use stored::{RUN_SCHEMA, Unreadable, read_run};

macro_rules! serialised_by_name {
    ($($named:ty),+) => {$(
        impl Serialize for $named {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.name())
            }
        }
    )+};
}

serialised_by_name!(Severity, Verdict, Kind, Profile, Outcome, Fate);

/// What a report is about: `etalon check` or `etalon run`.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "there is one in a process")]
pub enum Report {
    /// Artefacts that were judged.
    Check(CheckReport),
    /// Workflows that were run.
    Run(RunReport),
}

/// A rule's verdict on one place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// Its severity under the profile in force.
    pub severity: Severity,
    /// The path in the artefact's own terms, through nested encodings.
    pub at: Shown,
    /// The bytes of the artefact that it is about: first, one past the last.
    pub span: [u32; 2],
    /// What was expected and what was found.
    pub message: Shown,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Shown>,
    /// The clauses that the rule tests.
    pub clauses: Vec<String>,
    /// In a run: the artefact of the exchange, such as `response user-agent` or `request body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artefact: Option<Shown>,
}

impl From<&rule::Finding> for Finding {
    fn from(finding: &rule::Finding) -> Self {
        Self {
            rule: finding.rule.id.to_owned(),
            severity: finding.severity,
            at: Shown::from(finding.at.as_str()),
            span: [finding.span.start, finding.span.end],
            message: Shown::from(finding.message.as_str()),
            hint: finding.hint.as_deref().map(Shown::from),
            clauses: finding.rule.clauses.iter().map(|id| (*id).to_owned()).collect(),
            artefact: None,
        }
    }
}
