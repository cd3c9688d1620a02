//! Who calls KeyDepot: what a verified access token says.

use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::super::refusal::Refused;
use super::super::{AUDIENCE, Simulator};
use crate::base::{Kind, Service};
use crate::context::Context;
use crate::service::keydepot;
use crate::wire::base64::{self, Form};

/// The holder of an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    /// Whose keys are managed.
    pub(super) owner: Owner,
    /// The application that calls.
    pub(super) application: String,
    roles: Vec<String>,
    /// The claims about the user, as a key holder shows them.
    pub(super) claims: Value,
}

/// A person or an organisation, by an identifier of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Owner {
    /// `SSIN`, `NIHII`, `CBE` or `EHP`.
    pub(super) kind: String,
    /// The identifier.
    pub(super) id: String,
}

impl Simulator {
    /// Who calls an operation that needs `role`.
    ///
    /// # Errors
    /// The refusal of a call without a token, with an invalid one, or without the role.
    pub(super) fn caller(&self, headers: &HeaderMap, role: &str) -> Result<Caller, Refused> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let Some(token) = token else {
            if self.is_without("keydepot.token-missing") {
                return Ok(anybody());
            }
            return Err(Refused::duty("keydepot.token-missing"));
        };
        self.judge_token(token)?;
        let caller = read(token).ok_or_else(|| {
            Refused::new(keydepot::refusal(Kind::AccessToken, ""), "The token names no user")
        })?;
        if !caller.roles.iter().any(|it| it == role) && !self.is_without("keydepot.role-missing") {
            return Err(Refused::duty("keydepot.role-missing"));
        }
        Ok(caller)
    }

    fn judge_token(&self, token: &str) -> Result<(), Refused> {
        let context = Context {
            key: Some(self.realm_key.clone().into()),
            as_of: Some(self.clock.now()),
            audience: Some(AUDIENCE.to_owned()),
            service: Some(Service::Keydepot),
            ..Context::default()
        };
        self.judge(&keydepot::CONTRACT, Kind::AccessToken, token.as_bytes(), &context).map(|_| ())
    }
}

/// The claims of a token that was verified.
fn read(token: &str) -> Option<Caller> {
    let payload = token.split('.').nth(1)?;
    let bytes = base64::decode(payload.as_bytes(), Form::Url, &crate::base::Budget::JUDGE).strict()?;
    let claims: Value = serde_json::from_slice(&bytes).ok()?;
    let backend = claims.pointer("/resource_access/ehealth-eteer-backend").or(claims.get(AUDIENCE));
    let roles = backend.and_then(|it| it.get("roles")?.as_array()).map_or_else(Vec::new, |roles| {
        roles.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    });
    let text = |pointer: &str| claims.pointer(pointer).and_then(Value::as_str);
    let owner = [
        ("SSIN", "/userProfile/ssin"),
        ("CBE", "/organization/enterprise/cbe"),
        ("NIHII", "/organization/pharmacy/nihii"),
    ]
    .into_iter()
    .find_map(|(kind, pointer)| Some(Owner { kind: kind.to_owned(), id: text(pointer)?.to_owned() }))?;
    let user = claims.get("userProfile").or_else(|| claims.get("organization")).cloned()?;
    Some(Caller { owner, application: text("/azp")?.to_owned(), roles, claims: user })
}

/// Who calls a service that asks for no token.
fn anybody() -> Caller {
    let owner = Owner { kind: "SSIN".to_owned(), id: "00000000097".to_owned() };
    let roles = [keydepot::READ_KEYS, keydepot::MANAGE_KEYS].map(str::to_owned).to_vec();
    Caller {
        owner,
        application: "anybody".to_owned(),
        roles,
        claims: serde_json::json!({"ssin": "00000000097"}),
    }
}
