//! Signing, for what is forged: the same key and message always give the same signature.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use num_bigint::BigUint;

use super::names::x509::{self, oid};
use super::{
    Algorithm, Curve, Digest, KeyKind, PublicKey, SignatureForm, VerifyError, digest, hmac, rfc6979, rsa,
};
use crate::base::Budget;
use crate::wire::der::{Encoding, Integer, Reader, Tag, Writer};

/// Why bytes are no usable private key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrivateKeyError {
    /// They do not hold one.
    #[error("expected a private key in PKCS#8, PKCS#1 or SEC 1, found none")]
    Malformed,
    /// They hold one under a password.
    #[error("expected a private key without a password, found an encrypted one")]
    Encrypted,
    /// They hold one of another kind.
    #[error("{0}")]
    NotForThis(String),
}

/// A private key that signs.
pub struct PrivateKey {
    secret: Secret,
    public: PublicKey,
}

enum Secret {
    Rsa { pkcs1: Vec<u8>, d: BigUint, primes: Option<Crt> },
    Ec { curve: Curve, scalar: Vec<u8> },
    Ed25519 { pair: Ed25519KeyPair, seed: Vec<u8> },
}

struct Crt {
    p: BigUint,
    q: BigUint,
    dp: BigUint,
    dq: BigUint,
    qinv: BigUint,
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({})", self.public.kind())
    }
}

impl PrivateKey {
    /// A new RSA-2048 key: the one thing here that no input decides, for the target elsewhere that must
    /// not be left with a key that everybody has.
    ///
    /// # Errors
    /// When the provider makes none.
    pub fn fresh_rsa() -> Result<Self, PrivateKeyError> {
        let failed = |_| PrivateKeyError::NotForThis("the provider made no RSA key".to_owned());
        let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).map_err(failed)?;
        let pkcs8: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
        Self::from_pkcs8(pkcs8.as_ref())
    }

    /// A key in PEM or DER: PKCS#8, PKCS#1, or SEC 1 with its curve.
    ///
    /// # Errors
    /// When there is none, or it is encrypted.
    pub fn from_pem_or_der(input: &[u8]) -> Result<Self, PrivateKeyError> {
        let Some(text) = std::str::from_utf8(input).ok().filter(|text| text.contains("-----BEGIN ")) else {
            return Self::from_der(input);
        };
        for block in crate::wire::pem::blocks(text) {
            let encrypted = block.label.starts_with("ENCRYPTED") || block.has_headers;
            if block.label.ends_with("PRIVATE KEY") {
                let der = block.der.ok_or(PrivateKeyError::Malformed)?;
                return if encrypted { Err(PrivateKeyError::Encrypted) } else { Self::from_der(&der) };
            }
        }
        Err(PrivateKeyError::Malformed)
    }

    /// A key in DER: PKCS#8, PKCS#1, or SEC 1 with its curve.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_der(der: &[u8]) -> Result<Self, PrivateKeyError> {
        Self::from_pkcs8(der).or_else(|_| Self::from_pkcs1(der)).or_else(|_| Self::from_sec1(der, None))
    }

    /// A key in PKCS#8.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let (parts, _) = Reader::read(der, Encoding::Ber, &Budget::JUDGE, |r| {
            r.sequence("PrivateKeyInfo", |r| {
                r.integer("version")?;
                let algorithm = r.sequence("privateKeyAlgorithm", |r| {
                    let oid = r.oid("algorithm")?;
                    let parameters = if r.is_at_end() { None } else { Some(r.value("parameters")?.raw) };
                    Ok((oid, parameters))
                })?;
                let key = r.octet_string("privateKey")?;
                while !r.is_at_end() {
                    r.value("attributes")?;
                }
                Ok((algorithm, key.content))
            })
        });
        let ((algorithm, parameters), key) = parts.ok_or(PrivateKeyError::Malformed)?;
        match algorithm {
            oid::RSA_ENCRYPTION | oid::RSASSA_PSS => Self::from_pkcs1(key),
            oid::EC_PUBLIC_KEY => Self::from_sec1(key, parameters.and_then(x509::curve)),
            oid::ED25519 => {
                let seed = key.strip_prefix(&[4, 32]).unwrap_or(key);
                Self::from_ed25519_seed(seed)
            }
            other => Err(PrivateKeyError::NotForThis(format!(
                "{} keys are not supported",
                x509::key_algorithm_name(other)
            ))),
        }
    }

    /// An Ed25519 key from its 32 octets of seed.
    ///
    /// # Errors
    /// When there are not 32.
    pub fn from_ed25519_seed(seed: &[u8]) -> Result<Self, PrivateKeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| PrivateKeyError::Malformed)?;
        let public =
            PublicKey::from_ed25519(pair.public_key().as_ref()).map_err(|_| PrivateKeyError::Malformed)?;
        Ok(Self { secret: Secret::Ed25519 { pair, seed: seed.to_vec() }, public })
    }

    /// An EC key from its scalar, big-endian.
    ///
    /// # Errors
    /// When it is zero or not below the order of the curve.
    pub fn from_ec_scalar(curve: Curve, scalar: &[u8]) -> Result<Self, PrivateKeyError> {
        let number = BigUint::from_bytes_be(scalar);
        let scalar = rsa::octets(&number, curve.field_len());
        let point = rfc6979::public_point(curve, &scalar).ok_or(PrivateKeyError::Malformed)?;
        let public = PublicKey::from_point(curve, &point).map_err(|_| PrivateKeyError::Malformed)?;
        Ok(Self { secret: Secret::Ec { curve, scalar }, public })
    }

    fn from_sec1(der: &[u8], curve: Option<Curve>) -> Result<Self, PrivateKeyError> {
        let (parts, _) = Reader::read(der, Encoding::Ber, &Budget::JUDGE, |r| {
            r.sequence("ECPrivateKey", |r| {
                r.integer("version")?;
                let scalar = r.octet_string("privateKey")?.content;
                let mut named = None;
                if let Some(parameters) = r.optional("parameters", Tag::context(0))? {
                    named = x509::curve(parameters.content);
                }
                r.optional("publicKey", Tag::context(1))?;
                Ok((scalar, named))
            })
        });
        let (scalar, named) = parts.ok_or(PrivateKeyError::Malformed)?;
        Self::from_ec_scalar(curve.or(named).ok_or(PrivateKeyError::Malformed)?, scalar)
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let (numbers, _) = Reader::read(der, Encoding::Ber, &Budget::JUDGE, |r| {
            r.sequence("RSAPrivateKey", |r| r.each(|r, _| r.integer("number")))
        });
        let numbers = numbers.ok_or(PrivateKeyError::Malformed)?;
        let [_version, n, e, d, p, q, dp, dq, qinv] = numbers[..] else {
            return Err(PrivateKeyError::Malformed);
        };
        let number = |it: Integer<'_>| BigUint::from_bytes_be(it.bytes);
        let crt = Crt { p: number(p), q: number(q), dp: number(dp), dq: number(dq), qinv: number(qinv) };
        let primes = (crt.p != BigUint::ZERO && crt.q != BigUint::ZERO).then_some(crt);
        let public = PublicKey::from_rsa(n.bytes, e.bytes).map_err(|_| PrivateKeyError::Malformed)?;
        Ok(Self { secret: Secret::Rsa { pkcs1: der.to_vec(), d: number(d), primes }, public })
    }

    /// Its public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Its public half alone.
    pub fn into_public_key(self) -> PublicKey {
        self.public
    }

    /// The key in PKCS#8 v1.
    pub fn to_pkcs8(&self) -> Vec<u8> {
        let mut key = Writer::new();
        match &self.secret {
            Secret::Rsa { pkcs1, .. } => _ = key.raw(pkcs1),
            Secret::Ec { scalar, .. } => {
                key.sequence(|w| {
                    w.unsigned(&[1]).primitive(Tag::OCTET_STRING, scalar);
                    w.constructed(Tag::context(1), |w| _ = w.bit_string(&self.public.subject_public_key()));
                });
            }
            Secret::Ed25519 { seed, .. } => _ = key.primitive(Tag::OCTET_STRING, seed),
        }
        let mut writer = Writer::new();
        writer.sequence(|w| {
            w.unsigned(&[0]);
            w.sequence(|w| match &self.secret {
                Secret::Rsa { .. } => _ = w.oid(oid::RSA_ENCRYPTION).null(),
                Secret::Ec { curve, .. } => _ = w.oid(oid::EC_PUBLIC_KEY).oid(x509::curve_oid(*curve)),
                Secret::Ed25519 { .. } => _ = w.oid(oid::ED25519),
            });
            w.primitive(Tag::OCTET_STRING, &key.finish());
        });
        writer.finish()
    }

    /// Signs `message`.
    ///
    /// # Errors
    /// When the key makes no such signatures, or is too short for one.
    pub fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, VerifyError> {
        match (algorithm.hash(), &self.secret) {
            (Some(hash), _) => self.sign_digest(algorithm, &digest(hash, message)),
            (None, Secret::Ed25519 { pair, .. }) => Ok(pair.sign(message).as_ref().to_vec()),
            (None, Secret::Rsa { .. } | Secret::Ec { .. }) => Err(self.mismatch(algorithm)),
        }
    }

    /// Signs the message with this digest, which must be one of the algorithm's.
    ///
    /// # Errors
    /// As for [`PrivateKey::sign`].
    pub fn sign_digest(&self, algorithm: Algorithm, digest: &Digest) -> Result<Vec<u8>, VerifyError> {
        if algorithm.hash() != Some(digest.hash()) {
            return Err(self.mismatch(algorithm));
        }
        let too_short = || VerifyError::Unsupported(format!("{algorithm} with {}", self.public.kind()));
        match (algorithm, &self.secret, self.public.kind()) {
            (Algorithm::RsaPkcs1(_), Secret::Rsa { d, primes, .. }, KeyKind::Rsa(bits)) => {
                let encoded = rsa::pkcs1_encoding(digest, bits.div_ceil(8)).ok_or_else(too_short)?;
                Ok(self.rsa_private(d, primes.as_ref(), &encoded))
            }
            (Algorithm::RsaPss { mgf, salt, .. }, Secret::Rsa { d, primes, .. }, KeyKind::Rsa(bits)) => {
                let salt = self.salt(digest, usize::from(salt));
                let encoded = rsa::pss_encoding(bits, digest, mgf, &salt).ok_or_else(too_short)?;
                Ok(self.rsa_private(d, primes.as_ref(), &encoded))
            }
            (Algorithm::Ecdsa { form, curve: named, .. }, Secret::Ec { curve, scalar }, _)
                if named.is_none_or(|named| named == *curve) =>
            {
                let (r, s) = rfc6979::sign(*curve, scalar, digest).ok_or_else(too_short)?;
                Ok(match form {
                    SignatureForm::Fixed => [r, s].concat(),
                    SignatureForm::Der => {
                        let mut writer = Writer::new();
                        writer.sequence(|w| _ = w.unsigned(&r).unsigned(&s));
                        writer.finish()
                    }
                })
            }
            (
                Algorithm::RsaPkcs1(_)
                | Algorithm::RsaPss { .. }
                | Algorithm::Ecdsa { .. }
                | Algorithm::Ed25519
                | Algorithm::Dsa { .. },
                ..,
            ) => Err(self.mismatch(algorithm)),
        }
    }

    /// A salt that follows from the key and the message, so that the signature does too.
    fn salt(&self, message: &Digest, len: usize) -> Vec<u8> {
        let mut salt = Vec::with_capacity(len);
        let mut counter = 0_u8;
        while salt.len() < len {
            let input = [message.as_bytes(), &[counter]].concat();
            let block =
                hmac(super::Hash::Sha512, &self.to_pkcs8(), &input).expect("the provider has SHA-512");
            salt.extend_from_slice(&block);
            counter = counter.wrapping_add(1);
        }
        salt.truncate(len);
        salt
    }

    fn rsa_private(&self, d: &BigUint, primes: Option<&Crt>, encoded: &[u8]) -> Vec<u8> {
        let parts = self.public.rsa().expect("an RSA key has RSA parts");
        let n = BigUint::from_bytes_be(&parts.n);
        let m = BigUint::from_bytes_be(encoded);
        let plain = || m.modpow(d, &n);
        let s = match primes {
            None => plain(),
            Some(crt) => {
                let (m1, m2) = (m.modpow(&crt.dp, &crt.p), m.modpow(&crt.dq, &crt.q));
                let h = (&m1 + &crt.p - &m2 % &crt.p) * &crt.qinv % &crt.p;
                let s = m2 + h * &crt.q;
                // A key whose parts do not belong together signs without them.
                let fits = s.modpow(&BigUint::from_bytes_be(&parts.e), &n) == m;
                if fits { s } else { plain() }
            }
        };
        rsa::octets(&s, parts.n.len())
    }

    fn mismatch(&self, algorithm: Algorithm) -> VerifyError {
        VerifyError::KeyMismatch { key: self.public.to_string(), algorithm }
    }
}
