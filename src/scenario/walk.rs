//! One workflow under way: which step is next, what each came to, and what is known so far.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Map, Value};

use super::criterion::Criterion;
use super::document::{FailureAction, Parameter, Step, Target, Then, Workflow};
use super::expression::Scope;
use super::known::{Exchanged, Known, evaluated};
use super::run::{Observer, Session, Stop, milliseconds};
use super::transcript::Exchange;
use super::transport::{Error, Response};
use super::{exchange, request};
use crate::context::Context;
use crate::event::{self, Shown, StepReport, WorkflowReport};
use crate::rule::Severity;
use crate::workbench;

/// Most steps that one workflow may take, so that a `goto` cannot go round forever.
const STEPS: usize = 500;
/// Deepest nesting of workflows that call workflows.
const DEPTH: usize = 8;
/// Longest wait before a retry, whatever the file or the target asks for.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// How a workflow ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Passed,
    /// The target did not do what it must; `twin` where the step was the valid twin of a negative.
    Failed {
        twin: bool,
        why: String,
    },
    /// The tool or the network failed.
    Error(String),
    /// The target lacks what it needs.
    NotHere(String),
}

/// A workflow under way, with the report that it writes to.
pub(super) struct Walk<'w, 'r> {
    session: &'w Session<'r>,
    observer: &'w mut dyn Observer,
    report: &'w mut WorkflowReport,
    /// The ids of the steps that called this workflow.
    prefix: String,
    depth: usize,
}

/// How a step ended, and why.
enum StepEnd {
    Passed,
    /// The target did not do what it must.
    Failed(String),
    /// The tool or the network failed, or the step could not be taken.
    Error(String),
    /// The target lacks what the workflow needs.
    NotHere(String),
}

type Ended = Result<(End, Map<String, Value>), Stop>;

impl<'w, 'r> Walk<'w, 'r> {
    pub(super) fn new(
        session: &'w Session<'r>,
        observer: &'w mut dyn Observer,
        report: &'w mut WorkflowReport,
    ) -> Self {
        Self { session, observer, report, prefix: String::new(), depth: 0 }
    }

    /// Runs a workflow to its end.
    pub(super) fn workflow<'a>(
        &'a mut self,
        workflow: &'a Workflow,
        inputs: Map<String, Value>,
    ) -> Pin<Box<dyn Future<Output = Ended> + 'a>>
    where
        'r: 'a,
    {
        Box::pin(async move {
            let setting = self.session.setting;
            let mut known = Known {
                own: self.session.suite.document.own.as_deref(),
                finished: &self.session.finished,
                bases: setting.bases,
                inputs,
                steps: BTreeMap::new(),
                called: Map::new(),
                exchanged: None,
            };
            let end = self.steps(workflow, &mut known).await?;
            let outputs = evaluated(&workflow.outputs, &known);
            Ok((end, outputs))
        })
    }

    async fn steps(&mut self, workflow: &Workflow, known: &mut Known<'_>) -> Result<End, Stop> {
        let mut at = 0;
        let mut tries = 0;
        while let Some(step) = workflow.steps.get(at) {
            if self.report.steps.len() >= STEPS {
                return Ok(End::Error(format!("the workflow took more than {STEPS} steps")));
            }
            let ended = match step.depends_on.iter().find(|it| !known.steps.contains_key(*it)) {
                Some(other) => {
                    StepEnd::Error(format!("`{}` depends on `{other}`, which did not run", step.id))
                }
                None => self.step(workflow, step, known).await?,
            };
            let (then, end) = match ended {
                StepEnd::NotHere(why) => return Ok(End::NotHere(why)),
                StepEnd::Error(why) => {
                    (self.after_failure(workflow, step, known, &mut tries).await?, End::Error(why))
                }
                StepEnd::Failed(why) => {
                    let twin = step.id.starts_with("twin") || self.prefix.starts_with("twin");
                    let then = self.after_failure(workflow, step, known, &mut tries).await?;
                    (then, End::Failed { twin, why })
                }
                StepEnd::Passed => (after_success(workflow, step, known), End::Passed),
            };
            match then {
                None if end == End::Passed => at += 1,
                None | Some((Then::End, _)) => return Ok(end),
                Some((Then::Again, _)) => continue,
                Some((Then::Step(id), _)) => {
                    at = workflow.steps.iter().position(|it| it.id == id).unwrap_or(workflow.steps.len());
                }
                Some((Then::Workflow { source, workflow }, parameters)) => {
                    let inputs = match inputs_from(&parameters, known) {
                        Ok(inputs) => inputs,
                        Err(why) => return Ok(End::Error(why)),
                    };
                    let (end, _) = self.nested(&step.id, source.as_deref(), &workflow, inputs).await?;
                    return Ok(end);
                }
            }
            tries = 0;
        }
        Ok(End::Passed)
    }

    async fn nested(
        &mut self,
        step: &str,
        source: Option<&str>,
        id: &str,
        given: Map<String, Value>,
    ) -> Ended {
        let other;
        let session = match source.and_then(|name| self.session.suite.suites.get(name)) {
            Some(suite) => {
                other = Session::new(suite, self.session.setting);
                &other
            }
            None => self.session,
        };
        let Some(workflow) = session.suite.document.workflow(id) else {
            return Ok((End::Error(format!("there is no workflow `{id}`")), Map::new()));
        };
        if self.depth >= DEPTH {
            let why = format!("workflows call workflows more than {DEPTH} deep");
            return Ok((End::Error(why), Map::new()));
        }
        let mut inputs = workflow.inputs.clone();
        inputs.extend(given);
        let mut inner = Walk {
            session,
            observer: &mut *self.observer,
            report: &mut *self.report,
            prefix: format!("{}{step}/", self.prefix),
            depth: self.depth + 1,
        };
        inner.workflow(workflow, inputs).await
    }

    async fn step(
        &mut self,
        workflow: &Workflow,
        step: &Step,
        known: &mut Known<'_>,
    ) -> Result<StepEnd, Stop> {
        match &step.target {
            Target::Operation { source, operation } => {
                self.call(workflow, step, source, operation, known).await
            }
            Target::Workflow { source, workflow: id } => {
                // What the workflow gives with a place belongs to operations.
                let shared = workflow.parameters.iter().filter(|it| it.place.is_none());
                let inputs = inputs_from(shared.chain(&step.parameters), known);
                let inputs = match inputs {
                    Ok(inputs) => inputs,
                    Err(why) => return Ok(StepEnd::Error(why)),
                };
                let (end, mut outputs) = self.nested(&step.id, source.as_deref(), id, inputs).await?;
                known.called = outputs.clone();
                outputs.extend(evaluated(&step.outputs, known));
                known.steps.insert(step.id.clone(), outputs);
                let broken = step.criteria.iter().find(|it| !it.holds(known));
                Ok(match (end, broken) {
                    (End::Passed, Some(criterion)) => {
                        let found = criterion.found(known);
                        StepEnd::Failed(format!("`{}`: expected {}, found {found}", step.id, criterion.text))
                    }
                    (End::Passed, None) => StepEnd::Passed,
                    (End::Failed { why, .. }, _) => StepEnd::Failed(why),
                    (End::Error(why), _) => StepEnd::Error(why),
                    (End::NotHere(why), _) => StepEnd::NotHere(why),
                })
            }
        }
    }

    async fn call(
        &mut self,
        workflow: &Workflow,
        step: &Step,
        source: &str,
        id: &str,
        known: &mut Known<'_>,
    ) -> Result<StepEnd, Stop> {
        let operation = self.session.suite.apis.get(source).and_then(|api| api.operation(id));
        let Some(operation) = operation else {
            return Ok(StepEnd::Error(format!("`{source}` has no operation `{id}`")));
        };
        let Some(base) = known.base(source, self.session) else {
            return Ok(StepEnd::Error(format!("no address of `{source}` is known")));
        };
        let parameters = [workflow.parameters.as_slice(), step.parameters.as_slice()];
        let variants = self.session.setting.variants;
        let body = step.body.as_ref();
        let built = match request::build(&base, source, variants, operation, parameters, body, known) {
            Ok(built) => built,
            Err(why) => return Ok(StepEnd::Error(format!("`{}` cannot be sent: {why}", step.id))),
        };
        let called = exchange::called(source, id, &built.request);
        let named = format!("{source}.{}", called.map_or(id, |operation| operation.id));
        self.observer.sends(&self.report.suite, &self.report.workflow_id, &named, &built.request);
        let answer = self.session.setting.client.send_within(&built.request, step.timeout).await;
        self.observer.exchange(&Exchange {
            suite: &self.report.suite,
            workflow: &self.report.workflow_id,
            step: &format!("{}{}", self.prefix, step.id),
            operation: &named,
            request: &built.request,
            response: answer.as_ref(),
        });
        let mut report = StepReport {
            step_id: format!("{}{}", self.prefix, step.id),
            operation_id: named,
            method: built.request.method.clone(),
            url: Shown::from(built.request.url.as_str()),
            status: None,
            duration_ms: 0.0,
            criteria: Vec::new(),
            findings: Vec::new(),
            error: None,
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let why = error.to_string();
                report.error = Some(Shown::from(why.as_str()));
                self.report.steps.push(report);
                return Ok(match error {
                    // A server that answers with no HTTP does not do what it must.
                    Error::Broken(_) | Error::TooLarge(_) => StepEnd::Failed(format!("`{}`: {why}", step.id)),
                    Error::Unreachable { .. }
                    | Error::Untrusted { .. }
                    | Error::Timeout(_)
                    | Error::Unsendable(_) => StepEnd::Error(why),
                });
            }
        };
        report.status = Some(answer.status);
        if source == workbench::NAME && answer.status == workbench::NOT_HERE {
            report.duration_ms = milliseconds(answer.took);
            self.report.steps.push(report);
            return Ok(StepEnd::NotHere(detail(&answer)));
        }
        report.duration_ms = milliseconds(answer.took);
        let setting = self.session.setting;
        let context = Context { as_of: Some(setting.clock.now()), ..setting.context.clone() };
        let judged_answer = exchange::judge(called, &answer, &context)?;
        self.observer.judged(&judged_answer.evaluated);
        report.findings = judged_answer.findings;
        known.exchanged = Some(Exchanged { request: built.request, path: built.path, response: answer });
        known.steps.insert(step.id.clone(), evaluated(&step.outputs, known));
        report.criteria = step.criteria.iter().map(|it| judged(it, known)).collect();
        let broken = report.criteria.iter().find(|it| !it.passed).map(|it| {
            let found = it.actual.as_ref().map(|actual| format!(", found {}", &**actual)).unwrap_or_default();
            format!("`{}`: expected {}{found}", step.id, &*it.condition)
        });
        let finding = report.findings.iter().find(|it| it.severity == Severity::Error);
        let why = broken.or_else(|| {
            finding.map(|it| format!("`{}`: the answer breaks {}: {}", step.id, it.rule, &*it.message))
        });
        self.report.steps.push(report);
        Ok(why.map_or(StepEnd::Passed, StepEnd::Failed))
    }

    /// What the step, or else the workflow, says is to be done after a failure. A retry is made when
    /// what is to run before it has run and the wait is over.
    async fn after_failure(
        &mut self,
        workflow: &Workflow,
        step: &Step,
        known: &mut Known<'_>,
        tries: &mut u32,
    ) -> Result<Option<Next>, Stop> {
        let mut actions = step.on_failure.iter().chain(&workflow.on_failure);
        let Some(action) = actions.find(|action| applies(&action.criteria, known)) else { return Ok(None) };
        let FailureAction { then, parameters, retry, .. } = action;
        let Some(retry) = retry else { return Ok(Some((then.clone(), parameters.clone()))) };
        if *tries >= retry.limit {
            return Ok(None);
        }
        *tries += 1;
        let asked = known.exchanged.as_ref().and_then(|it| it.response.retry_after());
        let own = || Duration::try_from_secs_f64(retry.after_seconds).unwrap_or(LONGEST_WAIT);
        tokio::time::sleep(asked.unwrap_or_else(own).min(LONGEST_WAIT)).await;
        match &retry.first {
            Some(Then::Step(id)) => {
                if let Some(first) = workflow.steps.iter().find(|it| it.id == *id) {
                    self.step(workflow, first, known).await?;
                }
            }
            Some(Then::Workflow { source, workflow }) => {
                let inputs = inputs_from(parameters, known).unwrap_or_default();
                self.nested(&step.id, source.as_deref(), workflow, inputs).await?;
            }
            Some(Then::End | Then::Again) | None => {}
        }
        Ok(Some((Then::Again, Vec::new())))
    }
}

/// What the workbench says that a workflow needs.
fn detail(answer: &Response) -> String {
    let problem: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let detail = problem.as_ref().and_then(|it| it.get("detail")?.as_str());
    detail.unwrap_or("it needs what this target has not").to_owned()
}

/// Where a workflow goes on, and the inputs of the workflow that it goes to.
type Next = (Then, Vec<Parameter>);

fn after_success(workflow: &Workflow, step: &Step, known: &Known<'_>) -> Option<Next> {
    let mut actions = step.on_success.iter().chain(&workflow.on_success);
    let action = actions.find(|action| applies(&action.criteria, known))?;
    Some((action.then.clone(), action.parameters.clone()))
}

/// The inputs of a workflow that is called with these parameters.
fn inputs_from<'p>(
    parameters: impl IntoIterator<Item = &'p Parameter>,
    scope: &dyn Scope,
) -> Result<Map<String, Value>, String> {
    parameters.into_iter().map(|it| Ok((it.name.clone(), it.value.evaluate(scope)?))).collect()
}

fn applies(criteria: &[Criterion], scope: &dyn Scope) -> bool {
    criteria.iter().all(|criterion| criterion.holds(scope))
}

fn judged(criterion: &Criterion, scope: &dyn Scope) -> event::Criterion {
    let passed = criterion.holds(scope);
    let actual = (!passed).then(|| Shown::from(criterion.found(scope)));
    event::Criterion { condition: Shown::from(criterion.text.as_str()), passed, actual }
}
