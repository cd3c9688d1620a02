//! The signatures themselves, and the algorithms that they are made with.

use super::signer;
use crate::crypto::names::x509::{UnknownAlgorithm, oid};
use crate::crypto::{Algorithm, Hash};
use crate::model::algorithm_identifier::Parameters;
use crate::model::cms::{Cms, Signature, SignerCheck};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};

rule! { Cms =>
    /// A signature does not verify
    ///
    /// Each signature is verified under the key of the certificate that its signer names, over the
    /// signed attributes where there are any and over the content where there are none. One that
    /// fails was made with another key, or over other bytes.
    "cms.signature-invalid": ERROR => signature_invalid,
        clauses: &["KD-4.1.2-04", "KD-4.1.2-18", "KD-4.1.2-21"],
        cites: &[cite("RFC 5652", "5", Force::Fact, "This message digest and the signer's public key are used to verify the signature value.")],
        catalogue: &["CM-04", "CM-05", "CM-09"];

    /// The signer's key makes no signatures of the algorithm that is named
    ///
    /// The algorithm of the signature and the key of the certificate belong to different families:
    /// an ECDSA signature under an RSA key, for instance. It cannot verify, whatever the bytes.
    "cms.key-mismatch": ERROR => key_mismatch,
        cites: &[cite("RFC 5652", "5.3", Force::Fact, "signatureAlgorithm identifies the signature algorithm … used by the signer")],
        catalogue: &["CM-09"];

    /// A signature stands on a broken hash
    ///
    /// Collisions of SHA-1 and MD5 can be made: a signature over one document is then one over
    /// another, too. RFC 5652 forbids no hash, so this is a warning about the message alone; the
    /// artefacts that build on it refuse them where their cookbooks do.
    "cms.hash-broken": WARNING => hash_broken,
        cites: &[cite("RFC 6194", "1", Force::Should, "it is not prudent to use either algorithm when collision resistance is required")],
        catalogue: &["CM-04"];

    /// The signature names another hash than the signer
    ///
    /// The digest algorithm of a signer and the hash that its signature algorithm names are to be
    /// the same. Verifiers take one or the other, and a message that names two verifies with one of
    /// them only.
    "cms.hash-differs": WARNING => hash_differs,
        cites: &[cite("RFC 5652", "5.3", Force::Fact, "digestAlgorithm identifies the message digest algorithm, and any associated parameters, used by the signer.")];

    /// The hash of the RSA-PSS parameters is not the digest algorithm
    ///
    /// RFC 4056 has the hash of RSASSA-PSS be that of the message digest, so that nobody can move a
    /// signature to a weaker hash.
    "cms.pss-hash-differs": ERROR => pss_hash_differs,
        cites: &[cite("RFC 4056", "3", Force::Must, "The same one-way hash function MUST be used for computing the message digest on the signedAttributes and as the hashAlgorithm in the RSA-PSS-params structure.")],
        catalogue: &["CM-09"];

    /// The parameters of the signature algorithm cannot be read
    ///
    /// RSA-PSS has its hash, its mask and its salt there. Without them nobody can verify the signature, so
    /// that it proves nothing. The other algorithms have NULL or nothing there, and no reader knows what
    /// anything else would mean.
    "cms.signature-parameters-malformed": ERROR => signature_parameters_malformed,
        cites: &[cite("RFC 4055", "3.1", Force::Must, "RSASSA-PSS-params ::= SEQUENCE")],
        catalogue: &["CM-09"];

    /// The parameters of the signature algorithm are not what it takes
    ///
    /// With RSA (PKCS#1 v1.5) they are NULL, with ECDSA, DSA and Ed25519 they are absent. What the
    /// signature is worth does not depend on it, but readers do that expect the one form; so it is a
    /// warning outside the cookbook.
    "cms.signature-parameters-unexpected": ERROR.in_field(Warning).in_standard(Warning) => signature_parameters_unexpected,
        cites: &[
            cite("RFC 5754", "3.2", Force::Must, "the parameters MUST be NULL"),
            cite("RFC 5754", "3.3", Force::Must, "the parameters field MUST be absent"),
            cite("RFC 8419", "3.1", Force::Must, "The algorithm parameters field MUST be absent."),
        ],
        catalogue: &["CM-09"];

    /// The digest algorithm has parameters
    ///
    /// A hash takes none: they are absent, or NULL. With anything else there it is not the algorithm that
    /// its identifier names.
    "cms.digest-parameters-unexpected": ERROR.in_field(Warning) => digest_parameters_unexpected,
        cites: &[cite("RFC 5754", "2", Force::Must, "Implementations MUST generate SHA2 AlgorithmIdentifiers with absent parameters.")],
        catalogue: &["CM-09"];

    /// A signature by Ed25519 goes with another digest than SHA-512
    ///
    /// Ed25519 uses SHA-512 inside, and the digest algorithm of its signer is the same, with signed
    /// attributes and without.
    "cms.ed25519-without-sha512": ERROR.in_field(Warning) => ed25519_without_sha512,
        cites: &[cite("RFC 8419", "3.1", Force::Must, "When signing with Ed25519, the digestAlgorithm MUST be id-sha512")],
        catalogue: &["CM-09"];

    /// An algorithm is one that etalon does not work with
    ///
    /// The digest, the signature or the key is of a kind that is not implemented, such as GOST
    /// or Ed448. Whether the signature verifies stays open.
    "cms.algorithm-unsupported": INCONCLUSIVE => algorithm_unsupported,
        cites: &[cite("RFC 5652", "10.1", Force::Fact, "There are many alternatives for each algorithm type.")],
        catalogue: &["CM-09"];
}

/// Reports every signer that `message` has something to say about.
fn each(
    cms: &Cms<'_>,
    cx: &mut Cx<'_>,
    part: &str,
    message: impl Fn(&SignerCheck) -> Option<String>,
) -> Option<Checked> {
    if cms.checks.is_empty() {
        return None;
    }
    for (index, (it, check)) in cms.signers().enumerate() {
        if let Some(message) = message(check) {
            let span = if part == "signature" { it.signature_span } else { it.signature_algorithm.span };
            cx.fail(format!("{}.{part}", signer(index)), span, message);
        }
    }
    Some(Checked)
}

fn signature_invalid(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(cms, cx, "signature", |check| match (&check.signature, &check.algorithm) {
        (Signature::Invalid, Ok(algorithm)) => {
            Some(format!("expected a signature that verifies ({algorithm}), found one that does not"))
        }
        _ => None,
    })
}

fn key_mismatch(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(cms, cx, "signatureAlgorithm", |check| match &check.signature {
        Signature::KeyMismatch(why) => Some(format!("expected an algorithm of the signer's key: {why}")),
        Signature::Verified
        | Signature::Invalid
        | Signature::NoContent
        | Signature::NoCertificate
        | Signature::Unsupported(_) => None,
    })
}

fn hash_broken(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(cms, cx, "digestAlgorithm", |check| {
        let of_signature = check.algorithm.as_ref().ok().and_then(|algorithm| algorithm.hash());
        let broken = [check.hash, of_signature].into_iter().flatten().find(|hash| hash.is_legacy())?;
        Some(format!("expected SHA-256 or better, found {broken}"))
    })
}

fn hash_differs(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(cms, cx, "signatureAlgorithm", |check| match (check.hash?, check.algorithm.as_ref().ok()?) {
        (hash, Algorithm::RsaPkcs1(own) | Algorithm::Ecdsa { hash: own, .. }) if hash != *own => {
            Some(format!("expected {hash} as in the digest algorithm, found {own}"))
        }
        _ => None,
    })
}

fn pss_hash_differs(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let is_pss = |algorithm: &Algorithm| matches!(algorithm, Algorithm::RsaPss { .. });
    cms.checks.iter().find(|check| check.algorithm.as_ref().is_ok_and(is_pss))?;
    each(cms, cx, "signatureAlgorithm", |check| match (check.hash?, check.algorithm.as_ref().ok()?) {
        (hash, Algorithm::RsaPss { hash: own, .. }) if hash != *own => {
            Some(format!("expected {hash} as in the digest algorithm, found {own}"))
        }
        _ => None,
    })
}

fn signature_parameters_malformed(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if cms.checks.is_empty() {
        return None;
    }
    for (index, (it, check)) in cms.signers().enumerate() {
        let identifier = &it.signature_algorithm;
        let message = match &check.algorithm {
            Err(UnknownAlgorithm::Parameters(why)) => (*why).to_owned(),
            // An identifier of a key has the parameters of the key.
            Ok(algorithm) if ![oid::EC_PUBLIC_KEY, oid::DSA].contains(&identifier.oid) => {
                let Some((wanted, found)) = identifier.misfit_beyond_null(*algorithm) else { continue };
                format!("expected {wanted}, found {found}")
            }
            Ok(_) | Err(UnknownAlgorithm::Unsupported(_)) => continue,
        };
        cx.fail(format!("{}.signatureAlgorithm", signer(index)), identifier.span, message);
    }
    Some(Checked)
}

fn signature_parameters_unexpected(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for (index, (it, check)) in cms.signers().enumerate() {
        // An identifier of a key has the parameters of the key.
        let identifier = &it.signature_algorithm;
        let Ok(algorithm) = check.algorithm.as_ref() else { continue };
        if [oid::EC_PUBLIC_KEY, oid::DSA].contains(&identifier.oid) {
            continue;
        }
        any = Some(Checked);
        let misfit = identifier.misfit(*algorithm);
        if let Some((wanted, found)) = misfit.filter(|(_, found)| *found != Parameters::Other) {
            let at = format!("{}.signatureAlgorithm.parameters", signer(index));
            cx.fail(at, identifier.span, format!("expected {wanted}, found {found}"));
        }
    }
    any
}

fn digest_parameters_unexpected(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for (index, (it, check)) in cms.signers().enumerate() {
        if check.hash.is_none() {
            continue;
        }
        any = Some(Checked);
        if it.digest_algorithm.parameters_form() == Parameters::Other {
            let at = format!("{}.digestAlgorithm.parameters", signer(index));
            cx.fail(at, it.digest_algorithm.span, "expected none or NULL, found others");
        }
    }
    any
}

fn ed25519_without_sha512(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for (index, (it, check)) in cms.signers().enumerate() {
        if check.algorithm != Ok(Algorithm::Ed25519) {
            continue;
        }
        any = Some(Checked);
        if let Some(hash) = check.hash.filter(|hash| *hash != Hash::Sha512) {
            let at = format!("{}.digestAlgorithm", signer(index));
            cx.fail(
                at,
                it.digest_algorithm.span,
                format!("expected {} beside Ed25519, found {hash}", Hash::Sha512),
            );
        }
    }
    any
}

fn algorithm_unsupported(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(cms, cx, "signatureAlgorithm", |check| match (&check.signature, check.hash) {
        // Another rule says so.
        (Signature::Unsupported(_), _) if matches!(check.algorithm, Err(UnknownAlgorithm::Parameters(_))) => {
            None
        }
        (Signature::Unsupported(what), _) => {
            Some(format!("expected an algorithm that is worked with, found {what}"))
        }
        (_, None) => Some("expected a digest algorithm that is worked with, found another".to_owned()),
        (
            Signature::Verified
            | Signature::Invalid
            | Signature::KeyMismatch(_)
            | Signature::NoContent
            | Signature::NoCertificate,
            Some(_),
        ) => None,
    })
}
