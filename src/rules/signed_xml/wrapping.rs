//! Signature wrapping, where XML Signature alone is asked: a double of what was signed stands where the
//! message is read.

use crate::model::signed_xml::XmlSignature;
use crate::rule;
use crate::rule::{Artefact, Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::Element;

/// What a document is about, beside all of its signatures.
#[derive(Debug)]
pub(crate) struct Payload<'m> {
    /// The root, or what a SOAP Body holds.
    pub(crate) element: Element<'m>,
    pub(crate) signatures: &'m [XmlSignature<'m>],
}

impl Artefact for Payload<'static> {
    type Model<'a> = Payload<'a>;
}

rule! { Payload =>
    /// What was signed is a double of the message
    ///
    /// No signature covers the element that the message is about, the root or what the SOAP Body holds;
    /// one covers another element of the same name. This is signature wrapping: the genuine element was
    /// moved aside, where the verifier finds it by its identifier, and a forged one stands in its place.
    ///
    /// XML Signature lets a document hold a signed element anywhere, so that every digest is right here.
    /// A consumer must read from the element that the verifier hands out, and from nowhere else. Under the
    /// profiles of eHealth the rule is narrower: the payload is covered (signed-xml.payload-not-covered).
    "signed-xml.signed-apart": ERROR.not_in_cookbook().not_in_field() => signed_apart,
        cites: &[cite("XML Signature 1.1", "8.1.3", Force::Should, "should operate over the data that was transformed (including canonicalization) and signed")],
        catalogue: &["DS-10", "DS-11", "DS-12"];
}

fn signed_apart(payload: &Payload<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let message = payload.element;
    let covered = || {
        let all = payload.signatures.iter().flat_map(|signature| &signature.checked);
        all.filter_map(|checked| checked.covered)
    };
    covered().next()?;
    if covered().any(|covered| covered.covers(message)) {
        return Some(Checked);
    }
    if let Some(double) = covered().find(|it| it.apex.is(message.namespace(), message.local())) {
        let text = format!(
            "expected a signature over {}, found one over its double {}",
            message.path(),
            double.apex.path()
        );
        cx.fail(message.path(), message.start_tag(), text);
    }
    Some(Checked)
}
