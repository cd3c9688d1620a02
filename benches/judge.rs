//! Judging, beside its floor: the bare signature verifications and digests that the verdict needs,
//! over the same bytes, with the keys parsed beforehand.
//!
//! `cargo bench --bench judge` prints both, and the ratio of the fastest of each: criterion keeps the
//! distributions, the ratio is what the budgets are about.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use aws_lc_rs::signature;
use criterion::Criterion;
use etalon::base::time;
use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::forge::{self, Forged};
use x509_parser::prelude::{FromDer, X509CertificationRequest};

mod floor;

use floor::Verification;

const CLOCK: &str = "2026-01-15T10:00:00Z";

/// An artefact, what it is judged with, and the cryptography that nobody can do without.
struct Case {
    name: &'static str,
    kind: Kind,
    bytes: Vec<u8>,
    context: Context,
    floor: Vec<Verification>,
    /// The ratio to the floor that is allowed, where one is.
    budget: Option<f64>,
}

impl Case {
    fn new(
        name: &'static str,
        kind: Kind,
        forged: Forged,
        floor: Vec<Verification>,
        budget: Option<f64>,
    ) -> Self {
        let context = serde_json::from_value(forged.context.into()).expect("the forge's context");
        Self { name, kind, bytes: forged.bytes, context, floor, budget }
    }

    fn judge(&self) -> Verdict {
        let options = Options::profile(Profile::Cookbook);
        engine::judge(self.kind, black_box(&self.bytes), &self.context, &options)
            .expect("no rule crashes")
            .verdict
    }

    fn bare(&self) {
        self.floor.iter().for_each(Verification::run);
    }
}

fn forged(kind: Kind) -> Forged {
    let clock = time::parse(CLOCK).expect("RFC 3339");
    forge::forge(kind, None, 1, clock, &BTreeMap::new()).expect("the forge makes it")
}

fn csr() -> Case {
    let made = forged(Kind::Csr);
    let (_, request) = X509CertificationRequest::from_der(&made.bytes).expect("PKCS #10");
    let info = &request.certification_request_info;
    let floor = vec![Verification::new(
        &signature::RSA_PKCS1_2048_8192_SHA256,
        info.subject_pki.raw,
        info.raw,
        &request.signature_value.data,
    )];
    Case::new("csr", Kind::Csr, made, floor, Some(1.3))
}

fn cases() -> Vec<Case> {
    vec![csr()]
}

/// The fastest of many rounds, in nanoseconds: what the machine can do when nothing disturbs it.
#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn fastest(mut work: impl FnMut()) -> f64 {
    const ROUNDS: usize = 60;
    const CALLS: u32 = 20;
    (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            (0..CALLS).for_each(|_| work());
            started.elapsed().as_nanos() as f64 / f64::from(CALLS)
        })
        .fold(f64::INFINITY, f64::min)
}

#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
fn ratios(cases: &[Case]) {
    println!("{:24} {:>10} {:>10} {:>7} {:>7}", "case", "judge ns", "floor ns", "ratio", "budget");
    for case in cases {
        let (judged, bare) = (fastest(|| _ = case.judge()), fastest(|| case.bare()));
        let budget = case.budget.map_or_else(String::new, |budget| format!("{budget:.2}"));
        println!("{:24} {judged:>10.0} {bare:>10.0} {:>7.2} {budget:>7}", case.name, judged / bare);
    }
}

fn main() {
    let cases = cases();
    for case in &cases {
        assert_eq!(case.judge(), Verdict::Conforms, "{} is valid", case.name);
    }
    ratios(&cases);
    let mut criterion = Criterion::default().configure_from_args();
    for case in &cases {
        let mut group = criterion.benchmark_group(case.name);
        group.bench_function("judge", |bencher| bencher.iter(|| case.judge()));
        group.bench_function("floor", |bencher| bencher.iter(|| case.bare()));
        group.finish();
    }
    criterion.final_summary();
}
