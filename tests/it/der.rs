//! The DER reader beside two maintained parsers: what they read, it reads, and sees the same in it.

use std::fs;
use std::path::PathBuf;

use etalon::base::Budget;
use etalon::wire::der::{Tag, walk};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::shared;

fn messages() -> Option<Vec<(PathBuf, Vec<u8>)>> {
    let root = shared::root()?.join("cms");
    let mut all = Vec::new();
    for folder in ["der", "etk_derived"] {
        let mut paths: Vec<_> =
            fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        all.extend(paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())));
    }
    Some(all)
}

#[test]
fn messages_that_rasn_reads_are_well_formed() {
    let Some(messages) = messages() else { return };
    let mut read = 0;
    for (path, bytes) in &messages {
        let tree = walk(bytes, &Budget::JUDGE);
        if rasn::ber::decode::<rasn_cms::ContentInfo>(bytes).is_ok() {
            read += 1;
            assert!(tree.complete, "{}: {:?}", path.display(), tree.faults);
        }
        let is_der = rasn::der::decode::<rasn_cms::ContentInfo>(bytes).is_ok();
        let indefinite = bytes.get(1) == Some(&0x80);
        assert!(!(is_der && indefinite), "{}: rasn takes BER for DER", path.display());
        assert!(!indefinite || !tree.faults.is_empty(), "{}: BER taken for DER", path.display());
    }
    assert!(read > 20, "rasn read only {read} of {}", messages.len());
}

#[test]
fn certificates_that_x509_parser_reads_have_the_same_outline() {
    let Some(manifest) = shared::root().map(|root| root.join("x509/limbo.json")) else { return };
    let limbo: serde_json::Value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
    let mut compared = 0;
    for case in limbo["testcases"].as_array().unwrap() {
        let pem = case["peer_certificate"].as_str().unwrap();
        let der = etalon::context::pem_blocks(pem).unwrap().remove(0);
        let tree = walk(&der, &Budget::JUDGE);
        let Ok((_, theirs)) = X509Certificate::from_der(&der) else { continue };
        assert!(tree.complete, "{}", case["id"]);
        // tbsCertificate is the first value of the outermost; its raw bytes are theirs.
        let tbs = tree.nodes[1];
        assert_eq!(tbs.tag, Tag::SEQUENCE);
        assert_eq!(tbs.span.of(&der), theirs.tbs_certificate.as_ref(), "{}", case["id"]);
        let serial = tree.nodes.iter().find(|node| node.depth == 2 && node.tag == Tag::INTEGER).unwrap();
        assert_eq!(serial.content.of(&der), theirs.raw_serial(), "{}", case["id"]);
        compared += 1;
    }
    assert!(compared > 50, "only {compared} certificates were compared");
}
