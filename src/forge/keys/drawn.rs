//! RSA keys without end, each of two primes that no other key has.
//!
//! A run asks for certificate after certificate, each over a key of its own. The primes of key 0, 1,
//! 2 … are one fixed sequence. Finding primes is slow, so those of the first keys lie ready; those
//! behind them are searched for when they are asked. The sequence is public: whoever has etalon can
//! have every one of these keys.

use num_bigint::BigUint;

use super::{Key, der};
use crate::forge::rng::Stream;

/// The beginning of the sequence, two primes a key.
const PRIMES: &[u8] = include_bytes!("primes.bin");
/// Octets of a prime. Its two highest bits are set: the product of any two has 2048 bits.
const LENGTH: usize = 128;
const EXPONENT: u32 = 65537;
/// What a candidate is divided by before it is tested in earnest.
const SIEVE: u32 = 1 << 14;
/// The bases of the test by Miller and Rabin. A composite number of this length, drawn at random, does
/// not pass even the first one.
const BASES: [u32; 3] = [2, 3, 5];

/// How many keys lie ready.
pub const READY: u64 = (PRIMES.len() / LENGTH / 2) as u64;

impl Key {
    /// The RSA-2048 key of a number.
    ///
    /// # Panics
    /// Never: two primes of the sequence make a key.
    pub fn drawn(number: u64) -> Self {
        let [one, other] = [0, 1].map(|half| prime(number, half));
        let (p, q) = if one > other { (one, other) } else { (other, one) };
        let one = BigUint::from(1_u32);
        let e = BigUint::from(EXPONENT);
        let (p1, q1) = (&p - &one, &q - &one);
        let d = e.modinv(&(&p1 * &q1)).expect("65537 divides no prime of the sequence less one");
        let coefficient = q.modinv(&p).expect("two primes");
        let numbers = [&p * &q, e, d.clone(), p, q, &d % &p1, &d % &q1, coefficient];
        let mut parts = vec![der::int(0)];
        parts.extend(numbers.iter().map(|it| der::uint(&it.to_bytes_be())));
        let algorithm = der::algorithm_null("1.2.840.113549.1.1.1");
        let private = der::octets(der::seq(parts).encode());
        Self::pooled(&der::seq([der::int(0), algorithm, private]).encode())
    }
}

/// One of the two primes of a key.
fn prime(number: u64, half: usize) -> BigUint {
    let ready = usize::try_from(number).ok().filter(|_| number < READY);
    match ready.map(|number| (2 * number + half) * LENGTH) {
        Some(at) => BigUint::from_bytes_be(&PRIMES[at..at + LENGTH]),
        None => search(number, half),
    }
}

/// The first prime behind a number that follows from the key and the half.
fn search(number: u64, half: usize) -> BigUint {
    let mut bytes: [u8; LENGTH] = Stream::new(0, &format!("prime {half} of key {number}")).array();
    bytes[0] |= 0xc0;
    bytes[LENGTH - 1] |= 1;
    let start = BigUint::from_bytes_be(&bytes);
    let remainder = |divisor: u32| u32::try_from(&start % divisor).expect("less than the divisor");
    let remainders: Vec<(u32, u32)> = small_primes().map(|it| (it, remainder(it))).collect();
    let e = remainder(EXPONENT);
    (0_u32..)
        .step_by(2)
        .filter(|offset| remainders.iter().all(|(divisor, of)| (of + offset) % divisor != 0))
        // Else 65537 were no exponent of the key.
        .filter(|offset| (e + offset) % EXPONENT != 1)
        .map(|offset| &start + offset)
        .find(is_prime)
        .expect("there are primes without end")
}

/// The odd primes below [`SIEVE`].
fn small_primes() -> impl Iterator<Item = u32> {
    let mut composite = vec![false; SIEVE as usize];
    (3..SIEVE).step_by(2).filter(move |number| {
        let own = !composite[*number as usize];
        if own {
            (number * number..SIEVE).step_by(*number as usize).for_each(|it| composite[it as usize] = true);
        }
        own
    })
}

/// The test by Miller and Rabin.
fn is_prime(candidate: &BigUint) -> bool {
    let one = BigUint::from(1_u32);
    let less = candidate - &one;
    let twos = less.trailing_zeros().unwrap_or_default();
    let odd = &less >> twos;
    BASES.iter().all(|base| {
        let mut power = BigUint::from(*base).modpow(&odd, candidate);
        power == one
            || power == less
            || (1..twos).any(|_| {
                power = &power * &power % candidate;
                power == less
            })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::crypto::{Algorithm, Hash, PublicKey};

    #[test]
    fn no_two_keys_share_a_prime() {
        let all: BTreeSet<_> = (0..READY).flat_map(|number| [prime(number, 0), prime(number, 1)]).collect();
        assert_eq!(all.len() as u64, 2 * READY);
        assert!(all.iter().all(|prime| prime.bits() == 1024 && (prime >> 1022_u32) == BigUint::from(3_u32)));
    }

    /// What lies ready is what a search finds, so that `primes.bin` can be made again.
    #[test]
    fn the_ready_primes_begin_the_sequence() {
        for (number, half) in [(0, 0), (0, 1), (READY / 2, 0), (READY - 1, 1)] {
            assert_eq!(prime(number, half), search(number, half), "prime {half} of key {number}");
        }
    }

    #[test]
    fn a_prime_is_told_from_what_resembles_one() {
        // The last two are composite, and pass to the base 2.
        for (number, expected) in [(65_537_u32, true), (2_147_483_647, true), (2_047, false), (3_277, false)]
        {
            assert_eq!(is_prime(&BigUint::from(number)), expected, "{number}");
        }
        assert!(!is_prime(&(prime(0, 0) * prime(0, 1))));
        assert_eq!(small_primes().take(5).collect::<Vec<_>>(), [3, 5, 7, 11, 13]);
        assert_eq!(small_primes().count(), 1899);
    }

    #[test]
    fn a_drawn_key_signs_what_its_public_half_verifies() {
        for number in [0, 1, READY - 1, READY, u64::MAX] {
            let key = Key::drawn(number);
            let signature = key.sign(Algorithm::RsaPkcs1(Hash::Sha256), b"message");
            let public = PublicKey::from_spki(key.spki()).expect("a public key");
            assert!(public.verify(Algorithm::RsaPkcs1(Hash::Sha256), b"message", &signature).is_ok());
        }
    }
}
