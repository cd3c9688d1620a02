//! The keys that artefacts are forged with: all of them follow from the seed.
//!
//! The RSA keys in `keys/` are test keys, and public: anyone who has etalon has them. Making RSA
//! keys is slow, so a seed only decides which role holds which of them. EC and Ed25519 keys are
//! drawn from the seed.

pub mod drawn;

use std::sync::{Arc, Mutex, PoisonError};

use super::der::{self, Node};
use super::rng::Stream;
use crate::crypto::sign::PrivateKey;
pub use crate::crypto::{Algorithm, Hash};
use crate::crypto::{Curve, KeyKind, PublicKey, digest, names::x509};

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

/// The AlgorithmIdentifier of a signature, as certificates and requests carry it.
///
/// # Panics
/// For DSA and for ECDSA with MD5, which nothing here signs with.
pub fn identifier(algorithm: Algorithm) -> Node {
    match algorithm {
        Algorithm::RsaPkcs1(_) => der::seq([named(algorithm), der::null()]),
        Algorithm::RsaPss { hash, mgf, salt } => {
            let mgf = der::seq([der::oid("1.2.840.113549.1.1.8"), hash_identifier(mgf)]);
            let salt = der::uint(&salt.to_be_bytes());
            let parameters =
                [der::context(0, [hash_identifier(hash)]), der::context(1, [mgf]), der::context(2, [salt])];
            der::seq([der::oid("1.2.840.113549.1.1.10"), der::seq(parameters)])
        }
        Algorithm::Ecdsa { hash, .. } => der::seq([named(Algorithm::ecdsa_der(hash))]),
        Algorithm::Ed25519 => der::seq([named(algorithm)]),
        Algorithm::Dsa { .. } => panic!("no DSA signatures are made"),
    }
}

fn named(algorithm: Algorithm) -> Node {
    let oid = x509::signature_oid(algorithm).expect("it has an identifier of its own");
    der::primitive(0x06, oid.as_bytes())
}

/// The AlgorithmIdentifier of a hash, with NULL parameters as everybody writes it.
pub fn hash_identifier(hash: Hash) -> Node {
    der::seq([der::primitive(0x06, x509::hash_oid(hash).as_bytes()), der::null()])
}

/// Who keeps a private key that never leaves its device, and signs with it.
pub trait Keeper: Send + Sync {
    /// Signs `message`; an ECDSA signature in the form that the algorithm names.
    ///
    /// # Errors
    /// What the device said.
    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, String>;
}

/// A private key, with its public half.
#[derive(Clone)]
pub struct Key {
    private: Private,
    pkcs8: Vec<u8>,
    spki: Vec<u8>,
    public: Vec<u8>,
}

#[derive(Clone)]
enum Private {
    Here(Arc<PrivateKey>),
    Kept { public: Arc<PublicKey>, keeper: Arc<dyn Keeper>, failure: Arc<Mutex<Option<String>>> },
}

impl Key {
    /// The RSA-2048 key of a role.
    pub fn rsa(seed: u64, role: Role) -> Self {
        let mut order: Vec<usize> = (0..POOL.len()).collect();
        Stream::new(seed, "rsa keys").shuffle(&mut order);
        Self::pooled(POOL[order[role as usize]])
    }

    /// An RSA key that eHealth does not take.
    pub fn odd_rsa(which: OddRsa) -> Self {
        Self::pooled(match which {
            OddRsa::Bits1024 => include_bytes!("keys/rsa-1024.p8"),
            OddRsa::Bits1536 => include_bytes!("keys/rsa-1536.p8"),
            OddRsa::Bits2047 => include_bytes!("keys/rsa-2047.p8"),
            OddRsa::Bits3072 => include_bytes!("keys/rsa-3072.p8"),
            OddRsa::Bits4096 => include_bytes!("keys/rsa-4096.p8"),
            OddRsa::Exponent3 => include_bytes!("keys/rsa-2048-e3.p8"),
        })
    }

    fn pooled(pkcs8: &[u8]) -> Self {
        Self::of(PrivateKey::from_pkcs8(pkcs8).expect("the pool holds PKCS#8 keys"))
    }

    /// A key that somebody else made.
    pub fn of(private: PrivateKey) -> Self {
        let public = private.public_key();
        Self {
            pkcs8: private.to_pkcs8(),
            spki: public.to_spki(),
            public: public.subject_public_key(),
            private: Private::Here(Arc::new(private)),
        }
    }

    /// The private half of `public`, which `keeper` keeps: there is no PKCS#8 of it.
    pub fn kept(public: PublicKey, keeper: Arc<dyn Keeper>) -> Self {
        Self {
            pkcs8: Vec::new(),
            spki: public.to_spki(),
            public: public.subject_public_key(),
            private: Private::Kept { public: Arc::new(public), keeper, failure: Arc::default() },
        }
    }

    /// A P-256 key.
    pub fn p256(seed: u64, purpose: &str) -> Self {
        Self::on_curve(Curve::P256, seed, purpose)
    }

    /// A P-384 key.
    pub fn p384(seed: u64, purpose: &str) -> Self {
        Self::on_curve(Curve::P384, seed, purpose)
    }

    /// A P-521 key.
    pub fn p521(seed: u64, purpose: &str) -> Self {
        Self::on_curve(Curve::P521, seed, purpose)
    }

    fn on_curve(curve: Curve, seed: u64, purpose: &str) -> Self {
        let mut stream = Stream::new(seed, purpose);
        loop {
            let mut scalar = stream.bytes(curve.field_len());
            // 521 bits leave seven of the first octet.
            scalar[0] &= if curve == Curve::P521 { 1 } else { 0xff };
            // Nearly every value is below the order; the next one is drawn where it is not.
            if let Ok(key) = PrivateKey::from_ec_scalar(curve, &scalar) {
                return Self::of(key);
            }
        }
    }

    /// An Ed25519 key.
    pub fn ed25519(seed: u64, purpose: &str) -> Self {
        let secret: [u8; 32] = Stream::new(seed, purpose).array();
        Self::of(PrivateKey::from_ed25519_seed(&secret).expect("any 32 bytes are a seed"))
    }

    fn public_key(&self) -> &PublicKey {
        match &self.private {
            Private::Here(private) => private.public_key(),
            Private::Kept { public, .. } => public,
        }
    }

    /// The private key as PKCS#8 DER; empty where a device keeps it.
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
        self.public_key().rsa().map(|parts| (parts.n.as_slice(), parts.e.as_slice()))
    }

    /// RFC 5280 §4.2.1.2, method 1: the SHA-1 of the public key's bits.
    pub fn identifier(&self) -> Vec<u8> {
        digest(Hash::Sha1, &self.public).as_bytes().to_vec()
    }

    /// The algorithm that eHealth would use with this key.
    pub fn algorithm(&self) -> Algorithm {
        match self.public_key().kind() {
            KeyKind::Rsa(_) => Algorithm::RsaPkcs1(Hash::Sha256),
            KeyKind::Ec(Curve::P256 | Curve::Secp256k1) => Algorithm::ecdsa_der(Hash::Sha256),
            KeyKind::Ec(Curve::P384) => Algorithm::ecdsa_der(Hash::Sha384),
            KeyKind::Ec(Curve::P521) => Algorithm::ecdsa_der(Hash::Sha512),
            KeyKind::Ed25519 => Algorithm::Ed25519,
            KeyKind::Dsa(_) => panic!("there are no private DSA keys"),
        }
    }

    /// Signs `message`. Where a device keeps the key and fails, the signature is empty, and
    /// [`Key::failure`] says why.
    ///
    /// # Panics
    /// When this key makes no such signatures: the pairs are written in the source.
    pub fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        match &self.private {
            Private::Here(private) => {
                private.sign(algorithm, message).expect("the key signs with this algorithm")
            }
            Private::Kept { keeper, failure, .. } => keeper.sign(algorithm, message).unwrap_or_else(|why| {
                *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                Vec::new()
            }),
        }
    }

    /// Why the device that keeps the key did not sign, since this was asked last.
    pub fn failure(&self) -> Option<String> {
        match &self.private {
            Private::Here(_) => None,
            Private::Kept { failure, .. } => failure.lock().unwrap_or_else(PoisonError::into_inner).take(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::PublicKey;

    #[test]
    fn what_a_key_signs_verifies() {
        let cases = [
            (Key::rsa(1, Role::Root), Algorithm::pss(Hash::Sha256)),
            (Key::odd_rsa(OddRsa::Bits1024), Algorithm::RsaPkcs1(Hash::Sha256)),
            (Key::odd_rsa(OddRsa::Bits2047), Algorithm::RsaPkcs1(Hash::Sha256)),
            (Key::p256(1, "a"), Algorithm::ecdsa_der(Hash::Sha256)),
            (Key::p384(1, "b"), Algorithm::ecdsa_der(Hash::Sha384)),
            (Key::ed25519(1, "c"), Algorithm::Ed25519),
        ];
        for (key, algorithm) in cases {
            let signature = key.sign(algorithm, b"message");
            let public = PublicKey::from_spki(key.spki()).expect("a public key");
            assert!(public.verify(algorithm, b"message", &signature).is_ok(), "{algorithm}");
            assert!(public.verify(algorithm, b"massage", &signature).is_err(), "{algorithm}");
            assert_eq!(key.sign(algorithm, b"message"), signature, "{algorithm}");
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
