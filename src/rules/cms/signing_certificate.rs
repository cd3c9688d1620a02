//! The signed attribute that says which certificate the signer meant (RFC 2634, RFC 5035).

use super::signer;
use crate::crypto::names::x509;
use crate::crypto::{Hash, digest};
use crate::model::algorithm_identifier::AlgorithmIdentifier;
use crate::model::cms::{Attribute, Cms, SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::der::Tag;

rule! { Cms =>
    /// The signer meant another certificate
    ///
    /// The attribute signingCertificate names the signer's certificate by its hash, so that nobody can
    /// pass the signature off as one under another certificate of the same key. The first hash in it is
    /// not that of the certificate that the signer is identified by: the signature is invalid, whatever
    /// the key says. Whoever replaced a certificate by a renewed one has to sign anew.
    "cms.signing-certificate-mismatch": ERROR => signing_certificate_mismatch,
        cites: &[cite(
            "RFC 5035", "3", Force::Must,
            "If the hash of the certificate does not match the certificate used to verify the signature, the signature MUST be considered invalid.",
        )],
        catalogue: &["CM-05"];
}

/// The first certificate that an attribute names: its hash, and the function, where that is known.
struct Named<'a> {
    hash: Option<Hash>,
    value: &'a [u8],
}

/// Reads SigningCertificate or SigningCertificateV2 up to the first ESSCertID of its list. What follows
/// is left alone.
fn first<'a>(attribute: &Attribute<'a>) -> Option<Named<'a>> {
    let unnamed = if attribute.oid == SIGNING_CERTIFICATE_V2 { Hash::Sha256 } else { Hash::Sha1 };
    attribute.read(|r| {
        r.sequence("value", |r| {
            r.sequence("certs", |r| {
                r.sequence("", |r| {
                    let hash = match r.peek() {
                        Some(Tag::SEQUENCE) => x509::hash(AlgorithmIdentifier::read(r, "hashAlgorithm")?.oid),
                        Some(_) | None => Some(unnamed),
                    };
                    Ok(Named { hash, value: r.octet_string("certHash")?.content })
                })
            })
        })
    })
}

fn signing_certificate_mismatch(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref()?;
    let mut met = None;
    for (index, (it, check)) in cms.signers().enumerate() {
        let (Some(own), Some(attributes)) = (check.certificate, &it.signed_attributes) else { continue };
        let own = data.certificates[own].certificate.raw;
        let kinds = [SIGNING_CERTIFICATE_V2, SIGNING_CERTIFICATE];
        for attribute in kinds.into_iter().flat_map(|oid| attributes.of(oid)) {
            met = Some(Checked);
            let fits = first(attribute).is_some_and(|named| {
                // A hash that is not known tells nothing.
                named.hash.is_none_or(|hash| digest(hash, own).as_bytes() == named.value)
            });
            if !fits {
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
