//! The spec defects: where the cookbooks contradict themselves, the standards or the wire, and what
//! etalon does about it.
//!
//! `defects/*.toml` holds them. A rule whose verdict rests on such a decision names it. This module
//! knows no single rule.

use std::sync::LazyLock;

use serde::Deserialize;

const SOURCES: &[&str] = &[
    include_str!("../defects/shared.toml"),
    include_str!("../defects/keydepot.toml"),
    include_str!("../defects/certra.toml"),
    include_str!("../defects/etkdepot.toml"),
    include_str!("../defects/iam-exchange.toml"),
    include_str!("../defects/attribute-authority.toml"),
];

/// A defect of the specs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// `SD-05`
    pub id: String,
    /// The documents and sections.
    #[serde(rename = "where")]
    pub places: Vec<String>,
    /// What is wrong there.
    pub wrong: String,
    /// What etalon does.
    pub decision: String,
    /// Whether it may come from the conversion of the document to text.
    #[serde(default)]
    pub extraction: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    defect: Vec<Defect>,
}

/// Every spec defect, by number.
pub fn all() -> &'static [Defect] {
    static ALL: LazyLock<Vec<Defect>> = LazyLock::new(|| {
        let read = |text: &&str| {
            let file: File = toml::from_str(text).expect("a test reads every file of defects");
            file.defect
        };
        let mut all: Vec<Defect> = SOURCES.iter().flat_map(read).collect();
        all.sort_by_key(|defect| number(&defect.id));
        all
    });
    &ALL
}

/// The spec defect with this id.
pub fn find(id: &str) -> Option<&'static Defect> {
    all().iter().find(|defect| defect.id == id)
}

fn number(id: &str) -> Option<u32> {
    id.strip_prefix("SD-")?.parse().ok()
}
