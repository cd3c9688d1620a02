//! Whether the numbers of a private key are the other half of a public one.

use num_bigint::BigUint;

use super::sign::PrivateKey;
use super::{KeyKind, PublicKey};
use crate::wire::der::bit_length;

/// Larger numbers would take seconds.
const MAX_MODULUS_BITS: usize = 16_384;

/// What an RSA key has beside its private exponent where it is kept by its primes, big-endian.
#[derive(Clone, Copy)]
pub struct Primes<'a> {
    /// The first prime.
    pub p: &'a [u8],
    /// The second prime.
    pub q: &'a [u8],
    /// The private exponent modulo `p - 1`.
    pub dp: &'a [u8],
    /// The private exponent modulo `q - 1`.
    pub dq: &'a [u8],
    /// The inverse of `q` modulo `p`.
    pub qi: &'a [u8],
}

impl PublicKey {
    /// Whether the octets are the scalar or seed of this key; nothing of a key that has neither.
    pub fn is_of_secret(&self, secret: &[u8]) -> Option<bool> {
        let made = match self.kind() {
            KeyKind::Ec(curve) => PrivateKey::from_ec_scalar(curve, secret),
            KeyKind::Ed25519 => PrivateKey::from_ed25519_seed(secret),
            KeyKind::Rsa(_) | KeyKind::Dsa(_) => return None,
        };
        Some(made.is_ok_and(|made| self.is_same(made.public_key())))
    }

    /// Whether the private exponent, and the numbers beside it, are those of this RSA key; nothing of
    /// another key, or of one too large to work with.
    pub fn is_of_exponent(&self, d: &[u8], primes: Option<Primes<'_>>) -> Option<bool> {
        let parts = self.rsa().filter(|parts| bit_length(&parts.n) <= MAX_MODULUS_BITS)?;
        let number = BigUint::from_bytes_be;
        let (n, e, d) = (number(&parts.n), number(&parts.e), number(d));
        let one = BigUint::from(1_u8);
        let Some(primes) = primes else {
            let two = BigUint::from(2_u8);
            return Some(n > two && two.modpow(&(e * d), &n) == two);
        };
        let (p, q) = (number(primes.p), number(primes.q));
        if p <= one || q <= one || &p * &q != n {
            return Some(false);
        }
        let (p_less, q_less) = (&p - 1_u8, &q - 1_u8);
        let product = &e * &d;
        let inverts = |modulus: &BigUint| *modulus == one || &product % modulus == one;
        Some(
            inverts(&p_less)
                && inverts(&q_less)
                && number(primes.dp) == &d % p_less
                && number(primes.dq) == &d % q_less
                && number(primes.qi) * q % p == one,
        )
    }
}
