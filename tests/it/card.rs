//! Keys on a card, by PKCS#11: SoftHSM2 stands in for the reader.

#![cfg(feature = "pkcs11")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

/// A card with a key under a label, and the target file that names it.
fn card(dir: &Path, module: &Path, role: &str, label: &str, certificates: &[&[u8]], key: &[u8]) {
    fs::create_dir_all(dir.join("tokens")).expect("a directory");
    let conf =
        format!("directories.tokendir = {}\nobjectstore.backend = file\n", dir.join("tokens").display());
    fs::write(dir.join("softhsm2.conf"), conf).expect("written");
    softhsm(dir, &["--init-token", "--free", "--label", "BELPIC", "--pin", PIN, "--so-pin", "12345678"]);
    fs::write(dir.join("key.pem"), pem("PRIVATE KEY", key)).expect("written");
    let file = dir.join("key.pem");
    let file = file.to_str().expect("UTF-8");
    softhsm(dir, &["--import", file, "--token", "BELPIC", "--label", label, "--id", "01", "--pin", PIN]);
    fs::remove_file(dir.join("key.pem")).expect("removed");
    let certificates: String = certificates.iter().map(|der| pem("CERTIFICATE", der)).collect();
    fs::write(dir.join("card.pem"), certificates).expect("written");
    fs::write(dir.join("pin.txt"), PIN).expect("written");
    let target = fs::read_to_string(dir.join("target.toml")).unwrap_or_default();
    let start = format!("[keystores.{role}]\n");
    let (before, after) = target.split_once(&start).unwrap_or((target.as_str(), "\n"));
    let rest = &after[after.find("\n\n").unwrap_or(after.len())..];
    let place = format!(
        "module = \"{}\"\ntoken = \"BELPIC\"\npin-file = \"pin.txt\"\ncertificate = \"card.pem\"\n",
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
    card(dir.path(), &module, "eid-authentication", "Authentication", &[own.cert.as_der()], key.key.as_der());
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
