//! UTCTime and GeneralizedTime.

use super::fault::DerFault;
use crate::base::Span;
use crate::base::time::Instant;

/// A UTCTime or a GeneralizedTime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// The instant that it names.
    pub instant: Instant,
    /// Whether it is a GeneralizedTime.
    pub generalized: bool,
    /// Where it stands, with its header.
    pub span: Span,
}

/// Reads the content of a time: the instant, and what DER would not have.
pub(super) fn read(content: &[u8], generalized: bool) -> Result<(Instant, Option<DerFault>), DerFault> {
    const BAD: DerFault =
        DerFault::Malformed("expected a time as YYMMDDhhmmssZ or YYYYMMDDhhmmssZ, found none");
    let mut rest = content;
    let mut departure = None;
    let two = |rest: &mut &[u8]| -> Option<u8> {
        let (pair, tail) = rest.split_first_chunk::<2>()?;
        let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
        *rest = tail;
        Some(digit(pair[0])? * 10 + digit(pair[1])?)
    };
    let century = if generalized { Some(two(&mut rest).ok_or(BAD)?) } else { None };
    let year = i32::from(two(&mut rest).ok_or(BAD)?);
    let year = match century {
        Some(century) => i32::from(century) * 100 + year,
        // RFC 5280 4.1.2.5.1: 50 to 99 are of the last century.
        None if year >= 50 => 1900 + year,
        None => 2000 + year,
    };
    let [month, day, hour] = [two(&mut rest), two(&mut rest), two(&mut rest)];
    let (month, day, hour) = (month.ok_or(BAD)?, day.ok_or(BAD)?, hour.ok_or(BAD)?);
    let mut minute = 0;
    if rest.first().is_some_and(u8::is_ascii_digit) || !generalized {
        minute = two(&mut rest).ok_or(BAD)?;
    }
    let mut second = 0;
    if rest.first().is_some_and(u8::is_ascii_digit) {
        second = two(&mut rest).ok_or(BAD)?;
    } else {
        departure = Some("expected a time with seconds, found one without");
    }
    let mut nanos = 0_u32;
    if generalized && let Some((b'.' | b',', tail)) = rest.split_first() {
        let digits = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return Err(BAD);
        }
        let fraction = &tail[..digits];
        if fraction.last() == Some(&b'0') || rest[0] == b',' {
            departure = Some(
                "expected a fraction of a second after a point and without trailing zeros, found another form",
            );
        }
        for place in 0..9 {
            nanos = nanos * 10 + u32::from(fraction.get(place).map_or(0, |byte| byte - b'0'));
        }
        rest = &tail[digits..];
    }
    let mut offset_minutes = 0_i32;
    match rest.split_first() {
        Some((b'Z', [])) => {}
        Some((sign @ (b'+' | b'-'), tail)) => {
            let mut tail = tail;
            let hours = two(&mut tail).ok_or(BAD)?;
            let minutes = if tail.is_empty() && generalized { 0 } else { two(&mut tail).ok_or(BAD)? };
            if !tail.is_empty() || hours > 23 || minutes > 59 {
                return Err(BAD);
            }
            offset_minutes = i32::from(hours) * 60 + i32::from(minutes);
            if *sign == b'-' {
                offset_minutes = -offset_minutes;
            }
            departure = Some("expected a time in UTC that ends in Z, found one with an offset");
        }
        None if generalized => departure = Some("expected a time in UTC that ends in Z, found local time"),
        _ => return Err(BAD),
    }
    let date = ::time::Month::try_from(month)
        .ok()
        .and_then(|month| ::time::Date::from_calendar_date(year, month, day).ok())
        .ok_or(BAD)?;
    let clock = ::time::Time::from_hms_nano(hour, minute, second, nanos).map_err(|_| BAD)?;
    let offset = ::time::UtcOffset::from_whole_seconds(offset_minutes * 60).map_err(|_| BAD)?;
    // An offset may lead out of the years that can be told.
    let instant = ::time::PrimitiveDateTime::new(date, clock).assume_utc();
    let instant =
        instant.checked_sub(::time::Duration::seconds(i64::from(offset.whole_seconds()))).ok_or(BAD)?;
    Ok((instant, departure.map(DerFault::TimeNotCanonical)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::format;

    fn both(text: &str, generalized: bool) -> Option<(String, bool)> {
        read(text.as_bytes(), generalized).ok().map(|(instant, fault)| (format(instant), fault.is_some()))
    }

    #[test]
    fn years_follow_the_rule_of_2050() {
        assert_eq!(both("491231235959Z", false), Some(("2049-12-31T23:59:59Z".into(), false)));
        assert_eq!(both("500101000000Z", false), Some(("1950-01-01T00:00:00Z".into(), false)));
        assert_eq!(both("20500101000000Z", true), Some(("2050-01-01T00:00:00Z".into(), false)));
    }

    #[test]
    fn other_forms_are_read_and_told() {
        assert_eq!(both("2601011200Z", false), Some(("2026-01-01T12:00:00Z".into(), true)));
        assert_eq!(both("260101120000+0100", false), Some(("2026-01-01T11:00:00Z".into(), true)));
        assert_eq!(both("20260101120000.5Z", true), Some(("2026-01-01T12:00:00Z".into(), false)));
        assert_eq!(both("20260101120000.50Z", true), Some(("2026-01-01T12:00:00Z".into(), true)));
        assert_eq!(both("20260101120000", true), Some(("2026-01-01T12:00:00Z".into(), true)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "Z",
            "260230000000Z",
            "261301000000Z",
            "260101250000Z",
            "260101120000",
            "26010112000Z",
            "260101120000Zx",
        ] {
            assert_eq!(both(text, false), None, "{text}");
        }
    }
}
