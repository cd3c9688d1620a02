//! From bytes to text: the encodings that are read.

use std::borrow::Cow;

use super::XmlFault;
use crate::base::{Fault, Span, SpanMap};

/// The encodings that a caller is ready to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encodings {
    /// UTF-8 alone.
    Utf8,
    /// Both encodings that XML 1.0 obliges every processor to read.
    Utf8AndUtf16,
}

/// The text of a document, borrowed where the bytes are UTF-8 already.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) encoding: &'static str,
    length: usize,
}

pub(super) const UTF_8: &str = "UTF-8";
const UTF_16: &str = "UTF-16";

impl<'a> Source<'a> {
    /// Decodes the bytes of a document.
    ///
    /// # Errors
    /// When they are in another encoding, or not well-formed in theirs.
    pub fn read(input: &'a [u8], encodings: Encodings) -> Result<Self, Box<Fault<XmlFault>>> {
        let fault = |kind, span| Box::new(Fault::new(kind, span, "/"));
        let (encoding, units) = match input {
            [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, b'<', ..] | [b'<', 0, 0, 0, ..] => {
                return Err(fault(XmlFault::EncodingNotRead("UTF-32".into()), Span::new(0, 4)));
            }
            [0x4C, 0x6F, 0xA7, 0x94, ..] => {
                return Err(fault(XmlFault::EncodingNotRead("EBCDIC".into()), Span::new(0, 4)));
            }
            [0xFF, 0xFE, rest @ ..] => (UTF_16, Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16))),
            [0xFE, 0xFF, rest @ ..] => (UTF_16, Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16))),
            // Without a byte order mark UTF-16 is an error in itself (XML 1.0, 4.3.3).
            [b'<', 0, ..] | [0, b'<', ..] => {
                let found = "UTF-16 without a byte order mark".to_owned();
                return Err(fault(XmlFault::EncodingNotRead(found), Span::new(0, 2)));
            }
            _ => (UTF_8, None),
        };
        let text = match units {
            None => Cow::Borrowed(std::str::from_utf8(input).map_err(|error| {
                let from = error.valid_up_to();
                fault(
                    XmlFault::NotUtf8,
                    Span::new(from, from + error.error_len().unwrap_or(input.len() - from)),
                )
            })?),
            Some(_) if encodings == Encodings::Utf8 => {
                return Err(fault(XmlFault::EncodingNotRead(UTF_16.into()), Span::new(0, 2)));
            }
            Some((bytes, unit)) => {
                let (pairs, odd) = bytes.as_chunks::<2>();
                let text: Result<String, _> =
                    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
                match text {
                    Ok(text) if odd.is_empty() => Cow::Owned(text),
                    _ => return Err(fault(XmlFault::NotUtf16, Span::new(0, input.len()))),
                }
            }
        };
        Ok(Self { text, encoding, length: input.len() })
    }

    /// Text that is decoded already.
    pub fn of(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), encoding: UTF_8, length: text.len() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How places in the text map to places in the bytes.
    pub fn span_map(&self) -> SpanMap {
        match self.text {
            Cow::Borrowed(_) => SpanMap::Offset(0),
            Cow::Owned(_) => SpanMap::Within(Span::new(0, self.length)),
        }
    }
}
