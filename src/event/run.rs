//! What `etalon run` found: workflows with their steps, operations with what called them, and clauses.

use serde::{Deserialize, Serialize};

use super::{Creation, Finding, Latency, RUN_SCHEMA, Severity, Shown, stored};

/// What a workflow came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Every criterion held, and no artefact on the wire was found wrong.
    Passed,
    /// The target did not do what it must.
    Failed,
    /// The valid twin of a negative was refused too: the refusal proves nothing.
    Inconclusive,
    /// The tool or the network failed: nothing is said about the target's conformance.
    Error,
    /// It was not run; the reason says why.
    Skipped,
}

impl Outcome {
    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }
}

/// Why a workflow was not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// A workflow that it depends on did not pass.
    Dependency,
    /// It is destructive, and was not allowed.
    Destructive,
    /// Whoever started the run ended it before.
    Interrupted,
    /// The target, or the file that describes it, has not what it needs.
    Lacking,
}

/// One success criterion of a step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Criterion {
    /// The condition as the workflow writes it.
    pub condition: Shown,
    /// Whether it held.
    pub passed: bool,
    /// What stood there instead, where the condition compares something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<Shown>,
}

/// One exchange of a workflow.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepReport {
    /// The step's id in its workflow.
    pub step_id: String,
    /// The operation that it calls.
    pub operation_id: String,
    /// The HTTP method.
    pub method: String,
    /// The address, as it was called.
    pub url: Shown,
    /// The status of the answer, if one came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How long the exchange took.
    #[serde(rename = "duration_ms")]
    pub duration_ms: f64,
    /// The criteria, in their order.
    pub criteria: Vec<Criterion>,
    /// What was found wrong in the artefacts of the exchange.
    pub findings: Vec<Finding>,
    /// What failed where no answer came: the tool's or the network's error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Shown>,
}

impl StepReport {
    /// Whether an answer came, every criterion held, and no finding is an error.
    pub fn passed(&self) -> bool {
        self.error.is_none()
            && self.criteria.iter().all(|criterion| criterion.passed)
            && self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// One workflow of a suite.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowReport {
    /// The suite's path.
    pub suite: String,
    /// The workflow's id in its suite.
    pub workflow_id: String,
    /// What it came to.
    pub outcome: Outcome,
    /// What kept it from running, where it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<Skip>,
    /// Why it came to that, where its steps do not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Shown>,
    /// How long it took.
    #[serde(rename = "duration_ms")]
    pub duration_ms: f64,
    /// The steps that were taken, in their order.
    pub steps: Vec<StepReport>,
}

/// Which workflows called an operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Operation {
    /// The service.
    pub service: String,
    /// `POST /path`, or the request element of a SOAP operation.
    pub operation: String,
    /// The ids of the workflows that called it.
    pub workflows: Vec<String>,
}

/// How many workflows came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// [`Outcome::Passed`]
    pub passed: usize,
    /// [`Outcome::Failed`]
    pub failed: usize,
    /// [`Outcome::Inconclusive`]
    pub inconclusive: usize,
    /// [`Outcome::Error`]
    pub error: usize,
    /// [`Outcome::Skipped`]
    pub skipped: usize,
}

/// The result of `etalon run`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunReport {
    /// `etalon/run/v1`
    #[serde(skip_deserializing, default = "stored::run_schema")]
    pub schema: &'static str,
    /// The seed of everything that was made.
    pub seed: u64,
    /// The clock's start, in RFC 3339.
    pub clock: String,
    /// `sim`, or the address that was tested.
    pub target: Shown,
    /// The workflows, in the order in which they ran.
    pub workflows: Vec<WorkflowReport>,
    /// The operations of the services in play, each with what called it.
    pub operations: Vec<Operation>,
    /// How many workflows came to what.
    pub summary: RunSummary,
    /// The clauses that were put to the test, where that was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clauses: Option<Clauses>,
    /// How often every workflow was run.
    #[serde(default = "stored::one")]
    pub rounds: u32,
    /// How long the exchanges of each operation took.
    #[serde(default)]
    pub latency: Vec<Latency>,
    /// The workflows that passed only when they were tried again.
    #[serde(default)]
    pub flaky: Vec<Flaky>,
    /// What was made at a target elsewhere, and what became of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub created: Vec<Creation>,
}

/// The clauses of the ledger that bear on what was tested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clauses {
    /// Those of which a rule was evaluated.
    pub exercised: Vec<String>,
    /// Those to which nothing came up.
    pub untested: Vec<String>,
}

/// A workflow that passed only when it was tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Flaky {
    /// The suite's path.
    pub suite: String,
    /// The workflow's id in its suite.
    pub workflow_id: String,
    /// The try that passed, from 2.
    pub attempt: u32,
}

impl RunReport {
    /// The report of these workflows.
    pub fn new(
        seed: u64,
        clock: String,
        target: &str,
        workflows: Vec<WorkflowReport>,
        operations: Vec<Operation>,
    ) -> Self {
        let mut summary = RunSummary::default();
        for workflow in &workflows {
            match workflow.outcome {
                Outcome::Passed => summary.passed += 1,
                Outcome::Failed => summary.failed += 1,
                Outcome::Inconclusive => summary.inconclusive += 1,
                Outcome::Error => summary.error += 1,
                Outcome::Skipped => summary.skipped += 1,
            }
        }
        Self {
            schema: RUN_SCHEMA,
            latency: Latency::of(&workflows),
            rounds: 1,
            flaky: Vec::new(),
            created: Vec::new(),
            seed,
            clock,
            target: Shown::from(target),
            workflows,
            operations,
            summary,
            clauses: None,
        }
    }
}
