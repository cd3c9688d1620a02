//! What is in DER, BER or beside it, cut short, changed at random, or blown up: no rule crashes,
//! nothing hangs, and memory stays within a multiple of the input.
//!
//! A run looks at a sample. `ETALON_THOROUGH=1` looks at each prefix of every vector, and at 100,000
//! mutations a kind: that takes the better part of an hour.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::forge::Bench;

use crate::vectors;

/// The kinds that are judged here, each with what is forged of it.
const KINDS: &[Kind] = &[
    Kind::Certificate,
    Kind::Cms,
    Kind::Csr,
    Kind::DistinguishedName,
    Kind::EncryptionCertificate,
    Kind::Etk,
    Kind::EtkChallenge,
    Kind::EtkResponse,
    Kind::Jwk,
    Kind::Jwks,
    Kind::Keystore,
    Kind::SealedMessage,
];

fn is_thorough() -> bool {
    std::env::var_os("ETALON_THOROUGH").is_some()
}

fn verdict(kind: Kind, input: &[u8], context: &Context, profile: Profile) -> Verdict {
    let judgement = engine::judge(kind, input, context, &Options::profile(profile));
    judgement
        .unwrap_or_else(|crash| panic!("{kind} {}: {crash}", data_encoding::HEXLOWER.encode(input)))
        .verdict
}

/// The valid artefact of each kind, and what its judge must be told.
fn valid() -> Vec<(Kind, Vec<u8>, Context)> {
    let bench = Bench::new(1, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"));
    let make = |&kind: &Kind| {
        let forged = bench.forge(kind, None).expect("a maker");
        let context = serde_json::from_value(forged.context.into()).expect("the judge protocol");
        (kind, forged.bytes, context)
    };
    KINDS.iter().map(make).collect()
}

#[test]
fn no_prefix_of_an_artefact_conforms() {
    for (kind, bytes, context) in valid() {
        // Every length near a boundary, and every seventh in between.
        let lengths = (0..bytes.len()).filter(|n| n % 7 == 0 || *n < 64 || bytes.len() - n < 64);
        for length in lengths {
            let verdict = verdict(kind, &bytes[..length], &context, Profile::Field);
            assert!(
                matches!(verdict, Verdict::Violates | Verdict::Unreadable | Verdict::Inconclusive)
                    && (verdict != Verdict::Inconclusive || kind == Kind::Keystore),
                "{kind}: its first {length} bytes come to {}",
                verdict.name()
            );
        }
    }
}

#[test]
fn every_prefix_of_every_vector_is_judged() {
    // Contexts hold what costs time: keys to decrypt with, anchors to reach. Without them every byte
    // is still read.
    let context = Context::default();
    let mut judged = BTreeMap::<Kind, usize>::new();
    let vectors = vectors::inputs().into_iter().filter(|(kind, ..)| KINDS.contains(kind));
    for (at, (kind, _, bytes)) in vectors.enumerate() {
        let step = if is_thorough() { 1 } else { (bytes.len() / 8).max(1) };
        for length in (0..bytes.len()).skip(at % step).step_by(step) {
            verdict(kind, &bytes[..length], &context, Profile::Cookbook);
            *judged.entry(kind).or_default() += 1;
        }
    }
    for (kind, prefixes) in &judged {
        println!("{kind}: {prefixes} prefixes");
    }
    assert!(judged.values().sum::<usize>() > 1000, "too few prefixes: {judged:?}");
}

/// A byte stream that is the same in every run (xorshift64).
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for one test, or one part of it.
    pub(crate) fn new(seed: u64) -> Self {
        Self(0x9e37_79b9_7f4a_7c15 ^ seed)
    }

    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    /// Up to five bytes changed, flipped, dropped, put in, or written over by others of the input.
    pub(crate) fn mutate(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut input = bytes.to_vec();
        for _ in 0..=self.roll(4) {
            if input.is_empty() {
                break;
            }
            let at = self.roll(input.len());
            match self.roll(6) {
                0 => input[at] = self.roll(256) as u8,
                1 => input[at] ^= 1 << self.roll(8),
                2 => _ = input.remove(at),
                3 => input.insert(at, [0, 0x30, 0x80, 0xff][self.roll(4)]),
                4 => {
                    let len = self.roll(16).min(input.len() - at);
                    let from = self.roll(input.len() - len + 1);
                    input.copy_within(from..from + len, at);
                }
                _ => input.truncate(at),
            }
        }
        input
    }
}

#[test]
fn mutations_do_not_crash_a_rule() {
    let rounds = if is_thorough() { 100_000 } else { 500 };
    std::thread::scope(|scope| {
        for (kind, bytes, context) in valid() {
            scope.spawn(move || {
                let mut dice = Dice::new(kind as u64);
                for round in 0..rounds {
                    let profile = Profile::ALL[round % Profile::ALL.len()];
                    verdict(kind, &dice.mutate(&bytes), &context, profile);
                }
                println!("{kind}: {rounds} mutations");
            });
        }
    });
}

/// Values over and over, in what holds them.
fn blown_up(size: usize) -> Vec<(Kind, Vec<u8>)> {
    let wrapped = |tag: u8, inner: &[u8]| {
        let length = u32::try_from(inner.len()).expect("a test's size").to_be_bytes();
        [&[tag, 0x84][..], &length, inner].concat()
    };
    let many = |unit: &[u8]| unit.repeat(size / unit.len());
    let der = [
        many(&[0x30, 0x80]),
        many(&[0]),
        wrapped(0x30, &many(&[0x30, 0])),
        wrapped(0x30, &wrapped(0x30, &many(&[2, 1, 0]))),
        // A request whose subject has RDN after RDN.
        wrapped(0x30, &wrapped(0x30, &[&[2, 1, 0][..], &wrapped(0x30, &many(&[0x31, 0]))].concat())),
    ];
    let kinds =
        [Kind::Certificate, Kind::Cms, Kind::Csr, Kind::Etk, Kind::Keystore, Kind::EncryptionCertificate];
    let mut all: Vec<_> =
        kinds.iter().flat_map(|kind| der.iter().map(|bytes| (*kind, bytes.clone()))).collect();
    all.push((Kind::DistinguishedName, many(b"CN=A,")));
    all.push((Kind::DistinguishedName, many(b"\\")));
    all.push((Kind::EtkChallenge, many(&[1])));
    all.push((Kind::EtkResponse, many(b"[{")));
    all.push((Kind::Jwks, [&b"{\"keys\":["[..], &many(b"{},"), b"{}]}"].concat()));
    all.push((Kind::Jwk, [&b"{\"x5c\":["[..], &many(b"\"AA==\","), b"\"\"]}"].concat()));
    all
}

#[test]
fn memory_stays_within_sixteen_times_the_input() {
    let own = std::env::current_exe().expect("a path");
    let args = ["--exact", "hostile::measured_alone_in_its_process", "--ignored", "--nocapture"];
    let output = Command::new(own).args(args).output().expect("it runs");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// A figure of `/proc/self/status`, in bytes.
fn status(name: &str) -> usize {
    let text = fs::read_to_string("/proc/self/status").expect("procfs");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("the figure is there");
    let kib: usize = line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().expect("a number");
    kib << 10
}

#[test]
#[ignore = "run by the test before it, alone in its process"]
fn measured_alone_in_its_process() {
    const ALLOWANCE: usize = 1 << 20;
    if !cfg!(target_os = "linux") {
        return;
    }
    let valid: BTreeMap<_, _> =
        valid().into_iter().map(|(kind, bytes, context)| (kind, (bytes, context))).collect();
    // What is made once a process is not the input's.
    for (kind, (bytes, context)) in &valid {
        verdict(*kind, bytes, context, Profile::Cookbook);
    }
    let blown = [64 << 10, 1 << 20].into_iter().flat_map(blown_up);
    let vectors = vectors::inputs().into_iter().filter(|(kind, ..)| KINDS.contains(kind));
    let vectors =
        vectors.flat_map(|(kind, _, bytes)| [(kind, bytes[..bytes.len() / 2].to_vec()), (kind, bytes)]);
    let mut problems = Vec::new();
    for (kind, input) in vectors.chain(blown) {
        // The high-water mark falls to what is in use now.
        fs::write("/proc/self/clear_refs", "5").expect("procfs");
        let before = status("VmRSS");
        verdict(kind, &input, &valid[&kind].1, Profile::Cookbook);
        let above = status("VmHWM").saturating_sub(before);
        if above > 16 * input.len() + ALLOWANCE {
            let head = data_encoding::HEXLOWER.encode(&input[..input.len().min(16)]);
            problems.push(format!("{kind} {head}… of {} bytes: {above} bytes more", input.len()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
