//! ETK Depot REST, cookbook 1.3: chapter 5.2 for the operations, chapter 8 for the answers.
//!
//! What the cookbook leaves open is decided here, by the id of the spec defect: small letters in the
//! paths (SD-65), a bare key for one `kid` (SD-71), 404 and problem+json as the public Swagger has them
//! (SD-72), and no identification of the caller (SD-69).

use super::binding::MALFORMED;
use super::{Answer, Body, Contract, Duty, Operation, Refusal};
use crate::base::{Kind, Service};

const fn success(body: Kind) -> Answer {
    Answer { status: 200, body: Body::Artefact(body), code: None }
}

const INCORRECT: Answer = Answer { status: 400, body: Body::Artefact(Kind::Problem), code: Some(MALFORMED) };
const NOT_THERE: Answer = Answer { status: 404, body: Body::Artefact(Kind::Problem), code: None };
const FAILED: Answer = Answer { status: 500, body: Body::Artefact(Kind::Problem), code: None };

const fn operation(
    id: &'static str,
    path: &'static str,
    section: &'static str,
    query: Option<Kind>,
    answers: &'static [Answer],
) -> Operation {
    Operation {
        id,
        method: "GET",
        path,
        soap: None,
        sections: [section, "8"],
        role: "",
        request: None,
        query,
        answers,
    }
}

/// The contract of ETK Depot.
pub const CONTRACT: Contract = Contract {
    service: Service::Etkdepot,
    refusal,
    operations: &[
        operation(
            "listTokens",
            "/etee/v1/etks",
            "5.2.1",
            Some(Kind::KeyQuery),
            &[success(Kind::EtkResponse), INCORRECT, NOT_THERE, FAILED],
        ),
        operation(
            "listKeys",
            "/etee/v1/pubKeys/cacerts/jwks",
            "5.2.2",
            Some(Kind::KeyQuery),
            &[success(Kind::Jwks), INCORRECT, NOT_THERE, FAILED],
        ),
        operation(
            "getKey",
            "/etee/v1/pubKeys/cacerts/jwks/{kid}",
            "5.2.3",
            None,
            &[success(Kind::Jwk), INCORRECT, NOT_THERE, FAILED],
        ),
        operation(
            "getKeyholder",
            "/etee/v1/keyholders/{kid}",
            "5.2.4",
            None,
            &[success(Kind::Keyholder), INCORRECT, NOT_THERE, FAILED],
        ),
    ],
    duties: &[
        duty("etkdepot.use-missing", "A key is asked for, and not for which use", 400, MALFORMED),
        duty("etkdepot.kid-malformed", "The kid in the path is not S and a serial number", 400, MALFORMED),
        duty("etkdepot.token-unknown", "No ETK matches the search criteria", 404, ""),
        duty("etkdepot.key-unknown", "No key has the kid, or matches the search criteria", 404, ""),
    ],
};

const fn duty(id: &'static str, title: &'static str, status: u16, code: &'static str) -> Duty {
    Duty { id, title, refusal: Refusal { status, code } }
}

/// How a request whose query breaks a rule is refused.
pub fn refusal(_: Kind, _: &str) -> Refusal {
    Refusal { status: 400, code: MALFORMED }
}
