//! The authentication certificate of the owner.

use super::{CONTENT, embedded};
use crate::model::cms::Embedded;
use crate::model::etk::Etk;
use crate::model::extension::KeyUsage;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Etk =>
    /// The authentication certificate of the owner is not in the token
    ///
    /// A token embeds, beside the signer's certificate and the CAs, the authentication certificate
    /// of its owner: the encryption certificate is signed with its key, and its chain is what
    /// identifies the owner. Without it a reader has a key and no one that it belongs to.
    "etk.authentication-certificate-missing": ERROR.not_in_standard() => missing,
        cites: &[cite("CertRA cookbook 0.5", "4.3.4", Force::Fact, "signing with their own eHealth private authentication key")],
        catalogue: &["CM-05"],
        codes: &["ETK_CERTS_INVALID"];

    /// The two certificates have different subjects
    ///
    /// The encryption certificate bears the name of the authentication certificate. The order of
    /// the parts and the string types may differ, as older CAs have them; any other difference means
    /// that the two belong to different owners.
    "etk.certificates-do-not-match": ERROR => do_not_match,
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.8", Force::Fact, "Subject: Same as the authentication certificate")],
        defects: &["SD-19"],
        catalogue: &["ET-16", "CM-06"],
        codes: &["ETK_CERTS_DO_NOT_MATCH"];

    /// The authentication certificate is not valid at this time
    ///
    /// It has expired, or is not valid yet, at the instant as of which the token is judged. The
    /// token stands and falls with it.
    "etk.authentication-certificate-not-valid": ERROR => not_valid,
        cites: &[cite("RFC 5280", "6.1.3", Force::Must, "The certificate validity period includes the current time.")],
        codes: &["ETK_AUTHENTICATION_CERT_EXPIRED", "ETK_AUTHENTICATION_CERT_NOT_YET_VALID"];

    /// The authentication certificate does not allow signatures
    ///
    /// Its keyUsage must list digitalSignature: with this key the owner signed the encryption
    /// certificate.
    "etk.authentication-key-usage-wrong": ERROR.not_in_standard() => key_usage_wrong,
        cites: &[cite("RFC 5280", "4.2.1.3", Force::Fact, "The digitalSignature bit is asserted when the subject public key is used for verifying digital signatures")],
        codes: &["ETK_AUTHENTICATION_CERT_HAS_INVALID_KEYUSAGE"];

    /// The authentication key is not one that eHealth takes
    ///
    /// The cookbook knows RSA with 2048 bits. Larger RSA keys and, since 2025, P-256 and P-384
    /// occur: under `field` they are taken. What a smaller or a DSA key signed proves nothing.
    "etk.authentication-key-unsuitable": ERROR.not_in_standard() => key_unsuitable,
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5", Force::Fact, "Key size = 2048")],
        catalogue: &["CM-09"],
        codes: &["ETK_CERTS_INVALID"];
}

fn missing(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = etk.cms.signed_data.as_ref()?;
    if etk.authentication.is_none() {
        cx.fail(
            "content.certificates",
            data.span,
            "expected the authentication certificate of the owner, found none among those embedded",
        );
    }
    Some(Checked)
}

fn do_not_match(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let authentication = &etk.authentication?.certificate;
    let certificate = etk.encryption.as_ref()?;
    let content = etk.cms.signed_data.as_ref()?.content.as_ref()?;
    if !certificate.subject.is_same_in_any_order(&authentication.subject) {
        cx.within(CONTENT, content.map(), |cx| {
            cx.fail(
                "tbsCertificate.subject",
                certificate.subject.span,
                format!(
                    "expected the subject of the authentication certificate `{}`, found `{}`",
                    authentication.subject.to_text(),
                    certificate.subject.to_text()
                ),
            );
        });
    }
    Some(Checked)
}

fn not_valid(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    super::validity(cx, etk.authentication?, "authentication certificate")
}

fn key_usage_wrong(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Embedded { certificate, span, index, .. } = etk.authentication?;
    let found = certificate.key_usage();
    if !found.is_some_and(|usage| usage.contains(KeyUsage::DIGITAL_SIGNATURE)) {
        let found = found.map_or("no keyUsage".to_owned(), |usage| usage.names().join(", "));
        cx.fail(
            format!("{}.tbsCertificate.extensions", embedded(*index)),
            *span,
            format!("expected digitalSignature, found {found}"),
        );
    }
    Some(Checked)
}

fn key_unsuitable(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Embedded { certificate, span, index, .. } = etk.authentication?;
    let at = format!("{}.tbsCertificate.subjectPublicKeyInfo", embedded(*index));
    super::key_suits(cx, certificate, &at, *span)
}
