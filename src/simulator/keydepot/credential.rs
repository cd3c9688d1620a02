//! What an accepted attestation registers: the credential id and the public key.

use serde_json::{Map, Value, json};

use crate::base::Budget;
use crate::wire::base64::{self, Form};
use crate::wire::cbor::{self, Item, Node};

/// The members of a posted attestation, nested under `response` or flat (SD-08).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Posted {
    pub(super) client_data: Vec<u8>,
    pub(super) attestation_object: Vec<u8>,
}

/// A registered credential.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Registered {
    /// The credential id.
    pub(super) id: Vec<u8>,
    /// The key's own members as a JWK: `kty` and what belongs to it.
    pub(super) jwk: Value,
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    base64::decode(text.as_bytes(), Form::Url, &Budget::JUDGE).strict()
}

impl Posted {
    /// Reads what was posted; nothing when a member is missing or unreadable.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(body).ok()?;
        let from = value.get("response").unwrap_or(&value);
        let member = |name: &str| bytes(from.get(name)?.as_str()?);
        Some(Self {
            client_data: member("clientDataJSON")?,
            attestation_object: member("attestationObject")?,
        })
    }

    /// The challenge that the client data hold.
    pub(super) fn challenge(&self) -> Option<String> {
        let value: Value = serde_json::from_slice(&self.client_data).ok()?;
        value.get("challenge")?.as_str().map(str::to_owned)
    }

    /// Whether the attestation object has no statement.
    pub(super) fn is_without_statement(&self) -> bool {
        let tree = cbor::decode(&self.attestation_object, &Budget::JUDGE);
        tree.root().and_then(|root| root.member("fmt")?.text()) == Some("none")
    }

    /// The credential that the authenticator data attest.
    pub(super) fn credential(&self) -> Option<Registered> {
        let tree = cbor::decode(&self.attestation_object, &Budget::JUDGE);
        let data = tree.root()?.member("authData")?.bytes()?;
        // rpIdHash, flags, signCount and AAGUID stand before the length of the id.
        const BEFORE: usize = 32 + 1 + 4 + 16;
        let rest = data.get(BEFORE..)?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (id, key) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let key = cbor::decode_prefix(key, 0, &Budget::JUDGE);
        Some(Registered { id: id.to_vec(), jwk: jwk(key.root()?)? })
    }
}

/// A COSE key as a JWK.
fn jwk(key: Node<'_, '_>) -> Option<Value> {
    let member = |label: i64| {
        let bytes = key.labelled(label)?.bytes()?;
        Some(base64::encode(&bytes, Form::Url))
    };
    let algorithm = key.labelled(3)?.integer()?;
    match key.labelled(1)?.integer()? {
        1 => Some(json!({"kty": "OKP", "crv": "Ed25519", "x": member(-2)?, "alg": "EdDSA"})),
        2 => {
            let (crv, alg) = match key.labelled(-1)?.integer()? {
                1 => ("P-256", "ES256"),
                2 => ("P-384", "ES384"),
                3 => ("P-521", "ES512"),
                _ => return None,
            };
            Some(json!({"kty": "EC", "crv": crv, "x": member(-2)?, "y": member(-3)?, "alg": alg}))
        }
        3 => {
            let alg = match algorithm {
                -257 => "RS256",
                -258 => "RS384",
                -259 => "RS512",
                -37 => "PS256",
                -38 => "PS384",
                -39 => "PS512",
                _ => return None,
            };
            Some(json!({"kty": "RSA", "n": member(-1)?, "e": member(-2)?, "alg": alg}))
        }
        _ => None,
    }
}

/// An attestation object as it is shown: as a whole, and its parts beside it (SD-55).
pub(super) fn shown(attestation_object: &[u8]) -> Value {
    let mut shown = json!({"attestationObject": base64::encode(attestation_object, Form::Url)});
    let tree = cbor::decode(attestation_object, &Budget::JUDGE);
    for (name, value) in tree.root().into_iter().flat_map(Node::pairs) {
        if let Some(name) = name.text() {
            shown[name] = plain(value);
        }
    }
    shown
}

/// CBOR as JSON, bytes as base64url. The depth is that of the decoder's budget.
fn plain(node: Node<'_, '_>) -> Value {
    match node.item() {
        Item::Map => node
            .pairs()
            .filter_map(|(name, value)| Some((name.text()?.to_owned(), plain(value))))
            .collect::<Map<_, _>>()
            .into(),
        Item::Array => node.elements().map(plain).collect(),
        Item::Bool(value) => value.into(),
        Item::Float(value) => value.into(),
        Item::Unsigned(_) | Item::Negative(_) => node.integer().map_or(Value::Null, Value::from),
        Item::Text(text) => text.into(),
        Item::Bytes(_) | Item::ByteChunks => {
            node.bytes().map_or(Value::Null, |bytes| base64::encode(&bytes, Form::Url).into())
        }
        Item::BadText(_)
        | Item::TextChunks
        | Item::Tag(_)
        | Item::Null
        | Item::Undefined
        | Item::Simple(_)
        | Item::Break => Value::Null,
    }
}
