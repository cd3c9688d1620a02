//! The command line: one file a command.
//!
//! Only this module reads the clock, the environment and the file system, and writes to standard
//! output. A command returns an [`Exit`] or a [`Failure`] that says what to do.

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod c14n;
#[cfg(feature = "pkcs11")]
mod card;
mod check;
mod doctor;
mod exit;
mod explain;
mod files;
mod forge;
mod inspect;
mod judge_lines;
mod ledger;
mod output;
mod rules;
mod run;
mod serve;
mod signal;
mod targets;
mod values;

pub use exit::Exit;

/// The heading of the options that every command has.
const EVERYWHERE: &str = "Options of every command";

/// Conformance and fuzz testing for software that talks to the Belgian eHealth platform's security
/// services.
#[derive(Parser)]
#[command(name = "etalon", version, about, max_term_width = 100)]
struct Cli {
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = EVERYWHERE)]
    color: clap::ColorChoice,
    /// Print only what went wrong.
    #[arg(long, short, global = true, help_heading = EVERYWHERE)]
    quiet: bool,
    /// Print the notes on what passed too.
    #[arg(long, short, global = true, conflicts_with = "quiet", help_heading = EVERYWHERE)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the canonical bytes of XML, to find out why a digest differs.
    C14n(c14n::Args),
    /// Judge artefacts against the specifications.
    Check(check::Args),
    /// Check what a run against a target needs: addresses, TLS, clocks, tokens, keystores.
    Doctor(doctor::Args),
    /// Explain a rule, a duty, a clause, a spec defect, a case of the catalogue, an error code or a mutation.
    Explain(explain::Args),
    /// Make valid artefacts, and artefacts with one deviation.
    Forge(forge::Args),
    /// Show a decoded artefact, down through nested encodings.
    Inspect(inspect::Args),
    /// Show which clauses of the cookbooks are tested, and by what.
    Ledger(ledger::Args),
    /// List the rules, and the duties of the services.
    Rules(rules::Args),
    /// Run suites of workflows.
    Run(run::Args),
    /// Serve the simulated services.
    Serve(serve::Args),
}

/// What every command may consult.
#[derive(Clone, Copy)]
struct Globals {
    quiet: bool,
    verbose: bool,
}

/// Why a command could not do its work: a message for people, and the exit code.
#[derive(Debug)]
struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    fn new(exit: Exit, message: impl Display) -> Self {
        Self { exit, message: message.to_string() }
    }

    fn usage(message: impl Display) -> Self {
        Self::new(Exit::Usage, message)
    }

    fn configuration(message: impl Display) -> Self {
        Self::new(Exit::Configuration, message)
    }
}

impl Failure {
    /// Several failures as one, each on a line of its own, and nothing where there is none. It ends as the
    /// gravest of them.
    fn of_all(failures: Vec<Self>) -> Option<Self> {
        let exit = failures.iter().map(|it| it.exit).max_by_key(|exit| *exit as u8)?;
        let messages: Vec<String> = failures.into_iter().map(|it| it.message).collect();
        Some(Self { exit, message: messages.join("\netalon: ") })
    }
}

impl From<crate::engine::Crash> for Failure {
    fn from(crash: crate::engine::Crash) -> Self {
        Self::new(Exit::Internal, crash)
    }
}

impl From<std::io::Error> for Failure {
    /// A reader that went away (`etalon … | head`) is no failure worth a message.
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Conforms, "");
        }
        Self::new(Exit::Internal, format_args!("cannot write the output: {error}"))
    }
}

/// Runs the command line that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.color {
        clap::ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
        clap::ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
        clap::ColorChoice::Auto => {}
    }
    // A rule that panics is reported as etalon's own failure, with its id, by whoever called it.
    std::panic::set_hook(Box::new(|_| {}));
    let globals = Globals { quiet: cli.quiet, verbose: cli.verbose };
    let result = match cli.command {
        Command::C14n(args) => c14n::run(&args),
        Command::Check(args) => check::run(&args, globals),
        Command::Doctor(args) => doctor::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Forge(args) => forge::run(&args, globals),
        Command::Inspect(args) => inspect::run(&args),
        Command::Ledger(args) => ledger::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Run(args) => run::run(&args, globals),
        Command::Serve(args) => serve::run(&args, globals),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            if !failure.message.is_empty() {
                let _ = writeln!(anstream::stderr(), "etalon: {}", failure.message);
            }
            failure.exit.into()
        }
    }
}
