//! Encryption tokens: the organisation's, as ETK-RA signs them.

use super::certificate::{CertificateSpec, Extension, Usage};
use super::der;
use super::keys::{Algorithm, Hash, Key, OddRsa};
use super::name::Holder;
use super::pki::{Party, encryption_spec};
use super::signed_data::{DATA, SignerSpec, Spec};
use super::{Bench, Error, Made, Maker, Mutation};
use crate::base::time::Duration;
use crate::base::{Kind, Profile};

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Etk,
    params: &[],
    valid: |bench| Ok(made(bench, &token(bench))),
    mutations: MUTATIONS,
};

const MUTATIONS: &[Mutation] = &[
    Mutation::new("der", "valid: in DER", &[], |bench| altered(bench, |spec| spec.chunk = None)),
    Mutation::new("signed-attributes", "valid: with signed attributes, as since 2024", &[], |bench| {
        altered(bench, |spec| {
            let signer = spec.signers[0].clone();
            spec.signers[0] = signer.with_attributes(DATA, &spec.content, bench.clock());
        })
    }),
    Mutation::new("small-chunks", "valid: in chunks of 7 bytes", &[], |bench| {
        altered(bench, |spec| spec.chunk = Some(7))
    })
    .case("CM-01"),
    Mutation::new("rsa-pss", "valid: signed with RSA-PSS", &[], |bench| {
        altered(bench, |spec| {
            spec.signers[0] = spec.signers[0].clone().with_algorithm(Algorithm::pss(Hash::Sha256));
        })
    }),
    Mutation::new(
        "p384-owner",
        "taken in the field, with a warning: both of the owner's keys are on P-384",
        &["encryption-certificate.algorithm-differs"],
        |bench| {
            let owner = party(bench, Key::p384(bench.seed(), "etk authentication"));
            encrypted(bench, &owner, Key::p384(bench.seed(), "etk encryption"), |_| ())
        },
    )
    .under(Profile::Field),
    Mutation::new("dn-scrambled", "valid: the parts of the subject stand in another order", &[], |bench| {
        certificate(bench, |spec| spec.subject.0.reverse())
    }),
    Mutation::new("detached", "the certificate is left out", &["etk.content-missing"], |bench| {
        altered(bench, |spec| spec.detached = true)
    })
    .case("CM-02"),
    Mutation::new(
        "content-other-type",
        "the content is not of type id-data",
        &["cms.signed-attributes-missing", "etk.content-type-not-data", "etk.version-not-1"],
        |bench| altered(bench, |spec| (spec.content_type, spec.version) = ("1.2.840.113549.1.9.16.1.4", 3)),
    )
    .case("CM-02"),
    Mutation::new(
        "key-identifier",
        "the signer is named by subject key identifier",
        &["etk.version-not-1"],
        |bench| {
            altered(bench, |spec| {
                spec.version = 3;
                let id = bench.pki.etk_ra.key.identifier();
                spec.signers[0] = spec.signers[0].clone().by_key_identifier(&id);
            })
        },
    ),
    Mutation::new("content-text", "the content is a text", &["etk.content-not-certificate"], |bench| {
        altered(bench, |spec| spec.content = b"no certificate".to_vec())
    })
    .case("ET-26"),
    Mutation::new(
        "content-cut",
        "the encryption certificate breaks off",
        &["etk.content-not-certificate"],
        |bench| altered(bench, |spec| spec.content.truncate(300)),
    )
    .case("ET-26"),
    Mutation::new("nobody", "there is no signer", &["etk.signer-missing"], |bench| {
        altered(bench, |spec| {
            spec.signers.clear();
            spec.certificates.remove(0);
        })
    })
    .case("CM-04"),
    Mutation::new("two-signers", "the owner signs, too", &["etk.signers-several"], |bench| {
        altered(bench, |spec| spec.signers.push(SignerSpec::of(&bench.pki.organisation)))
    })
    .case("CM-04"),
    Mutation::new(
        "second-signer-bad",
        "a second signature does not verify",
        &["cms.signature-invalid", "etk.signers-several"],
        |bench| {
            altered(bench, |spec| {
                let mut second = SignerSpec::of(&bench.pki.organisation);
                second.key = bench.pki.stranger.key.clone();
                spec.signers.push(second);
            })
        },
    )
    .case("CM-04"),
    Mutation::new("sha-512", "signed over SHA-512", &["etk.hash-not-sha256"], |bench| {
        hashed(bench, Hash::Sha512)
    }),
    Mutation::new("sha-1", "signed over SHA-1", &["cms.hash-broken", "etk.hash-broken"], |bench| {
        hashed(bench, Hash::Sha1)
    })
    .case("CM-04"),
    Mutation::new(
        "end-missing",
        "the last end-of-contents octets are missing",
        &["cms.encoding-malformed"],
        |bench| bytes(bench, |bytes| bytes.truncate(bytes.len() - 2)),
    )
    .case("CM-01"),
    Mutation::new(
        "end-twice",
        "end-of-contents octets stand after the end",
        &["cms.bytes-trailing"],
        |bench| bytes(bench, |bytes| bytes.extend([0, 0])),
    )
    .case("CM-01"),
    Mutation::new(
        "signature-flipped",
        "one bit of the signature is flipped",
        &["cms.signature-invalid"],
        |bench| {
            bytes(bench, |bytes| {
                // Behind the signature stand the end-of-contents octets of three values.
                let at = bytes.len() - 7;
                bytes[at] ^= 1;
            })
        },
    )
    .case("CM-04"),
    Mutation::new(
        "no-certificates",
        "no certificate is embedded",
        &["etk.signer-certificate-missing", "etk.authentication-certificate-missing"],
        |bench| altered(bench, |spec| spec.certificates.clear()),
    )
    .case("CM-05"),
    Mutation::new(
        "signer-not-embedded",
        "the certificate of ETK-RA is not embedded",
        &["etk.signer-certificate-missing"],
        |bench| altered(bench, |spec| _ = spec.certificates.remove(0)),
    )
    .case("CM-05"),
    Mutation::new(
        "signed-by-owner",
        "the owner signs in place of ETK-RA",
        &["etk.signer-not-etk-ra", "etk.authentication-certificate-missing"],
        |bench| {
            altered(bench, |spec| {
                spec.signers = vec![SignerSpec::of(&bench.pki.organisation)];
                spec.certificates.remove(0);
            })
        },
    )
    .case("CM-05"),
    Mutation::new(
        "registrar-expired",
        "the certificate of ETK-RA has expired",
        &["etk.signer-not-valid"],
        |bench| registrar(bench, |spec| spec.not_after = der::time(bench.clock() - Duration::days(1))),
    )
    .case("CM-05"),
    Mutation::new(
        "registrar-key-usage",
        "the certificate of ETK-RA is for encryption only",
        &["etk.signer-key-usage-wrong"],
        |bench| registrar(bench, |spec| usage(spec, &[Usage::KeyEncipherment])),
    ),
    Mutation::new(
        "registrar-rogue",
        "somebody signs with a certificate that names him ETK-RA",
        &["etk.chain-broken"],
        |bench| {
            let key = bench.pki.stranger.key.clone();
            let mut spec = bench.pki.etk_ra.spec.clone();
            spec.spki = key.spki().to_vec();
            signed(bench, &Party { certificate: spec.sign(&key), subject: spec.subject.clone(), key, spec })
        },
    )
    .case("CM-05"),
    Mutation::new(
        "other-root",
        "the chain ends at a root that is no anchor",
        &["etk.chain-broken"],
        |bench| Ok(made(bench, &token(bench)).with("trust", vec![bench.pki.eid_ca.pem()])),
    )
    .case("CM-05"),
    Mutation::new(
        "authority-not-embedded",
        "the issuing CA and the root are not embedded",
        &["etk.chain-incomplete"],
        |bench| altered(bench, |spec| spec.certificates.truncate(2)),
    )
    .case("CM-05"),
    Mutation::new("no-anchor", "no trust anchor is given", &["etk.trust-anchor-missing"], |bench| {
        let mut made = made(bench, &token(bench));
        made.context.remove("trust");
        Ok(made)
    })
    .case("CM-05"),
    Mutation::new(
        "authentication-not-embedded",
        "the authentication certificate is not embedded",
        &["etk.authentication-certificate-missing"],
        |bench| altered(bench, |spec| _ = spec.certificates.remove(1)),
    )
    .case("CM-05"),
    Mutation::new(
        "issued-by-itself",
        "the encryption certificate is signed with the encryption key",
        &["etk.encryption-certificate-signature-invalid"],
        |bench| {
            let encryption = &bench.pki.organisation_encryption;
            altered(bench, |spec| spec.content = encryption.spec.sign(&encryption.key))
        },
    )
    .case("ET-20"),
    Mutation::new(
        "certificate-flipped",
        "one bit of the encryption certificate's signature is flipped",
        &["etk.encryption-certificate-signature-invalid"],
        |bench| altered(bench, |spec| *spec.content.last_mut().expect("a certificate") ^= 1),
    )
    .case("ET-20"),
    Mutation::new(
        "certificate-expired",
        "the encryption certificate has expired",
        &["encryption-certificate.not-after-differs", "etk.encryption-certificate-not-valid"],
        |bench| certificate(bench, |spec| spec.not_after = der::time(bench.clock() - Duration::seconds(1))),
    ),
    Mutation::new(
        "certificate-early",
        "the encryption certificate is not valid yet",
        &["encryption-certificate.not-before-differs", "etk.encryption-certificate-not-valid"],
        |bench| certificate(bench, |spec| spec.not_before = der::time(bench.clock() + Duration::seconds(1))),
    ),
    Mutation::new(
        "usage-key-encipherment",
        "the encryption certificate lacks dataEncipherment",
        &["etk.encryption-key-usage-wrong"],
        |bench| certificate(bench, |spec| usage(spec, &[Usage::KeyEncipherment])),
    )
    .case("CM-06"),
    Mutation::new(
        "usage-absent",
        "the encryption certificate has no keyUsage",
        &["etk.encryption-key-usage-wrong"],
        |bench| certificate(bench, |spec| spec.extensions.clear()),
    )
    .case("ET-18"),
    Mutation::new(
        "certificate-ca",
        "the encryption certificate is one of a CA",
        &["encryption-certificate.extension-unexpected", "etk.encryption-certificate-is-ca"],
        |bench| certificate(bench, |spec| spec.extensions.push(Extension::authority(None))),
    )
    .case("ET-19"),
    Mutation::new(
        "key-1024",
        "the encryption key has 1024 bits",
        &["etk.encryption-key-unsuitable"],
        |bench| encrypted(bench, &bench.pki.organisation, Key::odd_rsa(OddRsa::Bits1024), |_| ()),
    )
    .case("ET-01"),
    Mutation::new(
        "key-on-curve",
        "the encryption key is on P-256",
        &["etk.encryption-key-unsuitable"],
        |bench| encrypted(bench, &bench.pki.organisation, Key::p256(bench.seed(), "etk"), |_| ()),
    )
    .case("CM-09"),
    Mutation::new(
        "keys-not-separate",
        "the encryption key is the authentication key",
        &["etk.keys-not-separate"],
        |bench| encrypted(bench, &bench.pki.organisation, bench.pki.organisation.key.clone(), |_| ()),
    )
    .case("ET-02"),
    Mutation::new(
        "subject-other",
        "the encryption certificate bears another name",
        &["etk.certificates-do-not-match"],
        |bench| {
            certificate(bench, |spec| {
                let other = Holder::organisation(bench.seed() + 1).subject();
                spec.subject = other;
            })
        },
    )
    .case("ET-16"),
    Mutation::new(
        "authentication-expired",
        "the authentication certificate has expired",
        &["encryption-certificate.not-after-differs", "etk.authentication-certificate-not-valid"],
        |bench| owner(bench, |spec| spec.not_after = der::time(bench.clock() - Duration::days(1))),
    ),
    Mutation::new(
        "authentication-early",
        "the authentication certificate is not valid yet",
        &["encryption-certificate.not-before-differs", "etk.authentication-certificate-not-valid"],
        |bench| owner(bench, |spec| spec.not_before = der::time(bench.clock() + Duration::days(1))),
    ),
    Mutation::new(
        "authentication-key-usage",
        "the authentication certificate lacks digitalSignature",
        &["etk.authentication-key-usage-wrong"],
        |bench| owner(bench, |spec| usage(spec, &[Usage::KeyEncipherment])),
    ),
    Mutation::new(
        "authentication-key-1024",
        "the authentication key has 1024 bits",
        &["etk.authentication-key-unsuitable"],
        |bench| {
            let owner = party(bench, Key::odd_rsa(OddRsa::Bits1024));
            encrypted(bench, &owner, bench.pki.organisation_encryption.key.clone(), |_| ())
        },
    )
    .case("CM-09"),
    Mutation::new(
        "authentication-rogue",
        "the authentication certificate is signed by the owner",
        &["etk.chain-broken"],
        |bench| {
            let key = bench.pki.organisation.key.clone();
            let spec = bench.pki.organisation.spec.clone();
            let owner = Party { certificate: spec.sign(&key), subject: spec.subject.clone(), key, spec };
            let certificate = bench.pki.organisation_encryption.certificate.clone();
            Ok(made(bench, &of(bench, &bench.pki.etk_ra, &owner, certificate)))
        },
    )
    .case("ET-04"),
    Mutation::new(
        "certificate-dsa",
        "the encryption certificate is said to be signed with DSA",
        &[
            "encryption-certificate.algorithm-differs",
            "encryption-certificate.algorithm-unexpected",
            "encryption-certificate.algorithms-inconsistent",
            "etk.algorithm-unsupported",
        ],
        |bench| {
            let spec = &bench.pki.organisation_encryption.spec;
            let tbs = der::encoded(spec.tbs().encode());
            let algorithm = der::algorithm("2.16.840.1.101.3.4.3.2");
            let content = der::seq([tbs, algorithm, der::bits(&[0x30, 0])]).encode();
            altered(bench, |spec| spec.content = content)
        },
    )
    .case("ET-20"),
];

/// The token of the organisation.
pub fn token(bench: &Bench) -> Spec {
    let certificate = bench.pki.organisation_encryption.certificate.clone();
    of(bench, &bench.pki.etk_ra, &bench.pki.organisation, certificate)
}

/// A token around an encryption certificate: signed by `registrar`, for `owner`.
pub fn of(bench: &Bench, registrar: &Party, owner: &Party, certificate: Vec<u8>) -> Spec {
    let embedded = [registrar, owner, &bench.pki.issuing_ca, &bench.pki.root];
    let certificates = embedded.iter().map(|party| party.certificate.clone()).collect();
    Spec::new(certificate, certificates, vec![SignerSpec::of(registrar)]).streamed()
}

fn made(bench: &Bench, spec: &Spec) -> Made {
    Made::new(spec.sign()).with("trust", vec![bench.pki.root.pem()])
}

fn altered(bench: &Bench, alter: impl FnOnce(&mut Spec)) -> Result<Made, Error> {
    let mut spec = token(bench);
    alter(&mut spec);
    Ok(made(bench, &spec))
}

fn bytes(bench: &Bench, alter: impl FnOnce(&mut Vec<u8>)) -> Result<Made, Error> {
    let mut made = made(bench, &token(bench));
    alter(&mut made.bytes);
    Ok(made)
}

fn hashed(bench: &Bench, hash: Hash) -> Result<Made, Error> {
    altered(bench, |spec| {
        let signer = &mut spec.signers[0];
        (signer.hash, signer.algorithm) = (hash, Algorithm::RsaPkcs1(hash));
        spec.hashes = vec![hash];
    })
}

/// Another encryption certificate, signed by the owner.
fn certificate(bench: &Bench, alter: impl FnOnce(&mut CertificateSpec)) -> Result<Made, Error> {
    let key = bench.pki.organisation_encryption.key.clone();
    encrypted(bench, &bench.pki.organisation, key, alter)
}

/// An encryption certificate over `key`, signed by `owner`.
fn encrypted(
    bench: &Bench,
    owner: &Party,
    key: Key,
    alter: impl FnOnce(&mut CertificateSpec),
) -> Result<Made, Error> {
    let mut spec = encryption_spec(owner, &key, &bench.stream("etk serial").array::<16>());
    alter(&mut spec);
    Ok(made(bench, &of(bench, &bench.pki.etk_ra, owner, spec.sign(&owner.key))))
}

/// Another certificate of the owner, issued as is right.
fn owner(bench: &Bench, alter: impl FnOnce(&mut CertificateSpec)) -> Result<Made, Error> {
    let owner = reissued(bench, &bench.pki.organisation, alter);
    let certificate = bench.pki.organisation_encryption.certificate.clone();
    Ok(made(bench, &of(bench, &bench.pki.etk_ra, &owner, certificate)))
}

/// Another certificate of ETK-RA, issued as is right.
fn registrar(bench: &Bench, alter: impl FnOnce(&mut CertificateSpec)) -> Result<Made, Error> {
    signed(bench, &reissued(bench, &bench.pki.etk_ra, alter))
}

fn signed(bench: &Bench, registrar: &Party) -> Result<Made, Error> {
    let certificate = bench.pki.organisation_encryption.certificate.clone();
    Ok(made(bench, &of(bench, registrar, &bench.pki.organisation, certificate)))
}

fn reissued(bench: &Bench, party: &Party, alter: impl FnOnce(&mut CertificateSpec)) -> Party {
    let mut spec = party.spec.clone();
    alter(&mut spec);
    let certificate = spec.sign(&bench.pki.issuing_ca.key);
    Party { key: party.key.clone(), subject: spec.subject.clone(), certificate, spec }
}

/// The organisation with another authentication key.
fn party(bench: &Bench, key: Key) -> Party {
    let spec = bench.pki.authentication_spec(&bench.pki.organisation_holder, &key);
    let certificate = spec.sign(&bench.pki.issuing_ca.key);
    Party { key, subject: spec.subject.clone(), certificate, spec }
}

fn usage(spec: &mut CertificateSpec, usages: &[Usage]) {
    spec.remove(super::certificate::KEY_USAGE);
    spec.extensions.push(Extension::key_usage(usages));
}
