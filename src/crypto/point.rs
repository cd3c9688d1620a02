//! Points of elliptic curves as the crypto provider takes them.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256K1_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1,
    EcdsaVerificationAlgorithm, ParsedPublicKey,
};

use super::Curve;
use super::names::x509::{self, oid};
use crate::wire::der::Writer;

/// The provider's form of a point in SEC 1 form, where it is one.
pub(super) fn provider_point(curve: Curve, point: &[u8]) -> Option<ParsedPublicKey> {
    // A bare point the provider looks for on the curve once more than one in a SubjectPublicKeyInfo.
    ParsedPublicKey::new(provider_ecdsa(curve), point_spki(curve, point)).ok()
}

/// What tells a point in SEC 1 form, compressed or not.
pub(super) fn abscissa_and_sign(point: &[u8]) -> Option<(&[u8], bool)> {
    let (form, coordinates) = point.split_first()?;
    match form {
        4 => Some((&coordinates[..coordinates.len() / 2], coordinates.last()? & 1 == 1)),
        _ => Some((coordinates, form & 1 == 1)),
    }
}

/// The SubjectPublicKeyInfo of a point in SEC 1 form.
fn point_spki(curve: Curve, point: &[u8]) -> Vec<u8> {
    // A header takes four bytes at most, and an object identifier ten.
    let mut algorithm = Writer::with_capacity(2 * 14);
    algorithm.oid(oid::EC_PUBLIC_KEY).oid(x509::curve_oid(curve));
    let mut parts = Writer::with_capacity(point.len() + 2 * 14 + 2 * 4 + 1);
    parts.sequence_of(&algorithm.finish()).bit_string(point);
    let parts = parts.finish();
    let mut whole = Writer::with_capacity(parts.len() + 4);
    whole.sequence_of(&parts);
    whole.finish()
}

/// The provider's algorithm whose digest is as long as the curve takes: every other hash is fitted
/// to it, see `verify`.
fn provider_ecdsa(curve: Curve) -> &'static EcdsaVerificationAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_ASN1,
        Curve::P384 => &ECDSA_P384_SHA384_ASN1,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1,
        Curve::Secp256k1 => &ECDSA_P256K1_SHA256_ASN1,
    }
}
