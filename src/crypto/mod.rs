//! The one door to the crypto provider: digests, MACs, signatures, decryption.
//!
//! Nothing else in the crate names `aws-lc-rs`. Cryptography says *whether* something verifies;
//! whether an algorithm or a key may be used at all is for the rules to say, so legacy algorithms
//! and weak keys are worked with here, and can be told apart by their facts.

pub mod cipher;
pub mod decrypt;
pub mod domain;
pub mod names;
pub mod sign;
pub mod weak;

mod algorithm;
mod digest;
mod dsa;
mod edwards;
mod field;
mod key;
mod mac;
mod md5;
mod pair;
mod point;
mod residues;
mod rfc6979;
mod rsa;
mod rsa_use;
mod sha3;
mod square_root;
mod verify;

#[cfg(test)]
mod tests;

pub use algorithm::{Algorithm, Curve, SignatureForm};
pub use digest::{Digest, Digester, Hash, digest};
pub use key::{KeyError, KeyKind, PublicKey, RsaParts};
pub use mac::{hmac, hmac_verifies};
pub use pair::Primes;
pub use verify::VerifyError;
