//! XML signatures against others: third-party vectors, and xmlsec1 on what the forge signs.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::forge;
use serde::Deserialize;

#[derive(Deserialize)]
struct Manifest {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    file: PathBuf,
    expected: String,
    reject_layer: Option<String>,
    context: Option<Given>,
    #[serde(default)]
    third_party: Option<bool>,
}

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    certs: Vec<String>,
}

/// Vectors that come out otherwise on purpose; an entry that is no longer needed fails the test.
#[derive(Deserialize)]
struct Deviations {
    deviation: Vec<Deviation>,
}

#[derive(Deserialize)]
struct Deviation {
    id: String,
    actual: String,
    reason: String,
}

#[test]
fn third_party_signatures_come_to_their_verdicts() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors");
    let dir = root.join("xmldsig");
    let Ok(manifest) = fs::read(dir.join("manifest.json")) else {
        assert!(std::env::var_os("CI").is_none(), "../shared/vectors/xmldsig is not there");
        println!("skipped: ../shared/vectors/xmldsig is not there");
        return;
    };
    let manifest: Manifest = serde_json::from_slice(&manifest).expect("a manifest");
    let deviations: Deviations =
        toml::from_str(include_str!("xmldsig-deviations.toml")).expect("the list of deviations");
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for item in &manifest.items {
        let named = item.context.iter().flat_map(|given| &given.certs);
        let mut trust: Vec<String> =
            named.filter_map(|name| fs::read_to_string(dir.join("_certs").join(name)).ok()).collect();
        if item.third_party == Some(false) {
            trust.push(fs::read_to_string(root.join("pki/root.pem")).expect("the root is there"));
        }
        let context: Context =
            serde_json::from_value(serde_json::json!({"legacy": true, "trust": trust})).expect("a context");
        let input = fs::read(dir.join(&item.file)).expect("the file is there");
        let judged = engine::judge(Kind::SignedXml, &input, &context, &Options::profile(Profile::Standard))
            .expect("no crash");
        // Trust in a certificate, and what sources disagree on, is not scored.
        if !matches!(item.expected.as_str(), "accept" | "reject")
            || item.reject_layer.as_deref().is_some_and(|layer| layer.starts_with("key_or_trust"))
        {
            continue;
        }
        let outcome = match (judged.verdict, item.expected.as_str()) {
            (Verdict::Inconclusive, _) => "abstained",
            (Verdict::Conforms, "accept") | (Verdict::Violates | Verdict::Unreadable, "reject") => "met",
            _ => "missed",
        };
        *counts.entry((&item.expected, outcome)).or_default() += 1;
        let listed = deviations.deviation.iter().find(|deviation| deviation.id == item.id);
        match listed {
            None if outcome == "missed" => {
                let first = judged.findings.iter().map(|f| format!("{}: {}", f.rule.id, f.message)).next();
                problems.push(format!("{}: expected {}, found {first:?}", item.id, item.expected));
            }
            Some(listed) if outcome != "missed" || listed.actual != judged.verdict.name() => {
                problems.push(format!("{}: no longer {} ({})", item.id, listed.actual, listed.reason));
            }
            _ => {}
        }
    }
    assert!(problems.is_empty(), "{counts:?}\n{}", problems.join("\n"));
    assert!(counts[&("accept", "met")] > 100 && counts[&("reject", "met")] > 20, "{counts:?}");
}

/// xmlsec1 verifies what the forge signs, and refuses it with one character changed.
#[test]
fn xmlsec1_agrees_on_what_is_forged() {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let dir = tempfile::tempdir().expect("a directory");
    for seed in 0..4 {
        let forged = forge::forge(Kind::SignedXml, None, seed, clock, &BTreeMap::new())
            .expect("the order is in the tables");
        let trust = forged.context["trust"][0].as_str().expect("PEM");
        let text = String::from_utf8(forged.bytes).expect("XML");
        let changed = text.replacen("EncryptionKey>MII", "EncryptionKey>MIJ", 1);
        for (text, good) in [(&text, true), (&changed, false)] {
            let (file, anchor) = (dir.path().join("signed.xml"), dir.path().join("root.pem"));
            fs::write(&file, text).expect("writable");
            fs::write(&anchor, trust).expect("writable");
            let ran = Command::new("xmlsec1")
                .args(["--verify", "--id-attr:Id", "StartETKRegistrationRequest"])
                .args(["--verification-time", "2026-01-15 10:00:00"])
                .arg("--trusted-pem")
                .args([&anchor, &file])
                .output();
            let Ok(output) = ran else {
                assert!(std::env::var_os("CI").is_none(), "xmlsec1 is not installed");
                println!("skipped: xmlsec1 is not installed");
                return;
            };
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.success(), good, "seed {seed}: {said}");
        }
    }
}
