//! Attestations of the run's authenticator.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Order, Workbench, read};
use crate::forge::authenticator::{self, Ceremony, Deviation, Statement};
use crate::wire::base64::{self, Form};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Attestation {
    /// A name for the credential; the same name is the same key.
    credential: String,
    challenge: String,
    origin: Option<String>,
    rp_id: Option<String>,
    #[serde(default)]
    statement: StatementName,
    #[serde(default = "verified")]
    user_verified: bool,
    #[serde(default)]
    deviation: DeviationName,
}

fn verified() -> bool {
    true
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum StatementName {
    #[default]
    PackedSelf,
    PackedCertificate,
    None,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum DeviationName {
    #[default]
    None,
    Signature,
    AuthenticatorData,
    Type,
    UserPresence,
}

pub(super) async fn make(State(workbench): State<Arc<Workbench>>, order: Order<Attestation>) -> Answer {
    let order = read(order)?;
    if matches!(order.statement, StatementName::PackedCertificate) {
        workbench.only_simulated("the attestation leads to an authority that etalon made up")?;
    }
    let relying_party = workbench.relying_party();
    let ceremony = Ceremony {
        challenge: &order.challenge,
        origin: given(order.origin.as_deref()).unwrap_or(&relying_party.origin),
        rp_id: given(order.rp_id.as_deref()).unwrap_or(&relying_party.id),
        statement: match order.statement {
            StatementName::PackedSelf => Statement::PackedSelf,
            StatementName::PackedCertificate => Statement::PackedCertificate,
            StatementName::None => Statement::None,
        },
        user_verified: order.user_verified,
        deviation: match order.deviation {
            DeviationName::None => None,
            DeviationName::Signature => Some(Deviation::Signature),
            DeviationName::AuthenticatorData => Some(Deviation::AuthenticatorData),
            DeviationName::Type => Some(Deviation::Type),
            DeviationName::UserPresence => Some(Deviation::UserPresence),
        },
    };
    let credential = authenticator::register(&workbench.bench, &workbench.own(&order.credential), &ceremony);
    let (x, y) = credential.coordinates();
    Ok(Json(json!({
        "id": credential.kid(),
        "rawId": credential.kid(),
        "type": "public-key",
        "clientDataJSON": base64::encode(&credential.client_data, Form::Url),
        "attestationObject": base64::encode(&credential.attestation_object, Form::Url),
        "kid": credential.kid(),
        "x": x,
        "y": y,
    })))
}

/// A text that says something: an expression cannot leave a member out, but it can leave it empty.
fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
