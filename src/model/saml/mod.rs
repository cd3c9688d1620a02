//! SAML 1.1 and 2.0.

pub(crate) mod schema1;
pub(crate) mod schema2;

/// SAML 1.0 and 1.1 assertions.
pub(crate) const ASSERTION_1: &str = "urn:oasis:names:tc:SAML:1.0:assertion";
/// SAML 1.0 and 1.1 protocol.
pub(crate) const PROTOCOL_1: &str = "urn:oasis:names:tc:SAML:1.0:protocol";
/// SAML 2.0 assertions.
pub(crate) const ASSERTION_2: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML 2.0 protocol.
pub(crate) const PROTOCOL_2: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// XML signatures.
pub(crate) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// XML encryption.
pub(crate) const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
