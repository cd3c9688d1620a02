//! The signer: ETK-RA.

use super::embedded;
use crate::model::cms::Embedded;
use crate::model::etk::Etk;
use crate::model::extension::KeyUsage;
use crate::model::name::oid;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Etk =>
    /// The certificate of the signer is not in the token
    ///
    /// A reader finds the signer's certificate among those that the token embeds. Without it nobody
    /// can tell who signed, and the signature stays unverified.
    "etk.signer-certificate-missing": ERROR => signer_certificate_missing,
        cites: &[cite("RFC 5652", "5.3", Force::Fact, "sid specifies the signer's certificate (and thereby the signer's public key)")],
        catalogue: &["CM-05"];

    /// The token is not signed by ETK-RA
    ///
    /// The registration authority for encryption tokens signs as `CN=ETK-RA`, an older one as
    /// `CN=Registration`. Any other holder of a certificate can sign a SignedData, too: the name is
    /// what tells a token from a certificate that somebody signed.
    ///
    /// The cookbook does not state the name; it is what every token carries, so a warning.
    "etk.signer-not-etk-ra": WARNING.in_field(Note).not_in_standard() => signer_not_etk_ra,
        cites: &[cite("etalon", "etk", Force::House, "the signer's common name is ETK-RA")],
        catalogue: &["CM-05"];

    /// The certificate of ETK-RA is not valid at this time
    ///
    /// It has expired, or is not valid yet, at the instant as of which the token is judged. The
    /// tokens of today are signed under a certificate that expired in 2023, and no real client
    /// checks it: under `field` it is a note.
    "etk.signer-not-valid": ERROR.in_field(Note) => signer_not_valid,
        cites: &[cite("RFC 5280", "6.1.3", Force::Must, "The certificate validity period includes the current time.")],
        catalogue: &["CM-05"],
        codes: &["ETK_RA_CERT_EXPIRED", "ETK_RA_CERT_NOT_YET_VALID"];

    /// The certificate of ETK-RA does not allow signatures
    ///
    /// The keyUsage extension of the signer's certificate lists neither digitalSignature nor
    /// nonRepudiation.
    "etk.signer-key-usage-wrong": ERROR.in_field(Warning) => signer_key_usage_wrong,
        cites: &[cite("RFC 5280", "4.2.1.3", Force::Fact, "The digitalSignature bit is asserted when the subject public key is used for verifying digital signatures")],
        codes: &["ETK_RA_CERT_HAS_INVALID_KEYUSAGE"];
}

fn signer_certificate_missing(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let signer = etk.cms.signed_data.as_ref()?.signers.first()?;
    if etk.registrar.is_none() {
        cx.fail(
            "content.signerInfos[0].sid",
            signer.sid_span,
            "expected the signer's certificate among those embedded, found it not there",
        );
    }
    Some(Checked)
}

fn signer_not_etk_ra(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Embedded { certificate, span, index, .. } = etk.registrar?;
    let common = certificate.subject.all(oid::COMMON_NAME).find_map(crate::model::name::Attribute::text);
    if !common.as_deref().is_some_and(|name| ["ETK-RA", "Registration"].contains(&name)) {
        cx.fail(
            format!("{}.tbsCertificate.subject", embedded(*index)),
            *span,
            format!(
                "expected a signer with the common name ETK-RA, found `{}`",
                certificate.subject.to_text()
            ),
        );
    }
    Some(Checked)
}

fn signer_not_valid(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    super::validity(cx, etk.registrar?, "certificate of ETK-RA")
}

fn signer_key_usage_wrong(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Embedded { certificate, span, index, .. } = etk.registrar?;
    let usage = certificate.key_usage()?;
    if !usage.contains(KeyUsage::DIGITAL_SIGNATURE) && !usage.contains(KeyUsage::NON_REPUDIATION) {
        cx.fail(
            format!("{}.tbsCertificate.extensions", embedded(*index)),
            *span,
            format!("expected digitalSignature or nonRepudiation, found {}", usage.names().join(", ")),
        );
    }
    Some(Checked)
}
