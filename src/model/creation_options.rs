//! The answer of `POST attestations/options`: PublicKeyCredentialCreationOptions in JSON.

use super::shape::{
    ARRAY, BOOL, Member, NUMBER, OBJECT, OBJECT_OR_NULL, STRING, STRING_OR_NULL, optional, required,
};
use crate::base::Budget;
use crate::rule::Artefact;
use crate::wire::base64::{self, Decoded, Form};
use crate::wire::json::{Type, Value};

/// Creation options.
#[derive(Debug)]
pub(crate) struct CreationOptions<'a> {
    pub(crate) value: Value<'a>,
    /// The challenge, where it is a string.
    pub(crate) challenge: Option<Octets<'a>>,
    /// `user.id`, where it is a string.
    pub(crate) user_id: Option<Octets<'a>>,
}

/// A member that holds bytes in base64url.
#[derive(Debug)]
pub(crate) struct Octets<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) decoded: Decoded,
}

impl Artefact for CreationOptions<'static> {
    type Model<'a> = CreationOptions<'a>;
}

/// Names that the cookbook's tables give to members which its example and WebAuthn call otherwise.
pub(crate) const OTHER_NAMES: &[(&str, &str, &str)] = &[
    ("", "publicKeyCredParams", "pubKeyCredParams"),
    ("/authenticatorSelection", "requiredResidentKey", "requireResidentKey"),
    ("/user", "username", "name"),
    ("/user", "accountId", "id"),
];

/// Its members, by WebAuthn; those under the names of [`OTHER_NAMES`] are told apart by a rule.
pub(crate) const SHAPE: &[Member] = &[
    required("", "challenge", STRING),
    required("", "rp", OBJECT),
    required("", "user", OBJECT),
    required("", "pubKeyCredParams", ARRAY),
    optional("", "timeout", NUMBER),
    optional("", "attestation", STRING),
    optional("", "authenticatorSelection", OBJECT_OR_NULL),
    optional("", "excludeCredentials", ARRAY),
    optional("", "extensions", OBJECT_OR_NULL),
    required("/rp", "name", STRING),
    optional("/rp", "id", STRING_OR_NULL),
    optional("/rp", "icon", STRING_OR_NULL),
    required("/user", "id", STRING),
    required("/user", "name", STRING),
    required("/user", "displayName", STRING),
    required("/pubKeyCredParams/*", "type", STRING),
    required("/pubKeyCredParams/*", "alg", NUMBER),
    optional("/authenticatorSelection", "authenticatorAttachment", STRING_OR_NULL),
    optional("/authenticatorSelection", "userVerification", STRING_OR_NULL),
    optional("/authenticatorSelection", "residentKey", STRING_OR_NULL),
    optional("/authenticatorSelection", "requireResidentKey", BOOL),
    optional("/authenticatorSelection", "requiredResidentKey", BOOL),
    optional("", "publicKeyCredParams", ARRAY),
];

impl<'a> CreationOptions<'a> {
    /// Reads options from a JSON value.
    pub(crate) fn read(value: Value<'a>, budget: &Budget) -> Self {
        let octets = |value: Option<Value<'a>>| {
            let value = value?;
            let decoded = base64::decode(value.as_str()?.as_bytes(), Form::Url, budget);
            Some(Octets { value, decoded })
        };
        let user = value.member("user");
        let id = user.and_then(|user| user.member("id").or_else(|| user.member("accountId")));
        Self { value, challenge: octets(value.member("challenge")), user_id: octets(id) }
    }

    /// The entries of the list of algorithms, under either name.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = Value<'a>> {
        let list = self.value.member("pubKeyCredParams").or_else(|| self.value.member("publicKeyCredParams"));
        list.into_iter().flat_map(Value::elements)
    }

    /// The algorithms that are offered, as far as they are integers.
    pub(crate) fn algorithms(&self) -> impl Iterator<Item = i64> {
        self.parameters().filter_map(|it| it.member("alg")?.as_i64())
    }

    /// A member of an object in it that is a string.
    pub(crate) fn text(&self, of: &str, name: &str) -> Option<(Value<'a>, &'a str)> {
        let value = self.value.member(of).filter(|it| it.kind() == Type::Object)?.member(name)?;
        Some((value, value.as_str()?))
    }
}
