//! The people in requests: who signs a contract, and foreigners.

use crate::model::certra::{CERTRA, CERTRA_CORE, COMMONS_CORE, Direction, RaMessage};
use crate::model::csr::Csr;
use crate::model::distinguished_name::{DistinguishedName, Holder};
use crate::model::identifier::Ssin;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::ra_message::csr_of;
use crate::wire::xml::Element;
use crate::xmldsig::binary;

rule! { RaMessage =>
    /// A person is not named in full
    ///
    /// Who signs a contract is named by SSIN and name, who revokes and who is a foreigner by first name
    /// as well. The schema lets the first name out, and takes any type of identifier.
    "certra-message.person-incomplete": ERROR.not_in_standard() => person_incomplete,
        clauses: &["CR-4.3.4-15", "CR-4.3.4.4.1-07", "CR-4.3.6.3.1-06", "CR-4.3.7.1-10"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.6.3.1", Force::Fact, "Name, First name, NISS of the revoker")],
        catalogue: &["SO-24"];

    /// The foreigner has no BIS number
    ///
    /// submitCSRForForeigner is for people who do not live in Belgium. They have a BIS number, in which 20
    /// or 40 is added to the month of birth; a resident has a national number, and requests a certificate
    /// with the eID.
    "certra-message.foreigner-without-bis": WARNING.not_in_standard() => foreigner_without_bis,
        clauses: &["CR-4.3.7.1-03", "CR-4.3.7.1-10"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Should, "This request should only be used by foreign persons, not residing in Belgium")],
        catalogue: &["DS-28"];

    /// The CSR is for somebody else than the foreigner
    ///
    /// The number in the name of the CSR is the BIS number of the same request.
    "certra-message.foreigner-other": ERROR.not_in_standard() => foreigner_other,
        clauses: &["CR-4.3.7.1-16"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "OU=SSIN=85210123617,O=Federal Government,C=BE")],
        codes: &["CSR_INVALID_DN_INVALID"],
        catalogue: &["SO-24"];
}

/// The SSIN of a person.
fn ssin(person: Element<'_>) -> Option<Element<'_>> {
    person.all(COMMONS_CORE, "Id").find(|id| id.value_of("Type").is_some_and(|kind| kind == "SSIN"))
}

fn foreigner<'d>(message: &RaMessage<'d>) -> Option<Element<'d>> {
    message.requested("SubmitCSRForForeigner", "ForeignPerson")
}

fn person_incomplete(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    let people = message.element.descendants().filter(|element| {
        matches!(element.namespace(), CERTRA | CERTRA_CORE)
            && matches!(element.local(), "Signer" | "ForeignPerson")
    });
    let full = matches!(message.operation.name, "GenerateRevocationContract" | "SubmitCSRForForeigner")
        && message.direction == Direction::Request;
    for person in people {
        met = Some(Checked);
        let mut missing = Vec::new();
        if ssin(person).is_none() {
            missing.push("an Id of type SSIN");
        }
        let is_named = |name: Element<'_>| !name.text().trim().is_empty();
        if full && !person.all(COMMONS_CORE, "FirstName").any(is_named) {
            missing.push("a FirstName");
        }
        if !missing.is_empty() {
            let text = format!("expected {} in {}, found none", missing.join(" and "), person.name());
            cx.fail(person.path(), person.start_tag(), text);
        }
    }
    met
}

fn foreigner_without_bis(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = ssin(foreigner(message)?)?;
    let number = Ssin::read(id.text().trim())?;
    if !number.is_bis {
        cx.fail(id.path(), id.content(), "expected a BIS number, found a national number");
    }
    Some(Checked)
}

fn foreigner_other(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = ssin(foreigner(message)?)?;
    let element = csr_of(message)?;
    let der = binary(element)?;
    let csr = Csr::read(&der, cx.budget()).0?;
    let name = DistinguishedName::of(&csr.subject);
    let unit = name.identifier_unit();
    let holder = unit.and_then(|unit| Holder::read(&unit.value));
    if !holder.is_some_and(|holder| holder.kind == "SSIN" && holder.id == id.text().trim()) {
        cx.fail(
            element.path(),
            element.content(),
            "expected the foreigner's number in the CSR, found another name",
        );
    }
    Some(Checked)
}
