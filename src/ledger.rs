//! The ledger: every statement of the five cookbooks that can be checked, and what tests it.
//!
//! `ledger/<document>.toml` holds the statements. Rules name them in their declaration, workflows in
//! their description; here the two are brought together. This module knows no single rule or
//! workflow.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::rule::Meta;
use crate::suites::Workflow;

const SOURCES: &[&str] = &[
    include_str!("../ledger/keydepot.toml"),
    include_str!("../ledger/certra.toml"),
    include_str!("../ledger/etkdepot.toml"),
    include_str!("../ledger/iam-exchange.toml"),
    include_str!("../ledger/attribute-authority.toml"),
];

/// A cookbook, clause by clause.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The short name.
    pub document: String,
    /// The title on its cover.
    pub title: String,
    /// The version in force.
    pub version: String,
    /// The date of that version.
    pub date: String,
    /// What the ids of its clauses begin with.
    pub prefix: String,
    /// Its clauses, in their order.
    #[serde(rename = "clause")]
    pub clauses: Vec<Clause>,
}

/// How a statement can be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// By a rule over an artefact.
    Rule,
    /// By a workflow against a service.
    Scenario,
    /// By nothing: the reason stands beside it.
    NotTested,
}

impl Test {
    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Scenario => "scenario",
            Self::NotTested => "not-tested",
        }
    }
}

/// One statement of a cookbook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// `KD-5.2.1-03`: document, section, number.
    pub id: String,
    /// `must`, `should`, `may` or `fact`.
    pub force: String,
    /// Whom it binds: `client`, `service`, `both` or `people`.
    pub binds: String,
    /// The artefact, or the exchange, state or header, that shows it.
    pub kind: Option<String>,
    /// Where one document describes two services: which.
    pub service: Option<String>,
    /// How it can be tested.
    pub test: Test,
    /// What it says, in our words.
    pub says: String,
    /// What it says, in its own.
    pub quote: String,
    /// The standard that it builds on.
    pub base: Option<String>,
    /// What a breach is answered with.
    pub error: Option<String>,
    /// The spec defects that bear on it.
    #[serde(default)]
    pub defects: Vec<String>,
    /// Why nothing tests it.
    pub why_not: Option<String>,
}

impl Clause {
    /// The section of the document: `5.2.1`.
    pub fn section(&self) -> &str {
        let mut parts = self.id.splitn(3, '-');
        parts.nth(1).unwrap_or_default()
    }
}

/// The five cookbooks.
pub fn documents() -> &'static [Document] {
    static ALL: LazyLock<Vec<Document>> = LazyLock::new(|| {
        let read = |text: &&str| toml::from_str(text).expect("a test reads every ledger file");
        SOURCES.iter().map(read).collect()
    });
    &ALL
}

/// The clause with this id, and its document.
pub fn find(id: &str) -> Option<(&'static Document, &'static Clause)> {
    let all = documents().iter().flat_map(|document| document.clauses.iter().map(move |it| (document, it)));
    all.into_iter().find(|(_, clause)| clause.id == id)
}

/// A clause, and what names it.
#[derive(Debug)]
pub struct Row<'a> {
    /// The document.
    pub document: &'a Document,
    /// The clause.
    pub clause: &'a Clause,
    /// The ids of the rules that name it.
    pub rules: Vec<&'a str>,
    /// The ids of the workflows that name it.
    pub workflows: Vec<&'a str>,
}

impl Row<'_> {
    /// Whether something names it.
    pub fn is_tested(&self) -> bool {
        !self.rules.is_empty() || !self.workflows.is_empty()
    }

    /// Whether it can be tested, nothing does, and no reason says why.
    pub fn is_open(&self) -> bool {
        self.clause.test != Test::NotTested && !self.is_tested() && self.clause.why_not.is_none()
    }
}

/// How much of the testable clauses is tested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Clauses that a rule or a workflow can test.
    pub testable: usize,
    /// Those of them that one names.
    pub tested: usize,
    /// Those that nothing names, with a reason.
    pub reasoned: usize,
}

/// The clauses of `documents` with what names them, in their order.
pub fn rows<'a>(documents: &'a [Document], rules: &[&'a Meta], workflows: &'a [Workflow]) -> Vec<Row<'a>> {
    let mut by_rule: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for meta in rules {
        for clause in meta.clauses {
            by_rule.entry(clause).or_default().push(meta.id);
        }
    }
    let mut by_workflow: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for workflow in workflows {
        for clause in &workflow.clauses {
            by_workflow.entry(clause).or_default().push(&workflow.id);
        }
    }
    let clauses = documents.iter().flat_map(|document| document.clauses.iter().map(move |it| (document, it)));
    let row = |(document, clause): (&'a Document, &'a Clause)| Row {
        document,
        clause,
        rules: by_rule.remove(clause.id.as_str()).unwrap_or_default(),
        workflows: by_workflow.remove(clause.id.as_str()).unwrap_or_default(),
    };
    clauses.map(row).collect()
}

/// Counts the rows.
pub fn summary(rows: &[Row<'_>]) -> Summary {
    let mut summary = Summary::default();
    for row in rows.iter().filter(|row| row.clause.test != Test::NotTested) {
        summary.testable += 1;
        if row.is_tested() {
            summary.tested += 1;
        } else if row.clause.why_not.is_some() {
            summary.reasoned += 1;
        }
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Meta;

    #[test]
    fn rules_and_workflows_are_counted_for_the_clauses_that_they_name() {
        let text = r#"
            document = "d"
            title = "D"
            version = "1"
            date = "2026-01-01"
            prefix = "DD"
            [[clause]]
            id = "DD-1.2-01"
            force = "must"
            binds = "client"
            test = "rule"
            says = "a"
            quote = "b"
            [[clause]]
            id = "DD-1.2-02"
            force = "must"
            binds = "client"
            test = "scenario"
            says = "a"
            quote = "b"
            why_not = "given up"
            [[clause]]
            id = "DD-1.2-03"
            force = "must"
            binds = "people"
            test = "scenario"
            says = "a"
            quote = "b"
        "#;
        let documents: Vec<Document> = vec![toml::from_str(text).unwrap()];
        static RULE: Meta = Meta { id: "a.b", clauses: &["DD-1.2-01"], ..Meta::BLANK };
        let rows = rows(&documents, &[&RULE], &[]);
        assert_eq!(rows[0].clause.section(), "1.2");
        assert_eq!(rows[0].rules, ["a.b"]);
        assert_eq!(rows.iter().map(Row::is_open).collect::<Vec<_>>(), [false, false, true]);
        assert_eq!(summary(&rows), Summary { testable: 3, tested: 1, reasoned: 1 });
    }
}
