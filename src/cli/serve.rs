//! `etalon serve`: the simulated services for clients under test, until a signal stops it.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args as ClapArgs;
use tokio::net::TcpListener;

use super::run::{Clocked, known_rules};
use super::{Exit, Failure, Globals, check};
use crate::simulator::clock::Clock;
use crate::simulator::{self, Config, Limits, Simulator};
use crate::workbench::Workbench;

/// How long requests that are under way may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serve the simulated services
#[derive(ClapArgs)]
pub(super) struct Args {
    /// Where to listen. The workbench is there too when this is a loopback address.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// What every key and token that is made follows from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// A time at which the clock stands still; it runs when this is left out.
    #[arg(long, value_name = "TIME")]
    clock: Option<Clocked>,
    /// Let the services do without a rule or duty; repeatable.
    #[arg(long, value_name = "RULE")]
    without: Vec<String>,
    /// Answer only as the cookbook's main text says, not where its examples contradict it.
    #[arg(long)]
    strict_paths: bool,
}

pub(super) fn run(args: &Args, globals: Globals) -> Result<Exit, Failure> {
    known_rules(&args.without)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(serve(args, globals));
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn serve(args: &Args, globals: Globals) -> Result<Exit, Failure> {
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| Failure::configuration(format_args!("cannot listen on {}: {error}", args.listen)))?;
    let address = listener.local_addr()?;
    let clock = Arc::new(args.clock.map_or(Clock::running(check::now), |clock| Clock::frozen(clock.0)));
    let config = Config {
        seed: args.seed,
        without: args.without.clone(),
        variants: !args.strict_paths,
        limits: Limits::default(),
    };
    let simulator = Arc::new(Simulator::new(config, Arc::clone(&clock)));
    let bench = simulator.bench();
    let mut router = simulator.router();
    let with_workbench = address.ip().is_loopback();
    if with_workbench {
        router = router.merge(Arc::new(Workbench::new(bench, clock, true)).router());
    }
    if !globals.quiet {
        let mut out = anstream::stdout().lock();
        writeln!(out, "KeyDepot at http://{address}/keydepot, seed {}", args.seed)?;
        writeln!(out, "  origin {}, RP ID {}", simulator::ORIGIN, simulator::RP_ID)?;
        writeln!(out, "  tokens from http://{address}{}", simulator::TOKEN_PATH)?;
        if with_workbench {
            writeln!(out, "  workbench at http://{address}/workbench")?;
        }
        for rule in &args.without {
            writeln!(out, "  without {rule}")?;
        }
        out.flush()?;
    }
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let server = tokio::spawn(simulator::serve(listener, router, async {
        let _ = stopped.await;
    }));
    signal().await?;
    let _ = stop.send(());
    // A request that does not end within the grace is cut.
    if let Ok(Ok(served)) = tokio::time::timeout(GRACE, server).await {
        served?;
    }
    Ok(Exit::Conforms)
}

/// Waits for a signal to stop.
#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for a signal to stop.
#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
