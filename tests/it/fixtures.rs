//! The public ETEE fixtures (`../shared/reference/etee-fixtures`): all of them are judged, and a table
//! says what each one comes to, and why. The tables stand in the files of their kinds.

use std::fs;
use std::path::{Path, PathBuf};

use etalon::base::{Kind, Profile, time};
use etalon::context::{Context, Secret};
use etalon::detect;
use etalon::engine::{self, Options, Verdict};
use etalon::rule::Severity;

/// A fixture, the instant as of which it is judged, the rules that must report an error, and what
/// explains it.
pub(crate) type Row = (&'static str, &'static str, &'static [&'static str], &'static str);

/// How the fixtures of one table are judged.
pub(crate) struct Table {
    pub(crate) kind: Kind,
    pub(crate) profile: Profile,
    /// What a fixture without errors comes to.
    pub(crate) sound: Verdict,
    /// The folders, and the endings of the names in them, that the table covers.
    pub(crate) covers: (&'static [&'static str], &'static [&'static str]),
    pub(crate) rows: &'static [Row],
    /// Rows that are inconclusive, and whose reason says what etalon does not read.
    pub(crate) unjudged: &'static [Row],
}

/// Where they are; nothing where they are not.
pub(crate) fn root() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/etee-fixtures");
    if root.is_dir() {
        return Some(root);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing, and CI needs it", root.display());
    println!("skipped: {} is not there", root.display());
    None
}

impl Table {
    /// Judges every row, and sees that no fixture is left out.
    pub(crate) fn check(&self) {
        let Some(root) = root() else { return };
        let mut problems = self.left_out(&root);
        let rows = self.rows.iter().map(|row| (row, self.sound));
        for ((file, as_of, expected, why), sound) in
            rows.chain(self.unjudged.iter().map(|row| (row, Verdict::Inconclusive)))
        {
            let bytes = fs::read(root.join(file)).expect("readable");
            let bytes = detect::in_file(self.kind, &bytes).bytes;
            let context = Context {
                as_of: time::parse(as_of),
                // The password of every keystore of the set.
                password: Some(Secret::new("test")),
                ..Context::default()
            };
            let judgement = engine::judge(self.kind, &bytes, &context, &Options::profile(self.profile));
            let judgement = judgement.expect("no rule crashes");
            let errors = judgement.findings.iter().filter(|f| f.severity == Severity::Error);
            let mut found: Vec<_> = errors.map(|f| f.rule.id).collect();
            found.sort_unstable();
            found.dedup();
            if found != *expected || (judgement.verdict == sound) != expected.is_empty() {
                problems.push(format!(
                    "{file} as of {as_of} ({why}):\n  expected {expected:?}\n  found    {found:?}, {}",
                    judgement.verdict.name()
                ));
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    fn left_out(&self, root: &Path) -> Vec<String> {
        let (folders, endings) = self.covers;
        let mut missing = Vec::new();
        for folder in folders {
            for entry in fs::read_dir(root.join(folder)).expect("a folder") {
                let name = format!("{folder}/{}", entry.expect("an entry").file_name().to_string_lossy());
                let is_covered = endings.iter().any(|ending| name.ends_with(ending));
                let mut rows = self.rows.iter().chain(self.unjudged);
                if is_covered && !rows.any(|(file, ..)| *file == name) {
                    missing.push(format!("{name} has no row"));
                }
            }
        }
        missing
    }
}

#[test]
fn every_fixture_is_of_a_kind_that_a_table_covers() {
    let Some(root) = root() else { return };
    for folder in fs::read_dir(root).expect("folders").map(|it| it.expect("an entry").path()) {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            assert!(
                ["etk", "msg", "cms", "p12", "cer", "crt"].contains(&ending.as_str()),
                "{}: no table covers it",
                path.display()
            );
        }
    }
}

const AUTHORITIES: Table = Table {
    kind: Kind::Certificate,
    profile: Profile::Standard,
    sound: Verdict::Conforms,
    covers: (&["imports"], &[".cer", ".crt"]),
    rows: &[
        (
            "imports/CA.cer",
            "2012-01-01T00:00:00Z",
            &["certificate.subject-key-id-missing"],
            "an authority of the test PKI, made without the extensions of RFC 5280",
        ),
        (
            "imports/CA2.cer",
            "2014-06-01T00:00:00Z",
            &["certificate.basic-constraints-not-critical"],
            "an authority whose basicConstraints are not critical, as OpenSSL made them",
        ),
        ("imports/specimenCa.cer", "2012-01-01T00:00:00Z", &[], "a good authority"),
        ("imports/specimenCitizenCa.cer", "2012-01-01T00:00:00Z", &[], "a good authority"),
        (
            "imports/ZetesConfidens Private Trust PKI - root CA 001.cer",
            "2020-01-01T00:00:00Z",
            &[],
            "a good authority",
        ),
        (
            "imports/ZetesConfidens Private Trust PKI - eHealth issuing CA 001.crt",
            "2020-01-01T00:00:00Z",
            &[],
            "a good authority",
        ),
    ],
    unjudged: &[],
};

#[test]
fn every_authority_of_the_fixtures_comes_to_what_explains_it() {
    AUTHORITIES.check();
}

const IN_BER: &str = "a good keystore in BER, as Java writes it";

const KEYSTORES: Table = Table {
    kind: Kind::Keystore,
    profile: Profile::Field,
    sound: Verdict::Conforms,
    covers: (&["alice", "bob", "other"], &[".p12"]),
    rows: &[
        (
            "alice/alice_auth.p12",
            "2016-01-01T00:00:00Z",
            &[],
            "the authentication key alone; its alias with a capital is a warning",
        ),
        ("alice/alice_enc.p12", "2016-01-01T00:00:00Z", &[], "the encryption key alone, which is a warning"),
        (
            "alice/old_alices_private_key_store.p12",
            "2016-01-01T00:00:00Z",
            &[],
            "a good keystore; what its name says is wrong with the token that belongs to it",
        ),
        (
            "bob/Bob2_private_key_store.p12",
            "2016-01-01T00:00:00Z",
            &["keystore.encryption-alias-wrong"],
            "the encryption key stands under a word, not under its serial number",
        ),
        (
            "bob/Bob3_private_key_store.p12",
            "2016-01-01T00:00:00Z",
            &["keystore.encryption-alias-wrong"],
            "the encryption key stands under a word, not under its serial number",
        ),
        (
            "bob/bob_auth.p12",
            "2016-01-01T00:00:00Z",
            &[],
            "the authentication key alone; its alias with a capital is a warning",
        ),
        ("bob/bob_enc.p12", "2016-01-01T00:00:00Z", &[], "the encryption key alone, which is a warning"),
        (
            "other/expired_auth.p12",
            "2016-01-01T00:00:00Z",
            &[],
            "a good keystore; what its name says is wrong with the token that belongs to it",
        ),
        (
            "other/invalid_authkey_usage.p12",
            "2016-01-01T00:00:00Z",
            &["keystore.encryption-alias-wrong"],
            "the encryption key stands under a word, not under its serial number",
        ),
        (
            "other/invalid_cert_chain.p12",
            "2016-01-01T00:00:00Z",
            &[],
            "a good keystore; what its name says is wrong with the token that belongs to it",
        ),
        (
            "other/invalid_key_algorithm.p12",
            "2016-01-01T00:00:00Z",
            &["keystore.encryption-alias-wrong"],
            "the encryption key stands under a word, not under its serial number",
        ),
        (
            "other/invalid_key_size.p12",
            "2016-01-01T00:00:00Z",
            &[],
            "a good keystore; what its name says is wrong with the token that belongs to it",
        ),
        (
            "other/not_yet_auth.p12",
            "2016-01-01T00:00:00Z",
            &["keystore.pair-mismatched"],
            "the id of one key ties it to the certificate of the other",
        ),
        ("alice/alices_private_key_store.p12", "2016-01-01T00:00:00Z", &[], IN_BER),
        ("bob/bobs_private_key_store.p12", "2016-01-01T00:00:00Z", &[], IN_BER),
        ("bob/old_bobs_private_key_store.p12", "2016-01-01T00:00:00Z", &[], IN_BER),
        ("other/expired_encr.p12", "2016-01-01T00:00:00Z", &[], IN_BER),
        ("other/invalid_encrkey_usage.p12", "2016-01-01T00:00:00Z", &[], IN_BER),
    ],
    unjudged: &[],
};

#[test]
fn every_keystore_of_the_fixtures_comes_to_what_explains_it() {
    KEYSTORES.check();
}
