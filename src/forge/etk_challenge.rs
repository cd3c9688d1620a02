//! Challenges of StartETKRegistration, to the organisation's encryption key.

use num_bigint::BigUint;

use super::keys::{Key, OddRsa};
use super::rng::Stream;
use super::{Bench, Error, Made, Maker, Mutation};
use crate::base::Kind;
use crate::crypto::{Hash, digest};

pub(super) const MAKER: Maker = Maker {
    kind: Kind::EtkChallenge,
    params: &[("serial", "the serial number that is hidden, as 32 hexadecimal digits")],
    valid: |bench| Ok(Spec::valid(bench)?.made()),
    mutations: MUTATIONS,
};

const NOT_DECRYPTABLE: &[&str] = &["etk-challenge.not-decryptable"];

const MUTATIONS: &[Mutation] = &[
    Mutation::new("hash-only", "a hash without a ciphertext", &["etk-challenge.too-short"], |bench| {
        altered(bench, |bytes| _ = bytes.drain(..256))
    })
    .case("ET-06"),
    Mutation::new(
        "hash-absent",
        "a ciphertext without a hash: its last 32 bytes are taken for one",
        &["etk-challenge.ciphertext-length-wrong", "etk-challenge.not-decryptable"],
        |bench| altered(bench, |bytes| bytes.truncate(256)),
    )
    .case("ET-06"),
    Mutation::new(
        "hash-truncated",
        "the hash lacks its last byte",
        &["etk-challenge.ciphertext-length-wrong", "etk-challenge.not-decryptable"],
        |bench| altered(bench, |bytes| _ = bytes.pop()),
    )
    .case("ET-06"),
    Mutation::new("hash-first", "the hash stands before the ciphertext", NOT_DECRYPTABLE, |bench| {
        altered(bench, |bytes| bytes.rotate_right(32))
    })
    .case("ET-06"),
    Mutation::new(
        "hash-flipped",
        "one bit of the hash is flipped",
        &["etk-challenge.hash-mismatch"],
        |bench| altered(bench, |bytes| bytes[287] ^= 1),
    )
    .case("ET-07"),
    Mutation::new("ciphertext-flipped", "one bit of the ciphertext is flipped", NOT_DECRYPTABLE, |bench| {
        altered(bench, |bytes| bytes[100] ^= 1)
    })
    .case("ET-07"),
    Mutation::new("other-key", "encrypted to another key", NOT_DECRYPTABLE, |bench| {
        spec(bench, |spec| spec.recipient = bench.pki.stranger.key.clone())
    })
    .case("ET-08"),
    Mutation::new("block-type-1", "the padding is of block type 1", NOT_DECRYPTABLE, |bench| {
        spec(bench, |spec| spec.block[1] = 1)
    })
    .case("ET-08"),
    Mutation::new("first-byte-not-zero", "the padded block begins with 01", NOT_DECRYPTABLE, |bench| {
        spec(bench, |spec| spec.block[0] = 1)
    })
    .case("ET-08"),
    Mutation::new("padding-short", "the padding is 7 bytes long", NOT_DECRYPTABLE, |bench| {
        spec(bench, |spec| spec.block[9] = 0)
    })
    .case("ET-08"),
    Mutation::new("padding-endless", "no zero ends the padding", NOT_DECRYPTABLE, |bench| {
        spec(bench, |spec| spec.block[2..].iter_mut().filter(|b| **b == 0).for_each(|b| *b = 7))
    })
    .case("ET-08"),
    Mutation::new("ciphertext-zero", "the ciphertext is the number 0", NOT_DECRYPTABLE, |bench| {
        altered(bench, |bytes| bytes[..256].fill(0))
    })
    .case("ET-08"),
    Mutation::new(
        "ciphertext-above-modulus",
        "the ciphertext is no number below the modulus",
        NOT_DECRYPTABLE,
        |bench| altered(bench, |bytes| bytes[..256].fill(0xff)),
    )
    .case("ET-08"),
    Mutation::new(
        "ciphertext-short",
        "the ciphertext lacks its first byte",
        &["etk-challenge.ciphertext-length-wrong", "etk-challenge.not-decryptable"],
        |bench| altered(bench, |bytes| _ = bytes.remove(0)),
    )
    .case("ET-08"),
    Mutation::new(
        "ciphertext-long",
        "a zero byte stands before the ciphertext",
        &["etk-challenge.ciphertext-length-wrong", "etk-challenge.not-decryptable"],
        |bench| altered(bench, |bytes| bytes.insert(0, 0)),
    )
    .case("ET-08"),
    Mutation::new(
        "serial-32-bits",
        "the serial number has 32 bits",
        &["etk-challenge.serial-guessable"],
        |bench| plaintext(bench, |serial| serial[..12].fill(0)),
    )
    .case("ET-10"),
    Mutation::new(
        "serial-100-bits",
        "the serial number has fewer than 112 bits",
        &["etk-challenge.serial-short"],
        |bench| plaintext(bench, |serial| serial[..4].fill(0)),
    )
    .case("ET-10"),
    Mutation::new("serial-zero", "the serial number is 0", &["etk-challenge.serial-guessable"], |bench| {
        plaintext(bench, |serial| serial.fill(0))
    })
    .case("ET-11"),
    Mutation::new(
        "sign-byte",
        "the serial number is sent and hashed with a sign byte",
        &["etk-challenge.hash-mismatch", "etk-challenge.plaintext-surplus"],
        |bench| plaintext(bench, |serial| serial.insert(0, 0)),
    )
    .case("ET-11"),
    Mutation::new(
        "minimal-bytes",
        "the serial number is sent without its leading zero",
        NOT_DECRYPTABLE,
        |bench| plaintext(bench, |serial| _ = serial.remove(0)),
    )
    .case("ET-11"),
    Mutation::new(
        "decimal-hashed",
        "the hash is that of the serial number in decimal",
        &["etk-challenge.hash-mismatch"],
        |bench| {
            spec(bench, |spec| {
                let decimal = BigUint::from_bytes_be(&spec.serial).to_string();
                spec.hash = digest(Hash::Sha256, decimal.as_bytes()).as_bytes().to_vec();
            })
        },
    )
    .case("ET-06"),
    Mutation::new(
        "oaep",
        "padded with OAEP instead of PKCS #1 v1.5",
        &["etk-challenge.padding-oaep"],
        |bench| {
            spec(bench, |spec| {
                spec.block = oaep(&spec.serial, spec.block.len(), bench.stream("oaep").array());
            })
        },
    ),
    Mutation::new("p384-owner", "the owner's key is on P-384", &["etk-challenge.scheme-unknown"], |bench| {
        let owner = Key::p384(bench.seed(), "challenge owner");
        Ok(Spec::valid(bench)?.made().with("private_key", owner.private_pem()))
    }),
    Mutation::new(
        "key-withheld",
        "the recipient's key is not given",
        &["etk-challenge.key-not-given"],
        |bench| {
            let mut made = Spec::valid(bench)?.made();
            made.context.remove("private_key");
            Ok(made)
        },
    ),
    Mutation::new("small-owner", "the owner's key has 1024 bits", &["etk-challenge.key-unusable"], |bench| {
        let owner = Key::odd_rsa(OddRsa::Bits1024);
        Ok(Spec::valid(bench)?.made().with("private_key", owner.private_pem()))
    }),
];

/// A challenge that is still to be encrypted.
#[derive(Clone)]
pub struct Spec {
    /// The octets of the serial number.
    pub serial: Vec<u8>,
    /// The padded block: 00 02, padding, 00, the plaintext.
    pub block: Vec<u8>,
    /// What stands at the end.
    pub hash: Vec<u8>,
    /// To whom it is encrypted.
    pub recipient: Key,
    /// Who opens it.
    pub owner: Key,
}

impl Spec {
    /// A challenge to the organisation's encryption key, with the serial number of its certificate.
    pub fn valid(bench: &Bench) -> Result<Self, Error> {
        let expected = Error::Value { name: "serial", expected: "32 hexadecimal digits" };
        let serial = match bench.param("serial") {
            Some(hex) => data_encoding::HEXLOWER_PERMISSIVE
                .decode(hex.as_bytes())
                .ok()
                .filter(|bytes| bytes.len() == 16)
                .ok_or(expected)?,
            None => {
                let mut serial = bench.stream("challenge").bytes(16);
                // All 128 bits count, so that the first byte is the sign byte's trap.
                serial[0] |= 0x80;
                serial
            }
        };
        let key = bench.pki.organisation_encryption.key.clone();
        Ok(Self::of(bench, serial, key))
    }

    /// A challenge that hides `serial` under an RSA key.
    pub fn of(bench: &Bench, serial: Vec<u8>, key: Key) -> Self {
        let length = key.rsa_public().map_or(0, |(n, _)| n.len());
        let block = padded(&serial, length, &mut bench.stream("challenge padding"));
        let hash = digest(Hash::Sha256, &serial).as_bytes().to_vec();
        Self { serial, block, hash, recipient: key.clone(), owner: key }
    }

    /// The challenge.
    pub fn bytes(&self) -> Vec<u8> {
        let (n, e) = self.recipient.rsa_public().expect("challenges are made to RSA keys");
        let mut out = encrypted(&self.block, n, e);
        out.extend(&self.hash);
        out
    }

    fn made(&self) -> Made {
        Made::new(self.bytes()).with("private_key", self.owner.private_pem())
    }
}

/// The challenge that hides `serial` under the RSA key of modulus `n` and exponent `e`.
pub fn sealed(serial: &[u8], n: &[u8], e: &[u8], padding: &mut Stream) -> Vec<u8> {
    let mut out = encrypted(&padded(serial, n.len(), padding), n, e);
    out.extend(digest(Hash::Sha256, serial).as_bytes());
    out
}

/// The block of RSAES-PKCS1-v1_5 around a message.
fn padded(message: &[u8], length: usize, stream: &mut Stream) -> Vec<u8> {
    let padding = std::iter::repeat_with(|| stream.byte()).filter(|&b| b != 0);
    let mut block = vec![0, 2];
    block.extend(padding.take(length - message.len() - 3));
    block.push(0);
    block.extend(message);
    block
}

fn encrypted(block: &[u8], n: &[u8], e: &[u8]) -> Vec<u8> {
    let [block, n_, e] = [block, n, e].map(BigUint::from_bytes_be);
    let power = block.modpow(&e, &n_).to_bytes_be();
    let mut out = vec![0; n.len() - power.len()];
    out.extend(power);
    out
}

fn spec(bench: &Bench, alter: impl FnOnce(&mut Spec)) -> Result<Made, Error> {
    let mut spec = Spec::valid(bench)?;
    alter(&mut spec);
    Ok(spec.made())
}

fn plaintext(bench: &Bench, alter: impl FnOnce(&mut Vec<u8>)) -> Result<Made, Error> {
    let valid = Spec::valid(bench)?;
    let mut serial = valid.serial;
    alter(&mut serial);
    Ok(Spec::of(bench, serial, valid.owner).made())
}

fn altered(bench: &Bench, alter: impl FnOnce(&mut Vec<u8>)) -> Result<Made, Error> {
    let mut made = Spec::valid(bench)?.made();
    alter(&mut made.bytes);
    Ok(made)
}

/// EME-OAEP (RFC 8017 §7.1.1) with SHA-256 and an empty label.
fn oaep(message: &[u8], length: usize, seed: [u8; 32]) -> Vec<u8> {
    let mut db = digest(Hash::Sha256, &[]).as_bytes().to_vec();
    db.resize(length - 1 - seed.len() - message.len() - 1, 0);
    db.push(1);
    db.extend(message);
    let mask = |bytes: &mut [u8], from: &[u8]| bytes.iter_mut().zip(mgf1(from)).for_each(|(b, m)| *b ^= m);
    mask(&mut db, &seed);
    let mut masked = seed;
    mask(&mut masked, &db);
    [&[0], &masked[..], &db].concat()
}

/// MGF1 (RFC 8017 §B.2.1) with SHA-256, without end.
fn mgf1(from: &[u8]) -> impl Iterator<Item = u8> {
    (0_u32..).flat_map(move |counter| {
        digest(Hash::Sha256, &[from, &counter.to_be_bytes()].concat()).as_bytes().to_vec()
    })
}
