//! The parameters of elliptic curves over prime fields, for keys that spell them out instead of naming
//! their curve (SEC 2, 2.4 to 2.6; FIPS 186-4, D.1.2).

use std::sync::LazyLock;

use num_bigint::BigUint;

use super::Curve;
use super::field::Equation;

/// What a curve is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The prime of the field.
    pub prime: BigUint,
    /// The coefficients of `y² = x³ + ax + b`.
    pub coefficients: [BigUint; 2],
    /// The coordinates of the base point.
    pub base: [BigUint; 2],
    /// The order of the base point.
    pub order: BigUint,
    /// How many times the order is the number of points, where it is said.
    pub cofactor: Option<BigUint>,
}

/// What parameters that are spelled out come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelled {
    /// They are those of a curve that is known.
    Known(Curve),
    /// They have the prime of a curve that is known, and differ from it otherwise: whoever chooses
    /// another base point has the private key of any public key (CVE-2020-0601).
    Altered(Curve),
    /// They are those of another curve, or of none.
    Unknown,
}

impl Domain {
    /// The parameters of a curve.
    pub fn of(curve: Curve) -> Self {
        let [prime, a, b, x, y, order] = table(curve).map(|digits| {
            BigUint::parse_bytes(digits.as_bytes(), 16).expect("the table is written in hexadecimal digits")
        });
        Self { prime, coefficients: [a, b], base: [x, y], order, cofactor: Some(BigUint::from(1_u8)) }
    }

    /// Which curve they are.
    pub fn spelled(&self) -> Spelled {
        let known = Curve::ALL.iter().map(|curve| (*curve, Self::of(*curve)));
        // Two curves over the same field would each be asked.
        let mut same_field = known.filter(|(_, domain)| domain.prime == self.prime).peekable();
        let Some((first, _)) = same_field.peek().cloned() else { return Spelled::Unknown };
        let is_it = |domain: &Self| {
            let cofactor = self.cofactor.is_none() || self.cofactor == domain.cofactor;
            cofactor && Self { cofactor: None, ..self.clone() } == Self { cofactor: None, ..domain.clone() }
        };
        match same_field.find(|(_, domain)| is_it(domain)) {
            Some((curve, _)) => Spelled::Known(curve),
            None => Spelled::Altered(first),
        }
    }
}

impl Curve {
    /// Whether the big-endian coordinates are those of a point (SEC 1, 3.2.2.1).
    pub fn has_point(self, x: &[u8], y: &[u8]) -> bool {
        static P256: LazyLock<Equation<4>> = LazyLock::new(|| Equation::of(&Domain::of(Curve::P256)));
        static P384: LazyLock<Equation<6>> = LazyLock::new(|| Equation::of(&Domain::of(Curve::P384)));
        static P521: LazyLock<Equation<9>> = LazyLock::new(|| Equation::of(&Domain::of(Curve::P521)));
        static K256: LazyLock<Equation<4>> = LazyLock::new(|| Equation::of(&Domain::of(Curve::Secp256k1)));
        match self {
            Self::P256 => P256.holds(x, y),
            Self::P384 => P384.holds(x, y),
            Self::P521 => P521.holds(x, y),
            Self::Secp256k1 => K256.holds(x, y),
        }
    }
}

/// Prime, coefficients, base point and order, in hexadecimal digits.
const fn table(curve: Curve) -> [&'static str; 6] {
    match curve {
        Curve::P256 => [
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        ],
        Curve::P384 => [
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc",
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        ],
        Curve::P521 => [
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc",
            "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
            "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        ],
        Curve::Secp256k1 => [
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
            "00",
            "07",
            "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::point::provider_point;
    use super::*;

    #[test]
    fn every_base_point_is_on_its_curve() {
        for curve in Curve::ALL {
            let Domain { prime, coefficients: [a, b], base: [x, y], .. } = Domain::of(*curve);
            assert_eq!((&y * &y) % &prime, (&x * &x * &x + a * &x + b) % &prime, "{curve}");
        }
    }

    #[test]
    fn a_point_is_one_where_the_provider_takes_it() {
        for curve in Curve::ALL {
            let Domain { prime, base: [x, y], .. } = Domain::of(*curve);
            let octets = |number: &BigUint| {
                let bytes = number.to_bytes_be();
                [vec![0; curve.field_len() - bytes.len()], bytes].concat()
            };
            let negative = &prime - &y;
            let zero = BigUint::ZERO;
            for (x, y) in [
                (&x, &y),
                (&x, &negative),
                (&y, &x),
                (&x, &(&y + 1_u8)),
                (&zero, &zero),
                (&prime, &y),
                (&x, &prime),
            ] {
                let (x, y) = (octets(x), octets(y));
                let theirs = provider_point(*curve, &[&[4], &*x, &y].concat()).is_some();
                assert_eq!(curve.has_point(&x, &y), theirs, "{curve} {x:02x?} {y:02x?}");
            }
            assert!(curve.has_point(&octets(&x), &octets(&y)));
        }
    }

    #[test]
    fn a_curve_is_known_by_all_of_its_parameters() {
        for curve in Curve::ALL {
            let domain = Domain::of(*curve);
            assert_eq!(domain.spelled(), Spelled::Known(*curve));
            assert_eq!(Domain { cofactor: None, ..domain.clone() }.spelled(), Spelled::Known(*curve));
            let [x, y] = domain.base.clone();
            for altered in [
                Domain { base: [y, x], ..domain.clone() },
                Domain { order: &domain.order - 2_u8, ..domain.clone() },
                Domain { cofactor: Some(BigUint::from(4_u8)), ..domain.clone() },
            ] {
                assert_eq!(altered.spelled(), Spelled::Altered(*curve));
            }
            assert_eq!(Domain { prime: &domain.prime - 2_u8, ..domain }.spelled(), Spelled::Unknown);
        }
    }
}
