//! Whether the challenge opens under the recipient's key.

use crate::crypto::decrypt::Padding;
use crate::model::etk_challenge::{EtkChallenge, Opened, SERIAL_LENGTH};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};

rule! { EtkChallenge =>
    /// The recipient's private key was not given
    ///
    /// Only the owner of the encryption key can open a challenge. Without the key etalon can look at
    /// the lengths, and at nothing else. Give it in the context, as
    /// `private_key` in PEM or in a `keystore` with its `password`; or name the keystore with `--keystore`.
    "etk-challenge.key-not-given": INCONCLUSIVE => key_not_given,
        clauses: &["CR-4.3.4.7.1-13"],
        cites: &[cite(
            "CertRA cookbook 0.5", "4.3.4.7.1", Force::Must,
            "The client must decrypt the challenge with the private key associated with the public key",
        )];

    /// The private key that was given cannot be used
    ///
    /// The context names a private key, but it is not PEM, is protected by a password, or has fewer
    /// than 2048 bits, which no sound library decrypts with. The finding says which.
    "etk-challenge.key-unusable": INCONCLUSIVE => key_unusable,
        cites: &[cite(
            "CertRA cookbook 0.5", "4.3.4.7.1", Force::Must,
            "The client must decrypt the challenge with the private key associated with the public key",
        )];

    /// The challenge does not decrypt under the recipient's key
    ///
    /// The serial number is encrypted with RSAES-PKCS1-v1_5 under the PublicEncryptionKey of the
    /// request. A ciphertext that was made with another key or another padding, was cut or was
    /// changed does not decrypt. There is one answer for every cause, and no hint at which: an
    /// answer that tells paddings apart lets others decrypt (Bleichenbacher's attack).
    "etk-challenge.not-decryptable": ERROR => not_decryptable,
        clauses: &["CR-4.3.4-42", "CR-4.3.4-44", "CR-4.3.4.7.1-13"],
        cites: &[
            cite(
                "CertRA cookbook 0.5", "4.3.4.7.1", Force::Must,
                "The client must decrypt the challenge with the private key associated with the public key",
            ),
            cite("RFC 8017", "7.2.2", Force::Fact, "output \"decryption error\" and stop"),
        ],
        defects: &["SD-17"],
        catalogue: &["ET-08"];

    /// The challenge is padded with OAEP, which the real client does not decrypt
    ///
    /// The cookbook names no padding. The client that eHealth ships decrypts with
    /// `RSA/ECB/PKCS1Padding`, so a service that encrypts with OAEP, however sound, locks its
    /// clients out.
    "etk-challenge.padding-oaep": ERROR.not_in_standard() => padding_oaep,
        clauses: &["CR-4.3.4-44"],
        cites: &[cite(
            "CertRA cookbook 0.5", "4.3.4", Force::Fact,
            "and then encrypted it with the PublicEncryptionKey, supplied by the user in the request",
        )],
        defects: &["SD-17"];

    /// The plaintext holds more than the 16 bytes of the serial number
    ///
    /// The client takes the first 16 bytes and drops the rest without a word. A surplus is often
    /// the sign byte of a signed big-endian number: then the first 16 bytes are not the number that
    /// the service means, and the hash tells.
    "etk-challenge.plaintext-surplus": WARNING => plaintext_surplus,
        cites: &[cite(
            "CertRA cookbook 0.5", "4.3.4.7.1", Force::Fact,
            "The challenge consists of an encrypted number",
        )],
        defects: &["SD-17"];
}

fn key_not_given(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    challenge.ciphertext?;
    if matches!(challenge.opened, Opened::NoKey) {
        cx.fail(
            "ciphertext",
            challenge.ciphertext_span(),
            "expected the recipient's private key in the context, found none",
        )
        .hint("give `private_key` in PEM, or `keystore` and its `password`");
    }
    Some(Checked)
}

fn key_unusable(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match &challenge.opened {
        Opened::NoKey => return None,
        Opened::KeyUnusable(why) => {
            cx.fail("ciphertext", challenge.ciphertext_span(), why.clone());
        }
        Opened::KeyNotRsa(_) | Opened::Closed { .. } | Opened::Open { .. } => {}
    }
    Some(Checked)
}

fn not_decryptable(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    challenge.modulus()?;
    // One answer for every cause: neither length nor padding is told apart here.
    if challenge.serial().is_none() {
        cx.fail(
            "ciphertext",
            challenge.ciphertext_span(),
            format!("expected a ciphertext of {SERIAL_LENGTH} bytes under the recipient's key, found one that does not open"),
        );
    }
    Some(Checked)
}

fn padding_oaep(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Opened::Open { padding, .. } = &challenge.opened else { return None };
    if let Padding::Oaep(hash) = padding {
        cx.fail(
            "ciphertext",
            challenge.ciphertext_span(),
            format!("expected RSAES-PKCS1-v1_5 padding, found OAEP with {hash}"),
        );
    }
    Some(Checked)
}

fn plaintext_surplus(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let plaintext = challenge.plaintext().filter(|it| it.len() >= SERIAL_LENGTH)?;
    if plaintext.len() > SERIAL_LENGTH {
        cx.fail(
            "ciphertext",
            challenge.ciphertext_span(),
            format!("expected {SERIAL_LENGTH} bytes of plaintext, found {}", plaintext.len()),
        );
    }
    Some(Checked)
}
