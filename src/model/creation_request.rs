//! The body of `POST attestations/options`: what a client asks to register a key with.

use super::shape::{BOOL, Member, OBJECT_OR_NULL, STRING, STRING_OR_NULL, optional, required};
use crate::rule::Artefact;
use crate::wire::json::Value;

/// A request for creation options.
#[derive(Debug)]
pub(crate) struct CreationRequest<'a> {
    pub(crate) value: Value<'a>,
}

impl Artefact for CreationRequest<'static> {
    type Model<'a> = CreationRequest<'a>;
}

/// Its members, as the FIDO conformance API has them that KeyDepot follows.
pub(crate) const SHAPE: &[Member] = &[
    required("", "username", STRING),
    required("", "displayName", STRING),
    optional("", "authenticatorSelection", OBJECT_OR_NULL),
    optional("", "attestation", STRING_OR_NULL),
    optional("/authenticatorSelection", "authenticatorAttachment", STRING_OR_NULL),
    optional("/authenticatorSelection", "userVerification", STRING_OR_NULL),
    optional("/authenticatorSelection", "residentKey", STRING_OR_NULL),
    optional("/authenticatorSelection", "requireResidentKey", BOOL),
];
