//! Whether the expressions of a document lead somewhere: to a step that comes before, to an output
//! that it declares, to an input of the workflow.

use super::Suite;
use super::document::{Step, Target, Workflow};
use super::expression::{Expression, Source, Which};
use super::yaml::{Node, Place, Tree};

/// Every expression that leads nowhere, with its place.
pub(super) fn problems(root: &Node, suite: &Suite) -> Vec<(Place, String)> {
    let mut problems = Vec::new();
    for node in root.get("workflows").map_or(&[][..], Node::items) {
        let id = node.get("workflowId").and_then(Node::text);
        let Some(workflow) = id.and_then(|id| suite.document.workflow(id)) else { continue };
        let mut texts = Vec::new();
        gather(node, &mut texts);
        for (at, text) in texts {
            for expression in expressions(text) {
                if let Some(message) = leads_nowhere(&expression, workflow, suite) {
                    problems.push((at, message));
                }
            }
        }
    }
    problems
}

/// Every text below a node that can hold an expression.
fn gather<'n>(node: &'n Node, into: &mut Vec<(Place, &'n str)>) {
    match &node.tree {
        Tree::Text(text) if text.contains('$') => into.push((node.at, text)),
        Tree::List(items) => items.iter().for_each(|item| gather(item, into)),
        Tree::Map(entries) => {
            let prose = |key: &str| key == "description" || key == "summary";
            entries.iter().filter(|it| !prose(&it.key)).for_each(|it| gather(&it.value, into));
        }
        Tree::Text(_) | Tree::Null | Tree::Bool(_) | Tree::Number(_) => {}
    }
}

/// The expressions in a text: whole, embedded, or the operands of a condition.
fn expressions(text: &str) -> Vec<Expression> {
    let ends = |c: char| c.is_whitespace() || "=!<>&|(){},'\"".contains(c);
    let starts = text.match_indices('$').map(|(at, _)| &text[at..]);
    starts.filter_map(|rest| Expression::parse(&rest[..rest.find(ends).unwrap_or(rest.len())]).ok()).collect()
}

fn leads_nowhere(expression: &Expression, workflow: &Workflow, suite: &Suite) -> Option<String> {
    let document = &suite.document;
    match expression.source() {
        Source::Step { step, output } => match workflow.steps.iter().find(|it| it.id == *step) {
            None => Some(format!("`{expression}`: `{step}` is no stepId of this workflow")),
            Some(step) if !has_output(step, output, suite) => {
                Some(format!("`{expression}`: the step `{}` has no output `{output}`", step.id))
            }
            Some(_) => None,
        },
        Source::Input(name) if !workflow.inputs.contains_key(name) => {
            Some(format!("`{expression}`: the workflow declares no input `{name}`"))
        }
        Source::Workflow { workflow: id, which, name } => match document.workflow(id) {
            None => Some(format!("`{expression}`: `{id}` is no workflowId of this document")),
            Some(other) => {
                let there = match which {
                    Which::Inputs => other.inputs.contains_key(name),
                    Which::Outputs => other.outputs.iter().any(|(it, _)| it == name),
                };
                (!there).then(|| format!("`{expression}`: the workflow `{id}` has no such member `{name}`"))
            }
        },
        Source::Input(_)
        | Source::Output(_)
        | Source::Own
        | Source::Url
        | Source::Method
        | Source::StatusCode
        | Source::Request(_)
        | Source::Response(_)
        | Source::Description { .. } => None,
    }
}

/// Whether a step declares an output; one that calls a workflow has that workflow's.
fn has_output(step: &Step, output: &str, suite: &Suite) -> bool {
    let called = match &step.target {
        Target::Operation { .. } => None,
        Target::Workflow { source: None, workflow } => suite.document.workflow(workflow),
        Target::Workflow { source: Some(name), workflow } => {
            suite.suites.get(name).and_then(|suite| suite.document.workflow(workflow))
        }
    };
    let outputs = called.map_or(&step.outputs, |workflow| &workflow.outputs);
    outputs.iter().any(|(name, _)| name == output)
}
