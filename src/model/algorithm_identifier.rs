//! AlgorithmIdentifier and SubjectPublicKeyInfo (RFC 5280 4.1.1.2, 4.1.2.7).

use std::fmt;

use crate::base::Span;
use crate::crypto::names::x509::{self, UnknownAlgorithm};
use crate::crypto::{Algorithm, Digest, Hash, KeyError, PublicKey, digest};
use crate::wire::der::{BitString, Integer, Oid, Reader, Stop, Tag, Value};

/// An algorithm and its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AlgorithmIdentifier<'a> {
    pub(crate) oid: Oid<'a>,
    /// The parameters as they stand, when there are any.
    pub(crate) parameters: Option<Value<'a>>,
    /// The whole value.
    pub(crate) raw: &'a [u8],
    pub(crate) span: Span,
}

impl<'a> AlgorithmIdentifier<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, name: &'static str) -> Result<Self, Stop> {
        let value = r.expect(name, Tag::SEQUENCE)?;
        Self::read_content(r, name, &value)
    }

    /// Reads one under an implicit context tag, when it stands there.
    pub(crate) fn read_implicit(
        r: &mut Reader<'a>,
        name: &'static str,
        number: u32,
    ) -> Result<Option<Self>, Stop> {
        let Some(value) = r.optional(name, Tag::context(number))? else { return Ok(None) };
        Self::read_content(r, name, &value).map(Some)
    }

    fn read_content(r: &mut Reader<'a>, name: &'static str, value: &Value<'a>) -> Result<Self, Stop> {
        r.inside(name, value, |r| {
            let oid = r.oid("algorithm")?;
            let parameters = if r.is_at_end() { None } else { Some(r.value("parameters")?) };
            Ok(Self { oid, parameters, raw: value.raw, span: value.span })
        })
    }

    /// Whether both name one algorithm. NULL parameters and none are the same: of a hash both forms are
    /// written (RFC 5754 2).
    pub(crate) fn is_same(&self, other: &AlgorithmIdentifier<'_>) -> bool {
        fn parameters<'v>(of: &AlgorithmIdentifier<'v>) -> Option<&'v [u8]> {
            of.parameters.filter(|it| it.tag != Tag::NULL).map(|it| it.raw)
        }
        self.oid == other.oid && parameters(self) == parameters(other)
    }

    /// The signature algorithm that it stands for.
    pub(crate) fn signature(&self) -> Result<Algorithm, UnknownAlgorithm> {
        x509::signature(self.oid, self.parameters.map(|parameters| parameters.raw))
    }
}

/// What stands as the parameters of an algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameters {
    Absent,
    Null,
    Other,
}

impl Parameters {
    /// Those that a signature algorithm takes; nothing of RSA-PSS, which has some of its own.
    pub(crate) fn of(algorithm: Algorithm) -> Option<Self> {
        match algorithm {
            Algorithm::RsaPkcs1(_) => Some(Self::Null),
            Algorithm::Ecdsa { .. } | Algorithm::Ed25519 | Algorithm::Dsa { .. } => Some(Self::Absent),
            Algorithm::RsaPss { .. } => None,
        }
    }
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "no parameters",
            Self::Null => "NULL parameters",
            Self::Other => "others",
        })
    }
}

impl AlgorithmIdentifier<'_> {
    /// What stands as its parameters.
    pub(crate) fn parameters_form(&self) -> Parameters {
        match &self.parameters {
            None => Parameters::Absent,
            Some(it) if it.tag == Tag::NULL && it.content.is_empty() => Parameters::Null,
            Some(_) => Parameters::Other,
        }
    }

    /// What the parameters of `algorithm`, which it stands for, should be, and what stands there. An RSA
    /// identifier without any is as good as one with NULL (RFC 5754 3.2).
    pub(crate) fn misfit(&self, algorithm: Algorithm) -> Option<(Parameters, Parameters)> {
        let (wanted, found) = (Parameters::of(algorithm)?, self.parameters_form());
        let is_taken = wanted == found || (wanted, found) == (Parameters::Null, Parameters::Absent);
        (!is_taken).then_some((wanted, found))
    }

    /// What an algorithm that takes NULL or nothing has and was given, where that is neither. The old
    /// identifiers of DSA repeat the numbers of the group.
    pub(crate) fn misfit_beyond_null(&self, algorithm: Algorithm) -> Option<(Parameters, Parameters)> {
        let is_dsa = matches!(algorithm, Algorithm::Dsa { .. });
        self.misfit(algorithm).filter(|(_, found)| *found == Parameters::Other && !is_dsa)
    }

    /// Of the algorithm of an EC key: whether the curve is written out instead of being named.
    pub(crate) fn is_curve_explicit(&self) -> Option<bool> {
        (self.oid == x509::oid::EC_PUBLIC_KEY).then_some(())?;
        Some(self.parameters?.tag == Tag::SEQUENCE)
    }
}

/// A public key with its algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SubjectPublicKeyInfo<'a> {
    pub(crate) algorithm: AlgorithmIdentifier<'a>,
    pub(crate) bits: BitString<'a>,
    /// Modulus and exponent, when it is an RSA key that can be read.
    pub(crate) rsa: Option<(Integer<'a>, Integer<'a>)>,
    /// The whole value.
    pub(crate) raw: &'a [u8],
    pub(crate) span: Span,
}

impl<'a> SubjectPublicKeyInfo<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, name: &'static str) -> Result<Self, Stop> {
        let value = r.expect(name, Tag::SEQUENCE)?;
        r.inside(name, &value, |r| {
            let algorithm = AlgorithmIdentifier::read(r, "algorithm")?;
            let bits = r.bit_string("subjectPublicKey")?;
            let rsa = if algorithm.oid == x509::oid::RSA_ENCRYPTION {
                let read = |r: &mut Reader<'a>| {
                    r.sequence("", |r| Ok((r.integer("modulus")?, r.integer("publicExponent")?)))
                };
                r.nested("subjectPublicKey", bits.span, read).ok()
            } else {
                None
            };
            Ok(Self { algorithm, bits, rsa, raw: value.raw, span: value.span })
        })
    }

    /// The key, parsed anew each time.
    pub(crate) fn key(&self) -> Result<PublicKey, KeyError> {
        if self.bits.unused != 0 {
            let why =
                format!("expected a key of whole octets, found {} bits of the last unused", self.bits.unused);
            return Err(KeyError::Malformed(why));
        }
        if let Some((n, e)) = self.rsa {
            return PublicKey::from_rsa(n.bytes, e.bytes);
        }
        let parameters = self.algorithm.parameters.map(|parameters| parameters.raw);
        PublicKey::from_parts(self.algorithm.oid, parameters, self.bits.bytes)
    }

    /// The key identifier of RFC 5280 4.2.1.2 method 1: the SHA-1 of the key's bits. It is what
    /// CertRA calls the PublicKeyIdentifier.
    pub(crate) fn identifier(&self) -> Digest {
        digest(Hash::Sha1, self.bits.bytes)
    }
}
