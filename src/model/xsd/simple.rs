//! The simple types that the artefacts use, and the instants among them.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::base::Budget;
use crate::base::time::Instant;
use crate::wire::base64::{self, Form};

/// A simple type of XML Schema, or a restriction of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Simple {
    /// `xs:string`: anything.
    Text,
    /// `xs:anyURI`.
    Uri,
    /// `xs:ID` and `xs:NCName`: a name without a colon.
    NcName,
    /// `xs:QName`: a name, with or without a prefix.
    QName,
    /// `xs:Name`: a name, with colons anywhere.
    Name,
    /// `xs:dateTime`.
    DateTime,
    /// `xs:boolean`.
    Boolean,
    /// `xs:base64Binary`.
    Base64,
    /// `xs:hexBinary` of this many bytes.
    Hex(usize),
    /// `xs:nonNegativeInteger` and `xs:integer` where no negative one makes sense.
    Count,
    /// `xs:integer` and what is derived of it: from the least to the greatest. The greatest and least of
    /// the Rust type stand for no bound.
    Integer(i128, i128),
    /// `xs:hexBinary`.
    Binary,
    /// `xml:lang`: `xs:language`, or nothing to undo an outer one.
    Language,
    /// One of these strings.
    OneOf(&'static [&'static str]),
}

impl Simple {
    /// Whether `value` is in the lexical space of the type.
    pub(crate) fn accepts(self, value: &str) -> bool {
        let token = value.trim_matches(WHITE);
        match self {
            // What is no URI can be escaped into one: XML Schema refuses nothing here.
            Self::Text | Self::Uri => true,
            Self::NcName => is_ncname(token),
            Self::QName => token
                .split_once(':')
                .map_or_else(|| is_ncname(token), |(prefix, local)| is_ncname(prefix) && is_ncname(local)),
            Self::Name => is_ncname(&token.replace(':', "_")),
            Self::DateTime => DateTime::parse(token).is_some(),
            Self::Boolean => matches!(token, "true" | "false" | "1" | "0"),
            Self::Base64 => Self::bytes(token).is_some(),
            Self::Hex(bytes) => token.len() == bytes * 2 && token.bytes().all(|b| b.is_ascii_hexdigit()),
            Self::Binary => token.len().is_multiple_of(2) && token.bytes().all(|b| b.is_ascii_hexdigit()),
            Self::Count => integer(token, 0, i128::MAX),
            Self::Integer(least, most) => integer(token, least, most),
            Self::Language => {
                let part = |(index, part): (usize, &str)| {
                    let fits = |c: char| {
                        if index == 0 { c.is_ascii_alphabetic() } else { c.is_ascii_alphanumeric() }
                    };
                    (1..=8).contains(&part.len()) && part.chars().all(fits)
                };
                value.is_empty() || token.split('-').enumerate().all(part)
            }
            // A restriction of xs:string keeps its white space.
            Self::OneOf(values) => values.contains(&value),
        }
    }

    /// What messages say of a value of the type.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Uri => "a URI".to_owned(),
            Self::NcName => "a name without a colon that starts with a letter or an underscore".to_owned(),
            Self::QName => "a qualified name".to_owned(),
            Self::Name => "an XML name".to_owned(),
            Self::DateTime => "a date and time as xs:dateTime".to_owned(),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Base64 => "base64".to_owned(),
            Self::Hex(bytes) => format!("{bytes} bytes in hexadecimal"),
            Self::Binary => "bytes in hexadecimal".to_owned(),
            Self::Count => "a number".to_owned(),
            Self::Integer(i128::MIN, i128::MAX) => "a whole number".to_owned(),
            Self::Integer(least, i128::MAX) => format!("a whole number from {least} on"),
            Self::Integer(i128::MIN, most) => format!("a whole number up to {most}"),
            Self::Integer(least, most) => format!("a whole number from {least} to {most}"),
            Self::Language => "a language tag".to_owned(),
            Self::OneOf(values) => match values {
                [only] => format!("`{only}`"),
                _ => format!("one of {}", values.join(", ")),
            },
        }
    }

    /// Whether a value of the type may stand in a message.
    pub(crate) fn shown(self) -> bool {
        !matches!(self, Self::Text | Self::Base64)
    }

    /// The type that XML Schema gives this name, where it is one whose values are told apart here: all but
    /// those of text, and fractions, days and their like.
    pub(crate) fn built_in(name: &str) -> Option<Self> {
        Some(match name {
            "boolean" => Self::Boolean,
            "dateTime" => Self::DateTime,
            "base64Binary" => Self::Base64,
            "hexBinary" => Self::Binary,
            "Name" => Self::Name,
            "NCName" => Self::NcName,
            "integer" => Self::Integer(i128::MIN, i128::MAX),
            "nonNegativeInteger" => Self::Integer(0, i128::MAX),
            "positiveInteger" => Self::Integer(1, i128::MAX),
            "nonPositiveInteger" => Self::Integer(i128::MIN, 0),
            "negativeInteger" => Self::Integer(i128::MIN, -1),
            "long" => Self::Integer(i64::MIN.into(), i64::MAX.into()),
            "int" => Self::Integer(i32::MIN.into(), i32::MAX.into()),
            "short" => Self::Integer(i16::MIN.into(), i16::MAX.into()),
            "byte" => Self::Integer(i8::MIN.into(), i8::MAX.into()),
            "unsignedLong" => Self::Integer(0, u64::MAX.into()),
            "unsignedInt" => Self::Integer(0, u32::MAX.into()),
            "unsignedShort" => Self::Integer(0, u16::MAX.into()),
            "unsignedByte" => Self::Integer(0, u8::MAX.into()),
            _ => return None,
        })
    }

    /// Whether an `xs:boolean` says yes.
    pub(crate) fn is_true(value: &str) -> bool {
        matches!(value.trim_matches(WHITE), "true" | "1")
    }

    /// The bytes that an `xs:base64Binary` stands for; white space may stand anywhere in it.
    pub(crate) fn bytes(value: &str) -> Option<Vec<u8>> {
        let packed: Vec<u8> = value.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let budget = Budget { bytes: packed.len().max(1), ..Budget::JUDGE };
        base64::decode(&packed, Form::Standard, &budget).strict()
    }
}

/// Whether `token` is a whole number between the two. What is too long for the Rust type lies beyond every
/// bound.
fn integer(token: &str, least: i128, most: i128) -> bool {
    let digits = token.strip_prefix(['+', '-']).unwrap_or(token);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    match token.parse::<i128>() {
        Ok(value) => (least..=most).contains(&value),
        Err(_) if token.starts_with('-') => least == i128::MIN,
        Err(_) => most == i128::MAX,
    }
}

/// The white space of XML.
const WHITE: [char; 4] = [' ', '\t', '\n', '\r'];

fn is_ncname(text: &str) -> bool {
    let start = |c: char| {
        matches!(c, '_' | 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
            | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
            | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
            | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
    };
    let rest = |c: char| {
        start(c)
            || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
    };
    let mut chars = text.chars();
    chars.next().is_some_and(start) && chars.all(rest)
}

/// What an `xs:dateTime` says about its time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// `Z`.
    Utc,
    /// An offset, `+00:00` included.
    Offset,
    /// Nothing at all: a local time of somewhere.
    Absent,
}

/// An `xs:dateTime`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateTime {
    /// The instant that it stands for; a time without a zone is read as UTC.
    pub(crate) instant: Instant,
    /// How the zone is written.
    pub(crate) zone: Zone,
    /// How many digits stand after the second.
    pub(crate) fraction: usize,
}

impl DateTime {
    /// Reads the lexical form of XML Schema: `2026-01-15T10:00:00.123Z`.
    ///
    /// Years have four digits here, and a 60th second is none, as XML Schema has it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(WHITE);
        let (date, rest) = text.split_once('T')?;
        let at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at(at);
        let (zone, offset) = match zone {
            "" => (Zone::Absent, UtcOffset::UTC),
            "Z" => (Zone::Utc, UtcOffset::UTC),
            _ => (Zone::Offset, offset(zone)?),
        };
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let (whole, fraction) = clock.split_once('.').map_or((clock, None), |(w, f)| (w, Some(f)));
        // XML Schema 1.0 has no year 0000.
        (year > 0).then_some(())?;
        let [hour, minute, second] = numbers(whole, ':', [2, 2, 2])?;
        if fraction.is_some_and(|f| f.is_empty() || !f.bytes().all(|b| b.is_ascii_digit())) {
            return None;
        }
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date =
            Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
        let nanos = fraction.map_or(0, |f| {
            f.bytes().chain(std::iter::repeat(b'0')).take(9).fold(0, |n, b| n * 10 + u32::from(b - b'0'))
        });
        let part = |n: u32| u8::try_from(n).ok();
        // 24:00:00 is the first instant of the next day.
        let midnight = hour == 24 && minute == 0 && second == 0 && nanos == 0;
        let time =
            Time::from_hms_nano(if midnight { 0 } else { part(hour)? }, part(minute)?, part(second)?, nanos);
        let date = if midnight { date.next_day()? } else { date };
        let instant = PrimitiveDateTime::new(date, time.ok()?).assume_offset(offset);
        let instant: OffsetDateTime = instant.checked_to_offset(UtcOffset::UTC)?;
        Some(Self { instant, zone, fraction: fraction.map_or(0, str::len) })
    }
}

/// The numbers of these widths in `text`, apart by `between`.
fn numbers(text: &str, between: char, widths: [usize; 3]) -> Option<[u32; 3]> {
    let mut parts = text.split(between);
    let mut out = [0; 3];
    for (slot, width) in out.iter_mut().zip(widths) {
        *slot = number(parts.next()?, width)?;
    }
    parts.next().is_none().then_some(out)
}

fn number(text: &str, width: usize) -> Option<u32> {
    (text.len() == width && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn offset(text: &str) -> Option<UtcOffset> {
    let (sign, rest) =
        if let Some(rest) = text.strip_prefix('+') { (1, rest) } else { (-1, text.strip_prefix('-')?) };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    let within = minutes < 60 && (hours < 14 || (hours == 14 && minutes == 0));
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    within.then(|| UtcOffset::from_whole_seconds(sign * seconds).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time;

    #[test]
    fn numbers_keep_to_the_bounds_of_their_types() {
        let accepts = |name: &str, value: &str| Simple::built_in(name).expect("a type").accepts(value);
        let long = "9".repeat(60);
        for (name, value) in [
            ("integer", "-12"),
            ("integer", " +12\n"),
            ("integer", long.as_str()),
            ("nonNegativeInteger", "-0"),
            ("nonNegativeInteger", long.as_str()),
            ("unsignedByte", "255"),
            ("byte", "-128"),
            ("unsignedLong", "18446744073709551615"),
            ("hexBinary", ""),
            ("Name", ":a.b"),
        ] {
            assert!(accepts(name, value), "{name} {value}");
        }
        for (name, value) in [
            ("integer", ""),
            ("integer", "+"),
            ("integer", "--1"),
            ("integer", "1.0"),
            ("integer", "1e3"),
            ("nonNegativeInteger", "-1"),
            ("negativeInteger", long.as_str()),
            ("unsignedByte", "256"),
            ("byte", "-129"),
            ("unsignedLong", "18446744073709551616"),
            ("hexBinary", "abc"),
            ("Name", "a b"),
        ] {
            assert!(!accepts(name, value), "{name} {value}");
        }
        assert!(Simple::Count.accepts("-00") && !Simple::Count.accepts("-01"));
    }

    #[test]
    fn a_date_time_is_the_instant_that_it_names() {
        for (text, instant, zone, fraction) in [
            ("2012-07-04T09:47:01.182+02:00", "2012-07-04T07:47:01.182Z", Zone::Offset, 3),
            ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z", Zone::Utc, 0),
            ("2026-01-15T10:00:00", "2026-01-15T10:00:00Z", Zone::Absent, 0),
            (" 2026-12-31T24:00:00Z\n", "2027-01-01T00:00:00Z", Zone::Utc, 0),
            ("2026-01-15T10:00:00.1234567890123-00:30", "2026-01-15T10:30:00.123456789Z", Zone::Offset, 13),
        ] {
            let read = DateTime::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(Some(read.instant), time::parse(instant), "{text}");
            assert_eq!((read.zone, read.fraction), (zone, fraction), "{text}");
        }
    }

    #[test]
    fn what_xml_schema_forbids_is_no_date_time() {
        for text in [
            "2012-07-04T708:30:10+02:00",
            "2012-07-04 08:30:10Z",
            "2012-02-30T08:30:10Z",
            "2012-07-04T08:30:60Z",
            "2012-07-04T24:00:01Z",
            "2012-07-04T08:30:10.Z",
            "2012-07-04T08:30Z",
            "2012-07-04T08:30:10z",
            "2012-07-04T08:30:10+0200",
            "2012-07-04T08:30:10+14:01",
            "12-07-04T08:30:10Z",
            "0000-07-04T08:30:10Z",
            "2012-07-04",
            "",
        ] {
            assert_eq!(DateTime::parse(text), None, "{text}");
        }
    }

    #[test]
    fn simple_types_have_their_lexical_spaces() {
        for (kind, good, bad) in [
            (Simple::NcName, "_0f-6.9", "0f"),
            (Simple::NcName, "id", "a:b"),
            (Simple::QName, "samlp:Success", "a:b:c"),
            (Simple::Boolean, "1", "TRUE"),
            (Simple::Base64, " QU\nJD ", "QUJ"),
            (Simple::Hex(2), "0aFF", "0aF"),
            (Simple::Count, "12", "-1"),
            (Simple::Language, "nl-BE", "n1"),
            (Simple::OneOf(&["a", "b"]), "b", " b"),
        ] {
            assert!(kind.accepts(good), "{kind:?} {good}");
            assert!(!kind.accepts(bad), "{kind:?} {bad}");
        }
    }
}
