//! Tags and lengths.

use std::fmt;

use super::fault::DerFault;

/// The class of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Of X.680 itself.
    Universal,
    /// Of an application.
    Application,
    /// Of its context.
    Context,
    /// Private.
    Private,
}

/// A tag: class and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tag {
    /// Its class.
    pub class: Class,
    /// Its number.
    pub number: u32,
}

impl Tag {
    /// BOOLEAN.
    pub const BOOLEAN: Self = Self::universal(1);
    /// INTEGER.
    pub const INTEGER: Self = Self::universal(2);
    /// BIT STRING.
    pub const BIT_STRING: Self = Self::universal(3);
    /// OCTET STRING.
    pub const OCTET_STRING: Self = Self::universal(4);
    /// NULL.
    pub const NULL: Self = Self::universal(5);
    /// OBJECT IDENTIFIER.
    pub const OID: Self = Self::universal(6);
    /// ENUMERATED.
    pub const ENUMERATED: Self = Self::universal(10);
    /// UTF8String.
    pub const UTF8_STRING: Self = Self::universal(12);
    /// SEQUENCE and SEQUENCE OF.
    pub const SEQUENCE: Self = Self::universal(16);
    /// SET and SET OF.
    pub const SET: Self = Self::universal(17);
    /// PrintableString.
    pub const PRINTABLE_STRING: Self = Self::universal(19);
    /// TeletexString.
    pub const TELETEX_STRING: Self = Self::universal(20);
    /// IA5String.
    pub const IA5_STRING: Self = Self::universal(22);
    /// UTCTime.
    pub const UTC_TIME: Self = Self::universal(23);
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: Self = Self::universal(24);
    /// UniversalString.
    pub const UNIVERSAL_STRING: Self = Self::universal(28);
    /// BMPString.
    pub const BMP_STRING: Self = Self::universal(30);

    /// A universal tag.
    pub const fn universal(number: u32) -> Self {
        Self { class: Class::Universal, number }
    }

    /// A context tag: `[number]`.
    pub const fn context(number: u32) -> Self {
        Self { class: Class::Context, number }
    }

    /// Whether a universal type's values are made of octets or characters, and may be in segments.
    pub(crate) fn is_string(self) -> bool {
        self.class == Class::Universal && matches!(self.number, 3 | 4 | 12 | 18..=30)
    }

    /// Whether a value of this type may be a segment of the string `outer` (X.690 8.6.4, 8.7.3, 8.23): an
    /// OCTET STRING, or what the string is itself; of a BIT STRING only that.
    pub(crate) fn is_segment_of(self, outer: Self) -> bool {
        self == outer || self == Self::OCTET_STRING && outer != Self::BIT_STRING
    }

    /// Whether a universal type is always constructed.
    pub(crate) fn is_container(self) -> bool {
        self.class == Class::Universal && matches!(self.number, 8 | 11 | 16 | 17)
    }

    /// What a fault calls the tag.
    pub(crate) fn label(self) -> &'static str {
        match self.class {
            Class::Universal => self.universal_name().unwrap_or("a universal type"),
            Class::Context => match self.number {
                0 => "[0]",
                1 => "[1]",
                2 => "[2]",
                3 => "[3]",
                4 => "[4]",
                _ => "a context tag",
            },
            Class::Application | Class::Private => "another class of tag",
        }
    }

    fn universal_name(self) -> Option<&'static str> {
        Some(match self.number {
            0 => "end-of-contents",
            1 => "BOOLEAN",
            2 => "INTEGER",
            3 => "BIT STRING",
            4 => "OCTET STRING",
            5 => "NULL",
            6 => "OBJECT IDENTIFIER",
            7 => "ObjectDescriptor",
            8 => "EXTERNAL",
            9 => "REAL",
            10 => "ENUMERATED",
            11 => "EMBEDDED PDV",
            12 => "UTF8String",
            13 => "RELATIVE-OID",
            16 => "SEQUENCE",
            17 => "SET",
            18 => "NumericString",
            19 => "PrintableString",
            20 => "TeletexString",
            21 => "VideotexString",
            22 => "IA5String",
            23 => "UTCTime",
            24 => "GeneralizedTime",
            25 => "GraphicString",
            26 => "VisibleString",
            27 => "GeneralString",
            28 => "UniversalString",
            29 => "CHARACTER STRING",
            30 => "BMPString",
            _ => return None,
        })
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.class, self.universal_name()) {
            (Class::Universal, Some(name)) => f.write_str(name),
            (Class::Universal, None) => write!(f, "[UNIVERSAL {}]", self.number),
            (Class::Application, _) => write!(f, "[APPLICATION {}]", self.number),
            (Class::Context, _) => write!(f, "[{}]", self.number),
            (Class::Private, _) => write!(f, "[PRIVATE {}]", self.number),
        }
    }
}

/// The tag and length octets of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The tag.
    pub tag: Tag,
    /// Whether the content is made of values.
    pub constructed: bool,
    /// How many octets the tag and the length take.
    pub len: usize,
    /// The declared length of the content; nothing when it is indefinite.
    pub content: Option<u64>,
    /// Whether the tag took more octets than needed.
    pub tag_padded: bool,
    /// Whether the length took more octets than needed.
    pub length_padded: bool,
}

impl Header {
    /// Reads the header at the start of `bytes`, without looking at the content.
    ///
    /// # Errors
    /// When there is no header.
    #[inline]
    pub fn read(bytes: &[u8]) -> Result<Self, DerFault> {
        Self::read_short(bytes).map_or_else(|| Self::read_long(bytes), Ok)
    }

    /// The header, when it is a low tag and a short length, as nearly all are.
    #[inline]
    pub(super) fn read_short(bytes: &[u8]) -> Option<Self> {
        let [first, length, ..] = *bytes else { return None };
        (first & 0x1f != 0x1f && length < 0x80).then(|| Self {
            tag: Tag { class: class_of(first), number: u32::from(first & 0x1f) },
            constructed: first & 0x20 != 0,
            len: 2,
            content: Some(u64::from(length)),
            tag_padded: false,
            length_padded: false,
        })
    }

    fn read_long(bytes: &[u8]) -> Result<Self, DerFault> {
        let truncated = DerFault::Truncated { declared: 2, available: bytes.len().min(1) };
        let first = *bytes.first().ok_or_else(|| truncated.clone())?;
        let mut at = 1;
        let mut number = u32::from(first & 0x1f);
        let mut tag_padded = false;
        if number == 0x1f {
            number = 0;
            loop {
                let byte = *bytes.get(at).ok_or(DerFault::TagMalformed)?;
                tag_padded |= at == 1 && byte == 0x80;
                if number >> 25 != 0 {
                    return Err(DerFault::TagMalformed);
                }
                number = number << 7 | u32::from(byte & 0x7f);
                at += 1;
                if byte & 0x80 == 0 {
                    break;
                }
            }
            tag_padded |= number < 0x1f;
        }
        let length = *bytes.get(at).ok_or(truncated)?;
        at += 1;
        let (content, length_padded) = match length {
            0..=0x7f => (Some(u64::from(length)), false),
            0x80 => (None, false),
            0x81..=0x88 => {
                let n = usize::from(length & 0x7f);
                let octets = bytes
                    .get(at..at + n)
                    .ok_or(DerFault::Truncated { declared: n as u64, available: bytes.len() - at })?;
                at += n;
                let value = octets.iter().fold(0_u64, |sum, octet| sum << 8 | u64::from(*octet));
                (Some(value), octets[0] == 0 || value < 0x80)
            }
            0x89..=0xff => return Err(DerFault::LengthMalformed),
        };
        Ok(Self {
            tag: Tag { class: class_of(first), number },
            constructed: first & 0x20 != 0,
            len: at,
            content,
            tag_padded,
            length_padded,
        })
    }
}

fn class_of(first: u8) -> Class {
    match first >> 6 {
        0 => Class::Universal,
        1 => Class::Application,
        2 => Class::Context,
        _ => Class::Private,
    }
}
