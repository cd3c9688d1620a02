//! SHA-3 (FIPS 202) in plain arithmetic, for SHA3-224, which the provider does not have.

const ROUNDS: usize = 24;
/// Octets of the state.
const WIDTH: usize = 200;

/// The rotation of each lane (FIPS 202 3.2.2), in the order in which 3.2.3 moves them.
const ROTATIONS: [u32; 24] =
    [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];
/// Where 3.2.3 moves each lane in turn, from lane 1 on.
const LANES: [usize; 24] =
    [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

/// The constants of the rounds (FIPS 202 3.2.5), from the shift register that they are bits of.
fn constants() -> [u64; ROUNDS] {
    let mut register = 1_u8;
    std::array::from_fn(|_| {
        let mut constant = 0;
        for place in 0..7 {
            if register & 1 == 1 {
                constant |= 1_u64 << ((1_u32 << place) - 1);
            }
            let carries = register & 0x80 != 0;
            register = (register << 1) ^ if carries { 0x71 } else { 0 };
        }
        constant
    })
}

/// Keccak-f\[1600\].
fn permute(state: &mut [u64; 25], constants: &[u64; ROUNDS]) {
    for constant in constants {
        let columns: [u64; 5] =
            std::array::from_fn(|x| (0..5).fold(0, |parity, y| parity ^ state[x + 5 * y]));
        for (at, lane) in state.iter_mut().enumerate() {
            let x = at % 5;
            *lane ^= columns[(x + 4) % 5] ^ columns[(x + 1) % 5].rotate_left(1);
        }
        let mut moved = state[1];
        for (lane, rotation) in LANES.into_iter().zip(ROTATIONS) {
            moved = std::mem::replace(&mut state[lane], moved.rotate_left(rotation));
        }
        let (rows, _) = state.as_chunks_mut::<5>();
        for row in rows {
            let before = *row;
            for x in 0..5 {
                row[x] = before[x] ^ (!before[(x + 1) % 5] & before[(x + 2) % 5]);
            }
        }
        state[0] ^= constant;
    }
}

/// The digest of `len` octets: 28, 32, 48 or 64.
pub(super) fn sha3(message: &[u8], len: usize) -> Vec<u8> {
    let rate = WIDTH - 2 * len;
    let mut padded = message.to_vec();
    // The two bits that tell SHA-3 from other uses, and the first of the padding.
    padded.push(0x06);
    padded.resize(padded.len().next_multiple_of(rate), 0);
    if let Some(last) = padded.last_mut() {
        *last |= 0x80;
    }
    let constants = constants();
    let mut state = [0_u64; 25];
    for block in padded.chunks_exact(rate) {
        let (words, _) = block.as_chunks::<8>();
        for (lane, word) in state.iter_mut().zip(words) {
            *lane ^= u64::from_le_bytes(*word);
        }
        permute(&mut state, &constants);
    }
    state.iter().flat_map(|lane| lane.to_le_bytes()).take(len).collect()
}

#[cfg(test)]
mod tests {
    use super::sha3;
    use crate::crypto::{Hash, digest};

    #[test]
    fn the_digest_of_abc_is_the_published_one() {
        let hex = data_encoding::HEXLOWER.encode(&sha3(b"abc", 28));
        assert_eq!(hex, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf");
    }

    #[test]
    fn the_provider_agrees_on_its_functions_at_every_length_of_padding() {
        let message: Vec<u8> = (0_u8..=255).cycle().take(300).collect();
        for hash in [Hash::Sha3_256, Hash::Sha3_384, Hash::Sha3_512] {
            for len in 0..message.len() {
                let message = &message[..len];
                assert_eq!(sha3(message, hash.len()), digest(hash, message).as_bytes(), "{hash} of {len}");
            }
        }
    }
}
