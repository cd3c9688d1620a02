//! Judging attestations, beside the floor: the bare digests and signature verifications that each
//! format needs, in the same run.

use std::collections::BTreeMap;
use std::hint::black_box;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use criterion::{Criterion, criterion_group, criterion_main};
use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::forge::Bench;
use etalon::forge::cbor::Cbor;
use etalon::forge::registration::{Draft, Format, Signed};

/// A signature that has to be verified: algorithm, key, message and signature.
struct Check {
    algorithm: &'static dyn VerificationAlgorithm,
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Check {
    fn p256(key: &[u8], message: Vec<u8>, signature: Vec<u8>) -> Self {
        Self { algorithm: &ECDSA_P256_SHA256_ASN1, key: key.to_vec(), message, signature }
    }

    fn run(&self) {
        let key = UnparsedPublicKey::new(self.algorithm, &self.key);
        key.verify(black_box(&self.message), black_box(&self.signature)).expect("verifies");
    }
}

fn bytes(map: &Cbor, name: &str) -> Vec<u8> {
    match map.get(name) {
        Some(Cbor::Bytes(bytes)) => bytes.clone(),
        _ => panic!("no `{name}`"),
    }
}

/// The certificate signature: signed part and signature of a certificate of our own making.
fn certificate_check(root: &[u8], der: &[u8]) -> Check {
    let long = |at: usize| usize::from(u16::from_be_bytes([der[at + 2], der[at + 3]]));
    let tbs = &der[4..4 + 4 + long(4)];
    let signature = &der[der.len() - 256..];
    Check {
        algorithm: &RSA_PKCS1_2048_8192_SHA256,
        key: root.to_vec(),
        message: tbs.to_vec(),
        signature: signature.to_vec(),
    }
}

struct Subject {
    json: Vec<u8>,
    context: Context,
    client_data: Vec<u8>,
    checks: Vec<Check>,
}

fn subject(bench: &Bench, format: Format, anchored: bool) -> Subject {
    let draft = Draft::new(bench, format);
    let (credential, attestation) = (draft.key.clone(), draft.attestation_key.clone());
    let data = draft.data.bytes();
    let mut signed: Signed = draft.sign();
    let client_data = signed.client_data.clone();
    let hash = digest(&SHA256, &client_data);
    let both = [data.as_slice(), hash.as_ref()].concat();
    let statement = signed.statement().clone();
    let mut checks = match format {
        Format::PackedSelf => vec![Check::p256(credential.public_bits(), both, bytes(&statement, "sig"))],
        Format::Packed | Format::AndroidKey => {
            vec![Check::p256(attestation.public_bits(), both, bytes(&statement, "sig"))]
        }
        Format::Tpm => {
            let info = bytes(&statement, "certInfo");
            vec![Check::p256(attestation.public_bits(), info, bytes(&statement, "sig"))]
        }
        _ => Vec::new(),
    };
    if anchored && let Some(Cbor::Array(x5c)) = statement.get("x5c") {
        let Cbor::Bytes(der) = &x5c[0] else { panic!("a certificate is bytes") };
        checks.push(certificate_check(bench.pki.attestation_root.key.public_bits(), der));
    }
    let signed = if anchored { signed } else { signed.without("trust") };
    let made = signed.with("as_of", time::format(bench.clock())).attestation();
    let context = serde_json::from_value(made.context.into()).expect("a context");
    Subject { json: made.bytes, context, client_data, checks }
}

fn attestations(criterion: &mut Criterion) {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let bench = Bench::new(1, clock);
    let cases = BTreeMap::from([
        ("none", (Format::None, false)),
        ("packed-self", (Format::PackedSelf, false)),
        ("packed-x5c", (Format::Packed, false)),
        ("packed-x5c-anchored", (Format::Packed, true)),
        ("tpm", (Format::Tpm, false)),
        ("android-key", (Format::AndroidKey, false)),
    ]);
    for (name, (format, anchored)) in cases {
        let subject = subject(&bench, format, anchored);
        let options = Options::profile(Profile::Standard);
        let mut group = criterion.benchmark_group(format!("attestation/{name}"));
        group.bench_function("judge", |bencher| {
            bencher.iter(|| {
                let input = black_box(subject.json.as_slice());
                let judgement = engine::judge(Kind::Attestation, input, &subject.context, &options);
                let judgement = judgement.expect("no crash");
                assert_eq!(judgement.verdict, Verdict::Conforms);
                judgement
            });
        });
        group.bench_function("floor", |bencher| {
            bencher.iter(|| {
                subject.checks.iter().for_each(Check::run);
                digest(&SHA256, black_box(&subject.client_data))
            });
        });
        group.finish();
    }
}

criterion_group!(benches, attestations);
criterion_main!(benches);
