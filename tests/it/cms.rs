//! SignedData against the third-party vectors, and against inputs that are not quite one.

use std::collections::BTreeMap;

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::Verdict;
use etalon::forge;

use crate::judged::judge;
use crate::shared;

/// Vectors whose verdict is not the one that their manifest expects: the verdict, and why.
const DEVIATIONS: &[(&str, Verdict, &str)] = &[
    ("3nnn_smime-78d5e195", Verdict::Inconclusive, "the content is in the e-mail around it"),
    ("circular-f0f80881", Verdict::Inconclusive, "the content is in the e-mail around it"),
    ("validator.revoked-8177e4e4", Verdict::Inconclusive, "the content is in the e-mail around it"),
    ("qp-soft-break-ebf0e063", Verdict::Inconclusive, "the content is in the e-mail around it"),
    ("validator.validMail-b58bda5c", Verdict::Inconclusive, "the content is in the e-mail around it"),
];

#[test]
fn third_party_messages_come_to_their_verdicts() {
    let (Some(root), Some(manifest)) = (shared::root(), shared::manifest("cms")) else { return };
    let anchor = std::fs::read(root.join("cms/etk_derived/root.cer")).expect("the anchor");
    let token =
        Context { trust: vec![anchor], as_of: time::parse("2026-01-15T10:00:00Z"), ..Context::default() };
    let plain = Context::default();
    let (mut problems, mut judged) = (Vec::new(), 0);
    for item in manifest["items"].as_array().expect("items") {
        let id = item["id"].as_str().expect("an id");
        let bytes =
            std::fs::read(root.join("cms").join(item["file"].as_str().expect("a file"))).expect("readable");
        let (kind, context) = if id.starts_with("etk") { (Kind::Etk, &token) } else { (Kind::Cms, &plain) };
        let judgement = judge(kind, &bytes, context, Profile::Standard);
        let found = judgement.verdict;
        let met = match item["expected"].as_str().expect("an expectation") {
            "accept" => found == Verdict::Conforms,
            "reject" => matches!(found, Verdict::Violates | Verdict::Unreadable),
            _ => continue,
        };
        judged += 1;
        match DEVIATIONS.iter().find(|(it, ..)| *it == id) {
            Some((_, expected, _)) if *expected == found && !met => {}
            Some((_, expected, why)) => problems.push(format!(
                "{id}: the deviation ({}, because {why}) is no longer needed: found {}",
                expected.name(),
                found.name()
            )),
            None if met => {}
            None => {
                let rules: Vec<_> = judgement.findings.iter().map(|f| f.rule.id).collect();
                problems.push(format!(
                    "{id}: expected {}, found {} {rules:?}",
                    item["expected"],
                    found.name()
                ));
            }
        }
    }
    assert!(judged > 30, "only {judged} vectors were judged");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn detached_content_and_absent_certificates_are_named() {
    let forge = |mutation| {
        let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
        forge::forge(Kind::Cms, Some(mutation), 1, clock, &BTreeMap::new()).expect("in the table").bytes
    };
    for (mutation, rule) in
        [("detached", "cms.content-detached"), ("certificate-absent", "cms.signer-certificate-missing")]
    {
        let judgement = judge(Kind::Cms, &forge(mutation), &Context::default(), Profile::Standard);
        assert_eq!(judgement.verdict, Verdict::Inconclusive);
        assert_eq!(judgement.findings[0].rule.id, rule);
    }
}

#[test]
fn a_key_of_the_context_stands_in_for_the_certificate() {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let bench = forge::Bench::new(1, clock);
    let forged = forge::forge(Kind::Cms, Some("certificate-absent"), 1, clock, &BTreeMap::new())
        .expect("in the table");
    let mut context =
        Context { key: Some(bench.pki.organisation.key.public_pem().into()), ..Context::default() };
    let verdict = |context: &Context| judge(Kind::Cms, &forged.bytes, context, Profile::Standard).verdict;
    assert_eq!(verdict(&context), Verdict::Conforms);
    context.key = Some(bench.pki.stranger.key.public_pem().into());
    assert_eq!(verdict(&context), Verdict::Violates);
}

fn valid(kind: Kind) -> (Vec<u8>, Context) {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let forged = forge::forge(kind, None, 1, clock, &BTreeMap::new()).expect("a maker");
    let context = serde_json::from_value(forged.context.into()).expect("the judge protocol");
    (forged.bytes, context)
}

/// Decoding that stops says where: without content there is nothing to read, and no rule would tell.
#[test]
fn a_message_without_content_is_malformed() {
    let no_content = [&[0x30, 11, 0x06, 9][..], &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]].concat();
    let judgement = judge(Kind::Cms, &no_content, &Context::default(), Profile::Standard);
    assert_eq!(judgement.verdict, Verdict::Unreadable);
    assert_eq!(judgement.findings[0].rule.id, "cms.encoding-malformed");
}

/// A signature holds what it covers: whatever single bit of the signed bytes is changed, the message
/// no longer conforms.
#[test]
fn a_bit_that_is_flipped_in_signed_bytes_is_noticed() {
    let (bytes, context) = valid(Kind::Cms);
    let text = b"Signed for the sake of being verified.";
    let start = bytes.windows(text.len()).position(|it| it == text).expect("the content");
    for at in start..start + text.len() {
        for bit in 0..8 {
            let mut input = bytes.clone();
            input[at] ^= 1 << bit;
            let verdict = judge(Kind::Cms, &input, &context, Profile::Field).verdict;
            assert_eq!(verdict, Verdict::Violates, "byte {at}, bit {bit}");
        }
    }
    // The signed attributes end with the hash of the content, and both hold the content by it.
    let digest = [0x04, 0x20];
    let start = bytes.windows(2).rposition(|it| it == digest).expect("messageDigest") + 2;
    for at in start - 20..start + 32 {
        let mut input = bytes.clone();
        input[at] ^= 1 << (at % 8);
        let verdict = judge(Kind::Cms, &input, &context, Profile::Field).verdict;
        assert!(matches!(verdict, Verdict::Violates | Verdict::Unreadable), "byte {at} of the attributes");
    }
}
