//! CMS SignedData, in BER as a streaming writer makes it or in DER.

use super::certificate::CertificateSpec;
use super::der::{self, Length, Node};
use super::keys::{Algorithm, Hash, Key, hash_identifier, identifier};
use super::pki::Party;
use crate::base::time::Instant;
use crate::crypto::digest;

/// id-data
pub const DATA: &str = "1.2.840.113549.1.7.1";
/// id-signedData
pub const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
/// id-contentType
pub const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
/// id-messageDigest
pub const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
/// id-signingTime
pub const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
/// id-aa-CMSAlgorithmProtection
pub const ALGORITHM_PROTECTION: &str = "1.2.840.113549.1.9.52";

/// An attribute: its type and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The type, dotted.
    pub oid: &'static str,
    /// The values.
    pub values: Vec<Node>,
}

impl Attribute {
    /// An attribute of one value.
    pub fn new(oid: &'static str, value: Node) -> Self {
        Self { oid, values: vec![value] }
    }

    fn node(&self) -> Node {
        der::seq([der::oid(self.oid), der::set_as_given(self.values.clone())])
    }
}

/// A signer of a SignedData.
#[derive(Clone)]
pub struct SignerSpec {
    /// The version number.
    pub version: i64,
    /// How the signer is named.
    pub sid: Node,
    /// The hash of the content.
    pub hash: Hash,
    /// The algorithm of the signature.
    pub algorithm: Algorithm,
    /// The algorithm of the signature as it is written.
    pub written: Node,
    /// The key that signs.
    pub key: Key,
    /// The signed attributes; nothing to sign the content itself.
    pub signed: Option<Vec<Attribute>>,
    /// The signed attributes are sent, and signed, in this order instead of that of DER.
    pub unsorted: bool,
    /// The unsigned attributes.
    pub unsigned: Option<Vec<Attribute>>,
}

impl SignerSpec {
    /// A signer named by issuer and serial number, over SHA-256, with rsaEncryption written for RSA
    /// as ETKs have it, and no signed attributes.
    pub fn of(party: &Party) -> Self {
        let algorithm = party.key.algorithm();
        let written = match algorithm {
            Algorithm::RsaPkcs1(_) => der::algorithm_null("1.2.840.113549.1.1.1"),
            other => identifier(other),
        };
        let hash = algorithm.hash().unwrap_or(Hash::Sha512);
        Self {
            version: 1,
            sid: issuer_and_serial(&party.spec),
            hash,
            algorithm,
            written,
            key: party.key.clone(),
            signed: None,
            unsorted: false,
            unsigned: None,
        }
    }

    /// The same with another algorithm, named by its own identifier.
    #[must_use]
    pub fn with_algorithm(self, algorithm: Algorithm) -> Self {
        let hash = algorithm.hash().unwrap_or(self.hash);
        Self { algorithm, hash, written: identifier(algorithm), ..self }
    }

    /// The same, named by the subject key identifier `id`.
    #[must_use]
    pub fn by_key_identifier(self, id: &[u8]) -> Self {
        Self { version: 3, sid: der::primitive(0x80, id), ..self }
    }

    /// The same with the signed attributes that content of type `content_type` calls for.
    #[must_use]
    pub fn with_attributes(self, content_type: &str, content: &[u8], at: Instant) -> Self {
        let signed = vec![
            Attribute::new(CONTENT_TYPE, der::oid(content_type)),
            Attribute::new(SIGNING_TIME, der::time(at)),
            Attribute::new(MESSAGE_DIGEST, der::octets(digest(self.hash, content).as_bytes())),
        ];
        Self { signed: Some(signed), ..self }
    }

    /// A signed attribute, to be changed.
    ///
    /// # Panics
    /// When the signer has no such attribute.
    pub fn signed_mut(&mut self, oid: &str) -> &mut Attribute {
        let signed = self.signed.as_mut().expect("a signer with attributes");
        signed.iter_mut().find(|it| it.oid == oid).expect("an attribute of that type")
    }

    fn node(&self, content: &[u8]) -> Node {
        let set = |attributes: &[Attribute]| {
            let nodes: Vec<Node> = attributes.iter().map(Attribute::node).collect();
            if self.unsorted { der::set_as_given(nodes) } else { der::set_of(nodes) }
        };
        let signed = self.signed.as_deref().map(set);
        let message = signed.as_ref().map_or_else(|| content.to_vec(), Node::encode);
        let signature = self.key.sign(self.algorithm, &message);
        let mut parts = vec![der::int(self.version), self.sid.clone(), hash_identifier(self.hash)];
        parts.extend(signed.map(|set| set.tagged(0xa0)));
        parts.extend([self.written.clone(), der::octets(signature)]);
        parts.extend(self.unsigned.as_deref().map(|all| set(all).tagged(0xa1)));
        der::seq(parts)
    }
}

/// IssuerAndSerialNumber of a certificate.
pub fn issuer_and_serial(spec: &CertificateSpec) -> Node {
    der::seq([spec.issuer.node(), spec.serial.clone()])
}

/// A SignedData that is still to be signed.
#[derive(Clone)]
pub struct Spec {
    /// The type of the message.
    pub outer_type: &'static str,
    /// The version number.
    pub version: i64,
    /// The digest algorithms at the head.
    pub hashes: Vec<Hash>,
    /// The type of the content.
    pub content_type: &'static str,
    /// The content.
    pub content: Vec<u8>,
    /// Whether the content is left out of the message.
    pub detached: bool,
    /// Indefinite lengths outside, and the content in chunks of this many octets; DER without.
    pub chunk: Option<usize>,
    /// The certificates.
    pub certificates: Vec<Vec<u8>>,
    /// The signers.
    pub signers: Vec<SignerSpec>,
}

impl Spec {
    /// A SignedData in DER over id-data.
    pub fn new(content: impl Into<Vec<u8>>, certificates: Vec<Vec<u8>>, signers: Vec<SignerSpec>) -> Self {
        let mut hashes: Vec<Hash> = Vec::new();
        for signer in &signers {
            if !hashes.contains(&signer.hash) {
                hashes.push(signer.hash);
            }
        }
        Self {
            outer_type: SIGNED_DATA,
            version: 1,
            hashes,
            content_type: DATA,
            content: content.into(),
            detached: false,
            chunk: None,
            certificates,
            signers,
        }
    }

    /// The same as a streaming writer makes it: indefinite lengths, and chunks of 1000 octets.
    #[must_use]
    pub fn streamed(self) -> Self {
        Self { chunk: Some(1000), ..self }
    }

    /// The ContentInfo, signed.
    pub fn sign(&self) -> Vec<u8> {
        self.node().encode()
    }

    /// The ContentInfo to be encoded.
    pub fn node(&self) -> Node {
        let length = if self.chunk.is_some() { Length::Indefinite } else { Length::Minimal };
        let hashes: Vec<Node> = self.hashes.iter().map(|&hash| hash_identifier(hash)).collect();
        let mut encapsulated = vec![der::oid(self.content_type)];
        if !self.detached {
            let octets = match self.chunk {
                Some(size) => der::chunked_octets(&self.content, size),
                None => der::octets(self.content.clone()),
            };
            encapsulated.push(der::context(0, [octets]).with_length(length));
        }
        let mut parts =
            vec![der::int(self.version), der::set_of(hashes), der::seq(encapsulated).with_length(length)];
        if !self.certificates.is_empty() {
            let all: Vec<Node> = self.certificates.iter().map(|it| der::encoded(it.as_slice())).collect();
            parts.push(der::context(0, all).with_length(length));
        }
        let signers: Vec<Node> = self.signers.iter().map(|signer| signer.node(&self.content)).collect();
        parts.push(der::set_of(signers));
        let data = der::seq(parts).with_length(length);
        der::seq([der::oid(self.outer_type), der::context(0, [data]).with_length(length)]).with_length(length)
    }
}
