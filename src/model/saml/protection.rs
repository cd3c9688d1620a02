//! Which elements of a SAML document are signed, by SAML's own narrowing of XML signatures.

use super::assertion::Assertion;
use super::response::Response;
use super::{PROTOCOL_1, PROTOCOL_2};
use crate::model::signed_xml::XmlSignature;
use crate::model::xml_signing_key::Value;
use crate::model::xml_trust::Trust;
use crate::rule::Artefact;
use crate::wire::xml::Element;
use crate::xmldsig::{Checked, Digested, Failure, Method, Signature, ValueError};

/// The signatures of a SAML document, and what would be read from it.
#[derive(Debug)]
pub(crate) struct Protection<'m> {
    /// The message, or the assertion that came by itself.
    #[expect(dead_code, reason = "part of what it is; no rule asks for it yet")]
    pub(crate) message: Element<'m>,
    /// The assertions that are read.
    pub(crate) assertions: Vec<Element<'m>>,
    /// The assertions that stand where none is read from.
    pub(crate) elsewhere: Vec<Element<'m>>,
    /// Whether an assertion is encrypted.
    #[expect(dead_code, reason = "part of what it is; no rule asks for it yet")]
    pub(crate) encrypted: Option<Element<'m>>,
    /// Every signature of the document.
    pub(crate) signatures: &'m [XmlSignature<'m>],
}

impl Artefact for Protection<'static> {
    type Model<'a> = Protection<'a>;
}

impl<'m> Protection<'m> {
    /// The protection of a response.
    pub(crate) fn of(response: &Response<'m>, root: Element<'m>, signatures: &'m [XmlSignature<'m>]) -> Self {
        let assertions: Vec<_> = response.assertions.iter().map(|assertion| assertion.element).collect();
        Self {
            message: response.element,
            elsewhere: strays(root, &assertions),
            assertions,
            encrypted: response.encrypted.first().copied(),
            signatures,
        }
    }

    /// The protection of an assertion that came by itself.
    pub(crate) fn of_assertion(
        element: Element<'m>,
        root: Element<'m>,
        signatures: &'m [XmlSignature<'m>],
    ) -> Self {
        Self {
            message: element,
            assertions: vec![element],
            elsewhere: strays(root, &[element]),
            encrypted: None,
            signatures,
        }
    }

    /// Whether a signature of `element`, or of the message around it, cannot be judged, and is right as
    /// far as can be told.
    pub(crate) fn is_untold(&self, element: Element<'m>) -> bool {
        self.signatures.iter().filter(|signature| is_untold(signature)).any(|signature| {
            let parent = signature.element().parent().filter(|parent| is_signable(*parent));
            let covered =
                signature.checked.iter().all(|it| it.covered.is_none_or(|it| Some(it.apex) == parent));
            covered && parent.is_some_and(|parent| parent.contains(element))
        })
    }

    /// Whether everything in `element` is signed by somebody who is trusted, or by whoever where the
    /// caller named no anchors.
    pub(crate) fn signs(&self, element: Element<'m>) -> bool {
        self.signatures
            .iter()
            .any(|signature| is_trusted(signature) && is_own(signature) && signature.signed(element))
    }

    /// Whether the sender of the message around it vouches for `element`: it stands as a token in the
    /// header, every way to confirm its subject is that somebody vouches for it, and a signature of the
    /// same header covers it, as far as can be told.
    pub(crate) fn is_vouched_for(&self, element: Element<'m>) -> bool {
        let Some(token) = Assertion::read(element).filter(Assertion::is_token) else { return false };
        let mut confirmations = token.subjects.iter().flat_map(|subject| &subject.confirmations).peekable();
        if confirmations.peek().is_none() || !confirmations.all(|it| it.kind() == "sender-vouches") {
            return false;
        }
        let beside = self.signatures.iter().filter(|it| it.element().parent() == element.parent());
        beside
            .filter(|it| it.covers(element))
            .any(|signature| (is_trusted(signature) && signature.is_valid()) || is_untold(signature))
    }
}

/// Whether the signer is trusted, or nobody was named to trust.
fn is_trusted(signature: &XmlSignature<'_>) -> bool {
    match signature.trust {
        Trust::Direct | Trust::Path(_) | Trust::NoAnchors => true,
        Trust::NotAsked | Trust::None(_) => false,
    }
}

/// Whether nothing speaks against a signature but that it cannot be judged here: its key is not at hand,
/// or an algorithm is not done. Which of it, `signed-xml` says.
pub(crate) fn is_untold(signature: &XmlSignature<'_>) -> bool {
    // What is no signature method at all, or is none by its parameters, is wrong and not unknown.
    let method = signature.parts().map(Signature::method);
    if matches!(method, None | Some(Method::Digest(_) | Method::Malformed(_))) {
        return false;
    }
    let untold = matches!(signature.value, Value::NoKey | Value::Fails(ValueError::Unsupported(_)));
    let hash =
        |checked: &Checked<'_>| matches!(checked.digested, Digested::Not(Failure::DigestUnsupported(_)));
    let right = |checked| hash(checked) || checked.digested == Digested::Matches;
    let verified = matches!(signature.value, Value::Verified(_));
    !signature.checked.is_empty()
        && signature.checked.iter().all(right)
        && (untold || (verified && signature.checked.iter().any(hash)))
}

/// Whether the one reference of a signature covers the element that the signature is a child of: what
/// SAML core 5.4.2 allows.
pub(crate) fn is_own(signature: &XmlSignature<'_>) -> bool {
    let [checked] = signature.checked.as_slice() else { return false };
    let parent = signature.element().parent();
    checked.covered.is_some_and(|covered| Some(covered.apex) == parent && is_signable(covered.apex))
}

/// Whether SAML signs elements of this kind: assertions, and the messages of its protocol.
pub(crate) fn is_signable(element: Element<'_>) -> bool {
    let is_message = matches!(element.namespace(), PROTOCOL_1 | PROTOCOL_2)
        && !matches!(element.local(), "Status" | "StatusCode" | "StatusDetail" | "Extensions");
    Assertion::is(element) || is_message
}

/// The assertions under `root` that are none of `read`, nor quoted by one of them as advice or evidence.
fn strays<'m>(root: Element<'m>, read: &[Element<'m>]) -> Vec<Element<'m>> {
    let quoted = |element: Element<'m>| {
        element.parent().is_some_and(|parent| matches!(parent.local(), "Advice" | "Evidence"))
    };
    let all = root.descendants().filter(|element| Assertion::is(*element));
    // The token of a WS-Security header is judged with that header.
    let token = |element: Element<'m>| element.parent().is_some_and(|parent| parent.local() == "Security");
    all.filter(|element| !read.contains(element) && !quoted(*element) && !token(*element)).collect()
}
