//! etalon beside its peers, in one run.
//!
//! Each peer is called in this process, with keys and trust anchors loaded beforehand, and does what its
//! own manual calls verification; etalon judges, with every rule of the kind. The pieces of work take
//! turns, see `benches/measure`. Exit status 8 says that a peer was faster than its target allows.
//!
//! ```sh
//! cargo run --release --manifest-path benches/peers/Cargo.toml            # everything
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- etk     # what has `etk` in its name
//! ```

use std::process::ExitCode;

#[allow(dead_code, reason = "not every case has a peer, and floors stand in the bench `ratios`")]
#[path = "../../cases/mod.rs"]
mod cases;
mod der;
#[allow(dead_code, reason = "peers are measured several at a time")]
#[path = "../../measure/mod.rs"]
mod measure;
mod xml;

use cases::{Case, Work};
use measure::all;

/// A peer was faster than its target allows.
const MISSED: u8 = 8;

/// What is compared, one case a row: `ROWS` of each module.
const ROWS: &[&[(&str, fn() -> Row)]] = &[der::ROWS, xml::ROWS];

/// A peer's work, and how many times as long as etalon it is to take at least.
pub(crate) struct Peer {
    name: &'static str,
    work: Work,
    target: Option<f64>,
}

impl Peer {
    pub(crate) fn new(name: &'static str, work: impl Fn() + 'static) -> Self {
        Self { name, work: Box::new(work), target: None }
    }

    pub(crate) fn slower_by(self, target: f64) -> Self {
        Self { target: Some(target), ..self }
    }
}

/// An artefact that etalon and its peers verify.
pub(crate) struct Row {
    pub(crate) case: Case,
    pub(crate) peers: Vec<Peer>,
}

impl Row {
    /// Measures all in turns, prints a line for each peer, and says whether a target was missed.
    fn measure(&self) -> bool {
        let ours = self.case.judge();
        let works: Vec<&Work> = std::iter::once(&ours).chain(self.peers.iter().map(|peer| &peer.work)).collect();
        let fastest = all(&works);
        let mut missed = false;
        for (peer, time) in self.peers.iter().zip(&fastest[1..]) {
            let times = time / fastest[0];
            let fails = peer.target.is_some_and(|target| times < target);
            missed |= fails;
            let target = peer.target.map_or_else(String::new, |target| format!("{target:.1}"));
            let verdict = if fails { " missed" } else { "" };
            println!(
                "| {} | {:.0} | {} | {time:.0} | {times:.1} | {target}{verdict} |",
                self.case.name, fastest[0], peer.name
            );
        }
        missed
    }
}

fn main() -> ExitCode {
    let filter = std::env::args().nth(1).unwrap_or_default();
    println!("| Case | etalon (ns) | peer | peer (ns) | peer / etalon | at least |\n|---|---:|---|---:|---:|---:|");
    let rows = ROWS.iter().copied().flatten().filter(|(name, _)| name.contains(&filter));
    let missed = rows.fold(false, |missed, (_, row)| row().measure() | missed);
    if missed { ExitCode::from(MISSED) } else { ExitCode::SUCCESS }
}
