//! The bytes: whether they are a request at all, and whether they are DER.

use crate::base::Fault;
use crate::model::csr::CsrEncoding;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::der::{Class, DerFault};

rule! { CsrEncoding =>
    /// The bytes are no DER
    ///
    /// Decoding stopped: the bytes end inside a value, a tag or a length makes no sense, or a budget
    /// of the decoder is spent. The request was probably cut, is still base64, or is something else.
    /// Send the DER of the PKCS#10 request, whole.
    "csr.not-parsable": ERROR => not_parsable,
        clauses: &["CR-7.1-13"],
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Must, "The input could not be parsed in to a CSR.")],
        catalogue: &["CS-01", "CS-02", "CS-03"],
        codes: &["CSR__INPUT_NOT_PARSEBLE_INTO_CSR"];

    /// The values are not those of a PKCS#10 request
    ///
    /// The bytes are DER, but another type stands where RFC 2986 wants one: it is another artefact
    /// (a certificate, a public key), or a request that was put together wrongly.
    "csr.not-pkcs10": ERROR => not_pkcs10,
        clauses: &["CR-4.3.4.5.1-07", "CR-7.1-03", "CR-4.3.4-20"],
        cites: &[cite("RFC 2986", "4.2", Force::Fact, "CertificationRequest ::= SEQUENCE")],
        catalogue: &["CS-02", "CS-04", "CS-13"],
        codes: &["CSR_NOT_VALID"];

    /// Something stands behind the request
    ///
    /// A request is one value. Bytes behind it are read by one component and not by the next, and a
    /// signature does not cover them.
    "csr.trailing-data": ERROR => trailing_data,
        cites: &[cite("RFC 2986", "4.2", Force::Fact, "CertificationRequest ::= SEQUENCE")],
        catalogue: &["CS-02"],
        codes: &["CSR_NOT_VALID"];

    /// The request is BER, not DER
    ///
    /// A length is indefinite or padded, a string stands in segments, a set is not sorted: any BER
    /// reader understands it, but the signature is over one encoding, and only DER has one.
    "csr.not-der": ERROR => not_der,
        clauses: &["CR-4.3.4.5.1-06"],
        cites: &[cite("RFC 2986", "4.2", Force::Fact, "The value of the certificationRequestInfo component is DER encoded")],
        catalogue: &["CS-02", "CS-13"],
        codes: &["CSR_NOT_VALID"];
}

fn not_parsable(encoding: &CsrEncoding<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_where(encoding.faults, |fault| {
        is_no_value(fault) || !fault.kind.is_structure() && !fault.kind.is_ber()
    });
    Some(Checked)
}

/// Whether there is nothing at all, or a text: its first letter reads like a tag that no type has.
fn is_no_value(fault: &Fault<DerFault>) -> bool {
    let DerFault::Unexpected { found, .. } = fault.kind else { return false };
    fault.at.is_empty() && fault.span.start == 0 && found.is_none_or(|tag| tag.class != Class::Universal)
}

fn not_pkcs10(encoding: &CsrEncoding<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    // A request that could be read is PKCS#10 unless a value in it is none of its type.
    let is_other = |fault: &Fault<DerFault>| fault.kind.is_structure() && !is_no_value(fault);
    cx.fail_where(encoding.faults, |fault| {
        is_other(fault) && !(encoding.is_read && fault.is_behind_the_whole())
    });
    Some(Checked)
}

fn trailing_data(encoding: &CsrEncoding<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    encoding.is_read.then_some(())?;
    cx.fail_where(encoding.faults, Fault::is_behind_the_whole);
    Some(Checked)
}

fn not_der(encoding: &CsrEncoding<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(encoding.faults, DerFault::is_ber);
    Some(Checked)
}
