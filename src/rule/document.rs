//! The documents that rules cite, each under one name.
//!
//! `documents.toml` is the list; [`super::Clause::document`] holds a name of it. This module knows no
//! rule.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A document that rules cite.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The title on its cover.
    pub title: String,
    /// The version or date, and who published it where the title does not tell.
    pub edition: String,
    /// Where it can be read; for eHealth's own documents the portal that has them.
    pub address: Option<String>,
}

/// Every document that a rule may cite, by the name that cites use.
pub fn all() -> &'static BTreeMap<String, Document> {
    static ALL: LazyLock<BTreeMap<String, Document>> = LazyLock::new(|| {
        toml::from_str(include_str!("documents.toml")).expect("the list of documents is well formed")
    });
    &ALL
}
