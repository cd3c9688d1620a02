//! The bytes: whether they are a certificate at all, and whether they are DER.

use crate::base::Fault;
use crate::model::path::CertificateEncoding;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::der::DerFault;

rule! { CertificateEncoding =>
    /// The bytes are no DER
    ///
    /// Decoding stopped: the bytes end inside a value, a tag or a length makes no sense, or a budget
    /// of the decoder is spent. The certificate was probably cut, or is something else.
    "certificate.not-parsable": ERROR => not_parsable,
        cites: &[cite("RFC 5280", "4.1", Force::Fact, "Certificate ::= SEQUENCE")];

    /// The values are not those of an X.509 certificate
    ///
    /// The bytes are DER, but another type or value stands where RFC 5280 wants one.
    "certificate.not-x509": ERROR => not_x509,
        cites: &[cite("RFC 5280", "4.1", Force::Fact, "Certificate ::= SEQUENCE")];

    /// Something stands behind the certificate
    ///
    /// No signature covers it, and readers disagree on whether it is there.
    "certificate.trailing-data": ERROR => trailing_data,
        cites: &[cite("RFC 5280", "4.1", Force::Fact, "Certificate ::= SEQUENCE")];

    /// The certificate is BER, not DER
    ///
    /// Any BER reader understands it, but the signature is over one encoding, and only DER has one.
    "certificate.not-der": ERROR => not_der,
        cites: &[cite("RFC 5280", "4.1", Force::Must, "the data that is to be signed is encoded using the ASN.1 distinguished encoding rules (DER)")];
}

fn not_parsable(encoding: &CertificateEncoding<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(encoding.faults, |kind| !kind.is_structure() && !kind.is_ber());
    Some(Checked)
}

fn not_x509(encoding: &CertificateEncoding<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_where(encoding.faults, |fault| {
        fault.kind.is_structure() && !(encoding.is_read && fault.is_behind_the_whole())
    });
    Some(Checked)
}

fn trailing_data(encoding: &CertificateEncoding<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    encoding.is_read.then_some(())?;
    cx.fail_where(encoding.faults, Fault::is_behind_the_whole);
    Some(Checked)
}

fn not_der(encoding: &CertificateEncoding<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(encoding.faults, DerFault::is_ber);
    Some(Checked)
}
