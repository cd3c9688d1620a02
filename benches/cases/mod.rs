//! What is measured: artefacts, and beside each the work that nobody can do without.
//!
//! That floor is the bare digests, verifications and decryptions that the verdict needs, called on the
//! crypto provider directly, over the same bytes.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::rc::Rc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm};
use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::forge::{self, Bench, Forged};
use serde_json::{Map, Value};

pub(crate) mod attestation;
pub(crate) mod der;
pub(crate) mod wire;
pub(crate) mod xml;

/// A piece of work.
pub(crate) type Work = Box<dyn Fn()>;

/// A judgement and its floor.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) profile: Profile,
    pub(crate) bytes: Rc<[u8]>,
    pub(crate) context: Rc<Context>,
    pub(crate) floor: Work,
    /// The ratio to the floor that is allowed, where one is.
    pub(crate) budget: Option<f64>,
}

impl Case {
    pub(crate) fn new(
        name: &'static str,
        kind: Kind,
        bytes: &[u8],
        context: Map<String, Value>,
        floor: Vec<Work>,
    ) -> Self {
        let context = serde_json::from_value(context.into()).expect("a context");
        let floor: Work = Box::new(move || floor.iter().for_each(|work| work()));
        let (bytes, context) = (bytes.into(), Rc::new(context));
        Self { name, kind, profile: Profile::Standard, bytes, context, floor, budget: None }
    }

    pub(crate) fn forged(name: &'static str, kind: Kind, made: Forged, floor: Vec<Work>) -> Self {
        let case = Self::new(name, kind, &made.bytes, made.context, floor);
        Self { profile: Profile::Cookbook, ..case }
    }

    pub(crate) fn within(self, budget: f64) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// The judgement as work that can be measured.
    ///
    /// # Panics
    /// When the artefact does not conform: then something else is measured than is meant.
    pub(crate) fn judge(&self) -> Work {
        let (kind, profile) = (self.kind, self.profile);
        let (bytes, context) = (Rc::clone(&self.bytes), Rc::clone(&self.context));
        let judge = move || {
            engine::judge(kind, black_box(&bytes), &context, &Options::profile(profile))
                .expect("no rule crashes")
        };
        let judgement = judge();
        assert_eq!(judgement.verdict, Verdict::Conforms, "{}: {:#?}", self.name, judgement.findings);
        Box::new(move || _ = black_box(judge()))
    }
}

/// Every case whose name has `part` in it, each made when it is asked for.
pub(crate) fn named(part: &str) -> impl Iterator<Item = Case> {
    let all = [attestation::CASES, der::CASES, wire::CASES, xml::CASES];
    all.into_iter().flatten().filter(move |(name, _)| name.contains(part)).map(|(_, make)| make())
}

/// A bench whose PKI follows from `seed`.
pub(crate) fn bench(seed: u64) -> Bench {
    Bench::new(seed, time::parse("2026-01-15T10:00:00Z").expect("RFC 3339"))
}

/// The valid artefact of a kind.
pub(crate) fn forged(kind: Kind) -> Forged {
    forge::forge(kind, None, 1, bench(1).clock(), &BTreeMap::new()).expect("the forge makes it")
}

/// Verifies a signature under a key that is parsed beforehand.
pub(crate) fn verification(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Work {
    let key = ParsedPublicKey::new(algorithm, key).expect("a public key");
    let (message, signature) = (message.to_vec(), signature.to_vec());
    Box::new(move || key.verify_sig(black_box(&message), black_box(&signature)).expect("a valid signature"))
}

/// Verifies an RSA signature, PKCS #1 v1.5 with SHA-256.
pub(crate) fn rsa(key: &[u8], message: &[u8], signature: &[u8]) -> Work {
    verification(&RSA_PKCS1_2048_8192_SHA256, key, message, signature)
}

/// Verifies RSA signatures under one key that nobody knows before the artefact is read: parsing it is a
/// part of the floor.
pub(crate) fn carried(key: &[u8], signed: Vec<(Vec<u8>, Vec<u8>)>) -> Work {
    let key = key.to_vec();
    Box::new(move || {
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, black_box(&key)).expect("a public key");
        for (message, signature) in &signed {
            key.verify_sig(black_box(message), black_box(signature)).expect("a valid signature");
        }
    })
}

/// Digests a message with SHA-256.
pub(crate) fn sha256(message: &[u8]) -> Work {
    let message = message.to_vec();
    Box::new(move || _ = black_box(digest(&SHA256, black_box(&message))))
}
