//! JOSE algorithm names (RFC 7518 3.1, RFC 8037, RFC 8812, RFC 9864).

use crate::crypto::{Algorithm, Curve, Hash, SignatureForm};

/// What a JWS is protected with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// A signature.
    Signature(Algorithm),
    /// An HMAC.
    Mac(Hash),
}

const fn on(hash: Hash, curve: Curve) -> Protection {
    Protection::Signature(Algorithm::Ecdsa { hash, form: SignatureForm::Fixed, curve: Some(curve) })
}

const TABLE: &[(&str, Protection)] = &[
    ("HS256", Protection::Mac(Hash::Sha256)),
    ("HS384", Protection::Mac(Hash::Sha384)),
    ("HS512", Protection::Mac(Hash::Sha512)),
    ("RS256", Protection::Signature(Algorithm::RsaPkcs1(Hash::Sha256))),
    ("RS384", Protection::Signature(Algorithm::RsaPkcs1(Hash::Sha384))),
    ("RS512", Protection::Signature(Algorithm::RsaPkcs1(Hash::Sha512))),
    ("PS256", Protection::Signature(Algorithm::pss(Hash::Sha256))),
    ("PS384", Protection::Signature(Algorithm::pss(Hash::Sha384))),
    ("PS512", Protection::Signature(Algorithm::pss(Hash::Sha512))),
    ("ES256", on(Hash::Sha256, Curve::P256)),
    ("ES384", on(Hash::Sha384, Curve::P384)),
    ("ES512", on(Hash::Sha512, Curve::P521)),
    ("ES256K", on(Hash::Sha256, Curve::Secp256k1)),
    ("EdDSA", Protection::Signature(Algorithm::Ed25519)),
    ("Ed25519", Protection::Signature(Algorithm::Ed25519)),
];

/// What a JWS `alg` stands for.
pub fn protection(name: &str) -> Option<Protection> {
    TABLE.iter().find(|(it, _)| *it == name).map(|(_, protection)| *protection)
}

/// The curve that a JWK `crv` stands for.
pub fn curve(name: &str) -> Option<Curve> {
    Curve::ALL.iter().copied().find(|curve| curve.name() == name)
}
