//! The document as a whole: whether it is signed, how often, and whether its identifiers are good.

use crate::model::signed_xml::SignedXml;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::Element;
use crate::xmldsig::DS;

rule! { SignedXml =>
    /// The document has no signature
    ///
    /// No `Signature` in the namespace `http://www.w3.org/2000/09/xmldsig#` stands anywhere in it. A
    /// consumer that takes "nothing failed" for "signed" accepts anything.
    ///
    /// Sign the request element; the prefix does not matter, the namespace does.
    "signed-xml.unsigned": ERROR => unsigned,
        clauses: &["CR-4.3.1-01", "CR-4.3.2-02"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "All signatures require the use of an XML Signature in the body of the message")],
        catalogue: &["DS-01"];

    /// The document has more than one signature
    ///
    /// A signed request has one enveloped signature. With two, a verifier and a consumer may each
    /// look at a different one, and the evil one rides on the valid one.
    "signed-xml.signature-repeated": ERROR.not_in_standard() => signature_repeated,
        clauses: &["CR-4.3.2-04"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "must use the following configuration: Enveloped Signature")],
        catalogue: &["DS-06", "DS-10"];

    /// Two elements have the same identifier
    ///
    /// `Id`, `ID`, `AssertionID`, `wsu:Id` and `xml:id` share one space: a reference `#x` must point
    /// at one element, whichever of them holds the `x`. With two, the verifier digests one and the
    /// consumer reads the other; this is how most signature wrapping begins. An identifier that no
    /// reference uses is a warning under `standard`.
    "signed-xml.id-duplicated": ERROR => id_duplicated,
        clauses: &["CR-4.3.2-03"],
        cites: &[cite("XML Signature 1.1", "2", Force::Fact, "no subsequent collisions that violate the ID uniqueness validity constraint")],
        catalogue: &["DS-09", "XP-20"];

    /// Two elements have the same identifier, and no reference uses it
    ///
    /// No signature depends on it, but identifiers are identifiers: the next reader of the document
    /// may be less careful.
    "signed-xml.id-reused": ERROR.in_standard(Warning) => id_reused,
        cites: &[cite("XML 1.0 (5th edition)", "3.3.1", Force::Must, "A name MUST NOT appear more than once in an XML document as a value of this type")],
        catalogue: &["XP-20"];
}

fn unsigned(signed: &SignedXml<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if signed.readings.readings.is_empty() {
        let root = signed.document.root();
        let stray = root.descendants().find(|element| element.local() == "Signature");
        let finding = cx.fail(root.path(), root.start_tag(), "expected a ds:Signature, found none");
        if let Some(stray) = stray {
            finding.hint(format!(
                "{} is in the namespace `{}`; a signature is in `{DS}`",
                stray.path(),
                stray.namespace().escape_debug()
            ));
        }
    }
    Some(Checked)
}

fn signature_repeated(signed: &SignedXml<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (_, others) = signed.readings.readings.split_first()?;
    for other in others {
        cx.fail(other.element.path(), other.element.start_tag(), "expected one signature, found another one");
    }
    Some(Checked)
}

/// Whether a reference of any signature points at `id`.
fn is_used(signed: &SignedXml<'_>, id: &str) -> bool {
    let references = signed
        .readings
        .readings
        .iter()
        .filter_map(|reading| reading.parts.as_ref())
        .flat_map(|parts| &parts.references);
    references.filter_map(|reference| reference.uri.as_deref()).any(|uri| {
        uri.strip_prefix('#') == Some(id)
            || uri.contains(&format!("'{id}'"))
            || uri.contains(&format!("\"{id}\""))
    })
}

fn duplicates(signed: &SignedXml<'_>, cx: &mut Cx<'_>, used: bool) -> Checked {
    const TOLD: usize = 32;
    let ids = &signed.readings.ids;
    for (id, element, attribute) in ids.duplicates().filter(|(id, ..)| is_used(signed, id) == used).take(TOLD)
    {
        let first = ids.first(id).map(Element::path).unwrap_or_default();
        cx.fail(
            format_args!("{}/@{}", element.path(), attribute.name()),
            attribute.span(),
            format!("expected an identifier of its own, found the one of {first}"),
        );
    }
    Checked
}

fn id_duplicated(signed: &SignedXml<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    Some(duplicates(signed, cx, true))
}

fn id_reused(signed: &SignedXml<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    Some(duplicates(signed, cx, false))
}
