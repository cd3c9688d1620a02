//! A certification request (PKCS#10, RFC 2986).

use std::borrow::Cow;
use std::cell::OnceCell;

use super::algorithm_identifier::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use super::distinguished_name::{DistinguishedName, NotAName};
use super::extension::Extension;
use super::name::Name;
use crate::base::{Budget, Fault, Span, SpanMap};
use crate::crypto::weak::{Weakness, quick_weaknesses};
use crate::crypto::{KeyError, PublicKey};
use crate::rule::Artefact;
use crate::wire::base64::Base64Fault;
use crate::wire::der::{BitString, DerFault, Encoding, Integer, Oid, Reader, Stop, Tag, Value};
use crate::wire::pem;

/// The bytes that a request came as.
#[derive(Debug)]
pub(crate) struct Armour<'a> {
    /// The DER; nothing when it stands in a PEM block that is no base64.
    pub(crate) der: Option<Cow<'a, [u8]>>,
    /// The PEM block that it stood in.
    pub(crate) pem: Option<Span>,
    /// What is wrong with the base64 of that block.
    pub(crate) faults: Vec<Fault<Base64Fault>>,
    /// How places in the DER map to places in the input.
    pub(crate) map: SpanMap,
}

impl Artefact for Armour<'static> {
    type Model<'a> = Armour<'a>;
}

impl<'a> Armour<'a> {
    /// Takes a request out of its PEM, when it stands in one.
    pub(crate) fn open(input: &'a [u8]) -> Self {
        let text = std::str::from_utf8(input).unwrap_or_default();
        let blocks = if text.contains("-----BEGIN ") { pem::blocks(text) } else { Vec::new() };
        match blocks.into_iter().find(|block| block.label.ends_with("CERTIFICATE REQUEST")) {
            Some(block) => Self {
                map: block.map(text),
                pem: Some(block.span),
                faults: block.faults,
                der: block.der.map(Cow::Owned),
            },
            None => Self {
                der: Some(Cow::Borrowed(input)),
                pem: None,
                faults: Vec::new(),
                map: SpanMap::Offset(0),
            },
        }
    }
}

/// What reading a request found, whether or not it is one.
#[derive(Debug)]
pub(crate) struct CsrEncoding<'a> {
    pub(crate) faults: &'a [Fault<DerFault>],
    /// Whether a request could be read.
    pub(crate) is_read: bool,
}

impl Artefact for CsrEncoding<'static> {
    type Model<'a> = CsrEncoding<'a>;
}

/// A certification request.
#[derive(Debug)]
pub(crate) struct Csr<'a> {
    /// The signed part, with its header.
    pub(crate) info: &'a [u8],
    pub(crate) version: Integer<'a>,
    pub(crate) subject: Name<'a>,
    pub(crate) spki: SubjectPublicKeyInfo<'a>,
    /// The attributes; nothing when the field is absent.
    pub(crate) attributes: Option<Vec<CsrAttribute<'a>>>,
    pub(crate) algorithm: AlgorithmIdentifier<'a>,
    pub(crate) signature: BitString<'a>,
    pub(crate) span: Span,
    /// The subject as eHealth writes it.
    pub(crate) owner: DistinguishedName<'a>,
    /// The name that the subject is to be, where one is known.
    pub(crate) expected: Option<Result<DistinguishedName<'a>, NotAName>>,
    key: OnceCell<Result<PublicKey, KeyError>>,
    weaknesses: OnceCell<Vec<Weakness>>,
}

/// An attribute of a request.
#[derive(Debug)]
pub(crate) struct CsrAttribute<'a> {
    pub(crate) oid: Oid<'a>,
    pub(crate) values: Vec<Value<'a>>,
    /// The extensions that it asks for, when it is an extensionRequest.
    pub(crate) extensions: Vec<Extension<'a>>,
    pub(crate) span: Span,
}

/// Object identifiers of attributes (RFC 2985).
pub(crate) mod oid {
    use crate::wire::der::Oid;

    /// challengePassword: 1.2.840.113549.1.9.7
    pub(crate) const CHALLENGE_PASSWORD: Oid<'static> =
        Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 7]);
    /// extensionRequest: 1.2.840.113549.1.9.14
    pub(crate) const EXTENSION_REQUEST: Oid<'static> =
        Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14]);
}

impl Artefact for Csr<'static> {
    type Model<'a> = Csr<'a>;
}

impl<'a> Csr<'a> {
    /// Reads a request in DER. Nothing when the bytes are none; the faults say where it ended.
    pub(crate) fn read(bytes: &'a [u8], budget: &Budget) -> (Option<Self>, Vec<Fault<DerFault>>) {
        Reader::read(bytes, Encoding::Der, budget, |r| {
            let whole = r.expect("", Tag::SEQUENCE)?;
            r.inside("", &whole, |r| {
                let info = r.expect("certificationRequestInfo", Tag::SEQUENCE)?;
                let (version, subject, spki, attributes) =
                    r.inside("certificationRequestInfo", &info, |r| {
                        let version = r.integer("version")?;
                        let subject = Name::read(r, "subject")?;
                        let spki = SubjectPublicKeyInfo::read(r, "subjectPKInfo")?;
                        Ok((version, subject, spki, read_attributes(r)?))
                    })?;
                let algorithm = AlgorithmIdentifier::read(r, "signatureAlgorithm")?;
                let signature = r.bit_string("signature")?;
                Ok(Self {
                    owner: DistinguishedName::of(&subject),
                    expected: None,
                    info: info.raw,
                    version,
                    subject,
                    spki,
                    attributes,
                    algorithm,
                    signature,
                    span: whole.span,
                    key: OnceCell::new(),
                    weaknesses: OnceCell::new(),
                })
            })
        })
    }

    /// The public key, parsed at the first call.
    pub(crate) fn key(&self) -> Result<&PublicKey, &KeyError> {
        self.key.get_or_init(|| self.spki.key()).as_ref()
    }

    /// What makes its RSA key weak, but for close primes.
    pub(crate) fn weaknesses(&self) -> Option<&[Weakness]> {
        let key = self.key().ok()?.rsa()?;
        Some(self.weaknesses.get_or_init(|| quick_weaknesses(key)))
    }

    /// Every attribute, in order.
    pub(crate) fn all_attributes(&self) -> impl Iterator<Item = &CsrAttribute<'a>> {
        self.attributes.iter().flatten()
    }

    /// The extensions that it asks for, with the number of their attribute and their own.
    pub(crate) fn requested_extensions(&self) -> impl Iterator<Item = (usize, usize, &Extension<'a>)> {
        self.all_attributes().enumerate().flat_map(|(at, attribute)| {
            attribute.extensions.iter().enumerate().map(move |(number, it)| (at, number, it))
        })
    }
}

fn read_attributes<'a>(r: &mut Reader<'a>) -> Result<Option<Vec<CsrAttribute<'a>>>, Stop> {
    let Some(field) = r.optional("attributes", Tag::context(0))? else { return Ok(None) };
    r.check_set_order("attributes", &field);
    let attributes = r.inside("attributes", &field, |r| {
        r.each(|r, _| {
            let whole = r.expect("", Tag::SEQUENCE)?;
            r.inside("", &whole, |r| {
                let oid = r.oid("type")?;
                let set = r.expect("values", Tag::SET)?;
                let mut extensions = Vec::new();
                let values = r.inside("values", &set, |r| {
                    r.each(|r, _| {
                        let value = r.value("")?;
                        if oid == oid::EXTENSION_REQUEST {
                            // What is wrong in a request for extensions leaves the rest judged.
                            let read = r.nested("", value.span, |r| Extension::read_all(r, ""));
                            extensions.extend(read.unwrap_or_default());
                        }
                        Ok(value)
                    })
                })?;
                Ok(CsrAttribute { oid, values, extensions, span: whole.span })
            })
        })
    })?;
    Ok(Some(attributes))
}
