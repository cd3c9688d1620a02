//! Deterministic ECDSA (RFC 6979): the nonce follows from the key and the message.
//!
//! The provider draws a random nonce and takes none. But it turns a private key into a public
//! point, and the point of the nonce is all of the curve that a signature needs: r is its x
//! coordinate, and s is arithmetic. It is not constant-time: it signs with synthetic keys.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _,
};
use num_bigint::BigUint;

use super::domain::Domain;
use super::names::x509;
use super::{Curve, Digest, Hash, hmac, rsa};
use crate::wire::der::{Tag, Writer};

fn provider(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1_SIGNING,
        Curve::Secp256k1 => &ECDSA_P256K1_SHA256_ASN1_SIGNING,
    }
}

/// The public point of a private scalar, uncompressed; nothing when the scalar is out of range.
pub(super) fn public_point(curve: Curve, scalar: &[u8]) -> Option<Vec<u8>> {
    // RFC 5915 without the public key: the provider computes it.
    let mut writer = Writer::new();
    writer.sequence(|w| {
        w.unsigned(&[1]).primitive(Tag::OCTET_STRING, scalar);
        w.constructed(Tag::context(0), |w| _ = w.oid(x509::curve_oid(curve)));
    });
    let pair = EcdsaKeyPair::from_private_key_der(provider(curve), &writer.finish()).ok()?;
    Some(pair.public_key().as_ref().to_vec())
}

/// The two halves of a signature, each as long as a field element.
pub(super) fn sign(curve: Curve, scalar: &[u8], digest: &Digest) -> Option<(Vec<u8>, Vec<u8>)> {
    let n = Domain::of(curve).order;
    let d = BigUint::from_bytes_be(scalar);
    let z = leftmost_bits(digest.as_bytes(), &n) % &n;
    let len = curve.field_len();
    let mut nonces = Nonces::new(&n, len, scalar, &z, digest.hash())?;
    loop {
        let k = nonces.next()?;
        let point = public_point(curve, &rsa::octets(&k, len))?;
        let r = BigUint::from_bytes_be(point.get(1..=len)?) % &n;
        let s = k.modinv(&n)? * (&z + &r * &d) % &n;
        if r != BigUint::ZERO && s != BigUint::ZERO {
            return Some((rsa::octets(&r, len), rsa::octets(&s, len)));
        }
    }
}

/// bits2int (RFC 6979 2.3.2).
pub(super) fn leftmost_bits(octets: &[u8], n: &BigUint) -> BigUint {
    let number = BigUint::from_bytes_be(octets);
    number >> (octets.len() as u64 * 8).saturating_sub(n.bits())
}

/// The nonces of RFC 6979 3.2, in their order.
struct Nonces<'n> {
    n: &'n BigUint,
    hash: Hash,
    k: Vec<u8>,
    v: Vec<u8>,
    started: bool,
}

impl<'n> Nonces<'n> {
    fn new(n: &'n BigUint, len: usize, scalar: &[u8], z: &BigUint, hash: Hash) -> Option<Self> {
        let (mut k, mut v) = (vec![0; hash.len()], vec![1; hash.len()]);
        for mark in [0_u8, 1] {
            k = hmac(hash, &k, &[&v[..], &[mark], scalar, &rsa::octets(z, len)].concat())?;
            v = hmac(hash, &k, &v)?;
        }
        Some(Self { n, hash, k, v, started: false })
    }

    fn next(&mut self) -> Option<BigUint> {
        loop {
            if self.started {
                self.k = hmac(self.hash, &self.k, &[&self.v[..], &[0]].concat())?;
                self.v = hmac(self.hash, &self.k, &self.v)?;
            }
            self.started = true;
            let mut octets = Vec::new();
            while (octets.len() as u64) * 8 < self.n.bits() {
                self.v = hmac(self.hash, &self.k, &self.v)?;
                octets.extend_from_slice(&self.v);
            }
            let octets = &octets[..(self.n.bits() as usize).div_ceil(8)];
            let k = leftmost_bits(octets, self.n);
            if k != BigUint::ZERO && k < *self.n {
                return Some(k);
            }
        }
    }
}
