//! Readers without cryptography, beside readers of others: CBOR; and keys, beside their parsing alone.

use std::hint::black_box;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use data_encoding::BASE64URL_NOPAD;
use etalon::base::{Budget, Kind};
use etalon::forge::cbor::Cbor;
use etalon::forge::keys::{Key, Role};
use etalon::forge::registration::{Draft, Format};
use etalon::wire::cbor;
use serde_json::{Map, Value, json};

use super::{Case, Work, bench};

/// A walk over every item of an attestation object, beside ciborium's reading of it.
pub(crate) fn cbor_walk() -> (Work, Work) {
    let object = Draft::new(&bench(1), Format::Tpm).sign().attestation_object().bytes;
    // The object itself is small; a list of them is what a walk takes time over.
    let bytes = list(&object, 100);
    let same = bytes.clone();
    let ours: Work = Box::new(move || {
        let tree = cbor::decode(black_box(&bytes), &Budget::JUDGE);
        let mut open = vec![tree.root().expect("an item")];
        let mut items = 0;
        while let Some(node) = open.pop() {
            items += 1;
            open.extend(node.children());
        }
        _ = black_box(items);
    });
    let theirs: Work = Box::new(move || {
        let value: ciborium::Value = ciborium::from_reader(black_box(same.as_slice())).expect("an item");
        _ = black_box(value);
    });
    (ours, theirs)
}

/// The name of the walk.
pub(crate) const CBOR_WALK: &str = "CBOR walk, 100 attestation objects (beside ciborium)";

fn list(item: &[u8], times: usize) -> Vec<u8> {
    let mut bytes = Cbor::Array(vec![Cbor::Int(0); times]).encode();
    bytes.truncate(bytes.len() - times);
    bytes.extend(item.repeat(times));
    bytes
}

fn parsing(key: &Key) -> Work {
    let spki = key.spki().to_vec();
    let rsa = key.rsa_public().is_some();
    Box::new(move || {
        let key = if rsa {
            ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, black_box(&spki))
        } else {
            ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, black_box(&spki))
        };
        _ = black_box(key.expect("a public key"));
    })
}

/// What is measured: keys.
pub(crate) const CASES: &[(&str, fn() -> Case)] = &[(EC, ec), (RSA, rsa)];

const EC: &str = "jwk, P-256";
const RSA: &str = "jwk, RSA-2048";

fn case(name: &'static str, jwk: &Value, key: &Key) -> Case {
    Case::new(name, Kind::Jwk, jwk.to_string().as_bytes(), Map::new(), vec![parsing(key)])
}

fn ec() -> Case {
    let key = Key::p256(1, "jwk");
    let (x, y) = key.public_bits()[1..].split_at(32);
    let [x, y] = [x, y].map(|octets| BASE64URL_NOPAD.encode(octets));
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "a", "use": "sig", "alg": "ES256"});
    case(EC, &jwk, &key)
}

fn rsa() -> Case {
    let key = Key::rsa(1, Role::Realm);
    let (n, e) = key.rsa_public().expect("an RSA key");
    let [n, e] = [n, e].map(|octets| BASE64URL_NOPAD.encode(octets));
    let jwk = json!({"kty": "RSA", "n": n, "e": e, "kid": "a", "use": "sig", "alg": "RS256"});
    case(RSA, &jwk, &key)
}
