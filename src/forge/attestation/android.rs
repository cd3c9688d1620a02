//! Deviations of the statements of phones: Android's keystore, SafetyNet, and Apple.

use super::{draft, signed};
use crate::forge::Mutation;
use crate::forge::certificate::Extension;
use crate::forge::keys::Key;
use crate::forge::name::{COMMON_NAME, Name};
use crate::forge::registration::Format;

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("android-key", "of Android's keystore: valid", &[], |bench| {
        draft(bench, Format::AndroidKey, |_| {})
    }),
    Mutation::new(
        "android-key-challenge",
        "a key made for another registration",
        &["attestation-object.android-key-challenge-mismatch"],
        |bench| draft(bench, Format::AndroidKey, |it| it.android.challenge = Some(vec![7; 32])),
    )
    .case("WS-22"),
    Mutation::new(
        "android-key-for-all",
        "a key that any application may use",
        &["attestation-object.android-key-for-all"],
        |bench| draft(bench, Format::AndroidKey, |it| it.android.all_applications = true),
    )
    .case("WS-22"),
    Mutation::new(
        "android-key-imported",
        "a key that was imported",
        &["attestation-object.android-key-origin-wrong"],
        |bench| draft(bench, Format::AndroidKey, |it| it.android.origin = 2),
    )
    .case("WS-22"),
    Mutation::new(
        "android-key-decrypts",
        "a key for decryption",
        &["attestation-object.android-key-purpose-wrong"],
        |bench| draft(bench, Format::AndroidKey, |it| it.android.purpose = 1),
    )
    .case("WS-22"),
    Mutation::new(
        "android-key-other",
        "the certificate of another key",
        &["attestation-object.android-key-mismatch"],
        |bench| {
            draft(bench, Format::AndroidKey, |it| {
                it.attestation_key = Key::p256(9, "another");
                it.certificate.spki = it.attestation_key.spki().to_vec();
            })
        },
    )
    .case("WS-22"),
    Mutation::new(
        "android-key-undescribed",
        "a certificate that does not describe the key",
        &["attestation-object.android-key-undescribed"],
        |bench| draft(bench, Format::AndroidKey, |it| it.plain = true),
    )
    .case("WS-22"),
    Mutation::new("safetynet", "of SafetyNet: valid", &["attestation-object.safetynet-retired"], |bench| {
        draft(bench, Format::AndroidSafetynet, |_| {})
    })
    .case("WS-23"),
    Mutation::new(
        "safetynet-nonce",
        "the response to another registration",
        &["attestation-object.safetynet-nonce-mismatch", "attestation-object.safetynet-retired"],
        |bench| draft(bench, Format::AndroidSafetynet, |it| it.nonce = Some(vec![7; 32])),
    )
    .case("WS-23"),
    Mutation::new(
        "safetynet-host",
        "a response of another host",
        &["attestation-object.safetynet-host-wrong", "attestation-object.safetynet-retired"],
        |bench| {
            draft(bench, Format::AndroidSafetynet, |it| {
                it.certificate.subject = Name::of(&[(COMMON_NAME, "attest.android.com.evil.org")]);
                it.certificate.extensions = vec![Extension::end_entity()];
            })
        },
    )
    .case("WS-23"),
    Mutation::new(
        "safetynet-not-passed",
        "a phone that did not pass",
        &["attestation-object.safetynet-not-passed", "attestation-object.safetynet-retired"],
        |bench| {
            draft(bench, Format::AndroidSafetynet, |it| {
                _ = it.safetynet.insert("ctsProfileMatch".into(), false.into());
            })
        },
    )
    .case("WS-23"),
    Mutation::new(
        "safetynet-old",
        "a response of 2017",
        &["attestation-object.safetynet-time-off", "attestation-object.safetynet-retired"],
        |bench| {
            draft(bench, Format::AndroidSafetynet, |it| {
                _ = it.safetynet.insert("timestampMs".into(), 1_500_000_000_000_i64.into());
            })
        },
    )
    .case("WS-23"),
    Mutation::new(
        "safetynet-flipped",
        "one character of the response is another",
        &["attestation-object.signature-invalid", "attestation-object.safetynet-retired"],
        |bench| {
            signed(bench, Format::AndroidSafetynet, |it| {
                it.statement().edit("response", |response| {
                    let at = response.len() - 20;
                    response[at] = if response[at] == b'A' { b'B' } else { b'A' };
                });
            })
        },
    )
    .case("WS-23"),
    Mutation::new(
        "safetynet-malformed",
        "a response without its signature",
        &["attestation-object.safetynet-response-malformed", "attestation-object.safetynet-retired"],
        |bench| {
            signed(bench, Format::AndroidSafetynet, |it| {
                it.statement().edit("response", |response| {
                    let at = response.iter().rposition(|byte| *byte == b'.').unwrap_or(0);
                    response.truncate(at);
                });
            })
        },
    )
    .case("WS-23"),
    Mutation::new("apple", "of Apple: valid", &[], |bench| draft(bench, Format::Apple, |_| {})),
    Mutation::new(
        "apple-nonce",
        "a certificate made for another registration",
        &["attestation-object.apple-nonce-mismatch"],
        |bench| draft(bench, Format::Apple, |it| it.nonce = Some(vec![7; 32])),
    )
    .case("WS-24"),
    Mutation::new(
        "apple-key",
        "the certificate of another key",
        &["attestation-object.apple-key-mismatch"],
        |bench| {
            draft(bench, Format::Apple, |it| it.certificate.spki = Key::p256(9, "another").spki().to_vec())
        },
    )
    .case("WS-24"),
    Mutation::new(
        "apple-no-nonce",
        "a certificate without a nonce",
        &["attestation-object.apple-nonce-missing"],
        |bench| draft(bench, Format::Apple, |it| it.plain = true),
    )
    .case("WS-24"),
];
