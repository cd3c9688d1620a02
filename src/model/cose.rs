//! COSE keys (RFC 9052 §7), as WebAuthn uses them for credential public keys.

use std::cell::OnceCell;

use crate::base::Budget;
use crate::crypto::{Algorithm, Curve, KeyError, PublicKey, names};
use crate::rule::Artefact;
use crate::wire::cbor::{Node, Tree, decode_prefix};

/// Labels of the parameters.
pub(crate) mod label {
    /// Key type.
    pub(crate) const KTY: i64 = 1;
    /// Algorithm.
    pub(crate) const ALG: i64 = 3;
    /// Curve, of EC2 and OKP keys.
    pub(crate) const CRV: i64 = -1;
    /// x-coordinate of an EC2 key, the key itself of an OKP key.
    pub(crate) const X: i64 = -2;
    /// y-coordinate of an EC2 key.
    pub(crate) const Y: i64 = -3;
    /// Modulus of an RSA key.
    pub(crate) const N: i64 = -1;
    /// Public exponent of an RSA key.
    pub(crate) const E: i64 = -2;
    /// The key itself, of an AKP key.
    pub(crate) const PUB: i64 = -1;
}

/// A key type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyType {
    /// Octet key pair: Edwards curves.
    Okp,
    /// Elliptic curve with both coordinates.
    Ec2,
    /// RSA.
    Rsa,
    /// Algorithm key pair: ML-DSA.
    Akp,
}

impl KeyType {
    /// The type with this number.
    pub(crate) fn of(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Okp,
            2 => Self::Ec2,
            3 => Self::Rsa,
            7 => Self::Akp,
            _ => return None,
        })
    }

    /// Its name in the registry.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Okp => "OKP",
            Self::Ec2 => "EC2",
            Self::Rsa => "RSA",
            Self::Akp => "AKP",
        }
    }

    /// The labels of its own public parameters.
    pub(crate) const fn parameters(self) -> &'static [i64] {
        match self {
            Self::Okp => &[label::CRV, label::X],
            Self::Ec2 => &[label::CRV, label::X, label::Y],
            Self::Rsa => &[label::N, label::E],
            Self::Akp => &[label::PUB],
        }
    }

    /// The labels of its private parameters.
    pub(crate) fn private(self) -> std::ops::RangeInclusive<i64> {
        match self {
            Self::Okp | Self::Ec2 => -4..=-4,
            Self::Rsa => -12..=-3,
            Self::Akp => -2..=-2,
        }
    }
}

/// A signature algorithm of the COSE registry, with the key that it takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CoseAlgorithm {
    /// The registered number.
    pub(crate) id: i64,
    /// The registered name.
    pub(crate) name: &'static str,
    /// The type of its keys.
    pub(crate) key_type: KeyType,
    /// The number of the curve that WebAuthn binds it to.
    pub(crate) curve: Option<i64>,
}

const fn known(id: i64, name: &'static str, key_type: KeyType, curve: Option<i64>) -> CoseAlgorithm {
    CoseAlgorithm { id, name, key_type, curve }
}

/// RS1, for which only TPMs still have a use.
pub(crate) const RS1: i64 = -65535;

/// The algorithms that WebAuthn implementations know.
const ALGORITHMS: &[CoseAlgorithm] = &[
    known(-7, "ES256", KeyType::Ec2, Some(1)),
    known(-257, "RS256", KeyType::Rsa, None),
    known(-8, "EdDSA", KeyType::Okp, Some(6)),
    known(-35, "ES384", KeyType::Ec2, Some(2)),
    known(-36, "ES512", KeyType::Ec2, Some(3)),
    known(-258, "RS384", KeyType::Rsa, None),
    known(-259, "RS512", KeyType::Rsa, None),
    known(-37, "PS256", KeyType::Rsa, None),
    known(-38, "PS384", KeyType::Rsa, None),
    known(-39, "PS512", KeyType::Rsa, None),
    known(RS1, "RS1", KeyType::Rsa, None),
    known(-47, "ES256K", KeyType::Ec2, Some(8)),
    known(-9, "ESP256", KeyType::Ec2, Some(1)),
    known(-51, "ESP384", KeyType::Ec2, Some(2)),
    known(-52, "ESP512", KeyType::Ec2, Some(3)),
    known(-19, "Ed25519", KeyType::Okp, Some(6)),
    known(-53, "Ed448", KeyType::Okp, Some(7)),
    known(-48, "ML-DSA-44", KeyType::Akp, None),
    known(-49, "ML-DSA-65", KeyType::Akp, None),
    known(-50, "ML-DSA-87", KeyType::Akp, None),
];

impl CoseAlgorithm {
    /// The algorithm with this number.
    pub(crate) fn of(id: i64) -> Option<&'static Self> {
        ALGORITHMS.iter().find(|algorithm| algorithm.id == id)
    }

    /// How its signatures are verified; nothing where etalon cannot.
    pub(crate) fn scheme(&self) -> Option<Algorithm> {
        names::cose::algorithm(self.id)
    }
}

/// What a number of the algorithm registry is called in messages.
pub(crate) fn algorithm_name(id: i64) -> String {
    CoseAlgorithm::of(id).map_or_else(|| id.to_string(), |known| format!("{} ({id})", known.name))
}

/// The curve with this number.
pub(crate) fn curve(number: i64) -> Option<Curve> {
    Some(match number {
        1 => Curve::P256,
        2 => Curve::P384,
        3 => Curve::P521,
        8 => Curve::Secp256k1,
        _ => return None,
    })
}

/// The name of the curve with this number.
pub(crate) fn curve_name(number: i64) -> String {
    match number {
        6 => "Ed25519".to_owned(),
        7 => "Ed448".to_owned(),
        other => curve(other).map_or_else(|| format!("curve {other}"), |curve| curve.name().to_owned()),
    }
}

/// A COSE key.
#[derive(Debug)]
pub(crate) struct CoseKey<'a> {
    /// Its CBOR; spans count from the beginning of the bytes around it.
    pub(crate) tree: Tree<'a>,
    /// The type, where it is one that is known.
    key_type: Option<KeyType>,
    algorithm_id: Option<i64>,
    public_key: OnceCell<Option<Result<PublicKey, KeyError>>>,
}

impl Artefact for CoseKey<'static> {
    type Model<'a> = CoseKey<'a>;
}

impl<'a> CoseKey<'a> {
    /// Reads the key that begins at `start`.
    pub(crate) fn read(bytes: &'a [u8], start: usize, budget: &Budget) -> Self {
        let tree = decode_prefix(bytes, start, budget);
        let integer = |label| tree.root()?.labelled(label)?.integer();
        let (key_type, algorithm_id) = (integer(label::KTY).and_then(KeyType::of), integer(label::ALG));
        Self { tree, key_type, algorithm_id, public_key: OnceCell::new() }
    }

    /// The value of a parameter.
    pub(crate) fn parameter(&self, label: i64) -> Option<Node<'_, 'a>> {
        self.tree.root()?.labelled(label)
    }

    /// The type, where it is one that is known.
    pub(crate) fn key_type(&self) -> Option<KeyType> {
        self.key_type
    }

    /// The number of the algorithm.
    pub(crate) fn algorithm_id(&self) -> Option<i64> {
        self.algorithm_id
    }

    /// The algorithm, where it is one that is known.
    pub(crate) fn algorithm(&self) -> Option<&'static CoseAlgorithm> {
        CoseAlgorithm::of(self.algorithm_id()?)
    }

    /// The number of the curve, of an EC2 or OKP key.
    pub(crate) fn curve_id(&self) -> Option<i64> {
        match self.key_type()? {
            KeyType::Okp | KeyType::Ec2 => self.parameter(label::CRV)?.integer(),
            KeyType::Rsa | KeyType::Akp => None,
        }
    }

    /// The key for verifying; nothing where its parts are missing or etalon has no such keys, an
    /// error where the parts make no key.
    pub(crate) fn public_key(&self) -> Option<Result<&PublicKey, &KeyError>> {
        self.public_key.get_or_init(|| self.assemble()).as_ref().map(Result::as_ref)
    }

    fn assemble(&self) -> Option<Result<PublicKey, KeyError>> {
        let bytes = |label| self.parameter(label)?.bytes();
        match self.key_type()? {
            KeyType::Ec2 => {
                let curve = curve(self.curve_id()?)?;
                Some(PublicKey::from_coordinates(curve, &bytes(label::X)?, &bytes(label::Y)?))
            }
            KeyType::Okp => (self.curve_id()? == 6)
                .then(|| bytes(label::X))
                .flatten()
                .map(|x| PublicKey::from_ed25519(&x)),
            KeyType::Rsa => Some(PublicKey::from_rsa(&bytes(label::N)?, &bytes(label::E)?)),
            KeyType::Akp => None,
        }
    }
}
