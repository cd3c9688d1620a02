//! The signals by which somebody ends etalon.

/// Waits for a signal to stop.
#[cfg(unix)]
pub(super) async fn stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for a signal to stop.
#[cfg(not(unix))]
pub(super) async fn stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
