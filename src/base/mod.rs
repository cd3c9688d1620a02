//! Leaf vocabulary: places in bytes, equality of bytes, faults, budgets, kinds and time.
//!
//! Everything above speaks in these words. This module imports nothing of the crate, and knows no
//! encoding, artefact or rule.

mod budget;
mod fault;
mod kind;
mod same;
mod span;
pub mod time;

pub use budget::{Budget, Limit};
pub use fault::Fault;
pub use kind::{Kind, Profile, Service, UnknownName};
pub use same::same;
pub use span::{Span, SpanMap};
