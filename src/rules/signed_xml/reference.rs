//! References: what they point at, and whether it can be followed.

use crate::model::signed_xml::XmlSignature;
use crate::rule;
use crate::rule::Severity::Inconclusive;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::xmldsig::{Digested, Failure};

rule! { XmlSignature =>
    /// A reference points at nothing
    ///
    /// No element has the identifier that the URI names. Percent-encoding is not undone: an
    /// identifier has nothing to encode.
    "signed-xml.reference-unresolved": ERROR => unresolved,
        clauses: &["CR-4.3.2-03"],
        cites: &[cite("XML Signature 1.1", "4.4.3.3", Force::Fact, "Identifies a node-set containing the element with ID attribute value")],
        defects: &["SD-79"],
        catalogue: &["DS-08"];

    /// A reference points at several elements
    ///
    /// The identifier that it names stands more than once, so that it is anyone's choice which
    /// element was signed.
    "signed-xml.reference-ambiguous": ERROR => ambiguous,
        clauses: &["CR-4.3.2-03"],
        cites: &[cite("XML Signature 1.1", "4.4.3.3", Force::Fact, "the element with ID attribute value")],
        catalogue: &["DS-09", "DS-10", "SM-04"];

    /// A reference points outside of the document
    ///
    /// Nothing is ever fetched: a verifier that follows such a reference reads files and calls
    /// servers of the sender's choice. The signed request carries everything that it signs. Under
    /// `standard` a detached signature is legitimate, and cannot be judged without what it covers.
    "signed-xml.reference-external": ERROR.in_standard(Inconclusive) => external,
        clauses: &["CR-4.3.2-05"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Enveloped Signature")],
        catalogue: &["DS-08", "XP-19"];

    /// A reference uses a pointer that is not followed
    ///
    /// `#id` and the empty URI are followed, and the two XPointers `#xpointer(/)` and
    /// `#xpointer(id('id'))`. A reference without a URI means whatever the application likes.
    "signed-xml.reference-not-judged": ERROR.in_standard(Inconclusive) => not_judged,
        clauses: &["CR-4.3.2-05"],
        cites: &[cite("XML Signature 1.1", "4.4.3.1", Force::Should, "be able to dereference URIs in the HTTP scheme")],
        defects: &["SD-79"],
        catalogue: &["DS-08"];

    /// The digest is not that of what is referenced
    ///
    /// What the reference points at was changed after it was signed: text, an attribute, a namespace
    /// that names use, white space between elements. Or it was canonicalised in another way; to find
    /// out, compare with the canonical bytes that `etalon c14n --id` writes.
    "signed-xml.digest-mismatch": ERROR => digest_mismatch,
        clauses: &["CR-4.3.2-03", "CR-4.3.2-07"],
        cites: &[cite("XML Signature 1.1", "3.2.1", Force::Must, "Compare the generated digest value against DigestValue")],
        catalogue: &["DS-03", "DS-04", "DS-13", "DS-34", "XP-07"];

    /// The digest has the length of another function
    ///
    /// A DigestValue under SHA-256 has 32 bytes, 44 characters. The sample of the Attribute Authority
    /// cookbook has 20, a SHA-1 under another name (SD-22).
    "signed-xml.digest-length": ERROR => digest_length,
        clauses: &["CR-4.3.2-07", "AA-5.3.2.13-23"],
        cites: &[cite("XML Signature 1.1", "4.4.3.6", Force::Fact, "DigestValue is an element that contains the encoded value of the digest")],
        defects: &["SD-22"],
        catalogue: &["DS-23", "SM-30"];

    /// The digest is that of nothing
    ///
    /// The value is the digest of zero bytes. A verifier whose canonicalisation failed and returned
    /// nothing would find it right, whatever the document says.
    "signed-xml.digest-of-nothing": ERROR => digest_of_nothing,
        clauses: &["CR-4.3.2-03"],
        cites: &[cite("XML Signature 1.1", "3.2.1", Force::Fact, "Digest the resulting data object using the DigestMethod")],
        catalogue: &["DS-19"];

    /// What is referenced has no canonical form
    ///
    /// A namespace name in it is a relative reference. Canonical XML makes the operation fail then;
    /// a verifier that goes on digests what was written until there, or nothing.
    "signed-xml.not-canonical": ERROR => not_canonical,
        clauses: &["CR-4.3.2-09"],
        cites: &[cite("Canonical XML 1.0", "2.1", Force::Must, "implementations of XML canonicalization MUST report an operation failure on documents containing relative namespace URIs")],
        catalogue: &["DS-19", "DS-20"];
}

/// Reports every reference whose digest failed in a way that `is` has a message for.
fn failures(
    signature: &XmlSignature<'_>,
    cx: &mut Cx<'_>,
    is: impl Fn(&Failure) -> Option<String>,
) -> Option<Checked> {
    let parts = signature.parts()?;
    for checked in &signature.checked {
        if let Digested::Not(failure) = &checked.digested
            && let Some(message) = is(failure)
        {
            let element = parts.references[checked.index].element;
            cx.fail(element.path(), element.start_tag(), message);
        }
    }
    Some(Checked)
}

fn unresolved(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    failures(signature, cx, |failure| match failure {
        Failure::Unresolved(uri) => {
            Some(format!("expected an element with the identifier of `{}`, found none", uri.escape_debug()))
        }
        _ => None,
    })
}

fn ambiguous(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    failures(signature, cx, |failure| match failure {
        Failure::Ambiguous(uri) => Some(format!(
            "expected one element with the identifier of `{}`, found several",
            uri.escape_debug()
        )),
        _ => None,
    })
}

fn external(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    failures(signature, cx, |failure| match failure {
        Failure::External(uri) => {
            Some(format!("expected a reference into the document, found `{}`", uri.escape_debug()))
        }
        _ => None,
    })
}

fn not_judged(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    failures(signature, cx, |failure| match failure {
        Failure::PointerUnsupported(uri) => {
            Some(format!("expected a reference `#id`, found {}", uri.escape_debug()))
        }
        _ => None,
    })
}

fn digest_mismatch(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    for checked in &signature.checked {
        let reference = &parts.references[checked.index];
        if let Digested::Differs(digest) = &checked.digested
            && reference.digest.as_ref().is_some_and(|given| given.len() == digest.as_bytes().len())
        {
            let found = data_encoding::BASE64.encode(digest.as_bytes());
            let given = reference.digest_value.text();
            let message =
                format!("expected content with the digest {}, found content with {found}", given.trim());
            cx.fail(reference.digest_value.path(), reference.digest_value.content(), message);
        }
    }
    Some(Checked)
}

fn digest_length(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    for checked in &signature.checked {
        let reference = &parts.references[checked.index];
        if let (Digested::Differs(digest), Some(given)) = (&checked.digested, &reference.digest)
            && given.len() != digest.as_bytes().len()
        {
            let message = format!(
                "expected {} bytes of {}, found {}",
                digest.as_bytes().len(),
                digest.hash(),
                given.len()
            );
            cx.fail(reference.digest_value.path(), reference.digest_value.content(), message);
        }
    }
    Some(Checked)
}

fn digest_of_nothing(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    for (reference, checked) in parts.references.iter().zip(&signature.checked) {
        // An empty object may be signed as it is: then the digest is right. What filters select may
        // be nothing, too.
        let wrong =
            matches!(checked.digested, Digested::Differs(_) | Digested::Not(Failure::NotCanonical(_)));
        let Some(given) = reference.digest.as_ref().filter(|_| wrong) else { continue };
        let hash = crate::crypto::names::xmldsig::digest(&reference.digest_method.uri);
        if hash.is_some_and(|hash| crate::crypto::digest(hash, b"").as_bytes() == given.as_slice()) {
            let element = reference.digest_value;
            cx.fail(
                element.path(),
                element.content(),
                "expected the digest of the content, found that of nothing",
            );
        }
    }
    Some(Checked)
}

fn not_canonical(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    failures(signature, cx, |failure| match failure {
        Failure::NotCanonical(error) => Some(error.to_string()),
        _ => None,
    })
}
