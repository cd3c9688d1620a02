//! MD5 (RFC 1321), which the provider does not have. Only old signatures are judged with it.

const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

pub(super) fn md5(message: &[u8]) -> [u8; 16] {
    // RFC 1321 3.4: the 64 constants are the integer parts of 2^32 * |sin(i + 1)|.
    let sines: [u32; 64] =
        std::array::from_fn(|i| ((i as f64 + 1.0).sin().abs() * 4_294_967_296.0).floor() as u32);
    let mut padded = message.to_vec();
    padded.push(0x80);
    // Zeros until eight octets are left of a block: those hold the length in bits.
    padded.resize((padded.len() + 8).next_multiple_of(64) - 8, 0);
    padded.extend_from_slice(&(message.len() as u64).wrapping_mul(8).to_le_bytes());
    let mut state: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let (blocks, _) = padded.as_chunks::<64>();
    for block in blocks {
        let (words, _) = block.as_chunks::<4>();
        let [mut a, mut b, mut c, mut d] = state;
        for i in 0..64 {
            let (mix, word) = match i / 16 {
                0 => ((b & c) | (!b & d), i),
                1 => ((d & b) | (!d & c), (5 * i + 1) % 16),
                2 => (b ^ c ^ d, (3 * i + 5) % 16),
                _ => (c ^ (b | !d), (7 * i) % 16),
            };
            let sum =
                a.wrapping_add(mix).wrapping_add(sines[i]).wrapping_add(u32::from_le_bytes(words[word]));
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[i / 16][i % 4]));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(part);
        }
    }
    let mut out = [0; 16];
    for (octets, word) in out.chunks_exact_mut(4).zip(state) {
        octets.copy_from_slice(&word.to_le_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::md5;

    #[test]
    fn the_test_suite_of_rfc_1321() {
        let hex = |text: &str| data_encoding::HEXLOWER.encode(&md5(text.as_bytes()));
        assert_eq!(hex(""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
        let eighty = "1234567890".repeat(8);
        assert_eq!(hex(&eighty), "57edf4a22be3c955ac49da2e2107b67a");
        assert_eq!(hex(&eighty[..56]), md5_of_56());
        assert_eq!(hex(&eighty[..63]), "c3eb67ece68488bb394241d4f6a54244");
    }

    /// The length at which padding needs a block of its own (from `openssl dgst -md5`).
    fn md5_of_56() -> &'static str {
        "49f193adce178490e34d1b3a4ec0064c"
    }
}
