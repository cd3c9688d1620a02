//! The workbench: what a workflow needs beyond the target, as HTTP operations with scalar outputs.
//!
//! Make a token or an attestation, judge an artefact, wait. `suites/openapi/workbench.yaml` describes
//! it like any other API, so that any Arazzo runner can use it. It trusts whoever reaches it: serve it
//! on loopback only.

mod actor_tokens;
mod attestations;
mod certification;
mod encryption;
mod forgeries;
mod judgements;
mod means;
mod people;
mod queries;
mod requests;
mod saml;
mod texts;
mod tokens;
mod world;
mod xml;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::forge::Bench;
use crate::forge::keys::Key;
use crate::forge::rng::Stream;
use crate::simulator::clock::Clock;
use crate::simulator::{RelyingParty, Simulator};

pub use means::Means;

/// The name under which suites refer to it.
pub const NAME: &str = "workbench";

/// The status of an order that cannot be carried out at this target, though it could at another: who
/// runs a workflow leaves it out then, for the reason in `detail`.
pub const NOT_HERE: u16 = 501;

/// How a reason begins why a workflow is left out for what a target lacks, in `detail` and elsewhere.
pub const NEEDS: &str = "it needs ";

/// Longest time that is really waited, less than a client waits for an answer; a simulated clock is moved
/// on by any.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// What the operations work with.
pub struct Workbench {
    bench: Arc<Bench>,
    clock: Arc<Clock>,
    /// Whether the target lives by the same clock, so that waiting means moving it on.
    simulated: bool,
    /// What sets the names of this run apart from those of the run before it.
    run: i64,
    /// The users in the order in which they were first named.
    users: Mutex<Vec<String>>,
    /// The simulated world, where there is one.
    world: Option<Arc<Simulator>>,
    /// The keys in the order in which they were first named.
    keys: Mutex<Vec<(String, Key)>>,
    /// How many requests were made.
    requests: AtomicU64,
    /// What may be used at a target elsewhere; nothing in a simulated world.
    means: Option<Means>,
    /// For whom the tokens of such a target stand in the workflow under way.
    served: Mutex<tokens::Bound>,
}

/// How many users a run may name.
const USERS: usize = 10_000;

impl Workbench {
    /// A workbench. With `simulated`, the target lives by `clock` too.
    pub fn new(bench: Arc<Bench>, clock: Arc<Clock>, simulated: bool) -> Self {
        let run = clock.now().unix_timestamp();
        Self {
            bench,
            clock,
            simulated,
            run,
            users: Mutex::default(),
            keys: Mutex::default(),
            requests: AtomicU64::new(0),
            world: None,
            means: None,
            served: Mutex::default(),
        }
    }

    /// The same, as the owner of a simulated world.
    #[must_use]
    pub fn controlling(self, world: Arc<Simulator>) -> Self {
        Self { world: Some(world), ..self }
    }

    /// Another workflow begins: the tokens of a target stand for whomever it names.
    pub fn begin(&self) {
        *self.served.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = tokens::Bound::default();
    }

    /// Whom its authenticator registers keys with when an order does not say.
    fn relying_party(&self) -> RelyingParty {
        if let Some(party) = self.means.as_ref().and_then(|it| it.relying_party.clone()) {
            return party;
        }
        self.world.as_ref().map_or_else(RelyingParty::default, |world| world.relying_party().clone())
    }

    /// A name that a workflow gives, made this run's own: a target remembers the run before.
    fn own(&self, name: &str) -> String {
        format!("{name} of {}", self.run)
    }

    /// The number of a user: the same name is the same person, and no two names are one.
    fn number(&self, user: &str) -> Result<u64, Refused> {
        let mut users = self.users.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let index = users.iter().position(|it| it == user).unwrap_or_else(|| {
            users.push(user.to_owned());
            users.len() - 1
        });
        if index >= USERS {
            users.truncate(USERS);
            return Err(Refused::order(format!("a run names at most {USERS} users")));
        }
        let first = Stream::new(self.bench.seed(), &format!("users of {}", self.run)).below(u64::MAX >> 1);
        Ok(first + index as u64)
    }

    /// A number that was not drawn before.
    fn draw(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    /// The same, beside a target elsewhere, with what may be used there.
    #[must_use]
    pub fn beside(self, means: Means) -> Self {
        Self { means: Some(means), ..self }
    }

    /// The HTTP service.
    pub fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/workbench", get(describe))
            .route("/workbench/tokens", post(tokens::make))
            .route("/workbench/actor-tokens", post(actor_tokens::make))
            .route("/workbench/people", post(people::make))
            .route("/workbench/queries", post(queries::make))
            .route("/workbench/saml", post(saml::read_saml))
            .route("/workbench/failures", post(world::provoke))
            .route("/workbench/clients", post(world::register))
            .route("/workbench/pki", get(world::pki))
            .route("/workbench/attestations", post(attestations::make))
            .route("/workbench/judgements", post(judgements::judge))
            .route("/workbench/inspections", post(forgeries::inspect))
            .route("/workbench/forgeries", post(forgeries::forge))
            .route("/workbench/decodings", post(texts::decode))
            .route("/workbench/extractions", post(texts::extract))
            .route("/workbench/repetitions", post(texts::repeat))
            .route("/workbench/keys", post(certification::key))
            .route("/workbench/parties", post(certification::party))
            .route("/workbench/csrs", post(certification::csr))
            .route("/workbench/requests", post(requests::make))
            .route("/workbench/challenges", post(encryption::open))
            .route("/workbench/encryption-certificates", post(encryption::certify))
            .route("/workbench/xml-values", post(xml::value))
            .route("/workbench/waits", post(wait))
            .with_state(self)
    }
}

/// The description of its operations, as the suites have it.
async fn describe() -> impl IntoResponse {
    let path = format!("openapi/{NAME}.yaml");
    let text = crate::suites::files().into_iter().find(|(it, _)| *it == path).map(|(_, text)| text);
    ([(header::CONTENT_TYPE, "application/yaml")], text.expect("a test reads every carried description"))
}

/// Why an order cannot be carried out.
struct Refused(StatusCode, String);

impl Refused {
    fn order(detail: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, detail.into())
    }

    /// What a workflow needs, as it follows [`NEEDS`].
    fn here(needed: impl std::fmt::Display) -> Self {
        Self(StatusCode::NOT_IMPLEMENTED, format!("{NEEDS}{needed}"))
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
            return Err(Refused::here(format_args!(
                "the simulator: {} s are to pass, and at most {} s are really waited",
                time.as_secs(),
                LONGEST_WAIT.as_secs()
            )));
        }
        tokio::time::sleep(time).await;
    }
    Ok(Json(json!({"now": crate::base::time::format(workbench.clock.now())})))
}
