//! The operations of CertRA v2 and EtkRA v2: what each asks and answers, who signs, and under
//! which SOAPAction.

use super::types::{
    ACTOR, BASE64, CERTIFICATE_IDENTIFIER, CERTIFICATE_INFO, CONTACT_DATA, CONTRACT, DATE_TIME, EHEALTH_CSR,
    FLAG, ID, NILLABLE_TEXT, ORGANIZATION, ORGANIZATION_TYPE, PUBLIC_KEY_IDENTIFIER, REVOCATION_CONTRACT,
    REVOCATION_REASON, SIGNED, STATUS, URI,
};
use super::{CERTRA as R, COMMONS_CORE as C, ETKRA as E};
use crate::base::Service;
use crate::model::xsd::{AttributeUse, Simple, Type, many, one, opt, optional, required, some, together};

/// The key that an operation is signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signer {
    /// The authentication key of an eID card.
    EidAuthentication,
    /// The signature key of an eID card, for non-repudiation.
    EidSignature,
    /// The key of an eHealth authentication certificate.
    Ehealth,
}

impl Signer {
    /// What messages call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EidAuthentication => "the authentication key of an eID",
            Self::EidSignature => "the signature key of an eID",
            Self::Ehealth => "the key of an eHealth authentication certificate",
        }
    }
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The name that its elements start with: `GetActorQualities`.
    pub(crate) name: &'static str,
    /// The service that has it.
    pub(crate) service: Service,
    /// The SOAPAction that real clients send, without its quotes.
    pub(crate) action: &'static str,
    /// Who signs the request; nobody, of most.
    pub(crate) signer: Option<Signer>,
    /// The request element.
    pub(crate) request: &'static Type,
    /// The response element.
    pub(crate) response: &'static Type,
    /// Whether the response says with a Status how the request went.
    pub(crate) status: bool,
}

impl Operation {
    /// The namespace of its elements.
    pub(crate) fn namespace(&self) -> &'static str {
        if self.service == Service::Etkra { E } else { R }
    }
}

const REQUEST: &[AttributeUse] =
    &[optional("Id", Simple::NcName), required("IssueInstant", Simple::DateTime)];
const RESPONSE: &[AttributeUse] = &[
    required("Id", Simple::NcName),
    optional("InResponseTo", Simple::Text),
    required("IssueInstant", Simple::DateTime),
];

/// The two elements of an operation.
macro_rules! operation {
    ($name:literal, $service:ident, $action:literal, $signer:expr, $request:expr => $response:expr) => {
        Operation {
            name: $name,
            service: Service::$service,
            action: concat!("urn:be:fgov:ehealth:", $action),
            signer: $signer,
            request: {
                static REQUEST_TYPE: Type = Type::elements(&$request).with(REQUEST);
                &REQUEST_TYPE
            },
            response: {
                static RESPONSE_TYPE: Type = Type::elements(&$response).with(RESPONSE);
                &RESPONSE_TYPE
            },
            status: true,
        }
    };
}

const STATUS_FIRST: crate::model::xsd::Particle = one(C, "Status", &STATUS);

/// Every operation, CertRA's first.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation!("GetActorQualities", Certra, "certra:protocol:v2:getActorQualities",
    Some(Signer::EidAuthentication),
    [one(R, "SSIN", &ID), SIGNED] =>
    [STATUS_FIRST, together(&[
        one(R, "NaturalPersonAuthorization", &FLAG),
        many(R, "OrganizationAuthorization", &ORGANIZATION),
    ])]),
    operation!("GetGenericOrganizationTypes", Certra, "certra:protocol:v2:getGenericOrganizationTypes", None,
        [] =>
        [STATUS_FIRST, many(R, "OrganizationType", &ORGANIZATION_TYPE)]),
    Operation {
        status: false,
        ..operation!("GetExistingApplicationIds", Certra, "etee:certra:protocol:v2:getexistingapplicationids", None,
            [one(R, "OrganizationIdentifier", &ID)] =>
            [many(R, "ApplicationId", &NILLABLE_TEXT)])
    },
    operation!("GenerateContract", Certra, "certra:protocol:v2:generateContract", None,
        [
            one(R, "ContactData", &CONTACT_DATA),
            one(R, "Signer", &ACTOR),
            one(R, "CertificateIdentifier", &CERTIFICATE_IDENTIFIER),
        ] =>
        [STATUS_FIRST, opt(R, "Contract", &CONTRACT)]),
    operation!("GenerateCertificate", Certra, "etee:certra:protocol:v2:generatecertificate",
    Some(Signer::EidSignature),
    [one(R, "EHealthCSR", &EHEALTH_CSR), SIGNED] =>
    [STATUS_FIRST, together(&[
        one(R, "PublicKeyIdentifier", &PUBLIC_KEY_IDENTIFIER),
        one(R, "AutomaticallyValidated", &FLAG),
        opt(R, "ReplacesCertificate", &PUBLIC_KEY_IDENTIFIER),
    ])]),
    operation!("SubmitCSRForForeigner", Certra, "certra:protocol:v2:submitCSRForForeigner", None,
        [one(R, "ForeignPerson", &ACTOR), one(R, "ContactData", &CONTACT_DATA), one(R, "CSR", &BASE64)] =>
        [STATUS_FIRST, together(&[one(R, "ValidationUrl", &URI), one(R, "ExpirationDate", &DATE_TIME)])]),
    operation!("GetCertificate", Certra, "etee:certra:protocol:v2:getcertificate", None,
        [one(R, "PublicKeyIdentifier", &PUBLIC_KEY_IDENTIFIER)] =>
        [STATUS_FIRST, together(&[some(R, "X509Certificate", &BASE64)])]),
    operation!("GetCertificateInfoForCitizen", Certra, "certra:protocol:v2:getCertificateInfoForCitizen",
        Some(Signer::EidAuthentication),
        [SIGNED] =>
        [STATUS_FIRST, many(R, "CertificateInfo", &CERTIFICATE_INFO)]),
    operation!("GetCertificateInfoForAuthenticationCertificate", Certra,
        "etee:certra:protocol:v2:getCertificateInfoForAuthenticationCertificate",
        Some(Signer::Ehealth),
        [SIGNED] =>
        [STATUS_FIRST, opt(R, "CertificateInfo", &CERTIFICATE_INFO)]),
    operation!("GenerateRevocationContract", Certra, "certra:protocol:v2:generateRevocationContract", None,
        [
            one(R, "PublicKeyIdentifier", &PUBLIC_KEY_IDENTIFIER),
            one(R, "Signer", &ACTOR),
            one(R, "RevocationReason", &REVOCATION_REASON),
        ] =>
        [STATUS_FIRST, opt(R, "Contract", &REVOCATION_CONTRACT)]),
    operation!("Revoke", Certra, "etee:certra:protocol:v2:revoke", Some(Signer::EidSignature),
        [
            one(R, "PublicKeyIdentifier", &PUBLIC_KEY_IDENTIFIER),
            one(R, "Contract", &REVOCATION_CONTRACT),
            SIGNED,
        ] =>
        [STATUS_FIRST]),
    operation!("StartETKRegistration", Etkra, "etee:etkra:protocol:v2:startETKRegistration",
        Some(Signer::Ehealth),
        [one(E, "PublicEncryptionKey", &BASE64), SIGNED] =>
        [STATUS_FIRST, opt(E, "Challenge", &BASE64)]),
    operation!("CompleteETKRegistration", Etkra, "etee:etkra:protocol:v2:completeETKregistration",
        Some(Signer::Ehealth),
        [together(&[one(E, "ToBeRegistered", &BASE64), SIGNED])] =>
        [STATUS_FIRST, together(&[one(E, "ETK", &BASE64), one(E, "ToBeActivated", &FLAG)])]),
    operation!("ActivateETK", Etkra, "etee:etkra:protocol:v2:activateETK", Some(Signer::Ehealth),
        [SIGNED] =>
        [STATUS_FIRST]),
];
