//! The attestation certificate: what `packed` (§8.2.1) and `tpm` (§8.3.1) both demand of it.

use crate::base::Span;
use crate::model::attestation_statement::{Format, Link, Statement};
use crate::model::authenticator_data::aaguid_text;
use crate::model::certificate::Certificate;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::der::Oid;

/// id-fido-gen-ce-aaguid, 1.3.6.1.4.1.45724.1.1.4
pub(super) const AAGUID: Oid<'static> = Oid::new(&[0x2b, 6, 1, 4, 1, 0x82, 0xe5, 0x1c, 1, 1, 4]);

rule! { Statement =>
    /// The attestation certificate is not of version 3
    ///
    /// Only version 3 has extensions, without which it cannot say what it is for.
    "attestation-object.certificate-version-wrong": ERROR => version_wrong,
        cites: &[
            cite("WebAuthn L3", "8.2.1", Force::Must, "Version MUST be set to 3"),
            cite("WebAuthn L3", "8.3.1", Force::Must, "Version MUST be set to 3"),
        ],
        catalogue: &["WS-16", "WS-21"],
        codes: &["VALIDATION_FAILED"];

    /// The attestation certificate is that of a CA
    ///
    /// basicConstraints say that it may issue certificates: whoever holds its key could make
    /// attestation certificates of his own.
    "attestation-object.certificate-of-ca": ERROR => of_ca,
        cites: &[
            cite("WebAuthn L3", "8.2.1", Force::Must, "The Basic Constraints extension MUST have the CA component set to false"),
            cite("WebAuthn L3", "8.3.1", Force::Must, "The Basic Constraints extension MUST have the CA component set to false"),
        ],
        catalogue: &["WS-15", "WS-16", "WS-21"],
        codes: &["VALIDATION_FAILED"];

    /// The attestation certificate has no basicConstraints
    ///
    /// WebAuthn demands the extension, with CA false. Some implementations take its absence for the
    /// same thing, as RFC 5280 would have it; under `field` it is a warning.
    "attestation-object.certificate-without-constraints": ERROR.in_field(Warning) => without_constraints,
        cites: &[cite("WebAuthn L3", "8.2.1", Force::Must, "The Basic Constraints extension MUST have the CA component set to false")],
        catalogue: &["WS-16"],
        codes: &["VALIDATION_FAILED"];

    /// The certificate is for another model of authenticator
    ///
    /// Its AAGUID extension names one model, the authenticator data another: the certificate of one
    /// device vouches for a key of another.
    "attestation-object.aaguid-mismatch": ERROR => aaguid_mismatch,
        cites: &[
            cite("WebAuthn L3", "8.2", Force::Must, "If attestnCert contains an extension with OID 1.3.6.1.4.1.45724.1.1.4 (id-fido-gen-ce-aaguid) verify that the value of this extension matches the aaguid in authenticatorData"),
            cite("WebAuthn L3", "8.3", Force::Must, "If aikCert contains an extension with OID 1.3.6.1.4.1.45724.1.1.4 (id-fido-gen-ce-aaguid) verify that the value of this extension matches the aaguid in authenticatorData"),
        ],
        catalogue: &["WS-17"],
        codes: &["VALIDATION_FAILED"];

    /// The AAGUID extension is critical
    ///
    /// It must not be: certificate libraries do not know it, and have to refuse what is critical and
    /// unknown.
    "attestation-object.aaguid-critical": ERROR => aaguid_critical,
        cites: &[cite("WebAuthn L3", "8.2.1", Force::Must, "The extension MUST NOT be marked as critical")],
        catalogue: &["WS-17"],
        codes: &["VALIDATION_FAILED"];

    /// The AAGUID extension does not hold an AAGUID
    ///
    /// Its value is an OCTET STRING of 16 bytes inside the OCTET STRING that every extension has; the
    /// second one is often forgotten.
    "attestation-object.aaguid-malformed": ERROR => aaguid_malformed,
        cites: &[cite("WebAuthn L3", "8.2.1", Force::Must, "containing the AAGUID as a 16-byte OCTET STRING … wrapped in two OCTET STRINGS to be valid")],
        catalogue: &["WS-17"],
        codes: &["VALIDATION_FAILED"];
}

/// The certificate that the requirements are made of.
fn certificate<'s, 'a>(statement: &'s Statement<'a>) -> Option<(&'s Link<'a>, &'s Certificate<'a>)> {
    let held = matches!(statement.format?, Format::Packed | Format::Tpm);
    statement.leaf().filter(|_| held)
}

fn version_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    if certificate.version != 2 {
        let (path, span) = link.at("tbsCertificate.version", certificate.version_span);
        let found = certificate.version.saturating_add(1);
        cx.fail(path, span, format!("expected version 3, found version {found}"));
    }
    Some(Checked)
}

fn of_ca(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    if certificate.is_ca() {
        let (path, span) = link.at("tbsCertificate.extensions", certificate.tbs_span);
        cx.fail(path, span, "expected basicConstraints with cA false, found cA true");
    }
    Some(Checked)
}

fn without_constraints(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    if certificate.basic_constraints().is_none() {
        let (path, span) = link.at("tbsCertificate.extensions", certificate.tbs_span);
        cx.fail(path, span, "expected basicConstraints with cA false, found no such extension");
    }
    Some(Checked)
}

/// The AAGUID extension: its number, range, whether it is critical, and its value.
fn extension<'a>(certificate: &Certificate<'a>) -> Option<(usize, Span, bool, Option<&'a [u8; 16]>)> {
    let (index, extension) = certificate.extension(AAGUID)?;
    let value = match extension.value {
        [0x04, 16, aaguid @ ..] => aaguid.try_into().ok(),
        _ => None,
    };
    Some((index, extension.span, extension.critical, value))
}

fn aaguid_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    let (index, span, _, value) = extension(certificate)?;
    let (certified, stated) = (value?, statement.data.aaguid()?);
    if certified != stated {
        let (path, span) = link.at(&format!("tbsCertificate.extensions[{index}]"), span);
        let (expected, found) = (aaguid_text(stated), aaguid_text(certified));
        cx.fail(path, span, format!("expected {expected} as in the authenticator data, found {found}"));
    }
    Some(Checked)
}

fn aaguid_critical(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    let (index, span, critical, _) = extension(certificate)?;
    if critical {
        let (path, span) = link.at(&format!("tbsCertificate.extensions[{index}]"), span);
        cx.fail(path, span, "expected an extension that is not critical, found it critical");
    }
    Some(Checked)
}

fn aaguid_malformed(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = certificate(statement)?;
    let (index, span, _, value) = extension(certificate)?;
    if value.is_none() {
        let (path, span) = link.at(&format!("tbsCertificate.extensions[{index}]"), span);
        cx.fail(path, span, "expected an OCTET STRING of 16 bytes as value, found something else");
    }
    Some(Checked)
}
