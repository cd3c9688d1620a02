//! Making and looking into any artefact that the forge and the inspector know.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::judgements::bytes_of;
use super::{Answer, Order, Refused, Workbench, read};
use crate::base::Kind;
use crate::forge;
use crate::inspect;
use crate::wire::base64::{self, Form};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forgery {
    kind: String,
    /// A deviation, by its id or its case of the catalogue.
    mutation: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, String>,
}

/// Makes an artefact.
pub(super) async fn forge(State(workbench): State<Arc<Workbench>>, order: Order<Forgery>) -> Answer {
    let order = read(order)?;
    let kind: Kind = order.kind.parse().map_err(|error| Refused::order(format!("{error}")))?;
    let clock = workbench.clock.now();
    let seed = workbench.bench.seed();
    let mutation = order.mutation.as_deref().filter(|it| !it.is_empty());
    let forged = forge::forge(kind, mutation, seed, clock, &order.params)
        .map_err(|error| Refused::order(error.to_string()))?;
    Ok(Json(json!({
        "text": std::str::from_utf8(&forged.bytes).ok(),
        "base64url": base64::encode(&forged.bytes, Form::Url),
        "base64": base64::encode(&forged.bytes, Form::Standard),
        "rules": forged.expect.join(" "),
        "context": forged.context,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inspection {
    kind: String,
    text: Option<String>,
    base64url: Option<String>,
}

/// Shows the decoded artefact.
pub(super) async fn inspect(order: Order<Inspection>) -> Answer {
    let order = read(order)?;
    let kind: Kind = order.kind.parse().map_err(|error| Refused::order(format!("{error}")))?;
    let bytes = bytes_of(order.text, order.base64url)?;
    let tree = inspect::inspect(kind, &bytes)
        .ok_or_else(|| Refused::order(format!("etalon does not inspect the kind `{kind}`")))?;
    Ok(Json(json!({"tree": tree.to_json()})))
}
