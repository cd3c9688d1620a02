//! The bytes.

use super::Bytes;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Bytes =>
    /// The bytes are no X.509 certificate
    ///
    /// Decoding stopped, or another type stands where RFC 5280 wants one. CompleteETKRegistration
    /// takes the DER of the certificate.
    "encryption-certificate.malformed": ERROR => malformed,
        clauses: &["CR-4.3.4.8-01"],
        catalogue: &["ET-26"],
        cites: &[cite("RFC 5280", "4.1", Force::Fact, "Certificate ::= SEQUENCE")];

    /// The certificate is BER, not DER
    ///
    /// The token carries the certificate as it was registered, and readers verify its signature over
    /// the bytes: only DER has one encoding.
    "encryption-certificate.not-der": ERROR => not_der,
        clauses: &["CR-4.3.4.8-01"],
        catalogue: &["ET-26"],
        cites: &[cite("RFC 5280", "4.1", Force::Fact, "encoded using the ASN.1 distinguished encoding rules (DER)")];
}

fn malformed(bytes: &Bytes<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(bytes.faults, |kind| !kind.is_ber());
    Some(Checked)
}

fn not_der(bytes: &Bytes<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(bytes.faults, crate::wire::der::DerFault::is_ber);
    Some(Checked)
}
