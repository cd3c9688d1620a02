//! Whether the key of a signature is one that the caller trusts.

use super::certificate::Certificate;
use super::path::{Searched, Store, Terms};
use super::signed_xml::{Given, Keys};
use crate::xmldsig::KeyInfo;

/// What came of looking for trust in the signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Nothing was looked for: there is no signer.
    NotAsked,
    /// The caller named no anchors.
    NoAnchors,
    /// The signer's key is one that the caller named.
    Direct,
    /// A path of this many further certificates leads to an anchor.
    Path(usize),
    /// No path leads to an anchor; what stands in the way.
    None(String),
}

/// Trust in the certificate of a signer.
pub(super) fn of<'m>(leaf: &Certificate<'m>, given: &'m [Given<'m>], keys: &'m Keys<'m>) -> Trust {
    if keys.are_none() {
        return Trust::NoAnchors;
    }
    let named = |key| keys.bare.iter().any(|bare| bare.is_same(key));
    if keys.anchors.iter().any(|anchor| anchor.spki.raw == leaf.spki.raw) || leaf.key().is_ok_and(named) {
        return Trust::Direct;
    }
    let embedded = given.iter().filter_map(|given| given.certificate.as_ref());
    let store = Store::of(&keys.anchors, embedded.chain(&keys.intermediates));
    match store.search(leaf, &Terms { as_of: keys.as_of, legacy: keys.legacy }) {
        Searched::Found(path) => Trust::Path(path.len()),
        Searched::NotFound(problem) => Trust::None(problem.to_string()),
    }
}

/// Trust in a key that the message names by value.
pub(super) fn of_key(info: &KeyInfo<'_>, keys: &Keys<'_>) -> Trust {
    if keys.are_none() {
        return Trust::NoAnchors;
    }
    let known = |key: &crate::crypto::PublicKey| {
        let anchors = keys.anchors.iter().filter_map(|anchor| anchor.key().ok());
        anchors.chain(&keys.bare).any(|anchor| anchor.is_same(key))
    };
    if info.key_values.iter().filter_map(|(_, key)| key.as_ref()).any(known) {
        return Trust::Direct;
    }
    Trust::None("the key stands there without a certificate".to_owned())
}
