//! Elliptic curve keys in a KeyValue: `ECKeyValue` of XML Signature 1.1 and `ECDSAKeyValue` of RFC 4050,
//! each with a named curve or with its parameters spelled out.

use num_bigint::BigUint;

use super::{DSIG11, binary};
use crate::crypto::domain::{Domain, Spelled};
use crate::crypto::{Curve, PublicKey};
use crate::wire::xml::Element;

/// The namespace of RFC 4050 and RFC 9231.
const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";

/// What a key by value came to.
#[derive(Debug)]
pub(super) enum Value {
    /// The key.
    Known(PublicKey),
    /// Parameters that are nearly those of a known curve.
    Altered(Curve),
    /// None that is known.
    Unknown,
}

/// The key in a `ds:KeyValue`, where it is one of an elliptic curve.
pub(super) fn ec_key(key_value: Element<'_>) -> Value {
    let found = match (key_value.child(DSIG11, "ECKeyValue"), key_value.child(MORE, "ECDSAKeyValue")) {
        (Some(element), _) => ec_key_value(element),
        (None, Some(element)) => ecdsa_key_value(element),
        (None, None) => None,
    };
    found.unwrap_or(Value::Unknown)
}

/// The key at `point` on a curve.
fn on(curve: Spelled, point: impl FnOnce(Curve) -> Option<Vec<u8>>) -> Option<Value> {
    match curve {
        Spelled::Known(curve) => PublicKey::from_point(curve, &point(curve)?).ok().map(Value::Known),
        Spelled::Altered(curve) => Some(Value::Altered(curve)),
        Spelled::Unknown => None,
    }
}

/// The curve that a URN of its object identifier names.
fn named_curve(urn: &str) -> Option<Curve> {
    Some(match urn {
        "urn:oid:1.2.840.10045.3.1.7" => Curve::P256,
        "urn:oid:1.3.132.0.34" => Curve::P384,
        "urn:oid:1.3.132.0.35" => Curve::P521,
        "urn:oid:1.3.132.0.10" => Curve::Secp256k1,
        _ => return None,
    })
}

/// The key in an `ECKeyValue`: numbers and points are in base64.
fn ec_key_value(element: Element<'_>) -> Option<Value> {
    let curve = match element.child(DSIG11, "NamedCurve") {
        Some(named) => Spelled::Known(named_curve(&named.value_of("URI")?)?),
        None => {
            let parameters = element.child(DSIG11, "ECParameters")?;
            let under = |names: &[&str]| {
                names.iter().try_fold(parameters, |element, name| element.child(DSIG11, name))
            };
            let number = |names: &[&str]| Some(BigUint::from_bytes_be(&binary(under(names)?)?));
            let base = binary(under(&["Base"])?)?;
            let (form, coordinates) = base.split_first()?;
            if *form != 4 || coordinates.len() % 2 == 1 {
                return None;
            }
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            let domain = Domain {
                prime: number(&["FieldID", "Prime", "P"])?,
                coefficients: [number(&["Curve", "A"])?, number(&["Curve", "B"])?],
                base: [BigUint::from_bytes_be(x), BigUint::from_bytes_be(y)],
                order: number(&["Order"])?,
                cofactor: match under(&["CoFactor"]) {
                    Some(cofactor) => Some(decimal(&cofactor.text())?),
                    None => None,
                },
            };
            domain.spelled()
        }
    };
    on(curve, |_| binary(element.child(DSIG11, "PublicKey")?))
}

/// A number in decimal digits.
fn decimal(text: &str) -> Option<BigUint> {
    let digits = text.trim();
    // A number of the longest curve has 157 digits.
    let short = !digits.is_empty() && digits.len() <= 200 && digits.bytes().all(|b| b.is_ascii_digit());
    short.then(|| BigUint::parse_bytes(digits.as_bytes(), 10))?
}

/// The key in an `ECDSAKeyValue` (RFC 4050), which XML Signature 1.1 replaced: numbers are in decimal,
/// and points have two coordinates.
fn ecdsa_key_value(element: Element<'_>) -> Option<Value> {
    let coordinate = |point: Element<'_>, name| decimal(&point.child(MORE, name)?.value_of("Value")?);
    let parameters = element.child(MORE, "DomainParameters")?;
    let curve = match parameters.child(MORE, "NamedCurve") {
        Some(named) => Spelled::Known(named_curve(&named.value_of("URN")?)?),
        None => {
            let all = parameters.child(MORE, "ExplicitParams")?;
            let coefficients = all.child(MORE, "CurveParams")?;
            let base = all.child(MORE, "BasePointParams")?;
            let point = base.child(MORE, "BasePoint")?;
            let number = |of: Element<'_>, name| decimal(&of.child(MORE, name)?.text());
            let domain = Domain {
                prime: number(all.child(MORE, "FieldParams")?, "P")?,
                coefficients: [coordinate(coefficients, "A")?, coordinate(coefficients, "B")?],
                base: [coordinate(point, "X")?, coordinate(point, "Y")?],
                order: number(base, "Order")?,
                cofactor: match base.child(MORE, "Cofactor") {
                    Some(cofactor) => Some(decimal(&cofactor.text())?),
                    None => None,
                },
            };
            domain.spelled()
        }
    };
    let point = element.child(MORE, "PublicKey")?;
    on(curve, |curve| {
        let padded = |name| {
            let bytes = coordinate(point, name)?.to_bytes_be();
            let zeros = curve.field_len().checked_sub(bytes.len())?;
            Some([vec![0; zeros], bytes].concat())
        };
        Some([vec![4], padded("X")?, padded("Y")?].concat())
    })
}
