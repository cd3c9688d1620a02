//! The services, simulated: real paths, real status codes, judged by the engine.
//!
//! A request is refused because a rule or a [duty](crate::service::Duty) is broken, and with
//! `without` a service has exactly that hole. Everything that is kept has a limit. Time, seed and
//! sockets are inputs.

mod attribute_authority;
mod bounded;
mod certra;
pub mod clock;
mod described;
mod etkdepot;
mod etkra;
mod iam_connect;
pub mod iam_exchange;
pub mod identity;
mod issuing;
mod judging;
mod keydepot;
mod limits;
pub mod overheard;
pub mod person;
mod refusal;
mod registry;
mod soap;
mod wsdl;

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;

use crate::base::Service;
use crate::forge::Bench;
use crate::service;
use attribute_authority::state::Queries;
use clock::Clock;
use iam_exchange::state::Exchange;
use keydepot::depot::Depot;
use registry::Registry;

pub use iam_connect::{NAME as IAM_CONNECT, TOKEN_PATH};
pub use limits::Limits;

/// The origin that the simulated relying party expects, where nothing else is said.
pub const ORIGIN: &str = "https://keydepot.etalon.example";
/// The id of the simulated relying party, where nothing else is said.
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

/// Whom authenticators register keys with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// Its origin.
    pub origin: String,
    /// Its id: the origin's host.
    pub id: String,
    /// Certificates that attestations may lead to beside the root of the run's own authenticators, in
    /// DER.
    pub trust: Vec<Vec<u8>>,
}

impl Default for RelyingParty {
    fn default() -> Self {
        Self { origin: ORIGIN.to_owned(), id: RP_ID.to_owned(), trust: Vec::new() }
    }
}

/// The routes of a service.
type Routes = fn(&Simulator) -> Router<Arc<Simulator>>;

/// The services that are simulated. Add a line when a service comes.
#[rustfmt::skip] // One a line, so that entries do not meet.
const SERVICES: &[(Service, Routes)] = &[
    (Service::Keydepot, keydepot::routes),
    (Service::IamExchange, iam_exchange::routes),
    (Service::Certra, certra::routes),
    (Service::Etkra, etkra::routes),
    (Service::Etkdepot, etkdepot::routes),
    (Service::AttributeAuthority, attribute_authority::routes),
];

/// One world: the simulated services with the state that they share.
pub struct Simulator {
    config: Config,
    clock: Arc<Clock>,
    bench: Arc<Bench>,
    relying_party: RelyingParty,
    /// The public key of the realm, as PEM.
    realm_key: String,
    depot: Mutex<Depot>,
    exchange: Mutex<Exchange>,
    /// What CertRA, EtkRA and ETK Depot share.
    registry: Mutex<Registry>,
    queries: Mutex<Queries>,
}

impl Simulator {
    /// A simulator without any state yet.
    pub fn new(config: Config, clock: Arc<Clock>) -> Self {
        let bench = Arc::new(Bench::new(config.seed, clock.now()));
        let realm_key = bench.pki.realm.key.public_pem();
        let depot = Mutex::new(Depot::new(config.seed, config.limits));
        let exchange = Mutex::new(Exchange::new(&bench));
        let registry = Mutex::new(Registry::new(config.limits, &bench));
        let queries = Mutex::new(Queries::new());
        Self {
            config,
            clock,
            bench,
            relying_party: RelyingParty::default(),
            realm_key,
            depot,
            exchange,
            queries,
            registry,
        }
    }

    /// The same, for another relying party.
    #[must_use]
    pub fn at(mut self, relying_party: RelyingParty) -> Self {
        self.relying_party = relying_party;
        self
    }

    /// Whom authenticators register keys with.
    pub fn relying_party(&self) -> &RelyingParty {
        &self.relying_party
    }

    /// Where its keys and names come from, to be shared with a workbench beside it.
    pub fn bench(&self) -> Arc<Bench> {
        Arc::clone(&self.bench)
    }

    /// Every service on one port.
    pub fn router(self: Arc<Self>) -> Router {
        let shared = iam_connect::routes()
            .route("/openapi.yaml", described::all())
            .route(&format!("/openapi/{IAM_CONNECT}.yaml"), described::one(IAM_CONNECT));
        let all = SERVICES.iter().fold(shared, |all, (service, routes)| {
            all.merge(routes(&self))
                .route(&format!("/openapi/{}.yaml", service.name()), described::one(service.name()))
        });
        self.finished(all)
    }

    /// Each service for a host of its own.
    pub fn routers(self: &Arc<Self>) -> Vec<(Service, Router)> {
        let router = |service: Service, routes: Routes| {
            Arc::clone(self).finished(routes(self).route("/openapi.yaml", described::one(service.name())))
        };
        SERVICES.iter().map(|(service, routes)| (*service, router(*service, *routes))).collect()
    }

    /// The authorization server for a host of its own: it stands beside the services.
    pub fn connect(self: &Arc<Self>) -> Router {
        Arc::clone(self).finished(iam_connect::routes())
    }

    /// Lets the next request about a person fail inside of a service.
    ///
    /// # Errors
    /// The failures that there are, when this is none of them.
    pub fn provoke(&self, ssin: &str, failure: &str) -> Result<(), String> {
        let rows = service::iam_exchange::Row::PROVOKED;
        let codes = service::attribute_authority::PROVOKED;
        if let Some((_, row)) = rows.iter().find(|(name, _)| *name == failure) {
            self.exchange().provoke(ssin, *row);
        } else if let Some((_, code)) = codes.iter().find(|(name, _)| *name == failure) {
            self.queries().provoke(ssin, code);
        } else {
            let known = rows.iter().map(|(name, _)| *name).chain(codes.iter().map(|(name, _)| *name));
            let known = known.collect::<Vec<_>>().join(", ");
            return Err(format!("`failure`: expected one of {known}"));
        }
        Ok(())
    }

    /// Configures a client of IAM eXchange that signs with the key of this certificate.
    pub fn register_client(&self, id: &str, certificate: Vec<u8>, technical: bool) {
        let client = iam_exchange::clients::Client::new(certificate, technical);
        self.exchange().clients.register(id, client);
    }

    fn finished(self: Arc<Self>, routes: Router<Arc<Self>>) -> Router {
        let Limits { head, body, .. } = self.config.limits;
        let routes = routes.fallback(refusal::nowhere).method_not_allowed_fallback(refusal::not_so);
        let heads = from_fn_with_state(head, limits::heads);
        routes.with_state(self).layer(DefaultBodyLimit::max(body)).layer(heads)
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

    /// The state of IAM Connect and IAM eXchange, likewise.
    fn exchange(&self) -> MutexGuard<'_, Exchange> {
        self.exchange.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The certificates and tokens.
    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The state of the Attribute Authority, likewise.
    fn queries(&self) -> MutexGuard<'_, Queries> {
        self.queries.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The certificates that attestations may lead to, in DER.
    fn attestation_anchors(&self) -> Vec<Vec<u8>> {
        let own = self.bench.pki.attestation_root.certificate.clone();
        std::iter::once(own).chain(self.relying_party.trust.iter().cloned()).collect()
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
