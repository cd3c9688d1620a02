//! Which key signs which request of CertRA and EtkRA.

use crate::model::certra::{Direction, RaMessage, Signer};
use crate::model::signed_xml::XmlSignature;
use crate::model::xml_signer;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { XmlSignature =>
    /// The request is signed with the key of another operation
    ///
    /// GetActorQualities and GetCertificateInfoForCitizen are signed with the authentication key of an
    /// eID, GenerateCertificate and Revoke with its signature key, everything of EtkRA and
    /// GetCertificateInfoForAuthenticationCertificate with the key of the eHealth authentication
    /// certificate. The sentence of the cookbook that wants the eID signature certificate for all of
    /// CertRA (SD-75) is overruled by what it says of each operation.
    "signed-xml.key-of-another-operation": ERROR.not_in_standard() => key_of_another_operation,
        clauses: &[
            "CR-4.1-01", "CR-4.3.1-03", "CR-4.3.1-04", "CR-4.3.1-05", "CR-4.3.4-04", "CR-4.3.4-22",
            "CR-4.3.4-38", "CR-4.3.4.5.1-17", "CR-4.3.4.7.1-08", "CR-4.3.4.9.1-05", "CR-4.3.5.1.1-07", "CR-4.3.6.2-04", "CR-4.3.6.4.1-06"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.1", Force::Fact, "The \"Signature\" key is used for operations that require non-repudiation")],
        defects: &["SD-75", "SD-109"],
        catalogue: &["DS-28", "DS-32"];

    /// The signer has neither an eID nor an eHealth certificate
    ///
    /// Two kinds of key sign requests: those of an eID card, and that of an eHealth authentication
    /// certificate. A certificate of any other kind identifies nobody to the service.
    "signed-xml.signer-of-no-kind": ERROR.not_in_standard() => signer_of_no_kind,
        clauses: &["CR-4.3.1-02", "CR-5.1.2-03", "CR-7.1-28"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.1", Force::Fact, "Two types of private key are used for the signature")],
        catalogue: &["DS-28"];

    /// The signer is not the person whom the request is about
    ///
    /// GetActorQualities asks for the qualities of the person whose SSIN it names, and that person's
    /// eID signs it.
    "signed-xml.signer-not-the-person": ERROR.not_in_standard() => signer_not_the_person,
        clauses: &["CR-4.3.4-05"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4", Force::Must, "signed with the \"Authentication\" key of the eID card of that person")],
        catalogue: &["DS-28"];
}

fn request<'m>(signature: &XmlSignature<'m>) -> Option<RaMessage<'m>> {
    RaMessage::read(signature.subject?).filter(|message| message.direction == Direction::Request)
}

fn key_of_another_operation(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let message = request(signature)?;
    let expected: Signer = message.operation.signer?;
    let found = xml_signer::signer(signature.signer()?)?;
    if found != expected {
        let element = signature.parts()?.key_info.unwrap_or(signature.element());
        let text = format!(
            "expected a signature with {} on {}, found one with {}",
            expected.name(),
            message.operation.name,
            found.name()
        );
        cx.fail(element.path(), element.start_tag(), text);
    }
    Some(Checked)
}

fn signer_of_no_kind(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    request(signature)?.operation.signer?;
    let signer = signature.signer()?;
    if xml_signer::signer(signer).is_none() {
        let element = signature.parts()?.key_info.unwrap_or(signature.element());
        cx.fail(
            element.path(),
            element.start_tag(),
            "expected the certificate of an eID or an eHealth certificate, found one of neither kind",
        );
    }
    Some(Checked)
}

fn signer_not_the_person(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let message = request(signature)?;
    let asked = message.requested("GetActorQualities", "SSIN")?;
    let holder = xml_signer::ssin(signature.signer()?)?;
    if asked.text().trim() != holder {
        cx.fail(asked.path(), asked.content(), "expected the SSIN of the signer's eID, found another one");
    }
    Some(Checked)
}
