//! Requests, certificates, tokens and challenges beside OpenSSL and x509-parser.

use std::hint::black_box;

use etalon::forge::etk_challenge;
use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::rsa::{Padding, Rsa};
use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{X509, X509PurposeId, X509Req, X509StoreContext};
use x509_parser::prelude::{FromDer, X509Certificate, X509CertificationRequest};

use crate::cases::{bench, der};
use crate::{Peer, Row};

/// What is compared.
pub(crate) const ROWS: &[(&str, fn() -> Row)] =
    &[(der::CSR, csr), (der::CERTIFICATE, certificate), (der::ETK, etk), (der::CHALLENGE, challenge)];

/// A store with the root, as of the instant that the artefacts are made for.
fn store() -> X509Store {
    let bench = bench(1);
    let mut parameters = X509VerifyParam::new().expect("parameters");
    parameters.set_time(bench.clock().unix_timestamp());
    parameters.set_purpose(X509PurposeId::ANY).expect("a purpose");
    let mut store = X509StoreBuilder::new().expect("a store");
    store.add_cert(X509::from_der(&bench.pki.root.certificate).expect("a certificate")).expect("it is added");
    store.set_param(&parameters).expect("they are set");
    store.build()
}

fn csr() -> Row {
    let case = der::csr();
    let bytes = case.bytes.clone();
    let openssl = Peer::new("OpenSSL, X509_REQ_verify", move || {
        let request = X509Req::from_der(black_box(&bytes)).expect("a request");
        let key = request.public_key().expect("a key");
        assert!(request.verify(&key).expect("it can be verified"));
    });
    let bytes = case.bytes.clone();
    let x509_parser = Peer::new("x509-parser with ring", move || {
        let (_, request) = X509CertificationRequest::from_der(black_box(&bytes)).expect("a request");
        request.verify_signature().expect("it verifies");
    });
    Row { case, peers: vec![openssl.slower_by(1.0), x509_parser] }
}

fn certificate() -> Row {
    let case = der::certificate();
    let pki = bench(1).pki;
    let (bytes, issuing_ca, store) = (case.bytes.clone(), pki.issuing_ca.certificate.clone(), store());
    let openssl = Peer::new("OpenSSL, X509_verify_cert", move || {
        let certificate = X509::from_der(black_box(&bytes)).expect("a certificate");
        let mut chain = Stack::new().expect("a stack");
        chain.push(X509::from_der(black_box(&issuing_ca)).expect("a certificate")).expect("it is pushed");
        let mut context = X509StoreContext::new().expect("a context");
        let verified = context.init(&store, &certificate, &chain, |it| it.verify_cert());
        assert!(verified.expect("it can be verified"));
    });
    let (leaf, issuer, root) = (case.bytes.clone(), pki.issuing_ca.certificate, pki.root.certificate);
    let x509_parser = Peer::new("x509-parser with ring, signatures alone", move || {
        let [leaf, issuer, root] = [&*leaf, &issuer, &root]
            .map(|der| X509Certificate::from_der(black_box(der)).expect("a certificate").1);
        leaf.verify_signature(Some(issuer.public_key())).expect("it verifies");
        issuer.verify_signature(Some(root.public_key())).expect("it verifies");
    });
    let bytes = case.bytes.clone();
    let parsed = Peer::new("OpenSSL, d2i_X509 alone", move || {
        _ = black_box(X509::from_der(black_box(&bytes)).expect("a certificate"));
    });
    Row { case, peers: vec![openssl.slower_by(1.0), x509_parser, parsed] }
}

/// OpenSSL verifies the signature of ETK-RA and its path. Of the certificate in the token it knows
/// nothing, where etalon verifies that one's signature and its signer's path, too.
fn etk() -> Row {
    let case = der::etk();
    let (bytes, store) = (case.bytes.clone(), store());
    let openssl = Peer::new("OpenSSL, CMS_verify", move || {
        let mut token = CmsContentInfo::from_der(black_box(&bytes)).expect("a ContentInfo");
        let mut content = Vec::new();
        token.verify(None, Some(&store), None, Some(&mut content), CMSOptions::BINARY).expect("it verifies");
        _ = black_box(content);
    });
    Row { case, peers: vec![openssl.slower_by(1.0)] }
}

fn challenge() -> Row {
    let case = der::challenge();
    let spec = etk_challenge::Spec::valid(&bench(1)).expect("the forge makes it");
    let key = Rsa::private_key_from_pem(spec.owner.private_pem().as_bytes()).expect("a key");
    let (bytes, hash) = (case.bytes.clone(), spec.hash.len());
    let openssl = Peer::new("OpenSSL, RSA_private_decrypt", move || {
        let mut serial = [0; 512];
        let (block, expected) = bytes.split_at(bytes.len() - hash);
        let length = key.private_decrypt(black_box(block), &mut serial, Padding::PKCS1).expect("it decrypts");
        assert_eq!(openssl::sha::sha256(&serial[..length]), expected);
    });
    Row { case, peers: vec![openssl] }
}
