//! eHealth authentication certificates: what one must be to authenticate with.

use crate::base::Profile;
use crate::crypto::{Curve, KeyError, KeyKind};
use crate::model::certificate::Certificate;
use crate::model::extension::{KeyUsage, oid};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Certificate =>
    /// An authority's certificate is used to authenticate
    ///
    /// An eHealth certificate identifies a person or an organisation. An authority's identifies none.
    "certificate.authority-instead-of-holder": ERROR.not_in_standard() => authority_instead_of_holder,
        clauses: &["ED-3.1.1-01"],
        cites: &[cite("ETK Depot cookbook 1.3", "3.1.1", Force::Must, "an eHealth platform certificate, used to identify the initiator of the request")];

    /// The key may not be used to authenticate
    ///
    /// keyUsage must allow digitalSignature: the holder signs with this key. The platform's own checks
    /// ask for it. Real certificates add nonRepudiation and keyEncipherment.
    "certificate.signing-not-allowed": ERROR.not_in_standard() => signing_not_allowed,
        clauses: &["ED-3.1.1-01"],
        cites: &[cite("RFC 5280", "4.2.1.3", Force::Fact, "The digitalSignature bit is asserted when the subject public key is used for verifying digital signatures")];

    /// The key is not one that eHealth issues certificates for
    ///
    /// RSA with 2048 bits or more; since 2025 also EC on P-256 and P-384, which `field` takes.
    "certificate.key-not-of-ehealth": ERROR.not_in_standard() => key_not_of_ehealth,
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5.1", Force::Fact, "Generate Key pair : Key size = 2048")],
        defects: &["SD-103"];

    /// The certificate is signed over a broken hash
    ///
    /// Collisions for SHA-1 and MD5 can be made, so that two certificates share a signature.
    "certificate.signature-legacy": ERROR.in_field(Warning).not_in_standard() => signature_legacy,
        cites: &[cite("RFC 6194", "4", Force::Should, "should strongly consider support for a hash algorithm with greater collision resistance than that provided by SHA-1")];
}

fn authority_instead_of_holder(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if certificate.is_ca() {
        let (at, span) = certificate
            .extension(oid::BASIC_CONSTRAINTS)
            .map_or((0, certificate.tbs_span), |(at, extension)| (at, extension.span));
        super::fail_at(cx, (at, span), "expected the certificate of a holder, found an authority's");
    }
    Some(Checked)
}

fn signing_not_allowed(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match (certificate.extension(oid::KEY_USAGE), certificate.key_usage()) {
        (_, Some(usage)) if usage.contains(KeyUsage::DIGITAL_SIGNATURE) => {}
        (Some((at, extension)), usage) => {
            let found = usage.map(|usage| usage.names().join(", ")).unwrap_or_default();
            super::fail_at(cx, (at, extension.span), format!("expected digitalSignature, found {found}"));
        }
        (None, _) => {
            let message = "expected a keyUsage with digitalSignature, found no keyUsage";
            cx.fail("tbsCertificate.extensions", certificate.tbs_span, message);
        }
    }
    Some(Checked)
}

fn key_not_of_ehealth(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let field = cx.profile() == Profile::Field;
    let fits = |kind| match kind {
        KeyKind::Rsa(bits) => bits >= 2048,
        KeyKind::Ec(Curve::P256 | Curve::P384) => field,
        KeyKind::Ec(Curve::P521 | Curve::Secp256k1) | KeyKind::Ed25519 | KeyKind::Dsa(_) => false,
    };
    let found = match certificate.key() {
        Ok(key) if fits(key.kind()) => return Some(Checked),
        Ok(key) => key.kind().to_string(),
        Err(KeyError::Unsupported(kind)) => kind.clone(),
        // What is no key at all has a rule of its own.
        Err(KeyError::Malformed(_)) => return None,
    };
    let message = format!("expected an RSA key of at least 2048 bits, found {found}");
    cx.fail("tbsCertificate.subjectPublicKeyInfo", certificate.spki.span, message);
    Some(Checked)
}

fn signature_legacy(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let algorithm = certificate.algorithm.signature().ok()?;
    if algorithm.is_legacy() && !cx.context().legacy {
        let message = format!("expected a signature over SHA-2, found {algorithm}");
        cx.fail("signatureAlgorithm", certificate.algorithm.span, message);
    }
    Some(Checked)
}
