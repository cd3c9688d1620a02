//! The encryption key.

use super::EncryptionCertificate;
use crate::base::Profile;
use crate::crypto::{Curve, KeyKind};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { EncryptionCertificate =>
    /// The key is not an RSA key of 2048 bits
    ///
    /// It is the one that was registered: the challenge was encrypted to it. Since 2025 the acceptance
    /// environment knows EC keys on P-384, which `field` takes, like larger RSA keys.
    "encryption-certificate.key-wrong": ERROR.not_in_standard() => key_wrong,
        clauses: &["CR-4.3.4.8-01"],
        cites: &[cite("CertRA cookbook 1.7", "4.3.4.7.1", Force::Must, "This public key must be a 2048 bit RSA key in encoded form")],
        defects: &["SD-103"];

    /// The key is that of the authentication certificate
    ///
    /// A key for one purpose only: what signs must not decrypt. The encryption key is made anew.
    "encryption-certificate.key-reused": ERROR.not_in_standard() => key_reused,
        clauses: &["CR-4.3.4.8-01"],
        cites: &[cite("CertRA cookbook 1.7", "4.3.4.7.1", Force::Fact, "The public key part of the new encryption key you want to register")];
}

const KEY: &str = "tbsCertificate.subjectPublicKeyInfo";

fn key_wrong(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let field = cx.profile() == Profile::Field;
    let found = match it.certificate.key() {
        Ok(key) => match key.kind() {
            KeyKind::Rsa(2048) => return Some(Checked),
            KeyKind::Rsa(2048..) | KeyKind::Ec(Curve::P256 | Curve::P384) if field => return Some(Checked),
            other @ (KeyKind::Rsa(_) | KeyKind::Ec(_) | KeyKind::Ed25519) => other.to_string(),
        },
        Err(error) => error.to_string(),
    };
    cx.fail(KEY, it.certificate.spki.span, format!("expected RSA-2048, found {found}"));
    Some(Checked)
}

fn key_reused(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let authentication = it.authentication.as_ref()?;
    if authentication.spki.bits.bytes == it.certificate.spki.bits.bytes {
        let message = "expected a key of its own, found that of the authentication certificate";
        cx.fail(KEY, it.certificate.spki.span, message);
    }
    Some(Checked)
}
