//! Digests.

use std::fmt;

use aws_lc_rs::digest as provider;

use super::{md5, sha3};

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hash {
    /// MD5, broken.
    Md5,
    /// SHA-1, broken.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA-512/256: SHA-512 with other initial values, cut to 256 bits.
    Sha512_256,
    /// SHA3-224.
    Sha3_224,
    /// SHA3-256.
    Sha3_256,
    /// SHA3-384.
    Sha3_384,
    /// SHA3-512.
    Sha3_512,
}

impl Hash {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Md5,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha512_256,
        Self::Sha3_224,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
    ];

    /// The name of the function.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha512_256 => "SHA-512/256",
            Self::Sha3_224 => "SHA3-224",
            Self::Sha3_256 => "SHA3-256",
            Self::Sha3_384 => "SHA3-384",
            Self::Sha3_512 => "SHA3-512",
        }
    }

    /// Bytes of a digest.
    #[allow(clippy::len_without_is_empty, reason = "no digest is empty")]
    pub const fn len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha3_224 => 28,
            Self::Sha256 | Self::Sha512_256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }

    /// Whether collisions can be made: signatures over it prove nothing.
    pub const fn is_legacy(self) -> bool {
        matches!(self, Self::Md5 | Self::Sha1)
    }

    /// What a table has for it.
    pub(crate) fn within<T: Copy>(self, table: &[(Self, T)]) -> Option<T> {
        table.iter().find(|(hash, _)| *hash == self).map(|(_, value)| *value)
    }

    /// The provider's function; it has no MD5.
    pub(super) fn provider(self) -> Option<&'static provider::Algorithm> {
        Some(match self {
            Self::Md5 | Self::Sha3_224 => return None,
            Self::Sha1 => &provider::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => &provider::SHA224,
            Self::Sha256 => &provider::SHA256,
            Self::Sha384 => &provider::SHA384,
            Self::Sha512 => &provider::SHA512,
            Self::Sha512_256 => &provider::SHA512_256,
            Self::Sha3_256 => &provider::SHA3_256,
            Self::Sha3_384 => &provider::SHA3_384,
            Self::Sha3_512 => &provider::SHA3_512,
        })
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A digest, and the function that it came from.
#[derive(Clone, Copy)]
pub struct Digest {
    hash: Hash,
    bytes: [u8; 64],
}

impl Digest {
    /// A digest that was computed elsewhere, when it has the length of its function.
    pub fn import(hash: Hash, octets: &[u8]) -> Option<Self> {
        (octets.len() == hash.len()).then(|| {
            let mut bytes = [0; 64];
            bytes[..octets.len()].copy_from_slice(octets);
            Self { hash, bytes }
        })
    }

    /// The function.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.hash.len()]
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.hash, data_encoding::HEXLOWER.encode(self.as_bytes()))
    }
}

/// The digest of `message`.
pub fn digest(hash: Hash, message: &[u8]) -> Digest {
    // What is there at once needs no context, which takes longer than a short message.
    if let Some(algorithm) = hash.provider() {
        let octets = provider::digest(algorithm, message);
        return Digest::import(hash, octets.as_ref()).expect("a function's digest has its length");
    }
    let mut digester = Digester::new(hash);
    digester.update(message);
    digester.finish()
}

/// A digest in the making, for messages that come in parts.
pub struct Digester {
    hash: Hash,
    state: State,
}

enum State {
    Provider(provider::Context),
    /// What the provider does not have gathers its message: nothing large is digested with it.
    Gathered(Vec<u8>, fn(&[u8]) -> Vec<u8>),
}

impl Digester {
    /// A digest of nothing yet.
    pub fn new(hash: Hash) -> Self {
        let state = match hash.provider() {
            Some(algorithm) => State::Provider(provider::Context::new(algorithm)),
            None if hash == Hash::Md5 => State::Gathered(Vec::new(), |message| md5::md5(message).to_vec()),
            None => State::Gathered(Vec::new(), |message| sha3::sha3(message, 28)),
        };
        Self { hash, state }
    }

    /// Adds the next part of the message.
    pub fn update(&mut self, part: &[u8]) {
        match &mut self.state {
            State::Provider(context) => context.update(part),
            State::Gathered(message, _) => message.extend_from_slice(part),
        }
    }

    /// The digest of all parts.
    pub fn finish(self) -> Digest {
        let imported = match self.state {
            State::Provider(context) => Digest::import(self.hash, context.finish().as_ref()),
            State::Gathered(message, function) => Digest::import(self.hash, &function(&message)),
        };
        imported.expect("a function's digest has its length")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_digest_like_the_whole() {
        for hash in Hash::ALL.iter().copied() {
            let mut digester = Digester::new(hash);
            digester.update(b"ab");
            digester.update(b"c");
            assert_eq!(digester.finish(), digest(hash, b"abc"));
            assert_eq!(digest(hash, b"abc").as_bytes().len(), hash.len());
        }
    }

    #[test]
    fn the_digests_of_abc_are_the_published_ones() {
        let hex = |hash| data_encoding::HEXLOWER.encode(digest(hash, b"abc").as_bytes());
        assert_eq!(hex(Hash::Md5), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex(Hash::Sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex(Hash::Sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hex(Hash::Sha512_256), "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23");
        assert_eq!(hex(Hash::Sha3_256), "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
    }
}
