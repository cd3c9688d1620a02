//! `--watch`: the run again, each time that a file of it changes.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::super::signal::Signals;

/// How often the files are looked at. A suite is edited by people.
const PACE: Duration = Duration::from_millis(300);

/// Files, and when each was last changed.
pub(super) struct Seen {
    pub(super) files: Vec<PathBuf>,
    stamps: Vec<Option<SystemTime>>,
}

impl Seen {
    /// The files as they are now.
    pub(super) fn now(files: Vec<PathBuf>) -> Self {
        Self { stamps: stamps(&files), files }
    }

    /// Waits until a file has changed. Says whether one has: if not, somebody ends the watch.
    pub(super) async fn changed(&self, signals: &mut Signals) -> bool {
        loop {
            if stamps(&self.files) != self.stamps {
                return true;
            }
            tokio::select! {
                () = signals.stop() => return false,
                () = tokio::time::sleep(PACE) => {}
            }
        }
    }
}

/// When each file was last changed; nothing for one that is not there.
fn stamps(files: &[PathBuf]) -> Vec<Option<SystemTime>> {
    files.iter().map(|file| std::fs::metadata(file).and_then(|it| it.modified()).ok()).collect()
}
