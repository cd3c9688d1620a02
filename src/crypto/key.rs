//! Public keys.

use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};

use super::domain::Spelled;
use super::dsa::DsaParts;
use super::edwards;
use super::names::explicit_curve;
use super::names::x509::{self, oid};
use super::point::{abscissa_and_sign, provider_point};
use super::rsa_use::RsaUse;
use super::{Algorithm, Curve};
use crate::base::Budget;
use crate::wire::der::{Encoding, Integer, Oid, Reader, Tag, Writer};

/// What kind of key it is, and how large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA, with the bits of its modulus.
    Rsa(usize),
    /// A point on a curve.
    Ec(Curve),
    /// Ed25519.
    Ed25519,
    /// DSA, with the bits of its prime.
    Dsa(usize),
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "RSA-{bits}"),
            Self::Ec(curve) => write!(f, "EC {curve}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Dsa(bits) => write!(f, "DSA-{bits}"),
        }
    }
}

/// Why bytes are no usable public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// They do not hold a key.
    #[error("{0}")]
    Malformed(String),
    /// They hold a key of a kind that etalon does not work with.
    #[error("{0} keys are not supported")]
    Unsupported(String),
}

/// Modulus and exponent of an RSA key, big-endian without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsaParts {
    /// The modulus.
    pub n: Vec<u8>,
    /// The public exponent.
    pub e: Vec<u8>,
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind())?;
        match &self.material {
            Material::Rsa { use_of: RsaUse::Pss, .. } => f.write_str(" for RSA-PSS alone"),
            Material::Rsa { use_of: RsaUse::PssWith { hash, mgf, least_salt }, .. } => {
                write!(
                    f,
                    " for RSA-PSS with {hash}, MGF1 with {mgf} and {least_salt} or more bytes of salt alone"
                )
            }
            Material::Rsa { use_of: RsaUse::Any, .. }
            | Material::Ec { .. }
            | Material::Ed25519 { .. }
            | Material::Dsa(_) => Ok(()),
        }
    }
}

impl RsaParts {
    /// The key as an `RSAPublicKey` (RFC 8017, A.1.1).
    pub(super) fn to_der(&self) -> Vec<u8> {
        // A header takes five bytes at most, and a sign one.
        let mut numbers = Writer::with_capacity(self.n.len() + self.e.len() + 2 * 6);
        numbers.unsigned(&self.n).unsigned(&self.e);
        let numbers = numbers.finish();
        let mut writer = Writer::with_capacity(numbers.len() + 5);
        writer.sequence_of(&numbers);
        writer.finish()
    }
}

/// A public key, parsed once.
#[derive(Debug)]
pub struct PublicKey {
    pub(super) material: Material,
}

#[derive(Debug)]
pub(super) enum Material {
    /// The provider's form is bound to an algorithm: that of the first signature is kept.
    Rsa {
        parts: RsaParts,
        parsed: OnceLock<(Algorithm, ParsedPublicKey)>,
        use_of: RsaUse,
    },
    /// Many points are compared and never verify anything: the provider's form is made for the first
    /// signature.
    Ec {
        curve: Curve,
        point: Vec<u8>,
        parsed: OnceLock<ParsedPublicKey>,
    },
    Ed25519 {
        raw: [u8; 32],
        parsed: ParsedPublicKey,
    },
    Dsa(DsaParts),
}

impl PublicKey {
    /// The key in a SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// When there is none, or none of a kind that is worked with.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let (parts, faults) = Reader::read(der, Encoding::Der, &Budget::JUDGE, |r| {
            r.sequence("subjectPublicKeyInfo", |r| {
                let (oid, parameters) = r.sequence("algorithm", |r| {
                    let oid = r.oid("algorithm")?;
                    let parameters = if r.is_at_end() { None } else { Some(r.value("parameters")?.raw) };
                    Ok((oid, parameters))
                })?;
                Ok((oid, parameters, r.bit_string("subjectPublicKey")?.octets()))
            })
        });
        match parts {
            Some((oid, parameters, Some(bits))) => Self::from_parts(oid, parameters, bits),
            Some((.., None)) => Err(KeyError::Malformed("expected whole octets, found unused bits".into())),
            None => Err(KeyError::Malformed(
                faults.first().map_or_else(String::new, |fault| format!("{}: {}", fault.at, fault.kind)),
            )),
        }
    }

    /// The key of a SubjectPublicKeyInfo that was taken apart: the algorithm, its parameters as a
    /// whole value, and the octets of the BIT STRING.
    ///
    /// # Errors
    /// As for [`PublicKey::from_spki`].
    pub fn from_parts(algorithm: Oid<'_>, parameters: Option<&[u8]>, bits: &[u8]) -> Result<Self, KeyError> {
        if algorithm == oid::RSA_ENCRYPTION {
            return Self::from_rsa_public_key(bits);
        }
        if algorithm == oid::RSASSA_PSS {
            let kept_to = RsaUse::of_pss(parameters)?;
            let mut key = Self::from_rsa_public_key(bits)?;
            if let Material::Rsa { use_of, .. } = &mut key.material {
                *use_of = kept_to;
            }
            return Ok(key);
        }
        if algorithm == oid::EC_PUBLIC_KEY {
            let curve = curve_of(parameters)?;
            return Self::from_point(curve, bits);
        }
        if algorithm == oid::ED25519 {
            // RFC 8410, 3.
            let found_some = || KeyError::Malformed("expected no parameters of Ed25519, found some".into());
            return parameters.map_or_else(|| Self::from_ed25519(bits), |_| Err(found_some()));
        }
        if [oid::DSA, oid::DSA_OIW].contains(&algorithm) {
            // RFC 3279, 2.3.2: without parameters they are the issuer's, which are not at hand here.
            let inherited = || KeyError::Unsupported("DSA (with the parameters of its issuer)".to_owned());
            let parts = DsaParts::from_der(parameters.ok_or_else(inherited)?, bits).ok_or_else(no_dsa_key)?;
            return Ok(Self { material: Material::Dsa(parts) });
        }
        Err(KeyError::Unsupported(x509::key_algorithm_name(algorithm)))
    }

    /// The key in an `RSAPublicKey` in DER.
    fn from_rsa_public_key(der: &[u8]) -> Result<Self, KeyError> {
        let (parts, faults) = Reader::read(der, Encoding::Ber, &Budget::JUDGE, |r| {
            r.sequence("RSAPublicKey", |r| Ok((r.integer("modulus")?, r.integer("publicExponent")?)))
        });
        let Some((n, e)) = parts.filter(|_| faults.is_empty()) else {
            let why = faults.first().map_or_else(String::new, |fault| fault.kind.to_string());
            return Err(KeyError::Malformed(format!("expected an RSAPublicKey: {why}")));
        };
        // A missing sign octet is a fault of the encoding: the number that was meant is the unsigned one.
        let unsigned = |value: Integer<'_>| crate::wire::der::unsigned(value.bytes).to_vec();
        Self::from_rsa(&unsigned(n), &unsigned(e))
    }

    /// An RSA key by its modulus and exponent, big-endian.
    ///
    /// # Errors
    /// When one of them is zero.
    pub fn from_rsa(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        let (n, e) = (crate::wire::der::unsigned(n), crate::wire::der::unsigned(e));
        if n.is_empty() || e.is_empty() {
            return Err(KeyError::Malformed(
                "expected a modulus and an exponent above zero, found zero".into(),
            ));
        }
        let parts = RsaParts { n: n.to_vec(), e: e.to_vec() };
        Ok(Self { material: Material::Rsa { parts, parsed: OnceLock::new(), use_of: RsaUse::Any } })
    }

    /// An EC key by its coordinates, big-endian and of the curve's length.
    ///
    /// # Errors
    /// When they are no point of the curve.
    pub fn from_coordinates(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        let len = curve.field_len();
        if x.len() != len || y.len() != len {
            return Err(KeyError::Malformed(format!(
                "expected coordinates of {len} bytes, found {} and {}",
                x.len(),
                y.len()
            )));
        }
        if !curve.has_point(x, y) {
            return Err(no_point(curve));
        }
        let point = [&[4], x, y].concat();
        Ok(Self { material: Material::Ec { curve, point, parsed: OnceLock::new() } })
    }

    /// An EC key by its point in SEC 1 form, compressed or not. The hybrid form is none of a public key
    /// (RFC 5480, 2.2).
    ///
    /// # Errors
    /// When it is no point of the curve.
    pub fn from_point(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        if !matches!(point.first(), Some(2..=4)) {
            return Err(no_point(curve));
        }
        let parsed = provider_point(curve, point).ok_or_else(|| no_point(curve))?;
        Ok(Self { material: Material::Ec { curve, point: point.to_vec(), parsed: OnceLock::from(parsed) } })
    }

    /// An Ed25519 key by its 32 octets.
    ///
    /// # Errors
    /// When there are not 32, or they are no point of its curve.
    pub fn from_ed25519(raw: &[u8]) -> Result<Self, KeyError> {
        let bad = || KeyError::Malformed(format!("expected an Ed25519 key of 32 bytes, found {}", raw.len()));
        let raw: [u8; 32] = raw.try_into().map_err(|_| bad())?;
        if !edwards::is_point(&raw) {
            return Err(KeyError::Malformed("expected a point of Ed25519, found none".to_owned()));
        }
        let parsed = ParsedPublicKey::new(&ED25519, raw).map_err(|_| bad())?;
        Ok(Self { material: Material::Ed25519 { raw, parsed } })
    }

    /// A DSA key by the numbers of its group and its own, big-endian.
    ///
    /// # Errors
    /// When they cannot be a key.
    pub fn from_dsa(p: &[u8], q: &[u8], g: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        let parts = DsaParts::new(p, q, g, y).ok_or_else(no_dsa_key)?;
        Ok(Self { material: Material::Dsa(parts) })
    }

    /// What kind of key it is.
    pub fn kind(&self) -> KeyKind {
        match &self.material {
            Material::Rsa { parts, .. } => KeyKind::Rsa(crate::wire::der::bit_length(&parts.n)),
            Material::Ec { curve, .. } => KeyKind::Ec(*curve),
            Material::Ed25519 { .. } => KeyKind::Ed25519,
            Material::Dsa(parts) => KeyKind::Dsa(parts.bits()),
        }
    }

    /// Whether its signatures can be of an algorithm.
    pub fn makes(&self, algorithm: Algorithm) -> bool {
        match (&self.material, algorithm) {
            (Material::Rsa { use_of, .. }, _) => use_of.allows(algorithm),
            (Material::Ec { curve, .. }, Algorithm::Ecdsa { curve: named, .. }) => {
                named.is_none_or(|named| named == *curve)
            }
            (Material::Ed25519 { .. }, Algorithm::Ed25519) | (Material::Dsa(_), Algorithm::Dsa { .. }) => {
                true
            }
            (Material::Ec { .. } | Material::Ed25519 { .. } | Material::Dsa(_), _) => false,
        }
    }

    /// Modulus and exponent, of an RSA key.
    pub fn rsa(&self) -> Option<&RsaParts> {
        match &self.material {
            Material::Rsa { parts, .. } => Some(parts),
            Material::Ec { .. } | Material::Ed25519 { .. } | Material::Dsa(_) => None,
        }
    }

    /// The point in SEC 1 form, of an EC key.
    pub fn point(&self) -> Option<&[u8]> {
        match &self.material {
            Material::Ec { point, .. } => Some(point),
            Material::Rsa { .. } | Material::Ed25519 { .. } | Material::Dsa(_) => None,
        }
    }

    /// Whether it is a point whose multiples are eight at most, which RFC 8032 lets decode: anybody makes
    /// signatures that verify under such a key.
    pub fn is_of_small_order(&self) -> bool {
        matches!(&self.material, Material::Ed25519 { raw, .. } if edwards::is_of_small_order(raw))
    }

    /// The octets that stand in the BIT STRING of its SubjectPublicKeyInfo.
    pub fn subject_public_key(&self) -> Vec<u8> {
        match &self.material {
            Material::Rsa { parts, .. } => parts.to_der(),
            Material::Ec { point, .. } => point.clone(),
            Material::Ed25519 { raw, .. } => raw.to_vec(),
            Material::Dsa(parts) => {
                let mut writer = Writer::new();
                writer.unsigned(&parts.y.to_bytes_be());
                writer.finish()
            }
        }
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn to_spki(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.sequence(|w| {
            w.sequence(|w| match &self.material {
                Material::Rsa { .. } => _ = w.oid(oid::RSA_ENCRYPTION).null(),
                Material::Ec { curve, .. } => {
                    _ = w.oid(oid::EC_PUBLIC_KEY).primitive(Tag::OID, x509::curve_oid(*curve).as_bytes());
                }
                Material::Ed25519 { .. } => _ = w.oid(oid::ED25519),
                Material::Dsa(parts) => {
                    w.oid(oid::DSA).sequence(|w| {
                        for number in [&parts.p, &parts.q, &parts.g] {
                            w.unsigned(&number.to_bytes_be());
                        }
                    });
                }
            });
            w.bit_string(&self.subject_public_key());
        });
        writer.finish()
    }

    /// Whether both are the same key.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.material, &other.material) {
            (Material::Rsa { parts: a, .. }, Material::Rsa { parts: b, .. }) => a == b,
            (Material::Ec { point: a, .. }, Material::Ec { point: b, .. }) => {
                self.kind() == other.kind() && (a == b || abscissa_and_sign(a) == abscissa_and_sign(b))
            }
            (Material::Ed25519 { raw: a, .. }, Material::Ed25519 { raw: b, .. }) => a == b,
            (Material::Dsa(a), Material::Dsa(b)) => a == b,
            (Material::Rsa { .. } | Material::Ec { .. } | Material::Ed25519 { .. } | Material::Dsa(_), _) => {
                false
            }
        }
    }
}

/// The curve that the parameters of an EC key name, or write out.
fn curve_of(parameters: Option<&[u8]>) -> Result<Curve, KeyError> {
    let unnamed = || KeyError::Unsupported("EC (on a curve without a name)".to_owned());
    // RFC 5480, 2.1.1: they are always there, and never those of the issuer, which NULL stands for.
    let Some(parameters) = parameters.filter(|it| !it.starts_with(&[5])) else {
        return Err(KeyError::Malformed("expected the name of a curve, found none".to_owned()));
    };
    if let Some(named) = x509::named_curve(parameters) {
        return x509::curve(parameters).ok_or_else(|| KeyError::Unsupported(format!("EC {named}")));
    }
    match explicit_curve::read(parameters) {
        Some(Spelled::Known(curve)) => Ok(curve),
        Some(Spelled::Altered(curve)) => Err(KeyError::Malformed(format!(
            "expected the parameters of {curve} as they are, found others over its field"
        ))),
        Some(Spelled::Unknown) | None => Err(unnamed()),
    }
}

fn no_dsa_key() -> KeyError {
    KeyError::Malformed("expected the numbers of a DSA key, found others".to_owned())
}

fn no_point(curve: Curve) -> KeyError {
    KeyError::Malformed(format!("expected a point of {curve}, found none"))
}
