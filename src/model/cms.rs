//! CMS (RFC 5652): a ContentInfo, and the SignedData that it holds.
//!
//! It is read as BER: CMS is streamed in indefinite length and segments. Where RFC 5652 asks for
//! DER after all, in the signed attributes, every departure from it is kept as a fault.

use std::borrow::Cow;

use super::algorithm_identifier::AlgorithmIdentifier;
use super::certificate::Certificate;
use super::name::Name;
use crate::base::{Budget, Fault, Span, SpanMap};
use crate::rule::Artefact;
use crate::wire::der::{DerFault, Encoding, Integer, Oid, Reader, Stop};

mod oids;
mod read;
mod signature;
mod signing_certificate;

pub(crate) use oids::*;
pub(crate) use signature::{Known, Signature, SignerCheck};

/// A ContentInfo, as far as it could be read.
#[derive(Debug)]
pub(crate) struct Cms<'a> {
    /// What the content is said to be.
    pub(crate) content_type: Option<Oid<'a>>,
    /// The SignedData, when it is one and could be read to its end.
    pub(crate) signed_data: Option<SignedData<'a>>,
    /// What is wrong with the encoding.
    pub(crate) faults: Vec<Fault<DerFault>>,
    /// What came of each signer, once [`Cms::verify`] was called.
    pub(crate) checks: Vec<SignerCheck>,
}

impl Cms<'_> {
    /// Checks every signature.
    pub(crate) fn verify(&mut self, known: &Known<'_>) {
        self.checks = self.signed_data.as_ref().map(|data| data.check(known)).unwrap_or_default();
    }

    /// Each signer of the SignedData with what came of it.
    pub(crate) fn signers(&self) -> impl Iterator<Item = (&SignerInfo<'_>, &SignerCheck)> {
        self.signed_data.iter().flat_map(|data| &data.signers).zip(&self.checks)
    }
}

/// A SignedData (RFC 5652 §5.1).
#[derive(Debug)]
pub(crate) struct SignedData<'a> {
    pub(crate) version: Integer<'a>,
    pub(crate) digest_algorithms: Vec<Oid<'a>>,
    pub(crate) content_type: Oid<'a>,
    pub(crate) content_type_span: Span,
    /// What is signed; nothing when it is detached.
    pub(crate) content: Option<Content<'a>>,
    pub(crate) certificates: Vec<Embedded<'a>>,
    /// Members of the certificates field that are no X.509 certificate, or could not be read.
    pub(crate) unread_certificates: Vec<Span>,
    /// Where the first other kind of certificate stands, as CMSVersion asks.
    pub(crate) kinds: CertificateKinds,
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
    /// Where they stand. When they came in one piece, exactly there.
    pub(crate) span: Span,
}

impl Content<'_> {
    /// How places in the octets map to places in the artefact.
    pub(crate) fn map(&self) -> SpanMap {
        match self.octets {
            Cow::Borrowed(_) => SpanMap::Offset(self.span.start),
            Cow::Owned(_) => SpanMap::Within(self.span),
        }
    }
}

/// An X.509 certificate in the certificates field.
#[derive(Debug)]
pub(crate) struct Embedded<'a> {
    pub(crate) certificate: Box<Certificate<'a>>,
    /// What departs from X.509 in DER in it; its places are those in the certificate.
    pub(crate) faults: Vec<Fault<DerFault>>,
    /// Where it stands in the artefact.
    pub(crate) span: Span,
    /// Its number among the members of the field.
    pub(crate) index: usize,
}

/// Which of the choices of CertificateChoices and RevocationInfoChoice occur.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CertificateKinds {
    /// An attribute certificate of version 1.
    pub(crate) attribute_v1: bool,
    /// An attribute certificate of version 2.
    pub(crate) attribute_v2: bool,
    /// Another format of certificate or revocation information.
    pub(crate) other: bool,
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
#[derive(Debug)]
pub(crate) enum SignerIdentifier<'a> {
    /// By the issuer and the serial number of the certificate.
    IssuerAndSerial { issuer: Name<'a>, serial: Integer<'a> },
    /// By the subject key identifier of the certificate.
    SubjectKeyIdentifier(Cow<'a, [u8]>),
}

/// Signed or unsigned attributes.
#[derive(Debug)]
pub(crate) struct Attributes<'a> {
    /// The contents of the SET.
    pub(crate) content: &'a [u8],
    pub(crate) all: Vec<Attribute<'a>>,
    pub(crate) span: Span,
}

/// An attribute: a type, and a SET of values.
#[derive(Debug)]
pub(crate) struct Attribute<'a> {
    pub(crate) oid: Oid<'a>,
    /// The contents of the SET of values.
    pub(crate) values: &'a [u8],
    /// How many values there are.
    pub(crate) count: u32,
    pub(crate) span: Span,
}

impl Artefact for Cms<'static> {
    type Model<'a> = Cms<'a>;
}

impl<'a> Attributes<'a> {
    /// The attributes of a type.
    pub(crate) fn of(&self, oid: Oid<'_>) -> impl Iterator<Item = &Attribute<'a>> {
        self.all.iter().filter(move |attribute| attribute.oid == oid)
    }

    /// The one attribute of a type with one value; nothing where it is absent, repeated, or has
    /// another number of values.
    pub(crate) fn single(&self, oid: Oid<'_>) -> Option<&Attribute<'a>> {
        let mut of = self.of(oid);
        let first = of.next()?;
        (of.next().is_none() && first.count == 1).then_some(first)
    }
}

impl<'a> Attribute<'a> {
    /// Reads its values with `f`; nothing where they are not what `f` asks for.
    pub(crate) fn read<T>(&self, f: impl FnOnce(&mut Reader<'a>) -> Result<T, Stop>) -> Option<T> {
        Reader::read(self.values, Encoding::Ber, &Budget::JUDGE, f).0
    }
}
