//! What a simulator takes and keeps at most, so that no client can make it grow without end.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refused;
use crate::service::Refusal;
use crate::service::keydepot::BAD_REQUEST;

/// What a simulator takes and keeps at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's header fields, all together.
    pub head: usize,
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
        Self {
            head: 16 << 10,
            body: 1 << 20,
            accounts: 10_000,
            challenges: 10_000,
            keys: 20_000,
            certificates: 2_000,
        }
    }
}

/// Refuses a request whose header fields are longer than `most`, before anybody looks at one of them.
pub(super) async fn heads(State(most): State<usize>, request: Request, next: Next) -> Response {
    let length: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if length > most {
        let refusal = Refusal { status: 400, code: BAD_REQUEST };
        return Refused::new(refusal, format!("The header fields are longer than {most} bytes"))
            .into_response();
    }
    next.run(request).await
}
