//! `fido-u2f` (WebAuthn L3 §8.6): keys of the older protocol.

use crate::base::Span;
use crate::crypto::{Curve, KeyKind};
use crate::model::attestation_statement::{Format, Statement};
use crate::model::authenticator_data::{HEAD, aaguid_text};
use crate::model::cose::{KeyType, curve_name};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Statement =>
    /// A U2F statement has more than one certificate
    ///
    /// U2F sends exactly one, the attestation certificate. Which of several the verifier should use is
    /// open, so it must refuse them all. Send the first alone.
    "attestation-object.u2f-several-certificates": ERROR => several_certificates,
        cites: &[cite("WebAuthn L3", "8.6", Force::Must, "Check that x5c has exactly one element and let attCert be that element")],
        catalogue: &["WS-20"],
        codes: &["VALIDATION_FAILED"];

    /// The key of a U2F certificate is not on P-256
    ///
    /// U2F signs with ECDSA on P-256 alone. The certificate belongs to another format, or to another
    /// device.
    "attestation-object.u2f-certificate-key-wrong": ERROR => certificate_key_wrong,
        cites: &[cite("WebAuthn L3", "8.6", Force::Must, "If certificate public key is not an Elliptic Curve (EC) public key over the P-256 curve, terminate this algorithm and return an appropriate error")],
        catalogue: &["WS-20"],
        codes: &["VALIDATION_FAILED"];

    /// The credential key of a U2F statement is not on P-256
    ///
    /// U2F knows no other keys: what it signed cannot be put together from this one.
    "attestation-object.u2f-credential-key-wrong": ERROR => credential_key_wrong,
        cites: &[cite("WebAuthn L3", "8.6", Force::Must, "Convert the COSE_KEY formatted credentialPublicKey … to Raw ANSI X9.62 public key format")],
        catalogue: &["WS-20"],
        codes: &["VALIDATION_FAILED"];

    /// The AAGUID of a U2F authenticator is not zero
    ///
    /// U2F has no AAGUID, and FIDO's conformance tests want zeros there. WebAuthn says nothing of it, and
    /// the value is not signed.
    "attestation-object.u2f-aaguid": WARNING => aaguid,
        cites: &[cite("FIDO conformance", "Server-ServerAuthenticatorAttestationResponse-Resp-8", Force::Should, "authData.AAGUID is not 0x00, and check that server returns an error")],
        catalogue: &["WS-20"];
}

fn several_certificates(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let node = statement.member("x5c").filter(|_| statement.is(Format::FidoU2f))?;
    let found = statement.chain.len();
    if found > 1 {
        cx.fail(node.path(), node.span(), format!("expected one certificate, found {found}"));
    }
    Some(Checked)
}

fn certificate_key_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = statement.leaf().filter(|_| statement.is(Format::FidoU2f))?;
    let found = certificate.key().ok()?.kind();
    if found != KeyKind::Ec(Curve::P256) {
        let (path, span) = link.at("tbsCertificate.subjectPublicKeyInfo", certificate.spki.span);
        cx.fail(path, span, format!("expected a key on P-256, found {found}"));
    }
    Some(Checked)
}

fn credential_key_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key = statement.data.key().filter(|_| statement.is(Format::FidoU2f))?;
    let key_type = key.key_type()?;
    let curve = key.curve_id();
    if key_type != KeyType::Ec2 || curve != Some(1) {
        let on = curve.map_or(String::new(), |curve| format!(" on {}", curve_name(curve)));
        let message = format!("expected an EC2 key on P-256, found one of type {}{on}", key_type.name());
        let span = key.tree.root().map_or(Span::default(), crate::wire::cbor::Node::span);
        cx.fail("authData → credentialPublicKey", statement.data_map.outer(span), message);
    }
    Some(Checked)
}

fn aaguid(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let found = statement.data.aaguid().filter(|_| statement.is(Format::FidoU2f))?;
    if *found != [0; 16] {
        let span = statement.data_map.outer(Span::new(HEAD, HEAD + 16));
        let message = format!("expected an AAGUID of zeros, found {}", aaguid_text(found));
        cx.fail("authData → aaguid", span, message);
    }
    Some(Checked)
}
