//! The encoding: BER outside, DER where RFC 5652 asks for it.

use super::signer;
use crate::base::Budget;
use crate::model::cms::Cms;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::der::{DerFault, walk};

rule! { Cms =>
    /// The bytes are not the BER of a SignedData
    ///
    /// A CMS message is BER (X.690): every value a tag, a length and its contents, an indefinite
    /// length closed by two zero bytes, the parts of a SignedData in their order. The finding says
    /// where reading stopped, or what stands there that BER does not allow.
    ///
    /// Where reading stopped the artefact is unreadable. A truncated download, text around the
    /// message and base64 that was not decoded are the usual causes.
    "cms.encoding-malformed": ERROR => encoding_malformed,
        clauses: &["ED-5.2.1.2-14"],
        cites: &[
            cite("RFC 5652", "5.1", Force::Fact, "SignedData ::= SEQUENCE { version CMSVersion, …"),
            cite("X.690", "8.1.5", Force::Must, "The end-of-contents octets shall be present if the length is encoded as specified in 8.1.3.6"),
        ],
        catalogue: &["CM-01", "CM-08", "ET-26"];

    /// Bytes follow the message
    ///
    /// A message is one value. What follows it is covered by no signature, and readers disagree:
    /// some stop at the end of the value, others refuse the whole.
    ///
    /// RFC 5652 has no sentence on it; it is an error because two readers must not see two messages,
    /// and a warning under `field`.
    "cms.bytes-trailing": ERROR.in_field(Warning) => bytes_trailing,
        cites: &[cite("RFC 5652", "3", Force::Fact, "The syntax MUST have ASN.1 type ContentInfo")],
        catalogue: &["CM-01"];

    /// The signed attributes are not DER
    ///
    /// The signature covers the DER encoding of the signed attributes, and they must be sent in DER
    /// even where the rest of the message is BER: a SET OF in ascending order, definite and minimal
    /// lengths, a time to the second. Verifiers that do not encode them anew compute another hash.
    ///
    /// Under `standard` it is a warning: RFC 5652 has verifiers encode the attributes anew, so that
    /// what a signature is worth does not depend on it.
    "cms.signed-attributes-not-der": ERROR.in_standard(Warning).in_field(Note) => signed_attributes_not_der,
        cites: &[cite("RFC 5652", "5.3", Force::Must, "SignedAttributes MUST be DER encoded, even if the rest of the structure is BER encoded.")],
        catalogue: &["CM-03"];
}

/// The values of an attribute that are looked into: what has more is left alone, so that memory stays
/// within a multiple of the input.
const OF_VALUES: Budget = Budget { nodes: 4_000, ..Budget::JUDGE };

fn encoding_malformed(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(&cms.faults, |kind| !kind.is_ber() && !matches!(kind, DerFault::Trailing(_)));
    Some(Checked)
}

fn bytes_trailing(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cms.signed_data.as_ref()?;
    cx.fail_on(&cms.faults, |kind| matches!(kind, DerFault::Trailing(_)));
    Some(Checked)
}

fn signed_attributes_not_der(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref()?;
    data.signers.iter().find(|signer| signer.signed_attributes.is_some())?;
    // Departures from DER are faults in the signed attributes only: the rest is read as BER.
    cx.fail_on(&cms.faults, DerFault::is_ber);
    for (index, it) in data.signers.iter().enumerate() {
        for attribute in it.signed_attributes.iter().flat_map(|all| &all.all) {
            // The sets themselves were read by the rules of DER: what is in them was not looked into.
            let values = walk(attribute.values, &OF_VALUES);
            if values.faults.iter().any(|fault| fault.kind.is_ber()) {
                cx.fail(
                    format!("{}.signedAttrs", signer(index)),
                    attribute.span,
                    format!("expected the value of {} in DER, found it in BER", attribute.oid),
                );
            }
        }
    }
    Some(Checked)
}
