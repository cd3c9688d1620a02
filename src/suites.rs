//! The suites that etalon carries: their texts, and what each workflow says that it tests.
//!
//! This module reads no more of a suite than the names and descriptions of its workflows: how a
//! suite is run is the scenario's business.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

static SUITES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/suites");

/// What a workflow says that it tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// The suite's path, from the project's root.
    pub suite: String,
    /// The workflow's id.
    pub id: String,
    /// The clause ids of its line `Clauses: …`.
    pub clauses: Vec<String>,
    /// The case ids of its line `Catalogue: …`.
    pub catalogue: Vec<String>,
    /// Its line `Without: …`.
    pub without: Option<Without>,
    /// The ids of its steps.
    pub steps: Vec<String>,
    /// Whether it has a step whose id begins with `twin`: it looks for a refusal.
    pub negative: bool,
    /// Whether it has a line `Destructive: …`: it changes or deletes what it did not make.
    pub destructive: bool,
}

/// What a service must do without so that a workflow fails against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Without {
    /// Any one of these rules and duties.
    Rules(Vec<String>),
    /// None of them alone, for this reason.
    Nothing(String),
}

/// Every file below `suites/`: its path from there, and its text.
pub fn files() -> Vec<(&'static str, &'static str)> {
    fn walk(dir: &'static Dir<'static>, into: &mut Vec<(&'static str, &'static str)>) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                into.push((path, text));
            }
        }
        dir.dirs().for_each(|dir| walk(dir, into));
    }
    let mut all = Vec::new();
    walk(&SUITES, &mut all);
    all.sort_unstable();
    all
}

/// The workflows of every suite that etalon carries.
///
/// A suite that is no YAML contributes nothing here: running it says what is wrong with it.
pub fn workflows() -> &'static [Workflow] {
    static ALL: LazyLock<Vec<Workflow>> = LazyLock::new(|| {
        let suites = files().into_iter().filter(|(path, _)| path.ends_with(".arazzo.yaml"));
        suites.flat_map(|(path, text)| read(&format!("suites/{path}"), text).unwrap_or_default()).collect()
    });
    &ALL
}

#[derive(Deserialize)]
struct Suite {
    #[serde(default)]
    workflows: Vec<Declared>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Declared {
    workflow_id: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    #[serde(default)]
    step_id: String,
}

/// What the workflows of one suite say that they test.
///
/// # Errors
/// Why the text is no suite.
pub fn read(path: &str, text: &str) -> Result<Vec<Workflow>, String> {
    let suite: Suite = serde_saphyr::from_str(text).map_err(|error| format!("{path}: {error}"))?;
    let named = suite.workflows.into_iter().map(|workflow| Workflow {
        suite: path.to_owned(),
        clauses: ids_after("Clauses:", &workflow.description, is_id),
        catalogue: ids_after("Catalogue:", &workflow.description, is_id),
        without: without(&workflow.description),
        steps: workflow.steps.iter().map(|step| step.step_id.clone()).collect(),
        negative: workflow.steps.iter().any(|step| step.step_id.starts_with("twin")),
        destructive: workflow.description.lines().any(|line| line.trim().starts_with("Destructive:")),
        id: workflow.workflow_id,
    });
    Ok(named.collect())
}

/// What the line `Without: …` says.
fn without(description: &str) -> Option<Without> {
    let (_, after) = description.split_once("Without:")?;
    match after.trim_start().strip_prefix("nothing") {
        Some(why) => {
            let why = why.lines().next().unwrap_or_default();
            Some(Without::Nothing(why.trim_matches([';', ' ']).to_owned()))
        }
        None => Some(Without::Rules(ids_after("Without:", description, is_rule))),
    }
}

/// The ids that follow `label`, up to the first word that is none.
fn ids_after(label: &str, description: &str, is_id: fn(&str) -> bool) -> Vec<String> {
    let after = description.split(label).skip(1);
    let words = after.flat_map(|text| {
        text.split(|c: char| c.is_whitespace() || c == ',' || c == ';')
            .filter(|word| !word.is_empty())
            .map(|word| word.trim_end_matches('.'))
            .take_while(|word| is_id(word))
    });
    words.map(str::to_owned).collect()
}

/// Two capitals, a hyphen, and a number: `KD-5.2.1-03`, `WC-11`.
fn is_id(word: &str) -> bool {
    let (family, rest) = word.split_once('-').unwrap_or((word, ""));
    family.len() == 2
        && family.bytes().all(|b| b.is_ascii_uppercase())
        && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// An artefact or a service, a full stop, and a defect: `csr.key-too-small`.
fn is_rule(word: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    word.split_once('.').is_some_and(|(of, defect)| is_name(of) && is_name(defect))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_names_what_it_tests() {
        let text = "arazzo: 1.0.1\nworkflows:\n  - workflowId: replay\n    steps: []\n    description: |\n      Refused.\n\n      Without: a.b-c,\n        d2.e\n      Clauses: KD-4.1.1-22,\n        KD-5.2.2-07. Catalogue: WC-11\n  - workflowId: bare\n    description: |\n      Revokes.\n\n      Without: nothing; it revokes\n      Destructive: a certificate that somebody may use\n";
        let found = read("suites/x.arazzo.yaml", text).expect("a suite");
        assert_eq!(found[0].clauses, ["KD-4.1.1-22", "KD-5.2.2-07"]);
        assert_eq!(found[0].catalogue, ["WC-11"]);
        assert_eq!(found[0].without, Some(Without::Rules(vec!["a.b-c".to_owned(), "d2.e".to_owned()])));
        assert_eq!(found[1].without, Some(Without::Nothing("it revokes".to_owned())));
        assert_eq!((found[1].id.as_str(), found[1].clauses.len()), ("bare", 0));
        assert_eq!(found.iter().map(|it| it.destructive).collect::<Vec<_>>(), [false, true]);
    }
}
