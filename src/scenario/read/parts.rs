//! The parts of a step: what it waits for, parameters, body, outputs.

use std::time::Duration;

use serde_json::Value;

use super::Reader;
use crate::scenario::document::{Parameter, Replacement, RequestBody};
use crate::scenario::expression::{Expression, Template};
use crate::scenario::openapi::ParameterPlace;
use crate::scenario::query::{Language, Query};
use crate::scenario::yaml::{Node, Tree};

impl<'n> Reader<'n> {
    pub(super) fn parameters(&mut self, what: &str, owner: &'n Node) -> Vec<Parameter> {
        let nodes = self.items(what, owner, "parameters");
        let mut all: Vec<Parameter> = Vec::new();
        for node in nodes {
            let Some(parameter) = self.parameter(node) else { continue };
            if all.iter().any(|it| (&it.name, it.place) == (&parameter.name, parameter.place)) {
                self.problem(node.at, format!("the parameter `{}` is given already", parameter.name));
            }
            all.push(parameter);
        }
        all
    }

    pub(super) fn parameter(&mut self, node: &'n Node) -> Option<Parameter> {
        let value = node.get("value");
        let referenced = self.referenced(node, "parameters")?;
        let members: &[&str] =
            if node.get("reference").is_none() { &["name", "in", "value"] } else { &["reference", "value"] };
        self.members("a parameter", node, members);
        let name = self.text("a parameter", referenced, "name")?.to_owned();
        let place = match referenced.get("in") {
            None => None,
            Some(place) => {
                let read = place.text().and_then(ParameterPlace::parse);
                let message = || {
                    format!("expected path, query, querystring, header or cookie, found {}", place.to_json())
                };
                Some(self.keep(place.at, read.ok_or_else(message))?)
            }
        };
        let Some(value) = value.or_else(|| referenced.get("value")) else {
            self.problem(node.at, format!("expected `value` of the parameter `{name}`, found none"));
            return None;
        };
        Some(Parameter { name, place, value: self.template(value) })
    }

    pub(super) fn body(&mut self, node: &'n Node) -> RequestBody {
        self.members("a request body", node, &["contentType", "payload", "replacements"]);
        let content_type = self.optional_text("a request body", node, "contentType");
        let mut replacements = Vec::new();
        for replacement in self.items("a request body", node, "replacements") {
            replacements.extend(self.replacement(replacement, content_type.is_some_and(is_xml)));
        }
        RequestBody {
            content_type: content_type.map(str::to_owned),
            payload: node.get("payload").map(|payload| self.template(payload)),
            replacements,
        }
    }

    /// A replacement: where its target is of no type that is told, XML has XPaths, and all else JSON
    /// pointers.
    fn replacement(&mut self, node: &Node, xml: bool) -> Option<Replacement> {
        self.members_by_version("a replacement", node, &["target", "value"], &["targetSelectorType"]);
        let text = self.text("a replacement", node, "target")?.to_owned();
        let language = match node.get("targetSelectorType") {
            Some(kind) => {
                self.language(kind, &[Language::JsonPointer, Language::JsonPath, Language::XPath])?
            }
            None if xml => Language::XPath,
            None => Language::JsonPointer,
        };
        let at = node.get("target").map_or(node.at, |it| it.at);
        let target = match language {
            Language::JsonPointer if !text.starts_with('/') => {
                Err("expected `target` to be a JSON pointer such as `/use`".to_owned())
            }
            language => Query::parse(language, &text, &self.namespaces),
        };
        let target = self.keep(at, target);
        let Some(value) = node.get("value") else {
            self.problem(node.at, "expected `value` of a replacement, found none");
            return None;
        };
        Some(Replacement { text, target: target?, value: self.template(value) })
    }

    /// The steps that a step depends on: each before it.
    pub(super) fn steps_before(&mut self, node: &'n Node, own: &str, steps: &[&str]) -> Vec<String> {
        let mut before = Vec::new();
        let earlier = &steps[..steps.iter().position(|it| *it == own).unwrap_or_default()];
        for other in self.items("a step", node, "dependsOn") {
            match other.text() {
                Some(other) if earlier.contains(&other) => before.push(other.to_owned()),
                _ => self.problem(
                    other.at,
                    format!("{} is no step of this workflow that comes before `{own}`", other.to_json()),
                ),
            }
        }
        before
    }

    pub(super) fn timeout(&mut self, node: &Node) -> Option<Duration> {
        let node = node.get("timeout")?;
        match node.to_json().as_u64().filter(|it| *it > 0) {
            Some(milliseconds) => Some(Duration::from_millis(milliseconds)),
            None => {
                let found = node.to_json();
                self.problem(node.at, format!("expected `timeout` to be milliseconds from 1, found {found}"));
                None
            }
        }
    }

    pub(super) fn outputs(&mut self, what: &str, owner: &'n Node) -> Vec<(String, Template)> {
        let mut outputs = Vec::new();
        for entry in self.mapping(what, owner, "outputs") {
            if !entry.key.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
                || entry.key.is_empty()
            {
                let message =
                    format!("expected letters, digits, `.`, `_` or `-` in the name `{}`", entry.key);
                self.problem(entry.at, message);
            }
            let read = match (entry.value.text(), self.selector(&entry.value)) {
                (Some(text), _) => Expression::parse(text).map(Template::Expression),
                (None, Some(selector)) => Ok(selector),
                (None, None) if entry.value.get("selector").is_some() && !self.later => {
                    Err("selectors are of Arazzo 1.1; this document says 1.0".to_owned())
                }
                (None, None) => {
                    Err(format!("expected a runtime expression or a selector, found {}", entry.value.what()))
                }
            };
            outputs.extend(self.keep(entry.value.at, read).map(|it| (entry.key.clone(), it)));
        }
        outputs
    }

    pub(super) fn template(&mut self, node: &Node) -> Template {
        if let Some(selector) = self.selector(node) {
            return selector;
        }
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

/// Whether a content type is one of XML.
fn is_xml(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media.ends_with("/xml") || media.ends_with("+xml")
}
