//! What is DER, BER or CMS: requests, certificates, encryption tokens and their challenges.

use std::hint::black_box;

use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use etalon::base::Kind;
use etalon::forge::etk_challenge;
use etalon::forge::pki::Party;
use x509_parser::prelude::{FromDer, X509Certificate, X509CertificationRequest};

use super::{Case, Work, bench, forged, rsa, sha256};

/// The signature of a certificate, by its issuer.
fn issued(issuer: &Party, der: &[u8]) -> Work {
    let (_, certificate) = X509Certificate::from_der(der).expect("a certificate");
    let signed = certificate.tbs_certificate.as_ref();
    rsa(issuer.key.spki(), signed, &certificate.signature_value.data)
}

pub(crate) fn csr() -> Case {
    let made = forged(Kind::Csr);
    let (_, request) = X509CertificationRequest::from_der(&made.bytes).expect("PKCS #10");
    let info = &request.certification_request_info;
    let floor = vec![rsa(info.subject_pki.raw, info.raw, &request.signature_value.data)];
    Case::forged("csr", Kind::Csr, made, floor).within(1.3)
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
        issued(&pki.issuing_ca, &pki.organisation.certificate),
        issued(&pki.root, &pki.issuing_ca.certificate),
    ];
    let serde_json::Value::Object(context) = context else { unreachable!("written as an object") };
    Case::new("certificate, path of two", Kind::Certificate, &pki.organisation.certificate, context, floor)
}

/// A token: the signature of ETK-RA, that of the owner on the encryption certificate, and the paths of
/// both to the root.
pub(crate) fn etk() -> Case {
    let bench = bench(1);
    let pki = &bench.pki;
    let content = &pki.organisation_encryption.certificate;
    let signature = pki.etk_ra.key.sign(pki.etk_ra.key.algorithm(), content);
    let floor = vec![
        rsa(pki.etk_ra.key.spki(), content, &signature),
        issued(&pki.organisation, content),
        issued(&pki.issuing_ca, &pki.etk_ra.certificate),
        issued(&pki.issuing_ca, &pki.organisation.certificate),
        issued(&pki.root, &pki.issuing_ca.certificate),
    ];
    Case::forged("etk", Kind::Etk, forged(Kind::Etk), floor).within(1.3)
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
    Case::forged("etk-challenge", Kind::EtkChallenge, forged(Kind::EtkChallenge), floor)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![csr(), certificate(), etk(), challenge()]
}
