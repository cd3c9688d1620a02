//! Oracles of signatures: what verifies holds for these bytes alone.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use etalon::base::{Budget, Kind, Profile, Span, time};
use etalon::context::Context;
use etalon::engine::{self, Judgement, Options, Verdict};
use etalon::forge;
use etalon::rule::{Meta, Outcome};
use etalon::wire::der::{Node, Tag, walk};

/// How many bits of an input are changed, each alone.
const BITS: u64 = 8;

/// A request whose signature verifies is refused when any bit of its signed part is another.
///
/// # Panics
/// When an oracle is broken.
pub fn csr(data: &[u8]) {
    let tree = walk(data, &Budget::JUDGE);
    if let Some(info) = tree.nodes.get(1).filter(|node| node.parent == Some(0)) {
        one_bit(Kind::Csr, data, info.span, "csr.signature-invalid");
    }
}

/// A SignedData whose signatures verify is refused when any bit of its content is another.
///
/// # Panics
/// When an oracle is broken.
pub fn cms(data: &[u8]) {
    let tree = walk(data, &Budget::JUDGE);
    let child = |parent: usize, index: usize| {
        tree.nodes.iter().position(|node| node.parent == Some(parent) && node.index == index)
    };
    // ContentInfo, [0], SignedData, encapContentInfo, [0], eContent.
    let Some(content) = [1, 0, 2, 1, 0].into_iter().try_fold(0, child) else { return };
    let inside = |node: &&Node| tree.nodes[content].content.range().contains(&(node.content.start as usize));
    let is_piece =
        |node: &&Node| node.tag == Tag::OCTET_STRING && !node.constructed && !node.content.is_empty();
    if let Some(piece) = tree.nodes[content..].iter().take_while(inside).find(is_piece) {
        one_bit(Kind::Cms, data, piece.content, "cms.signature-invalid");
    }
}

/// A certificate whose path is found has none, or is broken, when the bit of its signed part that `data`
/// chooses is another.
///
/// # Panics
/// When an oracle is broken.
pub fn certificate(data: &[u8]) {
    static ORIGINAL: OnceLock<(Vec<u8>, Context, Span)> = OnceLock::new();
    let Some(choice) = data.first_chunk::<4>() else { return };
    let (bytes, context, signed) = ORIGINAL.get_or_init(|| {
        let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
        let forged = forge::forge(Kind::Certificate, None, 1, clock, &BTreeMap::new()).expect("it is made");
        let context = serde_json::from_value(forged.context.into()).expect("a context");
        assert_eq!(path_verdict(&forged.bytes, &context), Verdict::Conforms, "it is as it was made");
        let tree = walk(&forged.bytes, &Budget::JUDGE);
        (forged.bytes, context, tree.nodes[1].span)
    });
    let bit = u32::from_le_bytes(*choice) as usize % (signed.len() * 8);
    let mut changed = bytes.clone();
    changed[signed.start as usize + bit / 8] ^= 1 << (bit % 8);
    assert_ne!(path_verdict(&changed, context), Verdict::Conforms, "bit {bit} of the signed part is another");
}

fn path_verdict(certificate: &[u8], context: &Context) -> Verdict {
    let options = Options::profile(Profile::Standard);
    engine::judge(Kind::Certificate, certificate, context, &options).expect("no rule crashes").verdict
}

fn judge(kind: Kind, data: &[u8]) -> Judgement {
    let context = Context { as_of: time::parse("2026-01-15T10:00:00Z"), ..Context::default() };
    engine::judge(kind, data, &context, &Options::profile(Profile::Standard)).expect("no rule crashes")
}

/// Changes single bits of `signed` where `rule` says that the signature over it verifies.
fn one_bit(kind: Kind, data: &[u8], signed: Span, rule: &str) {
    if !verifies(kind, data, rule) || signed.is_empty() {
        return;
    }
    // Other bits for other inputs, and the same ones in every run.
    let seed = data.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    for round in 0..BITS {
        let bit = seed.rotate_left(round as u32 * 7) as usize % (signed.len() * 8);
        let mut changed = data.to_vec();
        changed[signed.start as usize + bit / 8] ^= 1 << (bit % 8);
        assert!(!verifies(kind, &changed, rule), "bit {bit} of the signed bytes is another, and it verifies");
    }
}

/// Whether the artefact conforms, its signature by `rule` among it.
fn verifies(kind: Kind, data: &[u8], rule: &str) -> bool {
    let judgement = judge(kind, data);
    let passes = |(meta, outcome): &(&Meta, Outcome)| meta.id == rule && *outcome == Outcome::Pass;
    judgement.verdict == Verdict::Conforms && judgement.trace.iter().any(passes)
}
