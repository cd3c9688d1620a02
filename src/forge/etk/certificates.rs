//! Variants of the certificates: who vouches for whom, until when, and with which keys.

use super::{altered, certificate, encrypted, made, of, owner, party, registrar, signed, token, usage};
use crate::base::time::Duration;
use crate::forge::certificate::{Extension, Usage};
use crate::forge::der;
use crate::forge::keys::{Key, OddRsa};
use crate::forge::name::Holder;
use crate::forge::pki::Party;
use crate::forge::revocation_list;
use crate::forge::signed_data::SignerSpec;
use crate::forge::{Bench, Error, Made, Mutation};

pub(super) const MUTATIONS: &[Mutation] = &[
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
            let algorithm = der::algorithm("2.16.840.1.101.3.4.3.6");
            let content = der::seq([tbs, algorithm, der::bits(&[0x30, 0])]).encode();
            altered(bench, |spec| spec.content = content)
        },
    )
    .case("ET-20"),
    Mutation::new("not-revoked", "valid: the list of the issuing CA names another", &[], |bench| {
        listed(bench, &bench.pki.issuing_ca, &[der::int(5)])
    })
    .case("CM-05"),
    Mutation::new(
        "authentication-revoked",
        "the authentication certificate is revoked",
        &["etk.certificate-revoked"],
        |bench| {
            listed(bench, &bench.pki.issuing_ca, std::slice::from_ref(&bench.pki.organisation.spec.serial))
        },
    )
    .case("CM-05"),
    Mutation::new(
        "registrar-revoked",
        "the certificate of ETK-RA is revoked",
        &["etk.certificate-revoked"],
        |bench| listed(bench, &bench.pki.issuing_ca, std::slice::from_ref(&bench.pki.etk_ra.spec.serial)),
    )
    .case("CM-05"),
    Mutation::new(
        "list-of-other",
        "the list is signed by somebody else in the name of the issuing CA",
        &["etk.revocation-unknown"],
        |bench| {
            let key = bench.pki.stranger.key.clone();
            listed(bench, &Party { key, ..bench.pki.issuing_ca.clone() }, &[])
        },
    )
    .case("CM-05"),
];

/// The token, beside a list of an authority that revokes these serial numbers.
fn listed(bench: &Bench, authority: &Party, revoked: &[der::Node]) -> Result<Made, Error> {
    let list = revocation_list::signed(authority, bench.clock(), revoked);
    Ok(made(bench, &token(bench)).with("crls", vec![list]))
}
