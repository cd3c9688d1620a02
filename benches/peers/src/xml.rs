//! Signed documents beside bergshamra and libxmlsec1.

use std::hint::black_box;

use bergshamra::keys::loader::load_spki_der;
use bergshamra::{DsigContext, KeysManager};
use etalon::base::Kind;

use crate::cases::xml;
use crate::{Peer, Row};

mod xmlsec;

/// What is compared.
pub(crate) const ROWS: &[(&str, fn() -> Row)] =
    &[(xml::SMALL, small), (xml::MIDDLE, middle), (xml::MEGABYTE, megabyte)];

fn small() -> Row {
    let (row, [bergshamra, xmlsec]) = signed(xml::SMALL, 7 << 10);
    Row { peers: vec![bergshamra.slower_by(2.0), xmlsec.slower_by(7.0)], ..row }
}

fn middle() -> Row {
    let (row, peers) = signed(xml::MIDDLE, 100 << 10);
    Row { peers: peers.into(), ..row }
}

fn megabyte() -> Row {
    let (row, peers) = signed(xml::MEGABYTE, 1 << 20);
    Row { peers: peers.into(), ..row }
}

/// A response of so many bytes, and both peers, bergshamra first.
///
/// They have the key beforehand and take none from the document. bergshamra makes sure that what is
/// signed stands around the signature, as etalon does; libxmlsec1 leaves that to its caller.
fn signed(name: &'static str, size: usize) -> (Row, [Peer; 2]) {
    let response = xml::response(size);
    let case = xml::case(name, Kind::SignedXml, &response);
    let spki = response.key.spki();
    let mut keys = KeysManager::new();
    keys.add_key(load_spki_der(spki).expect("a key"));
    let (context, text) = (DsigContext::new(keys), response.text.clone());
    let bergshamra = Peer::new("bergshamra, over aws-lc", move || {
        let verified = bergshamra::verify(&context, black_box(&text)).expect("it can be verified");
        assert!(verified.is_valid());
    });
    let (key, text) = (xmlsec::Library::start().key(spki), response.text);
    let xmlsec = Peer::new("libxmlsec1, over OpenSSL", move || assert!(key.verifies(black_box(&text))));
    (Row { case, peers: Vec::new() }, [bergshamra, xmlsec])
}
