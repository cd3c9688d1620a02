//! What the cookbook's table says of the fields.

use super::EncryptionCertificate;
use crate::model::extension::oid;
use crate::model::path::unknown_critical;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, OFF, WARNING, cite};
use crate::rules::certificate;
use crate::wire::der::Time;

const TABLE: &str = "CertRA cookbook 0.5";

rule! { EncryptionCertificate =>
    /// The issuer is not the holder of the authentication certificate
    ///
    /// "Issuer: same as the authentication certificate" means its subject: who holds the
    /// authentication key issues. The other reading, its issuer, names an authority that did not sign
    /// (SD-19): `field` warns of it.
    "encryption-certificate.issuer-differs": ERROR.in_field(Warning).not_in_standard() => issuer_differs,
        clauses: &["CR-4.3.4.8-04"],
        catalogue: &["ET-16"],
        cites: &[cite(TABLE, "4.3.4.8", Force::Fact, "Issuer: Same as the authentication certificate")],
        defects: &["SD-19"],
        codes: &["ETK_CERTS_DO_NOT_MATCH"];

    /// notBefore is not that of the authentication certificate
    ///
    /// The two certificates of a holder begin on one day, to the second. Copy notBefore from the
    /// authentication certificate; another time is refused on completion.
    "encryption-certificate.not-before-differs": ERROR.in_field(Warning).not_in_standard() => not_before_differs,
        clauses: &["CR-4.3.4.8-07"],
        catalogue: &["ET-17"],
        cites: &[cite(TABLE, "4.3.4.8", Force::Fact, "Not Before: same as the authentication certificate Not Before field")];

    /// notAfter is not that of the authentication certificate
    ///
    /// The two certificates of a holder end on one day, to the second. Copy notAfter from the
    /// authentication certificate; a longer life would outlive the proof of who holds the key.
    "encryption-certificate.not-after-differs": ERROR.in_field(Warning).not_in_standard() => not_after_differs,
        clauses: &["CR-4.3.4.8-08"],
        catalogue: &["ET-17"],
        cites: &[cite(TABLE, "4.3.4.8", Force::Fact, "Not After : same as the authentication certificate Not After field")];

    /// keyUsage is not critical
    ///
    /// The real client marks it critical, as RFC 5280 advises.
    "encryption-certificate.key-usage-not-critical": WARNING.in_standard(Note) => key_usage_not_critical,
        catalogue: &["ET-18"],
        cites: &[cite("RFC 5280", "4.2.1.3", Force::Should, "conforming CAs SHOULD mark this extension as critical")];

    /// The certificate names a revocation list
    ///
    /// The cookbook's "CRL: null": nobody revokes an encryption certificate by a list; it falls with
    /// the authentication certificate.
    "encryption-certificate.revocation-list-named": ERROR.in_field(Warning).not_in_standard() => revocation_list_named,
        clauses: &["CR-4.3.4.8-05"],
        catalogue: &["ET-19"],
        cites: &[cite(TABLE, "4.3.4.8", Force::Fact, "Certificate Revocation List Crl: null")],
        defects: &["SD-209"];

    /// There is an extension that the real client does not write
    ///
    /// keyUsage is the only one. Others are read over, unless they are critical.
    "encryption-certificate.extension-unexpected": OFF.in_cookbook(Warning).in_field(Note) => extension_unexpected,
        catalogue: &["ET-19"],
        cites: &[cite(TABLE, "4.3.4.8", Force::Fact, "Key usage: key encipherment and data encipherment.")];

    /// An extension stands there twice
    ///
    /// One reader takes the first, another the last: with two keyUsage they differ on what the key is for.
    "encryption-certificate.extension-repeated": ERROR => extension_repeated,
        catalogue: &["ET-19"],
        cites: &[cite("RFC 5280", "4.2", Force::Must, "A certificate MUST NOT include more than one instance of a particular extension")];

    /// A critical extension is not known
    ///
    /// Readers refuse a certificate with a critical extension that they do not know. keyUsage is the
    /// only one that the real client writes.
    "encryption-certificate.critical-extension-unknown": ERROR => critical_extension_unknown,
        catalogue: &["ET-19"],
        cites: &[cite("RFC 5280", "4.2", Force::Must, "A certificate-using system MUST reject the certificate if it encounters a critical extension it does not recognize")];

    /// The version is not 3
    ///
    /// Key usage is an extension, and extensions exist in version 3 only. Write the version as 2, which
    /// means 3.
    "encryption-certificate.version-wrong": ERROR => version_wrong,
        clauses: &["CR-4.3.4.8-01"],
        cites: &[cite("RFC 5280", "4.1.2.1", Force::Must, "When extensions are used … version MUST be 3 (value is 2)")];

    /// The serial number is not the one of the challenge
    ///
    /// The platform chose the number and encrypted it to the new key: whoever writes it into the
    /// certificate has shown that the key is theirs. It is unsigned: a number whose first bit is set
    /// has an octet 00 in front.
    "encryption-certificate.serial-differs": ERROR.not_in_standard() => serial_differs,
        clauses: &["CR-4.3.4-50", "CR-4.3.4.8-02"],
        catalogue: &["ET-12"],
        cites: &[cite(TABLE, "4.3.4.8", Force::Must, "This certificate must have as serial number the value returned by the previous step.")],
        defects: &["SD-17", "SD-105"];

    /// The serial number is negative or zero
    ///
    /// The 16 octets of the challenge are an unsigned number. Taken as they stand, half of them are
    /// negative as an INTEGER.
    "encryption-certificate.serial-not-positive": ERROR => serial_not_positive,
        clauses: &["CR-4.3.4.8-02"],
        catalogue: &["ET-11"],
        cites: &[cite("RFC 5280", "4.1.2.2", Force::Must, "The serial number MUST be a positive integer")],
        defects: &["SD-17"];
}

fn issuer_differs(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let authentication = it.authentication.as_ref()?;
    let found = &it.certificate.issuer;
    if !found.is_same_in_any_order(&authentication.subject) {
        let message = format!(
            "expected the holder `{}`, found `{}`",
            authentication.subject.to_text(),
            found.to_text()
        );
        cx.fail("tbsCertificate.issuer", found.span, message);
    }
    Some(Checked)
}

fn same_time(cx: &mut Cx<'_>, name: &str, found: Option<Time>, expected: Option<Time>) -> Option<Checked> {
    let (found, expected) = (found?, expected?);
    if found.instant != expected.instant {
        let shown = crate::base::time::format;
        let message = format!("expected {}, found {}", shown(expected.instant), shown(found.instant));
        cx.fail(format_args!("tbsCertificate.validity.{name}"), found.span, message);
    }
    Some(Checked)
}

fn not_before_differs(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    same_time(cx, "notBefore", it.certificate.not_before, it.authentication.as_ref()?.not_before)
}

fn not_after_differs(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    same_time(cx, "notAfter", it.certificate.not_after, it.authentication.as_ref()?.not_after)
}

fn key_usage_not_critical(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = it.certificate.extension(oid::KEY_USAGE)?;
    if !extension.critical {
        let message = "expected a critical extension, found a non-critical one";
        cx.fail(format_args!("tbsCertificate.extensions[{at}]"), extension.span, message);
    }
    Some(Checked)
}

fn revocation_list_named(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Some((at, extension)) = it.certificate.extension(oid::CRL_DISTRIBUTION_POINTS) {
        let message = "expected no revocation list, found cRLDistributionPoints";
        cx.fail(format_args!("tbsCertificate.extensions[{at}]"), extension.span, message);
    }
    Some(Checked)
}

fn extension_unexpected(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (at, extension) in it.certificate.all_extensions().enumerate() {
        // A revocation list is another rule's.
        if extension.oid != oid::KEY_USAGE && extension.oid != oid::CRL_DISTRIBUTION_POINTS {
            let message = format!("expected keyUsage alone, found {}", extension.type_name());
            cx.fail(format_args!("tbsCertificate.extensions[{at}]"), extension.span, message);
        }
    }
    Some(Checked)
}

fn extension_repeated(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    certificate::extension_repeated(it.certificate, cx)
}

fn critical_extension_unknown(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    it.certificate.all_extensions().next()?;
    if let Some((at, span, name)) = unknown_critical(it.certificate) {
        let message = format!("expected extensions that are known, found the critical {name}");
        cx.fail(format_args!("tbsCertificate.extensions[{at}]"), span, message);
    }
    Some(Checked)
}

fn version_wrong(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if it.certificate.version != 2 {
        let found = it.certificate.version.saturating_add(1);
        let message = format!("expected version 3, found {found}");
        cx.fail("tbsCertificate.version", it.certificate.version_span, message);
    }
    Some(Checked)
}

fn serial_differs(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = cx.context().serial.as_deref()?.trim();
    let serial = it.certificate.serial;
    if serial.to_decimal() != expected.trim_start_matches('0') {
        cx.fail(
            "tbsCertificate.serialNumber",
            serial.span,
            "expected the number of the challenge, found another",
        );
    }
    Some(Checked)
}

fn serial_not_positive(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let serial = it.certificate.serial;
    if serial.is_negative() || serial.bits() == Some(0) {
        let message = "expected a number above 0, found a negative one or 0";
        cx.fail("tbsCertificate.serialNumber", serial.span, message)
            .hint("read the octets of the challenge as an unsigned number");
    }
    Some(Checked)
}
