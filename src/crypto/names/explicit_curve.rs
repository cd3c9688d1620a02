//! Curves that are written out by their equation and their generator (`specifiedCurve`, RFC 3279
//! 2.3.5) instead of being named, which RFC 5480 forbids.

use num_bigint::BigUint;

use crate::base::Budget;
use crate::crypto::Curve;
use crate::crypto::domain::{Domain, Spelled};
use crate::wire::der::{Encoding, Oid, Reader};

/// prime-field: 1.2.840.10045.1.1
const PRIME_FIELD: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01]);

/// What EC key parameters, as a whole value, write out; nothing when they are no `specifiedCurve`
/// over a prime field.
pub fn read(parameters: &[u8]) -> Option<Spelled> {
    let (found, faults) = Reader::read(parameters, Encoding::Ber, &Budget::JUDGE, |r| {
        r.sequence("specifiedCurve", |r| {
            r.integer("version")?;
            let (field, p) = r.sequence("fieldID", |r| Ok((r.oid("fieldType")?, r.integer("prime-p")?)))?;
            let coefficients = r.sequence("curve", |r| {
                let pair = [r.octet_string("a")?.content, r.octet_string("b")?.content];
                if !r.is_at_end() {
                    r.bit_string("seed")?;
                }
                Ok(pair)
            })?;
            let base = r.octet_string("base")?.content;
            let order = r.integer("order")?.bytes;
            let cofactor = if r.is_at_end() { None } else { Some(r.integer("cofactor")?.bytes) };
            Ok((field, p.bytes, coefficients, base, order, cofactor))
        })
    });
    let (field, p, coefficients, base, order, cofactor) = found.filter(|_| faults.is_empty())?;
    (field == PRIME_FIELD).then_some(())?;
    let prime = BigUint::from_bytes_be(p);
    let domain = Domain {
        base: point(base, &prime)?,
        prime,
        coefficients: coefficients.map(BigUint::from_bytes_be),
        order: BigUint::from_bytes_be(order),
        cofactor: cofactor.map(BigUint::from_bytes_be),
    };
    Some(domain.spelled())
}

/// The coordinates of a point (SEC 1, 2.3.4). A compressed one is told by the generator of a known
/// curve over the same field: no other is asked for.
fn point(octets: &[u8], prime: &BigUint) -> Option<[BigUint; 2]> {
    let (form, coordinates) = octets.split_first()?;
    let len = usize::try_from(prime.bits().div_ceil(8)).ok()?;
    let (x, y) = coordinates.split_at_checked(len)?;
    let x = BigUint::from_bytes_be(x);
    match form {
        4 if y.len() == len => Some([x, BigUint::from_bytes_be(y)]),
        2 | 3 if y.is_empty() => {
            let of_curve = |curve: &Curve| Domain::of(*curve).base;
            let is_it = |base: &[BigUint; 2]| base[0] == x && base[1].bit(0) == (form & 1 == 1);
            Curve::ALL.iter().map(of_curve).find(is_it)
        }
        _ => None,
    }
}
