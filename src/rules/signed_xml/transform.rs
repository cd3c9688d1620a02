//! Transforms: those that are done, and in which order.

use crate::model::signed_xml::XmlSignature;
use crate::rule;
use crate::rule::Severity::Inconclusive;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::xmldsig::reference::is_filter;
use crate::xmldsig::{Digested, ENVELOPED, Failure};

rule! { XmlSignature =>
    /// A transform is not on the list
    ///
    /// Only the enveloped signature transform, canonicalisation and base64 are done. XSLT runs the
    /// sender's program in the verifier; XPath filters sign what is left after a selection, so that
    /// nobody can say what was signed. The STR transform puts a token in the place of its reference, for which
    /// the token must be at hand: give it as an intermediate. Under `standard` such a signature cannot be judged; under the
    /// profiles of eHealth it is wrong.
    "signed-xml.transform-not-judged": ERROR.in_standard(Inconclusive) => transform_not_judged,
        clauses: &["CR-4.3.2-05", "CR-4.3.2-09"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Enveloped Signature; \u{201c}Exclusive\u{201d} CanonicalizationMethod for the Reference element")],
        defects: &["SD-78"],
        catalogue: &["DS-14", "DS-15", "DS-16", "DS-17"];

    /// The transforms stand in an order that cannot work
    ///
    /// Canonicalisation makes bytes of nodes, of which the enveloped signature transform can take no
    /// signature out any more, and another canonicalisation needs a document. The enveloped signature
    /// transform comes first, canonicalisation last.
    "signed-xml.transform-order": ERROR => transform_order,
        clauses: &["CR-4.3.2-05"],
        cites: &[cite("XML Signature 1.1", "6.6.4", Force::Must, "may only be applied to a node-set from its parent XML document")],
        defects: &["SD-78"],
        catalogue: &["DS-14"];

    /// What a transform decodes is no base64
    ///
    /// The base64 transform digests what the text decodes to. Text that does not decode has no digest,
    /// and the reference verifies nothing.
    "signed-xml.transform-not-base64": ERROR => transform_not_base64,
        cites: &[cite("XML Signature 1.1", "6.6.2", Force::Fact, "decoded by the algorithm")],
        catalogue: &["DS-16"];

    /// The enveloped signature transform takes nothing out
    ///
    /// The element that is referenced does not hold the signature. The transform changes nothing, and
    /// the signature says that it is enveloped in something that it is not in.
    "signed-xml.enveloped-transform-idle": ERROR.in_standard(crate::rule::Severity::Warning) => enveloped_transform_idle,
        clauses: &["CR-4.3.2-05"],
        cites: &[cite("XML Signature 1.1", "6.6.4", Force::Fact, "removes the whole Signature element containing T from the digest calculation of the Reference element containing T")],
        catalogue: &["DS-10", "DS-31"];
}

fn transform_not_judged(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    for transform in parts.references.iter().flat_map(|reference| &reference.transforms) {
        if is_filter(transform) {
            let message = format!(
                "expected the enveloped signature transform or canonicalisation, found `{}`",
                transform.uri.escape_debug()
            );
            cx.fail(transform.element.path(), transform.element.start_tag(), message);
        }
    }
    for checked in &signature.checked {
        let reference = &parts.references[checked.index];
        let failed = matches!(checked.digested, Digested::Not(Failure::TransformUnsupported(_)));
        if failed && !reference.transforms.iter().any(is_filter) {
            let text = "expected a token that can be put in the place of its reference, found none at hand";
            cx.fail(reference.element.path(), reference.element.start_tag(), text);
        }
    }
    Some(Checked)
}

fn transform_order(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    for checked in &signature.checked {
        if let Digested::Not(Failure::TransformOrder(uri)) = &checked.digested {
            let element = parts.references[checked.index].element;
            let message = format!("expected nodes as the input of `{}`, found bytes", uri.escape_debug());
            cx.fail(element.path(), element.start_tag(), message);
        }
    }
    Some(Checked)
}

fn transform_not_base64(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let decodes = |checked: &&crate::xmldsig::Checked<'_>| {
        let transforms = &parts.references[checked.index].transforms;
        transforms.iter().any(|transform| transform.uri == crate::xmldsig::BASE64)
    };
    let mut applies = None;
    for checked in signature.checked.iter().filter(decodes) {
        applies = Some(Checked);
        if checked.digested == Digested::Not(Failure::NotBase64) {
            let element = parts.references[checked.index].element;
            cx.fail(
                element.path(),
                element.start_tag(),
                "expected base64 text to decode, found something else",
            );
        }
    }
    applies
}

fn enveloped_transform_idle(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    for checked in &signature.checked {
        let reference = &parts.references[checked.index];
        let Some(transform) = reference.transforms.iter().find(|transform| transform.uri == ENVELOPED) else {
            continue;
        };
        if checked.covered.is_some_and(|covered| covered.without.is_none()) {
            cx.fail(
                transform.element.path(),
                transform.element.start_tag(),
                "expected a reference to an element around the signature, found one to another element",
            );
        }
    }
    Some(Checked)
}
