//! A terminal of 40 columns: what people read there fits it.

use std::process::Command;

use anstream::adapter::strip_str;

/// The width of the terminal.
const COLUMNS: usize = 40;

/// What the program says on a terminal, of `script` of util-linux; nothing where there is none.
fn on_a_terminal(args: &str) -> Option<String> {
    let line = format!("stty rows 24 cols {COLUMNS}; {} {args} 2>/dev/null", env!("CARGO_BIN_EXE_etalon"));
    let Ok(output) = Command::new("script").args(["-qec", &line, "/dev/null"]).output() else {
        assert!(std::env::var_os("CI").is_none(), "`script` of util-linux is not installed");
        println!("not tested: `script` of util-linux is not installed");
        return None;
    };
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    Some(strip_str(&said).to_string().replace('\r', ""))
}

/// A name or a command to copy stands whole, so that the terminal alone breaks it.
fn is_whole(line: &str) -> bool {
    !line.trim().contains(' ')
}

#[test]
fn what_is_said_fits_a_narrow_terminal() {
    let dir = tempfile::tempdir().expect("a directory");
    let target = dir.path().join("target.toml");
    let text = "[services]\ncertra = \"http://127.0.0.1:9/\"\n[token]\nfile = \"nowhere.txt\"\n";
    std::fs::write(&target, text).expect("written");
    let artefact = dir.path().join("artefact.der");
    std::fs::write(&artefact, b"\x30\x82\x01\x02no certification request at all").expect("written");
    for (args, told) in [
        ("rules".to_owned(), " rules, "),
        ("ledger --document etkdepot".to_owned(), "testable:"),
        (format!("doctor --target {}", target.display()), "this is your"),
        (format!("check --kind csr {}", artefact.display()), "csr.not-parsable"),
        ("run --only result-token-refused --without access-token.expired".to_owned(), "1 workflow"),
        ("run --only whole-chain --repeat 2".to_owned(), "latency"),
        ("forge csr --list".to_owned(), "csr.trailing-data"),
        ("explain xsw-1".to_owned(), "Rules that fire"),
        ("explain csr.key-too-small".to_owned(), "Clauses of the cookbooks"),
    ] {
        let Some(said) = on_a_terminal(&args) else { return };
        assert!(said.contains(told), "{args}: no `{told}` in\n{said}");
        let long = said.lines().filter(|line| line.chars().count() > COLUMNS && !is_whole(line));
        let long: Vec<&str> = long.collect();
        assert!(long.is_empty(), "{args}: {long:#?} of\n{said}");
    }
}
