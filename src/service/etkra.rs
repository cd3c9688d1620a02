//! EtkRA v2, cookbook 0.5: 4.3.4.7 to 4.3.5.2 for the operations, chapter 7 for the errors.
//!
//! As in CertRA, what 7.1 has no code for (SD-85) is a fault with SOA-03001.

use super::binding::{Endpoint, MALFORMED, answers, fault, refusal as of_binding};
use super::{Contract, Duty, Refusal};
use crate::base::{Kind, Service};

/// Where the service is.
pub const PATH: &str = "/EtkRa/v2";
/// The namespace of the messages.
pub const NAMESPACE: &str = "urn:be:fgov:ehealth:etkra:protocol:v2";

const ENDPOINT: Endpoint = Endpoint {
    path: PATH,
    namespace: NAMESPACE,
    request: Kind::EtkraMessage,
    answers: &answers(Kind::EtkraMessage),
};

/// The contract of EtkRA.
pub const CONTRACT: Contract = Contract {
    service: Service::Etkra,
    refusal,
    operations: &[
        ENDPOINT.operation(
            "StartETKRegistration",
            "StartETKRegistrationRequest",
            "urn:be:fgov:ehealth:etee:etkra:protocol:v2:startETKRegistration",
            "4.3.4.7",
        ),
        ENDPOINT.operation(
            "CompleteETKRegistration",
            "CompleteETKRegistrationRequest",
            "urn:be:fgov:ehealth:etee:etkra:protocol:v2:completeETKregistration",
            "4.3.4.9",
        ),
        ENDPOINT.operation(
            "ActivateETK",
            "ActivateETKRequest",
            "urn:be:fgov:ehealth:etee:etkra:protocol:v2:activateETK",
            "4.3.5.2",
        ),
    ],
    duties: &[
        duty(
            "etkra.certificate-unknown",
            "No authentication certificate is registered for the signer",
            "NO_VALID_AUTH_CERT_FOUND",
        ),
        duty(
            "etkra.certificate-not-identical",
            "The signing certificate is not the one that is registered for its key",
            "AUTH_CERT_NOT_VALID",
        ),
        duty(
            "etkra.certificate-revoked",
            "The signing certificate is revoked",
            "ETK_REQUESTED_FOR_AUTH_CERT_REVOKED",
        ),
        duty("etkra.key-registered-already", "The encryption key has an ETK", "VALID_ETK_ALREADY_EXISTS"),
        duty(
            "etkra.registration-not-started",
            "No registration was started for the encryption key",
            "PUBLIC_KEY_NOT_YET_REGISTERED",
        ),
        duty("etkra.token-active-already", "The ETK is active", "RENEW_ACTIVATION_ETK_ALREADY_ACTIF"),
    ],
};

/// Every duty has a code of 7.1, which stands in a status.
const fn duty(id: &'static str, title: &'static str, code: &'static str) -> Duty {
    Duty { id, title, refusal: Refusal { status: 200, code } }
}

/// How a message that breaks a rule is refused.
pub fn refusal(_: Kind, rule: &str) -> Refusal {
    if let Some(refusal) = of_binding(rule) {
        return refusal;
    }
    let code = match rule {
        "signed-xml.signer-untrusted" | "signed-xml.signer-of-no-kind" => {
            "ETK_REQUESTED_FOR_AUTH_CERT_NOT_ISSUED_BY_EHEALTH_CA"
        }
        // It is not the certificate of who signs.
        "encryption-certificate.subject-differs" => "AUTH_CERT_NOT_FOUND",
        "signed-xml.signer-expired" => "ETK_REQUESTED_FOR_AUTH_CERT_EXPIRED",
        "signed-xml.signer-not-yet-valid" => "ETK_REQUESTED_FOR_AUTH_CERT_NOT_YET_VALID",
        _ => return fault(MALFORMED),
    };
    Refusal { status: 200, code }
}
