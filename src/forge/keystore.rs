//! PKCS#12 keystores: the organisation's two key pairs.
//!
//! The bags are written in clear and sealed with a MAC under the password: the keys are public test
//! keys, and so the same order gives the same bytes.

use num_bigint::BigUint;

use super::der::{self, Node};
use super::keys::Key;
use super::{Bench, Error, Made, Maker, Mutation};
use crate::base::{Kind, Profile};
use crate::crypto::{Hash, digest, hmac};

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Keystore,
    params: &[("password", "the password, `etalon` when it is left out")],
    valid: |bench| made(bench, |_| ()),
    mutations: MUTATIONS,
};

const MUTATIONS: &[Mutation] = &[
    Mutation::new(
        "certificate-instead",
        "a certificate instead of a keystore",
        &["keystore.not-pkcs12"],
        |bench| Ok(Made::new(bench.pki.organisation.certificate.clone()).with("password", "etalon")),
    ),
    Mutation::new(
        "password-withheld",
        "the password is not given",
        &["keystore.password-missing"],
        |bench| {
            let mut made = made(bench, |_| ())?;
            made.context.remove("password");
            Ok(made)
        },
    ),
    Mutation::new("password-wrong", "another password is given", &["keystore.password-wrong"], |bench| {
        Ok(made(bench, |_| ())?.with("password", "not the password"))
    }),
    Mutation::new("tampered", "one bit of a key is flipped", &["keystore.password-wrong"], |bench| {
        let mut made = made(bench, |_| ())?;
        let middle = made.bytes.len() / 2;
        made.bytes[middle] ^= 1;
        Ok(made)
    }),
    Mutation::new(
        "content-signed",
        "the contents are said to be signed data",
        &["keystore.protection-unsupported"],
        |bench| made(bench, |spec| spec.content_type = "1.2.840.113549.1.7.2"),
    ),
    Mutation::new(
        "alias-other",
        "the authentication key stands under another alias",
        &["keystore.authentication-missing"],
        |bench| made(bench, |spec| spec.keys[0].alias = "Authentication".into()),
    ),
    Mutation::new("alone", "there is no encryption key", &["keystore.encryption-missing"], |bench| {
        made(bench, |spec| spec.keys.truncate(1))
    }),
    Mutation::new(
        "alias-hexadecimal",
        "the alias of the encryption key is the serial number in hexadecimal",
        &["keystore.encryption-alias-wrong"],
        |bench| {
            made(bench, |spec| {
                let number: BigUint = spec.keys[1].alias.parse().expect("a decimal alias");
                spec.keys[1].alias = format!("{number:x}");
            })
        },
    ),
    Mutation::new(
        "certificate-absent",
        "the authentication certificate is missing",
        &["keystore.certificate-missing"],
        |bench| made(bench, |spec| spec.keys[0].certificate = None),
    ),
    Mutation::new(
        "pairs-crossed",
        "each certificate is tied to the other key",
        &["keystore.pair-mismatched"],
        |bench| {
            made(bench, |spec| {
                let other = spec.keys[1].certificate.take();
                spec.keys[1].certificate = std::mem::replace(&mut spec.keys[0].certificate, other);
            })
        },
    ),
    Mutation::new(
        "alias-twice",
        "two keys stand under the alias of the first",
        &["keystore.alias-repeated"],
        |bench| {
            made(bench, |spec| {
                let again = spec.keys[0].clone();
                spec.keys.push(again);
            })
        },
    ),
    Mutation::new(
        "old-alias",
        "valid in the field: an alias of one's own",
        &["keystore.authentication-missing"],
        |bench| made(bench, |spec| spec.keys[0].alias = "my key".into()),
    )
    .under(Profile::Field),
];

/// A keystore that is still to be sealed.
#[derive(Clone)]
pub struct Spec {
    /// The key pairs.
    pub keys: Vec<Pair>,
    /// Certificates of CAs.
    pub authorities: Vec<Vec<u8>>,
    /// What the contents are said to be.
    pub content_type: &'static str,
}

/// A key pair in a keystore.
#[derive(Clone)]
pub struct Pair {
    /// Its alias.
    pub alias: String,
    /// The private key.
    pub key: Key,
    /// The certificate that is tied to it.
    pub certificate: Option<Vec<u8>>,
}

const DATA: &str = "1.2.840.113549.1.7.1";
const KEY_BAG: &str = "1.2.840.113549.1.12.10.1.1";
const CERTIFICATE_BAG: &str = "1.2.840.113549.1.12.10.1.3";
const X509_CERTIFICATE: &str = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME: &str = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID: &str = "1.2.840.113549.1.9.21";
const ROUNDS: u32 = 2048;

impl Spec {
    /// The keystore of the organisation.
    pub fn valid(bench: &Bench) -> Self {
        let (authentication, encryption) = (&bench.pki.organisation, &bench.pki.organisation_encryption);
        let serial = encryption.spec.serial.encode();
        let pair = |alias: String, party: &super::pki::Party| Pair {
            alias,
            key: party.key.clone(),
            certificate: Some(party.certificate.clone()),
        };
        Self {
            keys: vec![
                pair("authentication".into(), authentication),
                pair(BigUint::from_bytes_be(&serial[2..]).to_string(), encryption),
            ],
            authorities: vec![bench.pki.issuing_ca.certificate.clone(), bench.pki.root.certificate.clone()],
            content_type: DATA,
        }
    }

    /// The keystore, sealed under `password`.
    pub fn seal(&self, password: &str, salt: &[u8]) -> Vec<u8> {
        let mut bags = Vec::new();
        for (index, pair) in self.keys.iter().enumerate() {
            let attributes = [
                attribute(FRIENDLY_NAME, der::bmp(&pair.alias)),
                attribute(LOCAL_KEY_ID, der::octets([index as u8 + 1])),
            ];
            bags.push(bag(KEY_BAG, der::encoded(pair.key.pkcs8()), &attributes));
            bags.extend(
                pair.certificate.as_ref().map(|it| bag(CERTIFICATE_BAG, certificate(it), &attributes)),
            );
        }
        bags.extend(self.authorities.iter().map(|it| bag(CERTIFICATE_BAG, certificate(it), &[])));
        let safe = content(DATA, &der::seq(bags).encode());
        let safes = der::seq([safe]).encode();
        let secret = mac_key(password, salt);
        let mac = hmac(Hash::Sha256, &secret, &safes).expect("the provider has SHA-256");
        let info = der::seq([super::keys::hash_identifier(Hash::Sha256), der::octets(mac)]);
        let mac_data = der::seq([info, der::octets(salt), der::int(i64::from(ROUNDS))]);
        der::seq([der::int(3), content(self.content_type, &safes), mac_data]).encode()
    }
}

fn made(bench: &Bench, alter: impl FnOnce(&mut Spec)) -> Result<Made, Error> {
    let mut spec = Spec::valid(bench);
    alter(&mut spec);
    let password = bench.param("password").unwrap_or("etalon");
    let salt: [u8; 20] = bench.stream("keystore").array();
    Ok(Made::new(spec.seal(password, &salt)).with("password", password))
}

fn content(content_type: &str, octets: &[u8]) -> Node {
    der::seq([der::oid(content_type), der::context(0, [der::octets(octets)])])
}

fn bag(kind: &str, value: Node, attributes: &[Node]) -> Node {
    let mut parts = vec![der::oid(kind), der::context(0, [value])];
    if !attributes.is_empty() {
        parts.push(der::set_of(attributes));
    }
    der::seq(parts)
}

fn attribute(oid: &str, value: Node) -> Node {
    der::seq([der::oid(oid), der::set_of([value])])
}

fn certificate(der: &[u8]) -> Node {
    der::seq([der::oid(X509_CERTIFICATE), der::context(0, [der::octets(der)])])
}

/// The key of the MAC (RFC 7292 appendix B.2, with SHA-256): one block of it.
fn mac_key(password: &str, salt: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let text: Vec<u8> = password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
    let filled = |bytes: &[u8]| -> Vec<u8> {
        bytes.iter().copied().cycle().take(bytes.len().div_ceil(BLOCK) * BLOCK).collect()
    };
    let mut hash = [vec![3; BLOCK], filled(salt), filled(&text)].concat();
    for _ in 0..ROUNDS {
        hash = digest(Hash::Sha256, &hash).as_bytes().to_vec();
    }
    hash
}
