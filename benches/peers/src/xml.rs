//! Signed SAML responses beside bergshamra and libxmlsec1.

use std::cell::RefCell;
use std::hint::black_box;

use bergshamra::keys::loader;
use bergshamra::{DsigContext, KeysManager};
use libxml::parser::Parser;
use xmlsec::{XmlSecDocumentExt, XmlSecKey, XmlSecKeyFormat, XmlSecSignatureContext};

use crate::cases::{Work, xml};
use crate::{Peer, Row};

pub(crate) fn rows() -> Vec<Row> {
    xml::cases().into_iter().filter(|case| case.bytes.len() < 2 << 20).map(row).collect()
}

fn row(case: crate::cases::Case) -> Row {
    let text: String = String::from_utf8(case.bytes.to_vec()).expect("XML is text");
    let pem = case.context.key.clone().expect("the case names the key");
    let small = case.name == "signed XML, 7 KB";
    let (bergshamra, xmlsec) = (
        Peer::new("bergshamra with aws-lc", bergshamra(text.clone(), &pem)),
        Peer::new("libxmlsec1 with OpenSSL", xmlsec(text, &pem)),
    );
    let peers =
        if small { vec![bergshamra.slower_by(2.0), xmlsec.slower_by(7.0)] } else { vec![bergshamra, xmlsec] };
    Row { name: case.name, etalon: case.judge(), peers }
}

fn bergshamra(text: String, pem: &str) -> Work {
    let mut keys = KeysManager::new();
    keys.add_key(loader::load_spki_pem(pem.as_bytes()).expect("a key"));
    let context = DsigContext::new(keys);
    Box::new(move || {
        let result = bergshamra::verify(&context, black_box(&text)).expect("it can be verified");
        assert!(result.is_valid());
    })
}

fn xmlsec(text: String, pem: &str) -> Work {
    let key = XmlSecKey::from_memory(pem.as_bytes(), XmlSecKeyFormat::Pem, None).expect("a key");
    let key = RefCell::new(Some(key));
    Box::new(move || {
        let document = Parser::default().parse_string(black_box(&text)).expect("well-formed");
        document.specify_idattr("/*", "ID", None).expect("the root has an ID");
        let mut context = XmlSecSignatureContext::new();
        context.insert_key(key.take().expect("it was put back"));
        assert!(context.verify_document(&document).expect("it can be verified"));
        key.replace(context.release_key());
    })
}
