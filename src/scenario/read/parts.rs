//! The parts of a step: parameters, body, criteria, actions, outputs.

use serde_json::Value;

use super::Reader;
use crate::scenario::criterion::{Criterion, Form};
use crate::scenario::document::{FailureAction, Parameter, RequestBody, Retry, SuccessAction, Then};
use crate::scenario::expression::{Expression, Template};
use crate::scenario::openapi::ParameterPlace;
use crate::scenario::yaml::{Node, Place, Tree};

const RETRY_AFTER: f64 = 0.0;
const RETRY_LIMIT: u32 = 1;

impl<'n> Reader<'n> {
    pub(super) fn parameters(&mut self, owner: &'n Node) -> Vec<Parameter> {
        let nodes = owner.get("parameters").map_or(&[][..], Node::items);
        nodes.iter().filter_map(|node| self.parameter(node)).collect()
    }

    pub(super) fn parameter(&mut self, node: &'n Node) -> Option<Parameter> {
        let value = node.get("value");
        let referenced = self.referenced(node, "parameters")?;
        if node.get("reference").is_none() {
            self.members("a parameter", node, &["name", "in", "value"]);
        }
        let name = self.text("a parameter", referenced, "name")?.to_owned();
        let place = match referenced.get("in") {
            None => None,
            Some(place) => {
                let read = place.text().and_then(ParameterPlace::parse);
                let message = || format!("expected path, query, header or cookie, found {}", place.to_json());
                Some(self.keep(place.at, read.ok_or_else(message))?)
            }
        };
        let Some(value) = value.or_else(|| referenced.get("value")) else {
            self.problem(node.at, format!("expected `value` of the parameter `{name}`, found none"));
            return None;
        };
        Some(Parameter { name, place, value: self.template(value) })
    }

    pub(super) fn body(&mut self, node: &Node) -> RequestBody {
        self.members("a request body", node, &["contentType", "payload", "replacements"]);
        let mut replacements = Vec::new();
        for replacement in node.get("replacements").map_or(&[][..], Node::items) {
            self.members("a replacement", replacement, &["target", "value"]);
            let target = self.text("a replacement", replacement, "target").map(str::to_owned);
            if target.as_ref().is_some_and(|it| !it.starts_with('/')) {
                self.problem(replacement.at, "expected `target` to be a JSON pointer such as `/use`");
            }
            match replacement.get("value") {
                Some(value) => replacements.extend(target.map(|target| (target, self.template(value)))),
                None => self.problem(replacement.at, "expected `value` of a replacement, found none"),
            }
        }
        RequestBody {
            content_type: node.get("contentType").and_then(Node::text).map(str::to_owned),
            payload: node.get("payload").map(|payload| self.template(payload)),
            replacements,
        }
    }

    pub(super) fn criteria(&mut self, list: Option<&Node>) -> Vec<Criterion> {
        list.map_or(&[][..], Node::items).iter().filter_map(|node| self.criterion(node)).collect()
    }

    pub(super) fn criterion(&mut self, node: &Node) -> Option<Criterion> {
        self.members("a criterion", node, &["context", "condition", "type"]);
        let kind = node.get("type").and_then(|it| it.text().or_else(|| it.get("type").and_then(Node::text)));
        let form = match kind {
            None | Some("simple") => Form::Simple,
            Some("regex") => Form::Regex,
            Some("jsonpath") => Form::JsonPath,
            Some(other) => {
                self.problem(
                    node.at,
                    format!("expected a criterion of type simple, regex or jsonpath, found `{other}`"),
                );
                return None;
            }
        };
        let condition = self.text("a criterion", node, "condition")?;
        let at = node.get("condition").map_or(node.at, |it| it.at);
        self.keep(at, Criterion::parse(condition, form, node.get("context").and_then(Node::text)))
    }

    pub(super) fn success_actions(
        &mut self,
        list: Option<&'n Node>,
        steps: &[&str],
        ids: &[(&str, Place)],
    ) -> Vec<SuccessAction> {
        let mut actions = Vec::new();
        for node in list.map_or(&[][..], Node::items) {
            let Some(node) = self.referenced(node, "successActions") else { continue };
            self.members("a success action", node, &["name", "type", "workflowId", "stepId", "criteria"]);
            let Some(then) = self.then(node, steps, ids) else { continue };
            if then == Then::Again {
                self.problem(node.at, "expected a success action of type end or goto, found `retry`");
            }
            actions.push(SuccessAction { then, criteria: self.criteria(node.get("criteria")) });
        }
        actions
    }

    pub(super) fn failure_actions(
        &mut self,
        list: Option<&'n Node>,
        steps: &[&str],
        ids: &[(&str, Place)],
    ) -> Vec<FailureAction> {
        const MEMBERS: &[&str] =
            &["name", "type", "workflowId", "stepId", "retryAfter", "retryLimit", "criteria"];
        let mut actions = Vec::new();
        for node in list.map_or(&[][..], Node::items) {
            let Some(node) = self.referenced(node, "failureActions") else { continue };
            self.members("a failure action", node, MEMBERS);
            let Some(then) = self.then(node, steps, ids) else { continue };
            let retry = (node.get("type").and_then(Node::text) == Some("retry")).then(|| Retry {
                after_seconds: number(node.get("retryAfter")).unwrap_or(RETRY_AFTER),
                limit: number(node.get("retryLimit")).map_or(RETRY_LIMIT, |limit| limit as u32),
            });
            if retry.is_some_and(|retry| !(retry.after_seconds >= 0.0 && retry.after_seconds.is_finite())) {
                self.problem(node.at, "expected `retryAfter` to be a number of seconds from 0");
            }
            actions.push(FailureAction { then, criteria: self.criteria(node.get("criteria")), retry });
        }
        actions
    }

    pub(super) fn then(&mut self, node: &Node, steps: &[&str], ids: &[(&str, Place)]) -> Option<Then> {
        self.text("an action", node, "name")?;
        let kind = self.text("an action", node, "type")?;
        let step = node.get("stepId").and_then(Node::text);
        let workflow = node.get("workflowId").and_then(Node::text);
        if let Some(unknown) = step.filter(|step| !steps.contains(step)) {
            self.problem(node.at, format!("`{unknown}` is no stepId of this workflow"));
        }
        if let Some(unknown) = workflow.filter(|workflow| !ids.iter().any(|(id, _)| id == workflow)) {
            self.problem(node.at, format!("`{unknown}` is no workflowId of this document"));
        }
        let then = match (kind, step, workflow) {
            ("end", None, None) => Ok(Then::End),
            ("goto", Some(step), None) => Ok(Then::Step(step.to_owned())),
            ("goto", None, Some(workflow)) => Ok(Then::Workflow(workflow.to_owned())),
            ("retry", None, None) => Ok(Then::Again),
            ("end", _, _) => Err("expected no target of an action of type `end`".to_owned()),
            ("goto", _, _) => Err("expected `stepId` or `workflowId` of a `goto`".to_owned()),
            ("retry", _, _) => Err("a `retry` repeats its own step here: it takes no target".to_owned()),
            (other, _, _) => Err(format!("expected an action of type end, goto or retry, found `{other}`")),
        };
        self.keep(node.at, then)
    }

    pub(super) fn outputs(&mut self, owner: &Node) -> Vec<(String, Expression)> {
        let mut outputs = Vec::new();
        for entry in owner.get("outputs").map_or(&[][..], Node::entries) {
            let read = match entry.value.text() {
                Some(text) => Expression::parse(text),
                None => Err(format!("expected a runtime expression, found {}", entry.value.what())),
            };
            outputs.extend(self.keep(entry.value.at, read).map(|it| (entry.key.clone(), it)));
        }
        outputs
    }

    pub(super) fn template(&mut self, node: &Node) -> Template {
        match &node.tree {
            Tree::Text(text) => {
                self.keep(node.at, Template::of_text(text)).unwrap_or(Template::Literal(Value::Null))
            }
            Tree::List(items) => Template::List(items.iter().map(|item| self.template(item)).collect()),
            Tree::Map(entries) => Template::Object(
                entries.iter().map(|it| (it.key.clone(), self.template(&it.value))).collect(),
            ),
            Tree::Null | Tree::Bool(_) | Tree::Number(_) => Template::Literal(node.to_json()),
        }
    }
}

fn number(node: Option<&Node>) -> Option<f64> {
    match &node?.tree {
        Tree::Number(number) => number.as_f64(),
        Tree::Null | Tree::Bool(_) | Tree::Text(_) | Tree::List(_) | Tree::Map(_) => None,
    }
}
