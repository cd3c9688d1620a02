//! Criteria and selectors: in which language they are, and what their prefixes stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Reader;
use crate::scenario::criterion::{Criterion, Form};
use crate::scenario::expression::{Expression, Template};
use crate::scenario::query::{Language, Question};
use crate::scenario::yaml::{Node, Tree};

/// The versions of each language that may be declared; the first is what is evaluated.
const VERSIONS: [(&str, Language, &[&str]); 3] = [
    ("jsonpath", Language::JsonPath, &["rfc9535", "draft-goessner-dispatch-jsonpath-00"]),
    ("xpath", Language::XPath, &["xpath-10"]),
    ("jsonpointer", Language::JsonPointer, &["rfc6901"]),
];

impl<'n> Reader<'n> {
    /// `x-namespaces`: prefixes, and the namespaces that they stand for in XPath expressions.
    pub(super) fn read_namespaces(&mut self, root: &Node) {
        let Some(node) = root.get("x-namespaces") else { return };
        if !matches!(node.tree, Tree::Map(_)) {
            let found = node.what();
            self.problem(node.at, format!("expected `x-namespaces` to map prefixes to URIs, found {found}"));
        }
        let mut namespaces = BTreeMap::new();
        for entry in node.entries() {
            match entry.value.text() {
                Some(uri) if !uri.is_empty() => _ = namespaces.insert(entry.key.clone(), uri.to_owned()),
                _ => self.problem(entry.at, format!("expected the namespace of `{}` as a text", entry.key)),
            }
        }
        self.namespaces = Arc::new(namespaces);
    }

    pub(super) fn criteria(&mut self, what: &str, owner: &'n Node, member: &str) -> Vec<Criterion> {
        self.items(what, owner, member).iter().filter_map(|node| self.criterion(node)).collect()
    }

    fn criterion(&mut self, node: &Node) -> Option<Criterion> {
        self.members("a criterion", node, &["context", "condition", "type"]);
        let form = match node.get("type") {
            None => Form::Simple,
            Some(kind) => match kind.text() {
                Some("simple") => Form::Simple,
                Some("regex") => Form::Query(Language::Regex),
                Some(other) if !["jsonpath", "xpath"].contains(&other) => {
                    let expected = "expected a type of simple, regex, jsonpath or xpath";
                    self.problem(kind.at, format!("{expected}, found `{other}`"));
                    return None;
                }
                _ => Form::Query(self.language(kind, &[Language::JsonPath, Language::XPath])?),
            },
        };
        let condition = self.text("a criterion", node, "condition")?;
        let at = node.get("condition").map_or(node.at, |it| it.at);
        let context = self.optional_text("a criterion", node, "context");
        let namespaces = self.namespaces.clone();
        self.keep(at, Criterion::parse(condition, form, context, &namespaces))
    }

    /// The language that a `type` names: by itself, or as an expression type object with its version.
    pub(super) fn language(&mut self, kind: &Node, allowed: &[Language]) -> Option<Language> {
        let name = kind.text().or_else(|| kind.get("type").and_then(Node::text)).unwrap_or_default();
        let known = VERSIONS.iter().find(|(known, language, _)| *known == name && allowed.contains(language));
        let Some((_, language, versions)) = known else {
            let names: Vec<&str> =
                VERSIONS.iter().filter(|it| allowed.contains(&it.1)).map(|(name, ..)| *name).collect();
            let found = if name.is_empty() { kind.what().to_owned() } else { format!("`{name}`") };
            self.problem(kind.at, format!("expected a type of {}, found {found}", names.join(" or ")));
            return None;
        };
        if let Some(version) = kind.get("version")
            && !version.text().is_some_and(|it| versions.contains(&it))
        {
            let found = version.to_json();
            self.problem(
                version.at,
                format!("etalon evaluates {name} of version {}, found {found}", versions.join(" or ")),
            );
            return None;
        }
        Some(*language)
    }

    /// The selector object that a node is, in a document of Arazzo 1.1.
    pub(super) fn selector(&mut self, node: &Node) -> Option<Template> {
        let (context, selector, kind) = (node.get("context")?, node.get("selector")?, node.get("type")?);
        if !self.later || node.entries().len() != 3 {
            return None;
        }
        let read = self.selected(context, selector, kind);
        // What is wrong with it is reported already.
        Some(read.unwrap_or(Template::Literal(Value::Null)))
    }

    fn selected(&mut self, context: &Node, selector: &Node, kind: &Node) -> Option<Template> {
        let allowed = [Language::JsonPath, Language::XPath, Language::JsonPointer];
        let language = self.language(kind, &allowed)?;
        let read = Expression::parse(context.text().unwrap_or_default());
        let context = self.keep(context.at, read)?;
        let question = Question::parse(language, selector.text().unwrap_or_default(), &self.namespaces);
        let question = self.keep(selector.at, question)?;
        Some(Template::Selector(Box::new((context, question))))
    }
}
