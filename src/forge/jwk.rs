//! Keys in JSON: the organisation's encryption key as ETK Depot publishes it, and a key on a curve as
//! KeyDepot does.

use num_bigint::BigUint;
use serde_json::{Map, Value, json};

use super::certificate::{CertificateSpec, Extension, KEY_USAGE, Usage};
use super::keys::{Hash, Key, OddRsa, Role};
use super::{Bench, Error, Made, Maker, Mutation, der, rsa};
use crate::base::Kind;
use crate::base::time::Duration;
use crate::crypto::digest;
use crate::wire::base64::{Form, encode};

pub(super) const MAKER: Maker =
    Maker { kind: Kind::Jwk, params: &[], valid: |bench| depot(bench, |_| ()), mutations: MUTATIONS };

const MEMBER_MISSING: &[&str] = &["jwk.member-missing"];
const NOT_BASE64URL: &[&str] = &["jwk.member-not-base64url"];
const SECRET: &[&str] = &["jwk.secret-member"];
const HAZARDOUS: &[&str] = &["jwk.kid-hazardous", "jwk.kid-not-credential-id"];
const BROKEN: &[&str] = &["jwk.key-broken", "jwk.x5c-of-another-key"];

const MUTATIONS: &[Mutation] = &[
    Mutation::new("curve", "valid: a key of KeyDepot on P-256", &[], |bench| curve(bench, |_| ())),
    Mutation::new("thumbprint", "valid: the id is the thumbprint (RFC 7638), members stand in any order", &[], |bench| {
        let made = curve(bench, |key| {
            let thumbprint = thumbprint(key);
            key["kid"] = thumbprint.into();
        })?;
        let Value::Object(members) = serde_json::from_slice(&made.bytes).expect("JSON") else { return Ok(made) };
        let text: Vec<_> = members.iter().rev().map(|(name, value)| format!("\"{name}\": {value}")).collect();
        Ok(Made { bytes: format!("{{{}}}", text.join(", ")).into_bytes(), ..made })
    })
    .case("JK-21"),
    Mutation::new("text", "a string instead of a key", &["jwk.not-an-object"], |bench| {
        Ok(Made { bytes: b"\"key\"".to_vec(), ..depot(bench, |_| ())? })
    })
    .case("JK-17"),
    Mutation::new("type-absent", "kty is missing", &["jwk.kty-missing"], |bench| without(bench, "kty")).case("JK-01"),
    Mutation::new("type-unknown", "kty is `DSA`", &["jwk.kty-unknown"], |bench| set(bench, "kty", "DSA")).case("JK-01"),
    Mutation::new("symmetric", "a shared secret", &["jwk.alg-missing", "jwk.secret-member"], |bench| {
        Ok(Made::new(json!({ "kty": "oct", "use": "sig", "kid": "a2V5", "k": encode(&bench.stream("k").bytes(32), Form::Url) }).to_string())
            .with("service", "keydepot"))
    })
    .case("JK-01"),
    Mutation::new("private-exponent", "the private exponent is there", SECRET, |bench| secret(bench, "d")).case("JK-02"),
    Mutation::new("private-prime", "a prime of the modulus is there", SECRET, |bench| secret(bench, "p")).case("JK-02"),
    Mutation::new("kid-absent", "there is no id", &["jwk.kid-missing"], |bench| without(bench, "kid")).case("JK-05"),
    Mutation::new("kid-number", "the id is a number", &["jwk.kid-mistyped"], |bench| set(bench, "kid", 1)).case("JK-05"),
    Mutation::new("kid-other", "the id is not made of the serial number", &["jwk.kid-not-serial"], |bench| {
        set(bench, "kid", "S1")
    })
    .case("JK-05"),
    Mutation::new("kid-empty", "the id is empty", &["jwk.kid-hazardous"], |bench| {
        curve(bench, |key| key["kid"] = "".into())
    })
    .case("JK-05"),
    Mutation::new("kid-path", "the id is a path", HAZARDOUS, |bench| {
        curve(bench, |key| key["kid"] = "../../etc/passwd".into())
    })
    .case("JK-05"),
    Mutation::new("kid-long", "the id has 2,000 letters", &["jwk.kid-hazardous"], |bench| {
        curve(bench, |key| key["kid"] = "A".repeat(2000).into())
    })
    .case("JK-05"),
    Mutation::new("coordinate-short", "a coordinate lacks its first octet", &["jwk.coordinate-length"], |bench| {
        coordinate(bench, |x| _ = x.remove(0))
    })
    .case("JK-06"),
    Mutation::new("coordinate-long", "a coordinate has a zero octet too many", &["jwk.coordinate-length"], |bench| {
        coordinate(bench, |x| x.insert(0, 0))
    })
    .case("JK-06"),
    Mutation::new("off-curve", "the point is not on the curve", &["jwk.not-on-curve"], |bench| {
        coordinate(bench, |x| x[31] ^= 1)
    })
    .case("JK-06"),
    Mutation::new("origin", "the point is (0, 0)", &["jwk.not-on-curve"], |bench| {
        curve(bench, |key| {
            let zero = encode(&[0; 32], Form::Url);
            (key["x"], key["y"]) = (zero.clone().into(), zero.into());
        })
    })
    .case("JK-06"),
    Mutation::new("above-prime", "a coordinate is no number below the prime", &["jwk.not-on-curve"], |bench| {
        coordinate(bench, |x| x.fill(0xff))
    })
    .case("JK-06"),
    Mutation::new("padded", "a coordinate has padding", NOT_BASE64URL, |bench| {
        curve(bench, |key| key["x"] = format!("{}=", key["x"].as_str().expect("a text")).into())
    })
    .case("JK-06"),
    Mutation::new("curve-unknown", "the curve is secp224r1", &["jwk.alg-for-another-key", "jwk.crv-unknown"], |bench| {
        curve(bench, |key| key["crv"] = "P-224".into())
    })
    .case("JK-06"),
    Mutation::new("algorithm-other", "the algorithm is for P-384", &["jwk.alg-for-another-key"], |bench| {
        curve(bench, |key| key["alg"] = "ES384".into())
    })
    .case("JK-07"),
    Mutation::new("algorithm-unknown", "the algorithm is not registered", &["jwk.alg-unknown"], |bench| {
        curve(bench, |key| key["alg"] = "ES257".into())
    })
    .case("JK-07"),
    Mutation::new("modulus-padded", "the modulus is led by a zero octet", &["jwk.number-led-by-zero"], |bench| {
        modulus(bench, |n| [vec![0], n.to_bytes_be()].concat())
    })
    .case("JK-08"),
    Mutation::new("rsa-1024", "the modulus has 1024 bits", &["jwk.modulus-small"], |bench| {
        certified(bench, &Key::odd_rsa(OddRsa::Bits1024), |_| ())
    })
    .case("JK-08"),
    Mutation::new("modulus-even", "the modulus is even", BROKEN, |bench| {
        modulus(bench, |n| (n - 1_u8).to_bytes_be())
    })
    .case("JK-08"),
    Mutation::new("modulus-by-3", "the modulus is divisible by 3", BROKEN, |bench| {
        modulus(bench, |n| rsa::divisible_by_3(&n).to_bytes_be())
    })
    .case("JK-08"),
    Mutation::new("roca", "the modulus bears the mark of Infineon's library", BROKEN, |bench| {
        modulus(bench, |_| rsa::with_roca_mark(&mut bench.stream("roca")).to_bytes_be())
    })
    .case("JK-08"),
    Mutation::new("primes-close", "the two factors of the modulus differ by little", BROKEN, |bench| {
        modulus(bench, |_| rsa::of_close_factors(&mut bench.stream("close factors")).to_bytes_be())
    })
    .case("JK-08"),
    Mutation::new("exponent-absent", "the exponent is missing", MEMBER_MISSING, |bench| without(bench, "e")).case("JK-09"),
    Mutation::new("exponent-1", "the exponent is 1", BROKEN, |bench| set(bench, "e", "AQ")).case("JK-09"),
    Mutation::new("exponent-even", "the exponent is even", BROKEN, |bench| set(bench, "e", "AQAA")).case("JK-09"),
    Mutation::new("exponent-3", "the exponent is 3", &["jwk.exponent-unusual"], |bench| {
        certified(bench, &Key::odd_rsa(OddRsa::Exponent3), |_| ())
    })
    .case("JK-09"),
    Mutation::new("use-unknown", "the use is `encrypt`", &["jwk.use-unknown"], |bench| set(bench, "use", "encrypt"))
        .case("JK-10"),
    Mutation::new("use-absent", "the use is missing", &["jwk.use-missing"], |bench| without(bench, "use")).case("JK-10"),
    Mutation::new("use-other", "an encryption key is for signatures", &["jwk.use-against-key-usage"], |bench| {
        set(bench, "use", "sig")
    })
    .case("JK-10"),
    Mutation::new(
        "use-against-operations",
        "the use is encryption, the operation is verifying",
        &["jwk.use-beside-key-ops", "jwk.use-contradicts-key-ops"],
        |bench| set(bench, "key_ops", json!(["verify"])),
    )
    .case("JK-10"),
    Mutation::new(
        "operation-twice",
        "an operation stands there twice",
        &["jwk.key-ops-malformed", "jwk.use-beside-key-ops"],
        |bench| set(bench, "key_ops", json!(["wrapKey", "wrapKey"])),
    )
    .case("JK-10"),
    Mutation::new("certificate-absent", "there is no certificate", &["jwk.x5c-missing"], |bench| without(bench, "x5c"))
        .case("JK-11"),
    Mutation::new("certificates-empty", "the chain is empty", &["jwk.x5c-length"], |bench| set(bench, "x5c", json!([])))
        .case("JK-11"),
    Mutation::new("certificate-base64url", "the certificate is in base64url", &["jwk.x5c-not-base64"], |bench| {
        set(bench, "x5c", json!([encode(&bench.pki.organisation_encryption.certificate, Form::Url)]))
    })
    .case("JK-11"),
    Mutation::new("certificate-pem", "the certificate is in PEM", &["jwk.x5c-not-base64"], |bench| {
        set(bench, "x5c", json!([bench.pki.organisation_encryption.pem()]))
    })
    .case("JK-11"),
    Mutation::new("certificate-other-bytes", "the certificate is a text", &["jwk.x5c-not-certificate"], |bench| {
        depot(bench, |key| {
            key["x5c"] = json!([encode(b"no certificate", Form::Standard)]);
            key.as_object_mut().expect("an object").remove("x5t#S256");
        })
    })
    .case("JK-11"),
    Mutation::new("chain", "valid: the authentication certificate and its issuer follow", &[], |bench| {
        chain(bench, &[&bench.pki.organisation.certificate, &bench.pki.issuing_ca.certificate])
    })
    .case("JK-11"),
    Mutation::new("chain-scrambled", "the chain is out of order", &["jwk.x5c-out-of-order"], |bench| {
        chain(bench, &[&bench.pki.issuing_ca.certificate])
    })
    .case("JK-11"),
    Mutation::new("chain-with-root", "the chain ends in the root", &["jwk.x5c-with-root"], |bench| {
        let pki = &bench.pki;
        chain(bench, &[&pki.organisation.certificate, &pki.issuing_ca.certificate, &pki.root.certificate])
    })
    .case("JK-11"),
    Mutation::new("key-other", "the modulus is that of another key", &["jwk.x5c-of-another-key"], |bench| {
        let (n, _) = bench.pki.stranger.key.rsa_public().expect("an RSA key");
        set(bench, "n", encode(n, Form::Url))
    })
    .case("JK-12"),
    Mutation::new(
        "fingerprint-other",
        "the fingerprint is that of another certificate",
        &["jwk.fingerprint-of-another-certificate"],
        |bench| set(bench, "x5t#S256", fingerprint(Hash::Sha256, &bench.pki.organisation.certificate)),
    )
    .case("JK-13"),
    Mutation::new(
        "fingerprint-over-text",
        "the fingerprint is over the PEM",
        &["jwk.fingerprint-of-another-certificate"],
        |bench| set(bench, "x5t#S256", fingerprint(Hash::Sha256, bench.pki.organisation_encryption.pem().as_bytes())),
    )
    .case("JK-13"),
    Mutation::new(
        "fingerprint-hexadecimal",
        "the fingerprint is in hexadecimal digits",
        &["jwk.fingerprint-length"],
        |bench| {
            let digest = digest(Hash::Sha256, &bench.pki.organisation_encryption.certificate);
            set(bench, "x5t#S256", data_encoding::HEXLOWER.encode(digest.as_bytes()))
        },
    )
    .case("JK-13"),
    Mutation::new("fingerprint-sha-1", "the fingerprint is SHA-1 alone", &["jwk.fingerprint-sha1-only"], |bench| {
        depot(bench, |key| {
            key.as_object_mut().expect("an object").remove("x5t#S256");
            key["x5t"] = fingerprint(Hash::Sha1, &bench.pki.organisation_encryption.certificate).into();
        })
    })
    .case("JK-14"),
    Mutation::new("address", "the certificate is to be fetched", &["jwk.x5u-present"], |bench| {
        set(bench, "x5u", "https://example.org/certificate.pem")
    })
    .case("JK-15"),
    Mutation::new(
        "modulus-absent",
        "the modulus is left to the certificate, as the cookbook's sample does",
        &["jwk.modulus-left-to-certificate"],
        |bench| without(bench, "n"),
    )
    .case("JK-16"),
    Mutation::new("modulus-large", "the modulus has 4 KiB", &["jwk.modulus-large", "jwk.x5c-of-another-key"], |bench| {
        modulus(bench, |_| rsa::of_octets(4096, &mut bench.stream("large")).to_bytes_be())
    })
    .case("JK-18"),
    Mutation::new("certificate-expired", "the certificate has expired", &["jwk.certificate-not-valid"], |bench| {
        let until = der::time(bench.clock() - Duration::days(1));
        certified(bench, &bench.pki.organisation_encryption.key, |spec| spec.not_after = until)
    })
    .case("JK-19"),
    Mutation::new("certificate-early", "the certificate is not valid yet", &["jwk.certificate-not-valid"], |bench| {
        let from = der::time(bench.clock() + Duration::days(1));
        certified(bench, &bench.pki.organisation_encryption.key, |spec| spec.not_before = from)
    })
    .case("JK-19"),
    Mutation::new(
        "certificate-for-signatures",
        "the certificate allows signatures alone",
        &["jwk.use-against-key-usage"],
        |bench| {
            certified(bench, &bench.pki.organisation_encryption.key, |spec| {
                spec.remove(KEY_USAGE);
                spec.extensions.push(Extension::key_usage(&[Usage::DigitalSignature]));
            })
        },
    )
    .case("JK-19"),
];

/// The key of an RSA certificate, as ETK Depot publishes it.
pub(super) fn published(key: &Key, serial: &BigUint, certificate: &[u8]) -> Value {
    let (n, e) = key.rsa_public().expect("an RSA key");
    json!({
        "kty": "RSA",
        "use": "enc",
        "kid": format!("S{serial}"),
        "n": encode(n, Form::Url),
        "e": encode(e, Form::Url),
        "x5c": [encode(certificate, Form::Standard)],
        "x5t#S256": fingerprint(Hash::Sha256, certificate),
    })
}

/// The organisation's encryption key.
pub(super) fn organisation(bench: &Bench) -> Value {
    let it = &bench.pki.organisation_encryption;
    published(&it.key, &number(&it.spec.serial), &it.certificate)
}

/// The number that an INTEGER holds.
fn number(integer: &der::Node) -> BigUint {
    BigUint::from_bytes_be(&integer.encode()[2..])
}

fn depot(bench: &Bench, alter: impl FnOnce(&mut Value)) -> Result<Made, Error> {
    let mut key = organisation(bench);
    alter(&mut key);
    Ok(Made::new(key.to_string()).with("service", "etkdepot"))
}

fn set(bench: &Bench, name: &str, value: impl Into<Value>) -> Result<Made, Error> {
    depot(bench, |key| key[name] = value.into())
}

fn without(bench: &Bench, name: &str) -> Result<Made, Error> {
    depot(bench, |key| _ = key.as_object_mut().and_then(|members| members.remove(name)))
}

/// A secret member, whose value is made up: what is judged is that it is there.
fn secret(bench: &Bench, name: &str) -> Result<Made, Error> {
    set(bench, name, encode(&bench.stream("secret member").bytes(128), Form::Url))
}

fn modulus(bench: &Bench, alter: impl FnOnce(BigUint) -> Vec<u8>) -> Result<Made, Error> {
    let (n, _) = bench.pki.organisation_encryption.key.rsa_public().expect("an RSA key");
    set(bench, "n", encode(&alter(BigUint::from_bytes_be(n)), Form::Url))
}

fn chain(bench: &Bench, behind: &[&[u8]]) -> Result<Made, Error> {
    let own = bench.pki.organisation_encryption.certificate.as_slice();
    let all = std::iter::once(own).chain(behind.iter().copied());
    let all: Vec<String> = all.map(|der| encode(der, Form::Standard)).collect();
    set(bench, "x5c", json!(all))
}

/// The key of another encryption certificate of the organisation.
fn certified(bench: &Bench, key: &Key, alter: impl FnOnce(&mut CertificateSpec)) -> Result<Made, Error> {
    let owner = &bench.pki.organisation;
    let mut spec = super::pki::encryption_spec(owner, key, &bench.stream("jwk serial").array::<16>());
    alter(&mut spec);
    let key = published(key, &number(&spec.serial), &spec.sign(&owner.key));
    Ok(Made::new(key.to_string()).with("service", "etkdepot"))
}

/// A key of KeyDepot on P-256.
pub(super) fn on_curve(bench: &Bench) -> Value {
    let key = Key::p256(bench.seed(), "jwk");
    let point = key.public_bits();
    json!({
        "kty": "EC",
        "crv": "P-256",
        "x": encode(&point[1..33], Form::Url),
        "y": encode(&point[33..], Form::Url),
        "use": "sig",
        "alg": "ES256",
        "kid": encode(&bench.stream("credential id").bytes(32), Form::Url),
    })
}

fn curve(bench: &Bench, alter: impl FnOnce(&mut Value)) -> Result<Made, Error> {
    let mut key = on_curve(bench);
    alter(&mut key);
    Ok(Made::new(key.to_string()).with("service", "keydepot"))
}

fn coordinate(bench: &Bench, alter: impl FnOnce(&mut Vec<u8>)) -> Result<Made, Error> {
    let key = Key::p256(bench.seed(), "jwk");
    let mut x = key.public_bits()[1..33].to_vec();
    alter(&mut x);
    curve(bench, |key| key["x"] = encode(&x, Form::Url).into())
}

fn fingerprint(hash: Hash, bytes: &[u8]) -> String {
    encode(digest(hash, bytes).as_bytes(), Form::Url)
}

/// The thumbprint of a key on a curve (RFC 7638): over its required members alone, in their order.
fn thumbprint(key: &Value) -> String {
    let required: Map<String, Value> =
        ["crv", "kty", "x", "y"].into_iter().map(|name| (name.to_owned(), key[name].clone())).collect();
    fingerprint(Hash::Sha256, Value::Object(required).to_string().as_bytes())
}

/// The key of another certificate: a person's.
pub(super) fn person(bench: &Bench) -> Value {
    let it = &bench.pki.person_encryption;
    debug_assert_eq!(it.key.spki(), Key::rsa(bench.seed(), Role::PersonEncryption).spki());
    published(&it.key, &number(&it.spec.serial), &it.certificate)
}
