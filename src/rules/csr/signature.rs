//! The self-signature: its algorithm, and whether it proves that the requester holds the key.

use crate::base::Profile;
use crate::crypto::names::x509::{UnknownAlgorithm, oid};
use crate::crypto::{Algorithm, Hash, VerifyError};
use crate::model::algorithm_identifier::Parameters;
use crate::model::csr::Csr;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, OFF, cite};
use crate::wire::der::Tag;

rule! { Csr =>
    /// The signature does not verify under the key of the request
    ///
    /// It is the proof that whoever asks holds the private key. It fails when the request was changed
    /// after it was signed, when it was signed with another key, or when the algorithm beside it is
    /// not the one that it was made with.
    "csr.signature-invalid": ERROR => signature_invalid,
        clauses: &["CR-7.1-05", "CR-4.3.4-18"],
        cites: &[cite("RFC 2986", "4.2", Force::Fact, "The value of the certificationRequestInfo component is DER encoded … signed with the certification request subject's private key")],
        catalogue: &["CS-06", "CS-09"],
        codes: &["CSR_SIGNATURE_NOT_VALID"];

    /// The key makes no signatures of this algorithm
    ///
    /// An ECDSA signature beside an RSA key, or the reverse: the request is not self-signed. A key that
    /// is named id-RSASSA-PSS makes PSS signatures alone, and with parameters those of its hash, its mask
    /// and no less salt.
    "csr.signature-algorithm-not-of-key": ERROR => signature_algorithm_not_of_key,
        clauses: &["CR-7.1-05"],
        cites: &[
            cite("RFC 2986", "4.2", Force::Fact, "signatureAlgorithm identifies the signature algorithm (and any associated parameters) under which the certification-request information is signed"),
            cite("RFC 4055", "1.2", Force::Must, "wishes to limit the use of the public key exclusively to RSASSA-PSS, then the id-RSASSA-PSS object identifier MUST be used"),
        ],
        catalogue: &["CS-08"],
        codes: &["CSR_SIGNATURE_NOT_VALID"];

    /// The signature algorithm is one that etalon does not know
    ///
    /// Nothing can be said about the signature.
    "csr.signature-algorithm-unsupported": INCONCLUSIVE => signature_algorithm_unsupported,
        cites: &[cite("RFC 2986", "4.2", Force::Fact, "signatureAlgorithm identifies the signature algorithm")];

    /// The signature is not RSA with SHA-2
    ///
    /// The cookbook names "SHA2 & RSA": RSA (PKCS#1 v1.5) with SHA-256, SHA-384 or SHA-512. RSA-PSS is
    /// not named, so `cookbook` refuses it. `field` takes PSS and ECDSA too, since the acceptance
    /// environment has EC certificates (SD-103).
    "csr.signature-not-sha2-with-rsa": ERROR.not_in_standard() => signature_not_sha2_with_rsa,
        clauses: &["CR-4.3.4.5.1-09"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5.1", Force::Fact, "Csr signature Algorithm = SHA2 & RSA")],
        defects: &["SD-103"],
        catalogue: &["CS-07"],
        codes: &["CSR_NOT_VALID", "CSR_SIGNATURE_NOT_VALID"];

    /// The signature is over MD5 or SHA-1
    ///
    /// Collisions can be made for both. In a request the signature only shows that the requester holds
    /// the key, so the base standard alone does not refuse it: a warning, and none when legacy
    /// signatures are asked to be judged. Under eHealth's profiles another rule refuses it.
    "csr.signature-legacy": OFF.in_standard(Warning) => signature_legacy,
        cites: &[cite("RFC 6194", "4", Force::Should, "should strongly consider support for a hash algorithm with greater collision resistance than that provided by SHA-1")],
        catalogue: &["CS-07"];

    /// The parameters of the signature cannot be read
    ///
    /// RSA-PSS has its hash, its mask and its salt there. Without them nobody can verify the
    /// signature, so that it proves nothing. The other algorithms have NULL or nothing there, and no
    /// reader knows what anything else would mean.
    "csr.signature-parameters-malformed": ERROR => signature_parameters_malformed,
        clauses: &["CR-7.1-05"],
        cites: &[cite("RFC 4055", "3.1", Force::Must, "RSASSA-PSS-params ::= SEQUENCE")],
        catalogue: &["CS-08"],
        codes: &["CSR_SIGNATURE_NOT_VALID"];

    /// The parameters of the signature algorithm are not what it takes
    ///
    /// With RSA (PKCS#1 v1.5) they are NULL; with ECDSA and Ed25519 they are absent. Readers must take
    /// an RSA identifier without them, so outside the cookbook that is a warning.
    "csr.signature-parameters-unexpected": ERROR.in_field(Warning).in_standard(Warning) => signature_parameters_unexpected,
        cites: &[
            cite("RFC 4055", "5", Force::Must, "the parameters MUST be NULL"),
            cite("RFC 5758", "3.2", Force::Must, "the encoding MUST omit the parameters field"),
        ],
        catalogue: &["CS-08"],
        codes: &["CSR_NOT_VALID"];
}

/// What verifying came to; nothing when there is no key or no algorithm to verify with.
fn verified(csr: &Csr<'_>) -> Option<Result<(), VerifyError>> {
    let (key, algorithm) = (csr.key().ok()?, csr.algorithm.signature().ok()?);
    let Some(signature) = csr.signature.octets() else { return Some(Err(VerifyError::Invalid)) };
    Some(key.verify(algorithm, csr.info, signature))
}

fn signature_invalid(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match verified(csr)? {
        Ok(()) => {}
        Err(VerifyError::Invalid) => {
            let message = "expected a signature of the request's own key, found one that does not verify";
            cx.fail("signature", csr.signature.span, message);
        }
        Err(VerifyError::KeyMismatch { .. }) => return None,
        Err(VerifyError::Unsupported(_)) => return None,
    }
    Some(Checked)
}

fn signature_algorithm_not_of_key(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (key, algorithm) = (csr.key().ok()?, csr.algorithm.signature().ok()?);
    if !key.makes(algorithm) {
        let message = format!("expected an algorithm of an {key} key, found {algorithm}");
        cx.fail("signatureAlgorithm", csr.algorithm.span, message);
    }
    Some(Checked)
}

fn signature_algorithm_unsupported(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let what = match csr.algorithm.signature() {
        Err(UnknownAlgorithm::Unsupported(what)) => what,
        Err(UnknownAlgorithm::Parameters(_)) => return None,
        Ok(_) => return Some(Checked),
    };
    let message = format!("expected a signature algorithm that etalon judges, found {what}");
    cx.fail("signatureAlgorithm", csr.algorithm.span, message);
    Some(Checked)
}

fn signature_not_sha2_with_rsa(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let field = cx.profile() == Profile::Field;
    let is_sha2 = |hash: Hash| matches!(hash, Hash::Sha256 | Hash::Sha384 | Hash::Sha512);
    let found = match csr.algorithm.signature() {
        Ok(algorithm) => {
            let fits = match algorithm {
                Algorithm::RsaPkcs1(hash) => is_sha2(hash),
                Algorithm::RsaPss { hash, .. } | Algorithm::Ecdsa { hash, .. } => field && is_sha2(hash),
                Algorithm::Ed25519 | Algorithm::Dsa { .. } => false,
            };
            if fits {
                return Some(Checked);
            }
            algorithm.to_string()
        }
        Err(unknown) => unknown.to_string(),
    };
    let message = format!("expected RSA with SHA-256, SHA-384 or SHA-512, found {found}");
    cx.fail("signatureAlgorithm", csr.algorithm.span, message);
    Some(Checked)
}

fn signature_legacy(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let algorithm = csr.algorithm.signature().ok()?;
    if algorithm.is_legacy() && !cx.context().legacy {
        let message = format!("expected a hash without known collisions, found {algorithm}");
        cx.fail("signatureAlgorithm", csr.algorithm.span, message);
    }
    Some(Checked)
}

fn signature_parameters_malformed(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match csr.algorithm.signature() {
        Err(UnknownAlgorithm::Parameters(why)) => {
            cx.fail("signatureAlgorithm.parameters", csr.algorithm.span, why);
        }
        Ok(Algorithm::RsaPss { .. }) => {}
        Ok(algorithm) => {
            let identifier = &csr.algorithm;
            let (wanted, found) = identifier.misfit_beyond_null(algorithm)?;
            let message = format!("expected {wanted}, found {found}");
            cx.fail("signatureAlgorithm.parameters", identifier.span, message);
        }
        Err(UnknownAlgorithm::Unsupported(_)) => return None,
    }
    Some(Checked)
}

fn signature_parameters_unexpected(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let wanted = Parameters::of(csr.algorithm.signature().ok()?);
    let found = csr.algorithm.parameters_form();
    if let Some(wanted) = wanted.filter(|wanted| *wanted != found && found != Parameters::Other) {
        let message = format!("expected {wanted}, found {found}");
        cx.fail("signatureAlgorithm.parameters", csr.algorithm.span, message);
    }
    let key = &csr.spki.algorithm;
    if key.oid == oid::RSA_ENCRYPTION && key.parameters.is_none_or(|it| it.tag != Tag::NULL) {
        let message = "expected NULL parameters of an RSA key, found others";
        cx.fail("certificationRequestInfo.subjectPKInfo.algorithm.parameters", key.span, message);
    }
    Some(Checked)
}
