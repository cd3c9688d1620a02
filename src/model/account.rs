//! The keys of an account: the answer of `GET accounts/{accountId}`.

use super::shape::{ARRAY, Member, STRING, optional, required};
use crate::rule::Artefact;
use crate::wire::json::Value;

/// An account.
#[derive(Debug)]
pub(crate) struct Account<'a> {
    pub(crate) value: Value<'a>,
}

impl Artefact for Account<'static> {
    type Model<'a> = Account<'a>;
}

/// Its members. A key has a name only once it was given one.
pub(crate) const SHAPE: &[Member] = &[
    required("", "accountId", STRING),
    required("", "username", STRING),
    required("", "details", ARRAY),
    required("/details/*", "jwkRef", STRING),
    required("/details/*", "attestationObjectRef", STRING),
    optional("/details/*", "name", STRING),
];

impl<'a> Account<'a> {
    /// The keys.
    pub(crate) fn details(&self) -> impl Iterator<Item = Value<'a>> {
        self.value.member("details").into_iter().flat_map(Value::elements)
    }
}
