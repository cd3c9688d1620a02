//! The signature of a statement, and the algorithm that it names.

use crate::crypto::{Algorithm, KeyKind};
use crate::model::attestation_statement::signature::Verification;
use crate::model::attestation_statement::{Format, Statement};
use crate::model::cose::{CoseAlgorithm, RS1, algorithm_name};
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};

rule! { Statement =>
    /// The signature of the statement does not verify
    ///
    /// What the authenticator signed is not what arrived, or another key signed it. `packed` and
    /// `android-key` sign the authenticator data followed by the SHA-256 of the client data, `fido-u2f`
    /// a message of its own, `tpm` its `certInfo`, `android-safetynet` the JWS. Most often the client
    /// data was serialised anew: it must be sent byte for byte as the browser returned it.
    "attestation-object.signature-invalid": ERROR => signature_invalid,
        clauses: &["KD-4.1.1-13", "KD-4.1.1-24"],
        cites: &[
            cite("WebAuthn L3", "7.1", Force::Must, "Verify that attStmt is a correct attestation statement, conveying a valid attestation signature"),
            cite("WebAuthn L3", "8.2", Force::Must, "Verify that sig is a valid signature over the concatenation of authenticatorData and clientDataHash using the attestation public key in attestnCert"),
        ],
        defects: &["SD-40"],
        catalogue: &["WC-20", "WS-06", "WS-07", "WS-08", "WS-09", "WS-10", "WS-19", "WS-20", "WS-26"],
        codes: &["VALIDATION_FAILED"];

    /// The algorithm of the statement does not go with the key
    ///
    /// A self attestation names the algorithm of the credential key; any other the algorithm of the key
    /// in the attestation certificate.
    "attestation-object.statement-algorithm-mismatch": ERROR => algorithm_mismatch,
        clauses: &["KD-4.1.1-15"],
        cites: &[
            cite("WebAuthn L3", "8.2", Force::Must, "Validate that alg matches the algorithm of the credentialPublicKey in authenticatorData"),
            cite("WebAuthn L3", "8.2", Force::Must, "A COSEAlgorithmIdentifier containing the identifier of the algorithm used to generate the attestation signature."),
        ],
        catalogue: &["WS-05", "WS-19"],
        codes: &["VALIDATION_FAILED"];

    /// The signature of the statement could not be judged
    ///
    /// Its algorithm, or the kind of its key, is not implemented in etalon. The finding names it.
    "attestation-object.signature-not-judged": INCONCLUSIVE => not_judged,
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that attStmt is a correct attestation statement, conveying a valid attestation signature")];

    /// The statement is signed with SHA-1
    ///
    /// RS1 is RSA with SHA-1, whose collisions are made in practice. Old TPMs can do nothing else, and
    /// relying parties still take it from them, so that it is a warning outside `cookbook`; `legacy` in
    /// the context asks for the signature to be judged without a word.
    "attestation-object.statement-algorithm-legacy": ERROR.in_field(Warning).in_standard(Warning) => algorithm_legacy,
        cites: &[cite("RFC 8812", "5.3", Force::Must, "New COSE applications and protocols MUST NOT use this algorithm.")],
        codes: &["VALIDATION_FAILED"];

    /// The client data that the statement signs is not known
    ///
    /// The signature covers the SHA-256 of the client data, which an attestation object alone does not
    /// carry. Judge the whole attestation instead. Under `standard` it is a note: the object is judged
    /// as far as it goes.
    "attestation-object.no-client-data": INCONCLUSIVE.in_standard(Note) => no_client_data,
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Let hash be the result of computing a hash over response.clientDataJSON using SHA-256")];
}

/// Where the signature stands, for messages about it.
fn place(statement: &Statement<'_>) -> (String, crate::base::Span) {
    let name = if statement.is(Format::AndroidSafetynet) { "response" } else { "sig" };
    match statement.member(name) {
        Some(node) => (node.path(), node.span()),
        None => (statement.path_of(name), statement.body.span()),
    }
}

fn signature_invalid(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let message = match statement.verification()? {
        Verification::Good => return Some(Checked),
        Verification::Bad => {
            let key = if statement.is_self() { "the credential key" } else { "the attestation certificate" };
            format!("expected a signature that verifies under {key}, found one that does not")
        }
        Verification::KeyBroken(why) => {
            format!("expected a key to verify the signature with, found none: {why}")
        }
        Verification::KeyMismatch | Verification::NotJudged(_) => return None,
    };
    let (path, span) = place(statement);
    cx.fail(path, span, message);
    Some(Checked)
}

fn algorithm_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let node = statement.member("alg").filter(|_| !statement.is(Format::Apple))?;
    let named = node.integer()?;
    if statement.is_self() {
        let expected = statement.data.key()?.algorithm_id()?;
        if named != expected {
            let (expected, found) = (algorithm_name(expected), algorithm_name(named));
            let message = format!("expected {expected} as in the credential key, found {found}");
            cx.fail(node.path(), node.span(), message);
        }
        return Some(Checked);
    }
    let scheme = CoseAlgorithm::of(named)?.scheme()?;
    let kind = statement.attestation_key()?.ok()?.kind();
    let fits = match (scheme, kind) {
        (Algorithm::RsaPkcs1(_) | Algorithm::RsaPss { .. }, KeyKind::Rsa(_))
        | (Algorithm::Ed25519, KeyKind::Ed25519) => true,
        (Algorithm::Ecdsa { curve, .. }, KeyKind::Ec(found)) => curve.is_none_or(|curve| curve == found),
        (
            Algorithm::RsaPkcs1(_)
            | Algorithm::RsaPss { .. }
            | Algorithm::Ecdsa { .. }
            | Algorithm::Ed25519
            | Algorithm::Dsa { .. },
            KeyKind::Rsa(_) | KeyKind::Ec(_) | KeyKind::Ed25519 | KeyKind::Dsa(_),
        ) => false,
    };
    if !fits {
        let message =
            format!("expected an algorithm of the certificate's {kind} key, found {}", algorithm_name(named));
        cx.fail(node.path(), node.span(), message);
    }
    Some(Checked)
}

fn not_judged(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Verification::NotJudged(name) = statement.verification()? {
        let (path, span) = place(statement);
        cx.fail(path, span, format!("expected a signature that etalon can verify, found {name}"));
    }
    Some(Checked)
}

fn algorithm_legacy(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let node = statement.member("alg")?;
    let named = node.integer().filter(|_| !cx.context().legacy)?;
    if named == RS1 {
        cx.fail(node.path(), node.span(), "expected an algorithm without SHA-1, found RS1");
    }
    Some(Checked)
}

fn no_client_data(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !statement.needs_client_data() {
        return None;
    }
    if statement.client_data_hash.is_none() {
        let (path, span) = (statement.body.path(), statement.body.span());
        cx.fail(path, span, "expected to know the client data that the statement covers, found none")
            .hint("judge the whole attestation, with its client data");
    }
    Some(Checked)
}
