//! Keys on a card, by PKCS#11: SoftHSM2 stands in for the reader.

#![cfg(feature = "pkcs11")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, CertificateType, ObjectClass};
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use etalon::base::time;
use etalon::forge::keys::Key;
use etalon::forge::pki::{Party, Pki};
use p12_keystore::Pkcs12Archive;
use serde_json::Value;

use crate::command::command;
use crate::served::Served;

const PIN: &str = "471108";

/// The module of SoftHSM2, where it is installed.
fn module() -> Option<PathBuf> {
    let places = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    ];
    let found = places.into_iter().map(PathBuf::from).find(|it| it.exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "SoftHSM2 is not installed");
        println!("not tested: SoftHSM2 is not installed");
    }
    found
}

fn softhsm(dir: &Path, args: &[&str]) {
    let mut command = Command::new("softhsm2-util");
    let output = command.args(args).env("SOFTHSM2_CONF", dir.join("softhsm2.conf")).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn pem(label: &str, der: &[u8]) -> String {
    etalon::forge::keys::pem(label, der)
}

/// A card without keys.
fn empty_card(dir: &Path) {
    fs::create_dir_all(dir.join("tokens")).expect("a directory");
    let conf =
        format!("directories.tokendir = {}\nobjectstore.backend = file\n", dir.join("tokens").display());
    fs::write(dir.join("softhsm2.conf"), conf).expect("written");
    softhsm(dir, &["--init-token", "--free", "--label", "BELPIC", "--pin", PIN, "--so-pin", "12345678"]);
    fs::write(dir.join("pin.txt"), PIN).expect("written");
}

/// Puts a key on the card, in PKCS#8, and names it in the target file.
fn put(dir: &Path, module: &Path, [role, label, id]: [&str; 3], key: &[u8], certificate: &str) {
    fs::write(dir.join("key.pem"), pem("PRIVATE KEY", key)).expect("written");
    let file = dir.join("key.pem");
    let file = file.to_str().expect("UTF-8");
    softhsm(dir, &["--import", file, "--token", "BELPIC", "--label", label, "--id", id, "--pin", PIN]);
    fs::remove_file(dir.join("key.pem")).expect("removed");
    let target = fs::read_to_string(dir.join("target.toml")).expect("a target file");
    let start = format!("[keystores.{role}]\n");
    let (before, after) = target.split_once(&start).expect("the keystore");
    let rest = &after[after.find("\n\n").expect("what follows")..];
    let place = format!(
        "module = \"{}\"\ntoken = \"BELPIC\"\npin-file = \"pin.txt\"\n{certificate}",
        module.display()
    );
    fs::write(dir.join("target.toml"), format!("{before}{start}{place}{rest}")).expect("written");
}

fn etalon(dir: &Path, args: &[&str]) -> Output {
    command(args).current_dir(dir).env("SOFTHSM2_CONF", dir.join("softhsm2.conf")).output().expect("runs")
}

#[test]
fn the_key_on_a_card_signs() {
    let Some(module) = module() else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().to_str().expect("UTF-8").to_owned();
    let _served = Served::start(&["--target-out", &out]);
    let eid = fs::read(dir.path().join("eid.p12")).expect("a keystore");
    let eid = Pkcs12Archive::from_pkcs12(&eid, "etalon").expect("opens");
    let key =
        eid.keys.iter().find(|it| it.friendly_name.as_deref() == Some("Authentication")).expect("a key");
    let own = eid
        .certs
        .iter()
        .find(|it| it.local_key_id == key.local_key_id.as_ref().map(|id| id.0.clone()))
        .expect("its certificate");
    // The file must not do.
    fs::remove_file(dir.path().join("eid.p12")).expect("removed");
    let target = fs::read_to_string(dir.path().join("target.toml")).expect("a target file");
    let (before, after) = target.split_once("[keystores.eid-signature]\n").expect("the other key of the eID");
    let rest = &after[after.find("\n\n").expect("what follows")..];
    fs::write(dir.path().join("target.toml"), format!("{before}{}", rest.trim_start())).expect("written");
    empty_card(dir.path());
    fs::write(dir.path().join("card.pem"), pem("CERTIFICATE", own.cert.as_der())).expect("written");
    let named = ["eid-authentication", "Authentication", "01"];
    put(dir.path(), &module, named, key.key.as_der(), "certificate = \"card.pem\"\n");
    let said = etalon(dir.path(), &["doctor", "--target", "target.toml"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("ok     keystore eid-authentication: a person"), "{said}");
    let args = ["run", "--target", "target.toml", "--only", "actor-qualities", "--format", "json"];
    let output = etalon(dir.path(), &args);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(report["workflows"][0]["outcome"], "passed", "{report:#}");
    // What is wrong with a card is said, and the PIN never.
    for (file, text, wrong) in [
        ("pin.txt", "999999", "expected the PIN of the card, found another"),
        ("card.pem", "", "expected PEM with `-----BEGIN CERTIFICATE-----`"),
    ] {
        let old = fs::read_to_string(dir.path().join(file)).expect("there");
        fs::write(dir.path().join(file), text).expect("written");
        let output = etalon(dir.path(), &args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(wrong) && said.contains("this is your configuration, line"), "{said}");
        assert!(!said.contains(PIN) && !said.contains("999999"), "{said}");
        fs::write(dir.path().join(file), old).expect("written");
    }
}

/// A key on P-384, as new eID cards have them, with a certificate of the citizen over it.
fn on_p384(pki: &Pki, party: &Party, purpose: &str) -> (Key, Vec<u8>) {
    let key = Key::p384(pki.seed, purpose);
    let mut spec = party.spec.clone();
    spec.spki = key.spki().to_vec();
    (key, spec.sign(&pki.eid_ca.key))
}

/// A new eID: both keys are on P-384, and their certificates stand on the card beside that of the CA.
#[test]
fn an_eid_with_keys_on_p384_signs_and_its_certificates_are_read_from_it() {
    let Some(module) = module() else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().to_str().expect("UTF-8").to_owned();
    // The cookbook knows RSA alone.
    let method = ["--without", "signed-xml.signature-method"];
    let _served = Served::start(&[&["--target-out", &out, "--seed", "5"], method.as_slice()].concat());
    fs::remove_file(dir.path().join("eid.p12")).expect("removed");
    let pki = Pki::new(5, time::parse(&now()).expect("a time"));
    let keys = [
        (["eid-authentication", "Authentication", "02"], &pki.eid_authentication),
        (["eid-signature", "Signature", "03"], &pki.eid_signature),
    ];
    empty_card(dir.path());
    // That of the CA comes first: whose certificate is whose follows from the ids alone.
    fs::create_dir(dir.path().join("certificates")).expect("a directory");
    let keep =
        |id: &str, der: &[u8]| fs::write(dir.path().join("certificates").join(id), der).expect("written");
    keep("01", &pki.eid_ca.certificate);
    for (named, party) in keys {
        let (key, certificate) = on_p384(&pki, party, named[1]);
        put(dir.path(), &module, named, key.pkcs8(), "");
        keep(named[2], &certificate);
    }
    let doctor = || {
        let said = etalon(dir.path(), &["doctor", "--target", "target.toml"]).stdout;
        String::from_utf8(said).expect("UTF-8")
    };
    let said = doctor();
    let missing = "expected a certificate with the id of the key, found none; `certificate` names a file";
    assert_eq!(said.matches(missing).count(), 2, "{said}");
    write_certificates_in_a_process_of_its_own(dir.path(), &module);
    let said = doctor();
    for (named, _) in keys {
        assert!(said.contains(&format!("ok     keystore {}: a person", named[0])), "{said}");
        assert!(
            said.contains(&format!("note   keystore {}: its key is on an elliptic curve", named[0])),
            "{said}"
        );
    }
    let ids = ["actor-qualities", "certificate-automatic"];
    let only = ids.iter().flat_map(|id| ["--only", id]);
    let args: Vec<&str> = ["run", "--target", "target.toml", "--out", "kept", "--format", "json"]
        .into_iter()
        .chain(only)
        .collect();
    let output = etalon(dir.path(), &args);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(report["summary"]["passed"], ids.len(), "{report:#}");
    let folders = fs::read_dir(dir.path().join("kept")).expect("a folder").flatten();
    let sent = folders.flat_map(|it| fs::read_dir(it.path()).into_iter().flatten().flatten());
    let sent: String = sent.map(|it| fs::read_to_string(it.path()).expect("UTF-8")).collect();
    for (method, is_used) in [("ecdsa-sha256", true), ("ecdsa-sha384", false)] {
        assert_eq!(sent.contains(&format!("xmldsig-more#{method}")), is_used, "{method}");
    }
}

/// The machine's time.
fn now() -> String {
    let said = Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]).output().expect("date").stdout;
    String::from_utf8(said).expect("UTF-8").trim().to_owned()
}

/// The variable that tells the process below which card it writes to.
const WRITE_TO: &str = "ETALON_TEST_CARD";

/// SoftHSM2's own tool writes no certificates, and its module finds its tokens by a variable of the process.
fn write_certificates_in_a_process_of_its_own(dir: &Path, module: &Path) {
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "card::certificates_are_written", "--nocapture"])
        .env("SOFTHSM2_CONF", dir.join("softhsm2.conf"))
        .env(WRITE_TO, format!("{}\n{}", module.display(), dir.display()))
        .output()
        .expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Writes each file of a folder onto the card as a certificate, with the file's name as its id; nothing
/// where no other test asks for it.
#[test]
#[expect(clippy::disallowed_methods, reason = "a variable alone tells which test runs it")]
fn certificates_are_written() {
    let Ok(told) = std::env::var(WRITE_TO) else { return };
    let (module, dir) = told.split_once('\n').expect("a module and a directory");
    let context = Pkcs11::new(module).expect("a module");
    context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).expect("starts");
    let slot = context.get_slots_with_initialized_token().expect("slots")[0];
    let session = context.open_rw_session(slot).expect("a session");
    session.login(UserType::User, Some(&AuthPin::new(PIN.into()))).expect("logged in");
    let files = fs::read_dir(Path::new(dir).join("certificates")).expect("a folder");
    let mut files: Vec<PathBuf> = files.map(|it| it.expect("an entry").path()).collect();
    files.sort();
    for file in files {
        let id = file.file_name().and_then(|it| it.to_str()).expect("UTF-8").parse::<u8>().expect("a number");
        session
            .create_object(&[
                Attribute::Class(ObjectClass::CERTIFICATE),
                Attribute::CertificateType(CertificateType::X_509),
                Attribute::Token(true),
                Attribute::Private(false),
                Attribute::Subject(vec![0x30, 0]),
                Attribute::Id(vec![id]),
                Attribute::Value(fs::read(&file).expect("readable")),
            ])
            .expect("written");
    }
}
