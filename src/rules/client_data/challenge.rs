//! The challenge: whether it is the one that was issued.

use crate::base::Budget;
use crate::model::client_data::ClientData;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};
use crate::wire::base64::{self, Form};

/// The shortest challenge whose guessing is out of reach: 16 bytes.
const SHORTEST: usize = 16;

rule! { ClientData =>
    /// The challenge is not base64url
    ///
    /// The client writes the challenge in base64url without padding. Another alphabet, `=` or bits
    /// behind the last byte make a text that no conforming client wrote.
    "client-data.challenge-not-base64url": ERROR => challenge_not_base64url,
        clauses: &["KD-4.1.1-22"],
        cites: &[cite("WebAuthn L3", "5.8.1", Force::Must, "This member contains the base64url encoding of the challenge provided by the Relying Party")],
        catalogue: &["WC-09", "WC-10"],
        codes: &["BAD_REQUEST"];

    /// The challenge is not the one that was issued
    ///
    /// The signature then answers another request: it is a replay, comes from another session or
    /// account, or was altered. What is compared is the bytes that the texts stand for; a text that
    /// is no base64url is the matter of another rule.
    "client-data.challenge-mismatch": ERROR => challenge_mismatch,
        clauses: &["KD-4.1.1-22"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that the value of C.challenge equals the base64url encoding of pkOptions.challenge")],
        catalogue: &["WC-09", "WC-10", "WC-11", "WC-13"],
        codes: &["VALIDATION_FAILED"];

    /// The challenge that was issued is not known
    ///
    /// Whether the client data answers the right request cannot be judged. Name the challenge in the
    /// context (`challenge`, in base64url).
    "client-data.no-expected-challenge": INCONCLUSIVE => no_expected_challenge,
        clauses: &["KD-4.1.1-22"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that the value of C.challenge equals the base64url encoding of pkOptions.challenge")];

    /// The challenge is shorter than 16 bytes
    ///
    /// A short challenge can be guessed, and an answer to it prepared beforehand.
    "client-data.challenge-short": WARNING => challenge_short,
        cites: &[cite("WebAuthn L3", "13.4.3", Force::Should, "Challenges SHOULD therefore be at least 16 bytes long.")],
        catalogue: &["WO-01"];
}

fn challenge_not_base64url(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (text, value) = data.text("challenge")?;
    let decoded = base64::decode(text.as_bytes(), Form::Url, cx.budget());
    for fault in decoded.faults {
        cx.fail("/challenge", value.text_map().outer(fault.span), fault.kind.to_string());
    }
    Some(Checked)
}

fn challenge_mismatch(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = cx.context().challenge.as_deref()?;
    let (text, value) = data.text("challenge")?;
    if text != expected
        && bytes(text, cx.budget()).is_none_or(|found| Some(found) != bytes(expected, cx.budget()))
    {
        cx.fail("/challenge", value.span(), "expected the challenge that was issued, found another");
    }
    Some(Checked)
}

fn no_expected_challenge(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (_, value) = data.text("challenge")?;
    if cx.context().challenge.is_none() {
        let message = "expected to know the challenge that was issued, found none in the context";
        cx.fail("/challenge", value.span(), message)
            .hint("name it in the context as `challenge`, in base64url");
    }
    Some(Checked)
}

fn challenge_short(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (text, value) = data.text("challenge")?;
    let length = bytes(text, cx.budget())?.len();
    if length < SHORTEST {
        cx.fail("/challenge", value.span(), format!("expected at least {SHORTEST} bytes, found {length}"));
    }
    Some(Checked)
}

fn bytes(text: &str, budget: &Budget) -> Option<Vec<u8>> {
    base64::decode(text.as_bytes(), Form::Url, budget).bytes
}
