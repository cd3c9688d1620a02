//! XML signatures against others: third-party vectors, and xmlsec1 on what the forge signs.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use etalon::base::{Budget, Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::forge::{self, Bench};
use etalon::wire::c14n::{Algorithm, Subset, canonical};
use etalon::wire::xml::{Document, Source};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::judged;
use crate::xml_readers::tree;

#[test]
fn third_party_signatures_come_to_their_verdicts() {
    let Some(manifest) = crate::shared::manifest("xmldsig") else { return };
    let cases = judged::cases("xmldsig", &manifest, |_| Kind::SignedXml, |_| None);
    let counts = judged::compare(&cases, include_str!("xmldsig-deviations.toml"));
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

/// How many documents the two sign for each other.
const DOCUMENTS: usize = 1000;

/// Random documents with one root name, each with an identifier to sign.
fn documents() -> Vec<String> {
    let (tree, mut runner) = (tree(), TestRunner::deterministic());
    let mut documents = Vec::new();
    while documents.len() < DOCUMENTS {
        let text = tree.new_tree(&mut runner).expect("a document").current();
        // The root of the random tree, without what stands around it.
        let (Some(start), Some(end)) = (text.find("<r "), text.rfind("</r>")) else { continue };
        let inner = &text[start..end + "</r>".len()];
        let text =
            format!("<d:Signed xmlns:d=\"urn:example:d\" Id=\"_d{}\">{inner}</d:Signed>", documents.len());
        let source = Source::of(&text);
        // What has no canonical form cannot be signed, and identifiers that meet identify nothing.
        let is_sound = Document::parse(&source, &Budget::JUDGE)
            .is_ok_and(|document| canonical(Subset::document(&document), &Algorithm::EXCLUSIVE).is_ok());
        if is_sound && text.matches("xml:id").count() < 2 {
            documents.push(text);
        }
    }
    documents
}

/// The texts as files, and xmlsec1 run over all of them at once.
fn xmlsec1(dir: &std::path::Path, args: &[&str], texts: &[String]) -> Option<std::process::Output> {
    let mut command = Command::new("xmlsec1");
    command.args(args).args(["--id-attr:Id", "urn:example:d:Signed"]);
    for (index, text) in texts.iter().enumerate() {
        let file = dir.join(format!("{index}.xml"));
        fs::write(&file, text).expect("writable");
        command.arg(file);
    }
    let Ok(output) = command.output() else {
        assert!(std::env::var_os("CI").is_none(), "xmlsec1 is not installed");
        println!("skipped: xmlsec1 is not installed");
        return None;
    };
    Some(output)
}

#[test]
fn xmlsec1_verifies_a_thousand_documents_that_etalon_signs() {
    let bench = Bench::new(1, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"));
    let pki = &bench.pki;
    let signed: Vec<String> = documents()
        .iter()
        .map(|text| forge::signed_xml::sign(text, &pki.organisation, &[&pki.issuing_ca.certificate]))
        .collect();
    let dir = tempfile::tempdir().expect("a directory");
    let anchor = dir.path().join("root.pem");
    fs::write(&anchor, pki.root.pem()).expect("writable");
    let anchor = anchor.display().to_string();
    let args = ["--verify", "--verification-time", "2026-01-15 10:00:00", "--trusted-pem", &anchor];
    let Some(output) = xmlsec1(dir.path(), &args, &signed) else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}", said.chars().take(2000).collect::<String>());
    assert_eq!(said.lines().filter(|line| *line == "OK").count(), DOCUMENTS);
}

#[test]
fn etalon_verifies_a_thousand_documents_that_xmlsec1_signs() {
    const TEMPLATE: &str = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>\
        <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
        <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/><ds:Reference URI=\"#ID\">\
        <ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
        <ds:Transform Algorithm=\"CANONICAL\"/></ds:Transforms>\
        <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><ds:DigestValue/></ds:Reference>\
        </ds:SignedInfo><ds:SignatureValue/></ds:Signature>";
    let canonical = [
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
    ];
    let bench = Bench::new(1, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"));
    let key = &bench.pki.organisation.key;
    let templates: Vec<String> = documents()
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let template = TEMPLATE.replace("#ID", &format!("#_d{index}"));
            let template = template.replace("CANONICAL", canonical[index % canonical.len()]);
            text.replacen("</d:Signed>", &format!("{template}</d:Signed>"), 1)
        })
        .collect();
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("key.pem");
    fs::write(&file, key.private_pem()).expect("writable");
    let Some(output) =
        xmlsec1(dir.path(), &["--sign", "--privkey-pem", &file.display().to_string()], &templates)
    else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}", said.chars().take(2000).collect::<String>());
    // One document after the other, each with its declaration.
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let signed: Vec<&str> = text.split("<?xml version=\"1.0\"?>\n").skip(1).collect();
    assert_eq!(signed.len(), DOCUMENTS);
    let context = Context { key: Some(key.public_pem().into()), ..Context::default() };
    let mut problems = Vec::new();
    for (index, text) in signed.iter().enumerate() {
        let judged = |text: &str| {
            engine::judge(Kind::SignedXml, text.as_bytes(), &context, &Options::profile(Profile::Standard))
                .expect("no rule crashes")
        };
        let judgement = judged(text);
        if judgement.verdict != Verdict::Conforms {
            let found: Vec<_> =
                judgement.findings.iter().map(|f| format!("{} {}", f.rule.id, f.message)).collect();
            problems.push(format!("{index}: {found:?}\n{text}"));
        }
        // Nothing conforms by chance.
        let changed = text.replacen("Id=\"_d", " surplus=\"\" Id=\"_d", 1);
        if index % 20 == 0 && judged(&changed).verdict != Verdict::Violates {
            problems.push(format!("{index} with a surplus attribute is not refused"));
        }
    }
    let some = problems.iter().take(5).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(problems.is_empty(), "{} of {DOCUMENTS} differ:\n{some}", problems.len());
}

/// Keys in the form of RFC 4050, which the interoperability suites of XML Signature 1.1 still have.
#[test]
fn keys_of_rfc_4050_verify() {
    let Some(root) = crate::shared::root() else { return };
    let suite = "xmldsig/santuario-xml-security-java/src/test/resources/org/w3c/www/interop/xmldsig11/oracle";
    let context = Context { legacy: true, ..Context::default() };
    let mut verified = 0;
    for entry in fs::read_dir(root.join(suite)).expect("the suite") {
        let path = entry.expect("an entry").path();
        if !path.to_string_lossy().ends_with("_4050.xml") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        let judged = |text: &str| {
            engine::judge(Kind::SignedXml, text.as_bytes(), &context, &Options::profile(Profile::Standard))
                .expect("no rule crashes")
        };
        assert_eq!(judged(&text).facts["signature_valid"], true, "{}", path.display());
        let other = text.replacen("Value=\"1", "Value=\"2", 1).replacen("Value=\"3", "Value=\"4", 1);
        assert!(other == text || judged(&other).facts["signature_valid"] == false, "{}", path.display());
        verified += 1;
    }
    assert!(verified >= 5, "{verified}");
}
