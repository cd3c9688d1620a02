//! What a large number leaves modulo many small primes, in few passes over its words.

use super::square_root::words;

/// The odd primes below 752, as the CA/Browser Forum has them checked.
pub(super) const PRIMES: [u32; 132] = primes();

/// How to tell that a prime divides a word without dividing: times its inverse modulo 2⁶⁴, multiples of it
/// are those that stay within the largest quotient.
const INVERSES: [(u64, u64); 132] = {
    let (mut all, mut at) = ([(0, 0); 132], 0);
    while at < all.len() {
        let prime = PRIMES[at] as u64;
        // Newton's steps double the bits that fit: 3, 6, 12, 24, 48, 96.
        let (mut inverse, mut step) = (prime, 0);
        while step < 5 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(prime.wrapping_mul(inverse)));
            step += 1;
        }
        all[at] = (inverse, u64::MAX / prime);
        at += 1;
    }
    all
};

/// How many words are multiplied and added up before a remainder is taken.
const WORDS: usize = 32;
/// As many groups as it takes for every prime to have its own.
const GROUPS: usize = 19;
/// Products of a group stay below this, so that the sum over [`WORDS`] words stays within 128 bits.
const LARGEST: u64 = 1 << 58;

/// Neighbouring primes: one remainder by their product holds that by each of them.
#[derive(Clone, Copy)]
struct Group {
    product: u64,
    /// Which of [`PRIMES`] they are.
    primes: (usize, usize),
    /// 2^64 to the power of each word's place.
    powers: [u64; WORDS],
    /// 2^64 to the power of [`WORDS`].
    next: u64,
}

static ALL: [Group; GROUPS] = groups();

const fn primes<const N: usize>() -> [u32; N] {
    let mut all = [0; N];
    let (mut found, mut candidate) = (0, 3_u32);
    while found < N {
        let (mut divisor, mut prime) = (3, true);
        while divisor * divisor <= candidate {
            if candidate.is_multiple_of(divisor) {
                prime = false;
            }
            divisor += 2;
        }
        if prime {
            all[found] = candidate;
            found += 1;
        }
        candidate += 2;
    }
    all
}

const fn groups() -> [Group; GROUPS] {
    let mut all = [Group { product: 1, primes: (0, 0), powers: [0; WORDS], next: 0 }; GROUPS];
    let (mut at, mut group) = (0, 0);
    while at < PRIMES.len() {
        let (mut product, first) = (1, at);
        while at < PRIMES.len() && product <= (LARGEST - 1) / PRIMES[at] as u64 {
            product *= PRIMES[at] as u64;
            at += 1;
        }
        let (mut power, mut word, mut powers) = (1, 0, [0; WORDS]);
        while word < WORDS {
            powers[word] = power;
            power = (((power as u128) << 64) % (product as u128)) as u64;
            word += 1;
        }
        all[group] = Group { product, primes: (first, at), powers, next: power };
        group += 1;
    }
    assert!(group == GROUPS, "every group has its place, and every place a group");
    all
}

impl Group {
    /// The remainder of a number whose words come least significant first.
    fn remainder(&self, words: &[u64]) -> u64 {
        words.chunks(WORDS).rev().fold(0, |rest, chunk| {
            let products = chunk.iter().zip(&self.powers).map(|(word, power)| wide(*word) * wide(*power));
            let sum: u128 = products.sum();
            ((sum + wide(rest) * wide(self.next)) % wide(self.product)) as u64
        })
    }
}

fn wide(word: u64) -> u128 {
    word.into()
}

/// The remainders of one number.
pub(super) struct Residues([u64; GROUPS]);

impl Residues {
    /// Those of a big-endian number.
    pub(super) fn of(number: &[u8]) -> Self {
        let words = words(number);
        Self(ALL.each_ref().map(|group| group.remainder(&words)))
    }

    /// The smallest of the primes that divides the number.
    pub(super) fn factor(&self) -> Option<u32> {
        ALL.iter().zip(self.0).find_map(|(group, rest)| {
            let (from, to) = group.primes;
            let divides = |(inverse, largest): &(u64, u64)| rest.wrapping_mul(*inverse) <= *largest;
            let at = INVERSES[from..to].iter().position(divides)?;
            Some(PRIMES[from + at])
        })
    }

    /// Every prime with what the number leaves modulo it.
    pub(super) fn each(&self) -> impl Iterator<Item = (u32, u32)> {
        let of = |(group, rest): (&'static Group, u64)| {
            let (from, to) = group.primes;
            PRIMES[from..to].iter().map(move |prime| (*prime, (rest % u64::from(*prime)) as u32))
        };
        ALL.iter().zip(self.0).flat_map(of)
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_residue_is_the_remainder(number in proptest::collection::vec(any::<u8>(), 0..700)) {
            let expected = BigUint::from_bytes_be(&number);
            for (prime, rest) in Residues::of(&number).each() {
                prop_assert_eq!(&expected % prime, BigUint::from(rest));
            }
            let factor = PRIMES.into_iter().find(|prime| &expected % *prime == BigUint::ZERO);
            prop_assert_eq!(Residues::of(&number).factor(), factor);
        }
    }

    #[test]
    fn the_primes_end_where_they_are_said_to() {
        assert_eq!((PRIMES[0], PRIMES[131]), (3, 751));
    }
}
