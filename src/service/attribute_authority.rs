//! The Attribute Authority, cookbook 1.8: chapter 5.3 for the query and the response, 5.4.4 for the
//! status codes, chapter 8 for the faults.
//!
//! How a message is refused is said nowhere (SD-154). Here a message that is no SOAP, or whose sender
//! cannot be believed, is answered with a fault, by the codes of WS-Security; a query that can be
//! believed and is not answered, with a status. The SOAPAction is not published: any is taken.

use super::{Answer, Body, Contract, Duty, Operation, Refusal, Soap, binding};
use crate::base::{Kind, Service};

/// The path of the endpoint.
pub const PATH: &str = "/IAM/AttributeAuthority/v1";

/// What every status code starts with.
pub const STATUS: &str = "urn:oasis:names:tc:SAML:2.0:status:";

/// The contract of the Attribute Authority.
pub const CONTRACT: Contract = Contract {
    service: Service::AttributeAuthority,
    operations: &[Operation {
        id: "AttributeQuery",
        method: "POST",
        path: PATH,
        sections: ["5.3", "8"],
        soap: Some(Soap {
            namespace: "urn:oasis:names:tc:SAML:2.0:protocol",
            element: "AttributeQuery",
            action: "urn:be:fgov:ehealth:aa:saml:protocol:v1:AttributeQuery",
        }),
        role: "",
        request: Some(Kind::AttributeQuery),
        query: None,
        answers: &[
            Answer { status: 200, body: Body::Artefact(Kind::SamlResponse), code: None },
            Answer { status: 400, body: Body::Open, code: Some(binding::MALFORMED) },
            Answer { status: 413, body: Body::Open, code: None },
            Answer { status: 415, body: Body::Open, code: Some(binding::MALFORMED) },
            Answer { status: 500, body: Body::Artefact(Kind::Soap), code: Some(binding::NOT_SOAP) },
        ],
    }],
    duties: &[
        // What the authority revoked is known to the service alone: no list comes with a message. The code
        // is the one of a security token that cannot be accepted (WS-Security 1.1, 12), for the cookbook
        // has none (SD-154).
        Duty {
            id: "attribute-authority.sender-revoked",
            title: "The certificate of the sender is revoked",
            refusal: binding::fault("wsse:InvalidSecurityToken"),
        },
        duty(
            "attribute-authority.reply-elsewhere",
            "The answer is to go to another address than the sender's",
            "UnsupportedBinding",
        ),
        duty(
            "attribute-authority.message-reused",
            "The same query came before within its minute",
            "RequestDenied",
        ),
        duty(
            "attribute-authority.requester-unregistered",
            "The issuer of the query is not registered for it",
            "RequestDenied",
        ),
        duty(
            "attribute-authority.attributes-many",
            "The query asks for more attributes than are answered",
            "TooManyResponses",
        ),
        duty(
            "attribute-authority.attribute-profile-unknown",
            "The query asks for an attribute of a profile that is not known",
            "UnknownAttrProfile",
        ),
        duty(
            "attribute-authority.attribute-unknown",
            "The query asks for an attribute that is not known",
            "InvalidAttrNameOrValue",
        ),
        duty(
            "attribute-authority.principal-unknown",
            "The query identifies nobody whom the authentic source knows",
            "UnknownPrincipal",
        ),
        duty(
            "attribute-authority.resource-unknown",
            "The query gives a pharmacy that the authentic source does not know",
            "ResourceNotRecognized",
        ),
    ],
    refusal,
};

const fn duty(id: &'static str, title: &'static str, code: &'static str) -> Duty {
    Duty { id, title, refusal: status(code) }
}

/// The refusal with a status code, by its last part.
pub const fn status(code: &'static str) -> Refusal {
    Refusal { status: 200, code }
}

/// The status codes, outermost first, with which a code is answered.
pub fn codes(code: &'static str) -> Vec<&'static str> {
    match code {
        "Success" | "Requester" | "Responder" | "VersionMismatch" => vec![code],
        "RequestVersionDeprecated" | "RequestVersionTooHigh" | "RequestVersionTooLow" => {
            vec!["VersionMismatch", code]
        }
        "AuthnFailed"
        | "NoAuthnContext"
        | "NoAvailableIDP"
        | "NoPassive"
        | "NoSupportedIDP"
        | "PartialLogout"
        | "ProxyCountExceeded"
        | "InvalidNameIDPolicy" => vec!["Responder", code],
        _ => vec!["Requester", code],
    }
}

/// What no query causes: failures inside of the service, by the names under which a test can provoke
/// them, with their codes. The second-level codes that speak of logins stand here, too.
pub const PROVOKED: &[(&str, &str)] = &[
    ("responder", "Responder"),
    ("authentication-failed", "AuthnFailed"),
    ("name-id-policy", "InvalidNameIDPolicy"),
    ("authentication-context", "NoAuthnContext"),
    ("no-available-idp", "NoAvailableIDP"),
    ("not-passive", "NoPassive"),
    ("no-supported-idp", "NoSupportedIDP"),
    ("partial-logout", "PartialLogout"),
    ("proxy-count", "ProxyCountExceeded"),
];

/// The codes of a version that is not 2.0.
pub fn version(given: &str) -> &'static str {
    let number = |part: Option<&str>| part.and_then(|it| it.trim().parse::<u32>().ok());
    let mut parts = given.split('.');
    match (number(parts.next()), number(parts.next())) {
        (Some(major), _) if major > 2 => "RequestVersionTooHigh",
        // SAML 1.1 was served once, 1.0 never.
        (Some(1), Some(1)) => "RequestVersionDeprecated",
        (Some(major), _) if major < 2 => "RequestVersionTooLow",
        _ => "VersionMismatch",
    }
}

/// How a message that breaks a rule is refused. Codes with a colon are fault codes of WS-Security.
pub fn refusal(kind: Kind, rule: &str) -> Refusal {
    if let Some(refusal) = binding::refusal(rule) {
        return refusal;
    }
    if kind == Kind::AttributeQuery { query(rule) } else { binding::fault(security(rule)) }
}

/// The status of a query that breaks a rule.
fn query(rule: &str) -> Refusal {
    status(match rule {
        "attribute-query.version-other" => "VersionMismatch",
        "attribute-query.not-a-query" => "RequestUnsupported",
        "attribute-query.name-id-missing" => "UnknownPrincipal",
        "attribute-query.attribute-name-not-uri"
        | "attribute-query.attribute-duplicated"
        | "attribute-query.name-format-other"
        | "attribute-query.identifier-malformed" => "InvalidAttrNameOrValue",
        "attribute-query.window-closed"
        | "attribute-query.window-inverted"
        | "attribute-query.window-half-empty"
        | "attribute-query.issued-in-future" => "RequestDenied",
        _ => "Requester",
    })
}

/// The fault code of WS-Security 1.1, chapter 12, for a rule about the security header.
fn security(rule: &str) -> &'static str {
    match rule {
        "ws-security.expired" | "ws-security.too-old" | "ws-security.created-in-future" => {
            "wsu:MessageExpired"
        }
        "ws-security.token-missing" => "wsse:SecurityTokenUnavailable",
        "ws-security.sha1" => "wsse:UnsupportedAlgorithm",
        "ws-security.issuer-absent" => "wsse:InvalidSecurityToken",
        _ if rule.starts_with("ws-security.token-") => "wsse:InvalidSecurityToken",
        _ if ["certificate.", "saml-assertion.", "der."].iter().any(|it| rule.starts_with(it)) => {
            "wsse:InvalidSecurityToken"
        }
        _ if rule.starts_with("signed-xml.") => "wsse:FailedCheck",
        "ws-security.body-not-signed"
        | "ws-security.timestamp-not-signed"
        | "ws-security.holder-not-signer"
        | "ws-security.signed-part-moved" => "wsse:FailedCheck",
        _ => "wsse:InvalidSecurity",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes as tables;

    #[test]
    fn every_code_is_one_of_the_cookbooks() {
        let of_duties = CONTRACT.duties.iter().map(|duty| duty.refusal.code).filter(|it| !it.contains(':'));
        let of_versions = ["1.0", "1.1", "2.1", "3.0", "x"].map(version);
        for code in of_duties.chain(of_versions).chain(PROVOKED.iter().map(|(_, code)| *code)) {
            for code in codes(code) {
                let found = tables::find(code);
                assert!(found.iter().any(|row| row.service == "Attribute Authority"), "{code}");
            }
        }
    }

    #[test]
    fn a_version_is_too_high_too_low_or_no_longer_served() {
        let found = ["3.0", "2.1", "1.1", "1.0", "0.9", "two"].map(version);
        let expected = [
            "RequestVersionTooHigh",
            "VersionMismatch",
            "RequestVersionDeprecated",
            "RequestVersionTooLow",
            "RequestVersionTooLow",
            "VersionMismatch",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_message_that_cannot_be_believed_is_a_fault_and_a_query_a_status() {
        let of = |kind, rule| {
            let Refusal { status, code } = refusal(kind, rule);
            (status, code)
        };
        assert_eq!(of(Kind::WsSecurity, "ws-security.expired"), (500, "wsu:MessageExpired"));
        assert_eq!(of(Kind::WsSecurity, "signed-xml.value-wrong"), (500, "wsse:FailedCheck"));
        assert_eq!(of(Kind::AttributeQuery, "attribute-query.window-closed"), (200, "RequestDenied"));
        assert_eq!(of(Kind::Soap, "soap.body-missing"), (500, binding::BODY_MISSING));
    }
}
