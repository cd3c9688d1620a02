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

use crate::cases::{Work, bench, der};
use crate::{Peer, Row};

pub(crate) fn rows() -> Vec<Row> {
    vec![csr(), certificate(), etk(), challenge()]
}

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
    let (bytes, same) = (case.bytes.clone(), case.bytes.clone());
    let openssl: Work = Box::new(move || {
        let request = X509Req::from_der(black_box(&bytes)).expect("a request");
        let key = request.public_key().expect("a key");
        assert!(request.verify(&key).expect("it can be verified"));
    });
    let x509_parser: Work = Box::new(move || {
        let (_, request) = X509CertificationRequest::from_der(black_box(&same)).expect("a request");
        request.verify_signature().expect("it verifies");
    });
    let peers = vec![
        Peer::new("OpenSSL, X509_REQ_verify", openssl).slower_by(1.0),
        Peer::new("x509-parser with ring", x509_parser),
    ];
    Row { name: case.name, etalon: case.judge(), peers }
}

fn certificate() -> Row {
    let case = der::certificate();
    let bytes = case.bytes.clone();
    let pki = bench(1).pki;
    let store = store();
    let issuing_ca = pki.issuing_ca.certificate.clone();
    let openssl: Work = Box::new(move || {
        let certificate = X509::from_der(black_box(&bytes)).expect("a certificate");
        let mut chain = Stack::new().expect("a stack");
        chain.push(X509::from_der(black_box(&issuing_ca)).expect("a certificate")).expect("it is pushed");
        let mut context = X509StoreContext::new().expect("a context");
        assert!(
            context.init(&store, &certificate, &chain, |it| it.verify_cert()).expect("it can be verified")
        );
    });
    let (leaf, issuer, root) = (case.bytes.clone(), pki.issuing_ca.certificate, pki.root.certificate);
    let x509_parser: Work = Box::new(move || {
        let read = |der| X509Certificate::from_der(der).expect("a certificate").1;
        let (leaf, issuer, root) = (read(black_box(&leaf)), read(&issuer), read(&root));
        leaf.verify_signature(Some(issuer.public_key())).expect("it verifies");
        issuer.verify_signature(Some(root.public_key())).expect("it verifies");
    });
    let bytes = case.bytes.clone();
    let parsed: Work =
        Box::new(move || _ = black_box(X509::from_der(black_box(&bytes)).expect("a certificate")));
    let peers = vec![
        Peer::new("OpenSSL, X509_verify_cert", openssl),
        Peer::new("OpenSSL, parsing alone", parsed),
        Peer::new("x509-parser with ring, signatures alone", x509_parser),
    ];
    Row { name: case.name, etalon: case.judge(), peers }
}

fn etk() -> Row {
    let case = der::etk();
    let (bytes, store) = (case.bytes.clone(), store());
    let openssl: Work = Box::new(move || {
        let mut token = CmsContentInfo::from_der(black_box(&bytes)).expect("a ContentInfo");
        let mut content = Vec::new();
        token.verify(None, Some(&store), None, Some(&mut content), CMSOptions::BINARY).expect("it verifies");
        _ = black_box(content);
    });
    let peers = vec![Peer::new("OpenSSL, CMS_verify", openssl).slower_by(1.0)];
    Row { name: case.name, etalon: case.judge(), peers }
}

fn challenge() -> Row {
    let case = der::challenge();
    let spec = etk_challenge::Spec::valid(&bench(1)).expect("the forge makes it");
    let key = Rsa::private_key_from_pem(spec.owner.private_pem().as_bytes()).expect("a key");
    let bytes = case.bytes.clone();
    let hash = spec.hash.len();
    let openssl: Work = Box::new(move || {
        let mut serial = [0; 256];
        let (block, expected) = bytes.split_at(bytes.len() - hash);
        let length = key.private_decrypt(black_box(block), &mut serial, Padding::PKCS1).expect("it decrypts");
        assert_eq!(openssl::sha::sha256(&serial[..length]), expected);
    });
    let peers = vec![Peer::new("OpenSSL, RSA_private_decrypt", openssl)];
    Row { name: case.name, etalon: case.judge(), peers }
}
