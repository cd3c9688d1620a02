//! Countersignatures: signatures over the signature of a signer (RFC 5652 11.4).

use super::attributes::attributed;
use super::signer;
use crate::model::cms::{COUNTERSIGNATURE, Cms, Signature, SignerCheck};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Cms =>
    /// A countersignature stands among the signed attributes
    ///
    /// It is a signature over the signature, and so can only be there after it. What is said to be one
    /// inside the signed bytes cannot be.
    "cms.countersignature-signed": ERROR => countersignature_signed,
        cites: &[cite(
            "RFC 5652", "11.4", Force::Must,
            "The countersignature attribute MUST be an unsigned attribute; it MUST NOT be a signed attribute",
        )],
        catalogue: &["CM-03"];

    /// A countersignature does not hold
    ///
    /// It is a SignerInfo over the octets of the signature that it stands at: it verifies, its messageDigest
    /// is the hash of those octets, and it has no contentType, since a signature is no content.
    ///
    /// Nobody signs the unsigned attributes, so that anybody can add a false one: it proves nothing, and
    /// takes nothing from the signature that it stands at. So it is a warning. Time stamps of Authenticode
    /// bear a contentType.
    "cms.countersignature-invalid": WARNING => countersignature_invalid,
        cites: &[
            cite("RFC 5652", "11.4", Force::Fact, "the message digest is computed over the octets comprising the value of the OCTET STRING"),
            cite("RFC 5652", "11.4", Force::Must, "The signedAttributes field MUST NOT contain a content-type attribute; there is no content type for countersignatures."),
        ],
        catalogue: &["CM-04"];
}

fn countersignature_signed(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (index, _, attributes) in attributed(cms)? {
        for found in attributes.of(COUNTERSIGNATURE) {
            cx.fail(
                format!("{}.signedAttrs", signer(index)),
                found.span,
                "expected a countersignature among the unsigned attributes, found it among the signed",
            );
        }
    }
    Some(Checked)
}

/// What is wrong with a countersignature.
fn problem(check: Option<&SignerCheck>) -> Option<&'static str> {
    let Some(check) = check else { return Some("expected a SignerInfo, found another value") };
    if check.content_type_matches.is_some() {
        return Some("expected no contentType of a countersignature, found one");
    }
    if check.hash.is_some() && check.signs_attributes && check.digest_matches != Some(true) {
        return Some("expected messageDigest to be the hash of the signature, found it not to be");
    }
    match check.signature {
        Signature::Invalid | Signature::KeyMismatch(_) => {
            Some("expected a countersignature that verifies, found one that does not")
        }
        Signature::Verified | Signature::NoContent | Signature::NoCertificate | Signature::Unsupported(_) => {
            None
        }
    }
}

fn countersignature_invalid(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cms.checks.iter().find(|check| !check.countersignatures.is_empty())?;
    for (index, (it, check)) in cms.signers().enumerate() {
        for check in &check.countersignatures {
            if let Some(problem) = problem(check.as_ref()) {
                let span = it.unsigned_attributes.as_ref().map_or(it.span, |all| all.span);
                cx.fail(format!("{}.unsignedAttrs", signer(index)), span, problem);
            }
        }
    }
    Some(Checked)
}
