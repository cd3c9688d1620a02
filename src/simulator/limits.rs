//! What a simulator keeps at most, so that no client can make it grow without end.

/// What a simulator keeps at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body: usize,
    /// Accounts.
    pub accounts: usize,
    /// Challenges that were issued and not yet forgotten; the oldest make room.
    pub challenges: usize,
    /// Keys, and ids of keys that were deleted.
    pub keys: usize,
    /// Certificates that were asked for.
    pub certificates: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 1 << 20, accounts: 10_000, challenges: 10_000, keys: 20_000, certificates: 2_000 }
    }
}
