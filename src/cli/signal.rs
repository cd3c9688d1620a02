//! The signals by which somebody ends etalon.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};

use super::{Exit, Failure};

/// The signals to stop. One that comes after this was made is not lost, whenever it is asked for; before,
/// it ends the process.
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(windows)]
    interrupt: CtrlC,
}

#[cfg(unix)]
impl Signals {
    /// Listens from now on. Within a runtime.
    ///
    /// # Errors
    /// When the system does not let them be heard.
    pub(super) fn listen() -> Result<Self, Failure> {
        let to = |kind| signal(kind).map_err(unheard);
        Ok(Self { interrupt: to(SignalKind::interrupt())?, terminate: to(SignalKind::terminate())? })
    }

    /// Waits for the next.
    pub(super) async fn stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
impl Signals {
    /// Listens from now on. Within a runtime.
    ///
    /// # Errors
    /// When the system does not let them be heard.
    pub(super) fn listen() -> Result<Self, Failure> {
        Ok(Self { interrupt: ctrl_c().map_err(unheard)? })
    }

    /// Waits for the next.
    pub(super) async fn stop(&mut self) {
        self.interrupt.recv().await;
    }
}

fn unheard(error: io::Error) -> Failure {
    Failure::new(Exit::Internal, format_args!("cannot listen for the signals to stop: {error}"))
}
