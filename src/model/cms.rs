//! CMS (RFC 5652): a ContentInfo, and the SignedData that it holds.
//!
//! It is read as BER: CMS is streamed in indefinite length and segments. Where RFC 5652 asks for
//! DER after all, in the signed attributes, every departure from it is kept as a fault.

use std::borrow::Cow;

use crate::base::{Fault, Span};
use crate::rule::Artefact;
use crate::wire::der::{DerFault, Integer, Oid, Value};

mod oids;
mod read;

pub(crate) use oids::*;

/// A ContentInfo, as far as it could be read.
#[derive(Debug)]
pub(crate) struct Cms<'a> {
    /// What the content is said to be.
    pub(crate) content_type: Option<Oid<'a>>,
    /// The SignedData, when it is one and could be read to its end.
    pub(crate) signed_data: Option<SignedData<'a>>,
    /// What is wrong with the encoding.
    pub(crate) faults: Vec<Fault<DerFault>>,
}

/// A SignedData (RFC 5652 §5.1).
#[derive(Debug)]
pub(crate) struct SignedData<'a> {
    pub(crate) version: Integer<'a>,
    pub(crate) digest_algorithms: Vec<AlgorithmIdentifier<'a>>,
    pub(crate) content_type: Oid<'a>,
    pub(crate) content_type_span: Span,
    /// What is signed; nothing when it is detached.
    pub(crate) content: Option<Content<'a>>,
    pub(crate) certificates: Vec<CertificateChoice<'a>>,
    /// How many revocation lists are embedded.
    pub(crate) crls: usize,
    pub(crate) signers: Vec<SignerInfo<'a>>,
    /// Where it stands.
    pub(crate) span: Span,
}

/// The eContent of a SignedData.
#[derive(Debug)]
pub(crate) struct Content<'a> {
    /// The octets that are signed: put together where they came in segments.
    pub(crate) octets: Cow<'a, [u8]>,
    /// Whether it is an OCTET STRING as CMS wants it, and not any value as in PKCS #7.
    pub(crate) is_octet_string: bool,
    /// Where they stand. When they were borrowed, exactly there.
    pub(crate) span: Span,
}

/// A member of the certificates field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CertificateChoice<'a> {
    /// The whole value.
    pub(crate) raw: &'a [u8],
    /// Whether it is an X.509 certificate, and not one of the other choices.
    pub(crate) is_certificate: bool,
    pub(crate) span: Span,
}

/// An AlgorithmIdentifier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AlgorithmIdentifier<'a> {
    pub(crate) oid: Oid<'a>,
    pub(crate) parameters: Option<Value<'a>>,
    pub(crate) span: Span,
}

/// A SignerInfo (RFC 5652 §5.3).
#[derive(Debug)]
pub(crate) struct SignerInfo<'a> {
    pub(crate) version: Integer<'a>,
    pub(crate) sid: SignerIdentifier<'a>,
    pub(crate) sid_span: Span,
    pub(crate) digest_algorithm: AlgorithmIdentifier<'a>,
    pub(crate) signed_attributes: Option<Attributes<'a>>,
    pub(crate) signature_algorithm: AlgorithmIdentifier<'a>,
    pub(crate) signature: Cow<'a, [u8]>,
    pub(crate) signature_span: Span,
    pub(crate) unsigned_attributes: Option<Attributes<'a>>,
    pub(crate) span: Span,
}

/// How a signer is named.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SignerIdentifier<'a> {
    /// By the issuer, a whole Name, and the serial number of the certificate.
    IssuerAndSerial { issuer: &'a [u8], serial: Integer<'a> },
    /// By the subject key identifier of the certificate.
    SubjectKeyIdentifier(&'a [u8]),
}

/// Signed or unsigned attributes.
#[derive(Debug)]
pub(crate) struct Attributes<'a> {
    /// The contents of the SET.
    pub(crate) content: &'a [u8],
    pub(crate) all: Vec<Attribute<'a>>,
    pub(crate) span: Span,
}

/// An attribute: a type and the values that it has.
#[derive(Debug)]
pub(crate) struct Attribute<'a> {
    pub(crate) oid: Oid<'a>,
    pub(crate) values: Vec<Value<'a>>,
    pub(crate) span: Span,
}

impl Artefact for Cms<'static> {
    type Model<'a> = Cms<'a>;
}

impl<'a> Attributes<'a> {
    /// The attributes of a type.
    pub(crate) fn of(&self, oid: Oid<'_>) -> impl Iterator<Item = &Attribute<'a>> {
        self.all.iter().filter(move |attribute| attribute.oid.as_bytes() == oid.as_bytes())
    }

    /// The one value of the one attribute of a type; nothing where it is absent, repeated, or has
    /// another number of values.
    pub(crate) fn single(&self, oid: Oid<'_>) -> Option<&Value<'a>> {
        let mut of = self.of(oid);
        match (of.next()?.values.as_slice(), of.next()) {
            ([value], None) => Some(value),
            _ => None,
        }
    }
}
