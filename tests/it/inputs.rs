//! What `etalon check` is handed: files that are there and are not, of a known shape and of none, and a reader
//! that goes away.

use std::io::Read as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::command::{command, etalon_in};

const AGENT: &str = "MyHospital/Portal/4.2.0 eHealth/Technical/3.19.0";

/// A folder with an artefact that conforms (`good`), one that does not (`bad`), and what is none.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).expect("written");
    write("good", AGENT.as_bytes());
    write("bad", b"MyHospital//4.2.0 eHealth/Technical/3.19.0");
    write("empty", b"");
    write("junk", b"\xff\xfe\xfd\x00 no artefact");
    std::fs::create_dir(dir.path().join("folder")).expect("made");
    dir
}

fn check(dir: &Path, args: &[&str]) -> (Output, String, String) {
    let output = etalon_in(dir, &[&["check"], args].concat());
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (output, out, err)
}

#[test]
fn what_cannot_be_judged_is_told_and_the_rest_is_judged() {
    let dir = folder();
    let files = ["missing", "empty", "bad", "folder", "junk", "good"];
    let (output, out, err) = check(dir.path(), &files);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(out.contains("bad: user-agent (detected) violates"), "{out}");
    assert!(out.contains("good: user-agent (detected) conforms"), "{out}");
    for told in [
        "etalon: cannot read missing: ",
        "etalon: empty: expected an artefact, found nothing",
        "etalon: cannot read folder: expected a file, found a directory",
        "etalon: junk: its bytes look like no artefact",
    ] {
        assert!(err.contains(told), "no `{told}` in\n{err}");
    }
    assert_eq!(err.lines().count(), 4, "{err}");
}

#[test]
fn a_wrong_name_is_told_the_nearest() {
    let dir = folder();
    for (args, near) in [
        (["--kind", "user-agnt"], "user-agent"),
        (["--service", "keydepo"], "keydepot"),
        (["--profile", "cookbok"], "cookbook"),
    ] {
        let (output, _, err) = check(dir.path(), &[args.as_slice(), &["good"]].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(err.contains(&format!("similar value exists: '{near}'")), "{args:?}: {err}");
    }
}

#[test]
fn a_reader_that_goes_away_changes_neither_the_status_nor_the_files() {
    let dir = folder();
    // More than any pipe holds, so that the program notices.
    let files = vec!["bad"; 2000];
    let args = [&["check", "--format", "text", "--format", "junit=report.xml"], files.as_slice()].concat();
    let mut child = command(&args)
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut first = [0; 3];
    let mut out = child.stdout.take().expect("piped");
    out.read_exact(&mut first).expect("it begins");
    drop(out);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((&first, output.status.code()), (b"bad", Some(1)));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let report = std::fs::read_to_string(dir.path().join("report.xml")).expect("the other report");
    assert!(report.ends_with("</testsuites>\n"), "{}", &report[report.len() - 80..]);
}

#[test]
fn a_line_as_long_as_a_document_is_judged_and_told_in_time() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("long"), "a//b".repeat(300_000)).expect("written");
    let (output, _, err) = check(dir.path(), &["long"]);
    assert_eq!(output.status.code(), Some(2), "{err}");
    let (output, out, _) = check(dir.path(), &["--kind", "user-agent", "long"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out.len() < 20_000, "{} bytes are told", out.len());
}

#[test]
fn an_answer_in_its_envelope_is_known_for_what_it_is() {
    let dir = tempfile::tempdir().expect("a directory");
    let mutated = ["forge", "saml-response", "--mutation", "comment-in-name", "-o", "evil.xml"];
    assert!(etalon_in(dir.path(), &mutated).status.success());
    let (output, out, _) = check(dir.path(), &["evil.xml"]);
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(out.starts_with("evil.xml: saml-response (detected) violates"), "{out}");
}

#[test]
fn the_end_of_the_line_is_not_part_of_a_header() {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text, status) in [("one", format!("{AGENT}\n"), 0), ("two", format!("{AGENT}\n\n"), 1)] {
        std::fs::write(dir.path().join(name), text).expect("written");
        for kind in [["--kind", "user-agent"].as_slice(), &[]] {
            let (output, out, err) = check(dir.path(), &[kind, &[name]].concat());
            assert_eq!(output.status.code(), Some(status), "{name} {kind:?}: {out}{err}");
        }
    }
}

#[test]
fn who_asks_for_the_page_of_a_kind_is_told_where_its_rules_are() {
    let output = etalon_in(Path::new("."), &["explain", "csr"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("`csr` is a kind: `etalon rules csr.` lists its rules"), "{said}");
}

#[test]
fn what_a_context_is_made_of_must_be_what_it_is_called() {
    let dir = folder();
    let write = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).expect("written");
    write("list.json", b"[]");
    write("pem.txt", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    write("password.txt", b"secret-word\n");
    assert!(etalon_in(dir.path(), &["forge", "keystore", "-o", "keys.p12"]).status.success());
    for (args, told) in [
        (vec!["--context", "list.json"], "list.json: expected a JSON object"),
        (vec!["--crl", "junk"], "junk: expected revocation lists in PEM or DER"),
        (vec!["--crl", "pem.txt"], "pem.txt: expected revocation lists in PEM or DER"),
        (vec!["--keystore", "junk"], "junk: expected a PKCS#12 keystore, found other bytes"),
        (vec!["--keystore", "keys.p12"], "found none; name it with `--password-file`"),
        (
            vec!["--keystore", "keys.p12", "--password-file", "password.txt"],
            "keys.p12: expected the password of the keystore, found another",
        ),
    ] {
        let (output, out, err) = check(dir.path(), &[args.as_slice(), &["good"]].concat());
        assert_eq!((output.status.code(), out.as_str()), (Some(3), ""), "{args:?}: {err}");
        assert!(err.contains(told) && !err.contains("secret-word"), "{args:?}: no `{told}` in {err}");
    }
}

#[test]
fn what_a_line_leaves_open_the_options_say() {
    let judged = |options: &[&str], line: &str| {
        let mut child = command(&[&["check", "--jsonl"], options].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        std::io::Write::write_all(&mut child.stdin.take().expect("piped"), line.as_bytes()).expect("taken");
        String::from_utf8(child.wait_with_output().expect("it ends").stdout).expect("UTF-8")
    };
    let line = |context: &str| {
        format!(
            r#"{{"id":1,"kind":"user-agent","text":"My/Portal/4 eHealth/Technical/3","context":{context}}}"#
        )
    };
    let other = "user-agent.other-dialect";
    assert!(!judged(&[], &line("{}")).contains(other), "either dialect will do without a service");
    assert!(judged(&["--service", "certra"], &line("{}")).contains(other));
    assert!(!judged(&["--service", "certra"], &line(r#"{"service":"keydepot"}"#)).contains(other));
    let refused = command(&["check", "--jsonl", "--format", "json"]).output().expect("it runs");
    assert_eq!(refused.status.code(), Some(2), "there is one form of answers");
}

#[test]
fn what_cannot_be_read_or_written_is_a_wrong_command_line() {
    let dir = folder();
    let big = std::fs::File::create(dir.path().join("big")).expect("created");
    big.set_len((16 << 20) + 1).expect("sparse");
    for (args, told) in [
        (vec!["run", "missing.yaml"], "cannot read missing.yaml: "),
        (vec!["run", "folder"], "cannot read folder: expected a file, found a directory"),
        (vec!["run", "big"], "cannot read big: it is larger than 16 MiB, the most that is read"),
        (vec!["run", "--target", "big"], "cannot read the target file big: it is larger than 16 MiB"),
        (vec!["check", "--trust", "big", "good"], "cannot read big: it is larger than 16 MiB"),
        (vec!["check", "--password-file", "big", "good"], "cannot read big: it is larger than 64 KiB"),
        (vec!["run", "--out", "good"], "cannot write into good: expected a directory, found a file"),
        (vec!["serve", "--listen", "127.0.0.1:0", "--record", "good"], "cannot write into good: expected"),
        (
            vec!["serve", "--listen", "127.0.0.1:0", "--target-out", "good"],
            "cannot write into good: expected",
        ),
        (vec!["run", "--target", "ftp://host/"], "expected `sim`, a URL such as https://host/base, or a"),
        (vec!["doctor", "--target", "ftp://host/"], "expected `sim`, a URL such as https://host/base, or a"),
        (vec!["serve", "--listen", "localhost:0"], "expected an address and a port such as 127.0.0.1:8480"),
    ] {
        let output = etalon_in(dir.path(), &args);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
        assert!(err.contains(told), "{args:?}: no `{told}` in {err}");
    }
}

#[test]
fn a_case_of_several_mutations_says_which_was_made() {
    let dir = tempfile::tempdir().expect("a directory");
    let said = |args: &[&str]| {
        let output = etalon_in(dir.path(), &[&["forge", "csr", "-o", "made"], args].concat());
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    let told = said(&["--mutation", "CS-01"]);
    assert!(told.starts_with("etalon: CS-01: this is `empty`; its others are `text`, "), "{told}");
    assert_eq!(said(&["--mutation", "CS-01", "--quiet"]), "");
    assert_eq!(said(&["--mutation", "empty"]), "");
    assert_eq!(said(&[]), "");
}

#[test]
fn what_is_no_xml_has_no_canonical_form() {
    let dir = folder();
    let output = etalon_in(dir.path(), &["c14n", "good"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("etalon: good is no well-formed XML: byte 0, /: expected"), "{said}");
}

/// A file around `base64`, which stands in it in lines of `width` characters with `end` behind each.
fn in_lines(base64: &str, width: usize, end: &str) -> String {
    let lines = base64.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).expect("ASCII"));
    lines.flat_map(|line| [line, end]).collect()
}

/// Every fault of a request in base64 is told where its bytes stand in the file, by every report alike.
#[test]
fn a_finding_in_base64_points_at_its_characters() {
    let dir = tempfile::tempdir().expect("a directory");
    let judged = |name: &str, bytes: &[u8]| -> Vec<Value> {
        std::fs::write(dir.path().join(name), bytes).expect("written");
        let args = ["--kind", "csr", "--profile", "field", "--without", "csr.pem-armoured", name];
        let reports = ["--format", "json", "--format", "sarif=sarif", "--format", "text=text"];
        let (output, out, err) = check(dir.path(), &[args.as_slice(), &reports].concat());
        assert_eq!(output.status.code(), Some(1), "{err}");
        let report: Value = serde_json::from_str(&out).expect("JSON");
        report["subjects"][0]["findings"].as_array().expect("a list").clone()
    };
    let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("small");
    let (_, _, der) = crate::vectors::inputs()
        .into_iter()
        .find(|(_, name, _)| name.starts_with("csr-version-not-zero-fail"))
        .expect("a vector");
    // A byte behind the request is told far down in it.
    let der = [der.as_slice(), &[0]].concat();
    let expected = judged("der", &der);
    assert!(expected.len() > 1, "{expected:#?}");

    let base64 = data_encoding::BASE64.encode(&der);
    let pem = |end: &str| {
        let body = in_lines(&base64, 64, end);
        format!("-----BEGIN CERTIFICATE REQUEST-----{end}{body}-----END CERTIFICATE REQUEST-----{end}")
    };
    for (name, text, before) in [
        ("lines", in_lines(&base64, 76, "\n"), 0),
        ("unbroken", base64.clone(), 0),
        ("pem", pem("\n"), 36),
        ("pem-crlf", pem("\r\n"), 37),
        ("pem-behind-text", format!("é of a request\n\n{}", pem("\n")), 53),
    ] {
        let found = judged(name, text.as_bytes());
        assert_eq!(found.len(), expected.len(), "{name}");
        let read = |report: &str| std::fs::read_to_string(dir.path().join(report)).expect("written");
        let (sarif, shown) = (serde_json::from_str::<Value>(&read("sarif")).expect("JSON"), read("text"));
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_eq!(found["rule"], expected["rule"], "{name}");
            let [start, end] = [0, 1].map(|at| number(&found["span"][at]));
            let [first, behind] = [0, 1].map(|at| number(&expected["span"][at]));
            let characters = |text: &str| text.chars().filter(|c| !c.is_ascii_whitespace()).count();
            assert_eq!(characters(&text[before..start]), first * 4 / 3, "{name}: {found:#}");
            if behind > first {
                assert_eq!(characters(&text[before..end]), (behind * 4).div_ceil(3), "{name}: {found:#}");
            }
            assert!(!text[start..].starts_with(['\r', '\n']), "{name}: {found:#}");
            let line = text[..start].matches('\n').count() + 1;
            let column = text[..start].chars().rev().take_while(|c| *c != '\n').count() + 1;
            let region = &sarif["runs"][0]["results"][index]["locations"][0]["physicalLocation"]["region"];
            assert_eq!([&region["startLine"], &region["startColumn"]].map(number), [line, column], "{name}");
            assert!(shown.contains(&format!(" {line}:{column} | ")), "{name}: {line}:{column}\n{shown}");
        }
    }
}

#[test]
fn a_duty_has_a_page_and_is_listed() {
    let said = |args: &[&str], code: i32| {
        let output = etalon_in(Path::new("."), args);
        let said = [output.stdout, output.stderr].map(|it| String::from_utf8(it).expect("UTF-8")).concat();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        said
    };
    let listed = said(&["rules"], 0);
    for duty in etalon::service::duties() {
        assert!(listed.contains(&format!("\n{}\n", duty.id)), "{}", duty.id);
    }
    assert!(said(&["rules", "keydepot.challenge-"], 0).contains("0 rules, "));
    let page = said(&["explain", "keydepot.challenge-reused"], 0);
    assert!(page.contains("Workflows that look for it\n  "), "{page}");
    assert!(page.contains("etalon serve --without keydepot.challenge-reused"), "{page}");
    let near = said(&["run", "--without", "keydepot.challenge-resued"], 2);
    assert!(
        near.contains("there is no such rule or duty; did you mean `keydepot.challenge-reused`"),
        "{near}"
    );
    let near = said(&["check", "--without", "user-agent.libary-default", "x"], 2);
    assert!(near.contains("there is no such rule; did you mean `user-agent.library-default`"), "{near}");
}
