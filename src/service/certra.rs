//! CertRA v2, cookbook 0.5: chapter 4.3 for the operations, chapter 7 for the errors.
//!
//! A refusal with a code of 7.1 comes in the status of the response, under HTTP 200; whatever 7.1 has
//! no code for (SD-85) comes as a fault with SOA-03001, "the default error for content related errors
//! in case no more details are known".

use super::binding::{Endpoint, MALFORMED, answers, fault, refusal as of_binding};
use super::{Contract, Duty, Refusal};
use crate::base::{Kind, Service};

/// Where the service is.
pub const PATH: &str = "/CertRa/v2";
/// Where a foreigner confirms a request: the page behind a `ValidationUrl`.
pub const CONFIRMATION: &str = "/CertRa/v2/foreigners/{token}";
/// The namespace of the messages.
pub const NAMESPACE: &str = "urn:be:fgov:ehealth:certra:protocol:v2";

/// The code of content that is no eHealth CSR.
pub const NOT_AN_EHCSR: &str = "CSR__INPUT_NOT_UNMARSHALLABLE_INTO_EHCSR";

const ENDPOINT: Endpoint = Endpoint {
    path: PATH,
    namespace: NAMESPACE,
    request: Kind::CertraMessage,
    answers: &answers(Kind::CertraMessage),
};

/// An operation by its name and the end of its SOAPAction.
macro_rules! operation {
    ($name:literal, $action:literal, $section:literal) => {
        ENDPOINT.operation(
            $name,
            concat!($name, "Request"),
            concat!("urn:be:fgov:ehealth:", $action),
            $section,
        )
    };
}

/// The contract of CertRA.
pub const CONTRACT: Contract = Contract {
    service: Service::Certra,
    refusal,
    operations: &[
        operation!("GetActorQualities", "certra:protocol:v2:getActorQualities", "4.3.4.1"),
        operation!(
            "GetGenericOrganizationTypes",
            "certra:protocol:v2:getGenericOrganizationTypes",
            "4.3.4.2"
        ),
        operation!(
            "GetExistingApplicationIds",
            "etee:certra:protocol:v2:getexistingapplicationids",
            "4.3.4.3"
        ),
        operation!("GenerateContract", "certra:protocol:v2:generateContract", "4.3.4.4"),
        operation!("GenerateCertificate", "etee:certra:protocol:v2:generatecertificate", "4.3.4.5"),
        operation!("GetCertificate", "etee:certra:protocol:v2:getcertificate", "4.3.4.6"),
        operation!(
            "GetCertificateInfoForAuthenticationCertificate",
            "etee:certra:protocol:v2:getCertificateInfoForAuthenticationCertificate",
            "4.3.5.1"
        ),
        operation!(
            "GetCertificateInfoForCitizen",
            "certra:protocol:v2:getCertificateInfoForCitizen",
            "4.3.6.1"
        ),
        operation!("GenerateRevocationContract", "certra:protocol:v2:generateRevocationContract", "4.3.6.3"),
        operation!("Revoke", "etee:certra:protocol:v2:revoke", "4.3.6.4"),
        operation!("SubmitCSRForForeigner", "certra:protocol:v2:submitCSRForForeigner", "4.3.7.1"),
    ],
    duties: &[
        duty("certra.contract-altered", "The contract is not the one that the service made", MALFORMED),
        duty(
            "certra.requestor-not-the-signer",
            "The contract is not in the name of the person who signs",
            MALFORMED,
        ),
        duty(
            "certra.person-not-the-signer",
            "The certificate of a natural person is requested by somebody else",
            MALFORMED,
        ),
        duty("certra.csr-validated-already", "The same CSR was validated before", "CSR_ALREADY_VALIDATED"),
        duty("certra.key-not-unique", "The key of the CSR was used before", "CSR_PUB_KEY_NOT_UNIQUE"),
        duty(
            "certra.certificate-being-made",
            "A certificate for the DN is being made",
            "CSR_AN_APPROVED_CSR_FOR_GIVEN_DN_IS_IN_PROCESS_OF_BEING_CERTIFIED",
        ),
        duty(
            "certra.certificate-valid-already",
            "The DN has a valid certificate that does not expire soon",
            "CSR_A_VALID_AUTH_CERT_ALREADY_EXISTS",
        ),
        duty(
            "certra.renewal-early",
            "The DN has an active ETK whose replacement period has not begun",
            "RENEW_REQUEST_NOT_YET_IN_EXPIRATION_PERIOD",
        ),
        duty("certra.identifier-unknown", "No certificate has the public key identifier", MALFORMED),
        duty("certra.certificate-not-delivered", "The certificate is not ready", "CERT_NOT_YET_DELIVERED"),
        duty(
            "certra.certificate-not-yet-valid",
            "The certificate is not valid yet",
            "AUTH_CERT_NOT_YET_VALID",
        ),
        duty(
            "certra.signer-unknown",
            "The signing certificate is not registered here",
            "NO_VALID_AUTH_CERT_FOUND",
        ),
        duty(
            "certra.signer-not-identical",
            "The signing certificate is not the one that is registered for its key",
            "AUTH_CERT_NOT_VALID",
        ),
        duty(
            "certra.revocation-contract-altered",
            "The revocation contract is not the one that the service made",
            MALFORMED,
        ),
        duty("certra.revoker-not-allowed", "The signer may not revoke this certificate", MALFORMED),
        duty("certra.revoked-already", "The certificate is revoked already", MALFORMED),
        duty("certra.foreigner-without-bis", "The foreign person has no BIS number", MALFORMED),
        duty("certra.confirmation-late", "The confirmation page has expired or was used already", "GONE"),
    ],
};

const fn duty(id: &'static str, title: &'static str, code: &'static str) -> Duty {
    // Codes of 7.1 stand in a status; a fault carries those of the platform.
    let status = match code.as_bytes() {
        [b'S', b'O', b'A', ..] => 500,
        [b'G', b'O', b'N', b'E'] => 410,
        _ => 200,
    };
    Duty { id, title, refusal: Refusal { status, code } }
}

/// Which code a rule of a CSR is answered with; the first line that fits holds.
const CODES: &[(&str, &str)] = &[
    ("csr.not-parsable", "CSR__INPUT_NOT_PARSEBLE_INTO_CSR"),
    ("csr.pem-armoured", "CSR__INPUT_NOT_PARSEBLE_INTO_CSR"),
    ("der.", "CSR__INPUT_NOT_PARSEBLE_INTO_CSR"),
    ("csr.subject-empty", "CSR_INVALID_NO_SUBJECT_PRESENT"),
    ("csr.subject-differs", "CSR_INVALID_DN_INVALID"),
    ("csr.signature-not-sha2-with-rsa", "CSR_NOT_VALID"),
    ("csr.signature-parameters-unexpected", "CSR_NOT_VALID"),
    ("csr.signature-", "CSR_SIGNATURE_NOT_VALID"),
    ("csr.key-", "CSR_INVALID_PUBLIC_KEY_INVALID"),
    ("distinguished-name.", "CSR_INVALID_DN_INVALID"),
    ("identifier.", "CSR_INVALID_DN_INVALID"),
    ("csr.", "CSR_NOT_VALID"),
];

/// How a message that breaks a rule is refused.
pub fn refusal(kind: Kind, rule: &str) -> Refusal {
    if let Some(refusal) = of_binding(rule) {
        return refusal;
    }
    // A message is judged with the CSR in it.
    let of_csr = ["csr.", "der.", "distinguished-name."].iter().any(|start| rule.starts_with(start));
    if kind == Kind::Csr || of_csr {
        let code = CODES.iter().find(|(start, _)| rule.starts_with(start)).map(|(_, code)| *code);
        return Refusal { status: 200, code: code.unwrap_or("CSR_NOT_VALID") };
    }
    let code = match rule {
        "certra-message.csr-unreadable" => "CSR__INPUT_NOT_PARSEBLE_INTO_CSR",
        "certra-message.subject-other" => "CSR_INVALID_DN_INVALID",
        _ => "",
    };
    if !code.is_empty() {
        return Refusal { status: 200, code };
    }
    if rule.starts_with("certra-message.") && rule != "certra-message.unknown-message" {
        return Refusal { status: 200, code: NOT_AN_EHCSR };
    }
    fault(MALFORMED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::certra::OPERATIONS;
    use crate::rules;

    #[test]
    fn the_operations_are_those_that_the_rules_know() {
        for operation in CONTRACT.operations.iter().chain(super::super::etkra::CONTRACT.operations) {
            let soap = operation.soap.expect("a SOAP operation");
            let known = OPERATIONS.iter().find(|it| it.name == operation.id).expect("known");
            assert_eq!((soap.action, soap.namespace), (known.action, known.namespace()), "{}", operation.id);
        }
        let contracts = CONTRACT.operations.len() + super::super::etkra::CONTRACT.operations.len();
        assert_eq!(contracts, OPERATIONS.len());
    }

    #[test]
    fn every_start_of_the_table_is_that_of_a_rule_whose_codes_hold_the_answer() {
        for (start, code) in CODES {
            let rules = rules::all().into_iter().filter(|meta| meta.id.starts_with(start));
            let of: Vec<_> = rules.flat_map(|meta| meta.codes).collect();
            let any = start.ends_with('.') || start.ends_with('-');
            assert!(any || of.contains(&code), "`{start}` is answered with {code}, and its page says {of:?}");
        }
    }
}
