//! The `etalon` command: the exit code, and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    etalon::cli::main()
}
