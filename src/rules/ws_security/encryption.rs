//! What was encrypted after it was signed: nothing is decrypted here, so that its digest cannot be told.

use crate::model::signed_xml::XmlSignature;
use crate::model::soap::WSSE;
use crate::wire::xml::Element;
use crate::xmldsig::{Digested, Failure};

/// XML Encryption.
pub(super) const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

/// Whether the element is one that XML Encryption puts in the place of what it encrypts.
pub(super) fn is_data(element: Element<'_>) -> bool {
    element.is(XENC, "EncryptedData")
}

/// Puts aside the digests of what a receiver decrypts before it verifies the signature. A receiver goes
/// through the header from its start: what is encrypted by an element in front of the signature is in clear
/// again when its turn comes.
pub(super) fn put_aside(signatures: &mut [XmlSignature<'_>]) {
    for signature in signatures.iter_mut().filter(|it| is_behind_a_key(it.element())) {
        for checked in &mut signature.checked {
            let hidden = match &checked.digested {
                Digested::Differs(_) => checked.covered.is_some_and(|it| it.apex.descendants().any(is_data)),
                // The whole element was encrypted, with its identifier.
                Digested::Not(Failure::Unresolved(_)) => true,
                Digested::Matches | Digested::Not(_) => false,
            };
            if hidden {
                checked.digested = Digested::Not(Failure::Encrypted);
            }
        }
    }
}

/// Whether the signature stands in a Security header, behind an element that says what is encrypted.
fn is_behind_a_key(signature: Element<'_>) -> bool {
    let Some(header) = signature.parent().filter(|it| it.is(WSSE, "Security")) else { return false };
    let mut before = header.elements().take_while(|it| *it != signature);
    let encrypts =
        before.any(|it| it.is(XENC, "EncryptedKey") || it.is(XENC, "ReferenceList") || is_data(it));
    encrypts && signature.document().root().descendants().any(is_data)
}
