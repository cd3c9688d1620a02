//! The distributions that criterion keeps of every judgement and its floor, from run to run.
//!
//! The budgets are held by the bench `ratios`, which measures both in turns.

use criterion::Criterion;

#[allow(dead_code, reason = "budgets and lines are for the bench `ratios`")]
mod cases;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for case in cases::named("") {
        let judge = case.judge();
        let mut group = criterion.benchmark_group(case.name);
        group.bench_function("judge", |bencher| bencher.iter(&judge));
        group.bench_function("floor", |bencher| bencher.iter(&case.floor));
        group.finish();
    }
    let (ours, theirs) = cases::wire::cbor_walk();
    let mut group = criterion.benchmark_group(cases::wire::CBOR_WALK);
    group.bench_function("etalon", |bencher| bencher.iter(&ours));
    group.bench_function("ciborium", |bencher| bencher.iter(&theirs));
    group.finish();
    criterion.final_summary();
}
