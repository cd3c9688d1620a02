//! Encryption tokens: the organisation's, as ETK-RA signs them.

use super::certificate::{CertificateSpec, Extension, Usage};
use super::keys::{Algorithm, Hash, Key};
use super::pki::{Party, encryption_spec};
use super::signed_data::{SignerSpec, Spec};
use super::{Bench, Error, Made, Maker, joined};
use crate::base::Kind;

mod certificates;
mod message;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Etk,
    params: &[],
    valid: |bench| Ok(made(bench, &token(bench))),
    mutations: &joined::<{ message::MUTATIONS.len() + certificates::MUTATIONS.len() }>(&[
        message::MUTATIONS,
        certificates::MUTATIONS,
    ]),
};

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
