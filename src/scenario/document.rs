//! An Arazzo document, 1.0 or 1.1: sources, workflows, steps, actions, as they are run.
//!
//! Every reference in it is resolved and every expression parsed: [`super::read`] reports what is
//! wrong before a document comes to be.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::criterion::Criterion;
use super::expression::Template;
use super::openapi::ParameterPlace;
use super::query::Query;

/// An Arazzo document.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file, as it was named.
    pub file: String,
    /// The URI that it says is its own.
    pub(crate) own: Option<String>,
    /// The workflows, in their order.
    pub(crate) workflows: Vec<Workflow>,
}

/// A workflow.
#[derive(Debug, Clone)]
pub(crate) struct Workflow {
    pub(crate) id: String,
    /// The inputs' default values.
    pub(crate) inputs: serde_json::Map<String, Value>,
    /// Whether its inputs read: else it may declare any, and what is wrong with them is reported there.
    pub(crate) inputs_read: bool,
    /// The inputs that it must be given.
    pub(crate) required: Vec<String>,
    pub(crate) depends_on: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) steps: Vec<Step>,
    pub(crate) on_success: Vec<SuccessAction>,
    pub(crate) on_failure: Vec<FailureAction>,
    pub(crate) outputs: Vec<(String, Template)>,
}

impl Workflow {
    /// Whether it declares an input.
    pub(crate) fn declares(&self, input: &str) -> bool {
        !self.inputs_read || self.inputs.contains_key(input)
    }
}

/// A step.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) id: String,
    pub(crate) target: Target,
    /// The steps that must have ended well before it.
    pub(crate) depends_on: Vec<String>,
    /// The most that it may take.
    pub(crate) timeout: Option<Duration>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<RequestBody>,
    pub(crate) criteria: Vec<Criterion>,
    pub(crate) on_success: Vec<SuccessAction>,
    pub(crate) on_failure: Vec<FailureAction>,
    pub(crate) outputs: Vec<(String, Template)>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Calls an operation of a source.
    Operation { source: String, operation: String },
    /// Runs another workflow: of this document, or of another that is a source of it.
    Workflow { source: Option<String>, workflow: String },
}

/// A parameter that is sent.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// Where it goes; nothing for an input of a workflow.
    pub(crate) place: Option<ParameterPlace>,
    pub(crate) value: Template,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestBody {
    pub(crate) content_type: Option<String>,
    pub(crate) payload: Option<Template>,
    pub(crate) replacements: Vec<Replacement>,
}

/// What stands at a place of the payload instead.
#[derive(Debug, Clone)]
pub(crate) struct Replacement {
    /// The place, as it is written.
    pub(crate) text: String,
    /// The place: a JSON pointer, a JSONPath or an XPath.
    pub(crate) target: Query,
    pub(crate) value: Template,
}

/// What happens after a step that succeeded.
#[derive(Debug, Clone)]
pub(crate) struct SuccessAction {
    pub(crate) then: Then,
    /// The inputs of the workflow that it goes to.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) criteria: Vec<Criterion>,
}

/// What happens after a step that failed.
#[derive(Debug, Clone)]
pub(crate) struct FailureAction {
    pub(crate) then: Then,
    /// The inputs of the workflow that it goes to.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) criteria: Vec<Criterion>,
    /// For a retry: how long to wait and how often to try again.
    pub(crate) retry: Option<Retry>,
}

/// How a step is tried again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Retry {
    pub(crate) after_seconds: f64,
    pub(crate) limit: u32,
    /// The step or workflow that is run before each new try.
    pub(crate) first: Option<Then>,
}

/// Where a workflow goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nowhere: the workflow ends.
    End,
    /// At a step of the same workflow.
    Step(String),
    /// At another workflow: of this document, or of another that is a source of it.
    Workflow { source: Option<String>, workflow: String },
    /// At the same step again, by a retry.
    Again,
}

impl Document {
    /// The workflow with this id.
    pub(crate) fn workflow(&self, id: &str) -> Option<&Workflow> {
        self.workflows.iter().find(|workflow| workflow.id == id)
    }

    /// The ids of its workflows that can be run, in their order: one that must be given an input is
    /// there for others to call.
    pub fn workflow_ids(&self) -> impl Iterator<Item = &str> {
        self.workflows.iter().filter(|it| it.required.is_empty()).map(|workflow| workflow.id.as_str())
    }

    /// Whether a workflow of this id is there for others to call alone.
    pub fn is_only_called(&self, id: &str) -> bool {
        self.workflow(id).is_some_and(|it| !it.required.is_empty())
    }

    /// The workflows of these ids that it has, and all that they depend on.
    pub fn with_dependencies(&self, ids: &[String]) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut open: Vec<&str> = ids.iter().map(String::as_str).collect();
        while let Some(id) = open.pop() {
            if let Some(workflow) = self.workflow(id)
                && all.insert(id.to_owned())
            {
                open.extend(workflow.depends_on.iter().map(String::as_str));
            }
        }
        all
    }
}
