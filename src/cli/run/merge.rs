//! The reports of the parts of a run, made one.

use std::path::PathBuf;

use super::super::Failure;
use super::select::former;
use crate::event::{Clauses, Operation, Outcome, RunReport, WorkflowReport};
use crate::ledger;

/// One report of several, in the order in which they are named.
pub(super) fn merge(paths: &[PathBuf]) -> Result<RunReport, Failure> {
    let mut reports = Vec::new();
    for path in paths {
        reports.push(former(path)?);
    }
    let Some(first) = reports.first() else { return Err(Failure::usage("`--merge` needs reports")) };
    let (seed, clock, target) = (first.seed, first.clock.clone(), first.target.to_string());
    if let Some((path, other)) = paths.iter().zip(&reports).find(|(_, it)| *it.target != *target) {
        return Err(Failure::configuration(format_args!(
            "{}: a run against {} does not belong to one against {target}",
            path.display(),
            &*other.target
        )));
    }
    let rounds = reports.iter().map(|it| it.rounds).max().unwrap_or(1);
    let flaky = reports.iter().flat_map(|it| it.flaky.clone()).collect();
    let created = reports.iter().flat_map(|it| it.created.clone()).collect();
    let clauses = clauses(&reports);
    let operations = operations(&reports);
    let workflows = workflows(reports);
    let mut merged = RunReport::new(seed, clock, &target, workflows, operations);
    merged.rounds = rounds;
    merged.flaky = flaky;
    merged.created = created;
    merged.clauses = clauses;
    Ok(merged)
}

/// A workflow that others depend on may have run in several parts: what was worst of it stays. In one
/// report the rounds of a workflow stay apart.
fn workflows(reports: Vec<RunReport>) -> Vec<WorkflowReport> {
    let mut merged: Vec<WorkflowReport> = Vec::new();
    for report in reports {
        let known = merged.len();
        for workflow in report.workflows {
            let same = |it: &&mut WorkflowReport| {
                it.suite == workflow.suite && it.workflow_id == workflow.workflow_id
            };
            match merged[..known].iter_mut().find(same) {
                Some(other) if rank(workflow.outcome) > rank(other.outcome) => *other = workflow,
                Some(_) => {}
                None => merged.push(workflow),
            }
        }
    }
    merged
}

const fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Skipped => 0,
        Outcome::Passed => 1,
        Outcome::Inconclusive => 2,
        Outcome::Error => 3,
        Outcome::Failed => 4,
    }
}

fn operations(reports: &[RunReport]) -> Vec<Operation> {
    let mut merged: Vec<Operation> = Vec::new();
    for operation in reports.iter().flat_map(|it| &it.operations) {
        let same =
            |it: &&mut Operation| it.service == operation.service && it.operation == operation.operation;
        match merged.iter_mut().find(same) {
            None => merged.push(operation.clone()),
            Some(known) => {
                for workflow in &operation.workflows {
                    if !known.workflows.contains(workflow) {
                        known.workflows.push(workflow.clone());
                    }
                }
            }
        }
    }
    merged
}

fn clauses(reports: &[RunReport]) -> Option<Clauses> {
    let all: Vec<&Clauses> = reports.iter().filter_map(|it| it.clauses.as_ref()).collect();
    // In the order of the ledger, as in the report of a run.
    let ids = || ledger::documents().iter().flat_map(|document| &document.clauses).map(|clause| &clause.id);
    let named = |list: fn(&Clauses) -> &Vec<String>, id: &String| all.iter().any(|it| list(it).contains(id));
    let exercised: Vec<String> = ids().filter(|id| named(|it| &it.exercised, id)).cloned().collect();
    let untested =
        ids().filter(|id| named(|it| &it.untested, id) && !exercised.contains(id)).cloned().collect();
    (!all.is_empty()).then_some(Clauses { exercised, untested })
}
