//! A JSON Web Key (RFC 7517, RFC 7518 chapter 6, RFC 8037).

use std::cell::OnceCell;

use crate::base::Budget;
use crate::crypto::names::jose;
use crate::crypto::{Curve, Hash, KeyError, PublicKey, RsaParts, digest};
use crate::model::certificate::Certificate;
use crate::rule::Artefact;
use crate::wire::base64::{self, Decoded, Form};
use crate::wire::json::Value;

/// A type of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum KeyType {
    Ec,
    Rsa,
    /// A secret: whoever knows it signs.
    Oct,
    Okp,
}

impl KeyType {
    /// The type that a `kty` names.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "EC" => Self::Ec,
            "RSA" => Self::Rsa,
            "oct" => Self::Oct,
            "OKP" => Self::Okp,
            _ => return None,
        })
    }

    /// The members that a public key of this type has (a secret one, for `oct`).
    pub(crate) const fn members(self) -> &'static [&'static str] {
        match self {
            Self::Ec => &["crv", "x", "y"],
            Self::Rsa => &["n", "e"],
            Self::Oct => &["k"],
            Self::Okp => &["crv", "x"],
        }
    }
}

/// The members that only the owner of a key may know.
pub(crate) const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The members that hold bytes in base64url.
const OCTETS: &[&str] = &["n", "e", "x", "y", "d", "p", "q", "dp", "dq", "qi", "k", "x5t", "x5t#S256"];

/// A curve of RFC 7518, RFC 8037 or RFC 8812, as far as a JWK needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NamedCurve {
    pub(crate) name: &'static str,
    pub(crate) key_type: KeyType,
    /// Bytes of a coordinate.
    pub(crate) len: usize,
}

const fn curve(name: &'static str, key_type: KeyType, len: usize) -> NamedCurve {
    NamedCurve { name, key_type, len }
}

/// The registered curves.
pub(crate) const CURVES: &[NamedCurve] = &[
    curve("P-256", KeyType::Ec, 32),
    curve("P-384", KeyType::Ec, 48),
    curve("P-521", KeyType::Ec, 66),
    curve("secp256k1", KeyType::Ec, 32),
    curve("Ed25519", KeyType::Okp, 32),
    curve("Ed448", KeyType::Okp, 57),
    curve("X25519", KeyType::Okp, 32),
    curve("X448", KeyType::Okp, 56),
];

/// A member that holds bytes.
#[derive(Debug)]
pub(crate) struct Octets<'a> {
    pub(crate) name: &'static str,
    pub(crate) value: Value<'a>,
    pub(crate) decoded: Decoded,
}

/// A certificate of `x5c`.
#[derive(Debug)]
pub(crate) struct ChainLink<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) decoded: Decoded,
}

/// A key.
#[derive(Debug)]
pub(crate) struct Jwk<'a> {
    /// The JSON object.
    pub(crate) value: Value<'a>,
    octets: Vec<Octets<'a>>,
    /// The certificates of `x5c`, the entries that are strings.
    pub(crate) chain: Vec<ChainLink<'a>>,
    /// The key of the first certificate, where it is one.
    certified: Option<PublicKey>,
    /// The key that its own members make.
    own: OnceCell<Option<Result<PublicKey, KeyError>>>,
}

impl Artefact for Jwk<'static> {
    type Model<'a> = Jwk<'a>;
}

impl<'a> Jwk<'a> {
    /// Reads a key from a JSON value.
    pub(crate) fn read(value: Value<'a>, budget: &Budget) -> Self {
        let octets = OCTETS
            .iter()
            .filter_map(|name| {
                let value = value.member(name)?;
                let decoded = base64::decode(value.as_str()?.as_bytes(), Form::Url, budget);
                Some(Octets { name, value, decoded })
            })
            .collect();
        let chain = value
            .member("x5c")
            .into_iter()
            .flat_map(Value::elements)
            .filter_map(|value| {
                let decoded = base64::decode(value.as_str()?.as_bytes(), Form::Standard, budget);
                Some(ChainLink { value, decoded })
            })
            .collect();
        let chain: Vec<ChainLink<'a>> = chain;
        let certified = chain.first().and_then(|leaf| {
            let bytes = leaf.decoded.bytes.as_deref()?;
            Certificate::read(bytes, budget).0?.spki.key().ok()
        });
        Self { value, octets, chain, certified, own: OnceCell::new() }
    }

    /// A member.
    pub(crate) fn member(&self, name: &str) -> Option<Value<'a>> {
        self.value.member(name)
    }

    /// A member that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.member(name)?.as_str()
    }

    /// The type of the key, where it is known.
    pub(crate) fn key_type(&self) -> Option<KeyType> {
        KeyType::named(self.text("kty")?)
    }

    /// The curve, where it is known.
    pub(crate) fn curve(&self) -> Option<NamedCurve> {
        let name = self.text("crv")?;
        CURVES.iter().copied().find(|curve| curve.name == name)
    }

    /// The members that hold bytes.
    pub(crate) fn all_octets(&self) -> &[Octets<'a>] {
        &self.octets
    }

    /// A member that holds bytes.
    pub(crate) fn octets(&self, name: &str) -> Option<&Octets<'a>> {
        self.octets.iter().find(|octets| octets.name == name)
    }

    /// The bytes of a member.
    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.octets(name)?.decoded.bytes.as_deref()
    }

    /// The operations that `key_ops` lists.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'a str> {
        self.member("key_ops").into_iter().flat_map(Value::elements).filter_map(Value::as_str)
    }

    /// The key of the first certificate, where it is one.
    pub(crate) fn certified_key(&self) -> Option<&PublicKey> {
        self.certified.as_ref()
    }

    /// The modulus and exponent: its own, or those of its certificate where it leaves `n` out.
    pub(crate) fn rsa(&self) -> Option<&RsaParts> {
        self.public_key()?.ok()?.rsa()
    }

    /// The public key that its own members make, made at the first call; nothing when some are missing or the
    /// type is no public key, a fault when they make none.
    pub(crate) fn public_key(&self) -> Option<Result<&PublicKey, &KeyError>> {
        self.own.get_or_init(|| self.made()).as_ref().map(Result::as_ref)
    }

    /// The same, by itself.
    pub(crate) fn into_public_key(self) -> Option<PublicKey> {
        self.public_key()?.ok()?;
        self.own.into_inner()??.ok()
    }

    fn made(&self) -> Option<Result<PublicKey, KeyError>> {
        match self.key_type()? {
            KeyType::Oct => None,
            KeyType::Rsa => {
                let (n, e) = match (self.bytes("n"), self.bytes("e")) {
                    (Some(n), Some(e)) => (n, e),
                    (None, _) if self.member("n").is_none() => {
                        let RsaParts { n, e } = self.certified.as_ref()?.rsa()?;
                        (n.as_slice(), e.as_slice())
                    }
                    _ => return None,
                };
                // Of zeros a rule of its own speaks.
                PublicKey::from_rsa(n, e).ok().map(Ok)
            }
            KeyType::Ec => {
                let (x, y) = (self.bytes("x")?, self.bytes("y")?);
                match jose::curve(self.text("crv")?) {
                    Some(curve) => Some(PublicKey::from_coordinates(curve, x, y)),
                    None => Some(Err(unsupported(self.text("crv")?))),
                }
            }
            KeyType::Okp => match self.text("crv")? {
                "Ed25519" => Some(PublicKey::from_ed25519(self.bytes("x")?)),
                other => Some(Err(unsupported(other))),
            },
        }
    }

    /// The thumbprint of RFC 7638: SHA-256 over the required members in their order, base64url.
    pub(crate) fn thumbprint(&self) -> Option<String> {
        let mut names: Vec<&str> = self.key_type()?.members().to_vec();
        names.push("kty");
        names.sort_unstable();
        let mut members = serde_json::Map::new();
        for name in names {
            members.insert(name.to_owned(), self.text(name)?.into());
        }
        let text = serde_json::Value::Object(members).to_string();
        Some(base64::encode(digest(Hash::Sha256, text.as_bytes()).as_bytes(), Form::Url))
    }
}

/// A set of keys.
#[derive(Debug)]
pub(crate) struct JwkSet<'a> {
    pub(crate) value: Value<'a>,
    /// The elements of `keys`.
    pub(crate) keys: Vec<Value<'a>>,
}

impl Artefact for JwkSet<'static> {
    type Model<'a> = JwkSet<'a>;
}

impl<'a> JwkSet<'a> {
    /// Reads a set from a JSON value.
    pub(crate) fn read(value: Value<'a>) -> Self {
        let keys = value.member("keys").into_iter().flat_map(Value::elements).collect();
        Self { value, keys }
    }
}

/// A key with the certificates of its `x5c` taken apart.
#[derive(Debug)]
pub(crate) struct JwkChain<'a> {
    pub(crate) jwk: &'a Jwk<'a>,
    /// Each entry of the chain: nothing where it is no certificate.
    pub(crate) certificates: Vec<Option<Certificate<'a>>>,
}

impl Artefact for JwkChain<'static> {
    type Model<'a> = JwkChain<'a>;
}

impl<'a> JwkChain<'a> {
    /// How many certificates of a chain are taken apart: no chain is longer.
    const LONGEST: usize = 16;

    /// Takes the certificates of a key apart.
    pub(crate) fn read(jwk: &'a Jwk<'a>, budget: &Budget) -> Self {
        let certificates = jwk
            .chain
            .iter()
            .take(Self::LONGEST)
            .map(|link| Certificate::read(link.decoded.bytes.as_deref()?, budget).0)
            .collect();
        Self { jwk, certificates }
    }

    /// The certificate of the key itself.
    pub(crate) fn leaf(&self) -> Option<&Certificate<'a>> {
        self.certificates.first()?.as_ref()
    }
}

fn unsupported(curve: &str) -> KeyError {
    KeyError::Unsupported(format!("`{}`", curve.escape_debug()))
}

/// The curve that a signature algorithm of JOSE is bound to.
pub(crate) fn curve_of_algorithm(name: &str) -> Option<Curve> {
    match jose::protection(name)? {
        jose::Protection::Signature(crate::crypto::Algorithm::Ecdsa { curve, .. }) => curve,
        jose::Protection::Signature(_) | jose::Protection::Mac(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json::Document;

    #[test]
    fn the_thumbprint_is_that_of_rfc_7638_whatever_else_stands_there() {
        let text = r#"{"alg":"RS256","e":"AQAB","kid":"2011-04-29","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","kty":"RSA"}"#;
        let document = Document::read(text.as_bytes(), &Budget::JUDGE);
        let jwk = Jwk::read(document.root().unwrap(), &Budget::JUDGE);
        assert_eq!(jwk.thumbprint().as_deref(), Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
    }
}
