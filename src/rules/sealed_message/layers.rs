//! The signed layers: who signs, and with what.

use crate::base::time;
use crate::crypto::{Algorithm, Hash, KeyKind};
use crate::model::certificate::Certificate;
use crate::model::cms::{Embedded, Signature};
use crate::model::extension::KeyUsage;
use crate::model::path::{Store, Terms};
use crate::model::sealed_message::SealedMessage;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};

rule! { SealedMessage =>
    /// A layer is signed by nobody
    ///
    /// The sender signs a message inside, so that its author is known, and outside, so that whoever
    /// sent it is. A layer without a signer proves neither.
    "sealed-message.unsigned": ERROR => unsigned,
        clauses: &["KD-4.1.2-04"],
        cites: &[cite("KeyDepot cookbook 1.2", "4.1.2", Force::Fact, "The client signs the message for content integrity and message authentication.")],
        catalogue: &["CM-04"];

    /// A layer has more than one signer
    ///
    /// Each layer of a message has exactly one signer. Readers refuse more, or judge the first and
    /// pass over the rest.
    "sealed-message.signers-several": ERROR.not_in_standard() => signers_several,
        cites: &[cite("etalon", "sealed-message", Force::House, "exactly one signer for each layer, as eHealth's library has it")],
        catalogue: &["CM-04"];

    /// A layer is signed with an algorithm that is not taken
    ///
    /// Messages are signed with RSA (PKCS #1 v1.5 or PSS) or ECDSA over SHA-256, SHA-384 or SHA-512.
    /// eHealth's library refuses the rest, SHA-1 and SHA-224 among them.
    "sealed-message.signature-algorithm-unauthorised": ERROR.not_in_standard() => algorithm_unauthorised,
        cites: &[cite("etalon", "sealed-message", Force::House, "the algorithms of eHealth's library")],
        catalogue: &["CM-04", "CM-09"];

    /// The certificate of a signer is not here
    ///
    /// No certificate in the message or in the context is the one that the signer names. A signer
    /// that is named by a key identifier is one of KeyDepot: fetch the key, and give its certificate
    /// among the `intermediates`.
    "sealed-message.signer-certificate-missing": INCONCLUSIVE => certificate_missing,
        clauses: &["KD-4.1.2-18"],
        cites: &[cite("KeyDepot cookbook 1.2", "4.1.2", Force::May, "verify the signature with it")],
        catalogue: &["CM-05"];

    /// The certificate of a signer is not valid at this time
    ///
    /// It has expired, or is not valid yet, at the instant as of which the message is judged. Judge
    /// an old message as of the time at which it was sent.
    "sealed-message.signer-not-valid": ERROR => signer_not_valid,
        cites: &[cite("RFC 5280", "6.1.3", Force::Must, "The certificate validity period includes the current time.")],
        catalogue: &["CM-05"];

    /// The key of a signer is too small
    ///
    /// eHealth's library takes RSA signatures from 2048 bits up.
    "sealed-message.signer-key-too-small": ERROR.in_standard(Warning) => signer_key_too_small,
        cites: &[cite("etalon", "sealed-message", Force::House, "RSA keys of at least 2048 bits, as eHealth's library has it")],
        catalogue: &["CM-09"];

    /// The certificate of a signer does not allow signatures
    ///
    /// Its keyUsage lists neither digitalSignature nor nonRepudiation.
    "sealed-message.signer-key-usage-wrong": ERROR => signer_key_usage_wrong,
        cites: &[cite("RFC 5280", "4.2.1.3", Force::Fact, "The digitalSignature bit is asserted when the subject public key is used for verifying digital signatures")],
        catalogue: &["CM-05"];

    /// The chain of a signer's certificate is broken
    ///
    /// An issuer is at hand in the message or the context, but did not sign the certificate, may not
    /// sign certificates, or is not valid; or the chain ends at a root that is none of the anchors.
    "sealed-message.chain-broken": ERROR => chain_broken,
        cites: &[cite("RFC 5280", "6.1", Force::Must, "the certification path … MUST")],
        catalogue: &["CM-05"];
}

/// Every signer's certificate among those embedded, with its place.
fn certificates<'m>(message: &'m SealedMessage<'_>) -> Option<Vec<&'m Embedded<'m>>> {
    let data = message.outer.signed_data.as_ref()?;
    let all: Vec<_> =
        message.outer.checks.iter().filter_map(|check| data.certificates.get(check.certificate?)).collect();
    (!all.is_empty()).then_some(all)
}

fn signer_not_valid(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let as_of = cx.as_of()?;
    for it in certificates(message)? {
        let (Some(from), Some(to)) = (it.certificate.not_before, it.certificate.not_after) else { continue };
        if as_of < from.instant || as_of > to.instant {
            cx.fail(
                format!("content.certificates[{}].tbsCertificate.validity", it.index),
                it.span,
                format!(
                    "expected a certificate that is valid at {}, found one valid from {} to {}",
                    time::format(as_of),
                    time::format(from.instant),
                    time::format(to.instant)
                ),
            );
        }
    }
    Some(Checked)
}

fn signer_key_too_small(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for it in certificates(message)? {
        if let Ok(key) = it.certificate.key()
            && let KeyKind::Rsa(bits @ ..2048) = key.kind()
        {
            cx.fail(
                format!("content.certificates[{}].tbsCertificate.subjectPublicKeyInfo", it.index),
                it.span,
                format!("expected RSA with at least 2048 bits, found {bits}"),
            );
        }
    }
    Some(Checked)
}

fn signer_key_usage_wrong(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for it in certificates(message)? {
        let Some(usage) = it.certificate.key_usage() else { continue };
        if !usage.contains(KeyUsage::DIGITAL_SIGNATURE) && !usage.contains(KeyUsage::NON_REPUDIATION) {
            cx.fail(
                format!("content.certificates[{}].tbsCertificate.extensions", it.index),
                it.span,
                format!("expected digitalSignature or nonRepudiation, found {}", usage.names().join(", ")),
            );
        }
    }
    Some(Checked)
}

fn chain_broken(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let signers = certificates(message)?;
    let data = message.outer.signed_data.as_ref()?;
    let context = cx.context();
    let anchors: Vec<_> =
        context.trust.iter().filter_map(|der| Certificate::read(der, &context.budget).0).collect();
    let further: Vec<_> =
        context.intermediates.iter().filter_map(|der| Certificate::read(der, &context.budget).0).collect();
    let embedded = data.certificates.iter().map(|it| it.certificate.as_ref());
    let store = Store::of(&anchors, embedded.chain(&further));
    for it in signers {
        // A broken hash has rules of its own: it is no reason not to follow a path.
        let path = store.search(&it.certificate, &Terms { as_of: context.as_of, legacy: true });
        if let Some(problem) = path.breach(!anchors.is_empty()) {
            let message = format!("expected a path from the signer to an anchor, found that {problem}");
            cx.fail(format!("content.certificates[{}]", it.index), it.span, message);
        }
    }
    Some(Checked)
}

fn unsigned(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = message.outer.signed_data.as_ref()?;
    if data.signers.is_empty() {
        cx.fail("content.signerInfos", data.span, "expected a signer, found none");
    }
    Some(Checked)
}

fn signers_several(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = message.outer.signed_data.as_ref()?;
    if let [_, second, ..] = data.signers.as_slice() {
        let found = data.signers.len();
        cx.fail("content.signerInfos[1]", second.span, format!("expected one signer, found {found}"));
    }
    Some(Checked)
}

fn algorithm_unauthorised(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let is_taken = |hash: Hash| matches!(hash, Hash::Sha256 | Hash::Sha384 | Hash::Sha512);
    let mut any = false;
    for (index, (signer, check)) in message.outer.signers().enumerate() {
        any = true;
        let taken = check.hash.is_some_and(is_taken)
            && match &check.algorithm {
                Ok(
                    Algorithm::RsaPkcs1(hash)
                    | Algorithm::RsaPss { hash, .. }
                    | Algorithm::Ecdsa { hash, .. },
                ) => is_taken(*hash),
                Ok(Algorithm::Ed25519 | Algorithm::Dsa { .. }) | Err(_) => false,
            };
        if !taken {
            let found = match &check.algorithm {
                Ok(algorithm) => algorithm.to_string(),
                Err(error) => error.to_string(),
            };
            cx.fail(
                format!("content.signerInfos[{index}].signatureAlgorithm"),
                signer.signature_algorithm.span,
                format!("expected RSA or ECDSA over SHA-256, SHA-384 or SHA-512, found {found}"),
            );
        }
    }
    any.then_some(Checked)
}

fn certificate_missing(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = false;
    for (index, (signer, check)) in message.outer.signers().enumerate() {
        any = true;
        if check.signature == Signature::NoCertificate {
            cx.fail(
                format!("content.signerInfos[{index}].sid"),
                signer.sid_span,
                "expected the certificate that the signer names, found none",
            )
            .hint("give it among the `intermediates` of the context");
        }
    }
    any.then_some(Checked)
}
