//! X509Data: whether what it says fits together.

use crate::model::certificate::Certificate;
use crate::model::signed_xml::XmlSignature;
use crate::model::x509_designation::{is_of_digest, is_of_key_id, is_of_serial};
use crate::model::xml_signing_key::{Signer, Value};
use crate::rule;
use crate::rule::Severity::Error;
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

    /// The certificate that is shown or named is not the signer's
    ///
    /// The signature verifies under a key that the caller trusts or named, and a certificate beside it, in
    /// X509Data or in the token that KeyInfo refers to, holds another key and issued no certificate of the
    /// signer's. Or there is none, and the serial number, key identifier or digest in its place is that of
    /// another certificate. Whoever reads the signer out of the message, for a log, for an authorisation or for a
    /// certificate to encrypt for, takes somebody else for it; a peer that verifies under what it is shown
    /// refuses the message.
    ///
    /// Put the certificate there whose private key signs. After a renewal both change together.
    ///
    /// Under `standard` it is a warning: the signature is valid under a key from elsewhere.
    "signed-xml.certificate-of-another-key": WARNING.in_cookbook(Error).in_field(Error) => certificate_of_another_key,
        clauses: &["CR-4.3.2-11"],
        cites: &[
            cite("XML Signature 1.1", "4.5.4", Force::Must, "All certificates appearing in an X509Data element must relate to the validation key by either containing it or being part of a certification chain that terminates in a certificate containing the validation key."),
            cite("XML Signature 1.1", "4.5.4", Force::Must, "must refer to the certificate or certificates containing the validation key"),
            cite("CertRA cookbook 0.5", "4.3.2", Force::Should, "containing the certificate of the key pair they used for creating the signature"),
        ],
        defects: &["SD-77"],
        catalogue: &["DS-24", "SM-02", "SO-16"];
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
    let mut certificates: Vec<_> =
        signature.certificates.iter().filter_map(|given| given.certificate.as_ref()).collect();
    if certificates.is_empty() {
        return None;
    }
    // Beside its issuers the signer's own may be named, and stand with the receiver.
    certificates.extend(signature.signer());
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

fn certificate_of_another_key(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    /// Certificates that are looked at: the signer's is among the first in any sane message.
    const LOOKED_AT: usize = 8;
    let parts = signature.parts()?;
    match signature.value {
        Value::Fails(_) | Value::NoKey => return None,
        Value::Verified(Signer::Certificate(_)) => return Some(Checked),
        Value::Verified(
            Signer::Anchor(_) | Signer::Intermediate(_) | Signer::KeyValue | Signer::Holder | Signer::Named,
        ) => {}
    }
    if signature.names_another_signer() {
        let element = parts.key_info.unwrap_or(parts.element);
        let text =
            "expected the number, key identifier or digest of the signer's certificate, found another's";
        cx.fail(element.path(), element.start_tag(), text);
        return Some(Checked);
    }
    let given = signature.certificates.iter().take(LOOKED_AT);
    let shown = given.filter_map(|given| Some((given.element, given.certificate.as_ref()?)));
    let signer = signature.signer_key()?;
    let holds = |it: &Certificate<'_>| it.key().is_ok_and(|key| key.is_same(signer));
    let (own, mut others): (Vec<_>, Vec<_>) = shown.partition(|(_, certificate)| holds(certificate));
    if own.is_empty() && others.is_empty() {
        return None;
    }
    let mut chain: Vec<_> = own.into_iter().map(|(_, it)| it).chain(signature.signer()).collect();
    let is_known = !chain.is_empty();
    // Each round takes one out, and there are few.
    while let Some(at) =
        others.iter().position(|(_, it)| chain.iter().any(|below| below.issuer.is_same(&it.subject)))
    {
        chain.push(others.remove(at).1);
    }
    // Of a signer without a certificate nobody can say who issued it one.
    let unrelated = others.into_iter().find(|(_, it)| is_known || !it.is_ca() || it.is_self_issued());
    if let Some((element, certificate)) = unrelated {
        let text = format!(
            "expected a certificate with the key that the signature verifies under, found that of `{}`",
            certificate.subject.to_text().escape_debug()
        );
        cx.fail(element.path(), element.start_tag(), text);
    }
    Some(Checked)
}
