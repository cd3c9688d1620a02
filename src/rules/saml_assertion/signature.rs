//! What is signed, by SAML's narrowing of XML signatures: nothing is read that is not.
//!
//! That a signature verifies at all, and under which algorithms, is judged by `signed-xml`.

use crate::base::Profile;
use crate::model::saml::assertion::Assertion;
use crate::model::saml::protection::{Protection, is_own, is_signable, is_untold};
use crate::model::saml::{ASSERTION_1, ASSERTION_2, PROTOCOL_1, PROTOCOL_2};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::xml::Element;
use crate::xmldsig::ENVELOPED;

rule! { Protection =>
    /// An assertion is not signed
    ///
    /// No signature covers it that verifies, is the assertion's own or that of the message around it, and
    /// was made by somebody who is trusted: by a key of the context's `trust`, or whose certificate leads
    /// there; where no trust is given, by the key that the signature itself names. What an unsigned
    /// assertion says anybody may have written. Where a signature could not be judged, for want of its key
    /// or of an algorithm, that is said instead. Under `standard` the token of a WS-Security header whose
    /// subject is confirmed by the sender alone (sender-vouches) need not be signed by its issuer: the sender's
    /// signature over the message covers it.
    ///
    /// The other findings say what is wrong with the signatures that are there. An assertion that was
    /// put beside the signed one, around it or in its place (XML signature wrapping) is found here.
    "saml-assertion.not-signed": ERROR => not_signed,
        clauses: &["AA-5.3.2-05", "AA-5.3.2.8-01", "AA-5.3.2.10-01"],
        cites: &[
            cite("SAML core 2.0", "5", Force::Should, "A SAML assertion obtained by a SAML relying party from an entity other than the SAML asserting party SHOULD be signed"),
            cite("SAML profiles 2.0", "4.1.4.5", Force::Must, "If the HTTP POST binding is used to deliver the <Response>, the enclosed assertion(s) MUST be signed."),
            cite("WSS SAML Token Profile 1.1", "3.5.2.1", Force::Fact, "the attesting entity uses the sender-vouches confirmation method to assert that it is acting on behalf of the subject"),
            cite("AA cookbook 1.8", "5.3.2.8", Force::Must, "The signature should always be verified before processing the rest of the response"),
        ],
        defects: &["SD-175"],
        catalogue: &["DS-01", "DS-10", "DS-12", "DS-26", "SM-01", "SM-02", "SM-03", "SM-21", "TX-12"];

    /// A signature covers something else than the element it stands in
    ///
    /// SAML's signatures have one Reference, to the identifier of the assertion or message that the
    /// signature is a child of. A signature that refers elsewhere is what wrapping attacks are made with.
    "saml-assertion.signature-of-other": ERROR => signature_of_other,
        clauses: &["AA-5.3.2.8-02", "AA-5.3.2.13-18"],
        cites: &[
            cite("SAML core 2.0", "5.4.2", Force::Must, "Signatures MUST contain a single <ds:Reference> containing a same-document reference to the ID attribute value of the root element"),
        ],
        defects: &["SD-178", "SD-181"],
        catalogue: &["DS-07", "DS-08", "DS-10", "DS-12"];

    /// A signature stands where SAML has none
    ///
    /// Signatures are children of the assertion or message that they sign. One inside of an extension, a
    /// status detail or another signature signs nothing that is read; it is there to be found by a reader
    /// that searches for the first one.
    "saml-assertion.signature-misplaced": ERROR => signature_misplaced,
        clauses: &["AA-5.3.2.10-01"],
        cites: &[cite("SAML core 2.0", "5.4.1", Force::Must, "SAML assertions and protocols MUST use enveloped signatures when signing assertions and protocol messages.")],
        catalogue: &["DS-04", "DS-06", "SM-21"];

    /// A signature leaves something of the message out
    ///
    /// SAML advises the enveloped signature transform and exclusive canonicalisation alone. Transforms that
    /// pick parts of the document (XPath, XSLT) let a signature cover less than the eye sees: a verifier may
    /// refuse them, and this one does. Under `standard` the transform itself is a warning, and what it leaves
    /// unproved is told as not signed.
    "saml-assertion.transform-other": ERROR.in_standard(Warning) => transform_other,
        clauses: &["AA-5.3.2.8-02", "AA-5.3.2.13-19", "AA-5.3.2.13-20", "AA-5.3.2.13-21"],
        cites: &[
            cite("SAML core 2.0", "5.4.4", Force::Should, "Signatures in SAML messages SHOULD NOT contain transforms other than the enveloped signature transform … or the exclusive canonicalization transforms"),
            cite("SAML core 2.0", "5.4.4", Force::May, "Verifiers of signatures MAY reject signatures that contain other transform algorithms as invalid."),
        ],
        catalogue: &["DS-14", "DS-15", "DS-16"];

    /// A signature is not canonicalised exclusively
    ///
    /// Inclusive canonicalisation takes the namespaces of whatever stands around the assertion into the
    /// signature, so that it breaks when the assertion is moved into another message.
    "saml-assertion.canonicalization-inclusive": WARNING => canonicalization_inclusive,
        clauses: &["AA-5.3.2.13-16"],
        cites: &[cite("SAML core 2.0", "5.4.3", Force::Should, "SAML implementations SHOULD use Exclusive Canonicalization")],
        catalogue: &["DS-17"];

    /// An assertion stands where none is read from
    ///
    /// Assertions are children of the response, or quoted in another assertion's Advice. One in an
    /// extension, in the Object of a signature or inside of another assertion is either the genuine one,
    /// moved out of sight, or a forged one for readers that search.
    "saml-assertion.misplaced": ERROR => misplaced,
        clauses: &["AA-5.3.2.13-11"],
        cites: &[cite("etalon", "what you see is what is signed", Force::House, "an element that nobody reads has no place in a signed message")],
        catalogue: &["SM-21", "DS-10", "DS-12"];

    /// What SAML says stands inside of a signature
    ///
    /// Of a signature only SignedInfo is signed: the enveloped signature transform leaves the rest out.
    /// A name, an attribute or a message that is put into its KeyInfo or Object breaks nothing, and is
    /// read by whoever searches the assertion for elements of that name.
    "saml-assertion.hidden-in-signature": ERROR => hidden_in_signature,
        clauses: &["AA-5.3.2.10-01"],
        cites: &[cite("etalon", "what you see is what is signed", Force::House, "an element that nobody reads has no place in a signed message")],
        catalogue: &["SM-21", "DS-10", "DS-06"];
}

fn not_signed(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    // What a service of eHealth takes as a token is signed by its STS.
    let vouching = cx.profile() == Profile::Standard;
    for assertion in protection.assertions.iter().copied() {
        let signed = protection.signs(assertion)
            || protection.is_untold(assertion)
            || (vouching && protection.is_vouched_for(assertion));
        if signed {
            continue;
        }
        let text = "expected a trusted and valid signature over the assertion, found none";
        cx.fail(assertion.path(), assertion.span(), text);
    }
    (!protection.assertions.is_empty()).then_some(Checked)
}

fn signature_of_other(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for signature in protection.signatures {
        let Some(parent) = signature.element().parent().filter(|parent| is_signable(*parent)) else {
            continue;
        };
        met = Some(Checked);
        // What a reference covers is not known where its digest could not be computed.
        let untold = is_untold(signature) && signature.checked.iter().all(|it| it.covered.is_none());
        if !is_own(signature) && !untold {
            let found = match signature.checked.as_slice() {
                [] => "none that can be followed".to_owned(),
                [one] => one.covered.map_or("one that covers no element".to_owned(), |it| {
                    format!("one to {}", it.apex.path())
                }),
                more => format!("{} of them", more.len()),
            };
            let text = format!("expected one reference to {}, found {found}", parent.path());
            cx.fail(signature.element().path(), signature.element().start_tag(), text);
        }
    }
    met
}

fn signature_misplaced(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for signature in protection.signatures {
        met = Some(Checked);
        let Some(parent) = signature.element().parent() else { continue };
        if !is_signable(parent) && parent.local() != "Security" {
            let text =
                format!("expected the signature in an assertion or message, found it in {}", parent.name());
            cx.fail(signature.element().path(), signature.element().start_tag(), text);
        }
    }
    met
}

/// The transforms of the signatures that stand in SAML's own elements.
fn transforms<'a>(protection: &'a Protection<'_>) -> impl Iterator<Item = (Element<'a>, &'a str)> {
    let signatures = protection.signatures.iter();
    let own = signatures.filter(|it| it.element().parent().is_some_and(|parent| is_signable(parent)));
    let parts = own.filter_map(crate::model::signed_xml::XmlSignature::parts);
    let references = parts.flat_map(|parts| &parts.references);
    references.flat_map(|reference| &reference.transforms).map(|it| (it.element, &*it.uri))
}

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE: [&str; 2] =
    ["http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11"];

fn transform_other(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for (element, uri) in transforms(protection) {
        met = Some(Checked);
        let inclusive = INCLUSIVE.iter().any(|it| uri.starts_with(it));
        if uri != ENVELOPED && !uri.starts_with(EXCLUSIVE) && !inclusive {
            let text = format!(
                "expected enveloped-signature and exclusive canonicalisation, found `{}`",
                uri.escape_debug()
            );
            cx.fail(element.path(), element.start_tag(), text);
        }
    }
    met
}

fn canonicalization_inclusive(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let of_signed_info = protection
        .signatures
        .iter()
        .filter(|it| it.element().parent().is_some_and(|parent| is_signable(parent)))
        .filter_map(crate::model::signed_xml::XmlSignature::parts)
        .map(|parts| (parts.canonicalization.element, &*parts.canonicalization.uri));
    let mut met = None;
    for (element, uri) in of_signed_info.chain(transforms(protection)) {
        met = Some(Checked);
        if INCLUSIVE.iter().any(|it| uri.starts_with(it)) {
            cx.fail(
                element.path(),
                element.start_tag(),
                "expected exclusive canonicalisation, found inclusive",
            );
        }
    }
    met
}

fn misplaced(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for assertion in &protection.elsewhere {
        let text = "expected assertions in the response alone, found one elsewhere";
        cx.fail(assertion.path(), assertion.start_tag(), text);
    }
    Some(Checked)
}

fn hidden_in_signature(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for signature in protection.signatures {
        met = Some(Checked);
        let inside = signature.element().descendants().filter(|it| is_saml(*it) && !Assertion::is(*it));
        // What stands in another hidden element is hidden with it.
        for element in inside.filter(|it| it.parent().is_some_and(|parent| !is_saml(parent))) {
            let text = format!("expected nothing of SAML in a signature, found {}", element.name());
            cx.fail(element.path(), element.start_tag(), text);
        }
    }
    met
}

fn is_saml(element: Element<'_>) -> bool {
    [ASSERTION_1, ASSERTION_2, PROTOCOL_1, PROTOCOL_2].contains(&element.namespace())
}
