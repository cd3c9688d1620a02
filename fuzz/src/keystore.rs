//! Oracles of keystores.

use std::collections::BTreeSet;

use etalon::base::{Budget, Kind, Profile};
use etalon::context::{Context, Secret};
use etalon::engine::{self, Options, Verdict};
use etalon::wire::der::walk;

use super::der;

/// The password of the keystores that the seeds are.
const PASSWORD: &str = "etalon";
/// Deeper trees are not written again as BER, which nests one level more.
const DEEP: usize = 100;

/// A keystore in DER is judged the same when the same values come in BER.
///
/// # Panics
/// When an oracle is broken.
pub fn in_ber(data: &[u8]) {
    let tree = walk(data, &Budget::JUDGE);
    let is_der = tree.complete && tree.faults.is_empty();
    if is_der && tree.nodes.iter().all(|node| node.depth < DEEP) {
        assert_eq!(judged(&der::in_ber(&tree, data)), judged(data), "one keystore in BER and in DER");
    }
}

/// The verdict, and the rules that found something.
fn judged(data: &[u8]) -> (Verdict, BTreeSet<&'static str>) {
    let context = Context { password: Some(Secret::new(PASSWORD)), ..Context::default() };
    let judgement = engine::judge(Kind::Keystore, data, &context, &Options::profile(Profile::Standard))
        .expect("no rule crashes");
    (judgement.verdict, judgement.findings.iter().map(|finding| finding.rule.id).collect())
}
