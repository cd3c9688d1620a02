//! An attestation as KeyDepot takes it: a PublicKeyCredential of a registration, in JSON.

use crate::base::Budget;
use crate::model::attestation_object::AttestationObject;
use crate::rule::Artefact;
use crate::wire::base64::{self, Decoded, Form};
use crate::wire::json::{Type, Value};

/// A member that stands for bytes.
#[derive(Debug)]
pub(crate) struct Encoded<'a> {
    /// Its WebAuthn name.
    pub(crate) name: &'static str,
    /// The JSON value.
    pub(crate) value: Value<'a>,
    /// What its text decodes to; nothing where it is no string.
    pub(crate) decoded: Option<Decoded>,
}

impl Encoded<'_> {
    /// The bytes.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.decoded.as_ref()?.bytes.as_deref()
    }
}

/// The members of an attestation.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    /// The whole.
    pub(crate) root: Value<'a>,
    /// `type`.
    pub(crate) kind: Option<Value<'a>>,
    /// `id`.
    pub(crate) id: Option<Encoded<'a>>,
    /// `rawId`, or `rawid` as the cookbook spells it.
    pub(crate) raw_id: Option<Encoded<'a>>,
    /// `response`.
    pub(crate) response: Option<Value<'a>>,
    /// `clientDataJSON`, under `response` or flat.
    pub(crate) client_data: Option<Encoded<'a>>,
    /// `attestationObject`, under `response` or flat.
    pub(crate) attestation_object: Option<Encoded<'a>>,
    /// `authenticatorData`, `publicKey` and `publicKeyAlgorithm` under `response`, which say again what
    /// stands in the attestation object.
    pub(crate) authenticator_data: Option<Encoded<'a>>,
    pub(crate) public_key: Option<Encoded<'a>>,
    pub(crate) public_key_algorithm: Option<Value<'a>>,
}

impl<'a> Members<'a> {
    /// Finds the members, and decodes those that stand for bytes.
    pub(crate) fn read(root: Value<'a>, budget: &Budget) -> Self {
        let response = root.member("response");
        let nested = response.filter(|response| response.kind() == Type::Object);
        let encoded = |name, value: Option<Value<'a>>| {
            let value = value?;
            let decoded = value.as_str().map(|text| base64::decode(text.as_bytes(), Form::Url, budget));
            Some(Encoded { name, value, decoded })
        };
        let inner = |name| nested.and_then(|response| response.member(name)).or_else(|| root.member(name));
        let again = |name| nested.and_then(|response| response.member(name));
        Self {
            root,
            kind: root.member("type"),
            id: encoded("id", root.member("id")),
            raw_id: encoded("rawId", root.member("rawId").or_else(|| root.member("rawid"))),
            response,
            client_data: encoded("clientDataJSON", inner("clientDataJSON")),
            attestation_object: encoded("attestationObject", inner("attestationObject")),
            authenticator_data: encoded("authenticatorData", again("authenticatorData")),
            public_key: encoded("publicKey", again("publicKey")),
            public_key_algorithm: again("publicKeyAlgorithm"),
        }
    }

    /// Whether anything of an attestation is there.
    pub(crate) fn is_one(&self) -> bool {
        self.root.kind() == Type::Object
    }

    /// The members that stand for bytes, but for those that say something again.
    pub(crate) fn encoded(&self) -> impl Iterator<Item = &Encoded<'a>> {
        [&self.id, &self.raw_id, &self.client_data, &self.attestation_object].into_iter().flatten()
    }
}

/// An attestation with the object that it carries.
#[derive(Debug)]
pub(crate) struct Attestation<'a> {
    /// Its members.
    pub(crate) members: &'a Members<'a>,
    /// The attestation object, where its bytes could be had.
    pub(crate) object: Option<&'a AttestationObject<'a>>,
}

impl Artefact for Attestation<'static> {
    type Model<'a> = Attestation<'a>;
}
