//! The key identifier of the subject (RFC 5280 4.2.1.2).

use super::{extension_at, fail_at};
use crate::model::certificate::Certificate;
use crate::model::extension::oid;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, OFF, cite};

rule! { Certificate =>
    /// An authority has no subject key identifier
    ///
    /// The certificates below it name its key by it.
    "certificate.subject-key-id-missing": ERROR.in_field(Warning) => subject_key_id_missing,
        cites: &[cite("RFC 5280", "4.2.1.2", Force::Must, "this extension MUST appear in all conforming CA certificates")];

    /// The subject key identifier is critical
    ///
    /// The identifier helps to build a path and changes no meaning. Marked critical, it makes software
    /// refuse the certificate that does not know it.
    "certificate.subject-key-id-critical": ERROR.in_field(Warning) => subject_key_id_critical,
        cites: &[cite("RFC 5280", "4.2.1.2", Force::Must, "Conforming CAs MUST mark this extension as non-critical")];

    /// The subject key identifier is not the SHA-1 of the key
    ///
    /// CertRA names a certificate by its PublicKeyIdentifier, the SHA-1 of the key's bits, which is
    /// also how eHealth's authorities make this extension.
    "certificate.subject-key-id-differs": OFF.in_cookbook(Warning).in_field(Note) => subject_key_id_differs,
        cites: &[cite("RFC 5280", "4.2.1.2", Force::Should, "The keyIdentifier is composed of the 160-bit SHA-1 hash of the value of the BIT STRING subjectPublicKey")];
}

fn subject_key_id_missing(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    certificate.is_ca().then_some(())?;
    if certificate.extension(oid::SUBJECT_KEY_IDENTIFIER).is_none() {
        let message = "expected a subject key identifier of the authority, found none";
        cx.fail("tbsCertificate.extensions", certificate.tbs_span, message);
    }
    Some(Checked)
}

fn subject_key_id_critical(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::SUBJECT_KEY_IDENTIFIER)?;
    if extension.critical {
        fail_at(cx, (at, extension.span), "expected a non-critical extension, found a critical one");
    }
    Some(Checked)
}

fn subject_key_id_differs(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::SUBJECT_KEY_IDENTIFIER)?;
    let found = certificate.subject_key_id()?;
    let expected = certificate.spki.identifier();
    if found != expected.as_bytes() {
        let message = format!(
            "expected the SHA-1 of the key {}, found another value",
            data_encoding::HEXUPPER.encode(expected.as_bytes())
        );
        cx.fail(extension_at(at), extension.span, message);
    }
    Some(Checked)
}
