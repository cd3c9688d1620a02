//! RSA keys: size, encoding, and weaknesses that the public half shows.

use super::MIN_RSA_BITS;
use crate::crypto::weak::{Weakness, weaknesses};
use crate::model::jwk::{Jwk, KeyType};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::der::bit_length;
use crate::wire::json::Value;

/// Beyond this size arithmetic is slow enough to stop a service.
const MAX_RSA_BITS: usize = 16384;

/// The members that are numbers.
const NUMBERS: [&str; 8] = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];

rule! { Jwk =>
    /// The modulus has fewer than 2048 bits
    ///
    /// Smaller keys are within reach of those who can factor; JOSE forbids them for every RSA
    /// algorithm.
    "jwk.modulus-small": ERROR => modulus_small,
        cites: &[
            cite("RFC 7518", "3.3", Force::Must, "A key of size 2048 bits or larger MUST be used with these algorithms."),
            cite("RFC 7518", "4.2", Force::Must, "A key of size 2048 bits or larger MUST be used with this algorithm."),
        ],
        catalogue: &["JK-08"];

    /// The modulus is needlessly large
    ///
    /// More than 16384 bits serve no security, and let whoever sends the key choose how long others
    /// compute.
    "jwk.modulus-large": WARNING => modulus_large,
        cites: &[cite("etalon", "jwk", Force::House, "no key of this use has more than 16384 bits")],
        catalogue: &["JK-18"];

    /// A number is led by a zero octet
    ///
    /// Libraries of two's complement prefix one; in a JWK it makes a second text of the same key.
    "jwk.number-led-by-zero": ERROR => number_led_by_zero,
        clauses: &["ED-5.2.2.2-12"],
        cites: &[cite("RFC 7518", "2", Force::Must, "The octet sequence MUST utilize the minimum number of octets needed to represent the value.")],
        catalogue: &["JK-08"];

    /// The key can be broken from its public half
    ///
    /// An even or tiny factor, primes next to each other, the mark of the library of CVE-2017-15361
    /// (ROCA), an exponent of 0, of 1 or an even one, a point of Ed25519 with eight multiples at most: no
    /// such key keeps anything secret. Make a new one.
    "jwk.key-broken": ERROR => key_broken,
        cites: &[
            cite("RFC 7518", "6.3.1.1", Force::Fact, "The \"n\" (modulus) parameter contains the modulus value for the RSA public key."),
            cite("CA/Browser Forum BR", "6.1.1.3", Force::Must, "The CA is aware of a demonstrated or proven method that exposes the Applicant's Private Key to compromise"),
        ],
        catalogue: &["JK-08", "JK-09"];

    /// The public exponent is unusual
    ///
    /// 65537 is what everybody uses. Below it lie attacks on bad padding, above 256 bits readers
    /// that refuse.
    "jwk.exponent-unusual": WARNING => exponent_unusual,
        clauses: &["ED-5.2.2.2-12"],
        cites: &[cite("FIPS 186-5", "A.1.1", Force::Must, "2^16 < e < 2^256")],
        catalogue: &["JK-09"];
}

/// Where a key's modulus stands: in its member, or in the certificate that it is taken from.
fn modulus<'a>(jwk: &Jwk<'a>) -> Value<'a> {
    jwk.member("n").or_else(|| jwk.member("x5c")).unwrap_or(jwk.value)
}

fn modulus_small(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let bits = bit_length(&jwk.rsa()?.n);
    if bits < MIN_RSA_BITS {
        let at = modulus(jwk);
        cx.fail(at.pointer(), at.span(), format!("expected at least {MIN_RSA_BITS} bits, found {bits}"));
    }
    Some(Checked)
}

fn modulus_large(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let bits = bit_length(&jwk.rsa()?.n);
    if bits > MAX_RSA_BITS {
        let at = modulus(jwk);
        cx.fail(at.pointer(), at.span(), format!("expected at most {MAX_RSA_BITS} bits, found {bits}"));
    }
    Some(Checked)
}

fn number_led_by_zero(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if jwk.key_type()? != KeyType::Rsa {
        return None;
    }
    for octets in NUMBERS.into_iter().filter_map(|name| jwk.octets(name)) {
        if octets.decoded.bytes.as_deref().is_some_and(|bytes| bytes.len() > 1 && bytes[0] == 0) {
            let message = "expected the number without leading zeros, found one led by a zero octet";
            cx.fail(octets.value.pointer(), octets.value.span(), message);
        }
    }
    Some(Checked)
}

fn key_broken(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if jwk.key_type()? == KeyType::Okp {
        if jwk.public_key()?.ok()?.is_of_small_order() {
            let at = jwk.member("x")?;
            let message = "expected a key that only its owner can use, found a point of small order";
            cx.fail(at.pointer(), at.span(), message);
        }
        return Some(Checked);
    }
    let is_zero = |name: &&str| {
        jwk.key_type() == Some(KeyType::Rsa)
            && jwk.bytes(name).is_some_and(|bytes| bytes.iter().all(|octet| *octet == 0))
    };
    if let Some(at) = ["n", "e"].iter().find(|name| is_zero(name)).and_then(|name| jwk.member(name)) {
        cx.fail(at.pointer(), at.span(), "expected a number above zero, found zero");
        return Some(Checked);
    }
    let key = jwk.rsa()?;
    for weakness in weaknesses(key) {
        let is_exponent = matches!(weakness, Weakness::ExponentEven | Weakness::ExponentOne);
        if let Some(what) = weakness.fatal() {
            let at = jwk.member("e").filter(|_| is_exponent).unwrap_or_else(|| modulus(jwk));
            cx.fail(
                at.pointer(),
                at.span(),
                format!("expected a key that only its owner can use, found {what}"),
            );
        }
    }
    Some(Checked)
}

fn exponent_unusual(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key = jwk.rsa()?;
    let at = jwk.member("e").unwrap_or_else(|| modulus(jwk));
    let bits = bit_length(&key.e);
    let is_odd = key.e.last().is_some_and(|last| last & 1 == 1);
    if is_odd && bits > 1 && !(17..=256).contains(&bits) {
        let found = if bits > 256 { format!("one of {bits} bits") } else { "a smaller one".to_owned() };
        cx.fail(
            at.pointer(),
            at.span(),
            format!("expected an exponent from 65537 up to 256 bits, found {found}"),
        );
    }
    Some(Checked)
}
