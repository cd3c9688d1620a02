//! Every message of SAML with one thing of its structure changed: an element left out, written twice or
//! swapped with the next, an attribute left out. The rules that speak for the schema refuse it where the
//! schema does, and nowhere else.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options};
use etalon::forge;
use roxmltree::{Document, Node};

use crate::saml::{is_structural, message, schema};

/// What is forged, bare of its envelope.
fn forged(kind: Kind) -> String {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let made = forge::forge(kind, None, 1, clock, &BTreeMap::new()).expect("the valid one");
    message(&String::from_utf8(made.bytes).expect("XML")).expect("a message of SAML")
}

/// The text of a vector.
fn vector(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(path);
    let vector: toml::Table = toml::from_str(&fs::read_to_string(file).expect("a vector")).expect("TOML");
    vector["text"].as_str().expect("a text").to_owned()
}

/// Whether an element is judged by the schema alone: what is in KeyInfo is data, and of a second
/// identifier other rules speak.
fn counts(node: Node<'_, '_>) -> bool {
    !node.ancestors().any(|it| it.tag_name().name() == "KeyInfo")
}

fn has_id(node: Node<'_, '_>) -> bool {
    node.descendants().any(|it| ["ID", "AssertionID", "Id"].iter().any(|name| it.has_attribute(*name)))
}

/// The text with these ranges written instead, from the last to the first.
fn with(text: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut changed = text.to_owned();
    for (range, new) in changes {
        changed.replace_range(range, &new);
    }
    changed
}

/// Everything that differs from `text` in one thing, with what it is.
fn changed(text: &str) -> Vec<(String, String)> {
    let document = Document::parse(text).expect("well-formed");
    let mut all = Vec::new();
    let root = document.root_element();
    for node in root.descendants().filter(|it| it.is_element() && counts(*it)) {
        let name = node.tag_name().name();
        for attribute in node.attributes() {
            let without = with(text, vec![(attribute.range(), String::new())]);
            all.push((format!("{name} without {}", attribute.name()), without));
        }
        if node == root {
            continue;
        }
        all.push((format!("without {name}"), with(text, vec![(node.range(), String::new())])));
        let own = text[node.range()].to_owned();
        if !has_id(node) {
            let end = node.range().end;
            all.push((format!("{name} twice"), with(text, vec![(end..end, own.clone())])));
        }
        if let Some(next) = node.next_sibling_element().filter(|it| counts(*it)) {
            let other = text[next.range()].to_owned();
            let swapped = with(text, vec![(node.range(), other), (next.range(), own)]);
            all.push((format!("{name} behind {}", next.tag_name().name()), swapped));
        }
    }
    all
}

fn is_refused(kind: Kind, text: &str) -> bool {
    let judged =
        engine::judge(kind, text.as_bytes(), &Context::default(), &Options::profile(Profile::Standard));
    judged.expect("no crash").findings.iter().any(|finding| is_structural(finding.rule.id))
}

#[test]
fn the_schemas_agree_on_every_change_of_structure() {
    if !schema(Kind::SamlResponse, "").exists() {
        assert!(std::env::var_os("CI").is_none(), "../shared/reference/xsd is not there");
        return println!("skipped: ../shared/reference/xsd is not there");
    }
    let messages = [
        (Kind::AttributeQuery, forged(Kind::AttributeQuery)),
        (Kind::SamlResponse, forged(Kind::SamlResponse)),
        (Kind::SamlAssertion, forged(Kind::SamlAssertion)),
        (Kind::SamlResponse, vector("saml-response/request-expired/pass-a-second-before.toml")),
        (Kind::SamlResponse, vector("saml-response/element-missing/pass-logout-response.toml")),
        (Kind::SamlResponse, vector("saml-response/value-malformed/pass-authn-request.toml")),
        (Kind::SamlAssertion, vector("saml-assertion/element-missing/pass-evidence-and-advice.toml")),
        (Kind::SamlAssertion, vector("saml-assertion/element-missing/pass-saml-11-decision.toml")),
    ];
    let dir = tempfile::tempdir().expect("a directory");
    let (mut problems, mut valid, mut invalid) = (Vec::new(), 0, 0);
    for (kind, text) in messages {
        let all = changed(&text);
        let mut files = Vec::new();
        for (index, (_, changed)) in all.iter().enumerate() {
            let file = dir.path().join(format!("{index}.xml"));
            fs::write(&file, changed).expect("writable");
            files.push(file);
        }
        let mut command = Command::new("xmllint");
        command.args(["--nonet", "--noout", "--schema"]).arg(schema(kind, &text)).args(&files);
        let Ok(output) = command.output() else {
            assert!(std::env::var_os("CI").is_none(), "xmllint is not installed");
            return println!("skipped: xmllint is not installed");
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        for (file, (what, changed)) in files.iter().zip(&all) {
            let theirs = said.contains(&format!("{} validates\n", file.display()));
            assert!(
                theirs || said.contains(&format!("{} fails to validate\n", file.display())),
                "xmllint did not judge {what}: {said}"
            );
            *(if theirs { &mut valid } else { &mut invalid }) += 1;
            if theirs == is_refused(kind, changed) {
                let verdict = if theirs { "takes" } else { "refuses" };
                problems.push(format!("{kind} {what}: the schema {verdict} it"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(valid > 200 && invalid > 300, "{valid} valid, {invalid} invalid");
}
