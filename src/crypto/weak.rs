//! RSA keys that anyone may break, told from their public half.
//!
//! The Debian keys of CVE-2008-0166 are not told: that needs the list of them.

use num_bigint::BigUint;

use super::RsaParts;
use super::residues::Residues;
use super::square_root::{square_root, words};
use crate::wire::der::bit_length;

/// Why an RSA key is weak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weakness {
    /// The exponent is even: there is no private key.
    ExponentEven,
    /// The exponent is 1: a signature is its own message.
    ExponentOne,
    /// The exponent is below 65537.
    ExponentSmall,
    /// The exponent has more than 256 bits.
    ExponentLarge,
    /// The modulus is even.
    ModulusEven,
    /// The modulus has a small factor.
    SmallFactor(u32),
    /// The primes are so close that Fermat's method finds them.
    ClosePrimes,
    /// The modulus bears the mark of Infineon's library (CVE-2017-15361).
    Roca,
}

impl Weakness {
    /// What it is called where it makes a key worthless; nothing where it does not.
    pub fn fatal(self) -> Option<String> {
        Some(match self {
            Self::ExponentEven => "an even exponent".to_owned(),
            Self::ExponentOne => "the exponent 1".to_owned(),
            Self::ModulusEven => "an even modulus".to_owned(),
            Self::SmallFactor(factor) => format!("a modulus divisible by {factor}"),
            Self::ClosePrimes => {
                "a modulus of two primes so close that Fermat's method finds them".to_owned()
            }
            Self::Roca => "a modulus with the mark of the library of CVE-2017-15361 (ROCA)".to_owned(),
            Self::ExponentSmall | Self::ExponentLarge => return None,
        })
    }
}

/// Every weakness of a key.
pub fn weaknesses(key: &RsaParts) -> Vec<Weakness> {
    let mut found = quick_weaknesses(key);
    if has_close_primes(key) {
        found.push(Weakness::ClosePrimes);
    }
    found
}

/// The weaknesses that cost next to nothing to tell: all but close primes.
pub fn quick_weaknesses(key: &RsaParts) -> Vec<Weakness> {
    let mut found = Vec::new();
    let odd = |octets: &[u8]| octets.last().is_some_and(|last| last & 1 == 1);
    match bit_length(&key.e) {
        1 => found.push(Weakness::ExponentOne),
        _ if !odd(&key.e) => found.push(Weakness::ExponentEven),
        0..=16 => found.push(Weakness::ExponentSmall),
        257.. => found.push(Weakness::ExponentLarge),
        17..=256 => {}
    }
    if !odd(&key.n) {
        found.push(Weakness::ModulusEven);
        return found;
    }
    let residues = Residues::of(&key.n);
    if let Some(factor) = residues.factor() {
        found.push(Weakness::SmallFactor(factor));
    } else if has_roca_fingerprint(&residues) {
        found.push(Weakness::Roca);
    }
    found
}

/// Whether the primes lie so close that Fermat's method finds them in as many rounds as the
/// CA/Browser Forum demands: 100. Larger moduli than anyone makes are not looked at.
pub fn has_close_primes(key: &RsaParts) -> bool {
    const ROUNDS: u32 = 100;
    if bit_length(&key.n) > 8192 || key.n.last().is_none_or(|last| last & 1 == 0) {
        return false;
    }
    let n = words(&key.n);
    let a = square_root(&n);
    // In some round (a + round)² - n is a square. Nearly all of them fail that modulo a small number.
    let lowest = |number: &[u64]| number.first().map_or(0, |word| (*word % 64) as u32);
    let (a_lowest, n_lowest) = (lowest(&a), lowest(&n));
    let (a_rest, n_rest) = (fermat_rest(&a), fermat_rest(&n));
    let rests = FERMAT_MODULI.map(|modulus| {
        let of = |rest: u64| (rest % u64::from(modulus)) as u32;
        (modulus, of(a_rest), of(n_rest))
    });
    let is_square = |a: u32, n: u32, modulus: u32, squares: u128| {
        let difference = (a * a + modulus - n) % modulus;
        squares >> difference & 1 == 1
    };
    let every = u128::from(ROOTS_BY_64[n_lowest as usize].rotate_right(a_lowest));
    let promising = (every << 64 | every) & ((1 << (ROUNDS + 1)) - 1);
    let some = |rounds: u128| (rounds != 0).then_some(rounds);
    let rounds = std::iter::successors(some(promising), |rounds| some(rounds & (rounds - 1)));
    rounds.map(u128::trailing_zeros).any(|round| {
        rests
            .iter()
            .zip(&SQUARES)
            .all(|((modulus, a, n), squares)| is_square(a + round, *n, *modulus, *squares))
            && {
                let (a, n) = (big(&a) + round, big(&n));
                // In the first round of all, where a is the root, the square falls short unless it is n.
                let square = &a * &a;
                square >= n && {
                    let square = square - n;
                    let root = big(&square_root(&square.to_u64_digits()));
                    &root * &root == square
                }
            }
    })
}

fn big(words: &[u64]) -> BigUint {
    BigUint::new(words.iter().flat_map(|word| [*word as u32, (*word >> 32) as u32]).collect())
}

/// The first of the other moduli that has a factor in common with `modulus`, without being the same:
/// whoever has both has the private keys of both. Larger moduli than anyone makes are not looked at.
pub fn shares_factor(modulus: &[u8], others: &[&[u8]]) -> Option<usize> {
    const LONGEST: usize = 2048;
    let n = BigUint::from_bytes_be(modulus);
    if modulus.len() > LONGEST || n == BigUint::ZERO {
        return None;
    }
    let rest = |other: &[u8]| {
        let is_other = other != modulus && other.len() <= LONGEST;
        is_other.then(|| BigUint::from_bytes_be(other) % &n)
    };
    // One common divisor of the product tells whether there is any at all.
    let rests = others.iter().filter_map(|other| rest(other));
    let product = rests.fold(BigUint::from(1_u8), |product, rest| product * rest % &n);
    if common_divisor(n.clone(), product).bits() <= 1 {
        return None;
    }
    others.iter().position(|other| rest(other).is_some_and(|rest| common_divisor(n.clone(), rest).bits() > 1))
}

fn common_divisor(mut a: BigUint, mut b: BigUint) -> BigUint {
    while b != BigUint::ZERO {
        (a, b) = (b.clone(), a % b);
    }
    a
}

/// 2⁶⁰ - 1, which each of [`FERMAT_MODULI`] divides: the rest modulo it costs but shifts and sums.
const FERMAT_PRODUCT: u64 = (1 << 60) - 1;
/// Modulo these, few numbers are squares.
const FERMAT_MODULI: [u32; 6] = [99, 91, 25, 41, 31, 61];
/// By modulus: a bit for each square.
const SQUARES: [u128; 6] = {
    let (mut all, mut at) = ([0; 6], 0);
    while at < all.len() {
        assert!(FERMAT_PRODUCT.is_multiple_of(FERMAT_MODULI[at] as u64));
        all[at] = squares(FERMAT_MODULI[at]);
        at += 1;
    }
    all
};
/// By a number modulo 64: a bit for each root whose square leaves a square above it, modulo 64.
const ROOTS_BY_64: [u64; 64] = {
    let (squares, mut all, mut n) = (squares(64), [0; 64], 0);
    while n < 64 {
        let mut a = 0;
        while a < 64 {
            all[n] |= ((squares >> ((a * a + 64 - n) % 64) & 1) as u64) << a;
            a += 1;
        }
        n += 1;
    }
    all
};

const fn squares(modulus: u32) -> u128 {
    let (mut all, mut root) = (0, 0);
    while root < modulus {
        all |= 1 << (root * root % modulus);
        root += 1;
    }
    all
}

/// A number congruent to that of `words` modulo [`FERMAT_PRODUCT`].
fn fermat_rest(words: &[u64]) -> u64 {
    // 2⁶⁴ is congruent to 2⁴.
    words.iter().rev().fold(0, |rest, word| {
        let sum = (u128::from(rest) << 4) + u128::from(*word);
        (sum as u64 & FERMAT_PRODUCT) + (sum >> 60) as u64
    })
}

/// The primes of the published fingerprint: modulo each of them, a modulus of the broken library is
/// always a power of 65537 (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017).
const ROCA_PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

fn has_roca_fingerprint(residues: &Residues) -> bool {
    residues.each().filter(|(prime, _)| ROCA_PRIMES.contains(prime)).all(|(prime, rest)| {
        let mut power = 1;
        loop {
            if power == rest {
                return true;
            }
            power = power * (65537 % prime) % prime;
            if power == 1 {
                return false;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(n: BigUint, e: u32) -> RsaParts {
        RsaParts { n: n.to_bytes_be(), e: BigUint::from(e).to_bytes_be() }
    }

    /// Two primes of 89 and 107 bits (Mersenne), and one of 127.
    fn mersenne(bits: u32) -> BigUint {
        (BigUint::from(1_u32) << bits) - 1_u32
    }

    #[test]
    fn each_weakness_is_told() {
        let good = mersenne(89) * mersenne(107);
        assert_eq!(weaknesses(&key(good.clone(), 65537)), []);
        assert_eq!(weaknesses(&key(good.clone(), 1)), [Weakness::ExponentOne]);
        assert_eq!(weaknesses(&key(good.clone(), 3)), [Weakness::ExponentSmall]);
        assert_eq!(weaknesses(&key(good.clone(), 65536)), [Weakness::ExponentEven]);
        assert_eq!(weaknesses(&key(good.clone() << 1, 65537)), [Weakness::ModulusEven]);
        assert_eq!(weaknesses(&key(good * 751_u32, 65537)), [Weakness::SmallFactor(751)]);
    }

    #[test]
    fn close_primes_are_found() {
        // 2^61 - 1 and the next prime above it, 2^61 + 15.
        let near = mersenne(61) * ((BigUint::from(1_u32) << 61_u32) + 15_u32);
        assert!(has_close_primes(&key(near, 65537)));
        assert!(has_close_primes(&key(mersenne(61) * mersenne(61), 65537)));
        assert!(!has_close_primes(&key(mersenne(89) * mersenne(107), 65537)));
    }

    #[test]
    fn a_power_of_65537_bears_the_fingerprint() {
        let power = BigUint::from(65537_u32).pow(60);
        assert!(has_roca_fingerprint(&Residues::of(&power.to_bytes_be())));
        assert!(!has_roca_fingerprint(&Residues::of(&(power + 2_u32).to_bytes_be())));
    }

    #[test]
    fn a_shared_prime_is_found_among_others() {
        let of = |p: u32, q: u32| (mersenne(p) * mersenne(q)).to_bytes_be();
        let (modulus, alone, sharing) = (of(89, 107), of(61, 127), of(89, 127));
        assert_eq!(shares_factor(&modulus, &[&alone, &sharing]), Some(1));
        assert_eq!(shares_factor(&modulus, &[&alone, &modulus]), None, "the same modulus is no other");
        // Together the others have all that the modulus is made of.
        assert_eq!(shares_factor(&modulus, &[&alone, &of(107, 127), &sharing]), Some(1));
        assert_eq!(shares_factor(&[0], &[&modulus]), None);
    }

    proptest! {
        #[test]
        fn the_rest_by_shifts_is_the_remainder(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            let expected = BigUint::from_bytes_be(&octets) % FERMAT_PRODUCT;
            prop_assert_eq!(BigUint::from(fermat_rest(&words(&octets)) % FERMAT_PRODUCT), expected);
        }

        /// Any two odd numbers will do: Fermat's method asks for no primes.
        #[test]
        fn factors_up_to_a_hundred_rounds_apart_are_found(
            octets in proptest::collection::vec(any::<u8>(), 30..128),
            rounds in 0_u32..300,
        ) {
            let a = (BigUint::from_bytes_be(&octets) << 8_u32) + 1_u32;
            // a² - b² lies `rounds` below the root of it when b² is about 2 · a · rounds.
            let b = ((&a * (2 * rounds)).sqrt() >> 1_u32) << 1_u32;
            let n = (&a + &b) * (&a - &b);
            let distance = &a - n.sqrt();
            let found = has_close_primes(&key(n, 65537));
            prop_assert_eq!(found, distance <= BigUint::from(100_u32));
        }
    }
}
