//! The status codes of SAML 2.0 (core 3.2.2.2), and the statuses of a response.

use super::{PROTOCOL_1, PROTOCOL_2, Version};
use crate::wire::xml::Element;

/// What every status code of SAML 2.0 starts with.
pub(crate) const PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";
/// The codes that stand outermost.
pub(crate) const TOP: [&str; 4] = ["Success", "Requester", "Responder", "VersionMismatch"];
/// The codes that stand inside of another.
pub(crate) const SECOND: [&str; 19] = [
    "AuthnFailed",
    "InvalidAttrNameOrValue",
    "InvalidNameIDPolicy",
    "NoAuthnContext",
    "NoAvailableIDP",
    "NoPassive",
    "NoSupportedIDP",
    "PartialLogout",
    "ProxyCountExceeded",
    "RequestDenied",
    "RequestUnsupported",
    "RequestVersionDeprecated",
    "RequestVersionTooHigh",
    "RequestVersionTooLow",
    "ResourceNotRecognized",
    "TooManyResponses",
    "UnknownAttrProfile",
    "UnknownPrincipal",
    "UnsupportedBinding",
];

/// The status of a response.
#[derive(Debug, Clone)]
pub(crate) struct Status<'d> {
    /// `samlp:Status`.
    pub(crate) element: Element<'d>,
    /// The codes, outermost first.
    pub(crate) codes: Vec<Element<'d>>,
    /// `samlp:StatusMessage`.
    pub(crate) message: Option<Element<'d>>,
}

impl<'d> Status<'d> {
    /// The status of `response`.
    pub(crate) fn read(response: Element<'d>, version: Version) -> Option<Self> {
        let namespace = match version {
            Version::V1 => PROTOCOL_1,
            Version::V2 => PROTOCOL_2,
        };
        let element = response.child(namespace, "Status")?;
        let first = element.child(namespace, "StatusCode");
        let codes = std::iter::successors(first, |code| code.child(namespace, "StatusCode")).collect();
        Some(Self { element, codes, message: element.child(namespace, "StatusMessage") })
    }

    /// Whether the outermost code says that the request was done.
    pub(crate) fn is_success(&self) -> bool {
        self.codes.first().and_then(|code| code.value_of("Value")).is_some_and(|value| {
            // SAML 1.1 has a qualified name here, SAML 2.0 a URI.
            value.trim().rsplit(':').next().is_some_and(|code| code == "Success")
        })
    }
}
