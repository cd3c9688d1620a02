//! The catalogue of negatives: what can be wrong with an artefact or an exchange, case by case.
//!
//! `catalogue/*.toml` holds the cases by family. Rules and workflows name those that they catch.
//! This module knows no single rule or workflow.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/catalogue");

/// Cases of one subject.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// What the ids of its cases begin with.
    pub family: String,
    /// The subject.
    pub title: String,
    /// The cases, by number.
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// Where a case shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the bytes of an artefact: a rule catches it.
    Artefact,
    /// In what a service does: a workflow catches it.
    Exchange,
    /// In etalon's own decoders and reports: tests and fuzz targets hold it.
    Property,
}

/// One way to be wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `WS-09`
    pub id: String,
    /// What it is.
    pub title: String,
    /// What it must come to: refused, warned, accepted, bounded, recorded or holds.
    pub expected: String,
    /// Where it shows.
    pub shows_in: Place,
    /// Why no rule or workflow catches it.
    pub why_not: Option<String>,
    /// The tests of etalon that hold it, as `tests/it/hostile.rs: name_of_the_test`; also the oracles
    /// of fuzz targets.
    #[serde(default)]
    pub held_by: Vec<String>,
}

/// Every family, in the alphabet's order.
pub fn families() -> &'static [Family] {
    static ALL: LazyLock<Vec<Family>> = LazyLock::new(|| {
        let texts = FILES.files().filter_map(|file| file.contents_utf8());
        let mut all: Vec<Family> =
            texts.map(|text| toml::from_str(text).expect("a test reads every family")).collect();
        all.sort_by(|a, b| a.family.cmp(&b.family));
        all
    });
    &ALL
}

/// The case with this id, and its family.
pub fn find(id: &str) -> Option<(&'static Family, &'static Case)> {
    let family = families().iter().find(|family| id.starts_with(&family.family))?;
    Some((family, family.cases.iter().find(|case| case.id == id)?))
}
