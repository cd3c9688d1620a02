//! An actor token, and what its receiver knows.

use super::{Bench, Made};
use crate::forge::keys::Key;

/// The key of the platform.
pub(super) fn key(bench: &Bench) -> &Key {
    &bench.pki.organisation.key
}

/// A token, and what its receiver knows.
pub(super) fn made(bench: &Bench, token: &str) -> Made {
    Made::new(token).with("key", key(bench).public_pem()).with("service", "iam-exchange")
}
