//! Instants, and the RFC 3339 text that stands for them.
//!
//! The clock is never read here: an instant is always an input.

use ::time::format_description::well_known::{Rfc2822, Rfc3339};
pub use ::time::{Duration, OffsetDateTime as Instant};

/// The instant that an RFC 3339 text names, or nothing when it is not one.
pub fn parse(text: &str) -> Option<Instant> {
    Instant::parse(text, &Rfc3339).ok()
}

/// The instant that a date of HTTP names: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
pub fn parse_http(text: &str) -> Option<Instant> {
    text.ends_with(" GMT").then(|| Instant::parse(text, &Rfc2822).ok())?
}

/// The instant as RFC 3339 text in UTC, to the second: `2026-01-15T10:00:00Z`.
pub fn format(instant: Instant) -> String {
    let utc = instant.to_offset(::time::UtcOffset::UTC).replace_nanosecond(0).unwrap_or(instant);
    utc.format(&Rfc3339).unwrap_or_else(|_| utc.unix_timestamp().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_back_as_it_was_written() {
        let instant = parse("2026-01-15T11:00:00.5+01:00").expect("RFC 3339");
        assert_eq!(format(instant), "2026-01-15T10:00:00Z");
        assert_eq!(parse("2026-01-15"), None);
        let named = parse_http("Thu, 15 Jan 2026 10:00:00 GMT").map(format);
        assert_eq!(named.as_deref(), Some("2026-01-15T10:00:00Z"));
        for other in ["Thu, 15 Jan 2026 10:00:00 +0100", "2026-01-15T10:00:00Z", "120", ""] {
            assert_eq!(parse_http(other), None, "{other}");
        }
    }
}
