//! The services, simulated: real paths, real status codes, judged by the engine.
//!
//! A request is refused because a rule or a [duty](crate::service::Duty) is broken, and with
//! `without` a service has exactly that hole. Everything that is kept has a limit. Time, seed and
//! sockets are inputs.

pub mod clock;
pub mod identity;
mod judging;
mod keydepot;
mod limits;
mod refusal;
mod token_endpoint;

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use tokio::net::TcpListener;

use crate::base::Service;
use crate::forge::Bench;
use crate::service;
use clock::Clock;
use keydepot::depot::Depot;

pub use limits::Limits;
pub use token_endpoint::PATH as TOKEN_PATH;

/// The origin that the simulated relying party expects.
pub const ORIGIN: &str = "https://keydepot.etalon.example";
/// The id of the simulated relying party.
pub const RP_ID: &str = "keydepot.etalon.example";
/// The realm that issues the access tokens.
pub const ISSUER: &str = "https://iam.etalon.example/auth/realms/healthcare";
/// The audience of the access tokens.
pub const AUDIENCE: &str = "ehealth-eteer-backend";
/// How long a challenge is good for, in milliseconds: the cookbook's example.
pub const TIMEOUT: u64 = 300_000;

/// How a simulator is to be.
#[derive(Debug, Clone)]
pub struct Config {
    /// What everything that is made follows from.
    pub seed: u64,
    /// Ids of rules and duties that it does without.
    pub without: Vec<String>,
    /// Whether it also answers where the cookbook contradicts itself: other paths (SD-02), other
    /// parameter names (SD-05).
    pub variants: bool,
    /// What it keeps at most.
    pub limits: Limits,
}

/// The routes of a service.
type Routes = fn(&Simulator) -> Router<Arc<Simulator>>;

/// The services that are simulated. Add a line when a service comes.
#[rustfmt::skip] // One a line, so that entries do not meet.
const SERVICES: &[(Service, Routes)] = &[
    (Service::Keydepot, keydepot::routes),
];

/// One world: the simulated services with the state that they share.
pub struct Simulator {
    config: Config,
    clock: Arc<Clock>,
    bench: Arc<Bench>,
    /// The public key of the realm, as PEM.
    realm_key: String,
    depot: Mutex<Depot>,
}

impl Simulator {
    /// A simulator without any state yet.
    pub fn new(config: Config, clock: Arc<Clock>) -> Self {
        let bench = Arc::new(Bench::new(config.seed, clock.now()));
        let realm_key = bench.pki.realm.key.public_pem();
        let depot = Mutex::new(Depot::new(config.seed, config.limits));
        Self { config, clock, bench, realm_key, depot }
    }

    /// Where its keys and names come from, to be shared with a workbench beside it.
    pub fn bench(&self) -> Arc<Bench> {
        Arc::clone(&self.bench)
    }

    /// Every service on one port.
    pub fn router(self: Arc<Self>) -> Router {
        let all = SERVICES.iter().fold(Router::new(), |all, (_, routes)| all.merge(routes(&self)));
        self.finished(all)
    }

    /// Each service for a host of its own.
    pub fn routers(self: &Arc<Self>) -> Vec<(Service, Router)> {
        let router = |routes: Routes| Arc::clone(self).finished(routes(self));
        SERVICES.iter().map(|(service, routes)| (*service, router(*routes))).collect()
    }

    fn finished(self: Arc<Self>, routes: Router<Arc<Self>>) -> Router {
        let body = self.config.limits.body;
        let routes = routes.fallback(refusal::nowhere).method_not_allowed_fallback(refusal::not_so);
        routes.with_state(self).layer(DefaultBodyLimit::max(body))
    }

    /// Whether it does without this rule or duty.
    fn is_without(&self, id: &str) -> bool {
        debug_assert!(service::duty(id).is_some(), "`{id}` is no duty of a service");
        self.config.without.iter().any(|it| it == id)
    }

    /// The state. A handler that panicked has not left it half changed: every change is one call.
    fn depot(&self) -> MutexGuard<'_, Depot> {
        self.depot.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The certificate that attestations lead to, in DER.
    fn attestation_root(&self) -> Vec<u8> {
        self.bench.pki.attestation_root.certificate.clone()
    }
}

/// Serves until `stop` comes; what is under way then is finished.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}
