//! What a client's requests came to: per operation, per rule, and over the clauses of the ledger.

use std::collections::{BTreeMap, BTreeSet};

use super::judging::Called;
use super::{ELSEWHERE, NOT_JUDGED, SUITE, is_wrong};
use crate::base::Service;
use crate::event::{Clauses, Operation, Outcome, Severity, Shown, StepReport, WorkflowReport};
use crate::service::CONTRACTS;
use crate::{ledger, rules};

/// How many exchanges of one operation a report holds beside those that show a new fault.
const STEPS: usize = 100;

/// What everything came to so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    operations: BTreeMap<String, Counted>,
    /// The rules that were evaluated on what a service was sent.
    evaluated: BTreeMap<Service, BTreeSet<&'static str>>,
}

/// What the requests of one operation came to.
#[derive(Debug, Default)]
struct Counted {
    requests: u64,
    wrong: u64,
    inconclusive: u64,
    duration_ms: f64,
    /// How often each rule was broken.
    broken: BTreeMap<String, u64>,
    steps: Vec<StepReport>,
}

impl Tally {
    /// Counts an exchange.
    pub(super) fn add(&mut self, called: Option<Called>, step: StepReport, evaluated: &[&'static str]) {
        if let Some(called) = called {
            self.evaluated.entry(called.contract.service).or_default().extend(evaluated);
        }
        let counted = self.operations.entry(step.operation_id.clone()).or_default();
        counted.requests += 1;
        counted.wrong += u64::from(is_wrong(&step));
        let inconclusive = step.findings.iter().any(|it| it.severity == Severity::Inconclusive);
        counted.inconclusive += u64::from(inconclusive);
        counted.duration_ms += step.duration_ms;
        let mut new = false;
        for finding in &step.findings {
            let times = counted.broken.entry(finding.rule.clone()).or_default();
            new |= *times == 0;
            *times += 1;
        }
        if new || counted.steps.len() < STEPS {
            counted.steps.push(step);
        }
    }

    /// The operations of every service, each with its counts, as the live page shows them.
    pub(super) fn rows(&self) -> Vec<Row> {
        let row = |service: &str, operation: String, id: &str| {
            let counted = self.operations.get(id);
            Row {
                service: service.to_owned(),
                operation,
                requests: counted.map_or(0, |it| it.requests),
                wrong: counted.map_or(0, |it| it.wrong),
            }
        };
        let mut rows = Vec::new();
        for contract in CONTRACTS {
            let service = contract.service.name();
            for operation in contract.operations {
                rows.push(row(service, operation.label(), &format!("{service}.{}", operation.id)));
            }
        }
        for (id, what) in [(ELSEWHERE, "no operation of a service"), (NOT_JUDGED, "described by no contract")]
        {
            if self.operations.contains_key(id) {
                rows.push(row("none", what.to_owned(), id));
            }
        }
        rows
    }

    /// As a run's report shows it: each operation that was called as one workflow, all operations,
    /// and the clauses.
    pub(super) fn report(&self) -> (Vec<WorkflowReport>, Vec<Operation>, Clauses) {
        let (mut workflows, mut operations) = (Vec::new(), Vec::new());
        for contract in CONTRACTS {
            let service = contract.service.name();
            for operation in contract.operations {
                let id = format!("{service}.{}", operation.id);
                let called = self.operations.get(&id).map(|counted| counted.report(&id));
                let callers = called.iter().map(|it| it.workflow_id.clone()).collect();
                let operation = operation.label();
                operations.push(Operation { service: service.to_owned(), operation, workflows: callers });
                workflows.extend(called);
            }
        }
        workflows.extend(self.operations.get(ELSEWHERE).map(|it| it.report(ELSEWHERE)));
        (workflows, operations, self.clauses())
    }

    /// The clauses that bind clients of the services that were called.
    fn clauses(&self) -> Clauses {
        let mut clauses = Clauses::default();
        let metas = rules::all();
        for row in ledger::rows(ledger::documents(), &metas, &[]) {
            let binds = ["client", "both"].contains(&row.clause.binds.as_str());
            if !binds || row.clause.test == ledger::Test::NotTested {
                continue;
            }
            let own = row.clause.service.as_deref();
            let mut services = self.evaluated.iter().filter(|(service, _)| {
                let documented = document(**service) == row.document.document;
                documented && own.is_none_or(|own| own == service.name() || own == "both")
            });
            let Some(first) = services.next() else { continue };
            let exercised = std::iter::once(first)
                .chain(services)
                .any(|(_, evaluated)| row.rules.iter().any(|rule| evaluated.contains(rule)));
            let list = if exercised { &mut clauses.exercised } else { &mut clauses.untested };
            list.push(row.clause.id.clone());
        }
        clauses
    }
}

/// The document that describes a service.
const fn document(service: Service) -> &'static str {
    match service {
        Service::Etkra => Service::Certra.name(),
        Service::Keydepot
        | Service::Certra
        | Service::Etkdepot
        | Service::IamExchange
        | Service::AttributeAuthority => service.name(),
    }
}

/// One operation on the live page.
#[derive(Debug, serde::Serialize)]
pub(super) struct Row {
    service: String,
    operation: String,
    requests: u64,
    wrong: u64,
}

impl Counted {
    fn report(&self, id: &str) -> WorkflowReport {
        let outcome = match (self.wrong, self.inconclusive) {
            (1.., _) => Outcome::Failed,
            (0, 1..) => Outcome::Inconclusive,
            (0, 0) => Outcome::Passed,
        };
        let kept = self.steps.len() as u64;
        let mut reason = match self.requests {
            1 => "1 request".to_owned(),
            many => format!("{many} requests"),
        };
        if self.wrong > 0 {
            reason.push_str(&format!(", {} wrong", self.wrong));
        }
        let broken: Vec<String> =
            self.broken.iter().map(|(rule, times)| format!("{rule} ×{times}")).collect();
        if !broken.is_empty() {
            reason.push_str(&format!(": {}", broken.join(", ")));
        }
        if kept < self.requests {
            reason.push_str(&format!("; {kept} of them are shown here"));
        }
        WorkflowReport {
            suite: SUITE.to_owned(),
            workflow_id: id.to_owned(),
            outcome,
            skip: None,
            reason: Some(Shown::from(reason)),
            duration_ms: self.duration_ms,
            steps: self.steps.clone(),
        }
    }
}
