//! From a plan to a report: lanes over threads, tries after failures, and what it all came to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::watch;

use super::super::signal::Signals;
use super::super::{Failure, Globals};
use super::Plan;
use super::lane::{Lane, LaneResult};
use crate::base::time;
use crate::event::{Clauses, Flaky, Operation, Outcome, RunReport, Skip, WorkflowReport};
use crate::{ledger, rules, service, suites};

/// Longest wait before a new try, whatever the target asks for.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// The wait before a new try of a target that asks for none.
const WAIT: Duration = Duration::from_secs(1);

/// What a run came to.
pub(super) struct Performed {
    pub(super) report: RunReport,
    /// Why the transcript is not whole.
    pub(super) loss: Option<Failure>,
}

pub(super) fn perform(plan: &Plan<'_>, runtime: &Runtime, globals: Globals) -> Result<Performed, Failure> {
    let (stop, stopped) = watch::channel(false);
    let mut signals = runtime.block_on(async { Signals::listen() })?;
    runtime.spawn(async move {
        signals.stop().await;
        let _ = stop.send(true);
        // Dropping the sender would wake those who wait for it.
        std::future::pending::<()>().await;
    });
    let mut lanes = Vec::new();
    for round in 0..plan.rounds {
        for (suite, selected) in plan.suites.iter().zip(&plan.selected).filter(|(_, it)| !it.is_empty()) {
            lanes.push(Lane { suite, selected: selected.clone(), round, attempt: 1 });
        }
    }
    let total: usize = lanes.iter().map(|lane| lane.selected.len()).sum();
    let bar = bar(total, globals);
    let mut loss = None;
    let mut evaluated = BTreeSet::new();
    let mut flaky = Vec::new();
    let mut created = Vec::new();
    let mut results: Vec<Vec<WorkflowReport>> = Vec::new();
    let mut wait = None;
    for lane in all(&lanes, plan, runtime.handle(), &bar, &stopped)? {
        loss = loss.or(lane.loss);
        wait = wait.max(lane.wait);
        evaluated.extend(lane.evaluated);
        created.extend(lane.created);
        results.push(lane.workflows);
    }
    for attempt in 2..=plan.retries + 1 {
        let again: Vec<(usize, Lane<'_>)> = lanes
            .iter()
            .zip(&results)
            .enumerate()
            .filter_map(|(index, (lane, reports))| Some((index, retry(lane, reports, attempt)?)))
            .collect();
        if again.is_empty() || *stopped.borrow() {
            break;
        }
        if plan.target.is_some() {
            let pause = wait.take().unwrap_or(WAIT * (attempt - 1)).min(LONGEST_WAIT);
            runtime.block_on(async {
                let mut stopped = stopped.clone();
                let _ = tokio::time::timeout(pause, stopped.wait_for(|stop| *stop)).await;
            });
        }
        let (indexes, tried): (Vec<usize>, Vec<Lane<'_>>) = again.into_iter().unzip();
        for (index, lane) in indexes.into_iter().zip(all(&tried, plan, runtime.handle(), &bar, &stopped)?) {
            loss = loss.or(lane.loss);
            wait = wait.max(lane.wait);
            evaluated.extend(lane.evaluated);
            created.extend(lane.created);
            replace(&mut results[index], lane.workflows, attempt, &mut flaky);
        }
    }
    bar.finish_and_clear();
    let workflows: Vec<WorkflowReport> = results.into_iter().flatten().collect();
    let operations = operations(&workflows);
    let clauses = clauses(&workflows, &evaluated, plan.declared);
    let target = plan.target.as_ref().map_or("sim", |target| target.name.as_str());
    let mut report = RunReport::new(plan.seed, time::format(plan.start), target, workflows, operations);
    report.rounds = plan.rounds;
    report.flaky = flaky;
    report.created = created;
    report.clauses = Some(clauses);
    Ok(Performed { report, loss })
}

/// Runs lanes, as many at a time as the plan allows; what they came to is in their order.
fn all(
    lanes: &[Lane<'_>],
    plan: &Plan<'_>,
    runtime: &Handle,
    bar: &ProgressBar,
    stopped: &watch::Receiver<bool>,
) -> Result<Vec<LaneResult>, Failure> {
    let next = AtomicUsize::new(0);
    let done: Mutex<BTreeMap<usize, Result<LaneResult, Failure>>> = Mutex::default();
    let work = || {
        while let index = next.fetch_add(1, Ordering::SeqCst)
            && let Some(lane) = lanes.get(index)
        {
            let came = runtime.block_on(lane.run(plan, bar, stopped.clone()));
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(index, came);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..plan.jobs.min(lanes.len()) {
            scope.spawn(work);
        }
        work();
    });
    done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_values().collect()
}

/// What is to be tried again of a lane: what failed, and what was skipped because of it.
fn retry<'p>(lane: &Lane<'p>, reports: &[WorkflowReport], attempt: u32) -> Option<Lane<'p>> {
    let wrong = |report: &&WorkflowReport| match report.outcome {
        Outcome::Failed | Outcome::Error => true,
        Outcome::Skipped => report.skip == Some(Skip::Dependency),
        Outcome::Passed | Outcome::Inconclusive => false,
    };
    let ids: Vec<String> = reports.iter().filter(wrong).map(|it| it.workflow_id.clone()).collect();
    let selected = lane.suite.document.with_dependencies(&ids);
    (!ids.is_empty()).then_some(Lane { suite: lane.suite, selected, round: lane.round, attempt })
}

/// Puts new results in the place of those that were not passed.
fn replace(old: &mut [WorkflowReport], new: Vec<WorkflowReport>, attempt: u32, flaky: &mut Vec<Flaky>) {
    for report in new {
        let Some(place) = old.iter_mut().find(|it| it.workflow_id == report.workflow_id) else { continue };
        if place.outcome == Outcome::Passed || report.outcome == Outcome::Skipped {
            continue;
        }
        if report.outcome == Outcome::Passed {
            let (suite, workflow_id) = (report.suite.clone(), report.workflow_id.clone());
            flaky.push(Flaky { suite, workflow_id, attempt });
        }
        *place = report;
    }
}

/// The operations of the contracts, each with the workflows that called it.
pub(super) fn operations(workflows: &[WorkflowReport]) -> Vec<Operation> {
    let mut all = Vec::new();
    for contract in service::CONTRACTS {
        let service = contract.service.name();
        for operation in contract.operations {
            let id = format!("{service}.{}", operation.id);
            let mut callers: Vec<String> = Vec::new();
            for workflow in workflows.iter().filter(|it| it.steps.iter().any(|step| step.operation_id == id))
            {
                if !callers.contains(&workflow.workflow_id) {
                    callers.push(workflow.workflow_id.clone());
                }
            }
            let operation = operation.label();
            all.push(Operation { service: service.to_owned(), operation, workflows: callers });
        }
    }
    all
}

/// The clauses that were put to the test: by a rule that looked at an answer, or by a workflow that
/// ran to its end; and those of the same cookbooks that were not.
fn clauses(
    workflows: &[WorkflowReport],
    evaluated: &BTreeSet<&'static str>,
    declared: &[suites::Workflow],
) -> Clauses {
    let ended = |it: &&suites::Workflow| {
        workflows.iter().any(|report| {
            report.suite == it.suite
                && report.workflow_id == it.id
                && matches!(report.outcome, Outcome::Passed | Outcome::Failed)
        })
    };
    let ran: Vec<suites::Workflow> = declared.iter().filter(ended).cloned().collect();
    let metas = rules::all();
    let rows = ledger::rows(ledger::documents(), &metas, &ran);
    let exercised = |row: &ledger::Row<'_>| {
        !row.workflows.is_empty() || row.rules.iter().any(|rule| evaluated.contains(rule))
    };
    let documents: BTreeSet<&str> = rows
        .iter()
        .filter(|row| !row.workflows.is_empty())
        .map(|row| row.document.document.as_str())
        .collect();
    let mut clauses = Clauses::default();
    for row in rows.iter().filter(|row| documents.contains(row.document.document.as_str())) {
        if exercised(row) {
            clauses.exercised.push(row.clause.id.clone());
        } else if row.clause.test != ledger::Test::NotTested {
            clauses.untested.push(row.clause.id.clone());
        }
    }
    clauses
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
