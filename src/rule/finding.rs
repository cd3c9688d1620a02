//! What a rule reports.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::{Meta, Severity};
use crate::base::Span;

/// A verdict of one rule on one place of an artefact.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that speaks.
    pub rule: &'static Meta,
    /// Its severity under the profile in force.
    pub severity: Severity,
    /// The path in the artefact's own terms, through nested encodings.
    pub at: String,
    /// The bytes of the input that it is about.
    pub span: Span,
    /// What was expected and what was found, as one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Finding {
    /// Adds what to do about it.
    pub fn hint(&mut self, hint: impl Into<String>) -> &mut Self {
        self.hint = Some(hint.into());
        self
    }

    /// The finding as it stands in the machine formats.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("a finding serialises")
    }
}

/// The finding as it stands in the machine formats.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("rule", self.rule.id)?;
        object.serialize_entry("severity", self.severity.name())?;
        object.serialize_entry("at", &self.at)?;
        object.serialize_entry("span", &[self.span.start, self.span.end])?;
        object.serialize_entry("message", &self.message)?;
        if let Some(hint) = &self.hint {
            object.serialize_entry("hint", hint)?;
        }
        object.serialize_entry("clauses", self.rule.clauses)?;
        object.end()
    }
}

/// What became of a rule on an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// What it is about is not there.
    NotApplicable,
    /// It was checked, and found nothing.
    Pass,
    /// It found something.
    Fail,
}
