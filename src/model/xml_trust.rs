//! Whether the key of a signature is one that the caller trusts.

use super::certificate::Certificate;
use super::extension::KeyUsage;
use super::signed_xml::{Given, Keys, Reading};

/// The longest path that is built.
const LONGEST: usize = 8;

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
    /// No path leads to an anchor; the subject of the certificate where it ends.
    None(String),
}

/// Trust in the certificate at `signer`.
pub(super) fn of(signer: usize, given: &[Given<'_>], keys: &Keys<'_>) -> Trust {
    if keys.are_none() {
        return Trust::NoAnchors;
    }
    let Some(leaf) = given[signer].certificate.as_ref() else { return Trust::NotAsked };
    let named = |key| keys.bare.iter().any(|bare| bare.is_same(key));
    if keys.anchors.iter().any(|anchor| anchor.spki.raw == leaf.spki.raw) || leaf.key().is_ok_and(named) {
        return Trust::Direct;
    }
    let mut at = leaf;
    for length in 1..=LONGEST {
        if keys.anchors.iter().any(|anchor| issued(anchor, at)) {
            return Trust::Path(length);
        }
        let embedded = given.iter().filter_map(|given| given.certificate.as_ref());
        let next = embedded.chain(&keys.intermediates).find(|issuer| {
            let may = issuer.key_usage().is_none_or(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
            issuer.is_ca() && may && issuer.raw != at.raw && issued(issuer, at)
        });
        match next {
            Some(issuer) => at = issuer,
            None => break,
        }
    }
    Trust::None(at.subject.to_text())
}

/// Trust in a key that the message names by value.
pub(super) fn of_key(reading: &Reading<'_>, keys: &Keys<'_>) -> Trust {
    if keys.are_none() {
        return Trust::NoAnchors;
    }
    let known = |key: &crate::crypto::PublicKey| {
        let anchors = keys.anchors.iter().filter_map(|anchor| anchor.key().ok());
        anchors.chain(&keys.bare).any(|anchor| anchor.is_same(key))
    };
    if reading.key_info.key_values.iter().filter_map(|(_, key)| key.as_ref()).any(known) {
        return Trust::Direct;
    }
    Trust::None("a key without a certificate".to_owned())
}

/// Whether `issuer` issued `certificate`: the names meet, and the signature verifies.
pub(crate) fn issued(issuer: &Certificate<'_>, certificate: &Certificate<'_>) -> bool {
    issuer.subject.is_same(&certificate.issuer)
        && issuer.key().is_ok_and(|key| {
            certificate.algorithm.signature().is_ok_and(|algorithm| {
                key.verify(algorithm, certificate.tbs, certificate.signature.bytes).is_ok()
            })
        })
}
