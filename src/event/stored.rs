//! A run's report read back from its JSON, to merge it with others or to run again what failed.

use serde::de::{Deserialize, Deserializer, Error as _};

use super::{Outcome, RunReport, Severity, Shown};

/// The schema of a run's report.
pub const RUN_SCHEMA: &str = "etalon/run/v1";

/// Why a text is no report of a run.
#[derive(Debug, thiserror::Error)]
#[error("expected a report of `etalon run --format json`: {0}")]
pub struct Unreadable(String);

/// Reads a report of `etalon run --format json`.
///
/// # Errors
/// Why it is none.
pub fn read_run(text: &str) -> Result<RunReport, Unreadable> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| Unreadable(error.to_string()))?;
    match value.get("schema").and_then(|it| it.as_str()) {
        Some(RUN_SCHEMA) => serde_json::from_value(value).map_err(|error| Unreadable(error.to_string())),
        Some(other) => Err(Unreadable(format!("the schema is `{other}`, not `{RUN_SCHEMA}`"))),
        None => Err(Unreadable("it has no `schema`".to_owned())),
    }
}

pub(super) const fn run_schema() -> &'static str {
    RUN_SCHEMA
}

pub(super) const fn one() -> u32 {
    1
}

impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::from)
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        const ALL: [Outcome; 5] =
            [Outcome::Passed, Outcome::Failed, Outcome::Inconclusive, Outcome::Error, Outcome::Skipped];
        let name = String::deserialize(from)?;
        let found = ALL.into_iter().find(|it| it.name() == name);
        found.ok_or_else(|| D::Error::custom(format_args!("`{name}` is no outcome")))
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        const ALL: [Severity; 4] =
            [Severity::Error, Severity::Warning, Severity::Note, Severity::Inconclusive];
        let name = String::deserialize(from)?;
        let found = ALL.into_iter().find(|it| it.name() == name);
        found.ok_or_else(|| D::Error::custom(format_args!("`{name}` is no severity")))
    }
}
