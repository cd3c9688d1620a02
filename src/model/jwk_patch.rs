//! The body of `PATCH jwks/{kid}`: what may be added to a registered key.

use super::shape::{Member, STRING, optional};
use crate::rule::Artefact;
use crate::wire::json::Value;

/// A change of a key.
#[derive(Debug)]
pub(crate) struct JwkPatch<'a> {
    pub(crate) value: Value<'a>,
}

impl Artefact for JwkPatch<'static> {
    type Model<'a> = JwkPatch<'a>;
}

/// Its members: all optional.
pub(crate) const SHAPE: &[Member] = &[optional("", "use", STRING), optional("", "name", STRING)];
