//! What a workflow calls, through the workflows that it calls.

use std::collections::BTreeSet;

use super::Suite;
use super::document::Target;

/// An operation that a workflow calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Called<'s> {
    /// The name of the source.
    pub source: &'s str,
    /// The operationId.
    pub operation: &'s str,
    /// Whether only a simulated world has it.
    pub simulated: bool,
}

impl Suite {
    /// The operations that a workflow may call, itself or by the workflows of its steps.
    pub fn called(&self, workflow: &str) -> BTreeSet<Called<'_>> {
        let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![(self, workflow)];
        while let Some((suite, id)) = open.pop() {
            let Some(workflow) = suite.document.workflow(id) else { continue };
            if !seen.insert((suite.document.file.as_str(), id)) {
                continue;
            }
            for step in &workflow.steps {
                match &step.target {
                    Target::Operation { source, operation } => {
                        let known = suite.apis.get(source).and_then(|api| api.operation(operation));
                        let simulated = known.is_some_and(|it| it.simulated);
                        found.insert(Called { source, operation, simulated });
                    }
                    Target::Workflow { source: None, workflow } => open.push((suite, workflow)),
                    Target::Workflow { source: Some(name), workflow } => {
                        let suite = suite.suites.get(name).map(AsRef::as_ref);
                        open.extend(suite.map(|suite: &Self| (suite, workflow.as_str())));
                    }
                }
            }
        }
        found
    }
}
