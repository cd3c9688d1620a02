//! Fields of points, and whether a point satisfies the equation of its curve, in Montgomery's arithmetic: as
//! many words as the prime of the field has, without divisions and without memory.

use num_bigint::BigUint;

use super::domain::Domain;

/// A number of the field, in Montgomery's form or not: words, the least significant first.
pub(super) type Element<const N: usize> = [u64; N];

/// Numbers modulo an odd prime of `N` words.
#[derive(Debug)]
pub(super) struct Field<const N: usize> {
    /// The prime, as it is.
    pub(super) prime: Element<N>,
    /// What times the lowest word of the prime is -1 modulo 2⁶⁴.
    inverse: u64,
    /// The square of 2 to the power of 64·N: a number times this is in Montgomery's form.
    square: Element<N>,
}

/// `y² = x³ + ax + b` over a field.
#[derive(Debug)]
pub(super) struct Equation<const N: usize> {
    field: Field<N>,
    a: Element<N>,
    b: Element<N>,
}

impl<const N: usize> Equation<N> {
    /// That of a curve whose prime has `N` words.
    pub(super) fn of(domain: &Domain) -> Self {
        let field = Field::new(&domain.prime);
        let [a, b] = domain.coefficients.each_ref().map(|number| field.element(&number.to_bytes_be()));
        let expected = "coefficients are of the field";
        Self { a: a.expect(expected), b: b.expect(expected), field }
    }

    /// Whether big-endian numbers are of the field and satisfy it.
    pub(super) fn holds(&self, x: &[u8], y: &[u8]) -> bool {
        let Self { field, a, b } = self;
        let (Some(x), Some(y)) = (field.element(x), field.element(y)) else { return false };
        let cubed = field.times(&field.plus(&field.times(&x, &x), a), &x);
        field.times(&y, &y) == field.plus(&cubed, b)
    }
}

impl<const N: usize> Field<N> {
    /// Those modulo `prime`.
    pub(super) fn new(prime: &BigUint) -> Self {
        let square = (BigUint::from(1_u8) << (128 * N)) % prime;
        let [prime, square] = [prime, &square].map(|number| {
            words(&number.to_bytes_be()).expect("the prime has this many words, and its remainders no more")
        });
        // Newton's steps double the bits that fit: 3, 6, 12, 24, 48, 96.
        let step = |inverse: u64, _| inverse.wrapping_mul(2_u64.wrapping_sub(prime[0].wrapping_mul(inverse)));
        let inverse = (0..5).fold(prime[0], step).wrapping_neg();
        Self { prime, inverse, square }
    }

    /// A big-endian number in Montgomery's form; nothing where it is not below the prime.
    pub(super) fn element(&self, number: &[u8]) -> Option<Element<N>> {
        let number = words(number).filter(|number| number.iter().rev().lt(self.prime.iter().rev()))?;
        Some(self.times(&number, &self.square))
    }

    /// The sum.
    pub(super) fn plus(&self, one: &Element<N>, other: &Element<N>) -> Element<N> {
        let (mut sum, mut carry) = ([0; N], 0);
        for ((sum, one), other) in sum.iter_mut().zip(one).zip(other) {
            (*sum, carry) = multiplied(*one, *other, 1, carry);
        }
        self.below_prime(sum, carry)
    }

    /// The product, of which each factor took as much as it was ahead: both are in Montgomery's form, and
    /// so is what comes out.
    pub(super) fn times(&self, one: &Element<N>, other: &Element<N>) -> Element<N> {
        let (mut sum, mut top) = ([0; N], 0);
        for factor in other {
            let mut carry = 0;
            for (word, one) in sum.iter_mut().zip(one) {
                (*word, carry) = multiplied(*word, *one, *factor, carry);
            }
            let (above, first) = u64::overflowing_add(top, carry);
            // As many primes as make the lowest word zero, which then falls off.
            let multiple = sum[0].wrapping_mul(self.inverse);
            (_, carry) = multiplied(sum[0], self.prime[0], multiple, 0);
            for at in 1..N {
                (sum[at - 1], carry) = multiplied(sum[at], self.prime[at], multiple, carry);
            }
            let (above, second) = above.overflowing_add(carry);
            (sum[N - 1], top) = (above, u64::from(first) + u64::from(second));
        }
        self.below_prime(sum, top)
    }

    /// A number below twice the prime, of which `top` is the word above, without the prime that is too
    /// many.
    fn below_prime(&self, number: Element<N>, top: u64) -> Element<N> {
        let (mut less, mut borrow) = ([0; N], false);
        for ((less, word), prime) in less.iter_mut().zip(number).zip(self.prime) {
            let (difference, first) = word.overflowing_sub(prime);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            (*less, borrow) = (difference, first | second);
        }
        if borrow && top == 0 { number } else { less }
    }
}

/// `sum + one · other + carry`: the lower word, and the upper one.
fn multiplied(sum: u64, one: u64, other: u64, carry: u64) -> (u64, u64) {
    let all = u128::from(sum) + u128::from(one) * u128::from(other) + u128::from(carry);
    (all as u64, (all >> 64) as u64)
}

/// The words of a big-endian number; nothing where it has more.
fn words<const N: usize>(number: &[u8]) -> Option<Element<N>> {
    let (above, number) = number.split_at(number.len().saturating_sub(8 * N));
    let mut words = [0; N];
    for (word, octets) in words.iter_mut().zip(number.rchunks(8)) {
        *word = octets.iter().fold(0, |word, octet| word << 8 | u64::from(*octet));
    }
    above.iter().all(|octet| *octet == 0).then_some(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::Curve;

    fn agrees<const N: usize>(curve: Curve, x: &[u8], y: &[u8]) -> bool {
        let domain = Domain::of(curve);
        let Domain { prime, coefficients: [a, b], .. } = &domain;
        let [p, q] = [x, y].map(BigUint::from_bytes_be);
        let below = p < *prime && q < *prime;
        let field = Field::<N>::new(prime);
        let (one, other) = (field.element(x), field.element(y));
        let same = |number: BigUint, element| field.element(&(number % prime).to_bytes_be()) == Some(element);
        let arithmetic = match (one, other) {
            (Some(one), Some(other)) => {
                same(&p * &q, field.times(&one, &other)) && same(&p + &q, field.plus(&one, &other))
            }
            _ => !below,
        };
        let on = below && (&q * &q) % prime == (&p * &p * &p + a * &p + b) % prime;
        arithmetic && Equation::<N>::of(&domain).holds(x, y) == on
    }

    proptest! {
        #[test]
        fn it_is_the_arithmetic_of_big_numbers(x in prop::collection::vec(any::<u8>(), 0..70), y: [u8; 32]) {
            for lead in [0_u8, 0xff] {
                let y = [[lead; 16].as_slice(), &y].concat();
                prop_assert!(agrees::<4>(Curve::P256, &x[..x.len().min(32)], &y[16..]));
                prop_assert!(agrees::<4>(Curve::Secp256k1, &x, &y));
                prop_assert!(agrees::<6>(Curve::P384, &x[..x.len().min(48)], &y));
                prop_assert!(agrees::<9>(Curve::P521, &x, &y));
            }
        }
    }
}
