//! The certificate of a TPM's attestation key (WebAuthn L3 §8.3.1).

use crate::model::attestation_statement::{Format, Link, Statement};
use crate::model::certificate::Certificate;
use crate::model::extension;
use crate::model::general_name::GeneralName;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, cite};
use crate::rules::shown;
use crate::wire::der::Oid;

/// tcg-kp-AIKCertificate, 2.23.133.8.3
const AIK: Oid<'static> = Oid::new(&[0x67, 0x81, 0x05, 8, 3]);
/// tcg-at-tpmManufacturer, 2.23.133.2.1
const MANUFACTURER: Oid<'static> = Oid::new(&[0x67, 0x81, 0x05, 2, 1]);

/// What the alternative name must tell: attribute types of the TCG.
const TOLD: [(Oid<'static>, &str); 3] = [
    (MANUFACTURER, "tpmManufacturer"),
    (Oid::new(&[0x67, 0x81, 0x05, 2, 2]), "tpmModel"),
    (Oid::new(&[0x67, 0x81, 0x05, 2, 3]), "tpmVersion"),
];

/// The vendors of the TCG's registry (TCG TPM Vendor ID Registry 1.07), as the attribute writes them,
/// and the number that FIDO's conformance tools use.
const VENDORS: &[&str] = &[
    "414D4400", "414E5400", "41544D4C", "4252434D", "4353434F", "464C5953", "524F4343", "474F4F47",
    "48504900", "48504500", "48495349", "49424D00", "49465800", "494E5443", "4C454E00", "4D534654",
    "4E534D20", "4E545A00", "4E534700", "4E544300", "51434F4D", "534D534E", "53454345", "534E5300",
    "534D5343", "53544D20", "54584E00", "57454300", "5345414C", "FFFFF1D0",
];

rule! { Statement =>
    /// The certificate of the TPM's key has a subject
    ///
    /// The attestation key is meant to be anonymous: its subject is empty, and the TPM is described in
    /// the alternative name.
    "attestation-object.tpm-subject-present": ERROR => subject_present,
        cites: &[cite("WebAuthn L3", "8.3.1", Force::Must, "Subject field MUST be set to empty")],
        catalogue: &["WS-21"],
        codes: &["VALIDATION_FAILED"];

    /// The certificate of the TPM's key does not describe the TPM
    ///
    /// The alternative name holds manufacturer, model and version of the TPM as a directory name.
    "attestation-object.tpm-description-missing": ERROR => description_missing,
        cites: &[cite("WebAuthn L3", "8.3.1", Force::Must, "The Subject Alternative Name extension MUST be set as defined in [TPMv2-EK-Profile] section 3.2.9")],
        catalogue: &["WS-21"],
        codes: &["VALIDATION_FAILED"];

    /// The manufacturer of the TPM is not in the TCG's registry
    ///
    /// The list that etalon has may be older than the TPM.
    "attestation-object.tpm-manufacturer-unknown": NOTE => manufacturer_unknown,
        cites: &[cite("TCG TPM Vendor ID Registry", "2", Force::Fact, "TPM Capabilities Vendor ID")],
        catalogue: &["WS-21"];

    /// The certificate is not for a TPM's attestation key
    ///
    /// extKeyUsage must hold `tcg-kp-AIKCertificate` (2.23.133.8.3): so the CA says that it looked whether
    /// the key is kept in a TPM. Without it any certificate of that CA could attest keys.
    "attestation-object.tpm-purpose-wrong": ERROR => purpose_wrong,
        cites: &[cite("WebAuthn L3", "8.3.1", Force::Must, "The Extended Key Usage extension MUST contain the OID 2.23.133.8.3")],
        catalogue: &["WS-21"],
        codes: &["VALIDATION_FAILED"];
}

fn certificate<'s, 'a>(statement: &'s Statement<'a>) -> Option<(&'s Link<'a>, &'s Certificate<'a>)> {
    statement.leaf().filter(|_| statement.is(Format::Tpm))
}

fn subject_present(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    if !certificate.subject.is_empty() {
        let (path, span) = link.at("tbsCertificate.subject", certificate.subject.span);
        let found = certificate.subject.to_text();
        cx.fail(path, span, format!("expected an empty subject, found {}", shown(&found)));
    }
    Some(Checked)
}

/// The value of an attribute of the directory names in the alternative name.
fn attribute(certificate: &Certificate<'_>, oid: Oid<'static>) -> Option<String> {
    certificate.subject_alt_names()?.iter().find_map(|name| match name {
        GeneralName::Directory(name) => {
            name.all(oid).find_map(crate::model::name::Attribute::text).map(std::borrow::Cow::into_owned)
        }
        GeneralName::Other(_)
        | GeneralName::Email(_)
        | GeneralName::Dns(_)
        | GeneralName::Uri(_)
        | GeneralName::Ip(_)
        | GeneralName::RegisteredId(_)
        | GeneralName::Obsolete => None,
    })
}

fn description_missing(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    let names = certificate.extension(extension::oid::SUBJECT_ALT_NAME);
    let Some((index, names)) = names else {
        let (path, span) = link.at("tbsCertificate.extensions", certificate.tbs_span);
        cx.fail(
            path,
            span,
            "expected subjectAltName with the description of the TPM, found no such extension",
        );
        return Some(Checked);
    };
    for (oid, name) in TOLD {
        if attribute(certificate, oid).is_none_or(|value| value.is_empty()) {
            let (path, span) = link.at(&format!("tbsCertificate.extensions[{index}]"), names.span);
            cx.fail(path, span, format!("expected the attribute {name} in subjectAltName, found none"));
        }
    }
    Some(Checked)
}

fn manufacturer_unknown(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    let found = attribute(certificate, MANUFACTURER)?;
    let number = found.strip_prefix("id:").unwrap_or("").to_ascii_uppercase();
    if !VENDORS.contains(&number.as_str()) {
        let (index, names) = certificate.extension(extension::oid::SUBJECT_ALT_NAME)?;
        let (path, span) = link.at(&format!("tbsCertificate.extensions[{index}]"), names.span);
        cx.fail(path, span, format!("expected a vendor of the TCG's registry, found {}", shown(&found)));
    }
    Some(Checked)
}

fn purpose_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    if !certificate.extended_key_usage().is_some_and(|purposes| purposes.contains(&AIK)) {
        let (path, span) = link.at("tbsCertificate.extensions", certificate.tbs_span);
        cx.fail(path, span, "expected extKeyUsage with tcg-kp-AIKCertificate (2.23.133.8.3), found none");
    }
    Some(Checked)
}
