//! Which certificate the signer meant: by its identifier, and by the signed attribute that names it by
//! its hash (RFC 2634, RFC 5035).

use super::signer;
use crate::model::cms::Cms;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Cms =>
    /// The signer meant another certificate
    ///
    /// The attribute signingCertificate names the signer's certificate by its hash, so that nobody can
    /// pass the signature off as one under another certificate of the same key. The first hash in it is
    /// not that of the certificate that the signer is identified by, or the issuer and serial number beside
    /// it are another's: the signature is invalid, whatever the key says. Whoever replaced a certificate by a
    /// renewed one has to sign anew.
    "cms.signing-certificate-mismatch": ERROR => signing_certificate_mismatch,
        cites: &[cite(
            "RFC 5035", "5.4.1", Force::Must,
            "If the hash of the certificate does not match the certificate used to verify the signature, the signature MUST be considered invalid.",
        )],
        catalogue: &["CM-05"];

    /// More than one embedded certificate answers to the name of a signer
    ///
    /// An issuer gives a serial number once, and a key identifier is one key's. Here two certificates
    /// have the issuer and serial number of the signer, or two keys its key identifier. A reader that
    /// takes the first that it meets finds the signature broken or whole by the order of a SET, which has
    /// none. The signature is checked with each, and the certificate that it verifies with is taken for
    /// the signer's.
    ///
    /// It is a warning: the authority that gave a number twice is at fault, and not the message. Leave
    /// the certificate out that the signer did not use, or have it issued anew.
    "cms.signer-certificate-ambiguous": WARNING => signer_certificate_ambiguous,
        cites: &[cite(
            "RFC 5280", "4.1.2.2", Force::Must,
            "It MUST be unique for each certificate issued by a given CA (i.e., the issuer name and serial number identify a unique certificate)",
        )],
        catalogue: &["CM-05"];
}

fn signing_certificate_mismatch(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref()?;
    let mut met = None;
    for (index, (it, check)) in cms.signers().enumerate() {
        let Some(own) = check.certificate else { continue };
        for attribute in it.signing_certificates() {
            met = Some(Checked);
            if !attribute.means(&data.certificates[own].certificate) {
                cx.fail(
                    format!("{}.signedAttrs", signer(index)),
                    attribute.span,
                    "expected the hash of the signer's certificate, found that of another",
                );
            }
        }
    }
    met
}

fn signer_certificate_ambiguous(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cms.checks.iter().find(|check| check.certificate.is_some())?;
    for (index, (it, check)) in cms.signers().enumerate() {
        if check.is_ambiguous {
            cx.fail(
                format!("{}.sid", signer(index)),
                it.sid_span,
                "expected one certificate that the signer names, found more that differ",
            );
        }
    }
    Some(Checked)
}
