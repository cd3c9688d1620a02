//! `judge()`: from the bytes of an artefact to its verdict.
//!
//! The engine knows neither artefacts nor rules by name: it hands the bytes to the kind's judge,
//! and keeps a crash of a rule apart from a verdict.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::base::{Kind, Profile};
use crate::context::Context;
use crate::rule::{Cx, Facts, Finding, Setting, Severity, Trace};
use crate::rules;

/// What an artefact came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// No finding of severity error.
    Conforms,
    /// At least one finding of severity error.
    Violates,
    /// The bytes are not an artefact of that kind.
    Unreadable,
    /// Nothing wrong was found, but something essential could not be judged.
    Inconclusive,
}

impl Verdict {
    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Violates => "violates",
            Self::Unreadable => "unreadable",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// How to judge.
#[derive(Debug, Clone)]
pub struct Options<'o> {
    /// The reading.
    pub profile: Profile,
    /// Ids of rules that are switched off.
    pub without: &'o [String],
}

impl Options<'_> {
    /// Everything that `profile` holds.
    pub const fn profile(profile: Profile) -> Self {
        Self { profile, without: &[] }
    }
}

/// What was found out about an artefact.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The kind that it was judged as.
    pub kind: Kind,
    /// What it came to.
    pub verdict: Verdict,
    /// Every finding, in the order in which the rules ran.
    pub findings: Vec<Finding>,
    /// What was read from it.
    pub facts: Facts,
    /// What each rule came to.
    pub trace: Trace,
}

/// A rule crashed: the tool's failure, not the artefact's.
#[derive(Debug, Clone, thiserror::Error)]
#[error("etalon itself failed: rule `{rule}` crashed: {message}")]
pub struct Crash {
    /// The rule at work, or `engine` outside of any.
    pub rule: &'static str,
    /// What the panic said.
    pub message: String,
}

/// Judges `input` as an artefact of `kind`.
///
/// # Errors
/// When a rule crashes.
pub fn judge(kind: Kind, input: &[u8], context: &Context, options: &Options<'_>) -> Result<Judgement, Crash> {
    let mut cx = Cx::new(Setting { profile: options.profile, context, without: options.without });
    let ran = catch_unwind(AssertUnwindSafe(|| {
        rules::judge(kind, input, &mut cx);
        cx.say_unreadable(input.len());
    }));
    if let Err(panic) = ran {
        let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let message = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        return Err(Crash { rule: cx.current().id, message });
    }
    let (findings, facts, trace, unreadable) = cx.into_parts();
    let worst = findings.iter().map(|finding| finding.severity).max();
    let verdict = match worst {
        _ if unreadable => Verdict::Unreadable,
        Some(Severity::Error) => Verdict::Violates,
        Some(Severity::Inconclusive) => Verdict::Inconclusive,
        Some(Severity::Warning | Severity::Note) | None => Verdict::Conforms,
    };
    Ok(Judgement { kind, verdict, findings, facts, trace })
}
