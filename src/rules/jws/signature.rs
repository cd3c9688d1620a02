//! The signature: that it is there, and verifies.

use crate::crypto::hmac_verifies;
use crate::crypto::names::jose::Protection;
use crate::model::jws::{Jws, Verification};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

/// Secrets that guessing tools try first.
const GUESSABLE: &[&str] = &[
    "secret",
    "password",
    "changeme",
    "key",
    "jwt",
    "test",
    "admin",
    "123456",
    "your-256-bit-secret",
    "your-secret-key",
    "my-secret",
    "ehealth",
];

rule! { Jws =>
    /// The signature is empty
    ///
    /// The header names an algorithm, and nothing was signed with it. Some libraries took that for
    /// a valid token.
    "jws.signature-empty": ERROR => signature_empty,
        cites: &[cite("RFC 7515", "5.2", Force::Must, "Validate the JWS Signature against the JWS Signing Input")],
        catalogue: &["JT-04"];

    /// The signature does not verify
    ///
    /// Header, payload or signature were changed, or another key signed. An ECDSA signature of JWS
    /// is two integers of the curve's length one behind the other, not the DER of other standards;
    /// an RSA signature is exactly as long as the modulus.
    "jws.signature-invalid": ERROR => signature_invalid,
        cites: &[cite("RFC 7515", "5.2", Force::Must, "If any of the listed steps fails, then the signature or MAC cannot be validated.")],
        catalogue: &["AT-03", "JT-05", "JT-09", "JT-15", "JT-16", "JT-17", "TX-04"];

    /// The secret can be guessed
    ///
    /// The HMAC verifies under a secret of every word list: anybody can make such tokens.
    "jws.secret-guessable": ERROR => secret_guessable,
        cites: &[cite("RFC 8725", "3.5", Force::Must, "human-memorizable passwords MUST NOT be directly used as the key to a keyed-MAC algorithm such as \"HS256\"")],
        catalogue: &["JT-18", "JK-22"];
}

fn signature_empty(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.protection()?;
    let signature = jws.compact.signature();
    if signature.span.is_empty() {
        cx.fail("signature", signature.span, "expected a signature, found nothing");
    }
    Some(Checked)
}

fn signature_invalid(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let signature = jws.compact.signature();
    match jws.verification {
        Verification::Invalid if signature.span.is_empty() => return None,
        Verification::Invalid => {
            let is_der = jws.text("alg").is_some_and(|alg| alg.starts_with("ES"))
                && signature.bytes().first() == Some(&0x30);
            let finding = cx.fail(
                "signature",
                signature.span,
                "expected a signature that verifies under the key, found another",
            );
            if is_der {
                finding.hint("JWS takes r and s one behind the other, not in DER");
            }
        }
        Verification::Valid => {}
        Verification::NoKey
        | Verification::KeyUnreadable
        | Verification::Unpicked(_)
        | Verification::OtherKey(_)
        | Verification::KeyInvalid(_)
        | Verification::NoAlgorithm
        | Verification::NotImplemented(_) => return None,
    }
    Some(Checked)
}

fn secret_guessable(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Protection::Mac(hash) = jws.protection()? else { return None };
    let signature = jws.compact.signature();
    let input = jws.compact.signing_input();
    if GUESSABLE.iter().any(|secret| hmac_verifies(hash, secret.as_bytes(), input, signature.bytes())) {
        cx.fail(
            "signature",
            signature.span,
            "expected a secret that cannot be guessed, found one of a word list",
        );
    }
    Some(Checked)
}
