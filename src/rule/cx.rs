//! What a rule is handed: the setting that it judges in, and the place to report to.

use std::borrow::Cow;
use std::fmt::Display;

use serde_json::Value;

use super::{Artefact, Facts, Finding, Frame, Meta, Outcome, Rule, Setting, nested, outermost};
use crate::base::time::Instant;
use crate::base::{Budget, Fault, Profile, Span, SpanMap};
use crate::context::Context;

/// What each rule came to, in the order in which they ran. A rule that ran on several nested
/// artefacts stands there several times.
pub type Trace = Vec<(&'static Meta, Outcome)>;

/// The setting of one judgement, and what was reported in it so far.
pub struct Cx<'c> {
    setting: Setting<'c>,
    frames: Vec<Frame>,
    findings: Vec<Finding>,
    facts: Facts,
    trace: Trace,
    current: &'static Meta,
    unreadable: bool,
}

/// How many rules and facts there is room for from the start: about a kilobyte of each, up to which the
/// allocator keeps pieces at hand. Artefacts with more take longer than another allocation anyway.
const ROOM: (usize, usize) = (64, 10);

/// The most bytes of a message: one that quotes the artefact must not repeat all of it.
const LONGEST: usize = 1000;

static OUTSIDE: Meta = Meta { id: "engine", ..Meta::BLANK };

static UNREADABLE: Meta = Meta { id: "engine.unreadable", levels: super::ERROR, ..Meta::BLANK };

impl<'c> Cx<'c> {
    pub(crate) fn new(setting: Setting<'c>) -> Self {
        Self {
            setting,
            frames: Vec::new(),
            findings: Vec::new(),
            facts: Facts::with_capacity(ROOM.1),
            trace: Vec::with_capacity(ROOM.0),
            current: &OUTSIDE,
            unreadable: false,
        }
    }

    /// The profile in force.
    pub fn profile(&self) -> Profile {
        self.setting.profile
    }

    /// What the caller knows beside the artefact.
    pub fn context(&self) -> &'c Context {
        self.setting.context
    }

    /// The instant as of which validity is judged, where the caller named one.
    pub fn as_of(&self) -> Option<Instant> {
        self.setting.context.as_of
    }

    /// What decoders may spend.
    pub fn budget(&self) -> &'c Budget {
        &self.setting.context.budget
    }

    /// Runs rules over a model of what they judge.
    pub fn run<A: Artefact>(&mut self, topics: &'static [&'static [Rule<A>]], model: &A::Model<'_>) {
        for rule in topics.iter().copied().flatten() {
            let off = rule.meta.levels.under(self.setting.profile).is_none()
                || self.setting.without.iter().any(|id| id == rule.meta.id);
            if off {
                continue;
            }
            self.current = &rule.meta;
            let before = self.findings.len();
            let outcome = match (rule.check)(model, self) {
                None => Outcome::NotApplicable,
                Some(_) if self.findings.len() > before => Outcome::Fail,
                Some(_) => Outcome::Pass,
            };
            self.trace.push((&rule.meta, outcome));
        }
        self.current = &OUTSIDE;
    }

    /// Reports that the rule at work is broken at `at`, over `span` of the bytes at hand.
    ///
    /// `message` is a sentence without a full stop that says what was expected and what was found.
    pub fn fail(&mut self, at: impl Display, span: Span, message: impl Into<String>) -> &mut Finding {
        let severity = self
            .current
            .levels
            .under(self.setting.profile)
            .expect("a rule runs only where its profile holds it");
        let finding = Finding {
            rule: self.current,
            severity,
            at: nested(&self.frames, &at.to_string()),
            span: outermost(&self.frames, span),
            message: bounded(message.into()),
            hint: None,
        };
        self.findings.push(finding);
        self.findings.last_mut().expect("just pushed")
    }

    /// Reports every fault that `is` picks, as findings of the rule at work.
    pub fn fail_on<K: Display>(&mut self, faults: &[Fault<K>], is: impl Fn(&K) -> bool) {
        self.fail_where(faults, |fault| is(&fault.kind));
    }

    /// The same, where more than its kind tells which fault is meant.
    pub fn fail_where<K: Display>(&mut self, faults: &[Fault<K>], is: impl Fn(&Fault<K>) -> bool) {
        for fault in faults.iter().filter(|fault| is(fault)) {
            self.fail(&fault.at, fault.span, fault.kind.to_string());
        }
    }

    /// Judges what is nested at `path`: inside `f`, paths and spans are those of the nested bytes.
    pub fn within<T>(&mut self, path: impl Display, map: SpanMap, f: impl FnOnce(&mut Self) -> T) -> T {
        self.frames.push(Frame { path: path.to_string(), map });
        let result = f(self);
        self.frames.pop();
        result
    }

    /// Records a fact that was read from the artefact.
    pub fn fact(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        self.facts.insert(name, value);
    }

    /// Gathers the facts that `f` records under one member `name`.
    pub fn facts_under<T>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        f: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = std::mem::take(&mut self.facts);
        let result = f(self);
        let inner = std::mem::replace(&mut self.facts, outer);
        if !inner.is_empty() {
            self.facts.insert(name, inner);
        }
        result
    }

    /// Says that the bytes are not an artefact of the kind at all. The findings say why.
    pub fn unreadable(&mut self) {
        self.unreadable = true;
    }

    /// Says that decoding stopped where no rule of the kind has said so.
    pub(crate) fn say_unreadable(&mut self, length: usize) {
        if self.unreadable && self.findings.is_empty() {
            self.current = &UNREADABLE;
            self.fail("", Span::new(0, length), "the bytes cannot be read as this kind");
        }
    }

    /// How many findings there are so far.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(crate) fn current(&self) -> &'static Meta {
        self.current
    }

    pub(crate) fn into_parts(self) -> (Vec<Finding>, Facts, Trace, bool) {
        (self.findings, self.facts, self.trace, self.unreadable)
    }
}

/// A message with its middle left out where it is too long: the sentence begins and ends with what the
/// rule says, and what it quotes stands between.
fn bounded(mut message: String) -> String {
    if message.len() > LONGEST {
        let head = message.floor_char_boundary(LONGEST * 4 / 5);
        let tail = message.ceil_char_boundary(message.len() - LONGEST / 5);
        message.replace_range(head..tail, "…");
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_beginning_and_its_end() {
        assert_eq!(bounded("expected é, found è".to_owned()), "expected é, found è");
        let long = bounded(format!("expected a name, found `{}` of no kind", "é".repeat(100_000)));
        assert!(long.len() <= LONGEST + "…".len(), "{}", long.len());
        assert!(long.starts_with("expected a name, found `é") && long.ends_with("é` of no kind"), "{long}");
    }
}
