//! Security token references: what the signature says its key is.

use crate::model::security_token::X509_PROFILE;
use crate::model::soap::WSSE;
use crate::model::ws_security::{SOAP_SECURITY, WSSE11, WsSecurity};
use crate::rule;
use crate::rule::Severity::{Inconclusive, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::Element;
use crate::xmldsig::{DS, Ids, Lookup};

rule! { WsSecurity =>
    /// A token reference refers to nothing, or to several tokens
    ///
    /// A reference leads to exactly one token. With none there is no key, and with several it is for the
    /// reader to choose.
    /// Under `standard` it is a warning: it is the Basic Security Profile that asks for exactly one.
    "ws-security.reference-count": ERROR.in_standard(Warning) => reference_count,
        cites: &[cite("WS-I BSP 1.1", "R3061", Force::Must, "A SECURITY_TOKEN_REFERENCE MUST provide exactly one token reference")],
        catalogue: &["SO-13"];

    /// A token is referred to by a key name
    ///
    /// A name means whatever the receiver has under it.
    /// Under `standard` it is a warning: WS-Security itself allows a name, and advises against it.
    "ws-security.reference-by-name": ERROR.in_standard(Warning) => reference_by_name,
        cites: &[cite("WS-I BSP 1.1", "R3027", Force::Must, "Any SECURITY_TOKEN_REFERENCE MUST NOT contain an STR_KEY_NAME")],
        catalogue: &["SO-13"];

    /// A reference has no URI
    ///
    /// A direct reference names its token by URI. Without one it points at nothing.
    /// Under `standard` it is a warning: the schema of WS-Security leaves the URI optional.
    "ws-security.reference-uri-missing": ERROR.in_standard(Warning) => reference_uri_missing,
        cites: &[cite("WS-I BSP 1.1", "R3062", Force::Must, "Any STR_REFERENCE MUST specify a URI attribute")],
        catalogue: &["SO-13"];

    /// A reference points outside of the message
    ///
    /// Nothing is fetched. The token stands in the same header.
    "ws-security.reference-external": ERROR.in_standard(Inconclusive) => reference_external,
        cites: &[cite("WS-I BSP 1.1", "R5204", Force::Must, "Any STR_REFERENCE to an INTERNAL_SECURITY_TOKEN having an ID attribute MUST contain a URI attribute with a Shorthand XPointer value")],
        catalogue: &["SO-13"];

    /// A reference points at no token
    ///
    /// It points at nothing, at another reference, or at something that is no token. Under `standard` it is
    /// a warning: the key may be given beside it, and where it is not that is said.
    "ws-security.reference-unresolved": ERROR.in_standard(Warning) => reference_unresolved,
        cites: &[
            cite("WS-I BSP 1.1", "R3057", Force::Must, "Any STR_REFERENCE MUST NOT reference a SECURITY_TOKEN_REFERENCE"),
            cite("WS-I BSP 1.1", "R3064", Force::Must, "Any STR_REFERENCE MUST NOT reference an STR_EMBEDDED"),
        ],
        catalogue: &["SO-13"];

    /// A reference points into another receiver's header
    ///
    /// A Security header is for one receiver, and whoever it is for may take it off. A key that stands in
    /// the header of another may be gone, or be exchanged, when the signature is checked.
    "ws-security.reference-across-headers": ERROR.in_standard(Warning) => reference_across_headers,
        cites: &[cite("WS-I BSP 1.1", "R3066", Force::Must, "MUST NOT use a Shorthand XPointer to refer to an INTERNAL_SECURITY_TOKEN located in a SECURITY_HEADER other than the SECURITY_HEADER that contains the STR_REFERENCE")],
        catalogue: &["SO-13"];

    /// A reference names another type than its token has
    ///
    /// The two ValueTypes must agree; left out in the reference, the receiver has to guess.
    "ws-security.reference-type-other": ERROR.in_standard(Warning) => reference_type_other,
        cites: &[
            cite("WS-I BSP 1.1", "R3058", Force::Must, "Any STR_REFERENCE ValueType attribute MUST contain a value for the referenced SECURITY_TOKEN specified by the corresponding security token profile"),
            cite("WS-I BSP 1.1", "R3059", Force::Must, "Any STR_REFERENCE MUST specify a ValueType attribute with the exception of STR_REFERENCE pointing to a SAML_V2_0_TOKEN"),
        ],
        catalogue: &["SO-13"];

    /// A key identifier names no type that is known
    ///
    /// For X.509 it is the subject key identifier, the thumbprint or the certificate itself; for SAML the
    /// identifier of the assertion.
    /// Under `standard` it is a warning: other token profiles have types of
    /// their own.
    "ws-security.key-identifier-type-unknown": ERROR.in_standard(Warning) => key_identifier_type_unknown,
        cites: &[
            cite("WS-I BSP 1.1", "R3054", Force::Must, "Any STR_KEY_IDENTIFIER MUST specify a ValueType attribute"),
            cite("WS-I BSP 1.1", "R3063", Force::Must, "Any STR_KEY_IDENTIFIER ValueType attribute MUST contain a value specified within the security token profile associated with the referenced SECURITY_TOKEN"),
        ],
        catalogue: &["SO-13"];

    /// A key identifier is not encoded as it must be
    ///
    /// One of an X.509 certificate is base64, and says so; one of an assertion is text, and says nothing.
    "ws-security.key-identifier-encoding": ERROR.in_standard(Warning) => key_identifier_encoding,
        cites: &[
            cite("WS-I BSP 1.1", "R3070", Force::Must, "Any STR_KEY_IDENTIFIER that refers to a SECURITY_TOKEN other than a SAML_TOKEN MUST specify an EncodingType attribute"),
            cite("WS-I BSP 1.1", "R3071", Force::Must, "Any STR_KEY_IDENTIFIER EncodingType attribute MUST have a value of … #Base64Binary"),
            cite("WS-I BSP 1.1", "R6604", Force::Must, "Any STR_KEY_IDENTIFIER that references a SAML_TOKEN MUST NOT include an EncodingType attribute"),
        ],
        catalogue: &["SO-13"];

    /// An embedded token is not alone
    ///
    /// An Embedded element holds the one token that is meant. Beside another it is for the reader to
    /// choose.
    /// Under `standard` it is a warning: the narrower form is the Basic Security
    /// Profile's.
    "ws-security.embedded-content": ERROR.in_standard(Warning) => embedded_content,
        cites: &[
            cite("WS-I BSP 1.1", "R3060", Force::Must, "Any STR_EMBEDDED MUST contain only a single child element which is an INTERNAL_SECURITY_TOKEN"),
            cite("WS-I BSP 1.1", "R3056", Force::Must, "Any STR_EMBEDDED MUST NOT contain a wsse:SecurityTokenReference child element"),
        ],
        catalogue: &["SO-13"];

    /// A reference to an assertion does not name the type of token, or another one
    ///
    /// It says with `wsse11:TokenType` which SAML it is: `#SAMLV1.1` or `#SAMLV2.0`.
    "ws-security.token-type-missing": ERROR.in_standard(Warning).in_field(Warning) => token_type_missing,
        cites: &[
            cite("WS-I BSP 1.1", "R6611", Force::Must, "Any SECURITY_TOKEN_REFERENCE to a SAML_V1_1_TOKEN MUST contain a wsse11:TokenType attribute"),
            cite("WS-I BSP 1.1", "R6617", Force::Must, "Any SECURITY_TOKEN_REFERENCE to a SAML_V2_0_TOKEN MUST contain a wsse11:TokenType attribute"),
        ],
        catalogue: &["SO-13"];
}

/// The ways in which a token is referred to.
fn pointers(reference: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    reference.elements().filter(|child| matches!(child.namespace(), WSSE | DS))
}

/// Judges every token reference; nothing where there is none.
fn each<'m>(message: &WsSecurity<'m>, mut judge: impl FnMut(Element<'m>)) -> Option<Checked> {
    message.references().next()?;
    for reference in message.references() {
        judge(reference);
    }
    Some(Checked)
}

fn reference_count(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |reference| {
        let count = pointers(reference).count();
        if count != 1 {
            cx.fail(
                reference.path(),
                reference.span(),
                format!("expected one token in the reference, found {count}"),
            );
        }
    })
}

fn reference_by_name(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |reference| {
        for name in reference.all(DS, "KeyName") {
            cx.fail(name.path(), name.span(), "expected a reference to a token, found a key name");
        }
    })
}

fn reference_uri_missing(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |reference| {
        for pointer in reference.all(WSSE, "Reference").filter(|it| it.value_of("URI").is_none()) {
            cx.fail(pointer.path(), pointer.span(), "expected a URI, found none");
        }
    })
}

fn reference_external(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |reference| {
        for pointer in reference.all(WSSE, "Reference") {
            if let Some(uri) = pointer.value_of("URI").filter(|uri| !uri.starts_with('#')) {
                let text = format!("expected a reference into the message, found `{}`", uri.escape_debug());
                cx.fail(pointer.path(), pointer.span(), text);
            }
        }
    })
}

fn reference_unresolved(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let ids = Ids::of(message.root.document());
    each(message, |reference| {
        for pointer in reference.all(WSSE, "Reference") {
            let uri = pointer.value_of("URI");
            let Some(id) = uri.as_deref().and_then(|uri| uri.strip_prefix('#')) else { continue };
            let found = match ids.lookup(id) {
                Lookup::One(token)
                    if token.namespace() == DS
                        || token.is(WSSE, "SecurityTokenReference")
                        || token.is(WSSE, "Embedded") =>
                {
                    token.name()
                }
                Lookup::One(_) => continue,
                Lookup::Several => "several elements",
                Lookup::None => "none",
            };
            cx.fail(
                pointer.path(),
                pointer.span(),
                format!("expected a token with this identifier, found {found}"),
            );
        }
    })
}

fn reference_across_headers(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let ids = Ids::of(message.root.document());
    let header = |element: Element<'_>| message.headers.iter().position(|it| it.contains(element));
    let mut met = None;
    each_resolved(message, &ids, |pointer, token| {
        met = Some(Checked);
        if header(token).is_some_and(|place| header(pointer) != Some(place)) {
            let text = "expected a token of the same header, found one of another";
            cx.fail(pointer.path(), pointer.span(), text);
        }
    })?;
    met
}

/// Judges every pointer of a reference that leads to one element, with that element.
fn each_resolved<'m>(
    message: &WsSecurity<'m>,
    ids: &Ids<'m>,
    mut judge: impl FnMut(Element<'m>, Element<'m>),
) -> Option<Checked> {
    each(message, |reference| {
        for pointer in reference.all(WSSE, "Reference") {
            let uri = pointer.value_of("URI");
            let Some(id) = uri.as_deref().and_then(|uri| uri.strip_prefix('#')) else { continue };
            if let Lookup::One(token) = ids.lookup(id) {
                judge(pointer, token);
            }
        }
    })
}

fn reference_type_other(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let ids = Ids::of(message.root.document());
    let mut met = None;
    each_resolved(message, &ids, |pointer, token| {
        let Some(wanted) = token.value_of("ValueType") else { return };
        met = Some(Checked);
        let found = pointer.value_of("ValueType");
        if found.as_deref() != Some(&*wanted) {
            let found = found.map_or("none".to_owned(), |it| format!("`{}`", it.escape_debug()));
            let text = format!("expected the ValueType of the token, found {found}");
            cx.fail(pointer.path(), pointer.span(), text);
        }
    })?;
    met
}

/// Whether a key identifier refers to an assertion.
fn is_saml(kind: &str) -> bool {
    kind.ends_with("#SAMLAssertionID") || kind.ends_with("#SAMLID")
}

fn key_identifier_type_unknown(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    each(message, |reference| {
        for identifier in reference.all(WSSE, "KeyIdentifier") {
            met = Some(Checked);
            let kind = identifier.value_of("ValueType").unwrap_or_default();
            let x509 = kind
                .strip_prefix(X509_PROFILE)
                .is_some_and(|it| matches!(it, "X509SubjectKeyIdentifier" | "X509v3"));
            let known = x509
                || is_saml(&kind)
                || kind.ends_with("#ThumbprintSHA1")
                || kind.ends_with("#EncryptedKeySHA1")
                || kind.contains("kerberos-token-profile");
            if !known {
                let found =
                    if kind.is_empty() { "none".to_owned() } else { format!("`{}`", kind.escape_debug()) };
                let text = format!("expected a ValueType of a token profile, found {found}");
                cx.fail(identifier.path(), identifier.start_tag(), text);
            }
        }
    })?;
    met
}

fn key_identifier_encoding(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    each(message, |reference| {
        for identifier in reference.all(WSSE, "KeyIdentifier") {
            met = Some(Checked);
            let saml = is_saml(&identifier.value_of("ValueType").unwrap_or_default());
            let encoding = identifier.value_of("EncodingType");
            let base64 = format!("{SOAP_SECURITY}Base64Binary");
            let text = match (saml, encoding.as_deref()) {
                (true, None) => continue,
                (false, Some(it)) if it == base64 => continue,
                (true, Some(_)) => {
                    "expected no EncodingType on the identifier of an assertion, found one".to_owned()
                }
                (false, found) => {
                    let found = found.map_or("none".to_owned(), |it| format!("`{}`", it.escape_debug()));
                    format!("expected the EncodingType {base64}, found {found}")
                }
            };
            cx.fail(identifier.path(), identifier.start_tag(), text);
        }
    })?;
    met
}

fn embedded_content(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    each(message, |reference| {
        for embedded in reference.all(WSSE, "Embedded") {
            met = Some(Checked);
            let count = embedded.elements().count();
            let nested = embedded.child(WSSE, "SecurityTokenReference").is_some();
            if count != 1 || nested {
                cx.fail(
                    embedded.path(),
                    embedded.span(),
                    "expected one token in Embedded, found something else",
                );
            }
        }
    })?;
    met
}

fn token_type_missing(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    const PROFILE: &str = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#";
    let mut met = None;
    each(message, |reference| {
        let kinds = reference.all(WSSE, "KeyIdentifier").filter_map(|it| it.value_of("ValueType"));
        let version =
            |kind: std::borrow::Cow<'_, str>| if kind.ends_with("#SAMLID") { "SAMLV2.0" } else { "SAMLV1.1" };
        let version = kinds.filter(|kind| is_saml(kind)).map(version);
        let Some(version) = version.last() else { return };
        met = Some(Checked);
        let found = reference.attribute(WSSE11, "TokenType").map(|it| it.value().into_owned());
        if found.as_deref().and_then(|it| it.strip_prefix(PROFILE)) != Some(version) {
            let found = found.map_or("none".to_owned(), |it| format!("`{}`", it.escape_debug()));
            let text = format!("expected the wsse11:TokenType {PROFILE}{version}, found {found}");
            cx.fail(reference.path(), reference.start_tag(), text);
        }
    })?;
    met
}
