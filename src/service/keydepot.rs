//! KeyDepot REST, cookbook 1.2: chapter 5.2 for the operations, chapter 8 for the answers.
//!
//! What the cookbook leaves open is decided here, by the id of the spec defect:
//! 401 for a call without a valid token and 403 for one without the role (SD-33), 200 for a
//! deletion (SD-37), the flat and the nested credential (SD-08), `identifier` and `value` (SD-05),
//! 404 for what is not there and 204 where the search for it could have had a result (SD-29), 400
//! for a structure and 412 for a meaning that is wrong (SD-63).

use super::{Answer, Body, Contract, Duty, Operation, Refusal};
use crate::base::{Kind, Service};

/// The role that POST, PATCH and DELETE need.
pub const MANAGE_KEYS: &str = "manage-keys";
/// The role that GET needs.
pub const READ_KEYS: &str = "read-keys";

/// The code of a request that is not valid.
pub const BAD_REQUEST: &str = "BAD_REQUEST";
/// The code of a caller who is not known.
pub const NOT_AUTHENTICATED: &str = "NOT_AUTHENTICATED";
/// The code of an attestation that does not hold.
pub const VALIDATION_FAILED: &str = "VALIDATION_FAILED";
/// The code of a resource that does not exist, with the cookbook's space (SD-34).
pub const NOT_FOUND: &str = "NOT FOUND";

const fn error(status: u16, code: &'static str) -> Answer {
    Answer { status, body: Body::Artefact(Kind::Problem), code: Some(code) }
}

const fn success(status: u16, body: Body) -> Answer {
    Answer { status, body, code: None }
}

const INVALID: Answer = error(400, BAD_REQUEST);
const UNKNOWN_CALLER: Answer = error(401, NOT_AUTHENTICATED);
/// Not in the cookbook: a known caller without the role (SD-33).
const WITHOUT_ROLE: Answer = Answer { status: 403, body: Body::Artefact(Kind::Problem), code: None };
const NOT_THERE: Answer = error(404, NOT_FOUND);
const NO_RESULT: Answer = Answer { status: 204, body: Body::Empty, code: Some("No Content") };
const FAILED: Answer = Answer { status: 503, body: Body::Open, code: Some("Service Unavaible") };

/// The contract of KeyDepot.
pub const CONTRACT: Contract = Contract {
    service: Service::Keydepot,
    refusal,
    operations: &[
        Operation {
            id: "attestationOptions",
            method: "POST",
            path: "/keydepot/attestations/options",
            soap: None,
            sections: ["5.2.1", "8.1"],
            role: MANAGE_KEYS,
            request: Some(Kind::CreationRequest),
            query: None,
            answers: &[
                success(200, Body::Artefact(Kind::CreationOptions)),
                INVALID,
                UNKNOWN_CALLER,
                WITHOUT_ROLE,
                FAILED,
            ],
        },
        Operation {
            id: "attestationResult",
            method: "POST",
            path: "/keydepot/attestation/result",
            soap: None,
            sections: ["5.2.2", "8.2"],
            role: MANAGE_KEYS,
            request: Some(Kind::Attestation),
            query: None,
            answers: &[
                success(201, Body::Open),
                INVALID,
                UNKNOWN_CALLER,
                WITHOUT_ROLE,
                error(412, VALIDATION_FAILED),
                FAILED,
            ],
        },
        Operation {
            id: "patchKey",
            method: "PATCH",
            path: "/keydepot/jwks/{kid}",
            soap: None,
            sections: ["5.2.3", "8.3"],
            role: MANAGE_KEYS,
            request: Some(Kind::JwkPatch),
            query: None,
            answers: &[success(200, Body::Open), INVALID, UNKNOWN_CALLER, WITHOUT_ROLE, NOT_THERE, FAILED],
        },
        Operation {
            id: "listKeys",
            method: "GET",
            path: "/keydepot/jwks",
            soap: None,
            sections: ["5.2.4", "8.4"],
            role: READ_KEYS,
            request: None,
            query: Some(Kind::KeyQuery),
            answers: &[
                success(200, Body::Artefact(Kind::Jwks)),
                INVALID,
                UNKNOWN_CALLER,
                WITHOUT_ROLE,
                NOT_THERE,
                FAILED,
            ],
        },
        Operation {
            id: "getAttestation",
            method: "GET",
            path: "/keydepot/attestations/{kid}",
            soap: None,
            sections: ["5.2.4", "8.5"],
            role: READ_KEYS,
            request: None,
            query: None,
            answers: &[
                success(200, Body::Member("attestationObject", Kind::AttestationObject)),
                NO_RESULT,
                INVALID,
                UNKNOWN_CALLER,
                WITHOUT_ROLE,
                NOT_THERE,
                FAILED,
            ],
        },
        Operation {
            id: "getKey",
            method: "GET",
            path: "/keydepot/jwks/{kid}",
            soap: None,
            // SD-30: 5.2.5 is lost but for its example, and chapter 8 has no table for it.
            sections: ["5.2.5", "8.5"],
            role: READ_KEYS,
            request: None,
            query: None,
            answers: &[
                success(200, Body::Artefact(Kind::Jwk)),
                NO_RESULT,
                INVALID,
                UNKNOWN_CALLER,
                WITHOUT_ROLE,
                NOT_THERE,
                FAILED,
            ],
        },
        Operation {
            id: "deleteKey",
            method: "DELETE",
            path: "/keydepot/jwks/{kid}",
            soap: None,
            sections: ["5.2.6", "8.6"],
            role: MANAGE_KEYS,
            request: None,
            query: None,
            answers: &[
                success(200, Body::Open),
                NO_RESULT,
                INVALID,
                UNKNOWN_CALLER,
                WITHOUT_ROLE,
                NOT_THERE,
                FAILED,
            ],
        },
        Operation {
            id: "getAccount",
            method: "GET",
            path: "/accounts/{accountId}",
            soap: None,
            sections: ["5.2.7", "8.7"],
            role: READ_KEYS,
            request: None,
            query: None,
            answers: &[
                success(200, Body::Artefact(Kind::Account)),
                NO_RESULT,
                INVALID,
                UNKNOWN_CALLER,
                WITHOUT_ROLE,
                NOT_THERE,
                FAILED,
            ],
        },
        Operation {
            id: "getKeyholder",
            method: "GET",
            path: "/keydepot/keyholder/{kid}",
            soap: None,
            sections: ["5.2.8", "8.8"],
            role: READ_KEYS,
            request: None,
            query: None,
            answers: &[
                success(200, Body::Artefact(Kind::Keyholder)),
                NO_RESULT,
                INVALID,
                UNKNOWN_CALLER,
                WITHOUT_ROLE,
                NOT_THERE,
                FAILED,
            ],
        },
    ],
    duties: &[
        duty("keydepot.token-missing", "No access token came with the call", 401, NOT_AUTHENTICATED),
        duty(
            "keydepot.role-missing",
            "The token does not hold the role that the operation needs",
            403,
            "FORBIDDEN",
        ),
        duty("keydepot.media-type-wrong", "The body does not come as JSON", 400, BAD_REQUEST),
        duty(
            "keydepot.challenge-unknown",
            "The client data holds a challenge that was not issued",
            412,
            VALIDATION_FAILED,
        ),
        duty(
            "keydepot.challenge-expired",
            "The result comes later than the options' timeout",
            412,
            VALIDATION_FAILED,
        ),
        duty("keydepot.challenge-reused", "The challenge was used already", 412, VALIDATION_FAILED),
        duty(
            "keydepot.challenge-of-another-account",
            "The challenge was issued to another account",
            412,
            VALIDATION_FAILED,
        ),
        duty(
            "keydepot.attestation-withheld",
            "The options asked for a statement, and none came",
            412,
            VALIDATION_FAILED,
        ),
        duty(
            "keydepot.credential-registered-already",
            "The credential id is registered already",
            412,
            VALIDATION_FAILED,
        ),
        duty("keydepot.key-unknown", "No key is registered under the id", 404, NOT_FOUND),
        duty("keydepot.key-of-another-account", "The key belongs to another account", 404, NOT_FOUND),
        duty("keydepot.account-unknown", "No account has the id", 404, NOT_FOUND),
        duty("keydepot.account-of-another-person", "The account belongs to another person", 404, NOT_FOUND),
        duty("keydepot.kid-malformed", "The kid in the path is not base64url", 400, BAD_REQUEST),
        duty("keydepot.account-id-malformed", "The account id in the path is not a UUID", 400, BAD_REQUEST),
    ],
};

const fn duty(id: &'static str, title: &'static str, status: u16, code: &'static str) -> Duty {
    Duty { id, title, refusal: Refusal { status, code } }
}

/// How a request whose body, query or token breaks a rule is refused.
///
/// A structure that the interface does not allow is 400, a meaning that the ceremony does not accept
/// 412 (SD-63), a token 401.
pub fn refusal(kind: Kind, rule: &str) -> Refusal {
    if kind == Kind::AccessToken {
        Refusal { status: 401, code: NOT_AUTHENTICATED }
    } else if kind == Kind::Attestation && !is_structure(rule) {
        Refusal { status: 412, code: VALIDATION_FAILED }
    } else {
        Refusal { status: 400, code: BAD_REQUEST }
    }
}

/// Whether a rule of the attestation is about its shape, which the gateway's schema refuses (8.2), and
/// not about what it means.
fn is_structure(rule: &str) -> bool {
    ["json.", "cbor."].iter().any(|encoding| rule.starts_with(encoding)) || STRUCTURE.contains(&rule)
}

/// Rules about the shape of the members, from the outermost inwards.
const STRUCTURE: &[&str] = &[
    "attestation.not-an-object",
    "attestation.member-missing",
    "attestation.member-mistyped",
    "attestation.member-empty",
    "attestation.member-not-base64url",
    "attestation.member-undecodable",
    "attestation.type-wrong",
    "client-data.not-an-object",
    "client-data.member-missing",
    "client-data.member-mistyped",
    "attestation-object.not-a-map",
    "attestation-object.member-missing",
    "attestation-object.member-mistyped",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn every_rule_of_the_table_exists() {
        for id in STRUCTURE {
            assert!(rules::find(id).is_some(), "`{id}` is no rule: take it out of STRUCTURE, or rename it");
        }
    }

    #[test]
    fn structure_is_400_meaning_412_and_a_token_401() {
        let refused = |kind, rule| {
            let refusal = refusal(kind, rule);
            (refusal.status, refusal.code)
        };
        assert_eq!(refused(Kind::Attestation, "attestation.member-missing"), (400, BAD_REQUEST));
        assert_eq!(refused(Kind::Attestation, "json.truncated"), (400, BAD_REQUEST));
        assert_eq!(refused(Kind::Attestation, "client-data.origin-mismatch"), (412, VALIDATION_FAILED));
        assert_eq!(refused(Kind::AccessToken, "jws.signature-invalid"), (401, NOT_AUTHENTICATED));
        assert_eq!(refused(Kind::KeyQuery, "key-query.type-unknown"), (400, BAD_REQUEST));
    }
}
