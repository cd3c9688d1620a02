//! The error codes of CertRA and EtkRA, as chapter 7 of their cookbook prints them.
//!
//! The misprints are kept: the codes are constants on the wire. `CSR_ALREADY_VALIDATED` stands
//! there twice, so that 29 rows hold 28 codes.

/// Every code, with its message; `{0}` is a place for a value.
pub(crate) const CODES: &[(&str, &str)] = &[
    ("CSR_NOT_VALID", "The given CSR is not a valid PKCS10 CSR."),
    ("CSR_SIGNATURE_NOT_VALID", "The given CSR has an invalid signature."),
    ("CSR_INVALID_NO_SUBJECT_PRESENT", "The given CSR does not contain a subject (=owner)."),
    ("CSR_INVALID_PUBLIC_KEY_INVALID", "The given CSR contains an invalid public key."),
    (
        "CSR__CSR_DELIVERY_TO_CA_FAILED__SIGNING_FAILED",
        "The signing of the CSR in order to pass it to the CA, failed.",
    ),
    (
        "CSR__CSR_DELIVERY_TO_CA_FAILED__INVALID_SIGN_KEY_PWD",
        "The CSR could not be signed because the password for the signature key is invalid.",
    ),
    ("CSR__INPUT_NOT_PARSEBLE_INTO_CSR", "The input could not be parsed in to a CSR."),
    ("CSR__INPUT_NOT_UNMARSHALLABLE_INTO_EHCSR", "The input could not be unmarshalled into an eHealthCSR."),
    (
        "CSR_A_VALID_AUTH_CERT_ALREADY_EXISTS",
        "A valid authentication certificate that is not expiring soon already exists for the user who is \
         requesting a new eHealth authentication certificate.",
    ),
    (
        "CSR_AN_APPROVED_CSR_FOR_GIVEN_DN_IS_IN_PROCESS_OF_BEING_CERTIFIED",
        "There is already an approved CSR in process of being certified for this DN.",
    ),
    ("CSR_INVALID_DN_INVALID", "The distinguished name in the CSR is not according to the eHealth policy."),
    ("CSR_PUB_KEY_NOT_UNIQUE", "The CSR is not unique."),
    ("CSR_ALREADY_VALIDATED", "The CSR was already validated."),
    ("CERT_NOT_YET_DELIVERED", "Your certificate is not yet delivered. Try to get it later."),
    (
        "AUTH_CERT_NOT_YET_VALID",
        "The authentication certificate has been delivered but is not yet valid. The certificate is valid \
         from {0}.",
    ),
    (
        "ETK_REQUESTED_FOR_AUTH_CERT_NOT_ISSUED_BY_EHEALTH_CA",
        "The encryption token is requested for an authentication certificate that is not issued by the CA \
         of eHealth. This is not allowed.",
    ),
    (
        "ETK_REQUESTED_FOR_AUTH_CERT_REVOKED",
        "The encryption token is requested for an authentication certificate that is revoked by the CA of \
         eHealth. This is not allowed.",
    ),
    (
        "ETK_REQUESTED_FOR_AUTH_CERT_EXPIRED",
        "The encryption token is requested for an authentication certificate that is expired. This is not \
         allowed.",
    ),
    (
        "ETK_REQUESTED_FOR_AUTH_CERT_NOT_YET_VALID",
        "The encryption token is requested for an authentication certificate that is not yet valid. This is \
         not allowed.",
    ),
    (
        "REQUEST_HAS_NO_VALID_CMS_FORMAT",
        "The request has no eHealth authorized CMS format. Please contact the helpdesk.",
    ),
    (
        "AUTH_CERT_NOT_FOUND",
        "An authentication certificate corresponding to the given ToBeRegistered is not found in the ETK DB.",
    ),
    ("PUBLIC_KEY_NOT_YET_REGISTERED", "The public key for the given ToBeRegistered is not yet registered."),
    (
        "NO_VALID_AUTH_CERT_FOUND",
        "No authentication certificate, that has status valid, has been found in the ETK RA.",
    ),
    (
        "AUTH_CERT_NOT_VALID",
        "The given authentication certificate is not valid since it is not identical to the one found that is \
         registered.",
    ),
    ("VALID_ETK_ALREADY_EXISTS", "An ETK already exists for the given public key."),
    ("RENEW_ACTIVATION_ETK_ALREADY_ACTIF", "The ETK to activate is already active."),
    (
        "RENEW_REQUEST_NOT_YET_IN_EXPIRATION_PERIOD",
        "Not yet in the expiration period to perform a renewal request",
    ),
    (
        "EHCSR_SIGNED_DATA_HAS_NO_CONTENT",
        "The eHealth CSR is a CMS SignedData without content. It should contain an XML containing the CSR, \
         contract and contact data.",
    ),
];
