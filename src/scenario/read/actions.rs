//! What happens after a step: success actions, failure actions, retries.

use super::Reader;
use crate::scenario::document::{FailureAction, Retry, SuccessAction, Then};
use crate::scenario::yaml::{Node, Place};

const RETRY_AFTER: f64 = 0.0;
/// A day: whoever writes more means milliseconds.
const LONGEST_WAIT: f64 = 86_400.0;
const RETRY_LIMIT: u32 = 1;

impl<'n> Reader<'n> {
    pub(super) fn success_actions(
        &mut self,
        what: &str,
        owner: &'n Node,
        member: &str,
        steps: &[&str],
        ids: &[(&str, Place)],
    ) -> Vec<SuccessAction> {
        let mut actions = Vec::new();
        for node in self.items(what, owner, member) {
            let Some(node) = self.referenced(node, "successActions") else { continue };
            const MEMBERS: &[&str] = &["name", "type", "workflowId", "stepId", "criteria"];
            self.members_by_version("a success action", node, MEMBERS, &["parameters"]);
            let Some(then) = self.then(node, steps, ids) else { continue };
            if node.get("type").and_then(Node::text) == Some("retry") {
                self.problem(node.at, "expected a success action of type end or goto, found `retry`");
            }
            let parameters = self.parameters("a success action", node);
            let criteria = self.criteria("a success action", node, "criteria");
            actions.push(SuccessAction { then, parameters, criteria });
        }
        actions
    }

    pub(super) fn failure_actions(
        &mut self,
        what: &str,
        owner: &'n Node,
        member: &str,
        steps: &[&str],
        ids: &[(&str, Place)],
    ) -> Vec<FailureAction> {
        const MEMBERS: &[&str] =
            &["name", "type", "workflowId", "stepId", "retryAfter", "retryLimit", "criteria"];
        let mut actions = Vec::new();
        for node in self.items(what, owner, member) {
            let Some(node) = self.referenced(node, "failureActions") else { continue };
            self.members_by_version("a failure action", node, MEMBERS, &["parameters"]);
            let Some(then) = self.then(node, steps, ids) else { continue };
            let (after, limit) = (self.retry_after(node), self.retry_limit(node));
            let retry = (node.get("type").and_then(Node::text) == Some("retry")).then(|| Retry {
                after_seconds: after,
                limit,
                first: (then != Then::Again).then(|| then.clone()),
            });
            let parameters = self.parameters("a failure action", node);
            let criteria = self.criteria("a failure action", node, "criteria");
            actions.push(FailureAction { then, parameters, criteria, retry });
        }
        actions
    }

    /// Where an action leads; the step or workflow of a `retry` is what is run before the new try.
    fn then(&mut self, node: &Node, steps: &[&str], ids: &[(&str, Place)]) -> Option<Then> {
        self.text("an action", node, "name")?;
        let kind = self.text("an action", node, "type")?;
        let step = node.get("stepId").and_then(Node::text);
        if let Some(unknown) = step.filter(|step| !steps.contains(step)) {
            self.problem(node.at, format!("`{unknown}` is no stepId of this workflow"));
        }
        let workflow = node.get("workflowId").and_then(Node::text);
        let workflow = match workflow.map(|text| self.workflow_called(text, ids)) {
            Some(called) => Some(self.keep(node.at, called)?),
            None => None,
        };
        let then = match (kind, step, workflow) {
            ("end", None, None) => Ok(Then::End),
            ("goto" | "retry", Some(step), None) => Ok(Then::Step(step.to_owned())),
            ("goto" | "retry", None, Some((source, workflow))) => Ok(Then::Workflow { source, workflow }),
            ("retry", None, None) => Ok(Then::Again),
            ("end", _, _) => Err("expected no target of an action of type `end`".to_owned()),
            ("goto", _, _) => Err("expected `stepId` or `workflowId` of a `goto`".to_owned()),
            ("retry", _, _) => Err("expected `stepId` or `workflowId` of a `retry`, found both".to_owned()),
            (other, _, _) => Err(format!("expected an action of type end, goto or retry, found `{other}`")),
        };
        self.keep(node.at, then)
    }

    fn retry_after(&mut self, action: &Node) -> f64 {
        let Some(node) = action.get("retryAfter") else { return RETRY_AFTER };
        let seconds = node.to_json().as_f64().filter(|it| (0.0..=LONGEST_WAIT).contains(it));
        seconds.unwrap_or_else(|| {
            let found = node.to_json();
            let message = format!(
                "expected `retryAfter` to be a number of seconds from 0 to {LONGEST_WAIT}, found {found}"
            );
            self.problem(node.at, message);
            RETRY_AFTER
        })
    }

    fn retry_limit(&mut self, action: &Node) -> u32 {
        let Some(node) = action.get("retryLimit") else { return RETRY_LIMIT };
        let limit = node.to_json().as_u64().and_then(|it| u32::try_from(it).ok());
        limit.unwrap_or_else(|| {
            let found = node.to_json();
            self.problem(
                node.at,
                format!("expected `retryLimit` to be a whole number from 0, found {found}"),
            );
            RETRY_LIMIT
        })
    }
}
