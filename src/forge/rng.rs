//! Bytes that follow from a seed.

use crate::crypto::{Hash, digest};

/// A stream of bytes: SHA-256 over seed, purpose and a counter. The same seed and purpose give the
/// same bytes, on every machine; two purposes never share any.
#[derive(Debug, Clone)]
pub struct Stream {
    state: [u8; 32],
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Stream {
    /// The stream of `seed` for one purpose.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let state = sha256(&[&seed.to_be_bytes()[..], purpose.as_bytes()].concat());
        Self { state, counter: 0, block: [0; 32], used: 32 }
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            self.block = sha256(&[&self.state[..], &self.counter.to_be_bytes()].concat());
            self.counter += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    /// The next `length` bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }

    /// A number below `bound`, which must not be 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The bias of the remainder is at most bound / 2⁶⁴.
        u64::from_be_bytes(self.array()) % bound
    }

    /// Puts `items` into an order that follows from the stream.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }

    /// An RFC 9562 UUID of version 4, in its text form.
    pub fn uuid(&mut self) -> String {
        let mut b: [u8; 16] = self.array();
        b[6] = b[6] & 0x0f | 0x40;
        b[8] = b[8] & 0x3f | 0x80;
        let hex = data_encoding::HEXLOWER.encode(&b);
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(Hash::Sha256, bytes).as_bytes());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_follows_from_seed_and_purpose() {
        let first = |seed, purpose| Stream::new(seed, purpose).array::<40>();
        assert_eq!(first(7, "serial"), first(7, "serial"));
        assert_ne!(first(7, "serial"), first(8, "serial"));
        assert_ne!(first(7, "serial"), first(7, "nonce"));
        assert_ne!(first(7, "serial")[..8], first(7, "serial")[32..]);
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<u8> = (0..20).collect();
        Stream::new(1, "roles").shuffle(&mut items);
        assert_ne!(items, (0..20).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..20).collect::<Vec<_>>());
    }
}
