//! RSA as bare arithmetic, for what a sound library refuses: keys that are too small, padding that
//! is wrong, signatures that were never made with the key.
//!
//! It is slow, takes no care of timing, and must see test keys only.

use super::der;
use super::keys::Hash;

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2) of `length` octets.
pub fn pkcs1_block(hash: Hash, message: &[u8], length: usize) -> Vec<u8> {
    let info = der::seq([der::algorithm_null(hash.oid()), der::octets(hash.of(message))]).encode();
    let mut block = vec![0xff; length - info.len()];
    block[..2].copy_from_slice(&[0, 1]);
    *block.last_mut().expect("longer than the hash") = 0;
    block.extend(info);
    block
}

/// EMSA-PSS (RFC 8017 §9.1) for a modulus, MGF1 with the same hash, a salt as long as the hash that
/// follows from the message.
pub fn pss_block(hash: Hash, message: &[u8], modulus: &[u8]) -> Vec<u8> {
    let skip = modulus.iter().take_while(|&&b| b == 0).count();
    let bits = modulus[skip..].len() * 8 - modulus[skip].leading_zeros() as usize - 1;
    let digest = hash.of(message);
    let salt = hash.of(&[b"salt", message].concat());
    let sealed = hash.of(&[&[0; 8], &digest[..], &salt].concat());
    let mut db = vec![0; bits.div_ceil(8) - digest.len() - 1];
    let one = db.len() - salt.len() - 1;
    db[one] = 1;
    db[one + 1..].copy_from_slice(&salt);
    db.iter_mut().zip(mgf1(hash, &sealed)).for_each(|(b, mask)| *b ^= mask);
    db[0] &= 0xff >> (bits.div_ceil(8) * 8 - bits);
    [&db[..], &sealed, &[0xbc]].concat()
}

/// MGF1 (RFC 8017 §B.2.1), without end.
fn mgf1(hash: Hash, seed: &[u8]) -> impl Iterator<Item = u8> {
    (0_u32..).flat_map(move |counter| hash.of(&[seed, &counter.to_be_bytes()].concat()))
}

/// `base ^ exponent mod modulus`, all big-endian, as long as the modulus.
///
/// # Panics
/// When the modulus is even or empty: every key that is used here is known.
pub fn power(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let n = limbs(modulus);
    assert!(n.first().is_some_and(|low| low & 1 == 1), "an RSA modulus is odd");
    let inverse = negated_inverse(n[0]);
    let bits = n.len() * 64;
    // R mod n and R² mod n, by doubling.
    let mut one = vec![0; n.len()];
    one[0] = 1;
    (0..bits).for_each(|_| double(&mut one, &n));
    let mut square = one.clone();
    (0..bits).for_each(|_| double(&mut square, &n));

    let mut reduced = limbs(base);
    reduced.resize(n.len(), 0);
    let base = multiply(&reduced, &square, &n, inverse);
    let mut result = one;
    for bit in exponent.iter().flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1)) {
        result = multiply(&result, &result, &n, inverse);
        if bit == 1 {
            result = multiply(&result, &base, &n, inverse);
        }
    }
    let mut unit = vec![0; n.len()];
    unit[0] = 1;
    let plain = multiply(&result, &unit, &n, inverse);
    let bytes: Vec<u8> = plain.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
    let length = modulus.len() - modulus.iter().take_while(|&&b| b == 0).count();
    bytes[bytes.len() - length..].to_vec()
}

fn limbs(bytes: &[u8]) -> Vec<u64> {
    let skip = bytes.iter().take_while(|&&b| b == 0).count();
    bytes[skip..].rchunks(8).map(|chunk| chunk.iter().fold(0, |limb, &b| limb << 8 | u64::from(b))).collect()
}

/// `-n⁻¹ mod 2⁶⁴` by Newton's iteration.
fn negated_inverse(n: u64) -> u64 {
    let mut inverse = 1_u64;
    for _ in 0..6 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(n.wrapping_mul(inverse)));
    }
    inverse.wrapping_neg()
}

fn at_least(a: &[u64], n: &[u64]) -> bool {
    a.iter().rev().cmp(n.iter().rev()).is_ge()
}

fn subtract(a: &mut [u64], n: &[u64]) {
    let mut borrow = false;
    for (limb, &take) in a.iter_mut().zip(n) {
        let (first, under) = limb.overflowing_sub(take);
        let (second, again) = first.overflowing_sub(u64::from(borrow));
        *limb = second;
        borrow = under || again;
    }
}

/// `a = 2a mod n`, for `a < n`.
fn double(a: &mut [u64], n: &[u64]) {
    let mut carry = 0;
    for limb in a.iter_mut() {
        let next = *limb >> 63;
        *limb = *limb << 1 | carry;
        carry = next;
    }
    if carry == 1 || at_least(a, n) {
        subtract(a, n);
    }
}

/// Montgomery's product `a · b · R⁻¹ mod n`.
fn multiply(a: &[u64], b: &[u64], n: &[u64], inverse: u64) -> Vec<u64> {
    let size = n.len();
    let mut sum = vec![0_u64; size + 2];
    for &digit in a {
        let mut carry = add_product(&mut sum, digit, b);
        carry = add_at(&mut sum[size..], carry);
        debug_assert_eq!(carry, 0);
        let factor = sum[0].wrapping_mul(inverse);
        carry = add_product(&mut sum, factor, n);
        carry = add_at(&mut sum[size..], carry);
        debug_assert_eq!(carry, 0);
        sum.copy_within(1.., 0);
        sum[size + 1] = 0;
    }
    if sum[size] != 0 || at_least(&sum[..size], n) {
        subtract(&mut sum[..size], n);
    }
    sum.truncate(size);
    sum
}

fn add_product(sum: &mut [u64], digit: u64, by: &[u64]) -> u64 {
    let mut carry = 0_u128;
    for (limb, &factor) in sum.iter_mut().zip(by) {
        carry += u128::from(*limb) + u128::from(digit) * u128::from(factor);
        *limb = carry as u64;
        carry >>= 64;
    }
    carry as u64
}

fn add_at(limbs: &mut [u64], mut carry: u64) -> u64 {
    for limb in limbs {
        let (next, over) = limb.overflowing_add(carry);
        *limb = next;
        carry = u64::from(over);
    }
    carry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_powers_are_right() {
        assert_eq!(power(&[4], &[13], &[0x01, 0xf1]), [0x01, 0xbd]); // 4^13 mod 497 = 445
        assert_eq!(power(&[2], &[10], &[0x03, 0xe9]), [0x00, 23]); // 1024 mod 1001
    }

    #[test]
    fn a_key_undoes_itself() {
        // p = 61, q = 53: n = 3233, e = 17, d = 413.
        let secret = power(&[0x02, 0x9a], &[17], &[0x0c, 0xa1]);
        assert_eq!(power(&secret, &[0x01, 0x9d], &[0x0c, 0xa1]), [0x02, 0x9a]);
    }
}
