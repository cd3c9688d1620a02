//! The binary security token: its attributes, its certificate, and the certificate's issuer.

use crate::base::Budget;
use crate::model::certificate::Certificate;
use crate::model::security_token::{X509_PROFILE, of_token};
use crate::model::signed_xml::XmlSignature;
use crate::model::soap::XOP;
use crate::model::ws_security::{SOAP_SECURITY, WsSecurity};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Artefact, Checked, Cx, ERROR, Force, Rule, cite};
use crate::xmldsig::token::dereference;
use crate::xmldsig::{Ids, binary};

rule! { WsSecurity =>
    /// The header carries no certificate
    ///
    /// A client of the Attribute Authority sends its eHealth certificate as a binary security token, and
    /// a client with a holder-of-key assertion that assertion.
    "ws-security.token-missing": ERROR.not_in_standard() => token_missing,
        clauses: &["AA-4-07", "AA-5.1.1-10", "AA-5.1.1-09"],
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "and the binary security token: an eHealth certificate")],
        catalogue: &["SO-12"];

    /// The header carries more than one binary security token
    ///
    /// Which of them the sender is stays open.
    "ws-security.token-repeated": ERROR.not_in_standard() => token_repeated,
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "and the binary security token: an eHealth certificate")],
        catalogue: &["SO-12"];

    /// The encoding of a token is missing, or not base64
    ///
    /// EncodingType says how the token's bytes are written, and Base64Binary is the one way that every
    /// reader knows.
    /// Under `standard` it is a warning: WS-Security takes base64 where nothing is said.
    "ws-security.token-encoding-other": ERROR.in_standard(Warning) => token_encoding_other,
        cites: &[
            cite("WS-I BSP 1.1", "R3029", Force::Must, "Any BINARY_SECURITY_TOKEN MUST specify an EncodingType attribute"),
            cite("WS-I BSP 1.1", "R3030", Force::Must, "Any BINARY_SECURITY_TOKEN EncodingType attribute MUST have a value of … #Base64Binary"),
        ],
        catalogue: &["SO-12"];

    /// The type of a token is missing, or none that is known
    ///
    /// For X.509 it is `#X509v3`, or `#X509PKIPathv1` and `#PKCS7` for a path.
    /// Under `standard` it is a warning: WS-Security leaves types to profiles and
    /// products.
    "ws-security.token-type-unknown": ERROR.in_standard(Warning) => token_type_unknown,
        cites: &[
            cite("WS-I BSP 1.1", "R3031", Force::Must, "Any BINARY_SECURITY_TOKEN MUST specify an ValueType attribute"),
            cite("WS-I BSP 1.1", "R3032", Force::Must, "Any BINARY_SECURITY_TOKEN ValueType attribute MUST have a value specified by the related security token profile"),
        ],
        catalogue: &["SO-12"];

    /// The token is not a single certificate
    ///
    /// eHealth takes `#X509v3`. A path or a PKCS#7 bag in its place is not what the service looks for.
    "ws-security.token-not-x509v3": ERROR.not_in_standard() => token_not_x509v3,
        clauses: &["AA-5.1.1-10"],
        cites: &[
            cite("WS-I BSP 1.1", "R3033", Force::Must, "Any X509_TOKEN MUST contain a ValueType attribute with a value of … #X509v3"),
            cite("WS-I BSP 1.1", "R5201", Force::Must, "Any BINARY_SECURITY_TOKEN containing an X.509 Certificate Path MUST be either a PKCS7_TOKEN or a PKIPATH_TOKEN"),
        ],
        catalogue: &["SO-12"];

    /// The token holds no certificate
    ///
    /// Its content is not base64, or not a certificate in DER.
    "ws-security.token-not-a-certificate": ERROR => token_not_a_certificate,
        clauses: &["AA-5.1.1-10"],
        cites: &[cite("WSS X.509 Token Profile 1.1", "3.1", Force::Must, "a single certificate … MUST be an X.509 v3 certificate")],
        catalogue: &["SO-12", "SO-16"];

    /// A token stands behind what refers to it
    ///
    /// Tokens come before the signatures that refer to them, so that a receiver that reads once has the
    /// key at hand. Under `standard` it is a warning.
    "ws-security.token-behind-reference": ERROR.in_standard(Warning) => token_behind_reference,
        cites: &[cite("WS-I BSP 1.1", "R5205", Force::Must, "Any INTERNAL_SECURITY_TOKEN that is not contained in an STR_EMBEDDED MUST precede all SECURITY_TOKEN_REFERENCE elements that reference it")],
        catalogue: &["SO-12"];
}

/// A signature, and whether its path ends at an issuer that is not at hand.
#[derive(Debug)]
pub(super) struct PathEnd<'m> {
    pub(super) signature: &'m XmlSignature<'m>,
    pub(super) ends: bool,
}

impl Artefact for PathEnd<'static> {
    type Model<'a> = PathEnd<'a>;
}

/// Rules over the path of the token's certificate.
pub(super) const TRUST: &[&[Rule<PathEnd<'static>>]] = &[path::RULES];

mod path {
    use super::{Checked, Cx, ERROR, Force, PathEnd, Warning, cite};
    use crate::rule;

    rule! { PathEnd =>
        /// The issuer of the token's certificate is not at hand
        ///
        /// A token holds one certificate, and the ones between it and the trust anchor come from somewhere
        /// else: `intermediates` in the context. Without them nothing leads to the anchor. WS-Security
        /// leaves trust to the receiver, so that it is a warning under `standard`.
        "ws-security.issuer-absent": ERROR.in_standard(Warning) => |end, cx| issuer_absent(end, cx),
            clauses: &["AA-5.1.1-10"],
            cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "the binary security token: an eHealth certificate")],
            catalogue: &["SO-16"];
    }

    fn issuer_absent(end: &PathEnd<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
        let signer = end.signature.signer()?;
        if end.ends {
            let element = end.signature.element();
            let issuer = signer.issuer.to_text();
            let text =
                format!("expected the certificate of the issuer `{}`, found none", issuer.escape_debug());
            cx.fail(element.path(), element.start_tag(), text).hint("give it as an intermediate");
        }
        Some(Checked)
    }
}

fn token_missing(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let header = message.header()?;
    if message.tokens().next().is_none() && message.assertions().next().is_none() {
        let text = "expected a BinarySecurityToken in the Security header, found none";
        cx.fail(header.path(), header.start_tag(), text);
    }
    Some(Checked)
}

fn token_repeated(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.tokens().next()?;
    for again in message.tokens().skip(1) {
        cx.fail(again.path(), again.start_tag(), "expected one BinarySecurityToken, found another one");
    }
    Some(Checked)
}

fn token_encoding_other(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.tokens().next()?;
    let wanted = format!("{SOAP_SECURITY}Base64Binary");
    for token in message.tokens() {
        let found = token.value_of("EncodingType");
        if found.as_deref() != Some(&wanted) {
            let found = found.map_or("none".to_owned(), |it| format!("`{}`", it.escape_debug()));
            cx.fail(
                token.path(),
                token.start_tag(),
                format!("expected the EncodingType {wanted}, found {found}"),
            );
        }
    }
    Some(Checked)
}

/// The local part of a token's type, where it is one of the X.509 profile's.
fn x509_type(value: &str) -> Option<&str> {
    value
        .strip_prefix(X509_PROFILE)
        .filter(|it| matches!(*it, "X509v3" | "X509v1" | "X509PKIPathv1" | "PKCS7"))
}

fn token_type_unknown(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.tokens().next()?;
    for token in message.tokens() {
        let found = token.value_of("ValueType");
        // Kerberos and other profiles have types of their own.
        let other = |it: &str| it.contains("-token-profile-") && !it.contains("x509-token-profile");
        if !found.as_deref().is_some_and(|it| x509_type(it).is_some() || other(it)) {
            let found = found.map_or("none".to_owned(), |it| format!("`{}`", it.escape_debug()));
            let text = format!("expected a ValueType of the X.509 token profile, found {found}");
            cx.fail(token.path(), token.start_tag(), text);
        }
    }
    Some(Checked)
}

fn token_not_x509v3(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for token in message.tokens() {
        let Some(value) = token.value_of("ValueType") else { continue };
        let Some(kind) = x509_type(&value) else { continue };
        met = Some(Checked);
        if kind != "X509v3" {
            cx.fail(token.path(), token.start_tag(), format!("expected the ValueType X509v3, found {kind}"));
        }
    }
    met
}

fn token_not_a_certificate(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for token in message.tokens() {
        let value = token.value_of("ValueType").unwrap_or_default();
        if matches!(x509_type(&value), None | Some("PKCS7")) && !value.is_empty() {
            continue;
        }
        // The bytes stand in another part of the package: judged as such.
        if token.child(XOP, "Include").is_some() {
            continue;
        }
        met = Some(Checked);
        let certificates = of_token(token);
        let readable = !certificates.is_empty()
            && certificates.iter().all(|(_, der)| Certificate::read(der, &Budget::JUDGE).0.is_some());
        if !readable {
            let found = if binary(token).is_none() { "no base64" } else { "other bytes" };
            cx.fail(
                token.path(),
                token.content(),
                format!("expected a certificate in base64, found {found}"),
            );
        }
    }
    met
}

fn token_behind_reference(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let ids = Ids::of(message.root.document());
    let mut met = None;
    for reference in message.references() {
        for token in dereference(reference, &ids).into_iter().filter(|it| !reference.contains(*it)) {
            met = Some(Checked);
            if token.span().start > reference.span().start {
                cx.fail(
                    reference.path(),
                    reference.span(),
                    "expected the token before the reference, found it behind",
                );
            }
        }
    }
    met
}
