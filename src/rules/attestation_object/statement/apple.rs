//! `apple` (WebAuthn L3 §8.8): Apple's anonymous attestation.

use crate::crypto::Hash;
use crate::model::attestation_statement::apple::nonce;
use crate::model::attestation_statement::{Format, Statement};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Statement =>
    /// The certificate holds no nonce
    ///
    /// The extension 1.2.840.113635.100.8.2 is missing or holds no octets: nothing binds the certificate
    /// to this registration.
    "attestation-object.apple-nonce-missing": ERROR => nonce_missing,
        cites: &[cite("WebAuthn L3", "8.8", Force::Must, "Verify that nonce equals the value of the extension with OID 1.2.840.113635.100.8.2 in credCert")],
        catalogue: &["WS-24"],
        codes: &["VALIDATION_FAILED"];

    /// The certificate was made for another registration
    ///
    /// Its nonce is not the SHA-256 of authenticator data and client data hash.
    "attestation-object.apple-nonce-mismatch": ERROR => nonce_mismatch,
        clauses: &["KD-4.1.1-24"],
        cites: &[cite("WebAuthn L3", "8.8", Force::Must, "Perform SHA-256 hash of nonceToHash to produce nonce. Verify that nonce equals the value of the extension")],
        catalogue: &["WC-20", "WS-24"],
        codes: &["VALIDATION_FAILED"];

    /// The certificate is for another key
    ///
    /// Apple certifies the credential key itself, and no other signature binds the two: with another key
    /// in the certificate nothing at all is attested.
    "attestation-object.apple-key-mismatch": ERROR => key_mismatch,
        cites: &[cite("WebAuthn L3", "8.8", Force::Must, "Verify that the credential public key equals the Subject Public Key of credCert")],
        catalogue: &["WS-24"],
        codes: &["VALIDATION_FAILED"];
}

fn nonce_missing(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = statement.leaf().filter(|_| statement.is(Format::Apple))?;
    match nonce(certificate, cx.budget()) {
        Some(nonce) if nonce.octets.is_some() => {}
        Some(nonce) => {
            let (path, span) = link.at(&format!("tbsCertificate.extensions[{}]", nonce.index), nonce.span);
            cx.fail(path, span, "expected octets under [1] of a SEQUENCE, found something else");
        }
        None => {
            let (path, span) = link.at("tbsCertificate.extensions", certificate.tbs_span);
            cx.fail(path, span, "expected the extension with the nonce, found none");
        }
    }
    Some(Checked)
}

fn nonce_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = statement.leaf().filter(|_| statement.is(Format::Apple))?;
    let nonce = nonce(certificate, cx.budget())?;
    let found = nonce.octets?;
    let expected = statement.digest_of_both(Hash::Sha256)?;
    if found != expected.as_bytes() {
        let (path, span) = link.at(&format!("tbsCertificate.extensions[{}]", nonce.index), nonce.span);
        cx.fail(path, span, "expected the nonce of this authenticator data and client data, found another");
    }
    Some(Checked)
}

fn key_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = statement.leaf().filter(|_| statement.is(Format::Apple))?;
    let credential = statement.data.key()?.public_key()?.ok()?;
    if !certificate.key().is_ok_and(|key| key.is_same(credential)) {
        let (path, span) = link.at("tbsCertificate.subjectPublicKeyInfo", certificate.spki.span);
        cx.fail(path, span, "expected the credential key, found another");
    }
    Some(Checked)
}
