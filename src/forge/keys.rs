//! The keys that artefacts are forged with: all of them follow from the seed.
//!
//! The RSA keys in `keys/` are test keys, and public: anyone who has etalon has them. Making RSA
//! keys is slow, so a seed only decides which role holds which of them. EC and Ed25519 keys are
//! drawn from the seed.

use aws_lc_rs::agreement::{ECDH_P256, ECDH_P384, PrivateKey};
use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};

use super::der::{self, Node};
use super::raw_rsa;
use super::rng::Stream;

macro_rules! pool {
    ($($file:literal),+ $(,)?) => { &[$(include_bytes!(concat!("keys/", $file, ".p8")),)+] };
}

/// RSA-2048 keys in PKCS#8.
const POOL: &[&[u8]] = pool![
    "rsa-2048-00",
    "rsa-2048-01",
    "rsa-2048-02",
    "rsa-2048-03",
    "rsa-2048-04",
    "rsa-2048-05",
    "rsa-2048-06",
    "rsa-2048-07",
    "rsa-2048-08",
    "rsa-2048-09",
    "rsa-2048-10",
    "rsa-2048-11",
    "rsa-2048-12",
    "rsa-2048-13",
    "rsa-2048-14",
    "rsa-2048-15",
];

/// An RSA key that departs from what eHealth asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddRsa {
    /// 1024 bits.
    Bits1024,
    /// 1536 bits.
    Bits1536,
    /// 2047 bits.
    Bits2047,
    /// 3072 bits.
    Bits3072,
    /// 4096 bits.
    Bits4096,
    /// 2048 bits, with the public exponent 3.
    Exponent3,
}

/// Who holds a key in the per-run PKI. Each role of an RSA key has one of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Role {
    /// The root of the eHealth-like PKI.
    Root,
    /// Its CA that issues authentication certificates.
    IssuingCa,
    /// The CA of the eID-like cards.
    EidCa,
    /// A citizen's authentication key.
    EidAuthentication,
    /// A citizen's signature key.
    EidSignature,
    /// An organisation's authentication key.
    Organisation,
    /// A person's authentication key.
    Person,
    /// An organisation's encryption key.
    OrganisationEncryption,
    /// A person's encryption key.
    PersonEncryption,
    /// The signer of encryption tokens.
    EtkRa,
    /// The signer of SAML 1.1 assertions.
    Sts,
    /// The signer of the attribute authority.
    AttributeAuthority,
    /// The TLS server.
    Tls,
    /// The realm that signs access tokens.
    Realm,
    /// The root of WebAuthn attestations.
    AttestationRoot,
    /// Somebody who has no part in it.
    Stranger,
}

/// What a signature is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    Pkcs1(Hash),
    /// RSASSA-PSS: MGF1 with the same hash, salt as long as the hash.
    Pss(Hash),
    /// ECDSA.
    Ecdsa(Hash),
    /// Ed25519.
    Ed25519,
}

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// Its object identifier.
    pub const fn oid(self) -> &'static str {
        match self {
            Self::Sha1 => "1.3.14.3.2.26",
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
        }
    }

    /// The hash of `bytes`.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }
}

impl Scheme {
    /// Its AlgorithmIdentifier, as certificates and requests carry it.
    pub fn identifier(self) -> Node {
        match self {
            Self::Pkcs1(hash) => der::algorithm_null(match hash {
                Hash::Sha1 => "1.2.840.113549.1.1.5",
                Hash::Sha256 => "1.2.840.113549.1.1.11",
                Hash::Sha384 => "1.2.840.113549.1.1.12",
                Hash::Sha512 => "1.2.840.113549.1.1.13",
            }),
            Self::Pss(hash) => {
                let salt = der::uint(&[hash.of(&[]).len() as u8]);
                let hash = der::algorithm_null(hash.oid());
                let mgf = der::seq([der::oid("1.2.840.113549.1.1.8"), hash.clone()]);
                let params = [der::context(0, [hash]), der::context(1, [mgf]), der::context(2, [salt])];
                der::seq([der::oid("1.2.840.113549.1.1.10"), der::seq(params)])
            }
            Self::Ecdsa(hash) => der::algorithm(match hash {
                Hash::Sha1 => "1.2.840.10045.4.1",
                Hash::Sha256 => "1.2.840.10045.4.3.2",
                Hash::Sha384 => "1.2.840.10045.4.3.3",
                Hash::Sha512 => "1.2.840.10045.4.3.4",
            }),
            Self::Ed25519 => der::algorithm("1.3.101.112"),
        }
    }
}

/// A private key, with its public half.
#[derive(Clone)]
pub struct Key {
    secret: Secret,
    pkcs8: Vec<u8>,
    spki: Vec<u8>,
    public: Vec<u8>,
}

#[derive(Clone)]
enum Secret {
    Rsa { n: Vec<u8>, e: Vec<u8>, d: Vec<u8> },
    P256,
    P384,
    Ed25519([u8; 32]),
}

impl Key {
    /// The RSA-2048 key of a role.
    pub fn rsa(seed: u64, role: Role) -> Self {
        let mut order: Vec<usize> = (0..POOL.len()).collect();
        Stream::new(seed, "rsa keys").shuffle(&mut order);
        Self::from_rsa_pkcs8(POOL[order[role as usize]])
    }

    /// An RSA key that eHealth does not take.
    pub fn odd_rsa(which: OddRsa) -> Self {
        Self::from_rsa_pkcs8(match which {
            OddRsa::Bits1024 => include_bytes!("keys/rsa-1024.p8"),
            OddRsa::Bits1536 => include_bytes!("keys/rsa-1536.p8"),
            OddRsa::Bits2047 => include_bytes!("keys/rsa-2047.p8"),
            OddRsa::Bits3072 => include_bytes!("keys/rsa-3072.p8"),
            OddRsa::Bits4096 => include_bytes!("keys/rsa-4096.p8"),
            OddRsa::Exponent3 => include_bytes!("keys/rsa-2048-e3.p8"),
        })
    }

    fn from_rsa_pkcs8(pkcs8: &[u8]) -> Self {
        let [n, e, d] = rsa_numbers(pkcs8).expect("the pool holds PKCS#8 keys");
        let public = der::seq([der::uint(n), der::uint(e)]).encode();
        let spki = der::seq([der::algorithm_null("1.2.840.113549.1.1.1"), der::bits(&public)]).encode();
        let secret = Secret::Rsa { n: n.to_vec(), e: e.to_vec(), d: d.to_vec() };
        Self { secret, pkcs8: pkcs8.to_vec(), spki, public }
    }

    /// A P-256 key.
    pub fn p256(seed: u64, purpose: &str) -> Self {
        let (scalar, public) = ec(seed, purpose, &ECDH_P256, 32);
        Self::from_ec("1.2.840.10045.3.1.7", scalar, public, Secret::P256)
    }

    /// A P-384 key.
    pub fn p384(seed: u64, purpose: &str) -> Self {
        let (scalar, public) = ec(seed, purpose, &ECDH_P384, 48);
        Self::from_ec("1.3.132.0.34", scalar, public, Secret::P384)
    }

    fn from_ec(curve: &str, scalar: Vec<u8>, public: Vec<u8>, secret: Secret) -> Self {
        let algorithm = der::seq([der::oid("1.2.840.10045.2.1"), der::oid(curve)]);
        let spki = der::seq([algorithm.clone(), der::bits(&public)]).encode();
        let private = der::seq([der::int(1), der::octets(scalar), der::context(1, [der::bits(&public)])]);
        let pkcs8 = der::seq([der::int(0), algorithm, der::octets(private.encode())]).encode();
        Self { secret, pkcs8, spki, public }
    }

    /// An Ed25519 key.
    pub fn ed25519(seed: u64, purpose: &str) -> Self {
        let secret: [u8; 32] = Stream::new(seed, purpose).array();
        let pair = Ed25519KeyPair::from_seed_unchecked(&secret).expect("any 32 bytes are a seed");
        let public = pair.public_key().as_ref().to_vec();
        let algorithm = der::algorithm("1.3.101.112");
        let spki = der::seq([algorithm.clone(), der::bits(&public)]).encode();
        let private = der::octets(der::octets(secret).encode());
        let pkcs8 = der::seq([der::int(0), algorithm, private]).encode();
        Self { secret: Secret::Ed25519(secret), pkcs8, spki, public }
    }

    /// The private key as PKCS#8 DER.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The private key as PEM.
    pub fn private_pem(&self) -> String {
        pem("PRIVATE KEY", &self.pkcs8)
    }

    /// The public key as SubjectPublicKeyInfo DER.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The public key as PEM.
    pub fn public_pem(&self) -> String {
        pem("PUBLIC KEY", &self.spki)
    }

    /// The contents of the SubjectPublicKeyInfo's BIT STRING: RSAPublicKey, an uncompressed point,
    /// or the 32 bytes of an Ed25519 key.
    pub fn public_bits(&self) -> &[u8] {
        &self.public
    }

    /// The modulus and public exponent of an RSA key.
    pub fn rsa_public(&self) -> Option<(&[u8], &[u8])> {
        match &self.secret {
            Secret::Rsa { n, e, .. } => Some((n, e)),
            Secret::P256 | Secret::P384 | Secret::Ed25519(_) => None,
        }
    }

    /// RFC 5280 §4.2.1.2, method 1: the SHA-1 of the public key's bits.
    pub fn identifier(&self) -> Vec<u8> {
        Hash::Sha1.of(&self.public)
    }

    /// The scheme that eHealth would use with this key.
    pub fn scheme(&self) -> Scheme {
        match self.secret {
            Secret::Rsa { .. } => Scheme::Pkcs1(Hash::Sha256),
            Secret::P256 => Scheme::Ecdsa(Hash::Sha256),
            Secret::P384 => Scheme::Ecdsa(Hash::Sha384),
            Secret::Ed25519(_) => Scheme::Ed25519,
        }
    }

    /// Signs `message`.
    ///
    /// # Panics
    /// When the scheme is none of this key's: the pairs are written in the source.
    pub fn sign(&self, scheme: Scheme, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match (&self.secret, scheme) {
            (Secret::Rsa { n, .. }, Scheme::Pkcs1(Hash::Sha256)) if modulus_length(n) >= 256 => {
                let pair = RsaKeyPair::from_pkcs8(&self.pkcs8).expect("own key");
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("signs");
                signature
            }
            // What the library refuses to sign: small keys and old hashes.
            (Secret::Rsa { n, d, .. }, Scheme::Pkcs1(hash)) => {
                raw_rsa::power(&raw_rsa::pkcs1_block(hash, message, modulus_length(n)), d, n)
            }
            // The library draws the salt at random; here it follows from the message.
            (Secret::Rsa { n, d, .. }, Scheme::Pss(hash)) => {
                raw_rsa::power(&raw_rsa::pss_block(hash, message, n), d, n)
            }
            (Secret::P256, Scheme::Ecdsa(Hash::Sha256)) => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.pkcs8);
                pair.expect("own key").sign(&random, message).expect("signs").as_ref().to_vec()
            }
            (Secret::P384, Scheme::Ecdsa(Hash::Sha384)) => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, &self.pkcs8);
                pair.expect("own key").sign(&random, message).expect("signs").as_ref().to_vec()
            }
            (Secret::Ed25519(seed), Scheme::Ed25519) => {
                let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("own key");
                pair.sign(message).as_ref().to_vec()
            }
            (_, scheme) => panic!("{scheme:?} does not sign with this key"),
        }
    }
}

/// The length of the modulus in octets.
fn modulus_length(n: &[u8]) -> usize {
    n.len() - n.iter().take_while(|&&b| b == 0).count()
}

fn ec(
    seed: u64,
    purpose: &str,
    curve: &'static aws_lc_rs::agreement::Algorithm,
    size: usize,
) -> (Vec<u8>, Vec<u8>) {
    let mut stream = Stream::new(seed, purpose);
    loop {
        // Nearly every value is below the order; the next one is drawn where it is not.
        let scalar = stream.bytes(size);
        if let Ok(key) = PrivateKey::from_private_key(curve, &scalar) {
            let public = key.compute_public_key().expect("a private key has a public one");
            return (scalar, public.as_ref().to_vec());
        }
    }
}

/// PEM text of `der` (RFC 7468).
pub fn pem(label: &str, der: &[u8]) -> String {
    let body = data_encoding::BASE64.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        text.extend(line.iter().map(|&b| char::from(b)));
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}

/// Modulus, public and private exponent out of a PKCS#8 RSA key.
fn rsa_numbers(pkcs8: &[u8]) -> Option<[&[u8]; 3]> {
    let (_, mut info, _) = take(pkcs8)?;
    let mut key = &[][..];
    while key.is_empty() {
        let (tag, body, rest) = take(info)?;
        (key, info) = (if tag == 4 { body } else { key }, rest);
    }
    let (_, numbers, _) = take(key)?;
    let (_, _version, rest) = take(numbers)?;
    let (_, n, rest) = take(rest)?;
    let (_, e, rest) = take(rest)?;
    let (_, d, _) = take(rest)?;
    Some([n, e, d])
}

/// Tag, contents and what follows of the first value in DER of our own.
fn take(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let octets = if first < 0x80 { 0 } else { usize::from(first & 0x7f) };
    let (long, rest) = rest.split_at_checked(octets)?;
    let length =
        if octets == 0 { usize::from(first) } else { long.iter().fold(0, |n, &b| n << 8 | usize::from(b)) };
    let (body, rest) = rest.split_at_checked(length)?;
    Some((tag, body, rest))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ED25519,
        RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
        VerificationAlgorithm,
    };

    use super::*;

    #[test]
    fn what_a_key_signs_verifies() {
        let cases: [(Key, Scheme, &'static dyn VerificationAlgorithm); 5] = [
            (Key::rsa(1, Role::Root), Scheme::Pss(Hash::Sha256), &RSA_PSS_2048_8192_SHA256),
            (
                Key::odd_rsa(OddRsa::Bits1024),
                Scheme::Pkcs1(Hash::Sha256),
                &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            ),
            (Key::p256(1, "a"), Scheme::Ecdsa(Hash::Sha256), &ECDSA_P256_SHA256_ASN1),
            (Key::p384(1, "b"), Scheme::Ecdsa(Hash::Sha384), &ECDSA_P384_SHA384_ASN1),
            (Key::ed25519(1, "c"), Scheme::Ed25519, &ED25519),
        ];
        for (key, scheme, algorithm) in cases {
            let signature = key.sign(scheme, b"message");
            let public = UnparsedPublicKey::new(algorithm, key.public_bits());
            assert!(public.verify(b"message", &signature).is_ok(), "{scheme:?}");
            assert!(public.verify(b"massage", &signature).is_err(), "{scheme:?}");
        }
    }

    #[test]
    fn roles_do_not_share_keys_and_seeds_move_them() {
        let roles =
            [Role::Root, Role::IssuingCa, Role::Organisation, Role::OrganisationEncryption, Role::EtkRa];
        for pair in roles.windows(2) {
            assert_ne!(Key::rsa(3, pair[0]).spki(), Key::rsa(3, pair[1]).spki());
        }
        assert_ne!(Key::rsa(3, Role::Root).spki(), Key::rsa(4, Role::Root).spki());
    }
}
