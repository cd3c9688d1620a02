//! Two pieces of work side by side, so that their ratio holds on a machine that others use too.
//!
//! Means tell of the load. So the two take turns in batches of about a millisecond, which mostly run
//! undisturbed, and the fastest batch of each counts: what the machine can do when nothing interferes.

use std::time::{Duration, Instant};

use crate::cases::Work;

/// How long a batch takes at least.
const BATCH: Duration = Duration::from_millis(1);
/// How long the two are measured, and how often they take turns at least.
const LONG: Duration = Duration::from_millis(1500);
const ROUNDS: usize = 15;

/// The fastest of each, in nanoseconds for one call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fastest {
    pub(crate) ours: f64,
    pub(crate) beside: f64,
}

impl Fastest {
    /// How many times what stands beside ours takes.
    pub(crate) fn ratio(self) -> f64 {
        self.ours / self.beside
    }
}

/// Measures `ours` and what stands beside it, in turns.
pub(crate) fn interleaved(ours: &Work, beside: &Work) -> Fastest {
    let [first, second] = all(&[ours, beside])[..] else { unreachable!("two go in, two come out") };
    Fastest { ours: first, beside: second }
}

/// The fastest call of each piece of work in nanoseconds, measured in turns.
#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
pub(crate) fn all(works: &[&Work]) -> Vec<f64> {
    let calls: Vec<u32> = works.iter().map(|work| calls_in_a_batch(work)).collect();
    let mut fastest = vec![f64::INFINITY; works.len()];
    let (started, mut rounds) = (Instant::now(), 0);
    while rounds < ROUNDS || started.elapsed() < LONG {
        for ((work, calls), fastest) in works.iter().zip(&calls).zip(&mut fastest) {
            *fastest = fastest.min(batch(work, *calls).as_nanos() as f64 / f64::from(*calls));
        }
        rounds += 1;
    }
    fastest
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn batch(work: &Work, calls: u32) -> Duration {
    let started = Instant::now();
    (0..calls).for_each(|_| work());
    started.elapsed()
}

fn calls_in_a_batch(work: &Work) -> u32 {
    let mut calls = 1;
    while batch(work, calls) < BATCH {
        calls *= 2;
    }
    calls
}
