//! The tokens among the public ETEE fixtures, each with the outcome that it comes to and why.

use std::fs;
use std::path::{Path, PathBuf};

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::rule::Severity;

/// A fixture, the instant as of which it is judged under `field`, the rules that must report an
/// error (none: it conforms), and what explains it.
type Row = (&'static str, &'static str, &'static [&'static str], &'static str);

const TOKENS: &[Row] = &[
    ("alice/alices_public_key.etk", "2016-01-01T00:00:00Z", &[], "a good token"),
    ("bob/bobs_public_key.etk", "2016-01-01T00:00:00Z", &[], "a good token"),
    ("bob/old_bobs_public_key.etk", "2016-01-01T00:00:00Z", &[], "a good token of old, over SHA-1"),
    ("etk/Bob2_public_key.etk", "2016-01-01T00:00:00Z", &[], "a good token"),
    ("etk/Bob3_public_key.etk", "2016-01-01T00:00:00Z", &[], "a good token"),
    (
        "etk/Bob3_public_key.etk",
        "2025-01-01T00:00:00Z",
        &[],
        "the certificate of ETK-RA has expired: nobody checks",
    ),
    ("etk/valid_but_scrambledDN.etk", "2016-01-01T00:00:00Z", &[], "the order of a name does not matter"),
    (
        "etk/kgss.etk",
        "2012-01-01T00:00:00Z",
        &[],
        "a good token of the TRAIL test PKI, signed by `Registration`",
    ),
    (
        "etk/kgss.etk",
        "2016-01-01T00:00:00Z",
        &["etk.authentication-certificate-not-valid", "etk.encryption-certificate-not-valid"],
        "the same token after it expired",
    ),
    (
        "etk/auth_and_encr_not_same_DN.etk",
        "2016-01-01T00:00:00Z",
        &["etk.certificates-do-not-match"],
        "as its name says",
    ),
    (
        "etk/expired_auth.etk",
        "2016-01-01T00:00:00Z",
        &["etk.authentication-certificate-not-valid"],
        "as its name says",
    ),
    (
        "etk/expired_encr.etk",
        "2016-01-01T00:00:00Z",
        &["etk.encryption-certificate-not-valid"],
        "as its name says",
    ),
    (
        "etk/not_yet_auth.etk",
        "2016-01-01T00:00:00Z",
        &["etk.authentication-certificate-not-valid"],
        "as its name says",
    ),
    (
        "etk/invalid_cert_chain.etk",
        "2016-01-01T00:00:00Z",
        &["etk.chain-broken"],
        "as its name says: the CA that it embeds did not sign the certificate of ETK-RA",
    ),
    (
        "etk/invalid_encrkey_usage.etk",
        "2016-01-01T00:00:00Z",
        &["etk.certificates-do-not-match", "etk.encryption-key-usage-wrong"],
        "as its name says; its subject lacks the common name, too",
    ),
    (
        "etk/invalid_key_algorithm.etk",
        "2016-01-01T00:00:00Z",
        &["etk.authentication-key-unsuitable"],
        "as its name says: the authentication key is DSA",
    ),
    (
        "etk/invalid_key_size.etk",
        "2016-01-01T00:00:00Z",
        &[
            "etk.authentication-key-unsuitable",
            "etk.certificates-do-not-match",
            "etk.encryption-key-unsuitable",
        ],
        "as its name says, 2000 bits; and an eID stands in for the authentication certificate",
    ),
    (
        "etk/invalid_authkey_usage.etk",
        "2016-01-01T00:00:00Z",
        &[],
        "its name says that the key usage of the authentication certificate is invalid, but it is \
         digitalSignature, as in tokens that are good: the flaw is not in the bytes",
    ),
    (
        "etk/incorrectly_encoded.etk",
        "2016-01-01T00:00:00Z",
        &["cms.encoding-malformed"],
        "as its name says: it begins with the text `hack`",
    ),
];

fn fixtures() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/etee-fixtures");
    if root.is_dir() {
        return Some(root);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing, and CI needs it", root.display());
    println!("skipped: {} is not there", root.display());
    None
}

#[test]
fn every_token_of_the_fixtures_comes_to_what_explains_it() {
    let Some(root) = fixtures() else { return };
    let mut problems = Vec::new();
    for (file, as_of, expected, why) in TOKENS {
        let bytes = fs::read(root.join(file)).expect("readable");
        let context = Context { as_of: time::parse(as_of), ..Context::default() };
        let judgement = engine::judge(Kind::Etk, &bytes, &context, &Options::profile(Profile::Field));
        let judgement = judgement.expect("no rule crashes");
        let errors = judgement.findings.iter().filter(|f| f.severity == Severity::Error);
        let mut found: Vec<_> = errors.map(|f| f.rule.id).collect();
        found.sort_unstable();
        found.dedup();
        let agrees = (judgement.verdict == Verdict::Conforms) == expected.is_empty();
        if found != *expected || !agrees {
            problems.push(format!(
                "{file} as of {as_of} ({why}):\n  expected {expected:?}\n  found    {found:?}, {}",
                judgement.verdict.name()
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn no_token_of_the_fixtures_is_left_out() {
    let Some(root) = fixtures() else { return };
    for folder in ["alice", "bob", "etk"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|it| it == "etk") {
                let name = format!("{folder}/{}", path.file_name().unwrap_or_default().to_string_lossy());
                assert!(TOKENS.iter().any(|(file, ..)| *file == name), "{name} has no row");
            }
        }
    }
}

/// What an unsigned byte of a token says is believed by nobody: changes outside of the signed bytes
/// that matter are noticed, too.
#[test]
fn a_bit_that_is_flipped_in_the_certificate_is_noticed() {
    let Some(root) = fixtures() else { return };
    let bytes = fs::read(root.join("bob/bobs_public_key.etk")).expect("readable");
    let context = Context { as_of: time::parse("2016-01-01T00:00:00Z"), ..Context::default() };
    for at in (70..800).step_by(11) {
        let mut input = bytes.clone();
        input[at] ^= 1;
        let judgement = engine::judge(Kind::Etk, &input, &context, &Options::profile(Profile::Field));
        let verdict = judgement.expect("no rule crashes").verdict;
        assert!(matches!(verdict, Verdict::Violates | Verdict::Unreadable), "byte {at}: {}", verdict.name());
    }
}
