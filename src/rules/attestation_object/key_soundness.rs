//! The credential public key: that it is one, fits its algorithm, and is strong enough.

use crate::crypto::weak::{Weakness, weaknesses};
use crate::crypto::{KeyError, KeyKind};
use crate::model::cose::{CoseAlgorithm, CoseKey, KeyType, RS1, algorithm_name, curve, curve_name, label};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};
use crate::wire::cbor::Node;

/// The bits of the smallest RSA modulus that may still be used.
const SMALLEST_RSA: usize = 2048;

rule! { CoseKey =>
    /// The algorithm does not go with the type of the key
    ///
    /// ES256 and its sisters sign with EC2 keys, EdDSA with OKP keys, RS256 and PS256 with RSA keys.
    "attestation-object.key-algorithm-mismatch": ERROR => algorithm_mismatch,
        clauses: &["KD-5.2.1-34"],
        cites: &[cite("RFC 9053", "2.1", Force::Must, "The \"kty\" field MUST be present, and it MUST be \"EC2\"")],
        catalogue: &["WK-01"],
        codes: &["BAD_REQUEST"];

    /// The curve is not the one of the algorithm
    ///
    /// WebAuthn binds ES256 to P-256, ES384 to P-384, ES512 to P-521 and EdDSA to Ed25519.
    "attestation-object.key-curve-mismatch": ERROR => curve_mismatch,
        cites: &[cite("WebAuthn L3", "5.8.5", Force::Must, "Keys with algorithm ES256 (-7) MUST specify P-256 (1) as the crv parameter")],
        catalogue: &["WK-03"],
        codes: &["BAD_REQUEST"];

    /// The algorithm is none of those that were offered
    ///
    /// The authenticator must choose from `pubKeyCredParams`. Compared where the context names the
    /// offer (`algorithms`).
    "attestation-object.algorithm-not-offered": ERROR => algorithm_not_offered,
        clauses: &["KD-5.2.1-34"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that the \"alg\" parameter in the credential public key in authData matches the alg attribute of one of the items in pkOptions.pubKeyCredParams")],
        catalogue: &["WK-02"],
        codes: &["VALIDATION_FAILED"];

    /// The algorithm of the key is not known to etalon
    ///
    /// Nothing more can be said about the key.
    "attestation-object.key-algorithm-unknown": INCONCLUSIVE => algorithm_unknown,
        cites: &[cite("WebAuthn L3", "5.8.5", Force::Fact, "A COSEAlgorithmIdentifier's value is a number identifying a cryptographic algorithm")],
        catalogue: &["WK-02"];

    /// The key signs with SHA-1
    ///
    /// RS1 is RSA with SHA-1: signatures of it can be forged through collisions. It is registered only
    /// so that old TPMs can be described, and never fit for a credential.
    "attestation-object.key-algorithm-legacy": ERROR.in_standard(Warning) => algorithm_legacy,
        cites: &[cite("RFC 8812", "5.3", Force::Must, "New COSE applications and protocols MUST NOT use this algorithm.")],
        catalogue: &["WK-02"],
        codes: &["VALIDATION_FAILED"];

    /// A coordinate has the wrong length
    ///
    /// Coordinates stand at the full length of the field, leading zeros included: 32 bytes on P-256 and
    /// Ed25519, 48 on P-384, 66 on P-521.
    "attestation-object.key-coordinate-length": ERROR => coordinate_length,
        cites: &[cite("RFC 9053", "7.1.1", Force::Must, "Leading-zero octets MUST be preserved.")],
        catalogue: &["WK-04"],
        codes: &["BAD_REQUEST"];

    /// The point is not on the curve
    ///
    /// The coordinates do not satisfy the equation of the curve, or are none of its field. Computing
    /// with such a point gives secrets away; nobody can sign with it.
    "attestation-object.key-not-on-curve": ERROR => not_on_curve,
        cites: &[cite("RFC 9053", "6.3.1.1", Force::Fact, "this can be done by checking that the x and y values form a point on the curve")],
        catalogue: &["WK-05", "WK-07"],
        codes: &["BAD_REQUEST"];

    /// The RSA key is smaller than 2048 bits
    ///
    /// It can be factored with effort that is within reach.
    "attestation-object.key-small": ERROR => small,
        cites: &[cite("RFC 8812", "2", Force::Must, "A key of size 2048 bits or larger MUST be used with these algorithms")],
        catalogue: &["WK-08"],
        codes: &["VALIDATION_FAILED"];

    /// The RSA key is weak
    ///
    /// The private key can be had from the public one, or there is none: an even or tiny exponent, an
    /// even modulus, a small factor, primes that lie too close, or the fingerprint of Infineon's
    /// library (ROCA).
    "attestation-object.key-weak": ERROR => weak,
        cites: &[cite("RFC 8017", "3.1", Force::Fact, "the RSA public exponent e is an integer between 3 and n - 1 satisfying GCD(e,\\lambda(n)) = 1")],
        catalogue: &["WK-08"],
        codes: &["VALIDATION_FAILED"];

    /// The public exponent of the RSA key is below 65537
    ///
    /// Small exponents turn careless padding checks into forgeries. No standard of WebAuthn forbids
    /// them, so it is a warning under `standard`.
    "attestation-object.key-exponent-small": ERROR.in_standard(Warning) => exponent_small,
        cites: &[cite("NIST SP 800-56B Rev. 2", "6.2", Force::Must, "65,537 ≤ e < 2^256")],
        catalogue: &["WK-08", "WS-26"],
        codes: &["VALIDATION_FAILED"];

    /// A number of the RSA key has leading zeros
    ///
    /// COSE writes modulus and exponent in as few bytes as they take; a zero in front is the sign byte
    /// of another encoding. The number is the same, and relying parties take it, so it is a warning
    /// outside `cookbook`.
    "attestation-object.key-padded": ERROR.in_field(Warning).in_standard(Warning) => padded,
        cites: &[cite("RFC 8230", "4", Force::Must, "The octet sequence MUST utilize the minimum number of octets needed to represent the value")],
        catalogue: &["WK-09"],
        codes: &["BAD_REQUEST"];
}

fn algorithm_mismatch(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (found, algorithm) = (key.key_type()?, key.algorithm()?);
    let node = key.parameter(label::ALG)?;
    if algorithm.key_type != found {
        let (name, expected) = (algorithm.name, algorithm.key_type.name());
        let message = format!("expected a key of type {expected} for {name}, found {}", found.name());
        cx.fail(node.path(), node.span(), message);
    }
    Some(Checked)
}

fn curve_mismatch(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let algorithm = key.algorithm().filter(|algorithm| Some(algorithm.key_type) == key.key_type())?;
    let (expected, found) = (algorithm.curve?, key.curve_id()?);
    if expected != found {
        let node = key.parameter(label::CRV)?;
        let message =
            format!("expected {} for {}, found {}", curve_name(expected), algorithm.name, curve_name(found));
        cx.fail(node.path(), node.span(), message);
    }
    Some(Checked)
}

fn algorithm_not_offered(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let offered = cx.context().algorithms.as_deref()?;
    let found = key.algorithm_id()?;
    if !offered.contains(&found) {
        let node = key.parameter(label::ALG)?;
        let all = offered.iter().map(|id| algorithm_name(*id)).collect::<Vec<_>>().join(", ");
        let message = format!("expected one of the offered {all}, found {}", algorithm_name(found));
        cx.fail(node.path(), node.span(), message);
    }
    Some(Checked)
}

fn algorithm_unknown(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = key.algorithm_id()?;
    if CoseAlgorithm::of(id).is_none() {
        let node = key.parameter(label::ALG)?;
        cx.fail(node.path(), node.span(), format!("expected an algorithm that etalon knows, found {id}"));
    }
    Some(Checked)
}

fn algorithm_legacy(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = key.algorithm_id()?;
    if cx.context().legacy {
        return None;
    }
    if id == RS1 {
        let node = key.parameter(label::ALG)?;
        cx.fail(node.path(), node.span(), "expected an algorithm without SHA-1, found RS1");
    }
    Some(Checked)
}

/// How long the coordinates of the key must be.
fn field_length(key: &CoseKey<'_>) -> Option<usize> {
    match (key.key_type()?, key.curve_id()?) {
        (KeyType::Okp, 6) => Some(32),
        (KeyType::Okp, 7) => Some(57),
        (KeyType::Ec2, number) => curve(number).map(crate::crypto::Curve::field_len),
        (KeyType::Okp | KeyType::Rsa | KeyType::Akp, _) => None,
    }
}

fn coordinates<'k, 'a>(key: &'k CoseKey<'a>) -> impl Iterator<Item = (&'static str, Node<'k, 'a>)> {
    [("x", label::X), ("y", label::Y)]
        .into_iter()
        .filter(|(name, _)| *name == "x" || key.key_type() == Some(KeyType::Ec2))
        .filter_map(|(name, number)| Some((name, key.parameter(number)?)))
}

fn coordinate_length(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = field_length(key)?;
    for (name, node) in coordinates(key) {
        if let Some(found) = node.bytes().map(|bytes| bytes.len()).filter(|found| *found != expected) {
            let message = format!("expected {expected} bytes as {name}-coordinate, found {found}");
            cx.fail(node.path(), node.span(), message);
        }
    }
    Some(Checked)
}

fn not_on_curve(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let length = field_length(key)?;
    let sound = coordinates(key).all(|(_, node)| node.bytes().is_some_and(|bytes| bytes.len() == length));
    let outcome = key.public_key().filter(|_| sound)?;
    if let Err(KeyError::Malformed(_)) = outcome {
        let node = key.parameter(label::X)?;
        let on = curve_name(key.curve_id()?);
        cx.fail(node.path(), node.span(), format!("expected a point of {on}, found none"));
    }
    Some(Checked)
}

fn small(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let KeyKind::Rsa(bits) = key.public_key()?.ok()?.kind() else { return None };
    if bits < SMALLEST_RSA {
        let node = key.parameter(label::N)?;
        cx.fail(node.path(), node.span(), format!("expected at least {SMALLEST_RSA} bits, found {bits}"));
    }
    Some(Checked)
}

fn weak(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = match (key.key_type()?, key.public_key()?) {
        (KeyType::Rsa, Err(_)) => {
            let is_zero =
                |node: &Node<'_, '_>| node.bytes().is_some_and(|bytes| bytes.iter().all(|octet| *octet == 0));
            let node = [label::N, label::E].into_iter().filter_map(|it| key.parameter(it)).find(is_zero)?;
            cx.fail(node.path(), node.span(), "expected a number above zero, found zero");
            return Some(Checked);
        }
        (KeyType::Okp, Ok(point)) => {
            if point.is_of_small_order() {
                let node = key.parameter(label::X)?;
                cx.fail(
                    node.path(),
                    node.span(),
                    "expected a point of large order, found one of small order",
                );
            }
            return Some(Checked);
        }
        (_, outcome) => outcome.ok()?.rsa()?,
    };
    for weakness in weaknesses(parts) {
        let (number, message) = match weakness {
            Weakness::ExponentOne => (label::E, "expected an exponent above 1, found 1".to_owned()),
            Weakness::ExponentEven => (label::E, "expected an odd exponent, found an even one".to_owned()),
            // Another rule's matter.
            Weakness::ExponentSmall => continue,
            Weakness::ExponentLarge => {
                (label::E, "expected an exponent of at most 256 bits, found more".to_owned())
            }
            Weakness::ModulusEven => (label::N, "expected an odd modulus, found an even one".to_owned()),
            Weakness::SmallFactor(factor) => {
                (label::N, format!("expected a modulus of two large primes, found the factor {factor}"))
            }
            Weakness::ClosePrimes => {
                (label::N, "expected primes that lie far apart, found them side by side".to_owned())
            }
            Weakness::Roca => {
                (label::N, "expected a random modulus, found the fingerprint of ROCA".to_owned())
            }
        };
        let node = key.parameter(number)?;
        cx.fail(node.path(), node.span(), message);
    }
    Some(Checked)
}

fn exponent_small(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = key.public_key()?.ok()?.rsa()?;
    // An exponent of 1 or an even one is no exponent at all, which another rule says.
    if let [3..=0xff] | [_, _] = parts.e.as_slice()
        && parts.e.last().is_some_and(|last| last % 2 == 1)
    {
        let node = key.parameter(label::E)?;
        cx.fail(node.path(), node.span(), "expected an exponent of 65537 or more, found less");
    }
    Some(Checked)
}

fn padded(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if key.key_type()? != KeyType::Rsa {
        return None;
    }
    for (name, number) in [("modulus", label::N), ("exponent", label::E)] {
        if let Some(node) = key.parameter(number)
            && node.bytes().is_some_and(|bytes| bytes.first() == Some(&0))
        {
            cx.fail(
                node.path(),
                node.span(),
                format!("expected the {name} without leading zeros, found one"),
            );
        }
    }
    Some(Checked)
}
