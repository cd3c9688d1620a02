//! SAML 1.1 and 2.0: names, values, and the parts that messages and assertions share.
//!
//! Each artefact has a file of its own; the schemas are data.

pub(crate) mod assertion;
mod messages;
pub(crate) mod protection;
pub(crate) mod query;
pub(crate) mod response;
pub(crate) mod schema1;
pub(crate) mod schema2;
pub(crate) mod status;
pub(crate) mod subject;
pub(crate) mod value;

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

/// The issuer of all that the Attribute Authority says.
pub(crate) const ATTRIBUTE_AUTHORITY: &str = "urn:be:fgov:ehealth:aa";
/// The format of an issuer's name.
pub(crate) const FORMAT_ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
/// The format of a name that stays the same.
pub(crate) const FORMAT_PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
/// The format of a name for one exchange.
pub(crate) const FORMAT_TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
/// The format of an attribute's name that is an XML name.
pub(crate) const NAME_FORMAT_BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
/// The format of an attribute's name that is a URI.
pub(crate) const NAME_FORMAT_URI: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
/// The format of an attribute's name that stands for none.
pub(crate) const NAME_FORMAT_UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified";
/// The formats of a NameID that the Attribute Authority's appendix lists.
pub(crate) const NAME_ID_FORMATS: [&str; 3] =
    [FORMAT_TRANSIENT, FORMAT_ENTITY, "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"];
/// The confirmation methods that the Attribute Authority's appendix lists.
pub(crate) const METHODS: [&str; 4] = [
    "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key",
    "urn:oasis:names:tc:SAML:1.0:cm:holder-of-key",
    "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches",
    "urn:oasis:names:tc:SAML:1.0:cm:sender-vouches",
];
/// The consents of SAML core 8.4.
pub(crate) const CONSENTS: [&str; 7] = [
    "urn:oasis:names:tc:SAML:2.0:consent:unspecified",
    "urn:oasis:names:tc:SAML:2.0:consent:obtained",
    "urn:oasis:names:tc:SAML:2.0:consent:prior",
    "urn:oasis:names:tc:SAML:2.0:consent:current-implicit",
    "urn:oasis:names:tc:SAML:2.0:consent:current-explicit",
    "urn:oasis:names:tc:SAML:2.0:consent:unavailable",
    "urn:oasis:names:tc:SAML:2.0:consent:inapplicable",
];

/// Which SAML it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// SAML 1.0 and 1.1, which share their namespace.
    V1,
    /// SAML 2.0.
    V2,
}
