//! IAM eXchange, cookbook 1.1: chapter 5.2 and 5.4 for the operations, chapter 8 for the answers.
//!
//! What the cookbook leaves open is decided here, by the id of the spec defect: the access token of
//! the two GETs travels as a bearer token, and that of the exchange as `subject_token` (SD-114); 401
//! for a GET without a valid token and 403 for one without the role (SD-120, SD-130, SD-147); the
//! prefix `/iam/v2` for all three operations (SD-121); three causes for the three rows of
//! `subject_token` (SD-14); the authentication level is the claim `acr`, 0 is too low, and what is no
//! level is invalid (SD-142, SD-143); a profile that the user may not act as cannot be determined.

mod row;

use super::{Answer, Body, Contract, Duty, Operation, Refusal};
use crate::base::{Kind, Service};

pub use row::Row;

/// The role that `GET /profiles` needs.
pub const PROFILE: &str = "profile";
/// The role that the exchange needs.
pub const TOKEN_EXCHANGE: &str = "token-exchange";
/// The role that `GET /profiles/{ssin}` needs.
pub const PROFILE_SPECIFIC: &str = "profile-specific";

/// The client scopes, and the roles that they open (SD-119). The last one is spelled in two ways
/// (SD-216).
pub const SCOPES: &[(&str, &str)] = &[
    ("iam:exchange:tokenexchange", TOKEN_EXCHANGE),
    ("iam:exchange:profile", PROFILE),
    ("iam:exchange:profilesprofilespecific", PROFILE_SPECIFIC),
    ("iam:exchange:profilespecific", PROFILE_SPECIFIC),
];

const fn success(body: Body) -> Answer {
    Answer { status: 200, body, code: None }
}

const fn problem(status: u16, code: Option<&'static str>) -> Answer {
    Answer { status, body: Body::Artefact(Kind::Problem), code }
}

/// The contract of IAM eXchange.
pub const CONTRACT: Contract = Contract {
    service: Service::IamExchange,
    operations: &[
        Operation {
            id: "listProfiles",
            method: "GET",
            path: "/iam/v2/profiles",
            sections: ["5.2.2", "8"],
            soap: None,
            role: PROFILE,
            request: None,
            query: None,
            answers: &[success(Body::Artefact(Kind::Profiles)), problem(401, None), problem(403, None)],
        },
        Operation {
            id: "exchangeToken",
            method: "POST",
            path: "/iam/v2/protocol/oauth/tokenExchange",
            sections: ["5.2.3", "8"],
            soap: None,
            role: TOKEN_EXCHANGE,
            request: Some(Kind::TokenExchangeRequest),
            query: None,
            answers: &[
                success(Body::Artefact(Kind::TokenExchangeResponse)),
                problem(400, Some("invalid_request")),
                problem(401, Some("unauthorized_client")),
                problem(500, Some("unknown")),
            ],
        },
        Operation {
            id: "getProfiles",
            method: "GET",
            path: "/iam/v2/profiles/{ssin}",
            sections: ["5.4.2", "8"],
            soap: None,
            role: PROFILE_SPECIFIC,
            request: None,
            query: None,
            answers: &[
                success(Body::Artefact(Kind::Profiles)),
                problem(400, Some("invalid_client")),
                problem(401, None),
                problem(403, None),
            ],
        },
    ],
    duties: DUTIES,
    refusal,
};

const DUTIES: &[Duty] = &[
    Duty {
        id: "iam-exchange.token-missing",
        title: "No access token came with the call",
        refusal: Refusal { status: 401, code: "" },
    },
    Duty {
        id: "iam-exchange.role-missing",
        title: "The token does not hold the role that the operation needs",
        refusal: Refusal { status: 403, code: "" },
    },
    duty("iam-exchange.media-type-wrong", "The exchange does not come as a form", Row::GrantType),
    duty("iam-exchange.audience-not-served", "The audience is not one that is served", Row::Audience),
    duty("iam-exchange.resource-not-served", "The resource is not one that is served", Row::Resource),
    duty("iam-exchange.scope-not-served", "The scope is not one that is served", Row::Scope),
    duty("iam-exchange.client-unknown", "The issuer of the actor token is not known", Row::ClientUnknown),
    duty(
        "iam-exchange.certificate-revoked",
        "The certificate that the client is known by is revoked",
        Row::WrongCertificate,
    ),
    duty("iam-exchange.actor-token-reused", "The actor token was used already", Row::ActorToken),
    duty(
        "iam-exchange.issuer-untrusted",
        "The access token comes from another environment",
        Row::IssuerUntrusted,
    ),
    duty("iam-exchange.login-missing", "The access token stems from no login of a person", Row::Undetermined),
    duty("iam-exchange.consent-withdrawn", "The user withdrew the consent", Row::AccountRefused),
    duty("iam-exchange.login-weak", "The login was weaker than the exchange needs", Row::LevelLow),
    duty("iam-exchange.login-level-unknown", "The level of the login is not a known one", Row::LevelUnknown),
];

const fn duty(id: &'static str, title: &'static str, row: Row) -> Duty {
    Duty { id, title, refusal: row.refusal() }
}

/// How a request whose form or token breaks a rule is refused.
pub fn refusal(kind: Kind, rule: &str) -> Refusal {
    if kind == Kind::TokenExchangeRequest {
        row(kind, rule, "").refusal()
    } else if kind == Kind::Identifier {
        Refusal { status: 400, code: "invalid_client" }
    } else {
        Refusal { status: 401, code: "" }
    }
}

/// The row of a rule that a part of an exchange breaks; `field` is the parameter that a rule of the
/// form speaks of.
pub fn row(kind: Kind, rule: &str, field: &str) -> Row {
    if kind == Kind::AccessToken {
        return match rule {
            "access-token.expired" => Row::SubjectTokenExpired,
            "access-token.alg-symmetric" => Row::SubjectTokenForged,
            _ if is_of_signature(rule) => Row::SubjectTokenForged,
            _ if rule.starts_with("access-token.") => Row::SubjectTokenIncomplete,
            _ => Row::SubjectTokenUnreadable,
        };
    }
    match rule {
        "token-exchange-request.party-differs" => Row::PartyDiffers,
        "token-exchange-request.profile-not-offered" => Row::Undetermined,
        "token-exchange-request.role-missing" => Row::RoleMissing,
        "token-exchange-request.subject-expired" => Row::SubjectTokenExpired,
        _ if rule.starts_with("token-exchange-request.") => row_of_field(field),
        "actor-token.alg-not-rs256" | "jws.alg-none" | "jws.alg-unknown" | "jws.alg-for-another-key" => {
            Row::WrongAlgorithm
        }
        "actor-token.issuer-empty" => Row::ClientUnknown,
        "actor-token.expired" => Row::ActorTokenExpired,
        _ if is_of_signature(rule) => Row::WrongCertificate,
        _ => Row::ActorToken,
    }
}

fn is_of_signature(rule: &str) -> bool {
    ["jws.signature-", "jws.alg-", "jws.key-", "jws.secret-"].iter().any(|part| rule.starts_with(part))
}

/// The row of a parameter.
fn row_of_field(field: &str) -> Row {
    match field {
        "requested_token_type" => Row::RequestedTokenType,
        "actor_token_type" => Row::ActorTokenType,
        "actor_token" => Row::ActorToken,
        "subject_token_type" => Row::SubjectTokenType,
        "subject_token" => Row::SubjectTokenUnreadable,
        "audience" => Row::Audience,
        "resource" => Row::Resource,
        "scope" => Row::Scope,
        // A body that is no form has no grant type first of all.
        _ => Row::GrantType,
    }
}
