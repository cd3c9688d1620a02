//! The serial number that the challenge hides, and its hash.

use crate::model::etk_challenge::{EtkChallenge, SERIAL_LENGTH, decimal};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

/// A serial number of fewer bits than this is found by trying all of them.
const GUESSABLE: usize = 64;
/// A serial number of at least this many bits is out of reach for good.
const AMPLE: usize = 112;

rule! { EtkChallenge =>
    /// The hash at the end is not that of the serial number
    ///
    /// The client hashes the 16 bytes that it decrypted, as they stand, with SHA-256 and compares
    /// with the last 32 bytes of the challenge. Where they differ it must not answer: it holds a
    /// number that nobody vouches for.
    ///
    /// The cookbook does not say which bytes are hashed (SD-17), and services have picked others:
    /// the number without leading zeros, with a sign byte, in decimal, or the whole plaintext. The
    /// hint names the one that fits.
    "etk-challenge.hash-mismatch": ERROR => hash_mismatch,
        clauses: &["CR-4.3.4.7.1-12", "CR-4.3.4.7.1-14"],
        cites: &[cite(
            "CertRA cookbook 0.5", "4.3.4.7.1", Force::May,
            "Clients can verify that their decryption was successful if the SHA-256 hash of the resulting data is equal to the last 256 bits",
        )],
        defects: &["SD-17"],
        catalogue: &["ET-06", "ET-07"];

    /// The serial number can be guessed from its hash
    ///
    /// The hash of the serial number stands in clear beside the ciphertext. Whoever sees the
    /// challenge can try numbers until the hash fits, and then needs no private key: a number below
    /// 2^64 proves the possession of nothing (SD-18). Draw 128 random bits.
    "etk-challenge.serial-guessable": ERROR.in_standard(Warning) => serial_guessable,
        clauses: &["CR-4.3.4.7.1-12"],
        cites: &[cite(
            "CertRA cookbook 0.5", "4.3.4", Force::Fact,
            "The WS has generated a random serial number",
        )],
        defects: &["SD-18"],
        catalogue: &["ET-10", "ET-11"];

    /// The serial number is shorter than 112 bits
    ///
    /// It cannot be guessed today, but its hash in clear gives an attacker all the time there is.
    /// A random number of 128 bits is below 2^112 once in 65,536 times: seen once it is chance,
    /// seen twice it is a service that draws short numbers.
    "etk-challenge.serial-short": WARNING => serial_short,
        cites: &[cite("etalon", "challenge", Force::House, "a serial number has at least 112 bits")],
        defects: &["SD-18"],
        catalogue: &["ET-10"];
}

fn hash_mismatch(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (serial, plaintext) = (challenge.serial()?, challenge.plaintext()?);
    if !challenge.hashes(serial) {
        let skip = serial.iter().take_while(|&&b| b == 0).count();
        let minimal = &serial[skip..];
        let signed = [&[0], minimal].concat();
        let decimal = decimal(serial);
        let readings: [(&[u8], &str); 4] = [
            (plaintext, "it is the hash of the whole plaintext"),
            (minimal, "it is the hash of the number without leading zeros"),
            (&signed, "it is the hash of the number with a sign byte"),
            (decimal.as_bytes(), "it is the hash of the number in decimal"),
        ];
        let finding = cx.fail(
            "hash",
            challenge.hash_span(),
            format!(
                "expected the SHA-256 of the {SERIAL_LENGTH} bytes that were encrypted, found another value"
            ),
        );
        if let Some((_, hint)) = readings.iter().find(|(bytes, _)| challenge.hashes(bytes)) {
            finding.hint(*hint);
        }
    }
    Some(Checked)
}

/// The length in bits of the serial number.
fn bits(challenge: &EtkChallenge<'_>) -> Option<usize> {
    let serial = challenge.serial()?;
    let zeros = serial.iter().take_while(|&&b| b == 0).count();
    Some(serial.get(zeros).map_or(0, |first| (serial.len() - zeros) * 8 - first.leading_zeros() as usize))
}

fn serial_guessable(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let bits = bits(challenge)?;
    if bits < GUESSABLE {
        cx.fail(
            "ciphertext",
            challenge.ciphertext_span(),
            format!("expected a serial number of at least {GUESSABLE} bits, found one of {bits}"),
        );
    }
    Some(Checked)
}

fn serial_short(challenge: &EtkChallenge<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let bits = bits(challenge).filter(|&bits| bits >= GUESSABLE)?;
    if bits < AMPLE {
        cx.fail(
            "ciphertext",
            challenge.ciphertext_span(),
            format!("expected a serial number of at least {AMPLE} bits, found one of {bits}"),
        );
    }
    Some(Checked)
}
