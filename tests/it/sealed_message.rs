//! The messages among the public ETEE fixtures, each with the outcome that it comes to and why.
//!
//! Nobody gives the recipients' keys, so a message that is sound outside stays inconclusive.

use std::fs;
use std::path::{Path, PathBuf};

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::rule::Severity;

/// A fixture, the year as of whose middle it is judged under `field`, the rules that must report an
/// error, and what explains it.
type Row = (&'static str, u16, &'static [&'static str], &'static str);

const SOUND: &str = "sound outside";
const INSIDE: &str =
    "sound outside; what its name says is wrong with the inner layer or the recipient, behind the envelope";

const MESSAGES: &[Row] = &[
    ("core/vitalink.cms", 2023, &[], "sound outside; an empty set of unsigned attributes is a note"),
    ("core/web-auth.cms", 2020, &[], "signed with a WebAuthn key that is named by its identifier alone"),
    ("msg/LTA_Tma.msg", 2014, &["sealed-message.signer-key-too-small"], "an eID of old has 1024 bits"),
    ("msg/LTA_eHTSA.msg", 2014, &["sealed-message.signer-key-too-small"], "an eID of old has 1024 bits"),
    ("msg/LT_FedictTSA.msg", 2014, &["sealed-message.signer-key-too-small"], "an eID of old has 1024 bits"),
    ("msg/LT_eHTSA.msg", 2014, &["sealed-message.signer-key-too-small"], "an eID of old has 1024 bits"),
    ("msg/brokenSignedData.msg", 2014, &["cms.encoding-malformed"], "as its name says"),
    ("msg/message_from_alice_for_bob.msg", 2014, &[], SOUND),
    ("msg/openssl_encrypted.msg", 2014, &["cms.content-type-not-signed-data"], "the envelope alone"),
    (
        "msg/openssl_inner_signed.msg",
        2014,
        &["sealed-message.not-enveloped", "sealed-message.signature-algorithm-unauthorised"],
        "the inner layer alone, over SHA-1",
    ),
    (
        "msg/openssl_outer_signed.msg",
        2014,
        &["sealed-message.signature-algorithm-unauthorised"],
        "signed over SHA-1",
    ),
    ("msg/outer_signed_message.msg", 2014, &[], SOUND),
    ("msg/triple_wrapped_certs_contain_no_crluri.msg", 2014, &[], "sound: no revocation list is looked up"),
    (
        "msg/triple_wrapped_certs_contain_noexisting_crluri.msg",
        2014,
        &[],
        "sound: no revocation list is looked up",
    ),
    ("msg/triple_wrapped_correct.msg", 2014, &[], SOUND),
    ("msg/triple_wrapped_cross_signed.msg", 2014, &[], SOUND),
    ("msg/triple_wrapped_expired_auth.msg", 2014, &["sealed-message.signer-not-valid"], "as its name says"),
    ("msg/triple_wrapped_expired_encr.msg", 2014, &[], INSIDE),
    (
        "msg/triple_wrapped_invalid_cert_chain.msg",
        2014,
        &[],
        "its chain ends at a root that is not in it; no anchor is given that would tell",
    ),
    ("msg/triple_wrapped_invalid_cms_signed.msg", 2014, &["cms.encoding-malformed"], "as its name says"),
    ("msg/triple_wrapped_invalid_encrypted.msg", 2014, &["sealed-message.not-enveloped"], "as its name says"),
    ("msg/triple_wrapped_invalid_inner_signed.msg", 2014, &[], INSIDE),
    (
        "msg/triple_wrapped_invalid_key_size.msg",
        2014,
        &["sealed-message.signer-key-too-small"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_invalid_key_usage.msg",
        2014,
        &[],
        "its name says that the key usage is invalid, but it is digitalSignature, as in good ones",
    ),
    ("msg/triple_wrapped_invalid_signature.msg", 2014, &["cms.signature-invalid"], "as its name says"),
    ("msg/triple_wrapped_more_signing_times.msg", 2014, &["cms.attribute-repeated"], "as its name says"),
    ("msg/triple_wrapped_multi_recipients.msg", 2014, &[], SOUND),
    (
        "msg/triple_wrapped_not_valid_yet_auth.msg",
        2014,
        &["sealed-message.signer-not-valid"],
        "as its name says",
    ),
    ("msg/triple_wrapped_revoked_cert.msg", 2014, &[], "revocation is not looked up"),
    (
        "msg/triple_wrapped_signed_with_other_key_and_algo.msg",
        2014,
        &["cms.signature-invalid", "sealed-message.signature-algorithm-unauthorised"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_unauthorized_algos.msg",
        2014,
        &[
            "sealed-message.content-encryption-unauthorised",
            "sealed-message.signature-algorithm-unauthorised",
        ],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_unsupported_algos_SHA224WITHRSA.msg",
        2014,
        &["sealed-message.signature-algorithm-unauthorised"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_was_not_valid_yet_auth.msg",
        2014,
        &["sealed-message.signer-not-valid"],
        "as its name says, as of a time at which its certificate is not valid",
    ),
    (
        "msg/triple_wrapped_with_2_signerinfos.msg",
        2014,
        &["sealed-message.signers-several"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_without_outer_cert.msg",
        2014,
        &[],
        "as its name says: the signature stays unverified",
    ),
    ("msg/triple_wrapped_wrong_encryption_key.msg", 2014, &[], INSIDE),
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
fn every_message_of_the_fixtures_comes_to_what_explains_it() {
    let Some(root) = fixtures() else { return };
    let mut problems = Vec::new();
    for (file, year, expected, why) in MESSAGES {
        let bytes = fs::read(root.join(file)).expect("readable");
        let context =
            Context { as_of: time::parse(&format!("{year}-06-01T00:00:00Z")), ..Context::default() };
        let judgement =
            engine::judge(Kind::SealedMessage, &bytes, &context, &Options::profile(Profile::Field));
        let judgement = judgement.expect("no rule crashes");
        let errors = judgement.findings.iter().filter(|f| f.severity == Severity::Error);
        let mut found: Vec<_> = errors.map(|f| f.rule.id).collect();
        found.sort_unstable();
        found.dedup();
        let agrees = (judgement.verdict == Verdict::Inconclusive) == expected.is_empty();
        if found != *expected || !agrees {
            problems.push(format!(
                "{file} ({why}):\n  expected {expected:?}\n  found    {found:?}, {}",
                judgement.verdict.name()
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn no_message_of_the_fixtures_is_left_out() {
    let Some(root) = fixtures() else { return };
    for folder in ["core", "msg"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let name = format!("{folder}/{}", entry.expect("an entry").file_name().to_string_lossy());
            assert!(MESSAGES.iter().any(|(file, ..)| *file == name), "{name} has no row");
        }
    }
}

#[test]
fn every_keystore_of_the_fixtures_asks_for_its_password() {
    let Some(root) = fixtures() else { return };
    let mut seen = 0;
    for folder in ["alice", "bob", "other"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|it| it != "p12") {
                continue;
            }
            let bytes = fs::read(&path).expect("readable");
            let options = Options::profile(Profile::Field);
            let judgement = engine::judge(Kind::Keystore, &bytes, &Context::default(), &options);
            let judgement = judgement.expect("no rule crashes");
            assert_eq!(judgement.verdict, Verdict::Inconclusive, "{}", path.display());
            assert_eq!(judgement.findings[0].rule.id, "keystore.password-missing");
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen} keystores were found");
}
