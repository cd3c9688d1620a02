//! OpenSSL agrees with what the forge makes: the real `openssl` reads and verifies every valid
//! artefact.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use etalon::base::{Kind, time};
use etalon::forge::{self, Bench, keys::Key, pki::Party};

const CLOCK: &str = "2026-01-15T10:00:00Z";

fn bench(seed: u64) -> Bench {
    Bench::new(seed, time::parse(CLOCK).expect("RFC 3339"))
}

fn forged(kind: Kind, seed: u64) -> Vec<u8> {
    let clock = time::parse(CLOCK).expect("RFC 3339");
    forge::forge(kind, None, seed, clock, &BTreeMap::new()).expect("a valid artefact").bytes
}

/// A directory to work in, and the `openssl` to work with; nothing where there is none.
struct OpenSsl(tempfile::TempDir);

impl OpenSsl {
    fn find() -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_ok() {
            return Some(Self(tempfile::tempdir().expect("a temporary directory")));
        }
        assert!(std::env::var_os("CI").is_none(), "CI must have `openssl`");
        println!("skipped: there is no `openssl` here");
        None
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("writable");
        path
    }

    fn run(args: &[&str], file: &Path) -> Output {
        Command::new("openssl").args(args).arg(file).output().expect("openssl runs")
    }

    fn agrees(args: &[&str], file: &Path) -> String {
        let output = Self::run(args, file);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "openssl {} {}: {errors}", args.join(" "), file.display());
        text + &errors
    }
}

#[test]
fn openssl_verifies_a_forged_request_and_refuses_it_with_one_bit_flipped() {
    let Some(openssl) = OpenSsl::find() else { return };
    let args = ["req", "-verify", "-noout", "-inform", "DER", "-in"];
    for seed in 0..3 {
        let mut request = forged(Kind::Csr, seed);
        OpenSsl::agrees(&args, &openssl.file("good.csr", &request));
        *request.last_mut().expect("a signature") ^= 1;
        let output = OpenSsl::run(&args, &openssl.file("bad.csr", &request));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() || said.contains("failure"), "{said}");
    }
}

#[test]
fn openssl_verifies_every_valid_variant_of_a_request() {
    let Some(openssl) = OpenSsl::find() else { return };
    let mut seen = 0;
    for mutation in valid_variants(Kind::Csr) {
        let file = openssl.file(mutation, variant(Kind::Csr, Some(mutation)));
        OpenSsl::agrees(&["req", "-verify", "-noout", "-inform", "DER", "-in"], &file);
        seen += 1;
    }
    assert!(seen >= 5, "only {seen} variants");
}

#[test]
fn openssl_takes_a_revocation_list_as_it_was_meant() {
    let Some(openssl) = OpenSsl::find() else { return };
    let pki = bench(1).pki;
    let at = pki.clock.unix_timestamp().to_string();
    let files = [("root.pem", pki.root.pem()), ("issuing.pem", pki.issuing_ca.pem())];
    let [root, issuing] = files.map(|(name, text)| openssl.file(name, text).to_string_lossy().into_owned());
    let leaf = openssl.file("leaf.pem", pki.organisation.pem());
    let verified = |revoked: &[forge::der::Node]| {
        let list = forge::revocation_list::signed(&pki.issuing_ca, pki.clock, revoked);
        let list = openssl.file("list.pem", list).to_string_lossy().into_owned();
        let args = [
            "verify",
            "-attime",
            &at,
            "-crl_check",
            "-CAfile",
            &root,
            "-untrusted",
            &issuing,
            "-CRLfile",
            &list,
        ];
        OpenSsl::run(&args, &leaf).status.success()
    };
    assert!(verified(&[forge::der::int(5)]), "openssl does not take the list");
    assert!(
        !verified(std::slice::from_ref(&pki.organisation.spec.serial)),
        "openssl does not see the revocation"
    );
}

#[test]
fn openssl_builds_the_path_of_every_certificate_of_the_pki() {
    let Some(openssl) = OpenSsl::find() else { return };
    let pki = bench(1).pki;
    let at = pki.clock.unix_timestamp().to_string();
    let intermediates = openssl.file("intermediates.pem", pki.issuing_ca.pem());
    let anchors: [(&Party, &[&Party]); 3] = [
        (
            &pki.root,
            &[
                &pki.issuing_ca,
                &pki.organisation,
                &pki.person,
                &pki.etk_ra,
                &pki.sts,
                &pki.attribute_authority,
                &pki.realm,
                &pki.tls,
            ],
        ),
        (&pki.eid_ca, &[&pki.eid_authentication, &pki.eid_signature]),
        (&pki.attestation_root, &[]),
    ];
    for (anchor, leaves) in anchors {
        let anchor = openssl.file("anchor.pem", anchor.pem());
        for leaf in leaves {
            let leaf = openssl.file("leaf.pem", leaf.pem());
            let (anchor, chain) = (anchor.to_string_lossy(), intermediates.to_string_lossy());
            let args = ["verify", "-x509_strict", "-attime", &at, "-CAfile", &anchor, "-untrusted", &chain];
            OpenSsl::agrees(&args, &leaf);
        }
    }
}

#[test]
fn openssl_reads_the_subject_as_it_was_meant() {
    let Some(openssl) = OpenSsl::find() else { return };
    let pki = bench(1).pki;
    let args = ["x509", "-noout", "-subject", "-nameopt", "RFC2253,utf8,-esc_msb", "-in"];
    let said = OpenSsl::agrees(&args, &openssl.file("organisation.pem", pki.organisation.pem()));
    // RFC 2253 does not escape `=`; CertRA's contracts do.
    let expected = pki.organisation_holder.subject_text().replace("\\=", "=");
    assert_eq!(said.trim(), format!("subject={expected}"));
}

#[test]
fn openssl_reads_every_kind_of_key() {
    let Some(openssl) = OpenSsl::find() else { return };
    for key in [Key::p256(1, "a"), Key::p384(1, "a"), Key::ed25519(1, "a"), bench(1).pki.organisation.key] {
        let file = openssl.file("key.pem", key.private_pem());
        assert_eq!(OpenSsl::agrees(&["pkey", "-pubout", "-in"], &file), key.public_pem());
    }
}

#[test]
fn openssl_verifies_the_encryption_certificate_under_the_authentication_key() {
    let Some(openssl) = OpenSsl::find() else { return };
    let pki = bench(1).pki;
    // The issuer is an end entity, so no path can be built: the bare signature is compared.
    let spec = &pki.organisation_encryption.spec;
    let tbs = spec.tbs().encode();
    let certificate = &pki.organisation_encryption.certificate;
    let signature = &certificate[certificate.len() - 256..];
    let key = openssl.file("auth.pub", pki.organisation.key.public_pem());
    let signature = openssl.file("signature", signature);
    let (key, signature) = (key.to_string_lossy(), signature.to_string_lossy());
    let args = ["dgst", "-sha256", "-verify", &key, "-signature", &signature];
    OpenSsl::agrees(&args, &openssl.file("tbs", tbs));
    OpenSsl::agrees(&["x509", "-noout", "-inform", "DER", "-in"], &openssl.file("enc.cer", certificate));
}

/// A forged valid variant: of a kind, and a mutation where it is not the plain one.
fn variant(kind: Kind, mutation: Option<&str>) -> Vec<u8> {
    let clock = time::parse(CLOCK).expect("RFC 3339");
    forge::forge(kind, mutation, 1, clock, &BTreeMap::new()).expect("a valid artefact").bytes
}

/// What is not asked of openssl: before 3.2 its CMS knows no Ed25519.
const NO_ED25519: &str = "ed25519";

/// The mutations of a kind that make another valid artefact.
fn valid_variants(kind: Kind) -> impl Iterator<Item = &'static str> {
    let maker = forge::maker(kind).expect("it is forged");
    maker.mutations.iter().filter(|mutation| mutation.rules.is_empty()).map(|mutation| mutation.id)
}

#[test]
fn openssl_reads_every_valid_variant_of_a_certificate() {
    let Some(openssl) = OpenSsl::find() else { return };
    let mut seen = 0;
    for kind in [Kind::Certificate, Kind::EncryptionCertificate] {
        for mutation in valid_variants(kind).map(Some).chain([None]) {
            let bytes = variant(kind, mutation);
            let form = if bytes.starts_with(b"-----") { "PEM" } else { "DER" };
            let file = openssl.file(mutation.unwrap_or("valid"), bytes);
            OpenSsl::agrees(&["x509", "-noout", "-inform", form, "-in"], &file);
            seen += 1;
        }
    }
    assert!(seen >= 8, "only {seen} variants");
}

#[test]
fn openssl_verifies_forged_messages_and_tokens() {
    let Some(openssl) = OpenSsl::find() else { return };
    let args = ["cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-out", "/dev/null", "-in"];
    for kind in [Kind::Cms, Kind::Etk, Kind::SealedMessage] {
        let valid = valid_variants(kind).filter(|mutation| *mutation != NO_ED25519);
        for mutation in valid.map(Some).chain([None]) {
            let name = format!("{kind}-{}.ber", mutation.unwrap_or("valid"));
            OpenSsl::agrees(&args, &openssl.file(&name, variant(kind, mutation)));
        }
    }
    OpenSsl::agrees(&args, &openssl.file("sha-1.ber", variant(Kind::Etk, Some("sha-1"))));
    for mutation in ["signature-flipped", "other-key", "content-changed", "digest-absent"] {
        let file = openssl.file("bad.ber", variant(Kind::Cms, Some(mutation)));
        assert!(!OpenSsl::run(&args, &file).status.success(), "openssl takes {mutation}");
    }
}

#[test]
fn openssl_decrypts_a_forged_challenge_to_the_serial_number() {
    let Some(openssl) = OpenSsl::find() else { return };
    let bench = bench(1);
    let challenge = forged(Kind::EtkChallenge, 1);
    let key = openssl.file("key.pem", bench.pki.organisation_encryption.key.private_pem());
    let (key, out) = (key.to_string_lossy().into_owned(), openssl.0.path().join("plain"));
    let args = ["pkeyutl", "-decrypt", "-inkey", &key, "-out", &out.to_string_lossy(), "-in"];
    OpenSsl::agrees(&args, &openssl.file("ciphertext", &challenge[..256]));
    let serial = std::fs::read(out).expect("what was decrypted");
    assert_eq!(serial, forge::etk_challenge::Spec::valid(&bench).expect("no parameter").serial);
}

#[test]
fn openssl_opens_a_forged_keystore_and_refuses_another_password() {
    let Some(openssl) = OpenSsl::find() else { return };
    let bench = bench(1);
    let file = openssl.file("keys.p12", forged(Kind::Keystore, 1));
    let said = OpenSsl::agrees(&["pkcs12", "-nodes", "-passin", "pass:etalon", "-in"], &file);
    for key in [&bench.pki.organisation.key, &bench.pki.organisation_encryption.key] {
        assert!(said.contains(&key.private_pem()), "openssl finds another key");
    }
    assert!(said.contains("friendlyName: authentication"), "{said}");
    for mutation in valid_variants(Kind::Keystore) {
        let file = openssl.file(mutation, variant(Kind::Keystore, Some(mutation)));
        OpenSsl::agrees(&["pkcs12", "-nodes", "-passin", "pass:etalon", "-in"], &file);
    }
    assert!(!OpenSsl::run(&["pkcs12", "-nodes", "-passin", "pass:other", "-in"], &file).status.success());
}

#[test]
fn openssl_verifies_what_is_forged_with_its_own_keystore() {
    let Some(openssl) = OpenSsl::find() else { return };
    let path = |name: &str| openssl.0.path().join(name).to_string_lossy().into_owned();
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program} {}: {errors}", args.join(" "));
        String::from_utf8_lossy(&output.stdout).into_owned() + &errors
    };
    let (key, certificate, keystore) = (path("key.pem"), path("certificate.pem"), path("keys.p12"));
    let password = openssl.file("password", "of the keystore\n").to_string_lossy().into_owned();
    let subject = "/C=BE/O=Federal Government/OU=CBE=0999364274/OU=SAMPLE HOSPITAL/OU=eHealth-platform Belgium/CN=CBE=0999364274";
    let fresh = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-days", "30"];
    run("openssl", &[&fresh[..], &["-keyout", &key, "-out", &certificate]].concat());
    let pass = format!("file:{password}");
    let export = ["pkcs12", "-export", "-name", "authentication", "-passout", &pass];
    run("openssl", &[&export[..], &["-inkey", &key, "-in", &certificate, "-out", &keystore]].concat());

    let etalon = env!("CARGO_BIN_EXE_etalon");
    let forge = |kind: &str, file: &str| {
        run(etalon, &["forge", kind, "--keystore", &keystore, "--password-file", &password, "-o", file]);
    };
    let (request, message) = (path("request.csr"), path("message.p7m"));
    forge("csr", &request);
    run("openssl", &["req", "-verify", "-noout", "-inform", "DER", "-in", &request]);
    let of_request = run("openssl", &["req", "-pubkey", "-noout", "-inform", "DER", "-in", &request]);
    assert_eq!(of_request, run("openssl", &["x509", "-pubkey", "-noout", "-in", &certificate]));
    let named = run("openssl", &["req", "-subject", "-noout", "-inform", "DER", "-in", &request]);
    assert!(named.contains("SAMPLE HOSPITAL"), "{named}");
    forge("cms", &message);
    let verify = ["cms", "-verify", "-inform", "DER", "-purpose", "any", "-CAfile", &certificate];
    run("openssl", &[&verify[..], &["-in", &message]].concat());

    let wrong = openssl.file("wrong", "another\n").to_string_lossy().into_owned();
    let args = ["forge", "csr", "--keystore", &keystore, "--password-file", &wrong];
    let output = Command::new(etalon).args(args).output().expect("it runs");
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}
