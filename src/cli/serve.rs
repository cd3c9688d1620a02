//! `etalon serve`: the simulated services for clients under test, until a signal stops it.

mod handover;
mod record;

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use clap::Args as ClapArgs;
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use super::run::{Clocked, known_rules};
use super::signal::Signals;
use super::{Exit, Failure, Globals, check, files, output};
use crate::browser;
use crate::context;
use crate::forge::pki::Pki;
use crate::listen::{self, Port};
use crate::record::{Recorder, layer, live};
use crate::service;
use crate::simulator::clock::Clock;
use crate::simulator::{self, Config, Limits, RelyingParty, Simulator};
use crate::workbench::Workbench;

/// How long requests that are under way may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);
/// Where HTTP is served when nothing is said.
const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8480);
/// File descriptors that are not connections.
const RESERVE: u64 = 64;

/// Serve the simulated services
#[derive(ClapArgs)]
pub(super) struct Args {
    /// Where to serve HTTP: 127.0.0.1:8480 when neither this nor --https is given. The workbench is
    /// there too when every address is a loopback address.
    #[arg(long, value_name = "ADDR", value_parser = address)]
    listen: Option<SocketAddr>,
    /// Where to serve HTTPS, besides or instead of HTTP. The certificate is for localhost and the
    /// loopback addresses; its CA's key is public, so trust it in a client under test only.
    #[arg(long, value_name = "ADDR", value_parser = address)]
    https: Option<SocketAddr>,
    /// A further host name or address in the certificate of HTTPS; repeatable.
    #[arg(long, value_name = "NAME", requires = "https", value_parser = host)]
    tls_name: Vec<String>,
    /// Write the root CA of the HTTPS certificate to this file, as PEM.
    #[arg(long, value_name = "FILE", requires = "https")]
    ca_out: Option<PathBuf>,
    /// The origin that KeyDepot expects, such as https://portal.example.be; its host is the RP ID. A
    /// browser on this machine registers a key at /browser with --origin http://localhost:8480.
    #[arg(long, value_name = "URL", default_value = simulator::ORIGIN)]
    origin: Origin,
    /// Trust anchors of attestations as PEM, besides the run's own root; repeatable.
    #[arg(long, value_name = "FILE")]
    trust: Vec<PathBuf>,
    /// The seed of every key and token that is made.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Stop the clock of the services at this time; the machine's clock if omitted.
    #[arg(long, value_name = "TIME")]
    clock: Option<Clocked>,
    /// Move the clock on by so many milliseconds at each request, and not otherwise.
    #[arg(long, value_name = "MS", requires = "clock", conflicts_with = "clock_running")]
    clock_step: Option<u64>,
    /// Let the clock run from the time of --clock.
    #[arg(long, requires = "clock")]
    clock_running: bool,
    /// Make the services ignore a rule or duty; repeatable.
    #[arg(long, value_name = "RULE")]
    without: Vec<String>,
    /// Answer only as the cookbook's main text says, not where its examples contradict it.
    #[arg(long)]
    strict_paths: bool,
    /// Save every request with its answer and what is wrong with it in this directory, one JSON file
    /// each, without secrets, and at the end the reports of a run. The exit status is then 1 if the
    /// client was wrong, 5 if it sent nothing.
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Write a target file for this world into this directory, with keystores, tokens and people: `etalon
    /// run --target DIR/target.toml` then runs against it from outside.
    #[arg(long, value_name = "DIR")]
    target_out: Option<PathBuf>,
    /// How many connections are served at once; others wait.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    connections: u64,
    /// How many seconds a client has for its handshake, for a request's head, for its body, between
    /// two requests, and to read on in an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    patience: u64,
}

/// An address to listen on.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("expected an address and a port such as 127.0.0.1:8480, found `{text}`"))
}

/// A host name or an address, as a certificate can name it.
fn host(text: &str) -> Result<String, String> {
    let is_one = text.parse::<IpAddr>().is_ok() || url::Host::parse(text).is_ok();
    is_one
        .then(|| text.to_owned())
        .ok_or_else(|| format!("expected a host name or an address, found `{text}`"))
}

/// An origin that WebAuthn works in: `https`, or `localhost`.
#[derive(Clone)]
struct Origin {
    origin: String,
    host: String,
}

impl std::str::FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).ok();
        let whole = |url: &Url| url.origin().ascii_serialization() == text.trim_end_matches('/');
        let host = url.as_ref().filter(|it| whole(it)).and_then(Url::domain).map(str::to_owned);
        match (url, host) {
            (Some(url), Some(host)) if url.scheme() == "https" || host == "localhost" => {
                Ok(Self { origin: url.origin().ascii_serialization(), host })
            }
            _ => Err(format!(
                "expected an origin such as https://portal.example.be or http://localhost:8480, found `{text}`"
            )),
        }
    }
}

fn relying_party(args: &Args) -> Result<RelyingParty, Failure> {
    let mut trust = Vec::new();
    for path in &args.trust {
        let shown = path.display();
        let text = files::read(path, files::MOST)?;
        let anchors = context::pem_blocks(&String::from_utf8_lossy(&text))
            .map_err(|why| Failure::configuration(format_args!("{shown}: {why}")))?;
        trust.extend(anchors);
    }
    Ok(RelyingParty { origin: args.origin.origin.clone(), id: args.origin.host.clone(), trust })
}

pub(super) fn run(args: &Args, globals: Globals) -> Result<Exit, Failure> {
    known_rules(&args.without)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(serve(args, globals));
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn serve(args: &Args, globals: Globals) -> Result<Exit, Failure> {
    let (ports, places) = ports(args).await?;
    let clock = Arc::new(clock(args));
    let config = Config {
        seed: args.seed,
        without: args.without.clone(),
        variants: !args.strict_paths,
        limits: Limits::default(),
    };
    let limits = listen::Limits {
        connections: connections(args.connections),
        patience: Duration::from_secs(args.patience),
        body: config.limits.body,
        grace: GRACE,
    };
    let simulator = Arc::new(Simulator::new(config, Arc::clone(&clock)).at(relying_party(args)?));
    let bench = simulator.bench();
    if let Some(dir) = &args.target_out {
        handover::write(dir, &bench, &places, simulator.relying_party())?;
    }
    let keep = args.record.as_deref().map(record::open).transpose()?;
    let recorder = Arc::new(Recorder::new(Arc::clone(&clock), args.seed, keep));
    let (stop, stopped) = watch::channel(false);
    let services = layer::recorded(Arc::clone(&simulator).router(), Arc::clone(&recorder));
    let mut router = ticking(services, Arc::clone(&clock));
    router = router.merge(live::router(Arc::clone(&recorder), stopped.clone()));
    let with_workbench = places.iter().all(|place| place.address.ip().is_loopback());
    if with_workbench {
        router = router.merge(Arc::new(Workbench::new(bench, clock, true).controlling(simulator)).router());
        router = router.merge(browser::router());
    }
    // Who reads that it is ready may stop it at once.
    let mut signals = Signals::listen()?;
    if !globals.quiet {
        announce(args, &places, with_workbench, limits)?;
    }
    let serving = tokio::spawn(listen::serve(ports, router, limits, stopped));
    signals.stop().await;
    let _ = stop.send(true);
    tokio::select! {
        _ = serving => {}
        // Whoever asks twice does not want to wait.
        () = signals.stop() => {}
    }
    match &args.record {
        Some(dir) => record::close(dir, &recorder, globals),
        None => Ok(Exit::Conforms),
    }
}

/// Where something is served.
struct Place {
    scheme: &'static str,
    address: SocketAddr,
}

async fn ports(args: &Args) -> Result<(Vec<Port>, Vec<Place>), Failure> {
    let http = args.listen.or_else(|| args.https.is_none().then_some(USUAL));
    let (mut ports, mut places) = (Vec::new(), Vec::new());
    if let Some(address) = http {
        let (listener, address) = bind(address).await?;
        ports.push(Port::http(listener));
        places.push(Place { scheme: "http", address });
    }
    if let Some(address) = args.https {
        let (listener, address) = bind(address).await?;
        // Clients hold a TLS certificate against their own clock, whatever --clock says.
        let pki = Pki::new(args.seed, check::now());
        let names: Vec<&str> =
            std::iter::once("localhost").chain(args.tls_name.iter().map(String::as_str)).collect();
        let port = Port::https(listener, &pki.tls_for(&names), &pki.issuing_ca);
        ports.push(port.map_err(|error| Failure::new(Exit::Internal, error))?);
        places.push(Place { scheme: "https", address });
        if let Some(path) = &args.ca_out {
            output::write_whole(path, |file| file.write_all(pki.root.pem().as_bytes()))?;
        }
    }
    Ok((ports, places))
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |error| Failure::configuration(format_args!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

fn clock(args: &Args) -> Clock {
    match (args.clock, args.clock_step) {
        (None, _) => Clock::running(check::now),
        (Some(from), _) if args.clock_running => Clock::running_from(from.0, check::now),
        (Some(from), Some(step)) => Clock::stepped(from.0, step),
        (Some(at), None) => Clock::frozen(at.0),
    }
}

/// Lets the clock know of each request to a service.
fn ticking(router: Router, clock: Arc<Clock>) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        clock.tick();
        next.run(request)
    }))
}

/// As many connections as are wanted and the system has file descriptors for; the soft limit is raised.
#[cfg(unix)]
fn connections(wanted: u64) -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let needed = wanted.saturating_add(RESERVE);
    if limit.current.is_some_and(|current| current < needed) {
        limit.current = Some(limit.maximum.map_or(needed, |most| most.min(needed)));
        // Where it cannot be raised, the old one holds.
        let _ = setrlimit(Resource::Nofile, limit);
    }
    let open = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(wanted.min(open.saturating_sub(RESERVE).max(1))).unwrap_or(usize::MAX)
}

/// As many connections as are wanted.
#[cfg(not(unix))]
fn connections(wanted: u64) -> usize {
    usize::try_from(wanted).unwrap_or(usize::MAX)
}

fn announce(
    args: &Args,
    places: &[Place],
    with_workbench: bool,
    limits: listen::Limits,
) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    for Place { scheme, address } in places {
        writeln!(out, "listening on {scheme}://{address}")?;
    }
    let services: Vec<&str> = service::CONTRACTS.iter().map(|it| it.service.name()).collect();
    writeln!(out, "  services: {}; seed {}", services.join(", "), args.seed)?;
    writeln!(out, "  origin {}, RP ID {}", args.origin.origin, args.origin.host)?;
    writeln!(out, "  tokens from {}", simulator::TOKEN_PATH)?;
    writeln!(out, "  described at /openapi.yaml, and at ?wsdl of the services of SOAP")?;
    writeln!(out, "  live page at /live")?;
    if with_workbench {
        writeln!(out, "  workbench at /workbench, a browser's page at /browser")?;
    }
    if let Some(path) = &args.ca_out {
        writeln!(out, "  CA of HTTPS in {}; its key is public, so trust it in tests only", path.display())?;
    }
    if let Some(dir) = &args.target_out {
        writeln!(out, "  target file {}", dir.join("target.toml").display())?;
    }
    if let Some(dir) = &args.record {
        writeln!(out, "  recording into {}", dir.display())?;
    }
    for rule in &args.without {
        writeln!(out, "  without {rule}")?;
    }
    if (limits.connections as u64) < args.connections {
        let most = limits.connections;
        writeln!(out, "  at most {most} connections: the system has no more file descriptors for us")?;
    }
    writeln!(out, "  ready")?;
    out.flush()?;
    Ok(())
}
