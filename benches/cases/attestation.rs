//! Attestations, format by format, and the mixed lines of the judge protocol.

use std::hint::black_box;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use data_encoding::BASE64;
use etalon::base::{Kind, time};
use etalon::forge::Bench;
use etalon::forge::cbor::Cbor;
use etalon::forge::registration::{Draft, Format, Signed};
use serde_json::{Map, Value, json};

use super::{Case, Work, bench, rsa, sha256};

/// What is measured, one case a format.
pub(crate) const CASES: &[(&str, fn() -> Case)] = &[
    (PACKED, || case(PACKED, Format::Packed, false).within(1.25)),
    (ANCHORED, || case(ANCHORED, Format::Packed, true)),
    (SELF, || case(SELF, Format::PackedSelf, false)),
    (TPM, || case(TPM, Format::Tpm, false)),
    (ANDROID, || case(ANDROID, Format::AndroidKey, false)),
    (NONE, || case(NONE, Format::None, false)),
];

const PACKED: &str = "attestation, packed x5c";
const ANCHORED: &str = "attestation, packed x5c, anchored";
const SELF: &str = "attestation, packed self";
const TPM: &str = "attestation, tpm";
const ANDROID: &str = "attestation, android-key";
const NONE: &str = "attestation, none";

/// What the lines are a mixture of: each format, and whether the context names a trust anchor.
const MIXED: [(Format, bool); 6] = [
    (Format::Packed, false),
    (Format::Packed, true),
    (Format::PackedSelf, false),
    (Format::Tpm, false),
    (Format::AndroidKey, false),
    (Format::None, false),
];

/// How many PKIs the lines are forged with, each with keys of its own.
const SEEDS: u64 = 20;

struct Subject {
    json: Vec<u8>,
    context: Map<String, Value>,
    floor: Vec<Work>,
}

fn bytes(map: &Cbor, name: &str) -> Vec<u8> {
    match map.get(name) {
        Some(Cbor::Bytes(bytes)) => bytes.clone(),
        _ => panic!("no `{name}`"),
    }
}

/// Nobody knows the key before the attestation is read: parsing it is a part of the floor.
fn p256(key: &[u8], message: &[u8], statement: &Cbor) -> Work {
    let (key, message, signature) = (key.to_vec(), message.to_vec(), bytes(statement, "sig"));
    Box::new(move || {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key);
        key.verify(black_box(&message), black_box(&signature)).expect("verifies");
    })
}

/// The signature of a certificate of our own making, by the attestation root.
fn certificate(root: &[u8], der: &[u8]) -> Work {
    let long = |at: usize| usize::from(u16::from_be_bytes([der[at + 2], der[at + 3]]));
    rsa(root, &der[4..4 + 4 + long(4)], &der[der.len() - 256..])
}

fn subject(bench: &Bench, format: Format, anchored: bool) -> Subject {
    let draft = Draft::new(bench, format);
    let (credential, attestation) = (draft.key.clone(), draft.attestation_key.clone());
    let data = draft.data.bytes();
    let mut signed: Signed = draft.sign();
    let client_data = signed.client_data.clone();
    let both = [data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
    let statement = signed.statement().clone();
    let mut floor = vec![sha256(&client_data)];
    match format {
        Format::PackedSelf => floor.push(p256(credential.public_bits(), &both, &statement)),
        Format::Packed | Format::AndroidKey => {
            floor.push(p256(attestation.public_bits(), &both, &statement));
        }
        Format::Tpm => {
            let info = bytes(&statement, "certInfo");
            floor.push(p256(attestation.public_bits(), &info, &statement));
        }
        _ => {}
    }
    if anchored && let Some(Cbor::Array(x5c)) = statement.get("x5c") {
        let Cbor::Bytes(der) = &x5c[0] else { panic!("a certificate is bytes") };
        floor.push(certificate(bench.pki.attestation_root.key.spki(), der));
    }
    let signed = if anchored { signed } else { signed.without("trust") };
    let made = signed.with("as_of", time::format(bench.clock())).attestation();
    Subject { json: made.bytes, context: made.context, floor }
}

fn case(name: &'static str, format: Format, anchored: bool) -> Case {
    let Subject { json, context, floor } = subject(&bench(1), format, anchored);
    Case::new(name, Kind::Attestation, &json, context, floor)
}

/// Requests of the judge protocol with the floor of each, all formats in turns.
pub(crate) fn lines() -> Vec<(String, Vec<Work>)> {
    let mut lines = Vec::new();
    for seed in 0..SEEDS {
        let bench = bench(seed);
        for (format, anchored) in MIXED {
            let Subject { json, context, floor } = subject(&bench, format, anchored);
            let request = json!({
                "id": lines.len(),
                "kind": "attestation",
                "data": BASE64.encode(&json),
                "profile": "standard",
                "context": context,
            });
            lines.push((format!("{request}\n"), floor));
        }
    }
    lines
}
