//! The exit codes: a contract with every pipeline that calls etalon, never a count.

use std::process::ExitCode;

use clap::ValueEnum;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything conforms.
    Conforms = 0,
    /// There are findings.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A configuration, context or suite file is wrong.
    Configuration = 3,
    /// The target did not answer.
    Unreachable = 4,
    /// Nothing was selected or run.
    Nothing = 5,
    /// A waiver expired or is unused; kept for waivers, which are not there yet.
    Waiver = 6,
    /// Fuzzing found a crash.
    Crash = 7,
    /// A budget was missed.
    Budget = 8,
    /// etalon itself failed.
    Internal = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The least that makes a command end with [`Exit::Findings`].
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Inconclusive,
}

impl FailOn {
    /// Whether it is reached, by what was found: what is wrong always reaches it.
    pub(super) fn is_reached(self, wrong: bool, warned: impl FnOnce() -> bool, inconclusive: bool) -> bool {
        wrong
            || match self {
                Self::Error => false,
                Self::Warning => warned(),
                Self::Inconclusive => inconclusive,
            }
    }
}
