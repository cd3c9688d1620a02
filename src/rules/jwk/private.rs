//! Private keys: that their numbers are all there, of their length, and the other half of the public ones.
//! Under eHealth's profiles a private number is refused whatever it is.

use crate::crypto::Primes;
use crate::model::jwk::{Jwk, KeyType};
use crate::rule;
use crate::rule::Severity::Error;
use crate::rule::{Checked, Cx, Force, OFF, cite};
use crate::wire::json::{Type, Value};

/// What an RSA key has beside its private exponent.
const BESIDE_EXPONENT: [&str; 5] = ["p", "q", "dp", "dq", "qi"];

rule! { Jwk =>
    /// A number of the private key is missing
    ///
    /// An RSA key has its private exponent `d` alone, or with all of `p`, `q`, `dp`, `dq` and `qi`. A reader
    /// that works with the primes fails, or signs wrongly, where one of them is not there.
    "jwk.private-member-missing": OFF.in_standard(Error) => private_member_missing,
        cites: &[
            cite("RFC 7518", "6.3.2", Force::Must, "If the producer includes any of the other private key parameters, then all of the others MUST be present, with the exception of \"oth\""),
            cite("RFC 7518", "6.3.2", Force::Must, "The parameter \"d\" is REQUIRED for RSA private keys."),
        ];

    /// The private number does not have the length of the curve
    ///
    /// `d` is a full octet string, leading zeros included: 32 bytes on P-256, 48 on P-384, 66 on P-521, 32 of
    /// Ed25519. A stripped zero makes one key in 256 unreadable to strict peers.
    "jwk.private-number-length": OFF.in_standard(Error) => private_number_length,
        cites: &[cite("RFC 7518", "6.2.2.1", Force::Must, "The length of this octet string MUST be ceiling(log-base-2(n)/8) octets (where n is the order of the curve).")];

    /// The private half belongs to another key
    ///
    /// `d` and the numbers beside it do not make the public key that stands with them. What is signed with
    /// the one does not verify under the other, and a signature by wrong primes tells the right ones.
    "jwk.private-half-of-another-key": OFF.in_standard(Error) => private_half_of_another_key,
        cites: &[
            cite("RFC 7518", "6.2.2.1", Force::Fact, "The \"d\" (ECC private key) parameter contains the Elliptic Curve private key value."),
            cite("RFC 8017", "3.2", Force::Fact, "e * d == 1 (mod \\lambda(n))"),
        ];

    /// The list of further primes is malformed
    ///
    /// `oth` is for keys of three primes or more: an array of objects, each with `r`, `d` and `t`. A key of
    /// two primes leaves it out.
    "jwk.other-primes-malformed": OFF.in_standard(Error) => other_primes_malformed,
        cites: &[cite("RFC 7518", "6.3.2.7", Force::Must, "When only two primes have been used (the normal case), this parameter MUST be omitted.")];
}

fn private_member_missing(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let is_rsa = jwk.key_type()? == KeyType::Rsa;
    let has = |name: &&str| jwk.member(name).is_some();
    let beside = BESIDE_EXPONENT.iter().any(&has);
    (is_rsa && (has(&"d") || beside)).then_some(())?;
    let missing = ["d"].iter().chain(BESIDE_EXPONENT.iter().filter(|_| beside)).filter(|name| !has(name));
    for name in missing {
        let message = format!("expected a member {name} of a private key of type RSA, found none");
        cx.fail(jwk.value.pointer(), jwk.value.span(), message);
    }
    Some(Checked)
}

fn private_number_length(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let curve = jwk.curve().filter(|curve| jwk.key_type() == Some(curve.key_type))?;
    let d = jwk.octets("d")?;
    let found = d.decoded.bytes.as_ref()?.len();
    if found != curve.len {
        let message = format!("expected {} bytes on {}, found {found}", curve.len, curve.name);
        cx.fail(d.value.pointer(), d.value.span(), message);
    }
    Some(Checked)
}

fn private_half_of_another_key(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, d) = (jwk.member("d")?, jwk.bytes("d")?);
    let key = jwk.public_key()?.ok()?;
    let is_other_half = if jwk.key_type()? == KeyType::Rsa {
        // With further primes, the first two do not make the modulus.
        jwk.member("oth").is_none().then_some(())?;
        let primes = || {
            let [p, q, dp, dq, qi] = BESIDE_EXPONENT.map(|name| jwk.bytes(name));
            Some(Primes { p: p?, q: q?, dp: dp?, dq: dq?, qi: qi? })
        };
        key.is_of_exponent(d, primes())
    } else {
        key.is_of_secret(d)
    };
    if !is_other_half? {
        let message = "expected the private half of the public key beside it, found that of another";
        cx.fail(at.pointer(), at.span(), message);
    }
    Some(Checked)
}

fn other_primes_malformed(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let others = jwk.member("oth").filter(|others| others.kind() == Type::Array)?;
    if others.elements().next().is_none() {
        cx.fail(others.pointer(), others.span(), "expected at least one further prime, found none");
    }
    let is_number = |prime: Value<'_>, name| prime.member(name).and_then(Value::as_str).is_some();
    for prime in others.elements().take(64) {
        if !["r", "d", "t"].into_iter().all(|name| is_number(prime, name)) {
            let message = "expected an object with r, d and t, found another value";
            cx.fail(prime.pointer(), prime.span(), message);
        }
    }
    Some(Checked)
}
