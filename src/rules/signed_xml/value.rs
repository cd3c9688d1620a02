//! The signature value.

use crate::crypto::Algorithm;
use crate::model::signed_xml::XmlSignature;
use crate::model::xml_signing_key::Value;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};
use crate::xmldsig::ValueError;

rule! { XmlSignature =>
    /// The signature does not verify
    ///
    /// The value is not one over SignedInfo under the key: SignedInfo was changed after signing, the
    /// value was, or the certificate is not the signer's.
    "signed-xml.signature-invalid": ERROR => signature_invalid,
        clauses: &["CR-4.3.2-03", "CR-4.3.2-11"],
        cites: &[cite("XML Signature 1.1", "3.2.2", Force::Must, "confirm the SignatureValue over the SignedInfo element")],
        catalogue: &["DS-02", "DS-21", "DS-24", "DS-26", "DS-30"];

    /// The key makes no signatures of the method
    ///
    /// An RSA method with an EC key or the converse: the method, or the certificate, is not the
    /// signer's.
    "signed-xml.key-mismatch": ERROR => key_mismatch,
        clauses: &["CR-4.3.2-06"],
        cites: &[cite("XML Signature 1.1", "4.5", Force::Fact, "the key needed to validate the signature")],
        catalogue: &["DS-21", "DS-24"];

    /// The integers of an ECDSA value are written short
    ///
    /// An ECDSA value is r and s, each as long as the curve's field, with leading zeros. Some libraries
    /// drop the zeros; the value still verifies with them put back, and strict verifiers refuse it.
    "signed-xml.signature-value-short": WARNING => signature_value_short,
        cites: &[cite("RFC 9231", "2.3.6", Force::Fact, "with the l parameter equal to the size of the base point order of the curve in octets")],
        catalogue: &["DS-02"];

    /// The key is of a kind that etalon does not do
    ///
    /// KeyInfo holds a key of an algorithm that etalon does not implement, so nothing is said about the
    /// signature. It is not a defect of the document.
    "signed-xml.key-not-judged": INCONCLUSIVE => key_not_judged,
        cites: &[cite("XML Signature 1.1", "6.4", Force::Fact, "Signature algorithms")],
        catalogue: &["DS-24"];

    /// There is no key to verify under
    ///
    /// KeyInfo is absent, or names the key in a way that would have to be fetched or looked up: a
    /// KeyName, a RetrievalMethod, the digest of a certificate. The digests were compared; whether
    /// anyone signed them is not known.
    ///
    /// Give the signer's certificate with `--trust`.
    "signed-xml.key-missing": INCONCLUSIVE => key_missing,
        clauses: &["CR-4.3.2-11"],
        cites: &[cite("XML Signature 1.1", "4.5", Force::May, "KeyInfo is an optional element that enables the recipient(s) to obtain the key")],
        catalogue: &["DS-24"];
}

fn signature_invalid(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    match &signature.value {
        Value::Fails(ValueError::Invalid | ValueError::ValueMalformed) => {
            let element = parts.value_element;
            let message = "expected a signature over SignedInfo under the signer's key, found another value";
            cx.fail(element.path(), element.content(), message);
        }
        Value::Fails(ValueError::NotCanonical(error)) => {
            cx.fail(parts.signed_info.path(), error.span, error.to_string());
        }
        Value::Fails(ValueError::KeyMismatch(_) | ValueError::Unsupported(_)) | Value::NoKey => return None,
        Value::Verified(_) => {}
    }
    Some(Checked)
}

fn key_mismatch(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    match &signature.value {
        Value::Fails(ValueError::KeyMismatch(why)) => {
            let element = parts.method.element;
            cx.fail(
                element.path(),
                element.start_tag(),
                format!("expected a method of the signer's key, found that {why}"),
            );
        }
        Value::NoKey => return None,
        Value::Fails(_) | Value::Verified(_) => {}
    }
    Some(Checked)
}

fn signature_value_short(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let crate::xmldsig::Method::Signature(method @ Algorithm::Ecdsa { .. }) = parts.method() else {
        return None;
    };
    let key = signature.signer()?.key().ok()?;
    if crate::xmldsig::filled(method, key, parts.value.as_deref()?).is_some() {
        let element = parts.value_element;
        cx.fail(
            element.path(),
            element.content(),
            "expected two integers as long as the curve's field, found shorter ones",
        );
    }
    Some(Checked)
}

fn key_not_judged(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    if !matches!(parts.method(), crate::xmldsig::Method::Signature(_)) {
        return None;
    }
    match &signature.value {
        Value::Fails(ValueError::Unsupported(what)) if *what != parts.canonicalization.uri => {
            let element = parts.key_info.unwrap_or(parts.element);
            cx.fail(
                element.path(),
                element.start_tag(),
                format!("expected a key that etalon works with, found {what}"),
            );
        }
        Value::NoKey => return None,
        Value::Fails(_) | Value::Verified(_) => {}
    }
    Some(Checked)
}

fn key_missing(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    if !matches!(parts.method(), crate::xmldsig::Method::Signature(_)) {
        return None;
    }
    if signature.value == Value::NoKey {
        let element = parts.key_info.unwrap_or(parts.element);
        cx.fail(element.path(), element.start_tag(), "expected a key to verify under, found none")
            .hint("give the signer's certificate as a trust anchor");
    }
    Some(Checked)
}
