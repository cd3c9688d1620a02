//! The challenge: bytes that nobody can foresee.

use crate::model::creation_options::{CreationOptions, Octets};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, cite};

/// What WebAuthn asks for, in bytes.
const MIN_LEN: usize = 16;

rule! { CreationOptions =>
    /// The challenge is not strict base64url
    ///
    /// The client signs the text of the challenge: padding, the other alphabet or set bits behind
    /// the last byte make two texts of one challenge, and a comparison fails.
    "creation-options.challenge-not-base64url": ERROR.in_field(Warning) => challenge_not_base64url,
        clauses: &["KD-5.2.1-43"],
        cites: &[cite("WebAuthn L3", "5.1.8", Force::Must, "required Base64URLString challenge")],
        catalogue: &["WO-03", "GE-13", "GE-14"];

    /// The challenge is shorter than 16 bytes
    ///
    /// Fewer bytes can be guessed or met again by chance, and a recorded answer then serves a second time. Draw 16 or
    /// more from a cryptographic generator. WebAuthn only recommends it: under `standard` it is a warning.
    "creation-options.challenge-short": ERROR.in_standard(Warning) => challenge_short,
        clauses: &["KD-4.1.1-06", "KD-5.2.1-20", "KD-5.2.1-43"],
        cites: &[cite("WebAuthn L3", "13.4.3", Force::Should, "Challenges SHOULD therefore be at least 16 bytes long.")],
        catalogue: &["WO-01"];

    /// The challenge can be foreseen
    ///
    /// All its bytes are the same or count up, or it is a UUID made of time and address. Whoever
    /// knows the next challenge prepares the answer, or replays one.
    "creation-options.challenge-predictable": ERROR => challenge_predictable,
        cites: &[cite("WebAuthn L3", "13.4.3", Force::Must, "challenges MUST contain enough entropy to make guessing them infeasible")],
        catalogue: &["WO-01", "WO-02"];

    /// The challenge is the text of a UUID
    ///
    /// 36 characters stand for 122 random bits, as in the cookbook's sample: enough, and longer than
    /// it looks.
    "creation-options.challenge-is-uuid": NOTE => challenge_is_uuid,
        clauses: &["KD-5.2.1-43"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "\"challenge\": \"ZjBhYjJmYjktM2RhZC00NTg3LWEwZjktZDYwNzVmYzNmZmMw\"")],
        catalogue: &["WO-02"];
}

fn challenge<'o, 'a>(options: &'o CreationOptions<'a>) -> Option<(&'o Octets<'a>, &'o [u8])> {
    let challenge = options.challenge.as_ref()?;
    Some((challenge, challenge.decoded.bytes.as_deref()?))
}

fn challenge_not_base64url(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let challenge = options.challenge.as_ref()?;
    for fault in challenge.decoded.distinct_faults() {
        let span = challenge.value.text_map().outer(fault.span);
        cx.fail(challenge.value.pointer(), span, fault.kind.to_string());
    }
    Some(Checked)
}

fn challenge_short(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (challenge, bytes) = challenge(options)?;
    if bytes.len() < MIN_LEN {
        let message = format!("expected at least {MIN_LEN} bytes, found {}", bytes.len());
        cx.fail(challenge.value.pointer(), challenge.value.span(), message);
    }
    Some(Checked)
}

/// The version of a UUID in its text form.
fn uuid_version(bytes: &[u8]) -> Option<u8> {
    let is_uuid = bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    is_uuid.then(|| bytes[14])
}

fn challenge_predictable(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (challenge, bytes) = challenge(options)?;
    let steps = |by: u8| bytes.len() > 1 && bytes.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(by));
    let found = if steps(0) {
        "the same byte all over"
    } else if steps(1) {
        "bytes that count up"
    } else if matches!(uuid_version(bytes), Some(b'1' | b'2' | b'6')) {
        "a UUID made of time and address"
    } else {
        return Some(Checked);
    };
    let message = format!("expected random bytes, found {found}");
    cx.fail(challenge.value.pointer(), challenge.value.span(), message);
    Some(Checked)
}

fn challenge_is_uuid(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (challenge, bytes) = challenge(options)?;
    if uuid_version(bytes).is_some() {
        cx.fail(
            challenge.value.pointer(),
            challenge.value.span(),
            "expected random bytes, found the text of a UUID",
        );
    }
    Some(Checked)
}
