//! Whether the signer is one to be trusted, at the time.

use crate::base::{Profile, time};
use crate::model::extension::KeyUsage;
use crate::model::signed_xml::XmlSignature;
use crate::model::xml_signing_key::Value;
use crate::model::xml_trust::Trust;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};

rule! { XmlSignature =>
    /// The signer is not trusted
    ///
    /// The signature verifies, but no path of certificates leads from the signer to a trust anchor.
    /// A certificate with the right names proves nothing: anyone can make one. KeyInfo is a claim of
    /// the sender, never a reason to trust.
    "signed-xml.signer-untrusted": ERROR => signer_untrusted,
        clauses: &["CR-7.1-28"],
        cites: &[cite("RFC 5280", "6.1", Force::Must, "certificate 1 is issued by the trust anchor")],
        catalogue: &["DS-24", "DS-26", "DS-27", "SO-16"];

    /// No trust anchor was given
    ///
    /// The signature verifies under the key that it carries itself. Whether that is a key to be
    /// trusted cannot be said without an anchor. XML Signature itself leaves trust to the application,
    /// so that nothing is said of it under `standard`.
    ///
    /// Give the CA's certificate with `--trust`.
    "signed-xml.trust-not-given": INCONCLUSIVE.not_in_standard() => trust_not_given,
        clauses: &["CR-7.1-28"],
        cites: &[cite("XML Signature 1.1", "3.2.2", Force::Fact, "Obtain the keying information from KeyInfo or from an external source.")],
        catalogue: &["DS-24", "DS-26"];

    /// The signer's certificate has expired
    ///
    /// Under `standard` the validity of a certificate that the caller trusts as it is, or of one that
    /// nothing is known of, is left to the application: it is judged as a part of a path.
    "signed-xml.signer-expired": ERROR => signer_expired,
        clauses: &["CR-7.1-32", "CR-4.3.4-38", "CR-4.3.4.7.1-08"],
        cites: &[cite("RFC 5280", "4.1.2.5", Force::Fact, "The certificate validity period is the time interval during which the CA warrants that it will maintain information about the status")],
        catalogue: &["DS-27"],
        codes: &["ETK_REQUESTED_FOR_AUTH_CERT_EXPIRED"];

    /// The signer's certificate is not valid yet
    ///
    /// The signature is judged at a time before the certificate's notBefore. Either the signer's clock or
    /// the judge's is wrong, or the certificate was used too early.
    "signed-xml.signer-not-yet-valid": ERROR => signer_not_yet_valid,
        clauses: &["CR-7.1-34", "CR-4.3.4-38", "CR-4.3.4.7.1-08"],
        cites: &[cite("RFC 5280", "4.1.2.5", Force::Fact, "The certificate validity period is the time interval during which the CA warrants that it will maintain information about the status")],
        catalogue: &["DS-27"],
        codes: &["ETK_REQUESTED_FOR_AUTH_CERT_NOT_YET_VALID"];

    /// The signer's certificate is not one to sign with
    ///
    /// Its keyUsage has neither digitalSignature nor nonRepudiation, or it is the certificate of a
    /// CA.
    "signed-xml.signer-usage": ERROR.in_standard(Warning) => signer_usage,
        clauses: &["CR-4.3.1-02"],
        cites: &[cite("RFC 5280", "4.2.1.3", Force::Fact, "The digitalSignature bit is asserted when the subject public key is used for verifying digital signatures")],
        catalogue: &["DS-27"];
}

fn signer_untrusted(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    match &signature.trust {
        Trust::NotAsked | Trust::NoAnchors => return None,
        Trust::Direct | Trust::Path(_) => {}
        Trust::None(why) => {
            let element = parts.key_info.unwrap_or(parts.element);
            let message = format!(
                "expected a path from the signer to a trust anchor, found none: {}",
                why.escape_debug()
            );
            cx.fail(element.path(), element.start_tag(), message);
        }
    }
    Some(Checked)
}

fn trust_not_given(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    if !matches!(signature.value, Value::Verified(_)) {
        return None;
    }
    if signature.trust == Trust::NoAnchors {
        let element = parts.key_info.unwrap_or(parts.element);
        cx.fail(
            element.path(),
            element.start_tag(),
            "expected a trust anchor to judge the signer by, found none given",
        );
    }
    Some(Checked)
}

/// Whether the validity of the signer's certificate is judged.
fn in_time(signature: &XmlSignature<'_>, cx: &Cx<'_>) -> Option<crate::base::time::Instant> {
    let judged = cx.profile() != Profile::Standard || matches!(signature.trust, Trust::Path(_));
    cx.as_of().filter(|_| judged)
}

fn signer_expired(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (as_of, not_after) = (in_time(signature, cx)?, signature.signer()?.not_after.as_ref()?.instant);
    if as_of > not_after {
        let element = signature.parts()?.key_info.unwrap_or(signature.element());
        let message = format!(
            "expected a certificate that is valid at {}, found one that expired at {}",
            time::format(as_of),
            time::format(not_after)
        );
        cx.fail(element.path(), element.start_tag(), message);
    }
    Some(Checked)
}

fn signer_not_yet_valid(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (as_of, not_before) = (in_time(signature, cx)?, signature.signer()?.not_before.as_ref()?.instant);
    if as_of < not_before {
        let element = signature.parts()?.key_info.unwrap_or(signature.element());
        let message = format!(
            "expected a certificate that is valid at {}, found one that is valid from {}",
            time::format(as_of),
            time::format(not_before)
        );
        cx.fail(element.path(), element.start_tag(), message);
    }
    Some(Checked)
}

fn signer_usage(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let signer = signature.signer()?;
    let element = signature.parts()?.key_info.unwrap_or(signature.element());
    if let Some(usage) = signer.key_usage()
        && !usage.contains(KeyUsage::DIGITAL_SIGNATURE)
        && !usage.contains(KeyUsage::NON_REPUDIATION)
    {
        let message = format!(
            "expected keyUsage digitalSignature or nonRepudiation, found {}",
            usage.names().join(", ")
        );
        cx.fail(element.path(), element.start_tag(), message);
    }
    if signer.is_ca() && !signer.is_self_issued() {
        cx.fail(
            element.path(),
            element.start_tag(),
            "expected the certificate of a signer, found that of a CA",
        );
    }
    Some(Checked)
}
