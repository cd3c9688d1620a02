//! One workflow under way: which step is next, what each came to, and what is known so far.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use super::criterion::Criterion;
use super::document::{FailureAction, Step, SuccessAction, Target, Then, Workflow};
use super::expression::{Expression, Part, Scope, Source, Which};
use super::run::{Finished, Observer, Session, Stop, milliseconds};
use super::transcript::Exchange;
use super::transport::{Error, Request, Response};
use super::{exchange, request};
use crate::event::{self, Shown, StepReport, WorkflowReport};
use crate::rule::Severity;

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

/// What a step came to.
enum Came {
    Right,
    Wrong(String),
    Nowhere(String),
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
                finished: &self.session.finished,
                bases: setting.bases,
                inputs,
                steps: BTreeMap::new(),
                exchanged: None,
            };
            let end = self.steps(workflow, &mut known).await?;
            let outputs = taken(&workflow.outputs, &known);
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
            let came = self.step(workflow, step, known).await?;
            let (then, failed) = match came {
                Came::Nowhere(why) => {
                    (self.after_failure(workflow, step, known, &mut tries).await, End::Error(why))
                }
                Came::Wrong(why) => {
                    let twin = step.id.starts_with("twin") || self.prefix.starts_with("twin");
                    (self.after_failure(workflow, step, known, &mut tries).await, End::Failed { twin, why })
                }
                Came::Right => (after_success(workflow, step, known), End::Passed),
            };
            match then {
                None if failed == End::Passed => at += 1,
                None => return Ok(failed),
                Some(Then::End) => return Ok(failed),
                Some(Then::Again) => continue,
                Some(Then::Step(id)) => {
                    at = workflow.steps.iter().position(|it| it.id == id).unwrap_or(workflow.steps.len());
                }
                Some(Then::Workflow(id)) => {
                    let (end, _) = self.nested(&step.id, None, &id, Map::new()).await?;
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

    async fn step(&mut self, workflow: &Workflow, step: &Step, known: &mut Known<'_>) -> Result<Came, Stop> {
        match &step.target {
            Target::Operation { source, operation } => {
                self.call(workflow, step, source, operation, known).await
            }
            Target::Workflow { source, workflow: id } => {
                let mut inputs = Map::new();
                for parameter in &step.parameters {
                    match parameter.value.evaluate(known) {
                        Ok(value) => _ = inputs.insert(parameter.name.clone(), value),
                        Err(why) => return Ok(Came::Nowhere(why)),
                    }
                }
                let (end, outputs) = self.nested(&step.id, source.as_deref(), id, inputs).await?;
                known.steps.insert(step.id.clone(), outputs);
                let broken = step.criteria.iter().find(|it| !it.holds(known));
                Ok(match (end, broken) {
                    (End::Passed, Some(criterion)) => {
                        let found = criterion.found(known);
                        Came::Wrong(format!("`{}`: expected {}, found {found}", step.id, criterion.text))
                    }
                    (End::Passed, None) => Came::Right,
                    (End::Failed { why, .. }, _) => Came::Wrong(why),
                    (End::Error(why), _) => Came::Nowhere(why),
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
    ) -> Result<Came, Stop> {
        let operation = self.session.suite.apis.get(source).and_then(|api| api.operation(id));
        let Some(operation) = operation else {
            return Ok(Came::Nowhere(format!("`{source}` has no operation `{id}`")));
        };
        let Some(base) = known.base(source, self.session) else {
            return Ok(Came::Nowhere(format!("no address of `{source}` is known")));
        };
        let parameters = [workflow.parameters.as_slice(), step.parameters.as_slice()];
        let built = match request::build(&base, operation, parameters, step.body.as_ref(), known) {
            Ok(built) => built,
            Err(why) => return Ok(Came::Nowhere(format!("`{}` cannot be sent: {why}", step.id))),
        };
        let answer = self.session.setting.client.send(&built.request).await;
        let called = exchange::called(source, id, &built.request);
        let named = format!("{source}.{}", called.map_or(id, |operation| operation.id));
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
                    Error::Broken(_) | Error::TooLarge(_) => Came::Wrong(format!("`{}`: {why}", step.id)),
                    Error::Unreachable { .. } | Error::Timeout(_) | Error::Unsendable(_) => {
                        Came::Nowhere(why)
                    }
                });
            }
        };
        report.status = Some(answer.status);
        report.duration_ms = milliseconds(answer.took);
        report.findings = exchange::judge(called, &answer, self.session.setting.context)?;
        known.exchanged = Some(Exchanged { request: built.request, path: built.path, response: answer });
        report.criteria = step.criteria.iter().map(|it| judged(it, known)).collect();
        known.steps.insert(step.id.clone(), taken(&step.outputs, known));
        let broken = report.criteria.iter().find(|it| !it.passed).map(|it| {
            let found = it.actual.as_ref().map(|actual| format!(", found {}", &**actual)).unwrap_or_default();
            format!("`{}`: expected {}{found}", step.id, &*it.condition)
        });
        let finding = report.findings.iter().find(|it| it.severity == Severity::Error);
        let why = broken.or_else(|| {
            finding.map(|it| format!("`{}`: the answer breaks {}: {}", step.id, it.rule, &*it.message))
        });
        self.report.steps.push(report);
        Ok(why.map_or(Came::Right, Came::Wrong))
    }

    /// What the step, or else the workflow, says is to be done after a failure.
    async fn after_failure(
        &self,
        workflow: &Workflow,
        step: &Step,
        known: &Known<'_>,
        tries: &mut u32,
    ) -> Option<Then> {
        let mut actions = step.on_failure.iter().chain(&workflow.on_failure);
        let action = actions.find(|action| applies(&action.criteria, known))?;
        let FailureAction { then, retry, .. } = action;
        let Some(retry) = retry else { return Some(then.clone()) };
        if *tries >= retry.limit {
            return None;
        }
        *tries += 1;
        let asked = known.exchanged.as_ref().and_then(|it| it.response.header("retry-after")?.parse().ok());
        let seconds: f64 = asked.unwrap_or(retry.after_seconds);
        let wait = Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        tokio::time::sleep(wait).await;
        Some(Then::Again)
    }
}

fn after_success(workflow: &Workflow, step: &Step, known: &Known<'_>) -> Option<Then> {
    let mut actions = step.on_success.iter().chain(&workflow.on_success);
    let action: &SuccessAction = actions.find(|action| applies(&action.criteria, known))?;
    Some(action.then.clone())
}

fn applies(criteria: &[Criterion], scope: &dyn Scope) -> bool {
    criteria.iter().all(|criterion| criterion.holds(scope))
}

fn judged(criterion: &Criterion, scope: &dyn Scope) -> event::Criterion {
    let passed = criterion.holds(scope);
    let actual = (!passed).then(|| Shown::from(criterion.found(scope)));
    event::Criterion { condition: Shown::from(criterion.text.as_str()), passed, actual }
}

/// The outputs that have a value.
fn taken(outputs: &[(String, Expression)], scope: &dyn Scope) -> Map<String, Value> {
    outputs.iter().filter_map(|(name, it)| Some((name.clone(), it.evaluate(scope)?))).collect()
}

/// What a workflow knows while it runs.
struct Known<'k> {
    finished: &'k BTreeMap<String, Finished>,
    bases: &'k BTreeMap<String, Url>,
    inputs: Map<String, Value>,
    steps: BTreeMap<String, Map<String, Value>>,
    exchanged: Option<Exchanged>,
}

/// The last exchange.
struct Exchanged {
    request: Request,
    path: Map<String, Value>,
    response: Response,
}

impl Known<'_> {
    fn base(&self, source: &str, session: &Session<'_>) -> Option<Url> {
        let given = self.bases.get(source).cloned();
        given.or_else(|| Url::parse(session.suite.apis.get(source)?.server.as_deref()?).ok())
    }
}

impl Scope for Known<'_> {
    fn value(&self, source: &Source) -> Option<Value> {
        let exchanged = self.exchanged.as_ref();
        match source {
            Source::Url => Some(exchanged?.request.url.as_str().into()),
            Source::Method => Some(exchanged?.request.method.as_str().into()),
            Source::StatusCode => Some(exchanged?.response.status.into()),
            Source::Request(part) => exchanged?.sent(part),
            Source::Response(part) => exchanged?.received(part),
            Source::Input(name) => self.inputs.get(name).filter(|it| !it.is_null()).cloned(),
            Source::Output(_) => None,
            Source::Step { step, output } => self.steps.get(step)?.get(output).cloned(),
            Source::Workflow { workflow, which, name } => {
                let finished = self.finished.get(workflow)?;
                match which {
                    Which::Inputs => finished.inputs.get(name).cloned(),
                    Which::Outputs => finished.outputs.get(name).cloned(),
                }
            }
            Source::Description { name, member } => {
                (member == "url").then(|| self.bases.get(name).map(|url| url.as_str().into()))?
            }
        }
    }
}

impl Exchanged {
    fn sent(&self, part: &Part) -> Option<Value> {
        match part {
            Part::Header(name) => {
                let mut headers = self.request.headers.iter();
                headers.find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str().into())
            }
            Part::Query(name) => {
                self.request.url.query_pairs().find(|(it, _)| it == name).map(|(_, value)| value.into())
            }
            Part::Path(name) => self.path.get(name).cloned(),
            Part::Body => body(self.request.body.as_deref()?),
        }
    }

    fn received(&self, part: &Part) -> Option<Value> {
        match part {
            Part::Header(name) => self.response.header(name).map(Value::from),
            Part::Body => body(&self.response.body),
            Part::Query(_) | Part::Path(_) => None,
        }
    }
}

/// A body as JSON, or else as text; an empty one is none.
fn body(bytes: &[u8]) -> Option<Value> {
    if bytes.is_empty() {
        return None;
    }
    Some(serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned().into()))
}
