//! Integer square roots of numbers of the size of RSA moduli, as one takes them on paper: word by word.
//!
//! Numbers are words of 64 bits, least significant first.

/// The words of a big-endian number.
pub(super) fn words(number: &[u8]) -> Vec<u64> {
    let word = |octets: &[u8]| match octets.try_into() {
        Ok(whole) => u64::from_be_bytes(whole),
        Err(_) => octets.iter().fold(0, |word, octet| word << 8 | u64::from(*octet)),
    };
    number.rchunks(8).map(word).collect()
}

/// The integer square root.
pub(super) fn square_root(number: &[u64]) -> Vec<u64> {
    let length = number.iter().rposition(|word| *word != 0).map_or(0, |top| top + 1);
    let Some(top) = number[..length].last() else { return Vec::new() };
    // Shifted up so that it has an even number of words, the topmost with one of its two upper bits.
    let (bits, odd) = (top.leading_zeros() & !1, length % 2);
    let mut rest = vec![0; odd];
    rest.extend_from_slice(&number[..length]);
    shift_up(&mut rest[odd..], bits);
    let half = rest.len() / 2;
    let mut root = vec![0; half];

    let (low, high) = (rest[2 * half - 2], rest[2 * half - 1]);
    let topmost = u128::from(high) << 64 | u128::from(low);
    let first = topmost.isqrt();
    root[half - 1] = first as u64;
    let left = topmost - first * first;
    (rest[2 * half - 2], rest[2 * half - 1]) = (left as u64, (left >> 64) as u64);
    // The remainder never exceeds twice the root: it takes the root's words and one more, and stands in
    // the place of the words that were worked off.
    for known in 1..half {
        let at = 2 * (half - known) - 2;
        let (root, rest) = (&mut root[half - known - 1..], &mut rest[at..]);
        root[0] = next_word(&root[1..], &mut rest[..known + 3]);
    }
    let bits = bits / 2 + 32 * odd as u32;
    shift_down(&mut root, bits);
    root
}

/// The word that follows those of `root`. `rest` is the remainder so far behind the next two words of the
/// number; it becomes the remainder that the longer root leaves.
fn next_word(root: &[u64], rest: &mut [u64]) -> u64 {
    // (root · 2⁶⁴ + word)² takes 2 · root · word and word² from the remainder: a division by twice the
    // root, here of one half by the other, gives the word or one above it.
    let odd = shift_down(&mut rest[1..], 1);
    let mut word = divide(&mut rest[1..], root);
    let carry = shift_up(&mut rest[1..], 1);
    debug_assert_eq!(carry, 0, "the remainder of a division by the root has room for one bit more");
    rest[1] |= odd;

    let square = u128::from(word) * u128::from(word);
    let mut negative = subtract(rest, &[square as u64, (square >> 64) as u64]);
    while negative {
        word -= 1;
        // What was taken too much: 2 · (root · 2⁶⁴ + word) + 1.
        let (mut carried, mut above) = (false, 1);
        for (at, place) in rest.iter_mut().enumerate() {
            let digit = if at == 0 { word } else { root.get(at - 1).copied().unwrap_or(0) };
            (*place, carried) = place.carrying_add(digit << 1 | above, carried);
            above = digit >> 63;
        }
        negative = !carried;
    }
    word
}

/// One word of a quotient, at most the largest there is; the remainder stays in `dividend`, which has two
/// words more than `divisor`, the topmost zero (Knuth, TAOCP 4.3.1, algorithm D).
fn divide(dividend: &mut [u64], divisor: &[u64]) -> u64 {
    let length = divisor.len();
    let wide = |high: u64, low: u64| u128::from(high) << 64 | u128::from(low);
    let top = divisor[length - 1];
    let mut quotient = if dividend[length] >= top {
        u64::MAX
    } else {
        let pair = wide(dividend[length], dividend[length - 1]);
        let (mut quotient, mut left) = (pair / u128::from(top), pair % u128::from(top));
        if length > 1 {
            let (second, third) = (u128::from(divisor[length - 2]), dividend[length - 2]);
            while left >> 64 == 0 && quotient * second > left << 64 | u128::from(third) {
                quotient -= 1;
                left += u128::from(top);
            }
        }
        quotient as u64
    };
    let (mut product, mut borrow) = (0, false);
    for (place, digit) in dividend.iter_mut().zip(divisor.iter().chain(&[0])) {
        let low;
        (low, product) = digit.carrying_mul(quotient, product);
        (*place, borrow) = place.borrowing_sub(low, borrow);
    }
    while borrow {
        quotient -= 1;
        let mut carried = false;
        for (place, digit) in dividend.iter_mut().zip(divisor.iter().chain(&[0])) {
            (*place, carried) = place.carrying_add(*digit, carried);
        }
        borrow = !carried;
    }
    quotient
}

/// Subtracts, and says whether it was too much.
fn subtract(from: &mut [u64], what: &[u64]) -> bool {
    let mut borrow = false;
    for (at, place) in from.iter_mut().enumerate() {
        match what.get(at) {
            None if !borrow => break,
            digit => (*place, borrow) = place.borrowing_sub(digit.copied().unwrap_or(0), borrow),
        }
    }
    borrow
}

/// Shifts up by fewer than 64 bits; what falls out.
fn shift_up(number: &mut [u64], bits: u32) -> u64 {
    let mut carry = 0;
    for word in number {
        let out = word.unbounded_shr(64 - bits);
        *word = *word << bits | carry;
        carry = out;
    }
    carry
}

/// Shifts down by fewer than 64 bits; what falls out, as the lowest bits.
fn shift_down(number: &mut [u64], bits: u32) -> u64 {
    let mut carry = 0_u64;
    for word in number.iter_mut().rev() {
        let out = *word & !(u64::MAX << bits);
        *word = *word >> bits | carry.unbounded_shl(64 - bits);
        carry = out;
    }
    carry
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    fn number(words: &[u64]) -> BigUint {
        words.iter().rev().fold(BigUint::ZERO, |sum, word| (sum << 64) + *word)
    }

    /// Words at the edges, where a guess is wrong and a carry runs.
    fn word() -> impl Strategy<Value = u64> {
        prop_oneof![
            3 => any::<u64>(),
            1 => Just(0),
            1 => Just(u64::MAX),
            1 => Just(1 << 63),
            1 => Just(1),
            1 => Just(u64::MAX - 1),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn words_are_those_of_the_number(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(number(&words(&octets)), BigUint::from_bytes_be(&octets));
        }

        #[test]
        fn a_root_is_the_integer_one(words in proptest::collection::vec(word(), 0..40)) {
            prop_assert_eq!(number(&square_root(&words)), number(&words).sqrt());
        }

        #[test]
        fn the_root_of_a_square_and_of_its_neighbours(
            words in proptest::collection::vec(word(), 1..20),
            below in any::<bool>(),
        ) {
            let root = number(&words);
            let square = &root * &root;
            let near = if below && square != BigUint::ZERO { square - 1_u32 } else { square };
            prop_assert_eq!(number(&square_root(&near.to_u64_digits())), near.sqrt());
        }
    }
}
