//! What a rule is: its declaration, the context that it judges in, and what it reports.
//!
//! This module knows neither artefacts nor any single rule.

use std::fmt;

use crate::base::{Profile, Span, SpanMap};
use crate::context::Context;

mod cx;
pub mod document;
mod facts;
mod finding;

pub use cx::{Cx, Trace};
pub use facts::Facts;
pub use finding::{Finding, Outcome};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; house advice.
    Note,
    /// A SHOULD was not followed, or a shape departs from an example.
    Warning,
    /// Something essential could not be judged.
    Inconclusive,
    /// A MUST was broken.
    Error,
}

impl Severity {
    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The severity of a rule under each profile; nothing where the profile does not hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    cookbook: Option<Severity>,
    field: Option<Severity>,
    standard: Option<Severity>,
}

/// An error under every profile.
pub const ERROR: Levels = Levels::all(Severity::Error);
/// A warning under every profile.
pub const WARNING: Levels = Levels::all(Severity::Warning);
/// A note under every profile.
pub const NOTE: Levels = Levels::all(Severity::Note);
/// Inconclusive under every profile.
pub const INCONCLUSIVE: Levels = Levels::all(Severity::Inconclusive);
/// Held by no profile: a start for [`Levels::in_cookbook`] and its sisters.
pub const OFF: Levels = Levels { cookbook: None, field: None, standard: None };

impl Levels {
    const fn all(severity: Severity) -> Self {
        Self { cookbook: Some(severity), field: Some(severity), standard: Some(severity) }
    }

    /// The same, but `severity` under the cookbook profile.
    #[must_use]
    pub const fn in_cookbook(self, severity: Severity) -> Self {
        Self { cookbook: Some(severity), ..self }
    }

    /// The same, but `severity` under the field profile.
    #[must_use]
    pub const fn in_field(self, severity: Severity) -> Self {
        Self { field: Some(severity), ..self }
    }

    /// The same, but `severity` under the standard profile.
    #[must_use]
    pub const fn in_standard(self, severity: Severity) -> Self {
        Self { standard: Some(severity), ..self }
    }

    /// The same, but not held under the standard profile: a rule of eHealth's alone.
    #[must_use]
    pub const fn not_in_standard(self) -> Self {
        Self { standard: None, ..self }
    }

    /// The same, but not held under the field profile: real peers depart from it and are served.
    #[must_use]
    pub const fn not_in_field(self) -> Self {
        Self { field: None, ..self }
    }

    /// The same, but not held under the cookbook profile.
    #[must_use]
    pub const fn not_in_cookbook(self) -> Self {
        Self { cookbook: None, ..self }
    }

    /// The severity under `profile`, or nothing when the profile does not hold the rule.
    pub const fn under(self, profile: Profile) -> Option<Severity> {
        match profile {
            Profile::Cookbook => self.cookbook,
            Profile::Field => self.field,
            Profile::Standard => self.standard,
        }
    }
}

/// How strongly a document demands something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Force {
    /// MUST, SHALL, REQUIRED.
    Must,
    /// SHOULD, RECOMMENDED.
    Should,
    /// MAY, OPTIONAL.
    May,
    /// A table or an example that fixes a shape without a normative word.
    Fact,
    /// etalon's own advice.
    House,
}

impl Force {
    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
            Self::Fact => "fact",
            Self::House => "house",
        }
    }
}

/// A passage that a rule stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// The document, by its name in `rule/documents.toml`: `WebAuthn L3`, `KeyDepot cookbook 1.2`.
    pub document: &'static str,
    /// The section in it: `8.2.1`.
    pub section: &'static str,
    /// How strongly it demands.
    pub force: Force,
    /// A short quote.
    pub quote: &'static str,
}

/// A [`Clause`], in the order in which one cites.
pub const fn cite(
    document: &'static str,
    section: &'static str,
    force: Force,
    quote: &'static str,
) -> Clause {
    Clause { document, section, force, quote }
}

/// Everything about a rule but its logic.
#[derive(Debug, Clone, Copy)]
pub struct Meta {
    /// `<artefact>.<defect>`; it names the defect, and is the path of the rule and its vectors.
    pub id: &'static str,
    /// The severity under each profile.
    pub levels: Levels,
    /// The manual page: the first line is the title, the rest Markdown.
    pub page: &'static str,
    /// The clauses of the cookbooks that it tests, by their ids in the ledger.
    pub clauses: &'static [&'static str],
    /// The passages that it stands on.
    pub cites: &'static [Clause],
    /// The spec defects that bear on it: `SD-11`.
    pub defects: &'static [&'static str],
    /// The cases of the negative catalogue that it catches: `WS-09`.
    pub catalogue: &'static [&'static str],
    /// The services' error codes that a violation is answered with.
    pub codes: &'static [&'static str],
}

impl Meta {
    /// A start for declarations: no clause, no defect, no case.
    pub const BLANK: Self = Self {
        id: "",
        levels: OFF,
        page: "",
        clauses: &[],
        cites: &[],
        defects: &[],
        catalogue: &[],
        codes: &[],
    };

    /// The first line of the manual page, as a sentence without its full stop.
    pub fn title(&self) -> &'static str {
        self.page.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(self.id)
    }

    /// The artefact part of the id.
    pub fn artefact(&self) -> &'static str {
        self.id.split_once('.').map_or(self.id, |(artefact, _)| artefact)
    }
}

/// That a rule applied and was checked; its findings, if any, are in the [`Cx`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked;

/// What a rule judges: a type with a lifetime, borrowed from the input.
pub trait Artefact: 'static {
    /// The model for an input that lives for `'a`.
    type Model<'a>;
}

/// A rule over the models of `A`.
pub struct Rule<A: Artefact> {
    /// Its declaration.
    pub meta: Meta,
    /// Judges one model: nothing when the rule does not apply to it.
    pub check: for<'m, 'a, 'c> fn(&'m A::Model<'a>, &mut Cx<'c>) -> Option<Checked>,
}

/// Declares the rules of one topic, and the constant `RULES` that lists them.
///
/// ```text
/// rule! { Csr =>
///     /// The public key is smaller than 2048 bits
///     ///
///     /// The manual page goes on here, in Markdown.
///     "csr.key-too-small": ERROR {
///         clauses: &["CR-4.3.4.4-12"],
///         cites: &[cite("CertRA cookbook 0.5", "4.3.4.4", Force::Must, "Key size = 2048")],
///         check: key_too_small,
///     }
/// }
///
/// fn key_too_small(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> { … }
/// ```
///
/// `Csr` is a model with one lifetime parameter that implements [`Artefact`].
#[macro_export]
macro_rules! rule {
    ($model:ident => $(
        $(#[doc = $doc:literal])+
        $id:literal : $levels:expr_2021 => $check:expr_2021 $(, $field:ident : $value:expr_2021)* ;
    )+) => {
        /// The rules of this topic.
        #[allow(clippy::needless_update, reason = "a declaration may set every field")]
        pub(crate) const RULES: &[$crate::rule::Rule<$model<'static>>] = &[$(
            $crate::rule::Rule {
                meta: $crate::rule::Meta {
                    id: $id,
                    levels: $levels,
                    page: concat!($($doc, "\n"),+),
                    $($field: $value,)*
                    ..$crate::rule::Meta::BLANK
                },
                check: $check,
            },
        )+];
    };
}

/// A place that a finding points at: a path in the artefact's own terms and the bytes it covers.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) path: String,
    pub(crate) map: SpanMap,
}

/// Joins a path with what is nested below it.
pub(crate) fn nested(frames: &[Frame], at: &str) -> String {
    let parts = frames.iter().map(|frame| frame.path.as_str()).chain([at]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" → ")
}

/// Maps a span of the innermost bytes to the input.
pub(crate) fn outermost(frames: &[Frame], span: Span) -> Span {
    frames.iter().rev().fold(span, |span, frame| frame.map.outer(span))
}

/// What a rule may consult beside the artefact.
pub(crate) struct Setting<'c> {
    pub(crate) profile: Profile,
    pub(crate) context: &'c Context,
    pub(crate) without: &'c [String],
}
