//! Keys on curves: the curve, the length of the coordinates, and the point.

use crate::crypto::KeyError;
use crate::model::jwk::{CURVES, Jwk, KeyType};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::shown;

rule! { Jwk =>
    /// The curve is not one that the type of key has
    ///
    /// EC keys are on P-256, P-384, P-521 or secp256k1, OKP keys on Ed25519, Ed448, X25519 or X448.
    /// Names are case-sensitive.
    "jwk.crv-unknown": ERROR => crv_unknown,
        clauses: &["KD-5.2.4-19", "KD-5.2.4-26", "KD-5.2.5-04"],
        cites: &[cite("RFC 7518", "6.2.1.1", Force::Fact, "The \"crv\" (curve) parameter identifies the cryptographic curve used with the key.")],
        catalogue: &["JK-06", "JK-07"];

    /// A coordinate does not have the length of the curve
    ///
    /// Coordinates are full octet strings, leading zeros included: 32 bytes on P-256, 48 on P-384,
    /// 66 on P-521. A stripped zero makes one key in 128 unreadable to strict peers.
    "jwk.coordinate-length": ERROR => coordinate_length,
        clauses: &["KD-5.2.4-27", "KD-5.2.4-28", "KD-5.2.5-05", "KD-5.2.5-06"],
        cites: &[cite("RFC 7518", "6.2.1.2", Force::Must, "The length of this octet string MUST be the full size of a coordinate for the curve specified in the \"crv\" parameter.")],
        catalogue: &["JK-06"];

    /// The coordinates are no point of the curve
    ///
    /// Arithmetic off the curve leaks private keys of those who do it. The cookbook's sample has two
    /// wrong letters in `x` and one in `y`, and is such a point.
    "jwk.not-on-curve": ERROR => not_on_curve,
        clauses: &["KD-5.2.4-27", "KD-5.2.4-28"],
        cites: &[cite("RFC 7518", "6.2.1", Force::Fact, "a pair of coordinates drawn from a finite field, which together define a point on an Elliptic Curve")],
        catalogue: &["JK-06"];

    /// The key is on another curve than KeyDepot's examples
    ///
    /// The options offer ES256 and RS256: an EC key that was registered with them is on P-256.
    "jwk.crv-not-offered": WARNING.not_in_standard() => crv_not_offered,
        clauses: &["KD-5.2.4-26"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "\"crv\": \"P-256\"")];
}

fn crv_unknown(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key_type = jwk.key_type().filter(|it| matches!(it, KeyType::Ec | KeyType::Okp))?;
    let crv = jwk.member("crv")?;
    let name = crv.as_str()?;
    if jwk.curve().is_none_or(|curve| curve.key_type != key_type) {
        let names: Vec<&str> = CURVES.iter().filter(|it| it.key_type == key_type).map(|it| it.name).collect();
        cx.fail(
            crv.pointer(),
            crv.span(),
            format!("expected one of {}, found {}", names.join(", "), shown(name)),
        );
    }
    Some(Checked)
}

fn coordinate_length(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let curve = jwk.curve().filter(|curve| jwk.key_type() == Some(curve.key_type))?;
    for name in ["x", "y"] {
        let Some(octets) = jwk.octets(name).filter(|_| curve.key_type == KeyType::Ec || name == "x") else {
            continue;
        };
        let Some(bytes) = &octets.decoded.bytes else { continue };
        if bytes.len() != curve.len {
            let message = format!("expected {} bytes on {}, found {}", curve.len, curve.name, bytes.len());
            cx.fail(octets.value.pointer(), octets.value.span(), message);
        }
    }
    Some(Checked)
}

fn not_on_curve(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let curve = jwk.curve().filter(|curve| jwk.key_type() == Some(curve.key_type))?;
    let has_length = |name| jwk.bytes(name).is_some_and(|bytes| bytes.len() == curve.len);
    if !has_length("x") || (curve.key_type == KeyType::Ec && !has_length("y")) {
        return None;
    }
    match jwk.public_key()? {
        Ok(_) => {}
        Err(KeyError::Unsupported(_)) => return None,
        Err(KeyError::Malformed(_)) => {
            let message = format!("expected a point of {}, found coordinates of none", curve.name);
            cx.fail(jwk.value.pointer(), jwk.value.span(), message);
        }
    }
    Some(Checked)
}

fn crv_not_offered(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    use crate::base::Service;
    if cx.context().service != Some(Service::Keydepot) {
        return None;
    }
    let (crv, curve) = (jwk.member("crv")?, jwk.curve()?);
    if curve.name != "P-256" {
        cx.fail(crv.pointer(), crv.span(), format!("expected P-256, found {}", curve.name));
    }
    Some(Checked)
}
