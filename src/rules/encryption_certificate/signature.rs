//! The algorithms that the certificate says it is signed with.

use super::EncryptionCertificate;
use crate::base::Profile;
use crate::crypto::{Algorithm, Hash};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { EncryptionCertificate =>
    /// The signature algorithm is not that of the authentication certificate
    ///
    /// The cookbook wants the algorithm that the authentication certificate itself was signed with.
    /// Where authority and holder have keys of different kinds that cannot be, so `field` warns.
    "encryption-certificate.algorithm-differs": ERROR.in_field(Warning).not_in_standard() => algorithm_differs,
        clauses: &["CR-4.3.4.8-09"],
        catalogue: &["ET-20"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.8", Force::Fact, "use the same sign algorithm which was used to generate the authentication certificate")],
        defects: &["SD-103"];

    /// The signature is not SHA-256 with RSA
    ///
    /// That is the algorithm at the time of the cookbook. `field` takes every RSA and ECDSA signature
    /// over SHA-2, and warns of the rest: tokens of old hold certificates over SHA-1, and are served.
    "encryption-certificate.algorithm-unexpected": ERROR.in_field(Warning).not_in_standard() => algorithm_unexpected,
        clauses: &["CR-4.3.4.8-10"],
        catalogue: &["ET-20"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.8", Force::Fact, "(currently SHA256withRSA)")],
        defects: &["SD-103"];

    /// The certificate names two signature algorithms
    ///
    /// The algorithm stands inside of what is signed and beside it, and the two must be the same. Else
    /// the one that nobody signed decides how the signature is verified.
    "encryption-certificate.algorithms-inconsistent": ERROR => algorithms_inconsistent,
        catalogue: &["ET-20"],
        cites: &[cite("RFC 5280", "4.1.1.2", Force::Must, "This field MUST contain the same algorithm identifier as the signature field in the sequence tbsCertificate")];
}

fn algorithm_differs(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = it.authentication.as_ref()?.algorithm;
    let found = it.certificate.algorithm;
    if expected.oid != found.oid {
        let message =
            format!("expected {} as of the authentication certificate, found {}", expected.oid, found.oid);
        cx.fail("signatureAlgorithm", found.span, message);
    }
    Some(Checked)
}

fn algorithm_unexpected(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let field = cx.profile() == Profile::Field;
    let is_sha2 = |hash: Hash| matches!(hash, Hash::Sha256 | Hash::Sha384 | Hash::Sha512);
    let found = match it.certificate.algorithm.signature() {
        Ok(Algorithm::RsaPkcs1(Hash::Sha256)) => return Some(Checked),
        Ok(algorithm) if field && algorithm.hash().is_some_and(is_sha2) => return Some(Checked),
        Ok(algorithm) => algorithm.to_string(),
        Err(unknown) => unknown.to_string(),
    };
    let message = format!("expected RSA with SHA-256, found {found}");
    cx.fail("signatureAlgorithm", it.certificate.algorithm.span, message);
    Some(Checked)
}

fn algorithms_inconsistent(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (outer, inner) = (it.certificate.algorithm, it.certificate.tbs_algorithm);
    if outer.raw != inner.raw {
        let message = "expected the algorithm of the signed part beside the signature, found another";
        cx.fail("signatureAlgorithm", outer.span, message);
    }
    Some(Checked)
}
