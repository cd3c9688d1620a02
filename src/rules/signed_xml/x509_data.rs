//! X509Data: whether what it says fits together.

use crate::model::signed_xml::XmlSignature;
use crate::model::x509_designation::{is_of_digest, is_of_key_id, is_of_serial};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { XmlSignature =>
    /// An X509Certificate is no certificate
    ///
    /// X509Certificate holds the base64 of one DER certificate. What cannot be read as one names no
    /// signer.
    "signed-xml.certificate-malformed": ERROR => certificate_malformed,
        clauses: &["CR-4.3.2-11"],
        cites: &[cite("XML Signature 1.1", "4.5.4", Force::Fact, "The X509Certificate element, which contains a base64-encoded … certificate")],
        catalogue: &["DS-24"];

    /// Serial number, key identifier or digest are those of no certificate beside them
    ///
    /// X509IssuerSerial, X509SKI and X509Digest tell which certificate the signer's is. Where certificates stand
    /// beside them, one must fit; else two readers take two signers.
    "signed-xml.x509-data-contradicts": WARNING => x509_data_contradicts,
        clauses: &["CR-4.3.2-11"],
        cites: &[cite("XML Signature 1.1", "4.5.4", Force::Must, "must refer to the certificate or certificates containing the validation key")],
        catalogue: &["DS-29"];
}

fn certificate_malformed(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let all = signature.reading.key_info.x509.iter().flat_map(|data| &data.certificates);
    let mut applies = None;
    for (element, bytes) in all {
        applies = Some(Checked);
        if bytes.is_none() {
            cx.fail(
                element.path(),
                element.content(),
                "expected a certificate in base64, found something else",
            );
        }
    }
    for given in &signature.certificates {
        applies = Some(Checked);
        if given.certificate.is_none() {
            cx.fail(
                given.element.path(),
                given.element.content(),
                "expected a certificate in DER, found other bytes",
            );
        }
    }
    applies
}

fn x509_data_contradicts(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let certificates: Vec<_> =
        signature.certificates.iter().filter_map(|given| given.certificate.as_ref()).collect();
    if certificates.is_empty() {
        return None;
    }
    for data in &signature.reading.key_info.x509 {
        for named in &data.issuer_serials {
            if !certificates.iter().any(|it| is_of_serial(named, it)) {
                let message = format!(
                    "expected the serial number of a certificate beside it, found {}",
                    named.serial.trim()
                );
                cx.fail(named.element.path(), named.element.span(), message);
            }
        }
        for (element, id) in &data.key_ids {
            if !certificates.iter().any(|it| is_of_key_id(id.as_ref(), it)) {
                let message =
                    "expected the subject key identifier of a certificate beside it, found another one";
                cx.fail(element.path(), element.content(), message);
            }
        }
        for (algorithm, value) in &data.digests {
            if certificates.iter().all(|it| is_of_digest(algorithm, value.as_ref(), it) == Some(false)) {
                let element = algorithm.element;
                let message = "expected the digest of a certificate beside it, found another one";
                cx.fail(element.path(), element.content(), message);
            }
        }
    }
    Some(Checked)
}
