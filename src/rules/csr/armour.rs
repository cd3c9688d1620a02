//! What a request stands in: PEM, where a file or a message has it.

use crate::model::csr::Armour;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Armour =>
    /// The request is in PEM where DER is asked for
    ///
    /// CertRA takes the DER of the request, base64 encoded by the XML around it. PEM text in its place
    /// is base64 of base64 with two lines of text around it, and is not parsed. What stands inside was
    /// judged all the same. Convert it: `openssl req -in csr.pem -outform DER -out csr.der`.
    "csr.pem-armoured": ERROR.in_field(Warning) => pem_armoured,
        clauses: &["CR-4.3.4.5.1-06"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5.1", Force::Fact, "CSR as a DER encoded representing an PKCS#10 Certificate Signing Request")],
        catalogue: &["CS-01"],
        codes: &["CSR__INPUT_NOT_PARSEBLE_INTO_CSR"];

    /// The PEM of the request is damaged
    ///
    /// Between the lines of the PEM block there is something else than base64: a character was lost or
    /// changed, the block was cut, or headers stand in it. Nothing of the request can be read. Take it from
    /// where it was made once more.
    "csr.pem-malformed": ERROR => pem_malformed,
        clauses: &["CR-7.1-13"],
        cites: &[cite("RFC 7468", "2", Force::Fact, "are base64-encoded data according to Section 4 of [RFC4648]")],
        catalogue: &["CS-01"],
        codes: &["CSR__INPUT_NOT_PARSEBLE_INTO_CSR"];
}

fn pem_armoured(armour: &Armour<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Some(span) = armour.pem {
        cx.fail("", span, "expected a request in DER, found one in PEM")
            .hint("openssl req -in csr.pem -outform DER -out csr.der");
    }
    Some(Checked)
}

fn pem_malformed(armour: &Armour<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    armour.pem?;
    cx.fail_on(&armour.faults, |_| true);
    Some(Checked)
}
