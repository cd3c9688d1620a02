//! Attestation objects (WebAuthn L3 §6.5.4): a format, its statement, and authenticator data.

use std::borrow::Cow;

use crate::base::{Budget, SpanMap};
use crate::crypto::Digest;
use crate::model::attestation_statement::{Around, Decoded, Statement};
use crate::model::authenticator_data::AuthenticatorData;
use crate::rule::Artefact;
use crate::wire::cbor::{self, Item, Node, Tree};

/// An attestation object.
#[derive(Debug)]
pub(crate) struct AttestationObject<'a> {
    /// The CBOR of it.
    pub(crate) tree: &'a Tree<'a>,
    /// `fmt`.
    pub(crate) fmt: Option<Node<'a, 'a>>,
    /// `attStmt`.
    pub(crate) att_stmt: Option<Node<'a, 'a>>,
    /// `authData`.
    pub(crate) auth_data: Option<Node<'a, 'a>>,
    /// What `authData` holds, where it is a byte string.
    pub(crate) data: Option<&'a AuthenticatorData<'a>>,
    /// The statement, where there is one with authenticator data that it speaks for.
    pub(crate) statement: Option<Statement<'a>>,
}

impl Artefact for AttestationObject<'static> {
    type Model<'a> = AttestationObject<'a>;
}

impl<'a> AttestationObject<'a> {
    /// Reads `bytes`, and hands what was read to `then`.
    pub(crate) fn with<T>(
        bytes: &[u8],
        client_data_hash: Option<Digest>,
        budget: &Budget,
        then: impl FnOnce(&AttestationObject<'_>) -> T,
    ) -> T {
        let tree = cbor::decode(bytes, budget);
        let member = |name| tree.root().and_then(|root| root.member(name));
        let auth_data = member("authData");
        let octets: Option<Cow<'_, [u8]>> = auth_data.and_then(Node::bytes);
        let data = octets.as_deref().map(|octets| AuthenticatorData::read(octets, budget));
        let decoded = Decoded::read(&tree, budget);
        let statement = match (tree.root(), &data) {
            (Some(root), Some(data)) => {
                let data_map = data_map(auth_data);
                let around = Around { data, data_map, client_data_hash, decoded: &decoded };
                Statement::read(root, &around, budget)
            }
            _ => None,
        };
        then(&AttestationObject {
            tree: &tree,
            fmt: member("fmt"),
            att_stmt: member("attStmt"),
            auth_data,
            data: data.as_ref(),
            statement,
        })
    }

    /// The item that the object is, read to its end: of one that was cut nothing can be said.
    pub(crate) fn root(&self) -> Option<Node<'a, 'a>> {
        self.tree.root().filter(|_| self.tree.is_complete())
    }

    /// The map that the object is, read to its end.
    pub(crate) fn map(&self) -> Option<Node<'a, 'a>> {
        self.root().filter(|root| matches!(root.item(), Item::Map))
    }

    /// How places in the authenticator data map to places in the object.
    pub(crate) fn data_map(&self) -> SpanMap {
        data_map(self.auth_data)
    }
}

fn data_map(auth_data: Option<Node<'_, '_>>) -> SpanMap {
    match auth_data {
        Some(node) if matches!(node.item(), Item::Bytes(_)) => SpanMap::Offset(node.content().start),
        Some(node) => SpanMap::Within(node.span()),
        None => SpanMap::Offset(0),
    }
}
