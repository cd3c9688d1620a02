//! What a bare SignedData may leave open, and a verdict on its signatures may not.

use super::signer;
use crate::model::cms::{Cms, Signature};
use crate::rule;
use crate::rule::{Checked, Cx, Force, INCONCLUSIVE, WARNING, cite};

rule! { Cms =>
    /// The content is detached
    ///
    /// The message carries signatures and not what they sign. That is allowed, and S/MIME does it;
    /// without the content nothing can be verified.
    "cms.content-detached": INCONCLUSIVE => content_detached,
        cites: &[cite("RFC 5652", "5.2", Force::Fact, "The optional omission of the eContent within the EncapsulatedContentInfo field makes it possible to construct \"external signatures\".")],
        catalogue: &["CM-02", "CS-26"],
        codes: &["EHCSR_SIGNED_DATA_HAS_NO_CONTENT"];

    /// A signer's certificate is not here
    ///
    /// No embedded certificate is the one that the signer names, and the context has none either.
    /// Give it among the `intermediates` of the context, or the bare key as `key`.
    "cms.signer-certificate-missing": INCONCLUSIVE => signer_certificate_missing,
        cites: &[cite("RFC 5652", "5.1", Force::May, "There may also be fewer certificates than necessary, if it is expected that recipients have an alternate means of obtaining necessary certificates")],
        catalogue: &["CM-05"];

    /// Nobody signed
    ///
    /// A SignedData without signers is a bag of certificates. That is a use of its own (a
    /// "certs-only" message), but whoever expects a signature must not take it for signed.
    "cms.signers-missing": WARNING => signers_missing,
        cites: &[cite("RFC 5652", "5.1", Force::Fact, "There MAY be any number of elements in the collection, including zero.")],
        catalogue: &["CM-04"];
}

fn content_detached(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref().filter(|data| !data.signers.is_empty())?;
    if data.content.is_none() {
        cx.fail(
            "content.encapContentInfo",
            data.content_type_span,
            "expected the content that is signed, found it detached",
        );
    }
    Some(Checked)
}

fn signer_certificate_missing(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if cms.checks.is_empty() {
        return None;
    }
    for (index, (it, check)) in cms.signers().enumerate() {
        if check.signature == Signature::NoCertificate {
            cx.fail(
                format!("{}.sid", signer(index)),
                it.sid_span,
                "expected the certificate that the signer names, found none",
            )
            .hint("give it among the `intermediates` of the context");
        }
    }
    Some(Checked)
}

fn signers_missing(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref()?;
    if data.signers.is_empty() {
        cx.fail("content.signerInfos", data.span, "expected at least one signer, found none");
    }
    Some(Checked)
}
