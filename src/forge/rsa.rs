//! RSA public keys that are wrong on purpose: nobody has, or everybody finds, their private halves.

use num_bigint::BigUint;

use super::der;
use super::rng::Stream;

/// The SubjectPublicKeyInfo of a modulus and an exponent.
pub(super) fn spki(n: &BigUint, e: &BigUint) -> Vec<u8> {
    let key = der::seq([der::uint(&n.to_bytes_be()), der::uint(&e.to_bytes_be())]).encode();
    der::seq([der::algorithm_null("1.2.840.113549.1.1.1"), der::bits(&key)]).encode()
}

/// The odd multiple of 3 next below a modulus.
pub(super) fn divisible_by_3(n: &BigUint) -> BigUint {
    let multiple = n - n % 3_u8;
    if multiple.bit(0) { multiple } else { multiple - 3_u8 }
}

/// A modulus of 2048 bits whose two factors differ by 2. Whether they are primes does not matter to
/// Fermat's method; none of the small ones divides them.
pub(super) fn of_close_factors(stream: &mut Stream) -> BigUint {
    loop {
        let mut bytes = stream.bytes(128);
        bytes[0] |= 0xc0;
        bytes[127] |= 1;
        let n = BigUint::from_bytes_be(&bytes) * (BigUint::from_bytes_be(&bytes) + 2_u8);
        if n.bits() == 2048 && has_no_small_factor(&n) {
            return n;
        }
    }
}

/// A modulus of 2048 bits that is 1 modulo each of the primes of the fingerprint of CVE-2017-15361,
/// and so a power of 65537 modulo all of them.
pub(super) fn with_roca_mark(stream: &mut Stream) -> BigUint {
    let product: BigUint = odd_primes(167).map(BigUint::from).product();
    loop {
        let mut bytes = stream.bytes(256);
        bytes[0] |= 0x80;
        let start = BigUint::from_bytes_be(&bytes);
        let n = &start - (&start % (&product * 2_u8)) + 1_u8;
        if n.bits() == 2048 && has_no_small_factor(&n) {
            return n;
        }
    }
}

/// Two moduli of 2048 bits with a factor of 1024 bits in common.
pub(super) fn sharing_a_factor(stream: &mut Stream) -> (BigUint, BigUint) {
    let mut factor = || loop {
        let mut bytes = stream.bytes(128);
        bytes[0] |= 0xc0;
        bytes[127] |= 1;
        let factor = BigUint::from_bytes_be(&bytes);
        if has_no_small_factor(&factor) {
            return factor;
        }
    };
    let (shared, one, other) = (factor(), factor(), factor());
    (&shared * one, shared * other)
}

/// A modulus of so many octets without a small factor.
pub(super) fn of_octets(octets: usize, stream: &mut Stream) -> BigUint {
    loop {
        let mut bytes = stream.bytes(octets);
        bytes[0] |= 0x80;
        bytes[octets - 1] |= 1;
        let n = BigUint::from_bytes_be(&bytes);
        if has_no_small_factor(&n) {
            return n;
        }
    }
}

fn has_no_small_factor(n: &BigUint) -> bool {
    odd_primes(1000).all(|prime| n % prime != BigUint::ZERO)
}

/// The odd primes up to a number.
fn odd_primes(most: u32) -> impl Iterator<Item = u32> {
    (3..=most).step_by(2).filter(|it| (3..*it).step_by(2).take_while(|d| d * d <= *it).all(|d| it % d != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_primes_are_told() {
        assert_eq!(odd_primes(30).collect::<Vec<_>>(), [3, 5, 7, 11, 13, 17, 19, 23, 29]);
    }
}
