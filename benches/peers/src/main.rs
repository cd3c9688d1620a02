//! etalon beside its peers, in one run: OpenSSL and x509-parser for what is DER, bergshamra and libxmlsec1
//! for what is XML.
//!
//! Each peer is called in this process, with keys and trust anchors loaded beforehand, and does what its
//! own manual calls verification; etalon judges, with every rule of the kind. The pieces of work take
//! turns, see `benches/measure`. `cargo run --release --manifest-path benches/peers/Cargo.toml` prints the
//! table; with a word behind `--` it measures the rows whose name has that word. Exit status 8 says that a
//! target was missed.

use std::process::ExitCode;

#[allow(dead_code, reason = "not every case has a peer")]
#[path = "../../cases/mod.rs"]
mod cases;
mod der;
#[allow(dead_code, reason = "peers are measured several at a time")]
#[path = "../../measure/mod.rs"]
mod measure;
mod xml;

use cases::Work;
use measure::all;

/// A target that etalon missed.
const MISSED: u8 = 8;

/// A peer's work, and how many times as long as etalon it must take at least.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) work: Work,
    pub(crate) target: Option<f64>,
}

impl Peer {
    pub(crate) fn new(name: &'static str, work: Work) -> Self {
        Self { name, work, target: None }
    }

    pub(crate) fn slower_by(self, target: f64) -> Self {
        Self { target: Some(target), ..self }
    }
}

/// An artefact that etalon and its peers verify.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) etalon: Work,
    pub(crate) peers: Vec<Peer>,
}

fn main() -> ExitCode {
    let filter = std::env::args().nth(1).unwrap_or_default();
    let mut missed = false;
    println!(
        "| Case | etalon (ns) | peer | peer (ns) | peer / etalon | target |\n|---|---:|---|---:|---:|---:|"
    );
    for row in der::rows().into_iter().chain(xml::rows()).filter(|row| row.name.contains(&filter)) {
        let mut works = vec![&row.etalon];
        works.extend(row.peers.iter().map(|peer| &peer.work));
        let fastest = all(&works);
        for (peer, time) in row.peers.iter().zip(&fastest[1..]) {
            let times = time / fastest[0];
            let fails = peer.target.is_some_and(|target| times < target);
            missed |= fails;
            let target = peer.target.map_or_else(String::new, |target| {
                format!("{target:.0}{}", if fails { " missed" } else { "" })
            });
            println!(
                "| {} | {:.0} | {} | {time:.0} | {times:.1} | {target} |",
                row.name, fastest[0], peer.name
            );
        }
    }
    if missed { ExitCode::from(MISSED) } else { ExitCode::SUCCESS }
}
