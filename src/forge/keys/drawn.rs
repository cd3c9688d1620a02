//! RSA keys without end: pairs out of a stock of primes.
//!
//! A run asks for certificate after certificate, each over a key of its own, and making RSA keys is
//! slow. The primes are public, and keys share them: whoever wants to can factor every one of these.

use num_bigint::BigUint;

use super::{Key, der};

/// Primes of 1024 bits, their two highest bits set: the product of any two has 2048.
const PRIMES: &[u8] = include_bytes!("primes.bin");
const LENGTH: usize = 128;
const EXPONENT: u32 = 65537;

/// How many keys there are.
pub const COUNT: u64 = {
    let primes = (PRIMES.len() / LENGTH) as u64;
    primes * (primes - 1) / 2
};

impl Key {
    /// The RSA-2048 key of a number; [`COUNT`] numbers on, the same again.
    ///
    /// # Panics
    /// Never: every pair of the stock makes a key, as a test shows.
    pub fn drawn(number: u64) -> Self {
        let (p, q) = pair(number % COUNT);
        let one = BigUint::from(1_u32);
        let e = BigUint::from(EXPONENT);
        let (p1, q1) = (&p - &one, &q - &one);
        let d = e.modinv(&(&p1 * &q1)).expect("65537 divides no prime of the stock less one");
        let coefficient = q.modinv(&p).expect("two primes");
        let numbers = [&p * &q, e, d.clone(), p, q, &d % &p1, &d % &q1, coefficient];
        let mut parts = vec![der::int(0)];
        parts.extend(numbers.iter().map(|it| der::uint(&it.to_bytes_be())));
        let algorithm = der::algorithm_null("1.2.840.113549.1.1.1");
        let private = der::octets(der::seq(parts).encode());
        Self::pooled(&der::seq([der::int(0), algorithm, private]).encode())
    }
}

/// The primes of a number: each pair once, the larger first.
fn pair(number: u64) -> (BigUint, BigUint) {
    // Row by row of a triangle: row n pairs prime n with the n before it.
    let mut row = 1;
    while row * (row + 1) / 2 <= number {
        row += 1;
    }
    let column = number - row * (row - 1) / 2;
    let prime = |index: u64| {
        let at = usize::try_from(index).expect("a small number") * LENGTH;
        BigUint::from_bytes_be(&PRIMES[at..at + LENGTH])
    };
    let (one, other) = (prime(row), prime(column));
    if one > other { (one, other) } else { (other, one) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::crypto::{Algorithm, Hash, PublicKey};

    #[test]
    fn every_number_is_another_pair() {
        let all: BTreeSet<_> = (0..COUNT).map(pair).collect();
        assert_eq!(all.len() as u64, COUNT);
        assert!(all.iter().all(|(p, q)| (p * q).bits() == 2048 && p != q));
    }

    #[test]
    fn a_drawn_key_signs_what_its_public_half_verifies() {
        for number in [0, 1, 1000, COUNT - 1] {
            let key = Key::drawn(number);
            let signature = key.sign(Algorithm::RsaPkcs1(Hash::Sha256), b"message");
            let public = PublicKey::from_spki(key.spki()).expect("a public key");
            assert!(public.verify(Algorithm::RsaPkcs1(Hash::Sha256), b"message", &signature).is_ok());
        }
    }
}
