//! Members of a mapping, as they must be, and the problems of those that are not.

use super::Reader;
use crate::scenario::yaml::{Entry, Node, Place, Problem, Tree};

impl<'n> Reader<'n> {
    pub(super) fn problem(&mut self, at: Place, message: impl Into<String>) {
        self.problems.push(Problem { file: self.file.to_owned(), at, message: message.into() });
    }

    /// Keeps the value of a part that reads, and reports the one that does not.
    pub(super) fn keep<T>(&mut self, at: Place, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.problem(at, message)).ok()
    }

    /// The node itself, or the component that its `reference` leads to.
    pub(super) fn referenced(&mut self, node: &'n Node, kind: &str) -> Option<&'n Node> {
        let Some(reference) = reference(node) else { return Some(node) };
        let found = self.component(node, kind);
        if found.is_none() {
            let text = reference.text().unwrap_or_default();
            self.problem(reference.at, format!("`{text}` leads to nothing in `components.{kind}`"));
        }
        found
    }

    /// The component that the `reference` of a node leads to.
    pub(super) fn component(&self, node: &Node, kind: &str) -> Option<&'n Node> {
        let text = reference(node)?.text()?;
        let name = text
            .strip_prefix("$components.")
            .and_then(|rest| rest.strip_prefix(kind)?.strip_prefix('.'))
            .or_else(|| text.strip_prefix("#/components/")?.strip_prefix(kind)?.strip_prefix('/'))?;
        self.components?.get(kind)?.get(name)
    }

    /// The items of a list that may be left out.
    pub(super) fn items(&mut self, what: &str, owner: &'n Node, member: &str) -> &'n [Node] {
        match owner.get(member).map(|node| (node, &node.tree)) {
            None => &[],
            Some((_, Tree::List(items))) => items,
            Some((node, _)) => {
                let found = node.what();
                self.problem(node.at, format!("expected `{member}` of {what} to be a list, found {found}"));
                &[]
            }
        }
    }

    /// The entries of a mapping that may be left out.
    pub(super) fn mapping(&mut self, what: &str, owner: &'n Node, member: &str) -> &'n [Entry] {
        match owner.get(member).map(|node| (node, &node.tree)) {
            None => &[],
            Some((_, Tree::Map(entries))) => entries,
            Some((node, _)) => {
                let found = node.what();
                self.problem(
                    node.at,
                    format!("expected `{member}` of {what} to be a mapping, found {found}"),
                );
                &[]
            }
        }
    }

    pub(super) fn list(&mut self, what: &str, owner: &'n Node, member: &str) -> &'n [Node] {
        match owner.get(member).map(|node| (node, &node.tree)) {
            Some((_, Tree::List(items))) if !items.is_empty() => items,
            Some((node, _)) => {
                self.problem(
                    node.at,
                    format!("expected `{member}` of {what} to be a list with items, found {}", node.what()),
                );
                &[]
            }
            None => {
                self.problem(owner.at, format!("expected `{member}` of {what}, found none"));
                &[]
            }
        }
    }

    pub(super) fn text<'a>(&mut self, what: &str, owner: &'a Node, member: &str) -> Option<&'a str> {
        if owner.get(member).is_none() {
            self.problem(owner.at, format!("expected `{member}` of {what}, found none"));
        }
        self.optional_text(what, owner, member)
    }

    /// A text that may be left out.
    pub(super) fn optional_text<'a>(&mut self, what: &str, owner: &'a Node, member: &str) -> Option<&'a str> {
        let node = owner.get(member)?;
        if node.text().is_none() {
            // A number that means a name has to stand between quotes.
            let found = match &node.tree {
                Tree::Number(_) | Tree::Bool(_) => format!("{} without quotes", node.to_json()),
                Tree::Null | Tree::Text(_) | Tree::List(_) | Tree::Map(_) => node.what().to_owned(),
            };
            self.problem(node.at, format!("expected `{member}` of {what} to be a text, found {found}"));
        }
        node.text()
    }

    /// As [`Self::members`], with members that Arazzo 1.1 added.
    pub(super) fn members_by_version(&mut self, what: &str, node: &Node, known: &[&str], added: &[&str]) {
        if self.later {
            return self.members(what, node, &[known, added].concat());
        }
        for entry in node.entries().iter().filter(|it| added.contains(&it.key.as_str())) {
            self.problem(
                entry.at,
                format!("`{}` of {what} is of Arazzo 1.1; this document says 1.0", entry.key),
            );
        }
        let rest: Vec<&str> = node.entries().iter().map(|it| it.key.as_str()).collect();
        let passed = added.iter().filter(|it| rest.contains(it));
        self.members(what, node, &known.iter().chain(passed).copied().collect::<Vec<_>>());
    }

    /// Reports members that Arazzo does not have; extensions (`x-…`) pass.
    pub(super) fn members(&mut self, what: &str, node: &Node, known: &[&str]) {
        if !matches!(node.tree, Tree::Map(_)) {
            self.problem(node.at, format!("expected {what} to be a mapping, found {}", node.what()));
        }
        for entry in node.entries() {
            if !known.contains(&entry.key.as_str()) && !entry.key.starts_with("x-") {
                self.problem(
                    entry.at,
                    format!("{what} has no member `{}`; expected one of: {}", entry.key, known.join(", ")),
                );
            }
        }
    }
}

fn reference(node: &Node) -> Option<&Node> {
    node.get("reference").or_else(|| node.get("$ref"))
}
