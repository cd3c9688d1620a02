//! What is signed is what is read: where the signature stands, and what it covers.

use crate::model::signed_xml::XmlSignature;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { XmlSignature =>
    /// The signature is not enveloped
    ///
    /// It stands outside of what it signs (detached), or holds what it signs (enveloping). The request
    /// element holds the signature that covers it.
    "signed-xml.not-enveloped": ERROR.not_in_standard() => not_enveloped,
        clauses: &[
            "CR-4.3.1-01", "CR-4.3.2-05", "CR-4.3.4-37", "CR-4.3.4-51", "CR-4.3.4.5.1-16",
            "CR-4.3.4.7.1-07", "CR-4.3.4.9.1-04", "CR-4.3.5.1.1-06"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Enveloped Signature")],
        catalogue: &["DS-10", "DS-31"];

    /// What the message says is not what was signed
    ///
    /// The reference covers another element than the one that the message is about: the root, or what
    /// the SOAP Body holds. This is signature wrapping: the genuine element and its signature were
    /// moved aside, where the verifier finds them by identifier, and another element stands where the
    /// consumer reads.
    ///
    /// A consumer must read from the element that the verifier hands out, and from nowhere else.
    "signed-xml.payload-not-covered": ERROR.not_in_standard() => payload_not_covered,
        clauses: &["CR-4.3.2-02", "CR-4.3.2-05", "CR-4.3.4.7.1-07", "CR-4.3.6.2-03", "CR-4.3.6.4.1-05"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "the use of an XML Signature in the body of the message")],
        catalogue: &["DS-07", "DS-08", "DS-10", "DS-11", "DS-12", "DS-13"];

    /// Only a part of the element around the signature is signed
    ///
    /// The signature stands in an element that has an identifier, and covers another child of that
    /// element, not the element: its attributes and other children can be changed at will.
    "signed-xml.part-signed": ERROR => part_signed,
        clauses: &["CR-4.3.4.7.1-07"],
        cites: &[cite("XML Signature 1.1", "8.1.1", Force::Fact, "signatures over a transformed document do not secure any information discarded by transforms: only what is signed is secure")],
        catalogue: &["DS-07", "DS-10"];

    /// The signature is not a child of the element that it covers
    ///
    /// It stands deeper in it, inside another element. A consumer that looks for the signature where
    /// the schema has it finds none, or another one.
    "signed-xml.signature-misplaced": ERROR.not_in_standard() => signature_misplaced,
        clauses: &["CR-4.3.2-05"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Enveloped Signature")],
        catalogue: &["DS-06", "DS-10", "DS-12"];
}

fn not_enveloped(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let element = signature.element();
    let mut apexes =
        signature.checked.iter().filter_map(|checked| checked.covered).map(|covered| covered.apex);
    let first = apexes.next()?;
    if ![first].into_iter().chain(apexes).any(|apex| apex != element && apex.contains(element)) {
        let shape = if element.contains(first) { "an enveloping" } else { "a detached" };
        let message = format!("expected an enveloped signature, found {shape} one");
        cx.fail(parts.references[0].element.path(), parts.references[0].element.start_tag(), message);
    }
    Some(Checked)
}

fn payload_not_covered(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let subject = signature.subject?;
    let covered: Vec<_> = signature.checked.iter().filter_map(|checked| checked.covered).collect();
    let first = covered.first()?;
    if !covered.iter().any(|covered| covered.covers(subject)) {
        let message = format!(
            "expected a reference that covers {}, found one that covers {}",
            subject.path(),
            first.apex.path()
        );
        cx.fail(parts.references[0].element.path(), parts.references[0].element.start_tag(), message);
    }
    Some(Checked)
}

fn part_signed(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let parent = signature.element().parent()?;
    if !parent
        .attributes()
        .any(|attribute| signature.ids.lookup(&attribute.value()) == crate::xmldsig::Lookup::One(parent))
    {
        return None;
    }
    let covered: Vec<_> = signature.checked.iter().filter_map(|checked| checked.covered).collect();
    let part = |apex| parent != apex && parent.contains(apex) && !signature.element().contains(apex);
    if !covered.is_empty() && covered.iter().all(|covered| part(covered.apex)) {
        let reference = parts.references[0].element;
        let message =
            format!("expected a reference that covers {}, found one that covers a part of it", parent.path());
        cx.fail(reference.path(), reference.start_tag(), message);
    }
    Some(Checked)
}

fn signature_misplaced(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let element = signature.element();
    let around: Vec<_> = signature
        .checked
        .iter()
        .filter_map(|checked| checked.covered)
        .map(|covered| covered.apex)
        .filter(|apex| *apex != element && apex.contains(element))
        .collect();
    let innermost = around.last()?;
    if element.parent() != Some(*innermost) && !around.contains(&element.parent()?) {
        let message = format!("expected the signature as a child of {}, found it deeper", innermost.path());
        cx.fail(element.path(), element.start_tag(), message);
    }
    Some(Checked)
}
