//! Security token references of WS-Security: what they point at in the message, and the transform
//! that puts the token in the place of the reference.

use super::{AlgorithmUse, DS, Ids, Lookup};
use crate::wire::xml::Element;

/// WS-Security 1.0.
pub(crate) const WSSE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
/// The STR dereference transform.
pub(crate) const STR_TRANSFORM: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform";
/// A token that is a certificate.
const X509_V3: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";

/// The tokens of the message that a `wsse:SecurityTokenReference` points at: by identifier, by the
/// identifier of an assertion, or embedded.
pub(crate) fn dereference<'d>(reference: Element<'d>, ids: &Ids<'d>) -> Vec<Element<'d>> {
    let known = |id: &str| match ids.lookup(id) {
        Lookup::One(token) => Some(token),
        Lookup::Several | Lookup::None => None,
    };
    let mut tokens = Vec::new();
    for child in reference.elements().filter(|child| child.namespace() == WSSE) {
        match child.local() {
            "Reference" => {
                let uri = child.value_of("URI");
                tokens.extend(uri.as_deref().and_then(|uri| uri.strip_prefix('#')).and_then(known));
            }
            "KeyIdentifier" => tokens.extend(known(child.text().trim())),
            "Embedded" => tokens.extend(child.elements().next()),
            _ => {}
        }
    }
    tokens
}

/// The canonicalisation that the transform's parameters name.
pub(super) fn parameters<'d>(transform: &AlgorithmUse<'d>) -> Option<AlgorithmUse<'d>> {
    let element =
        transform.element.child(WSSE, "TransformationParameters")?.child(DS, "CanonicalizationMethod")?;
    Some(AlgorithmUse { element, uri: element.value_of("Algorithm")? })
}

/// The octets of the token that stands for a certificate which `reference` names without carrying it: a
/// binary security token under the reference's own prefix, with its type and nothing else.
pub(super) fn made(reference: Element<'_>, certificate: &[u8]) -> Vec<u8> {
    let value = data_encoding::BASE64.encode(certificate);
    let text = match reference.name().split_once(':') {
        Some((prefix, _)) => format!(
            "<{prefix}:BinarySecurityToken xmlns=\"\" xmlns:{prefix}=\"{WSSE}\" ValueType=\"{X509_V3}\">{value}</{prefix}:BinarySecurityToken>"
        ),
        None => format!(
            "<BinarySecurityToken xmlns=\"{WSSE}\" ValueType=\"{X509_V3}\">{value}</BinarySecurityToken>"
        ),
    };
    text.into_bytes()
}

/// The octets of a token with `xmlns=""` on its outermost element, where it has no default namespace:
/// the transform writes it so that a token cannot be moved under another default namespace.
pub(super) fn apart(mut octets: Vec<u8>) -> Vec<u8> {
    let name = octets.iter().position(|byte| matches!(byte, b' ' | b'>')).unwrap_or(octets.len());
    if !octets[name..].starts_with(b" xmlns=\"") {
        octets.splice(name..name, *b" xmlns=\"\"");
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gets_an_empty_default_namespace_unless_it_has_one() {
        let apart = |text: &str| String::from_utf8(apart(text.into())).expect("text");
        assert_eq!(apart("<w:B xmlns:w=\"u\">x</w:B>"), "<w:B xmlns=\"\" xmlns:w=\"u\">x</w:B>");
        assert_eq!(apart("<B xmlns=\"u\">x</B>"), "<B xmlns=\"u\">x</B>");
        assert_eq!(apart("<B>x</B>"), "<B xmlns=\"\">x</B>");
    }
}
