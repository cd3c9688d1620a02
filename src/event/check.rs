//! What `etalon check` found: the artefacts that were judged, and how many came to what.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Finding, Shown, Verdict, mask};
use crate::base::{Kind, Profile};
use crate::engine::Judgement;

/// One judged artefact.
#[derive(Debug, Clone, Serialize)]
pub struct Subject {
    /// The file, or `-` for stdin.
    pub path: Shown,
    /// What it was judged as.
    pub kind: Kind,
    /// Whether the kind was detected from the bytes.
    pub detected: bool,
    /// The reading.
    pub profile: Profile,
    /// What it came to.
    pub verdict: Verdict,
    /// Every finding, in the order in which the rules ran.
    pub findings: Vec<Finding>,
    /// What was read from it.
    pub facts: Map<String, Value>,
    /// The bytes, where a report may show a line of them.
    #[serde(skip)]
    pub input: Option<Arc<[u8]>>,
}

impl Subject {
    /// What a judgement says about the artefact at `path`.
    pub fn new(path: &str, judgement: &Judgement, profile: Profile) -> Self {
        Self {
            path: Shown::from(path),
            kind: judgement.kind,
            detected: false,
            profile,
            verdict: judgement.verdict,
            findings: judgement.findings.iter().map(Finding::from).collect(),
            facts: mask::facts(judgement.facts.iter()),
            input: None,
        }
    }
}

/// How many artefacts came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CheckSummary {
    /// [`Verdict::Conforms`]
    pub conforms: usize,
    /// [`Verdict::Violates`]
    pub violates: usize,
    /// [`Verdict::Unreadable`]
    pub unreadable: usize,
    /// [`Verdict::Inconclusive`]
    pub inconclusive: usize,
}

/// The result of `etalon check`.
#[derive(Debug, Clone, Serialize)]
pub struct CheckReport {
    /// `etalon/check/v1`
    pub schema: &'static str,
    /// The artefacts, in the order in which they were named.
    pub subjects: Vec<Subject>,
    /// How many came to what.
    pub summary: CheckSummary,
}

impl CheckReport {
    /// The report of these artefacts.
    pub fn new(subjects: Vec<Subject>) -> Self {
        let mut summary = CheckSummary::default();
        for subject in &subjects {
            match subject.verdict {
                Verdict::Conforms => summary.conforms += 1,
                Verdict::Violates => summary.violates += 1,
                Verdict::Unreadable => summary.unreadable += 1,
                Verdict::Inconclusive => summary.inconclusive += 1,
            }
        }
        Self { schema: "etalon/check/v1", subjects, summary }
    }
}
