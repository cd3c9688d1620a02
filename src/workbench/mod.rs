//! The workbench: what a workflow needs beyond the target, as HTTP operations with scalar outputs.
//!
//! Make a token or an attestation, judge an artefact, wait. `suites/openapi/workbench.yaml` describes
//! it like any other API, so that any Arazzo runner can use it. It trusts whoever reaches it: serve it
//! on loopback only.

mod attestations;
mod judgements;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::forge::Bench;
use crate::simulator::clock::Clock;

/// Longest time that is really waited; a simulated clock is moved on by any.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What the operations work with.
pub struct Workbench {
    bench: Bench,
    clock: Arc<Clock>,
    /// Whether the target lives by the same clock, so that waiting means moving it on.
    simulated: bool,
}

impl Workbench {
    /// A workbench for a seed. With `simulated`, the target lives by `clock` too.
    pub fn new(seed: u64, clock: Arc<Clock>, simulated: bool) -> Self {
        Self { bench: Bench::new(seed, clock.now()), clock, simulated }
    }

    /// The HTTP service.
    pub fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/workbench/tokens", post(tokens::make))
            .route("/workbench/attestations", post(attestations::make))
            .route("/workbench/judgements", post(judgements::judge))
            .route("/workbench/waits", post(wait))
            .with_state(self)
    }
}

/// Why an order cannot be carried out.
struct Refused(StatusCode, String);

impl Refused {
    fn order(detail: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, detail.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let title = self.0.canonical_reason().unwrap_or_default();
        let body = json!({"title": title, "status": self.0.as_u16(), "detail": self.1});
        (self.0, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    }
}

type Answer = Result<Json<Value>, Refused>;
type Order<T> = Result<Json<T>, JsonRejection>;

/// What was ordered, or that it cannot be read.
fn read<T>(order: Order<T>) -> Result<T, Refused> {
    order.map(|Json(order)| order).map_err(|rejection| Refused::order(rejection.body_text()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wait {
    milliseconds: u64,
}

/// Lets time pass: for a simulated target by moving its clock on, for another by waiting.
async fn wait(State(workbench): State<Arc<Workbench>>, order: Order<Wait>) -> Answer {
    let Wait { milliseconds } = read(order)?;
    if workbench.simulated {
        workbench.clock.advance(milliseconds);
    } else {
        let time = Duration::from_millis(milliseconds);
        if time > LONGEST_WAIT {
            let why = format!("at most {} s are really waited", LONGEST_WAIT.as_secs());
            return Err(Refused(StatusCode::SERVICE_UNAVAILABLE, why));
        }
        tokio::time::sleep(time).await;
    }
    Ok(Json(json!({"now": crate::base::time::format(workbench.clock.now())})))
}
