//! How long the exchanges of an operation took, as percentiles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::WorkflowReport;

/// How long the exchanges of one operation took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Latency {
    /// `service.operationId`.
    pub operation_id: String,
    /// How many exchanges were answered.
    pub count: usize,
    /// Half of them took at most so long.
    #[serde(rename = "p50_ms")]
    pub p50_ms: f64,
    /// 95 of 100 took at most so long.
    #[serde(rename = "p95_ms")]
    pub p95_ms: f64,
    /// 99 of 100 took at most so long.
    #[serde(rename = "p99_ms")]
    pub p99_ms: f64,
    /// None took longer.
    #[serde(rename = "max_ms")]
    pub max_ms: f64,
}

impl Latency {
    /// The latency of every operation that was answered, in the order of their ids. Each figure is a
    /// duration that was measured (the nearest rank), none is interpolated.
    pub(super) fn of(workflows: &[WorkflowReport]) -> Vec<Self> {
        let mut taken: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for step in workflows.iter().flat_map(|workflow| &workflow.steps).filter(|it| it.status.is_some()) {
            taken.entry(&step.operation_id).or_default().push(step.duration_ms);
        }
        let of = |(id, mut all): (&str, Vec<f64>)| {
            all.sort_by(f64::total_cmp);
            let rank = |percent: usize| all[(all.len() * percent).div_ceil(100).max(1) - 1];
            Self {
                operation_id: id.to_owned(),
                count: all.len(),
                p50_ms: rank(50),
                p95_ms: rank(95),
                p99_ms: rank(99),
                max_ms: rank(100),
            }
        };
        taken.into_iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Outcome, Shown, StepReport};

    #[test]
    fn percentiles_are_durations_that_were_measured() {
        let step = |duration_ms: f64, status| StepReport {
            step_id: "a".to_owned(),
            operation_id: "s.op".to_owned(),
            method: "GET".to_owned(),
            url: Shown::default(),
            status,
            duration_ms,
            criteria: Vec::new(),
            findings: Vec::new(),
            error: None,
        };
        let mut steps: Vec<_> = (1..=200).rev().map(|n| step(f64::from(n), Some(200))).collect();
        steps.push(step(9000.0, None));
        let workflow = WorkflowReport {
            suite: "s".to_owned(),
            workflow_id: "w".to_owned(),
            outcome: Outcome::Passed,
            skip: None,
            reason: None,
            duration_ms: 0.0,
            steps,
        };
        let found = Latency::of(&[workflow]);
        let Latency { count, p50_ms, p95_ms, p99_ms, max_ms, .. } = found[0];
        assert_eq!(count, 200, "what was not answered has no latency");
        assert_eq!([p50_ms, p95_ms, p99_ms, max_ms].map(|it| it.round() as u64), [100, 190, 198, 200]);
    }
}
