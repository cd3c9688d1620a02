//! RSA in plain arithmetic, for what the provider declines: small and odd keys, old hashes, unusual
//! PSS parameters, and signatures that must come out the same each time.
//!
//! It is not constant-time and must never see a secret that matters: it verifies public signatures,
//! and signs with the synthetic keys of forged artefacts.

use num_bigint::BigUint;

use super::names::x509::hash_oid;
use super::{Algorithm, Digest, Hash, RsaParts, VerifyError, digest};
use crate::wire::der::{Writer, bit_length};

/// Larger numbers would take seconds.
const MAX_MODULUS_BITS: usize = 16_384;
const MAX_EXPONENT_BITS: usize = 256;

pub(super) fn verify(
    algorithm: Algorithm,
    key: &RsaParts,
    digest: &Digest,
    signature: &[u8],
) -> Result<(), VerifyError> {
    let bits = bit_length(&key.n);
    if bits > MAX_MODULUS_BITS || bit_length(&key.e) > MAX_EXPONENT_BITS {
        let text = format!(
            "RSA with a modulus above {MAX_MODULUS_BITS} or an exponent above {MAX_EXPONENT_BITS} bits"
        );
        return Err(VerifyError::Unsupported(text));
    }
    let n = BigUint::from_bytes_be(&key.n);
    let s = BigUint::from_bytes_be(signature);
    if signature.len() != key.n.len() || s >= n {
        return Err(VerifyError::Invalid);
    }
    let m = s.modpow(&BigUint::from_bytes_be(&key.e), &n);
    let fits = match algorithm {
        Algorithm::RsaPkcs1(_) => {
            let expected = pkcs1_encoding(digest, key.n.len());
            expected.is_some_and(|expected| octets(&m, key.n.len()) == expected)
        }
        Algorithm::RsaPss { mgf, salt, .. } => {
            let em_len = (bits - 1).div_ceil(8);
            m.bits() <= (em_len * 8) as u64
                && pss_fits(&octets(&m, em_len), bits - 1, digest, mgf, usize::from(salt))
        }
        Algorithm::Ecdsa { .. } | Algorithm::Ed25519 | Algorithm::Dsa { .. } => false,
    };
    if fits { Ok(()) } else { Err(VerifyError::Invalid) }
}

/// The number in exactly `len` octets; it must fit.
pub(super) fn octets(number: &BigUint, len: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    let mut out = vec![0; len.saturating_sub(bytes.len())];
    out.extend_from_slice(&bytes);
    out
}

/// EMSA-PKCS1-v1_5 (RFC 8017 9.2); nothing when the modulus is too short for it.
pub(super) fn pkcs1_encoding(digest: &Digest, len: usize) -> Option<Vec<u8>> {
    let mut info = Writer::new();
    info.sequence(|w| {
        w.sequence(|w| _ = w.oid(hash_oid(digest.hash())).null());
        w.primitive(crate::wire::der::Tag::OCTET_STRING, digest.as_bytes());
    });
    let info = info.finish();
    let padding = len.checked_sub(info.len() + 3).filter(|padding| *padding >= 8)?;
    let mut out = vec![0xff; len];
    out[0] = 0;
    out[1] = 1;
    out[2 + padding] = 0;
    out[3 + padding..].copy_from_slice(&info);
    Some(out)
}

/// MGF1 (RFC 8017 B.2.1), laid over `out` by exclusive or.
fn mask(hash: Hash, seed: &[u8], out: &mut [u8]) {
    for (counter, chunk) in out.chunks_mut(hash.len()).enumerate() {
        let mut digester = super::Digester::new(hash);
        digester.update(seed);
        digester.update(&(counter as u32).to_be_bytes());
        for (byte, mask) in chunk.iter_mut().zip(digester.finish().as_bytes()) {
            *byte ^= mask;
        }
    }
}

fn salted(digest_of: &Digest, salt: &[u8]) -> Digest {
    digest(digest_of.hash(), &[&[0; 8], digest_of.as_bytes(), salt].concat())
}

/// EMSA-PSS-VERIFY (RFC 8017 9.1.2).
fn pss_fits(em: &[u8], em_bits: usize, message: &Digest, mgf: Hash, salt_len: usize) -> bool {
    let hash_len = message.hash().len();
    if em.len() < hash_len + salt_len + 2 || em.last() != Some(&0xbc) {
        return false;
    }
    let db_len = em.len() - hash_len - 1;
    let top = 0xff_u8 >> (8 * em.len() - em_bits);
    let mut db = em[..db_len].to_vec();
    let hash = &em[db_len..db_len + hash_len];
    if db[0] & !top != 0 {
        return false;
    }
    mask(mgf, hash, &mut db);
    db[0] &= top;
    let (padding, salt) = db.split_at(db_len - salt_len);
    let well_padded =
        padding.split_last().is_some_and(|(one, zeros)| *one == 1 && zeros.iter().all(|b| *b == 0));
    well_padded && salted(message, salt).as_bytes() == hash
}

/// EMSA-PSS-ENCODE (RFC 8017 9.1.1) with a given salt; nothing when the modulus is too short.
pub(super) fn pss_encoding(modulus_bits: usize, message: &Digest, mgf: Hash, salt: &[u8]) -> Option<Vec<u8>> {
    let em_bits = modulus_bits - 1;
    let em_len = em_bits.div_ceil(8);
    let hash_len = message.hash().len();
    let zeros = em_len.checked_sub(hash_len + salt.len() + 2)?;
    let hash = salted(message, salt);
    let mut em = vec![0; zeros];
    em.push(1);
    em.extend_from_slice(salt);
    mask(mgf, hash.as_bytes(), &mut em);
    em[0] &= 0xff >> (8 * em_len - em_bits);
    em.extend_from_slice(hash.as_bytes());
    em.push(0xbc);
    Some(em)
}
