//! COSE algorithm numbers (IANA COSE Algorithms; RFC 9053, RFC 8812, RFC 9864).

use crate::crypto::{Algorithm, Curve, Hash, SignatureForm};

const fn on(hash: Hash, curve: Curve) -> Algorithm {
    Algorithm::Ecdsa { hash, form: SignatureForm::Der, curve: Some(curve) }
}

const TABLE: &[(i64, &str, Algorithm)] = &[
    (-7, "ES256", on(Hash::Sha256, Curve::P256)),
    (-8, "EdDSA", Algorithm::Ed25519),
    (-9, "ESP256", on(Hash::Sha256, Curve::P256)),
    (-19, "Ed25519", Algorithm::Ed25519),
    (-35, "ES384", on(Hash::Sha384, Curve::P384)),
    (-36, "ES512", on(Hash::Sha512, Curve::P521)),
    (-37, "PS256", Algorithm::pss(Hash::Sha256)),
    (-38, "PS384", Algorithm::pss(Hash::Sha384)),
    (-39, "PS512", Algorithm::pss(Hash::Sha512)),
    (-47, "ES256K", on(Hash::Sha256, Curve::Secp256k1)),
    (-51, "ESP384", on(Hash::Sha384, Curve::P384)),
    (-52, "ESP512", on(Hash::Sha512, Curve::P521)),
    (-257, "RS256", Algorithm::RsaPkcs1(Hash::Sha256)),
    (-258, "RS384", Algorithm::RsaPkcs1(Hash::Sha384)),
    (-259, "RS512", Algorithm::RsaPkcs1(Hash::Sha512)),
    (-65535, "RS1", Algorithm::RsaPkcs1(Hash::Sha1)),
];

/// The algorithm with this number, as WebAuthn uses it: ECDSA signatures in DER, on the curve that
/// WebAuthn §5.8.5 fixes.
pub fn algorithm(number: i64) -> Option<Algorithm> {
    TABLE.iter().find(|(it, ..)| *it == number).map(|(.., algorithm)| *algorithm)
}

/// The registered name of a number.
pub fn name(number: i64) -> Option<&'static str> {
    TABLE.iter().find(|(it, ..)| *it == number).map(|(_, name, _)| *name)
}
