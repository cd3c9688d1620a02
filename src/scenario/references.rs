//! Whether the expressions of a document lead somewhere: to a step that comes before, to an output
//! that it declares, to an input of the workflow.

use std::collections::BTreeSet;

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
        let order = Order::of(node);
        for (place, member, value) in order.parts(node) {
            let mut texts = Vec::new();
            gather(value, &mut texts);
            for (at, text) in texts {
                for expression in expressions(text) {
                    let message = leads_nowhere(&expression, workflow, &order, suite)
                        .or_else(|| order.comes_too_early(&expression, place, member));
                    problems.extend(message.map(|message| (at, message)));
                }
            }
        }
    }
    problems
}

/// The steps of a workflow in the order of the document, also those that do not read.
struct Order<'n> {
    steps: Vec<&'n Node>,
    /// The steps that an action leads to.
    led_to: BTreeSet<usize>,
}

impl<'n> Order<'n> {
    fn of(workflow: &'n Node) -> Self {
        let steps: Vec<&Node> = workflow.get("steps").map_or(&[][..], Node::items).iter().collect();
        let mut order = Self { steps, led_to: BTreeSet::new() };
        let lists = |node: &'n Node, names: [&str; 2]| names.map(|it| node.get(it)).into_iter().flatten();
        let own = lists(workflow, ["successActions", "failureActions"]);
        let actions = order.steps.iter().flat_map(|step| lists(step, ["onSuccess", "onFailure"])).chain(own);
        for action in actions.flat_map(Node::items) {
            match action.get("stepId").and_then(Node::text) {
                Some(id) => order.led_to.extend(order.place(id)),
                // A component may lead anywhere.
                None if action.get("reference").is_some() => order.led_to.extend(0..order.steps.len()),
                None => {}
            }
        }
        order
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|it| it.get("stepId").and_then(Node::text) == Some(id))
    }

    /// The parts of a workflow: the step that they stand in, the member of it, and the value.
    fn parts(&self, workflow: &'n Node) -> Vec<(Option<usize>, &'n str, &'n Node)> {
        let own = workflow.entries().iter().filter(|it| it.key != "steps").map(|it| (None, it));
        let steps = self.steps.iter().enumerate();
        let steps = steps.flat_map(|(place, step)| step.entries().iter().map(move |it| (Some(place), it)));
        own.chain(steps).map(|(place, it)| (place, it.key.as_str(), &it.value)).collect()
    }

    /// Whether an expression wants an output of a step that has not run: one that comes later, unless an
    /// action leads back.
    fn comes_too_early(&self, expression: &Expression, at: Option<usize>, member: &str) -> Option<String> {
        let Source::Step { step: id, .. } = expression.source() else { return None };
        let (at, wanted) = (at?, self.place(id)?);
        let after = ["successCriteria", "onSuccess", "onFailure"].contains(&member);
        let has_run = if after { wanted <= at } else { wanted < at };
        if has_run || self.led_to.iter().any(|it| *it <= at || *it == wanted) {
            return None;
        }
        let when = if wanted == at { "has its outputs when it has ended" } else { "comes later" };
        Some(format!("`{expression}`: the step `{id}` {when}"))
    }
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

fn leads_nowhere(
    expression: &Expression,
    workflow: &Workflow,
    order: &Order<'_>,
    suite: &Suite,
) -> Option<String> {
    let document = &suite.document;
    match expression.source() {
        Source::Step { step, output } => match workflow.steps.iter().find(|it| it.id == *step) {
            // What is wrong with a step that does not read is reported there.
            None if order.place(step).is_some() => None,
            None => Some(format!("`{expression}`: `{step}` is no stepId of this workflow")),
            Some(step) if !has_output(step, output, order, suite) => {
                Some(format!("`{expression}`: the step `{}` has no output `{output}`", step.id))
            }
            Some(_) => None,
        },
        Source::Input(name) if !workflow.declares(name) => {
            Some(format!("`{expression}`: the workflow declares no input `{name}`"))
        }
        Source::Workflow { workflow: id, which, name } => match document.workflow(id) {
            None => Some(format!("`{expression}`: `{id}` is no workflowId of this document")),
            Some(other) => {
                let there = match which {
                    Which::Inputs => other.declares(name),
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
fn has_output(step: &Step, output: &str, order: &Order<'_>, suite: &Suite) -> bool {
    let own = order.place(&step.id).and_then(|place| order.steps[place].get("outputs"));
    // What is no mapping is reported as that.
    if own.is_some_and(|it| it.get(output).is_some() || !matches!(it.tree, Tree::Map(_))) {
        return true;
    }
    let called = match &step.target {
        Target::Operation { .. } => None,
        Target::Workflow { source: None, workflow } => suite.document.workflow(workflow),
        Target::Workflow { source: Some(name), workflow } => {
            suite.suites.get(name).and_then(|suite| suite.document.workflow(workflow))
        }
    };
    called.is_some_and(|workflow| workflow.outputs.iter().any(|(name, _)| name == output))
}
