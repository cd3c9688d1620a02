//! SAML against others: third-party responses, and the schemas on what the forge makes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options};
use etalon::forge::{self, Forged};
use serde_json::json;

use crate::judged::{self, Case};

#[test]
fn third_party_messages_come_to_their_verdicts() {
    let Some(manifest) = crate::shared::manifest("saml") else { return };
    let kind = |item: &serde_json::Value| match item["kind"].as_str().unwrap_or_default() {
        kind if kind.contains("metadata") => Kind::SignedXml,
        kind if kind.contains("assertion") => Kind::SamlAssertion,
        kind if kind.contains("query") => Kind::AttributeQuery,
        _ => Kind::SamlResponse,
    };
    let as_of = |item: &serde_json::Value| {
        item["eval_time"].as_str().or(item["context"]["not_before"].as_str()).map(str::to_owned)
    };
    let cases: Vec<Case> = judged::cases("saml", &manifest, kind, as_of);
    let counts = judged::compare(&cases, include_str!("saml-deviations.toml"));
    assert!(counts[&("accept", "met")] > 30 && counts[&("reject", "met")] > 80, "{counts:?}");
}

/// Where the schemas are, and which one judges a kind.
pub(crate) fn schema(kind: Kind, text: &str) -> PathBuf {
    let name = match kind {
        Kind::SamlAssertion if text.contains("SAML:1.0:assertion") => {
            "oasis-sstc-saml-schema-assertion-1.1.xsd"
        }
        Kind::SamlAssertion => "saml-schema-assertion-2.0.xsd",
        _ => "saml-schema-protocol-2.0.xsd",
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/xsd/external/XSD").join(name)
}

/// The message of SAML in a document: the schemas know no envelope.
pub(crate) fn message(text: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    let is_it = |node: &roxmltree::Node<'_, '_>| {
        matches!(node.tag_name().name(), "Response" | "AttributeQuery" | "Assertion")
            && node.tag_name().namespace().is_some_and(|it| it.starts_with("urn:oasis:names:tc:SAML:"))
    };
    let node = document.descendants().find(is_it)?;
    Some(text[node.range()].to_owned())
}

/// The rules that speak for the schema.
pub(crate) fn is_structural(rule: &str) -> bool {
    let defect = rule.split_once('.').map_or(rule, |(_, defect)| defect);
    rule == "signed-xml.signature-malformed"
        || matches!(
            defect,
            "element-missing"
                | "element-misplaced"
                | "element-unexpected"
                | "attribute-missing"
                | "attribute-unexpected"
                | "id-malformed"
                | "value-malformed"
        )
}

/// Mutations on which the schema and the rules differ, and why.
const APART: &[(&str, &str)] = &[
    ("saml-response type-unbound", "the schema looks the type up; a rule of its own says it"),
    (
        "saml-response ids-the-same",
        "identifiers are unique for the schema; the reference is ambiguous for the rules",
    ),
    ("attribute-query not-before-empty", "the cookbook accepts it, the schema does not"),
    (
        "attribute-query not-before-half-empty",
        "the schema refuses any empty instant; a rule of its own says it",
    ),
];

/// Everything that is forged is valid by its schema, unless a rule says that it is not, and the
/// converse.
#[test]
fn the_schemas_agree_on_what_is_forged() {
    if !schema(Kind::SamlResponse, "").exists() {
        assert!(std::env::var_os("CI").is_none(), "../shared/reference/xsd is not there");
        return println!("skipped: ../shared/reference/xsd is not there");
    }
    let dir = tempfile::tempdir().expect("a directory");
    let (mut problems, mut valid, mut invalid) = (Vec::new(), 0, 0);
    for kind in [Kind::AttributeQuery, Kind::SamlResponse, Kind::SamlAssertion] {
        let maker = forge::maker(kind).expect("a maker");
        let orders = maker.mutations.iter().map(|it| Some(it.id)).chain([None]);
        for mutation in orders {
            let forged = forged(kind, mutation);
            let text = String::from_utf8(forged.bytes.clone()).expect("XML");
            let Some(message) = message(&text) else { continue };
            let file = dir.path().join("message.xml");
            fs::write(&file, &message).expect("writable");
            let ran = Command::new("xmllint")
                .args(["--nonet", "--noout", "--schema"])
                .args([&schema(kind, &message), &file])
                .output();
            let Ok(output) = ran else {
                assert!(std::env::var_os("CI").is_none(), "xmllint is not installed");
                return println!("skipped: xmllint is not installed");
            };
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(matches!(output.status.code(), Some(0 | 3)), "xmllint cannot judge: {said}");
            let judged = judge(kind, &forged);
            let ours: Vec<_> = judged.into_iter().filter(|rule| is_structural(rule)).collect();
            let theirs = output.status.success();
            if theirs {
                valid += 1;
            } else {
                invalid += 1;
            }
            let name = format!("{kind} {}", mutation.unwrap_or("(valid)"));
            let apart = APART.iter().any(|(it, _)| *it == name);
            if (theirs == ours.is_empty()) == apart {
                problems.push(format!("{name}: the rules say {ours:?}, the schema says {said}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(valid > 50 && invalid > 15, "{valid} valid, {invalid} invalid");
}

fn forged(kind: Kind, mutation: Option<&str>) -> Forged {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    forge::forge(kind, mutation, 1, clock, &BTreeMap::new()).expect("the order is in the tables")
}

fn judge(kind: Kind, forged: &Forged) -> Vec<&'static str> {
    let context: Context = serde_json::from_value(forged.context.clone().into()).expect("a context");
    let judged = engine::judge(kind, &forged.bytes, &context, &Options::profile(Profile::Cookbook));
    judged.expect("no crash").findings.iter().map(|finding| finding.rule.id).collect()
}

/// A key can be given as PEM, as a JWK or as a set of one: all three verify the same signatures.
#[test]
fn a_signature_verifies_under_a_key_in_any_form() {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let bench = forge::Bench::new(1, clock);
    let forged = forged(Kind::SamlResponse, Some("bare"));
    let jwk = |key: &forge::keys::Key| {
        let (n, e) = key.rsa_public().expect("an RSA key");
        let [n, e] = [n, e].map(|octets| data_encoding::BASE64URL_NOPAD.encode(octets));
        json!({"kty": "RSA", "n": n, "e": e})
    };
    let own = &bench.pki.attribute_authority.key;
    let other = &bench.pki.stranger.key;
    let pairs = [
        (own.public_pem(), true),
        (jwk(own).to_string(), true),
        (json!({"keys": [jwk(own)]}).to_string(), true),
        (other.public_pem(), false),
        (jwk(other).to_string(), false),
        (json!({"keys": [jwk(other)]}).to_string(), false),
    ];
    for (key, good) in pairs {
        let mut forged = forged.clone();
        forged.context.insert("key".to_owned(), key.clone().into());
        let found = judge(Kind::SamlResponse, &forged);
        assert_eq!(!found.contains(&"signed-xml.signature-invalid"), good, "{key}: {found:?}");
    }
}
