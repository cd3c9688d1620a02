//! The nonce of Apple's anonymous attestation, an extension of the certificate.

use crate::base::{Budget, Span};
use crate::model::certificate::Certificate;
use crate::wire::der::{Encoding, Oid, Reader, Tag};

/// 1.2.840.113635.100.8.2
const NONCE: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 8, 2]);

/// The nonce, and where its extension stands.
#[derive(Debug)]
pub(crate) struct Nonce<'a> {
    /// The octets; nothing where the extension does not hold any.
    pub(crate) octets: Option<&'a [u8]>,
    /// The number of the extension.
    pub(crate) index: usize,
    /// Where it stands in the certificate.
    pub(crate) span: Span,
}

/// The nonce of a certificate, where it has the extension.
pub(crate) fn nonce<'a>(certificate: &Certificate<'a>, budget: &Budget) -> Option<Nonce<'a>> {
    let (index, extension) = certificate.extension(NONCE)?;
    let (octets, _) = Reader::read(extension.value, Encoding::Der, budget, |r| {
        r.sequence("", |r| {
            let value = r.expect("nonce", Tag::context(1))?;
            r.inside("nonce", &value, |r| Ok(r.octet_string("")?.content))
        })
    });
    Some(Nonce { octets, index, span: extension.span })
}
