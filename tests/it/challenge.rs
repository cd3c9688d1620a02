//! Challenges that are opened with the keys of a PKCS#12 keystore, from the context and from the
//! command line.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use etalon::base::{Kind, Profile, time};
use etalon::context::{Context, Secret};
use etalon::engine::{self, Judgement, Options, Verdict};
use etalon::forge::{Bench, der};

use crate::command::{command, etalon};

fn bench() -> Bench {
    Bench::new(1, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"))
}

fn forged(kind: Kind) -> Vec<u8> {
    bench().forge(kind, None).expect("a maker").bytes
}

fn judge(keystore: &[u8], password: Option<&str>) -> Judgement {
    let context = Context {
        keystore: Some(Secret::new(data_encoding::BASE64.encode(keystore))),
        password: password.map(Secret::new),
        ..Context::default()
    };
    engine::judge(
        Kind::EtkChallenge,
        &forged(Kind::EtkChallenge),
        &context,
        &Options::profile(Profile::Cookbook),
    )
    .expect("no rule crashes")
}

#[test]
fn the_keys_of_a_keystore_open_a_challenge() {
    let judgement = judge(&forged(Kind::Keystore), Some("etalon"));
    assert_eq!(judgement.verdict, Verdict::Conforms, "{:?}", judgement.findings);
    assert!(judgement.facts.get("serial").is_some(), "the serial number is told to who owns the key");
}

#[test]
fn a_keystore_that_does_not_open_is_named() {
    let keystore = forged(Kind::Keystore);
    for (keystore, password) in
        [(&keystore[..], None), (&keystore[..], Some("sesame")), (b"no keystore", Some("etalon"))]
    {
        let judgement = judge(keystore, password);
        assert_eq!(judgement.verdict, Verdict::Inconclusive);
        let rules: Vec<_> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(rules, ["etk-challenge.key-unusable"], "{password:?}");
        let told = &judgement.findings[0].message;
        assert!(password.is_none_or(|password| !told.contains(password)), "{told}");
    }
}

/// A keystore may ask for any number of rounds of key derivation. Nobody waits for four milliards.
#[test]
fn a_keystore_that_asks_for_endless_work_is_refused() {
    let content = der::seq([der::oid("1.2.840.113549.1.7.1"), der::context(0, [der::octets([0x30, 0])])]);
    let digest = der::seq([der::algorithm_null("2.16.840.1.101.3.4.2.1"), der::octets([0; 32])]);
    let mac = der::seq([digest, der::octets([0; 8]), der::uint(&[0xff; 4])]);
    let keystore = der::seq([der::int(3), content, mac]).encode();
    let context = Context { password: Some(Secret::new("etalon")), ..Context::default() };
    let judgement = engine::judge(Kind::Keystore, &keystore, &context, &Options::profile(Profile::Field))
        .expect("no crash");
    let rules: Vec<_> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(rules, ["keystore.protection-unsupported"]);
    assert!(judgement.findings[0].message.contains("rounds"), "{}", judgement.findings[0].message);
}

#[test]
fn the_command_line_takes_a_keystore_and_the_file_of_its_password() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        fs::write(&path, bytes).expect("writable");
        path.to_string_lossy().into_owned()
    };
    let challenge = file("challenge.bin", &forged(Kind::EtkChallenge));
    let keystore = file("keys.p12", &forged(Kind::Keystore));
    let password = file("password", b"etalon\n");
    let args = ["check", "--kind", "etk-challenge", "--keystore", &keystore, "--password-file", &password];
    let output = etalon(&[&args[..], &[&challenge]].concat());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("conforms") && !said.contains("inconclusive"), "{said}");
}

/// `-` asks for the password. What is said never has it, whether it opens the keystore or not.
#[test]
fn the_password_is_asked_for_and_never_shown() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let keystore = dir.path().join("keys.p12");
    let passwords = [
        ("etalon", "--format=text", "conforms"),
        ("sesame-1729", "--format=text", "inconclusive"),
        ("sesame-1729", "--format=json", "inconclusive"),
    ];
    fs::write(&keystore, forged(Kind::Keystore)).expect("writable");
    for (password, format, verdict) in passwords {
        let keystore = keystore.to_string_lossy().into_owned();
        let args = ["check", "--kind", "keystore", "-v", format, "--password-file", "-", &keystore];
        let pipes = [Stdio::piped(), Stdio::piped(), Stdio::piped()];
        let [input, output, errors] = pipes;
        let mut child = command(&args).stdin(input).stdout(output).stderr(errors).spawn().expect("it starts");
        writeln!(child.stdin.take().expect("a pipe"), "{password}").expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let said = [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
        assert!(said[0].contains(verdict), "{said:?}");
        assert!(said[1].starts_with("Password of the keystore: "), "{said:?}");
        assert!(password == "etalon" || !said.concat().contains(password), "{said:?}");
    }
}

/// The private key may be a PEM in the context, too.
#[test]
fn the_command_line_takes_a_context_with_a_private_key() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let [challenge, context] = ["challenge.bin", "context.json"].map(|name| dir.path().join(name));
    let forged = bench().forge(Kind::EtkChallenge, None).expect("a maker");
    assert!(forged.context["private_key"].as_str().is_some_and(|it| it.contains("PRIVATE KEY")));
    fs::write(&challenge, &forged.bytes).expect("writable");
    fs::write(&context, serde_json::Value::from(forged.context).to_string()).expect("writable");
    let [challenge, context] = [challenge, context].map(|path| path.to_string_lossy().into_owned());
    let output = etalon(&["check", "--kind", "etk-challenge", "--context", &context, &challenge]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("conforms") && !said.contains("PRIVATE KEY"), "{said}");
}

#[test]
fn requests_that_are_judged_together_are_compared() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let bench = bench();
    let files = [None, Some("attribute-twice")].map(|mutation| {
        let bytes = bench.forge(Kind::Csr, mutation).expect("a maker").bytes;
        let path = dir.path().join(mutation.unwrap_or("valid"));
        fs::write(&path, bytes).expect("writable");
        path.to_string_lossy().into_owned()
    });
    let output = etalon(&["check", "--kind", "csr", &files[0], &files[1]]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said.matches("csr.key-repeated").count(), 2, "{said}");
    let alone = etalon(&["check", "--kind", "csr", &files[0]]);
    assert!(!String::from_utf8_lossy(&alone.stdout).contains("key-repeated"));
}
