//! Judging attestations, beside the floor: the bare digests and signature verifications that each
//! format needs, in the same run.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::process::{Command, Stdio};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use data_encoding::BASE64;
use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::forge::Bench;
use etalon::forge::cbor::Cbor;
use etalon::forge::registration::{Draft, Format, Signed};
use serde_json::{Map, Value, json};

/// What is judged: name, format, and whether the context names a trust anchor.
const CASES: [(&str, Format, bool); 6] = [
    ("android-key", Format::AndroidKey, false),
    ("none", Format::None, false),
    ("packed-self", Format::PackedSelf, false),
    ("packed-x5c", Format::Packed, false),
    ("packed-x5c-anchored", Format::Packed, true),
    ("tpm", Format::Tpm, false),
];
/// How many lines the judge protocol is timed over.
const LINES: usize = 10_000;
/// How many PKIs the lines are forged with, each with keys of its own.
const SEEDS: u64 = 20;

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
    context: Map<String, Value>,
    client_data: Vec<u8>,
    checks: Vec<Check>,
}

impl Subject {
    fn floor(&self) {
        self.checks.iter().for_each(Check::run);
        black_box(digest(&SHA256, black_box(&self.client_data)));
    }
}

fn bench(seed: u64) -> Bench {
    Bench::new(seed, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"))
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
    Subject { json: made.bytes, context: made.context, client_data, checks }
}

fn attestations(criterion: &mut Criterion) {
    let bench = bench(1);
    for (name, format, anchored) in CASES {
        let subject = subject(&bench, format, anchored);
        let context: Context = serde_json::from_value(subject.context.clone().into()).expect("a context");
        let options = Options::profile(Profile::Standard);
        let mut group = criterion.benchmark_group(format!("attestation/{name}"));
        group.bench_function("judge", |bencher| {
            bencher.iter(|| {
                let input = black_box(subject.json.as_slice());
                let judgement = engine::judge(Kind::Attestation, input, &context, &options);
                let judgement = judgement.expect("no crash");
                assert_eq!(judgement.verdict, Verdict::Conforms);
                judgement
            });
        });
        group.bench_function("floor", |bencher| bencher.iter(|| subject.floor()));
        group.finish();
    }
}

/// The judge protocol as a harness uses it: another process, JSON in and JSON out.
fn lines(criterion: &mut Criterion) {
    let benches: Vec<_> = (0..SEEDS).map(bench).collect();
    let mixed: Vec<_> = benches
        .iter()
        .flat_map(|bench| CASES.map(|(_, format, anchored)| subject(bench, format, anchored)))
        .collect();
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let mut requests = BufWriter::new(&file);
    for (id, subject) in mixed.iter().cycle().take(LINES).enumerate() {
        let data = BASE64.encode(&subject.json);
        let request = json!({"id": id, "kind": "attestation", "data": data, "profile": "standard", "context": subject.context});
        writeln!(requests, "{request}").expect("the file can be written");
    }
    requests.flush().expect("the file can be written");
    let mut group = criterion.benchmark_group(format!("attestation/{LINES}-lines"));
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("judge", |bencher| {
        bencher.iter(|| {
            let requests = File::open(file.path()).expect("the file is there");
            let mut judge = Command::new(env!("CARGO_BIN_EXE_etalon"));
            let judge = judge.args(["check", "--jsonl"]).stdin(requests).stdout(Stdio::null());
            assert!(judge.status().expect("etalon runs").success());
        });
    });
    group.bench_function("floor", |bencher| {
        bencher.iter(|| mixed.iter().cycle().take(LINES).for_each(Subject::floor));
    });
    group.finish();
}

criterion_group!(benches, attestations, lines);
criterion_main!(benches);
