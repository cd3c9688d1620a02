//! The tokens among the public ETEE fixtures, each with the outcome that it comes to and why.

use std::fs;

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::forge::Bench;

use crate::fixtures::{self, Row, Table};

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

#[test]
fn every_token_of_the_fixtures_comes_to_what_explains_it() {
    let table = Table {
        kind: Kind::Etk,
        profile: Profile::Field,
        sound: Verdict::Conforms,
        covers: (&["alice", "bob", "etk"], &[".etk"]),
        rows: TOKENS,
        unjudged: &[],
    };
    table.check();
}

/// What an unsigned byte of a token says is believed by nobody: changes outside of the signed bytes
/// that matter are noticed, too.
#[test]
fn a_bit_that_is_flipped_in_the_certificate_is_noticed() {
    let Some(root) = fixtures::root() else { return };
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

/// One token in BER, as ETK-RA writes it, and in DER: the same is read from both.
#[test]
fn a_token_is_the_same_in_ber_and_in_der() {
    let bench = Bench::new(1, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"));
    let read = |mutation| {
        let forged = bench.forge(Kind::Etk, mutation).expect("a maker");
        let context: Context = serde_json::from_value(forged.context.into()).expect("the judge protocol");
        let judgement = engine::judge(Kind::Etk, &forged.bytes, &context, &Options::profile(Profile::Field));
        (forged.bytes, judgement.expect("no rule crashes").facts)
    };
    let (ber, facts) = read(None);
    assert!(!facts.is_empty());
    for mutation in ["der", "small-chunks"] {
        let (other, its) = read(Some(mutation));
        assert_ne!(ber, other, "{mutation}");
        assert_eq!(facts, its, "{mutation}");
    }
}
