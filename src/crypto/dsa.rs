//! DSA (FIPS 186-4) in plain arithmetic, since the provider has none. It verifies only: old artefacts
//! and test suites bear such signatures, and nobody should make new ones.

use num_bigint::BigUint;

use super::rfc6979::leftmost_bits;
use super::{Digest, SignatureForm, VerifyError};
use crate::base::Budget;
use crate::wire::der::{Encoding, Integer, Reader};

/// Larger numbers would take seconds. FIPS 186-4 goes up to 3072 and 256 bits.
const MAX_PRIME_BITS: u64 = 8192;
const MAX_ORDER_BITS: u64 = 512;

/// A public key and the group that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DsaParts {
    /// The prime of the field.
    pub(super) p: BigUint,
    /// The prime order of the generator.
    pub(super) q: BigUint,
    /// The generator.
    pub(super) g: BigUint,
    /// The public key.
    pub(super) y: BigUint,
}

impl DsaParts {
    /// A key by its numbers, big-endian; nothing when they cannot be one.
    pub(super) fn new(p: &[u8], q: &[u8], g: &[u8], y: &[u8]) -> Option<Self> {
        let [p, q, g, y] = [p, q, g, y].map(BigUint::from_bytes_be);
        let one = BigUint::from(1_u8);
        let is_element = |it: &BigUint| *it > one && *it < p;
        (p.bit(0) && q.bit(0) && q > one && q < p && is_element(&g) && is_element(&y)).then_some(Self {
            p,
            q,
            g,
            y,
        })
    }

    /// The key of a SubjectPublicKeyInfo: `Dss-Parms` as a whole value, and `DSAPublicKey` (RFC 3279,
    /// 2.3.2).
    pub(super) fn from_der(parameters: &[u8], key: &[u8]) -> Option<Self> {
        let (numbers, faults) = Reader::read(parameters, Encoding::Ber, &Budget::JUDGE, |r| {
            r.sequence("Dss-Parms", |r| Ok([r.integer("p")?, r.integer("q")?, r.integer("g")?]))
        });
        let [p, q, g] = numbers.filter(|_| faults.is_empty())?;
        let (y, faults) = Reader::read(key, Encoding::Ber, &Budget::JUDGE, |r| r.integer("DSAPublicKey"));
        let y = y.filter(|_| faults.is_empty())?;
        let negative = [p, q, g, y].iter().any(Integer::is_negative);
        if negative { None } else { Self::new(p.bytes, q.bytes, g.bytes, y.bytes) }
    }

    /// Bits of the field's prime.
    pub(super) fn bits(&self) -> usize {
        usize::try_from(self.p.bits()).unwrap_or(usize::MAX)
    }

    /// FIPS 186-4, 4.7.
    pub(super) fn verify(
        &self,
        form: SignatureForm,
        digest: &Digest,
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let Self { p, q, g, y } = self;
        if p.bits() > MAX_PRIME_BITS || q.bits() > MAX_ORDER_BITS {
            let text =
                format!("DSA with a prime above {MAX_PRIME_BITS} or an order above {MAX_ORDER_BITS} bits");
            return Err(VerifyError::Unsupported(text));
        }
        let (r, s) = match form {
            SignatureForm::Der => halves_in_der(signature),
            SignatureForm::Fixed => halves(signature, q.bits().div_ceil(8)),
        }
        .filter(|(r, s)| [r, s].iter().all(|half| **half > BigUint::ZERO && *half < q))
        .ok_or(VerifyError::Invalid)?;
        let inverse = s.modinv(q).ok_or(VerifyError::Invalid)?;
        let z = leftmost_bits(digest.as_bytes(), q);
        let u1 = z * &inverse % q;
        let u2 = &r * &inverse % q;
        let v = g.modpow(&u1, p) * y.modpow(&u2, p) % p % q;
        if v == r { Ok(()) } else { Err(VerifyError::Invalid) }
    }
}

fn halves_in_der(signature: &[u8]) -> Option<(BigUint, BigUint)> {
    let (halves, faults) = Reader::read(signature, Encoding::Der, &Budget::JUDGE, |r| {
        r.sequence("Dss-Sig-Value", |r| Ok((r.integer("r")?, r.integer("s")?)))
    });
    let (r, s) = halves.filter(|(r, s)| faults.is_empty() && !r.is_negative() && !s.is_negative())?;
    Some((BigUint::from_bytes_be(r.bytes), BigUint::from_bytes_be(s.bytes)))
}

fn halves(signature: &[u8], len: u64) -> Option<(BigUint, BigUint)> {
    let len = usize::try_from(len).ok().filter(|len| signature.len() == 2 * len)?;
    let (r, s) = signature.split_at(len);
    Some((BigUint::from_bytes_be(r), BigUint::from_bytes_be(s)))
}
