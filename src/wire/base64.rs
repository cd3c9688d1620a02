//! base64 and base64url of RFC 4648, strictly: each departure is a fault of its own.
//!
//! This module knows text and bytes, and nothing of what the bytes are.

use std::fmt;

use base64_simd::{Base64, STANDARD, URL_SAFE_NO_PAD};

use crate::base::{Budget, Fault, Limit, Span, SpanMap};

/// One of the two forms that RFC 4648 gives, with or without the padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Section 4, padded: `x5c`, XML, PEM.
    Standard,
    /// Section 5, unpadded: JOSE and WebAuthn.
    Url,
}

impl Form {
    /// The name that messages use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "base64",
            Self::Url => "base64url",
        }
    }

    fn strict(self) -> Base64 {
        match self {
            Self::Standard => STANDARD,
            Self::Url => URL_SAFE_NO_PAD,
        }
    }

    fn of_the_other(self, byte: u8) -> bool {
        match self {
            Self::Standard => matches!(byte, b'-' | b'_'),
            Self::Url => matches!(byte, b'+' | b'/'),
        }
    }
}

/// A departure from the form that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base64Fault {
    /// `-` or `_` in base64, `+` or `/` in base64url.
    OtherAlphabet(Form),
    /// A character that stands in neither alphabet.
    Foreign(Form, u8),
    /// White space between the characters.
    WhiteSpace(Form),
    /// The padding that base64 needs is missing or short.
    PaddingMissing,
    /// Padding where there is none to be.
    PaddingUnexpected(Form),
    /// The bits behind the last byte are not zero: another text stands for the same bytes.
    TailBits,
    /// A length that no bytes encode to: one character more than a multiple of four.
    Length(usize),
    /// A [`Budget`] was spent.
    Spent(Limit),
}

impl fmt::Display for Base64Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherAlphabet(Form::Standard) => {
                write!(f, "expected the base64 alphabet with `+` and `/`, found a base64url character")
            }
            Self::OtherAlphabet(Form::Url) => {
                write!(f, "expected the base64url alphabet with `-` and `_`, found a base64 character")
            }
            Self::Foreign(form, byte) => {
                write!(f, "expected {} characters, found `{}`", form.name(), byte.escape_ascii())
            }
            Self::WhiteSpace(form) => write!(f, "expected unbroken {}, found white space", form.name()),
            Self::PaddingMissing => write!(f, "expected `=` up to a multiple of four characters, found none"),
            Self::PaddingUnexpected(Form::Url) => write!(f, "expected base64url without padding, found `=`"),
            Self::PaddingUnexpected(Form::Standard) => {
                write!(f, "expected `=` only to complete the last four characters, found it elsewhere")
            }
            Self::TailBits => write!(f, "expected zero bits behind the last byte, found others"),
            Self::Length(n) => {
                write!(f, "expected a length that bytes encode to, found {n} characters (1 modulo 4)")
            }
            Self::Spent(limit) => write!(f, "{limit}"),
        }
    }
}

/// What a text decoded to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The bytes; also those of a faulty text, wherever only one reading makes sense.
    pub bytes: Option<Vec<u8>>,
    /// Every departure, in the order of the text.
    pub faults: Vec<Fault<Base64Fault>>,
}

impl Decoded {
    /// The first fault of each kind.
    pub fn distinct_faults(&self) -> Vec<&Fault<Base64Fault>> {
        let mut first: Vec<&Fault<Base64Fault>> = Vec::new();
        for fault in &self.faults {
            if !first.iter().any(|it| it.kind == fault.kind) {
                first.push(fault);
            }
        }
        first
    }

    /// The bytes, if the text had no fault.
    pub fn strict(self) -> Option<Vec<u8>> {
        if self.faults.is_empty() { self.bytes } else { None }
    }
}

/// Decodes `text`; spans are relative to its beginning.
pub fn decode(text: &[u8], form: Form, budget: &Budget) -> Decoded {
    if text.len() > budget.bytes {
        let fault = Base64Fault::Spent(Limit::Bytes(budget.bytes));
        return Decoded { bytes: None, faults: vec![Fault::new(fault, Span::new(0, text.len()), "")] };
    }
    match strictly(text, form) {
        Some(bytes) => Decoded { bytes: Some(bytes), faults: Vec::new() },
        None => leniently(text, form, budget),
    }
}

/// The bytes of a text without a fault; nothing where it has one.
pub fn strictly(text: &[u8], form: Form) -> Option<Vec<u8>> {
    form.strict().decode_to_vec(text).ok()
}

/// The text of `bytes` in its strict form.
pub fn encode(bytes: &[u8], form: Form) -> String {
    form.strict().encode_to_string(bytes)
}

/// How places in the bytes of `text`, which starts at `start`, map to places in it: to the characters that they
/// were read from where it is unbroken, or broken into lines of one length; to all of it where it is not.
pub fn map(text: &[u8], start: usize) -> SpanMap {
    let leading = text.len() - text.trim_ascii_start().len();
    let text = text.trim_ascii();
    let whole = Span::new(start + leading, start + leading + text.len());
    let is_end = |byte: u8| matches!(byte, b'\r' | b'\n');
    let width = text.iter().position(|byte| is_end(*byte)).unwrap_or(text.len());
    let ending = text[width..].iter().position(|byte| !is_end(*byte)).unwrap_or(0);
    let (line_end, padding) = (&text[width..width + ending], text.len().saturating_sub(2));
    let is_regular = matches!(line_end, [] | [_] | b"\r\n")
        && text.chunks(width.saturating_add(ending).max(1)).all(|line| {
            let (line, end) = line.split_at(width.min(line.len()));
            !line.iter().any(u8::is_ascii_whitespace) && (end == line_end || end.is_empty())
        })
        // Behind padding the characters are those of another text.
        && text.iter().position(|byte| *byte == b'=').is_none_or(|at| at >= padding);
    match (is_regular, u32::try_from(width), u32::try_from(ending)) {
        (true, _, Ok(0)) => SpanMap::Base64(whole.start, whole.end),
        (true, Ok(width), Ok(ending)) => {
            SpanMap::Base64Lines { start: whole.start, end: whole.end, width, ending }
        }
        _ => SpanMap::Within(whole),
    }
}

fn leniently(text: &[u8], form: Form, budget: &Budget) -> Decoded {
    let mut faults = Vec::new();
    let mut symbols = Vec::new();
    let mut padding: Vec<usize> = Vec::new();
    let mut readable = true;
    let mut misplaced = false;
    for (at, &byte) in text.iter().enumerate() {
        let span = Span::new(at, at + 1);
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                padding.push(at);
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                push(&mut faults, Base64Fault::WhiteSpace(form), span);
                continue;
            }
            _ => {
                push(&mut faults, Base64Fault::Foreign(form, byte), span);
                readable = false;
                continue;
            }
        };
        if form.of_the_other(byte) {
            push(&mut faults, Base64Fault::OtherAlphabet(form), span);
        }
        misplaced |= !padding.is_empty();
        symbols.push((value, at));
        if faults.len() >= budget.faults {
            faults.push(Fault::new(Base64Fault::Spent(Limit::Faults(budget.faults)), span, ""));
            return Decoded { bytes: None, faults };
        }
    }
    let end = text.len();
    let whole = |from: usize| Span::new(from, end);
    let wanted = (4 - symbols.len() % 4) % 4;
    if symbols.len() % 4 == 1 {
        faults.push(Fault::new(Base64Fault::Length(symbols.len()), whole(0), ""));
        readable = false;
    } else if misplaced || (form == Form::Url && !padding.is_empty()) || padding.len() > wanted {
        let first = padding.first().copied().unwrap_or(end);
        faults.push(Fault::new(Base64Fault::PaddingUnexpected(form), whole(first), ""));
    } else if form == Form::Standard && padding.len() < wanted {
        faults.push(Fault::new(Base64Fault::PaddingMissing, Span::at(end), ""));
    }
    let tail = match symbols.len() % 4 {
        2 => 0b1111,
        3 => 0b11,
        _ => 0,
    };
    if let Some((value, at)) = symbols.last()
        && value & tail != 0
    {
        faults.push(Fault::new(Base64Fault::TailBits, Span::new(*at, at + 1), ""));
    }
    let bytes = (readable && !misplaced).then(|| {
        symbols
            .chunks(4)
            .flat_map(|quad| {
                let bits =
                    (0..4).fold(0_u32, |bits, i| bits << 6 | u32::from(quad.get(i).map_or(0, |it| it.0)));
                let [_, bytes @ ..] = bits.to_be_bytes();
                bytes.into_iter().take(quad.len() * 6 / 8)
            })
            .collect()
    });
    faults.sort_by_key(|fault| fault.span.start);
    Decoded { bytes, faults }
}

/// Adds a fault, or widens the last one when it is the same and ends where this begins.
fn push(faults: &mut Vec<Fault<Base64Fault>>, kind: Base64Fault, span: Span) {
    match faults.last_mut() {
        Some(last) if last.kind == kind && last.span.end == span.start => last.span = last.span.join(span),
        _ => faults.push(Fault::new(kind, span, "")),
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL_NOPAD, Encoding};
    use proptest::prelude::*;

    use super::*;

    /// Another implementation, as strict.
    fn oracle(form: Form) -> Encoding {
        match form {
            Form::Standard => BASE64,
            Form::Url => BASE64URL_NOPAD,
        }
    }

    fn kinds(text: &str, form: Form) -> (Option<Vec<u8>>, Vec<Base64Fault>) {
        let decoded = decode(text.as_bytes(), form, &Budget::JUDGE);
        (decoded.bytes, decoded.faults.into_iter().map(|fault| fault.kind).collect())
    }

    #[test]
    fn every_character_stands_for_what_it_stands_for_elsewhere() {
        for form in [Form::Standard, Form::Url] {
            for (place, byte) in (0..4).flat_map(|place| (0..=255).map(move |byte| (place, byte))) {
                let mut text = *b"QUJDQUJD";
                text[place] = byte;
                let theirs = oracle(form).decode(&text).ok().filter(|_| byte != b'=');
                assert_eq!(decode(&text, form, &Budget::JUDGE).strict(), theirs, "{}", text.escape_ascii());
            }
        }
    }

    #[test]
    fn each_departure_has_its_own_fault() {
        use Base64Fault as F;
        use Form::{Standard, Url};
        let a = Some(b"a".to_vec());
        assert_eq!(kinds("YQ==", Standard), (a.clone(), vec![]));
        assert_eq!(kinds("YQ", Url), (a.clone(), vec![]));
        assert_eq!(kinds("YQ", Standard), (a.clone(), vec![F::PaddingMissing]));
        assert_eq!(kinds("YQ=", Standard), (a.clone(), vec![F::PaddingMissing]));
        assert_eq!(kinds("YQ===", Standard), (a.clone(), vec![F::PaddingUnexpected(Standard)]));
        assert_eq!(kinds("YQ==", Url), (a.clone(), vec![F::PaddingUnexpected(Url)]));
        assert_eq!(kinds("YR==", Standard), (a.clone(), vec![F::TailBits]));
        assert_eq!(kinds("YR", Url), (a.clone(), vec![F::TailBits]));
        assert_eq!(kinds("Y Q", Url), (a.clone(), vec![F::WhiteSpace(Url)]));
        assert_eq!(kinds("-_-_", Standard), (Some(vec![0xfb, 0xff, 0xbf]), vec![F::OtherAlphabet(Standard)]));
        assert_eq!(kinds("+/+/", Url), (Some(vec![0xfb, 0xff, 0xbf]), vec![F::OtherAlphabet(Url)]));
        assert_eq!(kinds("Y*Q", Url), (None, vec![F::Foreign(Url, b'*')]));
        assert_eq!(kinds("YWFhY", Url), (None, vec![F::Length(5)]));
        assert_eq!(kinds("YQ==YQ==", Standard), (None, vec![F::PaddingUnexpected(Standard)]));
        assert_eq!(kinds("", Standard), (Some(vec![]), vec![]));
    }

    #[test]
    fn spans_point_at_the_characters() {
        let decoded = decode(b"YWFh\r\nYWFh+/AA", Form::Url, &Budget::JUDGE);
        let spans: Vec<_> = decoded.faults.iter().map(|fault| fault.span).collect();
        assert_eq!(spans, [Span::new(4, 6), Span::new(10, 12)]);
    }

    proptest! {
        #[test]
        fn a_text_without_fault_is_the_encoding_of_its_bytes(text in "[A-Za-z0-9+/=_ -]{0,12}", url: bool) {
            let form = if url { Form::Url } else { Form::Standard };
            let decoded = decode(text.as_bytes(), form, &Budget::JUDGE);
            let strict = oracle(form).decode(text.as_bytes()).ok().filter(|bytes| encode(bytes, form) == text);
            prop_assert!(decoded.faults.iter().all(|fault| fault.span.end as usize <= text.len()));
            prop_assert_eq!(decoded.strict(), strict);
        }

        #[test]
        fn one_character_among_many_is_seen(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            url: bool,
            change in proptest::option::of((any::<proptest::sample::Index>(), any::<u8>())),
        ) {
            let form = if url { Form::Url } else { Form::Standard };
            let mut text = encode(&bytes, form).into_bytes();
            if let Some((at, byte)) = change && !text.is_empty() {
                let at = at.index(text.len());
                text[at] = byte;
            }
            let expected = oracle(form).decode(&text).ok().filter(|bytes| encode(bytes, form).as_bytes() == text);
            prop_assert_eq!(strictly(&text, form), expected);
        }

        #[test]
        fn bytes_survive(bytes: Vec<u8>, url: bool) {
            let form = if url { Form::Url } else { Form::Standard };
            let text = encode(&bytes, form);
            prop_assert_eq!(leniently(text.as_bytes(), form, &Budget::JUDGE), Decoded { bytes: Some(bytes), faults: vec![] });
        }
    }
}
