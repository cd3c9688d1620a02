//! Points of edwards25519 (RFC 8032 5.1): the provider takes any 32 octets for one.

use std::sync::LazyLock;

use num_bigint::BigUint;

/// The curve `-x² + y² = 1 + dx²y²` over its field.
struct Edwards {
    prime: BigUint,
    d: BigUint,
}

static CURVE: LazyLock<Edwards> = LazyLock::new(|| {
    let one = BigUint::from(1_u8);
    let prime = (&one << 255) - BigUint::from(19_u8);
    // -121665 / 121666
    let inverse = BigUint::from(121_666_u32).modpow(&(&prime - 2_u8), &prime);
    let d = (&prime - BigUint::from(121_665_u32)) * inverse % &prime;
    Edwards { prime, d }
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
    let Edwards { prime, d } = &*CURVE;
    let (y, is_negative) = parts(octets);
    let y = BigUint::from_bytes_le(&y);
    if y >= *prime {
        return false;
    }
    let y_squared = &y * &y % prime;
    let u = (&y_squared + prime - 1_u8) % prime;
    if u == BigUint::ZERO {
        return !is_negative;
    }
    let v = (d * &y_squared + 1_u8) % prime;
    // x² is u / v, which is a square where uv is one (Euler's criterion).
    let half = (prime - 1_u8) >> 1;
    (u * v % prime).modpow(&half, prime) == BigUint::from(1_u8)
}

/// Whether eight times the point is the neutral element: under such a key anybody signs.
pub(super) fn is_of_small_order(octets: &[u8; 32]) -> bool {
    let (y, _) = parts(octets);
    let number = BigUint::from_bytes_le(&y);
    let minus_one = &CURVE.prime - 1_u8;
    number <= BigUint::from(1_u8) || number == minus_one || OF_ORDER_8.contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;

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
