//! Where reports go: files that cannot be written are told before anything is sent, folders are made, and what is
//! no plain file is left what it is.

use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::process::Command;

use crate::command::{command, etalon_in};

const AGENT: &str = "MyHospital/Portal/4.2.0 eHealth/Technical/3.19.0";

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("agent"), AGENT).expect("written");
    std::fs::create_dir(dir.path().join("taken")).expect("made");
    dir
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_the_run() {
    let dir = folder();
    // Were anything run, the workflows would be listed.
    for (args, told) in [
        (
            ["run", "--format", "text", "--format", "json=agent/report.json"],
            "cannot write agent/report.json: ",
        ),
        (["run", "--format", "text", "--format", "json=taken"], "cannot write taken: is a directory"),
        (["check", "agent", "--format", "text", "--format=json=taken"], "cannot write taken: is a directory"),
    ] {
        let output = etalon_in(dir.path(), &args);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
        assert!(err.contains(told), "{args:?}: no `{told}` in {err}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{args:?}");
    }
}

#[test]
fn folders_are_made_links_stay_and_streams_are_written_into() {
    let dir = folder();
    let path = |name: &str| dir.path().join(name);
    symlink("kept.json", path("link.json")).expect("linked");
    std::fs::write(path("kept.json"), "old").expect("written");
    let formats = ["--format=json=a/b/report.json", "--format=json=link.json", "--format=json=/dev/stdout"];
    let output = etalon_in(dir.path(), &[&["check", "agent"], formats.as_slice()].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("etalon/check/v1"), "{said}");
    for name in ["a/b/report.json", "kept.json"] {
        assert_eq!(std::fs::read_to_string(path(name)).expect("written"), said, "{name}");
    }
    assert!(path("link.json").is_symlink());
    assert!(Command::new("mkfifo").arg(path("pipe")).status().expect("mkfifo").success());
    let mut child = command(&["check", "agent", "--format", "json=pipe"])
        .current_dir(dir.path())
        .spawn()
        .expect("it runs");
    assert_eq!(std::fs::read_to_string(path("pipe")).expect("read to its end"), said);
    assert!(child.wait().expect("it ends").success());
    assert!(path("pipe").metadata().expect("there").file_type().is_fifo());
}

#[test]
fn what_is_binary_is_not_written_to_a_terminal() {
    let say = |args: &str| {
        let line = format!("stty rows 24 cols 80; {} {args}", env!("CARGO_BIN_EXE_etalon"));
        let output = Command::new("script").args(["-qec", &line, "/dev/null"]).output();
        output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned())
    };
    let Ok(binary) = say("forge csr") else {
        assert!(std::env::var_os("CI").is_none(), "`script` of util-linux is not installed");
        return;
    };
    assert!(binary.contains("name a file for it with `-o`"), "{binary:?}");
    assert!(say("forge problem").expect("as before").starts_with('{'));
}

#[test]
fn what_forge_cannot_make_is_told_with_what_it_can() {
    let dir = folder();
    for (args, told) in [
        (
            ["forge", "user-agent", "--seed=1"],
            "does not forge the kind `user-agent`; expected one of: access-token",
        ),
        (["forge", "csr", "--param=a=b"], "`csr` has no parameter `a`; expected none"),
    ] {
        let output = etalon_in(dir.path(), &args);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
        assert!(err.contains(told), "{args:?}: no `{told}` in {err}");
    }
}
