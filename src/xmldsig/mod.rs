//! XML signatures: reading, verifying and making them, over [`wire::xml`](crate::wire::xml) and
//! [`wire::c14n`](crate::wire::c14n).
//!
//! What a signature is made of is read by [`Signature::read`], without an opinion. What each
//! reference covers and whether its digest is right, [`reference::check`] says; whether the value is
//! one of a key's, [`Signature::verify`]. Nothing is fetched, no key is taken from the document
//! unless the caller hands it back in, and what a reference covers is an element and all of it:
//! [`Covered`] is what may be read afterwards.
//!
//! This module knows XML Signature, and nothing of artefacts, trust or profiles.

mod ec_key;
mod ids;
mod key_info;
pub(crate) mod reference;
mod sign;
mod signature;
pub(crate) mod token;
mod verify;

pub(crate) use ids::{Ids, Lookup};
pub(crate) use key_info::{IssuerSerial, KeyInfo, X509Data};
pub(crate) use reference::{Checked, Digested, Failure};
pub(crate) use sign::{EXCLUSIVE, ReferenceTemplate, Template, sign};
pub(crate) use signature::{AlgorithmUse, Reference, Signature, SignatureFault, binary};
pub(crate) use verify::{Method, ValueError, filled};

/// The namespace of XML signatures, version 1.
pub(crate) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The namespace of what version 1.1 adds.
pub(crate) const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";
/// The namespace of InclusiveNamespaces.
pub(crate) const EXC_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// The enveloped signature transform.
pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// The base64 transform.
pub(crate) const BASE64: &str = "http://www.w3.org/2000/09/xmldsig#base64";
