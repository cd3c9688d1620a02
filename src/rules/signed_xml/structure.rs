//! The parts of a signature, by the schema.

use crate::model::signed_xml::XmlSignature;
use crate::rule;
use crate::rule::Severity::{Inconclusive, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::{Element, Node};
use crate::xmldsig::{DS, SignatureFault};

rule! { XmlSignature =>
    /// The signature does not follow its schema
    ///
    /// Parts are missing, stand twice, stand in another order, or stand where they have no place: a
    /// second SignedInfo, a SignedInfo inside Object, a second DigestValue, no Reference, a part of a
    /// signature among the parameters of an algorithm. A verifier
    /// that searches for parts by name finds another one than a verifier that goes by the schema.
    "signed-xml.signature-malformed": ERROR => signature_malformed,
        clauses: &["CR-4.3.2-03", "AA-2.4-03", "AA-5.3.2.13-24"],
        cites: &[
            cite("XML Signature 1.1", "4.2", Force::Must, "Implementation must generate laxly schema valid … Signature elements"),
            cite("XML Signature 1.1", "4.4", Force::Fact, "SignedInfo includes the canonicalization algorithm, a signature algorithm, and one or more references"),
        ],
        defects: &["SD-151"],
        catalogue: &["DS-01", "DS-04", "DS-05", "DS-07", "DS-11", "DS-21"];

    /// The signature has more parts than are read
    ///
    /// Each reference, and each of its transforms, may go over the whole document: with many of them a small
    /// message costs a verifier hours. etalon reads some sixty of each. Under `standard` a signature with more cannot
    /// be judged; no message of eHealth's has more than a handful.
    "signed-xml.too-many-parts": ERROR.in_standard(Inconclusive) => too_many_parts,
        cites: &[cite("etalon", "budgets", Force::House, "what a message costs is bounded by its size")],
        catalogue: &["DS-07"];

    /// A value is no base64
    ///
    /// DigestValue and SignatureValue hold base64 and white space, nothing else.
    "signed-xml.value-not-base64": ERROR => value_not_base64,
        clauses: &["CR-4.3.2-03", "AA-5.3.2.13-23", "AA-5.3.2.13-24"],
        cites: &[cite("XML Signature 1.1", "4.3", Force::Fact, "encoded using base64")],
        defects: &["SD-22"],
        catalogue: &["DS-02", "DS-04"];

    /// A comment, an instruction or an element stands inside a value
    ///
    /// `<DigestValue><!-- x -->…` canonicalises without the comment, so that the signature is right,
    /// while a reader that takes the first text node sees another digest: signed values must be one
    /// run of text. It is refused under every profile, as the verifiers do that were broken by it.
    "signed-xml.value-interrupted": ERROR => value_interrupted,
        clauses: &["CR-4.3.2-03"],
        cites: &[cite("etalon", "values", Force::House, "a value that is compared is one run of text")],
        catalogue: &["DS-04", "XP-07", "XP-08", "XP-09"];

    /// A comment or an instruction stands in SignedInfo
    ///
    /// No signing software writes one. It is not part of what is signed, and readers disagree on it.
    "signed-xml.signed-info-annotated": ERROR.in_standard(Warning) => signed_info_annotated,
        cites: &[cite("etalon", "values", Force::House, "what is not signed has no place in SignedInfo")],
        catalogue: &["DS-05"];
}

fn signature_malformed(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(&signature.reading.faults, |kind| {
        !matches!(kind, SignatureFault::NotBase64 | SignatureFault::Limit(_))
    });
    let Some(parts) = signature.parts() else { return Some(Checked) };
    // What parameters an algorithm has it says itself, in a namespace of its own.
    let of_references =
        parts.references.iter().flat_map(|it| it.transforms.iter().chain([&it.digest_method]));
    for used in of_references.chain([&parts.method]) {
        let own = match used.element.local() {
            "SignatureMethod" => "HMACOutputLength",
            "Transform" => "XPath",
            _ => "",
        };
        let strange = |it: &Element<'_>| it.namespace() == DS && it.local() != own;
        for child in used.element.elements().filter(strange) {
            let text = format!("expected parameters of the algorithm, found {}", child.name());
            cx.fail(child.path(), child.start_tag(), text);
        }
    }
    Some(Checked)
}

fn too_many_parts(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(&signature.reading.faults, |kind| matches!(kind, SignatureFault::Limit(_)));
    Some(Checked)
}

fn value_not_base64(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    signature.parts()?;
    cx.fail_on(&signature.reading.faults, |kind| matches!(kind, SignatureFault::NotBase64));
    Some(Checked)
}

/// The first child that is no text.
fn interruption(element: Element<'_>) -> Option<(&'static str, crate::base::Span)> {
    element.children().find_map(|child| match child {
        Node::Comment(_, span) => Some(("a comment", span)),
        Node::Instruction(_, span) => Some(("a processing instruction", span)),
        Node::Cdata(_, span) => Some(("a CDATA section", span)),
        Node::Element(element) => Some(("an element", element.span())),
        Node::Text(..) => None,
    })
}

fn value_interrupted(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let digests = parts.references.iter().map(|reference| reference.digest_value);
    let certificates = signature.certificates.iter().map(|given| given.element);
    for element in digests.chain([parts.value_element]).chain(certificates) {
        if let Some((what, span)) = interruption(element) {
            cx.fail(element.path(), span, format!("expected one run of base64, found {what} inside"));
        }
    }
    Some(Checked)
}

fn signed_info_annotated(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let values: Vec<_> = parts.references.iter().map(|reference| reference.digest_value).collect();
    for element in parts.signed_info.descendants().filter(|element| !values.contains(element)) {
        for child in element.children() {
            let (Node::Comment(_, span) | Node::Instruction(_, span)) = child else { continue };
            cx.fail(
                element.path(),
                span,
                "expected elements alone in SignedInfo, found a comment or instruction",
            );
        }
    }
    Some(Checked)
}
