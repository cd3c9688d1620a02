//! `tpm` (WebAuthn L3 §8.3): what the TPM certified, and that it is this key.

use crate::base::Span;
use crate::crypto::digest;
use crate::model::attestation_statement::tpm::{
    ATTEST_CERTIFY, CertInfo, GENERATED, PubArea, Unreadable, hash,
};
use crate::model::attestation_statement::{Format, Statement};
use crate::model::cose::CoseAlgorithm;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::rules::shown;
use crate::wire::cbor::{Item, Node};

rule! { Statement =>
    /// The TPM is not of version 2.0
    ///
    /// `ver` must be the text `2.0`: the structures of other versions differ, and WebAuthn describes none of
    /// them.
    "attestation-object.tpm-version-wrong": ERROR => version_wrong,
        cites: &[cite("WebAuthn L3", "8.3", Force::Must, "ver: \"2.0\"")],
        catalogue: &["WS-21"],
        codes: &["VALIDATION_FAILED"];

    /// What the TPM signed cannot be read
    ///
    /// `certInfo` must be one TPMS_ATTEST structure, byte for byte: nothing missing, nothing behind it.
    "attestation-object.tpm-cert-info-malformed": ERROR => cert_info_malformed,
        cites: &[cite("WebAuthn L3", "8.3", Force::Must, "The TPMS_ATTEST structure over which the above signature was computed")],
        catalogue: &["WS-21"],
        codes: &["BAD_REQUEST"];

    /// The TPM's description of the key cannot be read
    ///
    /// `pubArea` must be one TPMT_PUBLIC structure of an RSA or ECC key, byte for byte.
    "attestation-object.tpm-pub-area-malformed": ERROR => pub_area_malformed,
        cites: &[cite("WebAuthn L3", "8.3", Force::Must, "The TPMT_PUBLIC structure … used by the TPM to represent the credential public key.")],
        catalogue: &["WS-21"],
        codes: &["BAD_REQUEST"];

    /// What was signed was not made by the TPM
    ///
    /// A TPM puts `TPM_GENERATED_VALUE` in front of its own structures and refuses to sign others that
    /// begin so. Without it the TPM signed what somebody handed to it.
    "attestation-object.tpm-magic-wrong": ERROR => magic_wrong,
        cites: &[cite("WebAuthn L3", "8.3", Force::Must, "Verify that magic is set to TPM_GENERATED_VALUE")],
        catalogue: &["WS-21"],
        codes: &["VALIDATION_FAILED"];

    /// The TPM attested something else than a key
    ///
    /// Only the type `TPM_ST_ATTEST_CERTIFY` certifies an object of the TPM.
    "attestation-object.tpm-type-wrong": ERROR => type_wrong,
        cites: &[cite("WebAuthn L3", "8.3", Force::Must, "Verify that type is set to TPM_ST_ATTEST_CERTIFY")],
        catalogue: &["WS-21"],
        codes: &["VALIDATION_FAILED"];

    /// The TPM attested another registration
    ///
    /// `extraData` is the hash of authenticator data and client data hash, made with the hash of `alg`.
    "attestation-object.tpm-extra-data-mismatch": ERROR => extra_data_mismatch,
        clauses: &["KD-4.1.1-24"],
        cites: &[cite("WebAuthn L3", "8.3", Force::Must, "Verify that extraData is set to the hash of attToBeSigned using the hash algorithm employed in \"alg\"")],
        catalogue: &["WC-20", "WS-21"],
        codes: &["VALIDATION_FAILED"];

    /// The TPM's key is not the credential key
    ///
    /// The key that `pubArea` describes and the one in the authenticator data must be the same.
    "attestation-object.tpm-key-mismatch": ERROR => key_mismatch,
        cites: &[cite("WebAuthn L3", "8.3", Force::Must, "Verify that the public key specified by the parameters and unique fields of pubArea is identical to the credentialPublicKey in the attestedCredentialData in authenticatorData")],
        catalogue: &["WS-21"],
        codes: &["VALIDATION_FAILED"];

    /// The TPM certified another object
    ///
    /// The name in `certInfo` is the hash of the description of what was certified. It is not that of
    /// `pubArea`.
    "attestation-object.tpm-name-mismatch": ERROR => name_mismatch,
        cites: &[cite("WebAuthn L3", "8.3", Force::Must, "Verify that attested contains a TPMS_CERTIFY_INFO structure … whose name field contains a valid Name for pubArea")],
        catalogue: &["WS-21"],
        codes: &["VALIDATION_FAILED"];
}

/// A structure of the statement: where it stands, and its bytes. Only one in a single piece is read.
fn structure<'a>(statement: &Statement<'a>, name: &str) -> Option<(Node<'a, 'a>, &'a [u8])> {
    let node = statement.is(Format::Tpm).then(|| statement.member(name))??;
    match node.item() {
        Item::Bytes(bytes) => Some((node, bytes)),
        _ => None,
    }
}

fn cert_info<'a>(statement: &Statement<'a>) -> Option<(Node<'a, 'a>, CertInfo<'a>)> {
    let (node, bytes) = structure(statement, "certInfo")?;
    Some((node, CertInfo::read(bytes).ok()?))
}

fn pub_area<'a>(statement: &Statement<'a>) -> Option<(Node<'a, 'a>, &'a [u8], PubArea<'a>)> {
    let (node, bytes) = structure(statement, "pubArea")?;
    Some((node, bytes, PubArea::read(bytes).ok()?))
}

/// The path of a field of a structure, and its range in the attestation object.
fn field(node: Node<'_, '_>, name: &str, span: Span) -> (String, Span) {
    let path = if name.is_empty() { node.path() } else { format!("{} → {name}", node.path()) };
    (path, span.shifted(node.content().start))
}

fn version_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let node = statement.is(Format::Tpm).then(|| statement.member("ver"))??;
    let found = node.text()?;
    if found != "2.0" {
        cx.fail(node.path(), node.span(), format!("expected `2.0`, found {}", shown(found)));
    }
    Some(Checked)
}

fn malformed(cx: &mut Cx<'_>, node: Node<'_, '_>, why: Unreadable) {
    let (path, span) = field(node, why.field, why.span);
    cx.fail(path, span, why.message);
}

fn cert_info_malformed(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (node, bytes) = structure(statement, "certInfo")?;
    if let Err(why) = CertInfo::read(bytes) {
        malformed(cx, node, why);
    }
    Some(Checked)
}

fn pub_area_malformed(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (node, bytes) = structure(statement, "pubArea")?;
    if let Err(why) = PubArea::read(bytes) {
        malformed(cx, node, why);
    }
    Some(Checked)
}

fn magic_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (node, info) = cert_info(statement)?;
    if info.magic != GENERATED {
        let (path, span) = field(node, "magic", Span::new(0, 4));
        cx.fail(path, span, format!("expected {GENERATED:#010x}, found {:#010x}", info.magic));
    }
    Some(Checked)
}

fn type_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (node, info) = cert_info(statement)?;
    if info.attest_type != ATTEST_CERTIFY {
        let (path, span) = field(node, "type", Span::new(4, 6));
        let found = info.attest_type;
        cx.fail(
            path,
            span,
            format!("expected TPM_ST_ATTEST_CERTIFY ({ATTEST_CERTIFY:#06x}), found {found:#06x}"),
        );
    }
    Some(Checked)
}

fn extra_data_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (node, info) = cert_info(statement)?;
    let algorithm = CoseAlgorithm::of(statement.algorithm_id()?)?.scheme()?;
    let expected = statement.digest_of_both(algorithm.hash()?)?;
    if info.extra_data != expected.as_bytes() {
        let (path, span) = field(node, "extraData", info.extra_data_span);
        let name = expected.hash().name();
        let message =
            format!("expected the {name} of authenticator data and client data hash, found other bytes");
        cx.fail(path, span, message);
    }
    Some(Checked)
}

fn key_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (node, _, area) = pub_area(statement)?;
    let credential = statement.data.key()?.public_key()?.ok()?;
    if !area.key.is(credential) {
        let (path, span) = field(node, "unique", area.unique_span);
        cx.fail(path, span, "expected the key of the authenticator data, found another");
    }
    Some(Checked)
}

fn name_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (node, info) = cert_info(statement)?;
    let (_, bytes, area) = pub_area(statement)?;
    let (name, span) = info.name?;
    let fits = match (hash(area.name_algorithm), name.split_first_chunk::<2>()) {
        (Some(hash), Some((algorithm, octets))) => {
            u16::from_be_bytes(*algorithm) == area.name_algorithm && octets == digest(hash, bytes).as_bytes()
        }
        _ => false,
    };
    if !fits {
        let (path, span) = field(node, "attested.name", span);
        cx.fail(path, span, "expected the name of `pubArea`, found another");
    }
    Some(Checked)
}
