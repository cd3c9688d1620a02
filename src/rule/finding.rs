//! What a rule reports.

use serde_json::{Map, Value, json};

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
        let mut object = Map::new();
        object.insert("rule".into(), self.rule.id.into());
        object.insert("severity".into(), self.severity.name().into());
        object.insert("at".into(), self.at.as_str().into());
        object.insert("span".into(), json!([self.span.start, self.span.end]));
        object.insert("message".into(), self.message.as_str().into());
        if let Some(hint) = &self.hint {
            object.insert("hint".into(), hint.as_str().into());
        }
        object.insert("clauses".into(), self.rule.clauses.into());
        Value::Object(object)
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
