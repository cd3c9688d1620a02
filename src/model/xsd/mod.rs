//! What an XML artefact looks like, as data: content models, attributes and simple types, how an
//! element departs from them, and the same as XML Schema.
//!
//! The tables of the artefacts (SAML, CertRA, EtkRA, SOA faults) are written in these words. This
//! module knows XML Schema's notions, and no artefact.

mod content;
mod matching;
mod misfit;
mod schema;
mod simple;

pub(crate) use content::{
    AttributeUse, Content, Particle, Type, any, choice, many, one, opt, optional, required, some, together,
};
pub(crate) use misfit::Misfit;
pub(crate) use schema::{Declaration, schemas};
pub(crate) use simple::{DateTime, Simple, Zone};

/// The namespace of `xsi:type`, `xsi:nil` and `xsi:schemaLocation`, which any element may carry.
pub(crate) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The namespace of XML Schema itself.
pub(crate) const XS: &str = "http://www.w3.org/2001/XMLSchema";
/// The namespace of `xml:lang`.
pub(crate) const XML: &str = "http://www.w3.org/XML/1998/namespace";
