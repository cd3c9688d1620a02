//! The clock of a simulator: frozen, stepped, or fed from outside; it can be moved on, never back.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::time::{Duration, Instant};

/// A clock that is shared by all who live in one simulated world.
#[derive(Debug)]
pub struct Clock {
    source: Source,
    /// Milliseconds by which it was moved on.
    ahead: AtomicU64,
    /// Milliseconds by which each tick moves it on.
    step: u64,
}

#[derive(Debug)]
enum Source {
    Frozen(Instant),
    Running(fn() -> Instant),
    /// The same, so much ahead or behind.
    Shifted(fn() -> Instant, Duration),
}

impl Clock {
    /// A clock that stands still but for [`Clock::advance`].
    pub const fn frozen(at: Instant) -> Self {
        Self { source: Source::Frozen(at), ahead: AtomicU64::new(0), step: 0 }
    }

    /// A clock that stands still but for [`Clock::advance`] and for a step of so many milliseconds at
    /// each [`Clock::tick`].
    pub const fn stepped(from: Instant, step: u64) -> Self {
        Self { source: Source::Frozen(from), ahead: AtomicU64::new(0), step }
    }

    /// A clock that shows `from` now, and runs on as `now` does.
    pub fn running_from(from: Instant, now: fn() -> Instant) -> Self {
        Self { source: Source::Shifted(now, from - now()), ahead: AtomicU64::new(0), step: 0 }
    }

    /// A clock that runs as `now` does.
    pub const fn running(now: fn() -> Instant) -> Self {
        Self { source: Source::Running(now), ahead: AtomicU64::new(0), step: 0 }
    }

    /// The time.
    pub fn now(&self) -> Instant {
        let start = match self.source {
            Source::Frozen(at) => at,
            Source::Running(now) => now(),
            Source::Shifted(now, by) => {
                let now = now();
                now.checked_add(by).unwrap_or(now)
            }
        };
        let ahead = i64::try_from(self.ahead.load(Ordering::SeqCst)).unwrap_or(i64::MAX);
        start.checked_add(Duration::milliseconds(ahead)).unwrap_or(start)
    }

    /// A request came: moves a stepped clock on, and no other.
    pub fn tick(&self) {
        self.advance(self.step);
    }

    /// Moves the clock on.
    pub fn advance(&self, milliseconds: u64) {
        self.ahead.fetch_add(milliseconds, Ordering::SeqCst);
    }
}
