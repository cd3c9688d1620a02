//! The exit codes: a contract with every pipeline that calls etalon, never a count.

use std::process::ExitCode;

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
    /// A waiver expired or is unused.
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
