//! The operations of the five cookbooks, chapter by chapter: each is in a contract, and what is in a
//! contract is called by a workflow (see `run::every_suite_passes_against_the_simulator`).

use std::path::Path;

use etalon::base::Service;
use etalon::service::CONTRACTS;

/// Cookbook, chapter, and the operation as the chapter names it: a method and the end of a path, or
/// the name of a SOAP operation.
const CHAPTERS: &[(Service, &str, &str)] = &[
    (Service::Keydepot, "5.2.1", "POST /attestations/options"),
    (Service::Keydepot, "5.2.2", "POST /attestation/result"),
    (Service::Keydepot, "5.2.3", "PATCH /jwks/{kid}"),
    (Service::Keydepot, "5.2.4", "GET /jwks"),
    (Service::Keydepot, "5.2.5", "GET /jwks/{kid}"),
    (Service::Keydepot, "5.2.6", "DELETE /jwks/{kid}"),
    (Service::Keydepot, "5.2.7", "GET /accounts/{accountId}"),
    (Service::Keydepot, "5.2.8", "GET /keyholder/{kid}"),
    // Only the chapter of its errors has this one (SD-21).
    (Service::Keydepot, "8.5", "GET /attestations/{kid}"),
    (Service::Certra, "4.3.4.1", "getActorQualities"),
    (Service::Certra, "4.3.4.2", "getGenericOrganizationTypes"),
    (Service::Certra, "4.3.4.3", "getExistingApplicationIds"),
    (Service::Certra, "4.3.4.4", "generateContract"),
    (Service::Certra, "4.3.4.5", "generateCertificate"),
    (Service::Certra, "4.3.4.6", "getCertificate"),
    (Service::Etkra, "4.3.4.7", "startEtkRegistration"),
    (Service::Etkra, "4.3.4.9", "completeEtkRegistration"),
    (Service::Certra, "4.3.5.1", "getCertificateInfoForAuthenticationCertificate"),
    (Service::Etkra, "4.3.5.2", "activateEtk"),
    (Service::Certra, "4.3.6.1", "getCertificateInfoForCitizen"),
    (Service::Certra, "4.3.6.3", "generateRevocationContract"),
    (Service::Certra, "4.3.6.4", "revoke"),
    (Service::Certra, "4.3.7.1", "submitCSRForForeigner"),
    (Service::Etkdepot, "5.2.1", "GET /etks"),
    (Service::Etkdepot, "5.2.2", "GET /jwks"),
    (Service::Etkdepot, "5.2.3", "GET /jwks/{kid}"),
    (Service::Etkdepot, "5.2.4", "GET /keyholders/{kid}"),
    (Service::IamExchange, "5.2.2", "GET /profiles"),
    (Service::IamExchange, "5.2.3", "POST /tokenExchange"),
    (Service::IamExchange, "5.4.2", "GET /profiles/{ssin}"),
    (Service::AttributeAuthority, "5.3", "AttributeQuery"),
];

#[test]
fn every_chapter_that_describes_an_operation_has_it_in_a_contract() {
    let mut wrong = Vec::new();
    for (service, chapter, named) in CHAPTERS {
        let contract = CONTRACTS.iter().find(|contract| contract.service == *service);
        let Some(contract) = contract else {
            wrong.push(format!("{} has no contract: {chapter} {named}", service.name()));
            continue;
        };
        let there = contract.operations.iter().any(|operation| {
            let described = operation.sections.contains(chapter);
            let label = match named.split_once(' ') {
                Some((method, end)) => operation.method == method && ends(operation.path, end),
                None => operation.label().eq_ignore_ascii_case(named),
            };
            described && label
        });
        if !there {
            wrong.push(format!("{} has no operation {named} of chapter {chapter}", service.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a path ends so; what stands in braces is a name of no meaning.
fn ends(path: &str, end: &str) -> bool {
    let plain = |path: &str| -> Vec<String> {
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts.map(|part| if part.starts_with('{') { "{}".to_owned() } else { part.to_lowercase() }).collect()
    };
    plain(path).ends_with(&plain(end))
}

#[test]
fn every_service_has_a_suite() {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
    for service in Service::ALL {
        assert!(suites.join(service.name()).is_dir(), "{}: write its suite", service.name());
    }
}
