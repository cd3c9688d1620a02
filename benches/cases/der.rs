//! What is DER, BER or CMS: requests, certificates, encryption tokens and their challenges.

use std::hint::black_box;

use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use etalon::base::Kind;
use etalon::forge::etk_challenge;
use etalon::forge::pki::Party;
use x509_parser::prelude::{FromDer, X509Certificate, X509CertificationRequest};

use super::{Case, Work, bench, carried, forged, rsa, sha256};

/// What an issuer signed of a certificate, and the signature.
fn issued(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (_, certificate) = X509Certificate::from_der(der).expect("a certificate");
    let signature = certificate.signature_value.data.to_vec();
    (certificate.tbs_certificate.as_ref().to_vec(), signature)
}

/// The signature of a certificate by the root, whose key is known beforehand.
fn issued_by_root(root: &Party, der: &[u8]) -> Work {
    let (signed, signature) = issued(der);
    rsa(root.key.spki(), &signed, &signature)
}

pub(crate) fn csr() -> Case {
    let made = forged(Kind::Csr);
    let (_, request) = X509CertificationRequest::from_der(&made.bytes).expect("PKCS #10");
    let info = &request.certification_request_info;
    let signed = (info.raw.to_vec(), request.signature_value.data.to_vec());
    let floor = vec![carried(info.subject_pki.raw, vec![signed])];
    Case::forged(CSR, Kind::Csr, made, floor).within(1.3)
}

/// A certificate with its path of two to the root.
pub(crate) fn certificate() -> Case {
    let bench = bench(1);
    let pki = &bench.pki;
    let context = serde_json::json!({
        "as_of": etalon::base::time::format(bench.clock()),
        "trust": [pki.root.pem()],
        "intermediates": [pki.issuing_ca.pem()],
    });
    let floor = vec![
        carried(pki.issuing_ca.key.spki(), vec![issued(&pki.organisation.certificate)]),
        issued_by_root(&pki.root, &pki.issuing_ca.certificate),
    ];
    let serde_json::Value::Object(context) = context else { unreachable!("written as an object") };
    Case::new(CERTIFICATE, Kind::Certificate, &pki.organisation.certificate, context, floor)
}

/// A token: the signature of ETK-RA, that of the owner on the encryption certificate, and the paths of
/// both to the root.
pub(crate) fn etk() -> Case {
    let bench = bench(1);
    let pki = &bench.pki;
    let content = &pki.organisation_encryption.certificate;
    let signature = pki.etk_ra.key.sign(pki.etk_ra.key.algorithm(), content);
    let paths = vec![issued(&pki.etk_ra.certificate), issued(&pki.organisation.certificate)];
    let floor = vec![
        carried(pki.etk_ra.key.spki(), vec![(content.clone(), signature)]),
        carried(pki.organisation.key.spki(), vec![issued(content)]),
        carried(pki.issuing_ca.key.spki(), paths),
        issued_by_root(&pki.root, &pki.issuing_ca.certificate),
    ];
    Case::forged(ETK, Kind::Etk, forged(Kind::Etk), floor).within(1.3)
}

/// A challenge: its decryption and its digest.
pub(crate) fn challenge() -> Case {
    let spec = etk_challenge::Spec::valid(&bench(1)).expect("the forge makes it");
    let key = PrivateDecryptingKey::from_pkcs8(spec.owner.pkcs8()).expect("a private key");
    let key = Pkcs1PrivateDecryptingKey::new(key).expect("an RSA key");
    let bytes = spec.bytes();
    let block = bytes[..bytes.len() - spec.hash.len()].to_vec();
    let decryption: Work = Box::new(move || {
        let mut out = [0; 512];
        _ = black_box(key.decrypt(black_box(&block), &mut out).expect("decrypts"));
    });
    let floor = vec![decryption, sha256(&spec.serial)];
    Case::forged(CHALLENGE, Kind::EtkChallenge, forged(Kind::EtkChallenge), floor)
}

pub(crate) const CSR: &str = "csr";
pub(crate) const CERTIFICATE: &str = "certificate, path of two";
pub(crate) const ETK: &str = "etk";
pub(crate) const CHALLENGE: &str = "etk-challenge";

/// What is measured.
pub(crate) const CASES: &[(&str, fn() -> Case)] =
    &[(CSR, csr), (CERTIFICATE, certificate), (ETK, etk), (CHALLENGE, challenge)];
