//! Points of edwards25519 (RFC 8032 5.1): the provider takes any 32 octets for one.

use std::sync::LazyLock;

use num_bigint::BigUint;

use super::field::{Element, Field};

/// The curve `-x² + y² = 1 + dx²y²` over its field, with numbers in Montgomery's form.
struct Edwards {
    field: Field<4>,
    d: Element<4>,
    one: Element<4>,
    minus_one: Element<4>,
}

/// 2²⁵⁵ - 19
static PRIME: LazyLock<BigUint> = LazyLock::new(|| (BigUint::from(1_u8) << 255) - 19_u8);

static CURVE: LazyLock<Edwards> = LazyLock::new(|| {
    let prime = &*PRIME;
    let field = Field::new(prime);
    // -121665 / 121666
    let inverse = BigUint::from(121_666_u32).modpow(&(prime - 2_u8), prime);
    let d = (prime - 121_665_u32) * inverse % prime;
    let element = |number: &BigUint| field.element(&number.to_bytes_be()).expect("it is below the prime");
    let [d, one, minus_one] = [d, BigUint::from(1_u8), prime - 1_u8].each_ref().map(element);
    Edwards { field, d, one, minus_one }
});

/// The y-coordinates of the points of order 8, little-endian. Those of order 1, 2 and 4 are 1, -1 and 0.
const OF_ORDER_8: [[u8; 32]; 2] = [
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// The y-coordinate that the octets hold, and the sign of x.
fn parts(octets: &[u8; 32]) -> ([u8; 32], bool) {
    let mut y = *octets;
    y[31] &= 0x7f;
    (y, octets[31] & 0x80 != 0)
}

/// Whether the octets decode to a point (RFC 8032, 5.1.3): y is below the prime, and there is an x of
/// that sign.
pub(super) fn is_point(octets: &[u8; 32]) -> bool {
    let Edwards { field, d, one, minus_one } = &*CURVE;
    let (mut y, is_negative) = parts(octets);
    y.reverse();
    let Some(y) = field.element(&y) else { return false };
    let y_squared = field.times(&y, &y);
    if y_squared == *one {
        return !is_negative;
    }
    // x² is u / v, which is a square where uv is one. Neither is zero: -1/d is no square.
    let u = field.plus(&y_squared, minus_one);
    let v = field.plus(&field.times(d, &y_squared), one);
    is_square(field.times(&u, &v), field.prime)
}

/// Whether a number below the prime that is not zero is a square: Jacobi's symbol, by halving and taking the
/// smaller from the larger. In Montgomery's form a number is 2²⁵⁶ times as much, a square as well.
fn is_square(number: Element<4>, prime: Element<4>) -> bool {
    let (mut one, mut other, mut is_negative) = (number, prime, false);
    loop {
        let zeros = halve(&mut one);
        // Two is a square modulo what leaves 1 or 7 of 8.
        is_negative ^= zeros % 2 == 1 && matches!(other[0] % 8, 3 | 5);
        if one == [1, 0, 0, 0] {
            return !is_negative;
        }
        if one.iter().rev().lt(other.iter().rev()) {
            // Two that both leave 3 of 4 are squares of each other, but for one of them.
            is_negative ^= one[0] % 4 == 3 && other[0] % 4 == 3;
            std::mem::swap(&mut one, &mut other);
        }
        let mut borrow = false;
        for (word, less) in one.iter_mut().zip(other) {
            let (difference, first) = word.overflowing_sub(less);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            (*word, borrow) = (difference, first | second);
        }
    }
}

/// Halves a number that is not zero until it is odd, and says how often.
fn halve(number: &mut Element<4>) -> u32 {
    let mut halved = 0;
    while number[0] == 0 {
        number.rotate_left(1);
        halved += 64;
    }
    let zeros = number[0].trailing_zeros();
    if zeros > 0 {
        for at in 0..4 {
            let above = number.get(at + 1).map_or(0, |above| above << (64 - zeros));
            number[at] = number[at] >> zeros | above;
        }
    }
    halved + zeros
}

/// Whether eight times the point is the neutral element: under such a key anybody signs.
pub(super) fn is_of_small_order(octets: &[u8; 32]) -> bool {
    let (y, _) = parts(octets);
    let number = BigUint::from_bytes_le(&y);
    let minus_one = &*PRIME - 1_u8;
    number <= BigUint::from(1_u8) || number == minus_one || OF_ORDER_8.contains(&y)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_arithmetic_of_big_numbers(octets: [u8; 32]) {
            let prime = &*PRIME;
            let y = BigUint::from_bytes_le(&parts(&octets).0);
            let (one, half) = (BigUint::from(1_u8), (prime - 1_u8) >> 1);
            let d = (prime - 121_665_u32) * BigUint::from(121_666_u32).modpow(&(prime - 2_u8), prime);
            let (u, v) = (&y * &y + prime - &one, d * &y * &y + &one);
            let expected = y < *prime && (u * v).modpow(&half, prime) == one;
            prop_assert_eq!(is_point(&octets), expected);
        }
    }

    fn octets(hex: &str) -> [u8; 32] {
        data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap()
    }

    #[test]
    fn the_published_key_is_a_point() {
        // RFC 8032, 7.1, TEST 1.
        let key = octets("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assert!(is_point(&key) && !is_of_small_order(&key));
    }

    #[test]
    fn half_of_all_coordinates_are_those_of_a_point() {
        let mut octets = [0; 32];
        let points = (0..=255_u8)
            .filter(|byte| {
                octets[0] = *byte;
                is_point(&octets)
            })
            .count();
        assert!((100..156).contains(&points), "{points}");
    }

    #[test]
    fn what_is_not_below_the_prime_is_no_point() {
        let mut prime = [0xff; 32];
        (prime[0], prime[31]) = (0xed, 0x7f);
        assert!(!is_point(&prime));
        prime[0] = 0xec;
        assert!(is_point(&prime) && is_of_small_order(&prime));
        prime[31] = 0xff;
        assert!(!is_point(&prime), "x is 0, which has no sign");
    }

    #[test]
    fn points_of_small_order_are_points() {
        let mut one = [0; 32];
        for y in OF_ORDER_8.into_iter().chain([[0; 32]]) {
            assert!(is_point(&y) && is_of_small_order(&y));
        }
        one[0] = 1;
        assert!(is_point(&one) && is_of_small_order(&one));
    }
}
