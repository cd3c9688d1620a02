//! WS-Security against others: third-party messages, eHealth's samples, and xmlsec1 on what the forge
//! signs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options};
use etalon::forge;
use serde_json::json;

use crate::judged;

#[test]
fn third_party_messages_come_to_their_verdicts() {
    let Some(manifest) = crate::shared::manifest("wss") else { return };
    let as_of =
        |item: &serde_json::Value| item["eval_time"].as_str().or(item["created"].as_str()).map(str::to_owned);
    let cases = judged::cases("wss", &manifest, |_| Kind::WsSecurity, as_of);
    let counts = judged::compare(&cases, include_str!("wss-deviations.toml"));
    assert!(counts[&("accept", "met")] >= 5 && counts[&("reject", "met")] >= 9, "{counts:?}");
}

/// What the samples of eHealth's own clients break: their values were exchanged for others after they
/// were signed, one signs with SHA-1, and their SAML token is named and not there.
#[test]
fn the_samples_of_real_clients_are_read() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/wss");
    if !dir.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "../shared/reference/wss is not there");
        return println!("skipped: ../shared/reference/wss is not there");
    }
    let cases: [(&str, &str, &[&str]); 2] = [
        ("ws-security-x509.xml", "2023-12-12T06:58:30Z", &["signed-xml.hash-broken", "ws-security.sha1"]),
        ("ws-security-hok-saml.xml", "2023-12-12T06:28:50Z", &["saml-assertion.not-signed"]),
    ];
    // No sample breaks one of these: they have the form that eHealth asks for.
    let kept = [
        "ws-security.header-missing",
        "ws-security.timestamp-missing",
        "ws-security.lifetime-long",
        "ws-security.expired",
        "ws-security.timestamp-order",
        "ws-security.token-encoding-other",
        "ws-security.token-type-unknown",
        "ws-security.key-info-other",
        "ws-security.canonicalization-other",
        "ws-security.transform-other",
        "ws-security.signed-part-moved",
    ];
    for (name, as_of, broken) in cases {
        let input = fs::read(dir.join(name)).expect("the sample is there");
        // A stray mark stands behind one of them.
        let end = input.iter().rposition(|byte| *byte == b'>').expect("a tag") + 1;
        let input = &input[..end];
        let context: Context = serde_json::from_value(json!({"as_of": as_of})).expect("a context");
        let options = Options::profile(Profile::Cookbook);
        let judged = engine::judge(Kind::WsSecurity, input, &context, &options).expect("no crash");
        let found: BTreeSet<_> = judged.findings.iter().map(|finding| finding.rule.id).collect();
        for rule in broken {
            assert!(found.contains(rule), "{name} breaks {rule}: {found:?}");
        }
        for rule in kept {
            assert!(!found.contains(rule), "{name} keeps {rule}: {found:?}");
        }
    }
}

/// xmlsec1 verifies the messages that the forge signs, and refuses them with one character changed.
#[test]
fn xmlsec1_agrees_on_what_is_forged() {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let dir = tempfile::tempdir().expect("a directory");
    for (kind, from, to, ids) in [
        (
            Kind::WsSecurity,
            ">12345625<",
            ">12345724<",
            vec!["Id:Timestamp", "Id:Body", "Id:BinarySecurityToken"],
        ),
        (Kind::SamlResponse, ">12345625<", ">12345724<", vec!["ID:Assertion", "ID:Response"]),
        (
            Kind::SamlAssertion,
            "certificateholder:person",
            "certificateholder:doctor",
            vec!["AssertionID:Assertion"],
        ),
    ] {
        for seed in 0..3 {
            let forged =
                forge::forge(kind, None, seed, clock, &BTreeMap::new()).expect("the order is in the tables");
            let bench = forge::Bench::new(seed, clock);
            let signer = match kind {
                Kind::WsSecurity => &bench.pki.organisation,
                Kind::SamlResponse => &bench.pki.attribute_authority,
                _ => &bench.pki.sts,
            };
            let text = String::from_utf8(forged.bytes).expect("XML");
            let changed = text.replacen(from, to, 1);
            assert_ne!(text, changed, "{kind}");
            for (text, good) in [(&text, true), (&changed, false)] {
                let (file, key) = (dir.path().join("signed.xml"), dir.path().join("key.pem"));
                fs::write(&file, text).expect("writable");
                fs::write(&key, signer.key.public_pem()).expect("writable");
                let mut command = Command::new("xmlsec1");
                command.arg("--verify");
                for id in &ids {
                    let (attribute, element) = id.split_once(':').expect("both");
                    command.args([format!("--id-attr:{attribute}"), element.to_owned()]);
                }
                let ran = command.arg("--pubkey-pem").args([&key, &file]).output();
                let Ok(output) = ran else {
                    assert!(std::env::var_os("CI").is_none(), "xmlsec1 is not installed");
                    return println!("skipped: xmlsec1 is not installed");
                };
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert_eq!(output.status.success(), good, "{kind} {seed}: {said}");
            }
        }
    }
}
