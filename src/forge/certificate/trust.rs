//! Deviations of what vouches for the certificate: time, path, revocation, and the bundle.

use super::{CertificateSpec, altered, bytes, made};
use crate::base::time::Duration;
use crate::forge::der;
use crate::forge::keys::pem;
use crate::forge::pki::Party;
use crate::forge::revocation_list;
use crate::forge::{Bench, Error, Made, Mutation};

const NO_PATH: &[&str] = &["certificate.path-not-found"];

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("expired", "the certificate has expired", &["certificate.expired"], |bench| {
        altered(bench, |spec| spec.not_after = der::time(bench.clock() - Duration::seconds(1)))
    }),
    Mutation::new("early", "the certificate is not valid yet", &["certificate.not-yet-valid"], |bench| {
        altered(bench, |spec| spec.not_before = der::time(bench.clock() + Duration::seconds(1)))
    }),
    Mutation::new("last-second", "valid: its last second runs", &[], |bench| {
        altered(bench, |spec| spec.not_after = der::time(bench.clock()))
    }),
    Mutation::new("signature-flipped", "one bit of the signature is flipped", NO_PATH, |bench| {
        bytes(bench, |bytes| *bytes.last_mut().expect("a signature") ^= 1)
    }),
    Mutation::new("signed-by-other", "somebody signs in the name of the issuing CA", NO_PATH, |bench| {
        Ok(made(bench, bench.pki.organisation.spec.sign(&bench.pki.stranger.key)))
    }),
    Mutation::new("other-root", "the path ends at a root that is no anchor", NO_PATH, |bench| {
        Ok(valid(bench).with("trust", vec![bench.pki.eid_ca.pem()]))
    }),
    Mutation::new("issuer-absent", "the issuing CA is not at hand", NO_PATH, |bench| {
        Ok(valid(bench).with("intermediates", Vec::<String>::new()))
    }),
    Mutation::new("no-anchor", "no trust anchor is given", &["certificate.anchor-missing"], |bench| {
        let mut made = valid(bench);
        made.context.remove("trust");
        Ok(made)
    }),
    Mutation::new("issuer-expired", "the issuing CA has expired", NO_PATH, |bench| {
        issuer(bench, |spec| spec.not_after = der::time(bench.clock() - Duration::days(1)))
    }),
    Mutation::new("issuer-no-authority", "the issuer is no authority", NO_PATH, |bench| {
        issuer(bench, |spec| spec.remove(super::BASIC_CONSTRAINTS))
    }),
    Mutation::new("issuer-key-usage", "the issuer may not sign certificates", NO_PATH, |bench| {
        issuer(bench, |spec| {
            spec.remove(super::KEY_USAGE);
            spec.extensions.push(super::Extension::key_usage(&[super::Usage::CrlSign]));
        })
    }),
    Mutation::new(
        "issuer-critical-unknown",
        "the issuer has a critical extension that is not known",
        NO_PATH,
        |bench| {
            issuer(bench, |spec| spec.extensions.push(super::Extension::other("2.999.7", true, der::null())))
        },
    ),
    Mutation::new("not-revoked", "valid: the list of the issuing CA names another", &[], |bench| {
        lists(bench, vec![revocation_list::signed(&bench.pki.issuing_ca, bench.clock(), &[der::int(5)])])
    }),
    Mutation::new("revoked", "the certificate is revoked", &["certificate.revoked"], |bench| {
        let serial = bench.pki.organisation.spec.serial.clone();
        lists(bench, vec![revocation_list::signed(&bench.pki.issuing_ca, bench.clock(), &[serial])])
    }),
    Mutation::new("issuer-revoked", "the issuing CA is revoked", &["certificate.issuer-revoked"], |bench| {
        let serial = bench.pki.issuing_ca.spec.serial.clone();
        let own = revocation_list::signed(&bench.pki.issuing_ca, bench.clock(), &[]);
        lists(bench, vec![own, revocation_list::signed(&bench.pki.root, bench.clock(), &[serial])])
    }),
    Mutation::new(
        "list-of-other",
        "the list is signed by somebody else in the name of the issuing CA",
        &["certificate.revocation-unknown"],
        |bench| {
            let serial = bench.pki.organisation.spec.serial.clone();
            let rogue = Party { key: bench.pki.stranger.key.clone(), ..bench.pki.issuing_ca.clone() };
            lists(bench, vec![revocation_list::signed(&rogue, bench.clock(), &[serial])])
        },
    ),
    Mutation::new("list-run-out", "the list has run out", &["certificate.revocation-unknown"], |bench| {
        let then = bench.clock() - Duration::days(2);
        lists(bench, vec![revocation_list::signed(&bench.pki.issuing_ca, then, &[])])
    }),
    Mutation::new(
        "list-malformed",
        "the list is none",
        &["certificate.revocation-list-malformed", "certificate.revocation-unknown"],
        |bench| lists(bench, vec![pem("X509 CRL", &[0x30, 0])]),
    ),
    Mutation::new("bundle", "valid: the issuing CA follows in the bundle", &[], |bench| {
        bundle(bench, &[&bench.pki.organisation, &bench.pki.issuing_ca])
    }),
    Mutation::new(
        "bundle-scrambled",
        "the certificates of the bundle are not in order",
        &["certificate.bundle-out-of-order"],
        |bench| bundle(bench, &[&bench.pki.organisation, &bench.pki.etk_ra, &bench.pki.issuing_ca]),
    ),
    Mutation::new(
        "bundle-with-root",
        "the bundle includes the root",
        &["certificate.bundle-includes-root"],
        |bench| bundle(bench, &[&bench.pki.organisation, &bench.pki.issuing_ca, &bench.pki.root]),
    ),
];

fn valid(bench: &Bench) -> Made {
    made(bench, bench.pki.organisation.certificate.clone())
}

/// The certificate under another one of the issuing CA, with the same key.
fn issuer(bench: &Bench, alter: impl FnOnce(&mut CertificateSpec)) -> Result<Made, Error> {
    let mut spec = bench.pki.issuing_ca.spec.clone();
    alter(&mut spec);
    Ok(valid(bench).with("intermediates", vec![pem("CERTIFICATE", &spec.sign(&bench.pki.root.key))]))
}

fn lists(bench: &Bench, lists: Vec<String>) -> Result<Made, Error> {
    Ok(valid(bench).with("crls", lists))
}

fn bundle(bench: &Bench, parties: &[&Party]) -> Result<Made, Error> {
    let text: String = parties.iter().map(|party| party.pem()).collect();
    let mut made = made(bench, text.into_bytes());
    made.context.remove("intermediates");
    Ok(made)
}
