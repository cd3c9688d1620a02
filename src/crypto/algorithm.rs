//! Signature algorithms.

use std::fmt;

use super::Hash;

/// An elliptic curve that ECDSA is done on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Curve {
    /// P-256, secp256r1.
    P256,
    /// P-384, secp384r1.
    P384,
    /// P-521, secp521r1.
    P521,
    /// secp256k1.
    Secp256k1,
}

impl Curve {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::P256, Self::P384, Self::P521, Self::Secp256k1];

    /// The name that JOSE gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Secp256k1 => "secp256k1",
        }
    }

    /// Bits of a field element.
    pub const fn bits(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// Bytes of a coordinate, and of each half of a signature.
    pub const fn field_len(self) -> usize {
        self.bits().div_ceil(8)
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How the two integers of an ECDSA or DSA signature stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureForm {
    /// `SEQUENCE { r INTEGER, s INTEGER }` in DER: X.509, CMS, WebAuthn.
    Der,
    /// `r || s`, each as long as a field element (with DSA, as the order): JOSE, XML signatures.
    Fixed,
}

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Hash),
    /// RSASSA-PSS with MGF1.
    RsaPss {
        /// The hash of the message.
        hash: Hash,
        /// The hash of MGF1.
        mgf: Hash,
        /// Bytes of salt.
        salt: u16,
    },
    /// ECDSA.
    Ecdsa {
        /// The hash of the message.
        hash: Hash,
        /// How the signature stands.
        form: SignatureForm,
        /// The curve, where the algorithm's name fixes it.
        curve: Option<Curve>,
    },
    /// Ed25519.
    Ed25519,
    /// DSA, which is verified and never made.
    Dsa {
        /// The hash of the message.
        hash: Hash,
        /// How the signature stands.
        form: SignatureForm,
    },
}

impl Algorithm {
    /// RSASSA-PSS as everybody uses it: one hash, and a salt of its length.
    pub const fn pss(hash: Hash) -> Self {
        Self::RsaPss { hash, mgf: hash, salt: hash.len() as u16 }
    }

    /// ECDSA in DER on any curve.
    pub const fn ecdsa_der(hash: Hash) -> Self {
        Self::Ecdsa { hash, form: SignatureForm::Der, curve: None }
    }

    /// The hash of the message; Ed25519 has none to choose.
    pub const fn hash(self) -> Option<Hash> {
        match self {
            Self::RsaPkcs1(hash)
            | Self::RsaPss { hash, .. }
            | Self::Ecdsa { hash, .. }
            | Self::Dsa { hash, .. } => Some(hash),
            Self::Ed25519 => None,
        }
    }

    /// Whether it stands on a broken hash.
    pub const fn is_legacy(self) -> bool {
        match self.hash() {
            Some(hash) => hash.is_legacy(),
            None => false,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaPkcs1(hash) => write!(f, "RSA with {hash}"),
            Self::RsaPss { hash, mgf, salt } if mgf == hash && usize::from(*salt) == hash.len() => {
                write!(f, "RSA-PSS with {hash}")
            }
            Self::RsaPss { hash, mgf, salt } => {
                write!(f, "RSA-PSS with {hash}, MGF1 with {mgf} and {salt} bytes of salt")
            }
            Self::Ecdsa { hash, curve: Some(curve), .. } => write!(f, "ECDSA on {curve} with {hash}"),
            Self::Ecdsa { hash, curve: None, .. } => write!(f, "ECDSA with {hash}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Dsa { hash, .. } => write!(f, "DSA with {hash}"),
        }
    }
}
