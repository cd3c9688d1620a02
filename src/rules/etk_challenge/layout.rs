//! The layout: ciphertext, then hash.

use crate::base::{Profile, Span};
use crate::model::etk_challenge::{CIPHERTEXT_LENGTH, EtkChallenge, HASH_LENGTH, Opened};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};

rule! { EtkChallenge =>
    /// The challenge has no room for a ciphertext and a hash
    ///
    /// The last 32 bytes of a challenge are a SHA-256, and what stands before them is the encrypted
    /// serial number. 32 bytes or fewer hold no ciphertext at all.
    ///
    /// The artefact is unreadable. Look at what was decoded: the answer carries the challenge in
    /// base64, and a challenge that was decoded once too often or not at all has another length.
    "etk-challenge.too-short": ERROR => too_short,
        clauses: &["CR-4.3.4.7.1-11"],
        cites: &[cite(
            "CertRA cookbook 0.5", "4.3.4.7.1", Force::Fact,
            "The challenge consists of an encrypted number followed by 256 bits containing the SHA-256 hash",
        )],
        catalogue: &["ET-06"];

    /// The ciphertext is not as long as the modulus of the key
    ///
    /// RSA gives a ciphertext of exactly as many bytes as the modulus of the key has: 256 under the
    /// 2048-bit key that eHealth asks for. The client takes the last 32 bytes for the hash and all
    /// the rest for the ciphertext, so a byte too many or too few makes decryption fail.
    ///
    /// Where the recipient's key is given, its modulus decides; without it, the 256 bytes of the
    /// cookbook do, and under `field`, where longer keys occur, the question stays open. The
    /// cookbook states the layout without a normative word; it is an error because a client cannot
    /// understand the challenge otherwise.
    "etk-challenge.ciphertext-length-wrong": ERROR => ciphertext_length_wrong,
        clauses: &["CR-4.3.4.7.1-11", "CR-4.3.4-44"],
        cites: &[
            cite("CertRA cookbook 0.5", "4.3.4.7.1", Force::Fact, "The challenge consists of an encrypted number"),
            cite("RFC 8017", "7.2.1", Force::Fact, "ciphertext, an octet string of length k"),
        ],
        defects: &["SD-17"],
        catalogue: &["ET-06"];

    /// The recipient's key is on a curve, and nobody says how a challenge is encrypted to it
    ///
    /// Since 2025 the acceptance environment issues certificates on P-384, but the cookbook knows
    /// RSA only, and no public code shows how a challenge reaches the owner of an EC key. etalon
    /// does not guess.
    "etk-challenge.scheme-unknown": INCONCLUSIVE => scheme_unknown,
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.7.1", Force::Fact, "The challenge consists of an encrypted number")],
        defects: &["SD-17"];
}

fn too_short(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if challenge.ciphertext.is_none() {
        cx.unreadable();
        cx.fail(
            "",
            Span::new(0, challenge.length),
            format!(
                "expected a ciphertext and {HASH_LENGTH} bytes of hash, found {} bytes",
                challenge.length
            ),
        );
    }
    Some(Checked)
}

fn ciphertext_length_wrong(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let found = challenge.ciphertext?.len();
    let by_cookbook = (cx.profile() == Profile::Cookbook).then_some(CIPHERTEXT_LENGTH);
    let expected = challenge.modulus().or(by_cookbook)?;
    if found != expected {
        cx.fail(
            "ciphertext",
            challenge.ciphertext_span(),
            format!("expected {expected} bytes of ciphertext before the hash, found {found}"),
        );
    }
    Some(Checked)
}

fn scheme_unknown(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match &challenge.opened {
        Opened::KeyNotRsa(kind) => {
            cx.fail(
                "ciphertext",
                challenge.ciphertext_span(),
                format!("expected an RSA key, found a key of kind {kind}: how a challenge is encrypted to it is not published"),
            );
            Some(Checked)
        }
        Opened::Closed { .. } | Opened::Open { .. } => Some(Checked),
        Opened::NoKey | Opened::KeyUnusable(_) => None,
    }
}
