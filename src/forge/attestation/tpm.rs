//! Deviations of TPM statements and of their certificates.

use super::{draft, signed};
use crate::forge::certificate::{EXTENDED_KEY_USAGE, Extension, SUBJECT_ALT_NAME};
use crate::forge::keys::Key;
use crate::forge::name::{COMMON_NAME, Name};
use crate::forge::registration::{Draft, Format};
use crate::forge::{Mutation, der};

/// subjectAltName with one attribute of the TCG.
fn described(draft: &mut Draft<'_>, manufacturer: &str, whole: bool) {
    let tcg = |arc: &str, text: &str| {
        der::set_of([der::seq([der::oid(&format!("2.23.133.2.{arc}")), der::utf8(text)])])
    };
    let mut parts = vec![tcg("1", manufacturer)];
    if whole {
        parts.extend([tcg("2", "Etalon TPM"), tcg("3", "id:00010000")]);
    }
    let names = der::seq([der::context(4, [der::seq(parts)])]);
    draft.certificate.remove(SUBJECT_ALT_NAME);
    draft.certificate.extensions.push(Extension::other(SUBJECT_ALT_NAME, true, names));
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("tpm", "a TPM's: valid", &[], |bench| draft(bench, Format::Tpm, |_| {})),
    Mutation::new(
        "tpm-version",
        "a TPM of version 1.2",
        &["attestation-object.tpm-version-wrong"],
        |bench| draft(bench, Format::Tpm, |it| it.tpm.version = "1.2"),
    )
    .case("WS-21"),
    Mutation::new("tpm-magic", "another magic number", &["attestation-object.tpm-magic-wrong"], |bench| {
        draft(bench, Format::Tpm, |it| it.tpm.magic = 0x1234_5678)
    })
    .case("WS-21"),
    Mutation::new(
        "tpm-type",
        "the attestation of a quote",
        &["attestation-object.tpm-type-wrong"],
        |bench| draft(bench, Format::Tpm, |it| it.tpm.attest_type = 0x8018),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-extra-data",
        "the attestation of another registration",
        &["attestation-object.tpm-extra-data-mismatch"],
        |bench| draft(bench, Format::Tpm, |it| it.tpm.extra_data = Some(vec![7; 32])),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-other-key",
        "the attestation of another key",
        &["attestation-object.tpm-key-mismatch"],
        |bench| draft(bench, Format::Tpm, |it| it.tpm.key = Some(Key::p256(9, "another"))),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-name",
        "the name of another object",
        &["attestation-object.tpm-name-mismatch"],
        |bench| draft(bench, Format::Tpm, |it| it.tpm.name = Some([&[0x00, 0x0b][..], &[9; 32]].concat())),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-cert-info-trailing",
        "a byte behind certInfo",
        &["attestation-object.tpm-cert-info-malformed"],
        |bench| draft(bench, Format::Tpm, |it| it.tpm.behind_cert_info = vec![0]),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-pub-area-trailing",
        "a byte behind pubArea",
        &["attestation-object.tpm-pub-area-malformed"],
        |bench| draft(bench, Format::Tpm, |it| it.tpm.behind_pub_area = vec![0]),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-no-certificate",
        "no certificates",
        &["attestation-object.statement-member-missing"],
        |bench| signed(bench, Format::Tpm, |it| it.statement().remove("x5c")),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-subject",
        "a certificate with a subject",
        &["attestation-object.tpm-subject-present"],
        |bench| draft(bench, Format::Tpm, |it| it.certificate.subject = Name::of(&[(COMMON_NAME, "My TPM")])),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-undescribed",
        "a certificate that does not describe the TPM",
        &["attestation-object.tpm-description-missing"],
        |bench| draft(bench, Format::Tpm, |it| it.certificate.remove(SUBJECT_ALT_NAME)),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-half-described",
        "a certificate that names the manufacturer alone",
        &["attestation-object.tpm-description-missing"],
        |bench| draft(bench, Format::Tpm, |it| described(it, "id:494E5443", false)),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-manufacturer",
        "a manufacturer that is not registered",
        &["attestation-object.tpm-manufacturer-unknown"],
        |bench| draft(bench, Format::Tpm, |it| described(it, "id:00000000", true)),
    )
    .case("WS-21"),
    Mutation::new(
        "tpm-purpose",
        "a certificate without the purpose",
        &["attestation-object.tpm-purpose-wrong"],
        |bench| draft(bench, Format::Tpm, |it| it.certificate.remove(EXTENDED_KEY_USAGE)),
    )
    .case("WS-21"),
];
