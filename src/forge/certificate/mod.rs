//! X.509 certificates: a specification whose every field can be set, and its signature; and the
//! organisation's authentication certificate, right and wrong.

use super::der::{self, Node};
use super::keys::{Algorithm, Hash, Key, identifier};
use super::name::Name;
use super::{Bench, Error, Made, Maker, joined};
use crate::base::Kind;
use crate::base::time::Instant;

mod extensions;
mod fields;
mod trust;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Certificate,
    params: &[],
    valid: |bench| Ok(made(bench, bench.pki.organisation.certificate.clone())),
    mutations: &joined::<COUNT>(&[fields::MUTATIONS, extensions::MUTATIONS, trust::MUTATIONS]),
};

const COUNT: usize = fields::MUTATIONS.len() + extensions::MUTATIONS.len() + trust::MUTATIONS.len();

/// A certificate of the issuing CA, and what its judge must be told.
fn made(bench: &Bench, bytes: Vec<u8>) -> Made {
    Made::new(bytes)
        .with("trust", vec![bench.pki.root.pem()])
        .with("intermediates", vec![bench.pki.issuing_ca.pem()])
}

/// The organisation's certificate, altered before it is signed.
fn altered(bench: &Bench, alter: impl FnOnce(&mut CertificateSpec)) -> Result<Made, Error> {
    let mut spec = bench.pki.organisation.spec.clone();
    alter(&mut spec);
    Ok(made(bench, spec.sign(&bench.pki.issuing_ca.key)))
}

/// The organisation's certificate, altered after it was signed.
fn bytes(bench: &Bench, alter: impl FnOnce(&mut Vec<u8>)) -> Result<Made, Error> {
    let mut bytes = bench.pki.organisation.certificate.clone();
    alter(&mut bytes);
    Ok(made(bench, bytes))
}

/// A bit of the keyUsage extension, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Usage {
    /// digitalSignature
    DigitalSignature = 0,
    /// nonRepudiation, also called contentCommitment
    NonRepudiation = 1,
    /// keyEncipherment
    KeyEncipherment = 2,
    /// dataEncipherment
    DataEncipherment = 3,
    /// keyAgreement
    KeyAgreement = 4,
    /// keyCertSign
    KeyCertSign = 5,
    /// cRLSign
    CrlSign = 6,
}

/// An extension of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Its type, dotted.
    pub oid: &'static str,
    /// Whether it is critical.
    pub critical: bool,
    /// What the OCTET STRING holds.
    pub value: Node,
}

/// subjectKeyIdentifier
pub const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
/// keyUsage
pub const KEY_USAGE: &str = "2.5.29.15";
/// basicConstraints
pub const BASIC_CONSTRAINTS: &str = "2.5.29.19";
/// cRLDistributionPoints
pub const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
/// certificatePolicies
pub const CERTIFICATE_POLICIES: &str = "2.5.29.32";
/// authorityKeyIdentifier
pub const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
/// extKeyUsage
pub const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
/// subjectAltName
pub const SUBJECT_ALT_NAME: &str = "2.5.29.17";

impl Extension {
    fn new(oid: &'static str, critical: bool, value: Node) -> Self {
        Self { oid, critical, value }
    }

    /// keyUsage, critical.
    pub fn key_usage(usages: &[Usage]) -> Self {
        let mask = usages.iter().fold(0_u8, |mask, &usage| mask | 0x80 >> usage as u8);
        Self::new(KEY_USAGE, true, der::bits_unused(mask.trailing_zeros().min(7) as u8, &[mask]))
    }

    /// basicConstraints of a CA, critical.
    pub fn authority(path_length: Option<i64>) -> Self {
        let mut parts = vec![der::boolean(true)];
        parts.extend(path_length.map(der::int));
        Self::new(BASIC_CONSTRAINTS, true, der::seq(parts))
    }

    /// basicConstraints of an end entity, critical.
    pub fn end_entity() -> Self {
        Self::new(BASIC_CONSTRAINTS, true, der::seq([]))
    }

    /// extKeyUsage.
    pub fn extended_key_usage(purposes: &[&str]) -> Self {
        let purposes: Vec<Node> = purposes.iter().map(|it| der::oid(it)).collect();
        Self::new(EXTENDED_KEY_USAGE, false, der::seq(purposes))
    }

    /// subjectKeyIdentifier of a key.
    pub fn subject_key(key: &Key) -> Self {
        Self::new(SUBJECT_KEY_IDENTIFIER, false, der::octets(key.identifier()))
    }

    /// authorityKeyIdentifier of the issuer's key.
    pub fn authority_key(key: &Key) -> Self {
        Self::new(AUTHORITY_KEY_IDENTIFIER, false, der::seq([der::primitive(0x80, key.identifier())]))
    }

    /// certificatePolicies of one policy.
    pub fn policy(oid: &str) -> Self {
        Self::new(CERTIFICATE_POLICIES, false, der::seq([der::seq([der::oid(oid)])]))
    }

    /// cRLDistributionPoints of one URI.
    pub fn crl(uri: &str) -> Self {
        let name = der::context(0, [der::context(0, [der::primitive(0x86, uri)])]);
        Self::new(CRL_DISTRIBUTION_POINTS, false, der::seq([der::seq([name])]))
    }

    /// subjectAltName of DNS names and addresses, and the loopback addresses.
    pub fn host(names: &[&str]) -> Self {
        let name = |name: &&str| match name.parse() {
            Ok(std::net::IpAddr::V4(address)) => der::primitive(0x87, address.octets()),
            Ok(std::net::IpAddr::V6(address)) => der::primitive(0x87, address.octets()),
            Err(_) => der::primitive(0x82, *name),
        };
        let mut parts: Vec<Node> = names.iter().map(name).collect();
        parts.push(der::primitive(0x87, [127, 0, 0, 1]));
        parts.push(der::primitive(0x87, std::net::Ipv6Addr::LOCALHOST.octets()));
        Self::new(SUBJECT_ALT_NAME, false, der::seq(parts))
    }

    /// An extension of any type.
    pub fn other(oid: &'static str, critical: bool, value: Node) -> Self {
        Self::new(oid, critical, value)
    }

    /// The Extension to be encoded.
    pub fn node(&self) -> Node {
        let mut parts = vec![der::oid(self.oid)];
        parts.extend(self.critical.then(|| der::boolean(true)));
        parts.push(der::octets(self.value.encode()));
        der::seq(parts)
    }
}

/// A certificate that is still to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateSpec {
    /// The version number as encoded: 2 for v3, nothing to leave it out (v1).
    pub version: Option<i64>,
    /// The serial number, an INTEGER.
    pub serial: Node,
    /// The signature algorithm.
    pub algorithm: Algorithm,
    /// The signature algorithm inside, where it differs.
    pub inner_algorithm: Option<Node>,
    /// The issuer.
    pub issuer: Name,
    /// The start of validity, a time.
    pub not_before: Node,
    /// The end of validity, a time.
    pub not_after: Node,
    /// The subject.
    pub subject: Name,
    /// The SubjectPublicKeyInfo.
    pub spki: Vec<u8>,
    /// The extensions; none leaves the field out.
    pub extensions: Vec<Extension>,
}

impl CertificateSpec {
    /// A v3 certificate over `subject` and `key`, to be signed by an RSA key with SHA-256.
    pub fn new(subject: Name, key: &Key, issuer: Name, serial: &[u8], validity: [Instant; 2]) -> Self {
        Self {
            version: Some(2),
            serial: der::uint(serial),
            algorithm: Algorithm::RsaPkcs1(Hash::Sha256),
            inner_algorithm: None,
            issuer,
            not_before: der::time(validity[0]),
            not_after: der::time(validity[1]),
            subject,
            spki: key.spki().to_vec(),
            extensions: Vec::new(),
        }
    }

    /// The same with these extensions.
    #[must_use]
    pub fn with(self, extensions: impl Into<Vec<Extension>>) -> Self {
        Self { extensions: extensions.into(), ..self }
    }

    /// The extension of a type, to be changed.
    pub fn extension_mut(&mut self, oid: &str) -> Option<&mut Extension> {
        self.extensions.iter_mut().find(|it| it.oid == oid)
    }

    /// Removes the extension of a type.
    pub fn remove(&mut self, oid: &str) {
        self.extensions.retain(|it| it.oid != oid);
    }

    /// The TBSCertificate to be encoded.
    pub fn tbs(&self) -> Node {
        let mut parts: Vec<Node> = self.version.map(|v| der::context(0, [der::int(v)])).into_iter().collect();
        parts.extend([
            self.serial.clone(),
            self.inner_algorithm.clone().unwrap_or_else(|| identifier(self.algorithm)),
            self.issuer.node(),
            der::seq([self.not_before.clone(), self.not_after.clone()]),
            self.subject.node(),
            der::encoded(self.spki.clone()),
        ]);
        if !self.extensions.is_empty() {
            let all: Vec<Node> = self.extensions.iter().map(Extension::node).collect();
            parts.push(der::context(3, [der::seq(all)]));
        }
        der::seq(parts)
    }

    /// The certificate, signed.
    pub fn sign(&self, issuer: &Key) -> Vec<u8> {
        let tbs = self.tbs().encode();
        let signature = issuer.sign(self.algorithm, &tbs);
        self.assemble(&tbs, &signature)
    }

    /// The certificate around a signature that is given.
    pub fn assemble(&self, tbs: &[u8], signature: &[u8]) -> Vec<u8> {
        der::seq([der::encoded(tbs), identifier(self.algorithm), der::bits(signature)]).encode()
    }
}
