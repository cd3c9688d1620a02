//! Whether the parts of a document fit each other: what a step gives and what it calls, what a workflow
//! waits for and what waits for it.
//!
//! It looks at the document once all of it has been read, and reports what no target could make right.

use std::collections::{BTreeMap, BTreeSet};

use super::Reader;
use crate::scenario::Suite;
use crate::scenario::document::{Target, Workflow};
use crate::scenario::openapi::{Api, Operation, ParameterPlace};
use crate::scenario::yaml::{Node, Place, Tree};

impl<'n> Reader<'n> {
    /// Workflows that wait for each other never run.
    pub(super) fn cycles(&mut self, nodes: &'n [Node], workflows: &[Workflow]) {
        let mut told = BTreeSet::new();
        for workflow in workflows {
            if told.contains(workflow.id.as_str()) {
                continue;
            }
            let Some(cycle) = cycle(workflow, workflows) else { continue };
            let node =
                nodes.iter().find(|it| it.get("workflowId").and_then(Node::text) == Some(&workflow.id));
            if let Some(at) = node.and_then(|it| it.get("dependsOn")).map(|it| it.at) {
                let names: Vec<String> = cycle.iter().map(|id| format!("`{id}`")).collect();
                self.problem(
                    at,
                    format!("workflows that wait for each other never run: {}", names.join(" → ")),
                );
            }
            told.extend(cycle);
        }
    }

    /// Whether each step gives its operation or workflow what that takes.
    pub(super) fn calls_fit(&mut self, nodes: &'n [Node], suite: &Suite) {
        for node in nodes {
            let id = node.get("workflowId").and_then(Node::text).unwrap_or_default();
            let Some(workflow) = suite.document.workflow(id) else { continue };
            let Some(shared) = self.given(node) else { continue };
            for step in node.get("steps").map_or(&[][..], Node::items) {
                let id = step.get("stepId").and_then(Node::text).unwrap_or_default();
                // Of two steps of one name nobody knows which was read.
                let mut named = workflow.steps.iter().filter(|it| it.id == id);
                let (Some(read), None) = (named.next(), named.next()) else { continue };
                let Some(given) = self.given(step) else { continue };
                match &read.target {
                    Target::Operation { source, operation } => {
                        let api = suite.apis.get(source);
                        if let Some(operation) = api.and_then(|api| api.operation(operation)) {
                            self.operation_fits(step, operation, &given, &shared);
                        }
                    }
                    Target::Workflow { source, workflow } => {
                        let suite = source.as_ref().map_or(Some(suite), |it| Some(&**suite.suites.get(it)?));
                        if let Some(called) = suite.and_then(|suite| suite.document.workflow(workflow)) {
                            self.workflow_fits(step, called, &given, &shared);
                        }
                    }
                }
            }
        }
    }

    fn operation_fits(
        &mut self,
        step: &Node,
        operation: &Operation,
        given: &[Given<'_>],
        shared: &[Given<'_>],
    ) {
        let path = Api::sent_path(&operation.path);
        for parameter in given {
            let name = parameter.name;
            match parameter.place.and_then(ParameterPlace::parse) {
                None if parameter.place.is_none() => {
                    let declared = operation.parameters.iter().find(|it| it.name == name);
                    let hint = declared.map_or_else(String::new, |it| {
                        format!(": {} takes it in {}", operation.id, it.place.name())
                    });
                    let message = format!("expected `in` of the parameter `{name}`, found none{hint}");
                    self.problem(parameter.at, message);
                }
                Some(ParameterPlace::Path) if !path.contains(&format!("{{{name}}}")) => {
                    let message = format!("`{path}` has no place for the path parameter `{name}`");
                    self.problem(parameter.at, message);
                }
                _ => {}
            }
        }
        let in_path =
            |it: &Given<'_>| !matches!(it.place, Some("query" | "querystring" | "header" | "cookie"));
        let named = |name: &str| given.iter().chain(shared).any(|it| it.name == name && in_path(it));
        for needed in operation.parameters.iter().filter(|it| it.required && it.place == ParameterPlace::Path)
        {
            if !named(&needed.name) {
                let message =
                    format!("the path parameter `{}` of {} is given no value", needed.name, operation.id);
                self.problem(step.at, message);
            }
        }
    }

    fn workflow_fits(&mut self, step: &Node, called: &Workflow, given: &[Given<'_>], shared: &[Given<'_>]) {
        for parameter in given.iter().filter(|it| !called.declares(it.name)) {
            let message = format!("the workflow `{}` declares no input `{}`", called.id, parameter.name);
            self.problem(parameter.at, message);
        }
        for needed in &called.required {
            if !given.iter().chain(shared).any(|it| it.name == needed) {
                let message =
                    format!("the input `{needed}` of the workflow `{}` is given no value", called.id);
                self.problem(step.at, message);
            }
        }
    }

    /// The parameters of a step or workflow, by name and place; nothing where not all of them read, which
    /// is reported elsewhere.
    fn given(&self, owner: &'n Node) -> Option<Vec<Given<'n>>> {
        let Some(parameters) = owner.get("parameters") else { return Some(Vec::new()) };
        let Tree::List(nodes) = &parameters.tree else { return None };
        let given = nodes.iter().map(|node| {
            let named = self.component(node, "parameters").unwrap_or(node);
            let name = named.get("name").and_then(Node::text)?;
            Some(Given { at: node.at, name, place: named.get("in").and_then(Node::text) })
        });
        given.collect()
    }
}

/// A parameter as it stands in the document.
struct Given<'n> {
    at: Place,
    name: &'n str,
    place: Option<&'n str>,
}

/// The shortest way from a workflow over what it depends on back to itself.
fn cycle<'w>(from: &'w Workflow, workflows: &'w [Workflow]) -> Option<Vec<&'w str>> {
    let mut came: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = std::collections::VecDeque::from([from.id.as_str()]);
    while let Some(id) = open.pop_front() {
        let workflow = workflows.iter().find(|it| it.id == id)?;
        for next in &workflow.depends_on {
            if *next == from.id {
                let mut way = vec![from.id.as_str(), id];
                while let Some(before) = came.get(way[way.len() - 1]) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if !came.contains_key(next.as_str()) {
                came.insert(next, id);
                open.push_back(next);
            }
        }
    }
    None
}
