//! The character string types.

use std::borrow::Cow;

use super::header::Tag;

/// A character string type that names are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StringKind {
    /// UTF8String.
    Utf8,
    /// PrintableString.
    Printable,
    /// IA5String.
    Ia5,
    /// NumericString.
    Numeric,
    /// VisibleString.
    Visible,
    /// TeletexString, read as ISO 8859-1 as everybody does.
    Teletex,
    /// BMPString: UCS-2, big-endian.
    Bmp,
    /// UniversalString: UCS-4, big-endian.
    Universal,
}

impl StringKind {
    /// The string type with this tag.
    pub fn of(tag: Tag) -> Option<Self> {
        Some(match tag {
            Tag::UTF8_STRING => Self::Utf8,
            Tag::PRINTABLE_STRING => Self::Printable,
            Tag::IA5_STRING => Self::Ia5,
            Tag::TELETEX_STRING => Self::Teletex,
            Tag::BMP_STRING => Self::Bmp,
            Tag::UNIVERSAL_STRING => Self::Universal,
            _ if tag == Tag::universal(18) => Self::Numeric,
            _ if tag == Tag::universal(26) => Self::Visible,
            _ => return None,
        })
    }

    /// The name of the type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF8String",
            Self::Printable => "PrintableString",
            Self::Ia5 => "IA5String",
            Self::Numeric => "NumericString",
            Self::Visible => "VisibleString",
            Self::Teletex => "TeletexString",
            Self::Bmp => "BMPString",
            Self::Universal => "UniversalString",
        }
    }
}

/// The text of a string of this type; nothing when the octets are not of its repertoire.
pub fn decode_string(kind: StringKind, content: &[u8]) -> Option<Cow<'_, str>> {
    let ascii = |fits: fn(u8) -> bool| {
        content.iter().all(|byte| fits(*byte)).then(|| std::str::from_utf8(content).ok()).flatten()
    };
    match kind {
        StringKind::Utf8 => std::str::from_utf8(content).ok().map(Cow::Borrowed),
        StringKind::Printable => {
            ascii(|b| b.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&b)).map(Cow::Borrowed)
        }
        StringKind::Ia5 => ascii(|b| b.is_ascii()).map(Cow::Borrowed),
        StringKind::Numeric => ascii(|b| b.is_ascii_digit() || b == b' ').map(Cow::Borrowed),
        StringKind::Visible => ascii(|b| (0x20..0x7f).contains(&b)).map(Cow::Borrowed),
        StringKind::Teletex => Some(match std::str::from_utf8(content) {
            Ok(text) if text.is_ascii() => Cow::Borrowed(text),
            _ => Cow::Owned(content.iter().map(|byte| char::from(*byte)).collect()),
        }),
        StringKind::Bmp => {
            let (pairs, []) = content.as_chunks::<2>() else { return None };
            let units = pairs.iter().map(|pair| char::from_u32(u32::from(u16::from_be_bytes(*pair))));
            units.collect::<Option<String>>().map(Cow::Owned)
        }
        StringKind::Universal => {
            let (quads, []) = content.as_chunks::<4>() else { return None };
            let units = quads.iter().map(|quad| char::from_u32(u32::from_be_bytes(*quad)));
            units.collect::<Option<String>>().map(Cow::Owned)
        }
    }
}
