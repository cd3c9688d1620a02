//! The signature of a message, as the Basic Security Profile narrows it.

use super::encryption::is_data;
use crate::model::signed_xml::XmlSignature;
use crate::model::soap::WSSE;
use crate::model::ws_security::WsSecurity;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::xml::Element;
use crate::xmldsig::token::STR_TRANSFORM;
use crate::xmldsig::{DS, ENVELOPED};

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const FILTER: &str = "http://www.w3.org/2002/06/xmldsig-filter2";
const ATTACHMENT: &str = "http://docs.oasis-open.org/wss/oasis-wss-SwAProfile-1.1#Attachment-";

rule! { WsSecurity =>
    /// The message is not signed
    ///
    /// The Security header has no signature.
    "ws-security.not-signed": ERROR => not_signed,
        clauses: &["AA-5.1.1-06", "AA-5.3.1-03"],
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "The signature with the certificate of")],
        defects: &["SD-160"],
        catalogue: &["DS-01", "SO-10"];

    /// The signature holds what it signs
    ///
    /// An enveloping signature hides the content inside of the header.
    /// Under `standard` it is a warning: WS-Security says SHOULD NOT.
    "ws-security.signature-enveloping": ERROR.in_standard(Warning) => signature_enveloping,
        cites: &[cite("WS-I BSP 1.1", "R3102", Force::Must, "A SIGNATURE MUST NOT be an Enveloping Signature")],
        catalogue: &["SO-14", "DS-31"];

    /// The signature stands inside of what it signs
    ///
    /// An enveloped signature covers the whole envelope, which intermediaries change. Detached ones are
    /// what WS-Security is made for.
    "ws-security.signature-enveloped": WARNING => signature_enveloped,
        cites: &[
            cite("WS-I BSP 1.1", "R3104", Force::Should, "A SIGNATURE SHOULD NOT be an Enveloped Signature"),
            cite("WS-I BSP 1.1", "R3103", Force::Should, "A SIGNATURE SHOULD be a Detached Signature"),
        ],
        catalogue: &["SO-14", "DS-31"];

    /// The signature refers through a manifest
    ///
    /// What a manifest lists is checked by nobody who checks the signature.
    /// Under `standard` it is a warning: it is the Basic Security Profile that forbids it.
    "ws-security.manifest": ERROR.in_standard(Warning) => manifest,
        cites: &[cite("WS-I BSP 1.1", "R5403", Force::Must, "A SIGNATURE MUST NOT contain a ds:Manifest descendant element")],
        catalogue: &["SO-14", "DS-07"];

    /// The signature is cut short
    ///
    /// HMACOutputLength lets the sender decide how few bits are compared.
    /// Under `standard` it is a warning: it is the Basic Security Profile that forbids it, and
    /// what is too short is told by the rules of XML signatures.
    "ws-security.output-length": ERROR.in_standard(Warning) => output_length,
        cites: &[cite("WS-I BSP 1.1", "R5401", Force::Must, "Any SIGNATURE_METHOD MUST NOT contain a ds:HMACOutputLength child element")],
        catalogue: &["SO-14", "DS-22"];

    /// SignedInfo is not canonicalised exclusively
    ///
    /// Under `standard` it is a warning: the profile is narrower than WS-Security, which recommends it.
    "ws-security.canonicalization-other": ERROR.in_standard(Warning) => canonicalization_other,
        cites: &[cite("WS-I BSP 1.1", "R5404", Force::Must, "Any CANONICALIZATION_METHOD Algorithm attribute MUST have a value of \"http://www.w3.org/2001/10/xml-exc-c14n#\"")],
        catalogue: &["SO-14", "DS-17"];

    /// A reference is not transformed
    ///
    /// Every reference names at least one transform: otherwise inclusive canonicalisation is implied.
    "ws-security.transform-missing": ERROR.in_standard(Warning) => transform_missing,
        cites: &[
            cite("WS-I BSP 1.1", "R5416", Force::Must, "Any SIG_REFERENCE MUST contain a SIG_TRANSFORMS child element"),
            cite("WS-I BSP 1.1", "R5411", Force::Must, "Any SIG_TRANSFORMS MUST contain at least one SIG_TRANSFORM child element"),
        ],
        catalogue: &["SO-14", "DS-14"];

    /// A transform is none of the profile's, or the last one is another one
    ///
    /// Exclusive canonicalisation, the STR transform and the attachment transforms; exclusive
    /// canonicalisation or its kin last.
    "ws-security.transform-other": ERROR.in_standard(Warning) => transform_other,
        cites: &[
            cite("WS-I BSP 1.1", "R5423", Force::Must, "Any SIG_TRANSFORM Algorithm attribute MUST have a value of \"http://www.w3.org/2001/10/xml-exc-c14n#\" or …"),
            cite("WS-I BSP 1.1", "R5412", Force::Must, "Any SIG_TRANSFORMS MUST contain as its last child a SIG_TRANSFORM with an Algorithm attribute with a value of … xml-exc-c14n#"),
        ],
        catalogue: &["SO-14", "DS-14", "DS-16"];

    /// The STR transform does not say how the token is canonicalised
    ///
    /// The transform digests the token that is referenced, in a canonical form. Without the parameters
    /// that name the form, two readers compute two digests.
    "ws-security.token-transform-parameters": ERROR => token_transform_parameters,
        cites: &[cite("WS-I BSP 1.1", "R3065", Force::Must, "Any SIG_TRANSFORM … #STR-Transform\" MUST contain a child wsse:TransformationParameters element containing a child ds:CanonicalizationMethod element")],
        catalogue: &["SO-14", "DS-16"];

    /// KeyInfo does not refer to a token
    ///
    /// The key of a message's signature is that of a token in the header, and KeyInfo is one reference to
    /// it. Under `standard` it is a warning: WS-Security allows the key itself there.
    "ws-security.key-info-other": ERROR.in_standard(Warning) => key_info_other,
        cites: &[
            cite("WS-I BSP 1.1", "R5402", Force::Must, "Any SIG_KEY_INFO MUST contain exactly one child element"),
            cite("WS-I BSP 1.1", "R5417", Force::Must, "Any SIG_KEY_INFO MUST contain a SECURITY_TOKEN_REFERENCE child element"),
        ],
        catalogue: &["SO-13", "DS-24"];

    /// The message is signed with SHA-1
    ///
    /// The Basic Security Profile of 2010 recommends rsa-sha1 and sha1 (R5420, R5421); both are superseded,
    /// and eHealth takes neither since January 2023. Under `standard` such signatures are refused by the
    /// rules of XML signatures, unless they are asked for (`--legacy`).
    "ws-security.sha1": ERROR.not_in_standard() => sha1,
        clauses: &["AA-1.1-02"],
        cites: &[
            cite("AA cookbook 1.8", "1.1", Force::Must, "Remove support for SHA-1"),
            cite("WS-I BSP 1.1", "R5420", Force::Should, "Any DIGEST_METHOD Algorithm attribute SHOULD have the value \"http://www.w3.org/2000/09/xmldsig#sha1\""),
            cite("WS-I BSP 1.1", "R5421", Force::Should, "Any SIGNATURE_METHOD Algorithm attribute SHOULD have a value of … #hmac-sha1\" or … #rsa-sha1\""),
        ],
        defects: &["SD-22", "SD-151"],
        catalogue: &["SO-15", "DS-21", "DS-23"];
}

fn not_signed(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let header = message.header()?;
    // What is encrypted there may be the signature, and is judged as encrypted.
    if header.elements().any(is_data) {
        return None;
    }
    if message.signature_elements().next().is_none() {
        cx.fail(
            header.path(),
            header.start_tag(),
            "expected a ds:Signature in the Security header, found none",
        );
    }
    Some(Checked)
}

/// Judges every signature of the message; nothing where there is none.
fn each(message: &WsSecurity<'_>, mut judge: impl FnMut(&XmlSignature<'_>)) -> Option<Checked> {
    message.own().next()?;
    for signature in message.own() {
        judge(signature);
    }
    Some(Checked)
}

fn signature_enveloping(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |signature| {
        for covered in signature.checked.iter().filter_map(|checked| checked.covered) {
            let inside = covered.apex.ancestors().any(|it| it.is(DS, "Object"));
            if inside && signature.element().contains(covered.apex) {
                cx.fail(
                    covered.apex.path(),
                    covered.apex.start_tag(),
                    "expected what is signed outside of the signature, found it inside",
                );
            }
        }
    })
}

fn signature_enveloped(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |signature| {
        for covered in signature.checked.iter().filter_map(|checked| checked.covered) {
            if covered.apex != signature.element() && covered.apex.contains(signature.element()) {
                let text =
                    format!("expected a detached signature, found one inside of {}", covered.apex.name());
                cx.fail(signature.element().path(), signature.element().start_tag(), text);
            }
        }
    })
}

fn manifest(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |signature| {
        for element in signature.element().descendants().filter(|it| it.is(DS, "Manifest")) {
            cx.fail(
                element.path(),
                element.start_tag(),
                "expected references in SignedInfo alone, found a manifest",
            );
        }
    })
}

fn output_length(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |signature| {
        for element in signature.element().descendants().filter(|it| it.is(DS, "HMACOutputLength")) {
            cx.fail(
                element.path(),
                element.span(),
                "expected the whole signature value, found HMACOutputLength",
            );
        }
    })
}

fn canonicalization_other(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |signature| {
        let Some(parts) = signature.parts() else { return };
        let used = &parts.canonicalization;
        if used.uri != EXCLUSIVE {
            let text = format!("expected {EXCLUSIVE}, found `{}`", used.uri.escape_debug());
            cx.fail(used.element.path(), used.element.start_tag(), text);
        }
    })
}

fn transform_missing(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |signature| {
        for reference in signature.parts().into_iter().flat_map(|parts| &parts.references) {
            if reference.transforms.is_empty() {
                let element = reference.element;
                cx.fail(element.path(), element.start_tag(), "expected a transform, found none");
            }
        }
    })
}

fn transform_other(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let closes = |uri: &str| matches!(uri, EXCLUSIVE | FILTER | STR_TRANSFORM) || uri.starts_with(ATTACHMENT);
    each(message, |signature| {
        for reference in signature.parts().into_iter().flat_map(|parts| &parts.references) {
            let count = reference.transforms.len();
            for (index, transform) in reference.transforms.iter().enumerate() {
                let last = index + 1 == count;
                if !(closes(&transform.uri) || (!last && transform.uri == ENVELOPED)) {
                    let text = format!(
                        "expected a transform of the profile, found `{}`",
                        transform.uri.escape_debug()
                    );
                    cx.fail(transform.element.path(), transform.element.start_tag(), text);
                }
            }
        }
    })
}

fn token_transform_parameters(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    each(message, |signature| {
        let references = signature.parts().into_iter().flat_map(|parts| &parts.references);
        for transform in references.flat_map(|it| &it.transforms).filter(|it| it.uri == STR_TRANSFORM) {
            met = Some(Checked);
            let method = |parameters: Element<'_>| {
                parameters
                    .child(DS, "CanonicalizationMethod")
                    .is_some_and(|it| it.value_of("Algorithm").is_some())
            };
            if !transform.element.child(WSSE, "TransformationParameters").is_some_and(method) {
                let text = "expected TransformationParameters with a CanonicalizationMethod, found none";
                cx.fail(transform.element.path(), transform.element.span(), text);
            }
        }
    })?;
    met
}

fn key_info_other(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    each(message, |signature| {
        let Some(key_info) = signature.parts().and_then(|parts| parts.key_info) else { return };
        met = Some(Checked);
        let children: Vec<_> = key_info.elements().collect();
        if !matches!(children[..], [only] if only.is(WSSE, "SecurityTokenReference")) {
            let found = children.iter().map(|it| it.name()).collect::<Vec<_>>().join(", ");
            let text = format!("expected one wsse:SecurityTokenReference in KeyInfo, found {found}");
            cx.fail(key_info.path(), key_info.start_tag(), text);
        }
    })?;
    met
}

fn sha1(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |signature| {
        let Some(parts) = signature.parts() else { return };
        let digests = parts.references.iter().map(|reference| &reference.digest_method);
        for used in digests.chain([&parts.method]) {
            if used.uri.ends_with("sha1") {
                let text = format!("expected SHA-256, found `{}`", used.uri.escape_debug());
                cx.fail(used.element.path(), used.element.start_tag(), text);
            }
        }
    })
}
