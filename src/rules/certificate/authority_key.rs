//! The form of the key identifier of the issuer (RFC 5280 4.2.1.1), wherever it stands.

use super::fail_at;
use crate::model::certificate::Certificate;
use crate::model::extension::oid;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Certificate =>
    /// The authority key identifier is critical
    ///
    /// The identifier helps to build a path and changes no meaning. Marked critical, it makes software
    /// refuse the certificate that does not know it.
    "certificate.authority-key-id-critical": ERROR.in_field(Warning) => authority_key_id_critical,
        cites: &[cite("RFC 5280", "4.2.1.1", Force::Must, "Conforming CAs MUST mark this extension as non-critical")];

    /// Half of the issuer and its serial number is missing
    ///
    /// In an authority key identifier authorityCertIssuer and authorityCertSerialNumber stand
    /// together or not at all.
    "certificate.authority-key-id-incomplete": ERROR.in_field(Warning) => authority_key_id_incomplete,
        cites: &[cite("RFC 5280", "A.2", Force::Must, "authorityCertIssuer and authorityCertSerialNumber MUST both … be present or both be absent")];
}

fn authority_key_id_critical(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::AUTHORITY_KEY_IDENTIFIER)?;
    if extension.critical {
        fail_at(cx, (at, extension.span), "expected a non-critical extension, found a critical one");
    }
    Some(Checked)
}

fn authority_key_id_incomplete(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::AUTHORITY_KEY_IDENTIFIER)?;
    let id = certificate.authority_key_id()?;
    if id.issuer.is_some() != id.serial.is_some() {
        let message =
            "expected the issuer and the serial number of the authority's certificate, found one of them";
        fail_at(cx, (at, extension.span), message);
    }
    Some(Checked)
}
