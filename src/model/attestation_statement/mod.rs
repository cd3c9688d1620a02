//! Attestation statements (WebAuthn L3 §8): what an authenticator says for a new key, by format.

pub(crate) mod android_key;
pub(crate) mod apple;
pub(crate) mod safetynet;
pub(crate) mod signature;
pub(crate) mod tpm;

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::base::{Budget, Fault, Span, SpanMap};
use crate::crypto::Digest;
use crate::model::authenticator_data::AuthenticatorData;
use crate::model::certificate::Certificate;
use crate::rule::Artefact;
use crate::wire::cbor::{Item, Node, Tree};
use crate::wire::der::DerFault;
use android_key::KeyDescription;
use safetynet::Response;
use signature::Verification;

/// An attestation statement format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// §8.7
    None,
    /// §8.2
    Packed,
    /// §8.6
    FidoU2f,
    /// §8.3
    Tpm,
    /// §8.4
    AndroidKey,
    /// §8.5
    AndroidSafetynet,
    /// §8.8
    Apple,
    /// §8.9
    Compound,
}

/// Every format, with its identifier.
const FORMATS: [(Format, &str); 8] = [
    (Format::None, "none"),
    (Format::Packed, "packed"),
    (Format::FidoU2f, "fido-u2f"),
    (Format::Tpm, "tpm"),
    (Format::AndroidKey, "android-key"),
    (Format::AndroidSafetynet, "android-safetynet"),
    (Format::Apple, "apple"),
    (Format::Compound, "compound"),
];

impl Format {
    /// The format with this identifier.
    pub(crate) fn of(identifier: &str) -> Option<Self> {
        FORMATS.iter().find(|(_, known)| *known == identifier).map(|(format, _)| *format)
    }

    /// Every identifier.
    pub(crate) fn identifiers() -> impl Iterator<Item = &'static str> {
        FORMATS.iter().map(|(_, identifier)| *identifier)
    }
}

/// A certificate of a statement.
#[derive(Debug)]
pub(crate) struct Link<'a> {
    /// Where it stands in the attestation object; of a SafetyNet response the whole response.
    pub(crate) node: Node<'a, 'a>,
    /// Its path.
    pub(crate) place: Place,
    /// The certificate, where the bytes are one.
    pub(crate) certificate: Option<Certificate<'a>>,
    /// What departs from DER.
    pub(crate) faults: Vec<Fault<DerFault>>,
}

/// How the path to a certificate is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is the CBOR item.
    Item,
    /// It is the certificate with this number in the header of a JWS.
    Header(usize),
}

impl Link<'_> {
    /// Its path in the attestation object.
    pub(crate) fn path(&self) -> String {
        match self.place {
            Place::Item => self.node.path(),
            Place::Header(index) => format!("{} → x5c[{index}]", self.node.path()),
        }
    }

    /// How places in the certificate map to places in the attestation object.
    pub(crate) fn map(&self) -> SpanMap {
        match (self.place, self.node.item()) {
            (Place::Item, Item::Bytes(_)) => SpanMap::Offset(self.node.content().start),
            _ => SpanMap::Within(self.node.span()),
        }
    }

    /// The path and range of something in the certificate.
    pub(crate) fn at(&self, inner: &str, span: Span) -> (String, Span) {
        let path = if inner.is_empty() { self.path() } else { format!("{} → {inner}", self.path()) };
        (path, self.map().outer(span))
    }
}

/// What statements hold in encodings of their own, decoded beforehand so that it can be borrowed.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    responses: Vec<(Span, Response)>,
}

impl Decoded {
    /// Decodes what the statements of an attestation object hold.
    pub(crate) fn read(tree: &Tree<'_>, budget: &Budget) -> Self {
        let mut decoded = Self::default();
        if let Some(root) = tree.root() {
            decoded.add(root, budget);
            let parts = root.member("attStmt").into_iter().flat_map(Node::elements);
            parts.for_each(|part| decoded.add(part, budget));
        }
        decoded
    }

    fn add(&mut self, holder: Node<'_, '_>, budget: &Budget) {
        let format = holder.member("fmt").and_then(|fmt| Format::of(fmt.text()?));
        let response = holder.member("attStmt").and_then(|statement| statement.member("response"));
        if format == Some(Format::AndroidSafetynet)
            && let Some(response) = response
            && let Some(bytes) = response.bytes()
        {
            self.responses.push((response.span(), Response::read(&bytes, budget)));
        }
    }
}

/// What a statement speaks for, and what was decoded of it beforehand.
pub(crate) struct Around<'a> {
    /// The authenticator data.
    pub(crate) data: &'a AuthenticatorData<'a>,
    /// How places in it map to places in the attestation object.
    pub(crate) data_map: SpanMap,
    /// SHA-256 of the client data, where it is known.
    pub(crate) client_data_hash: Option<Digest>,
    /// What stands in encodings of their own.
    pub(crate) decoded: &'a Decoded,
}

/// An attestation statement, in the authenticator data that it speaks for.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    /// The identifier of the format.
    pub(crate) fmt: Node<'a, 'a>,
    /// The format, where it is one that WebAuthn defines.
    pub(crate) format: Option<Format>,
    /// The statement itself.
    pub(crate) body: Node<'a, 'a>,
    /// Whether it is part of a compound statement.
    pub(crate) nested: bool,
    /// The authenticator data.
    pub(crate) data: &'a AuthenticatorData<'a>,
    /// How places in the authenticator data map to places in the attestation object.
    pub(crate) data_map: SpanMap,
    /// SHA-256 of the client data, where it is known.
    pub(crate) client_data_hash: Option<Digest>,
    /// The certificates, the attestation certificate first.
    pub(crate) chain: Vec<Link<'a>>,
    /// The response of a SafetyNet statement.
    pub(crate) response: Option<&'a Response>,
    /// The parts of a compound statement.
    pub(crate) parts: Vec<Statement<'a>>,
    verification: OnceCell<Option<Verification>>,
    description: OnceCell<Option<Result<KeyDescription, (usize, Span)>>>,
}

impl Artefact for Statement<'static> {
    type Model<'a> = Statement<'a>;
}

impl<'a> Statement<'a> {
    /// Reads the statement that a map with `fmt` and `attStmt` holds.
    pub(crate) fn read(holder: Node<'a, 'a>, around: &Around<'a>, budget: &Budget) -> Option<Self> {
        Self::read_at(holder, around, budget, false)
    }

    fn read_at(holder: Node<'a, 'a>, around: &Around<'a>, budget: &Budget, nested: bool) -> Option<Self> {
        let (fmt, body) = (holder.member("fmt")?, holder.member("attStmt")?);
        let format = Format::of(fmt.text()?);
        let mut statement = Self {
            fmt,
            format,
            body,
            nested,
            data: around.data,
            data_map: around.data_map,
            client_data_hash: around.client_data_hash,
            chain: Vec::new(),
            response: None,
            parts: Vec::new(),
            verification: OnceCell::new(),
            description: OnceCell::new(),
        };
        if format == Some(Format::Compound) && !nested {
            let parts = body.elements().filter_map(|part| Self::read_at(part, around, budget, true));
            statement.parts = parts.collect();
        } else if format == Some(Format::AndroidSafetynet) {
            statement.read_response(around.decoded, budget);
        } else if let Some(x5c) = body.member("x5c") {
            statement.chain = x5c.elements().map(|node| Link::read(node, budget)).collect();
        }
        Some(statement)
    }

    fn read_response(&mut self, decoded: &'a Decoded, budget: &Budget) {
        let Some(node) = self.body.member("response") else { return };
        let found = decoded.responses.iter().find(|(span, _)| *span == node.span());
        let Some((_, response)) = found else { return };
        self.response = Some(response);
        for (index, bytes) in response.x5c.iter().enumerate() {
            let (certificate, faults) = Certificate::read(bytes, budget);
            self.chain.push(Link { node, place: Place::Header(index), certificate, faults });
        }
    }

    /// Whether it is of this format.
    pub(crate) fn is(&self, format: Format) -> bool {
        self.format == Some(format)
    }

    /// A member of the statement.
    pub(crate) fn member(&self, name: &str) -> Option<Node<'a, 'a>> {
        self.body.member(name)
    }

    /// A member of the statement that is a byte string.
    pub(crate) fn bytes(&self, name: &str) -> Option<Cow<'a, [u8]>> {
        self.member(name)?.bytes()
    }

    /// The attestation certificate.
    pub(crate) fn leaf(&self) -> Option<(&Link<'a>, &Certificate<'a>)> {
        let link = self.chain.first()?;
        Some((link, link.certificate.as_ref()?))
    }

    /// Android's description of the key, read at the first call: nothing where the attestation certificate
    /// has no such extension, an error where it cannot be read.
    pub(crate) fn key_description(&self, budget: &Budget) -> Option<Result<&KeyDescription, &(usize, Span)>> {
        let read = || android_key::key_description(self.leaf()?.1, budget);
        self.description.get_or_init(read).as_ref().map(Result::as_ref)
    }

    /// Whether the credential key signed for itself.
    pub(crate) fn is_self(&self) -> bool {
        self.is(Format::Packed) && self.member("x5c").is_none()
    }

    /// The path of a member, there or not.
    pub(crate) fn path_of(&self, name: &str) -> String {
        let mut path = self.body.path();
        path.push('.');
        path.push_str(name);
        path
    }
}

impl<'a> Link<'a> {
    fn read(node: Node<'a, 'a>, budget: &Budget) -> Self {
        let (certificate, faults) = match node.item() {
            Item::Bytes(bytes) => Certificate::read(bytes, budget),
            _ => (None, Vec::new()),
        };
        Self { node, place: Place::Item, certificate, faults }
    }
}
