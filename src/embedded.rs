//! A whole world in one process: the simulated services and the workbench on loopback, and a client
//! that finds them under names that do not depend on their ports.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use crate::base::Service;
use crate::forge::Bench;
use crate::scenario::transport::{Alias, Client, Error, Limits};
use crate::simulator::clock::Clock;
use crate::simulator::{self, Config, Simulator};
use crate::workbench::Workbench;

/// The name under which suites refer to the workbench.
pub const WORKBENCH: &str = "workbench";

/// Servers under way, and the way to them.
pub struct Embedded {
    /// A client that reaches them, and nothing else by a proxy.
    pub client: Client,
    /// Their addresses, by the names of the suites' sources.
    pub bases: BTreeMap<String, Url>,
    /// The certificates that what the services sign leads to, in DER; none is known of others.
    pub trust: Vec<Vec<u8>>,
    servers: Vec<(oneshot::Sender<()>, JoinHandle<std::io::Result<()>>)>,
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
        let workbench = Workbench::new(simulator.bench(), clock, true).controlling(Arc::clone(&simulator));
        let workbench = Arc::new(workbench);
        let services = simulator.routers().into_iter().map(|(service, router)| (service.name(), router));
        let routers = services
            .chain([(simulator::IAM_CONNECT, simulator.connect()), (WORKBENCH, workbench.router())])
            .collect();
        let mut world = Self::start(routers, limits).await?;
        let pki = &simulator.bench().pki;
        for anchor in [&pki.root, &pki.eid_ca, &pki.attestation_root] {
            world.trust.push(anchor.certificate.clone());
        }
        Ok(world)
    }

    /// A workbench beside a target elsewhere.
    ///
    /// # Errors
    /// When loopback or TLS cannot be used.
    pub async fn beside(target: Url, seed: u64, clock: Arc<Clock>, limits: Limits) -> Result<Self, SetUp> {
        let bench = Arc::new(Bench::new(seed, clock.now()));
        let workbench = Arc::new(Workbench::new(bench, clock, false));
        let mut world = Self::start(vec![(WORKBENCH, workbench.router())], limits).await?;
        world.bases.insert(Service::Keydepot.name().to_owned(), target);
        Ok(world)
    }

    async fn start(routers: Vec<(&str, Router)>, limits: Limits) -> Result<Self, SetUp> {
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
            let server = tokio::spawn(simulator::serve(listener, router, async {
                let _ = stopped.await;
            }));
            servers.push((stop, server));
        }
        Ok(Self { client: Client::new(limits, &aliases)?, bases, trust: Vec::new(), servers })
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
