//! A whole world in one process: the simulated services and the workbench on loopback, and a client
//! that finds them under names that do not depend on their ports.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use crate::context::Context;
use crate::forge::Bench;
use crate::listen;
use crate::scenario::transport::{Access, Alias, Client, Error, Limits};
use crate::simulator::clock::Clock;
use crate::simulator::{self, Config, Simulator};
use crate::target::switches::Variants;
pub use crate::workbench::NAME as WORKBENCH;
use crate::workbench::{Means, Workbench};

/// What is read of a request before a service sees it: more than any of them takes.
const BODIES: listen::Limits = listen::Limits {
    connections: 0,
    patience: Duration::from_secs(30),
    body: 4 << 20,
    grace: Duration::ZERO,
};

/// Servers under way, and the way to them.
pub struct Embedded {
    /// A client that reaches them, and nothing else by a proxy.
    pub client: Client,
    /// Their addresses, by the names of the suites' sources.
    pub bases: BTreeMap<String, Url>,
    /// What answers are judged with: of a simulated world, whom to trust.
    pub context: Context,
    /// The time in this world.
    pub clock: Arc<Clock>,
    /// What the target wants otherwise than the suites send it.
    pub variants: Variants,
    /// The workbench.
    pub workbench: Arc<Workbench>,
    servers: Vec<(oneshot::Sender<()>, JoinHandle<std::io::Result<()>>)>,
}

/// Services elsewhere, and what may be used there.
#[derive(Clone, Default)]
pub struct Elsewhere {
    /// Their addresses, by the names of the suites' sources.
    pub bases: BTreeMap<String, Url>,
    /// How they are reached.
    pub access: Access,
    /// What else may be used there.
    pub means: Means,
    /// What they want otherwise than the suites send it.
    pub variants: Variants,
}

/// Why the world could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUp {
    /// No socket.
    #[error("no port of the loopback interface can be opened: {0}")]
    Socket(#[from] std::io::Error),
    /// No client.
    #[error(transparent)]
    Client(#[from] Error),
}

impl Embedded {
    /// The simulated services and a workbench beside them.
    ///
    /// # Errors
    /// When loopback or TLS cannot be used.
    pub async fn simulated(config: Config, clock: Arc<Clock>, limits: Limits) -> Result<Self, SetUp> {
        let simulator = Arc::new(Simulator::new(config, Arc::clone(&clock)));
        let workbench = Workbench::new(simulator.bench(), Arc::clone(&clock), true);
        let workbench = Arc::new(workbench.controlling(Arc::clone(&simulator)));
        let services = simulator.routers().into_iter().map(|(service, router)| (service.name(), router));
        let routers = services
            .chain([
                (simulator::IAM_CONNECT, simulator.connect()),
                (WORKBENCH, Arc::clone(&workbench).router()),
            ])
            .collect();
        let pki = &simulator.bench().pki;
        let anchors = [&pki.root, &pki.eid_ca, &pki.attestation_root];
        let trust = anchors.map(|anchor| anchor.certificate.clone()).into();
        let context = Context { trust, ..Context::default() };
        Self::start(routers, limits, (context, clock), workbench, &Access::default()).await
    }

    /// A workbench beside services elsewhere, at these addresses.
    ///
    /// # Errors
    /// When loopback or TLS cannot be used.
    pub async fn beside(
        elsewhere: Elsewhere,
        seed: u64,
        clock: Arc<Clock>,
        limits: Limits,
    ) -> Result<Self, SetUp> {
        let bench = Arc::new(Bench::new(seed, clock.now()));
        let Elsewhere { bases, access, means, variants } = elsewhere;
        let workbench = Arc::new(Workbench::new(bench, Arc::clone(&clock), false).beside(means));
        let routers = vec![(WORKBENCH, Arc::clone(&workbench).router())];
        // Who may serve TLS there may sign there too.
        let context = Context { trust: access.roots.clone(), ..Context::default() };
        let mut world = Self::start(routers, limits, (context, clock), workbench, &access).await?;
        world.bases.extend(bases);
        world.variants = variants;
        Ok(world)
    }

    async fn start(
        routers: Vec<(&str, Router)>,
        limits: Limits,
        (context, clock): (Context, Arc<Clock>),
        workbench: Arc<Workbench>,
        access: &Access,
    ) -> Result<Self, SetUp> {
        let mut bases = BTreeMap::new();
        let mut aliases = Vec::new();
        let mut servers = Vec::new();
        for (name, router) in routers {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let host = format!("{name}.etalon.test");
            aliases.push(Alias { host: host.clone(), address: listener.local_addr()? });
            let url =
                Url::parse(&format!("http://{host}/")).map_err(|it| Error::Unsendable(it.to_string()))?;
            bases.insert(name.to_owned(), url);
            let (stop, stopped) = oneshot::channel();
            let router = listen::whole_bodies(router, BODIES);
            let server = tokio::spawn(simulator::serve(listener, router, async {
                let _ = stopped.await;
            }));
            servers.push((stop, server));
        }
        let client = Client::with_access(limits, &aliases, access)?;
        Ok(Self { client, bases, context, clock, variants: Variants::default(), workbench, servers })
    }

    /// Stops the servers once what is under way is answered.
    pub async fn stop(self) {
        drop(self.client);
        for (stop, server) in self.servers {
            let _ = stop.send(());
            let _ = server.await;
        }
    }
}
