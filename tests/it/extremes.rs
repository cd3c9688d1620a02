//! Inputs that are meant to exhaust: each ends in a clear verdict or error, in time and in space.
//!
//! The bounds are those of a release build: one second, and 64 MiB above the size of the input. A
//! debug build, beside other work, gets a minute: what takes quadratic time takes hours there.

use std::io::{ErrorKind, Write};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const SECONDS: u64 = if cfg!(debug_assertions) { 60 } else { 1 };
const MIB_ABOVE: usize = 64;

/// Runs `etalon check` on standard input, with its data memory limited.
#[expect(clippy::disallowed_methods, reason = "the test measures time")]
fn check(args: &[&str], input: &[u8], size: usize) -> Output {
    let kib = (size >> 10) + (MIB_ABOVE << 10);
    let started = Instant::now();
    let mut child = Command::new("bash")
        .args(["-c", &format!("ulimit -d {kib}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_etalon"), "check"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // An endless stream is the same chunk again until etalon has had enough.
    let mut left = size;
    while left > 0 {
        let part = &input[..input.len().min(left)];
        match stdin.write_all(part) {
            Ok(()) => left -= part.len(),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            Err(error) => panic!("{error}"),
        }
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(SECONDS), "{args:?} took {took:?}: {output:?}");
    output
}

fn says(output: &Output, code: i32, words: &str) {
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(words), "expected `{words}` in: {text}");
}

#[test]
fn nested_arrays_end_at_the_depth_limit() {
    let json = "[".repeat(100_000);
    says(&check(&["--kind", "json", "-"], json.as_bytes(), json.len()), 1, "levels of nesting");
    let cbor = vec![0x81; 100_000];
    says(&check(&["--kind", "cbor", "-"], &cbor, cbor.len()), 1, "levels of nesting");
}

#[test]
fn a_declared_length_is_never_allocated() {
    let bytes = [0x9b, 0x40, 0, 0, 0, 0, 0, 0, 0];
    says(&check(&["--kind", "cbor", "-"], &bytes, bytes.len()), 1, "4611686018427387904");
}

#[test]
fn a_string_of_a_hundred_megabytes_is_judged() {
    let mut json = Vec::with_capacity(100 << 20);
    json.push(b'"');
    json.resize(100 << 20, b'a');
    json.push(b'"');
    says(&check(&["--kind", "json", "-"], &json, json.len()), 0, "json");
}

#[test]
fn an_endless_stream_is_refused() {
    let chunk = vec![b'['; 1 << 20];
    says(&check(&["--kind", "json", "-"], &chunk, 400 << 20), 2, "larger than");
    let chunk = vec![b'x'; 1 << 20];
    says(&check(&["--jsonl"], &chunk, 2 << 30), 2, "has no end");
}

#[test]
fn a_message_in_which_every_element_is_wrong_is_judged() {
    const ELEMENTS: usize = 5_000;
    let message = format!(
        "<GetGenericOrganizationTypesRequest xmlns=\"urn:be:fgov:ehealth:certra:protocol:v2\" Id=\"_1\" \
         IssueInstant=\"2026-01-15T10:00:00Z\">{}</GetGenericOrganizationTypesRequest>",
        "<x:a xmlns:x=\"urn:example:x\"/>".repeat(ELEMENTS)
    );
    let output = check(&["--kind", "certra-message", "-"], message.as_bytes(), message.len());
    for position in [1, 2, ELEMENTS] {
        says(&output, 1, &format!("/x:a[{position}]\n"));
    }
}
