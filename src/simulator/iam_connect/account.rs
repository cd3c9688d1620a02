//! The account of a user: where the consent to a client is withdrawn.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};

use crate::service::Refusal;
use crate::simulator::Simulator;
use crate::simulator::refusal::Refused;

/// Longest id of a client.
const LONGEST: usize = 200;

/// Withdraws the consent of the bearer to a client.
pub(super) async fn withdraw(
    State(world): State<Arc<Simulator>>,
    client: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let claims = world.bearer(&headers, None)?;
    let client = client.ok().map(|Path(client)| client).filter(|client| client.len() <= LONGEST);
    let subject = claims.get("sub").and_then(serde_json::Value::as_str);
    let (Some(client), Some(subject)) = (client, subject) else {
        return Err(Refused::new(Refusal { status: 404, code: "" }, "No application has this id"));
    };
    world.exchange().set_consent(subject, &client, false);
    Ok(StatusCode::NO_CONTENT)
}
