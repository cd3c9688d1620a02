//! A writer of DER, and of whatever departs from it.
//!
//! A [`Node`] is a value that is still to be encoded: its length form can be chosen, so that
//! indefinite, padded and false lengths are as easy to write as right ones. The writer knows no
//! artefact.

use crate::base::time::Instant;

/// How a length is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// The only form that DER allows.
    Minimal,
    /// A long form with this many octets (1 to 8), needed or not.
    Long(u8),
    /// The indefinite form, closed by end-of-contents octets.
    Indefinite,
    /// The indefinite form, never closed.
    Unclosed,
    /// A definite length that is not that of the contents.
    Claimed(u64),
}

/// A value to be encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The identifier octets.
    pub tag: u8,
    /// The form of the length.
    pub length: Length,
    /// The contents.
    pub body: Body,
}

/// The contents of a [`Node`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Contents octets.
    Bytes(Vec<u8>),
    /// Values, one after the other.
    Nodes(Vec<Node>),
    /// Nothing but what is inside: the node has no header of its own.
    Encoded(Vec<u8>),
}

impl Node {
    fn bytes(tag: u8, bytes: impl Into<Vec<u8>>) -> Self {
        Self { tag, length: Length::Minimal, body: Body::Bytes(bytes.into()) }
    }

    fn nodes(tag: u8, nodes: impl Into<Vec<Self>>) -> Self {
        Self { tag, length: Length::Minimal, body: Body::Nodes(nodes.into()) }
    }

    /// The same value with another length form.
    #[must_use]
    pub fn with_length(self, length: Length) -> Self {
        Self { length, ..self }
    }

    /// The same value, it and everything in it that is constructed in the indefinite form.
    #[must_use]
    pub fn indefinite(self) -> Self {
        match self.body {
            Body::Nodes(nodes) => Self {
                tag: self.tag,
                length: Length::Indefinite,
                body: Body::Nodes(nodes.into_iter().map(Self::indefinite).collect()),
            },
            body @ (Body::Bytes(_) | Body::Encoded(_)) => Self { body, ..self },
        }
    }

    /// The same value under other identifier octets, as IMPLICIT tagging and re-tagging do.
    #[must_use]
    pub fn tagged(self, tag: u8) -> Self {
        Self { tag, ..self }
    }

    /// The encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode_into(&mut out);
        out
    }

    fn encode_into(&self, out: &mut Vec<u8>) {
        let mut body = Vec::new();
        match &self.body {
            Body::Encoded(bytes) => return out.extend_from_slice(bytes),
            Body::Bytes(bytes) => body.extend_from_slice(bytes),
            Body::Nodes(nodes) => nodes.iter().for_each(|node| node.encode_into(&mut body)),
        }
        out.push(self.tag);
        match self.length {
            Length::Minimal => push_length(out, body.len() as u64),
            Length::Claimed(length) => push_length(out, length),
            Length::Long(octets) => {
                let octets = usize::from(octets.clamp(1, 8));
                out.push(0x80 | octets as u8);
                out.extend_from_slice(&(body.len() as u64).to_be_bytes()[8 - octets..]);
            }
            Length::Indefinite | Length::Unclosed => out.push(0x80),
        }
        out.append(&mut body);
        if self.length == Length::Indefinite {
            out.extend_from_slice(&[0, 0]);
        }
    }
}

fn push_length(out: &mut Vec<u8>, length: u64) {
    if let Ok(short @ 0..=0x7f) = u8::try_from(length) {
        return out.push(short);
    }
    let bytes = length.to_be_bytes();
    let skip = length.leading_zeros() as usize / 8;
    out.push(0x80 | (8 - skip) as u8);
    out.extend_from_slice(&bytes[skip..]);
}

/// Octets that are already encoded, right or wrong.
pub fn encoded(bytes: impl Into<Vec<u8>>) -> Node {
    Node { tag: 0, length: Length::Minimal, body: Body::Encoded(bytes.into()) }
}

/// A primitive value with any identifier octet.
pub fn primitive(tag: u8, bytes: impl Into<Vec<u8>>) -> Node {
    Node::bytes(tag, bytes)
}

/// SEQUENCE.
pub fn seq(nodes: impl Into<Vec<Node>>) -> Node {
    Node::nodes(0x30, nodes)
}

/// SET OF, its members in the order of their encodings as DER wants it.
pub fn set_of(nodes: impl Into<Vec<Node>>) -> Node {
    let mut nodes = nodes.into();
    nodes.sort_by_cached_key(Node::encode);
    Node::nodes(0x31, nodes)
}

/// SET OF, its members in the order given.
pub fn set_as_given(nodes: impl Into<Vec<Node>>) -> Node {
    Node::nodes(0x31, nodes)
}

/// `[n] EXPLICIT`, or any constructed context-specific value.
pub fn context(n: u8, nodes: impl Into<Vec<Node>>) -> Node {
    Node::nodes(0xa0 | n, nodes)
}

/// INTEGER of a small value.
pub fn int(value: i64) -> Node {
    let bytes = value.to_be_bytes();
    let mut start = 0;
    while start < 7 {
        let redundant = (bytes[start] == 0 && bytes[start + 1] < 0x80)
            || (bytes[start] == 0xff && bytes[start + 1] >= 0x80);
        if !redundant {
            break;
        }
        start += 1;
    }
    Node::bytes(0x02, &bytes[start..])
}

/// INTEGER of a non-negative value in big-endian octets.
pub fn uint(magnitude: &[u8]) -> Node {
    let start = magnitude.iter().position(|&b| b != 0).unwrap_or(magnitude.len());
    let mut bytes = Vec::with_capacity(magnitude.len() + 1);
    if magnitude.get(start).is_none_or(|&b| b >= 0x80) {
        bytes.push(0);
    }
    bytes.extend_from_slice(&magnitude[start..]);
    Node::bytes(0x02, bytes)
}

/// BOOLEAN.
pub fn boolean(value: bool) -> Node {
    Node::bytes(0x01, [if value { 0xff } else { 0 }])
}

/// NULL.
pub fn null() -> Node {
    Node::bytes(0x05, [])
}

/// OBJECT IDENTIFIER from its dotted form.
///
/// # Panics
/// When `dotted` is no dotted form: identifiers are written in the source, not read.
pub fn oid(dotted: &str) -> Node {
    let mut arcs = dotted.split('.').map(|arc| arc.parse::<u128>().expect("a dotted object identifier"));
    let first = arcs.next().expect("a first arc");
    let second = arcs.next().expect("a second arc");
    let mut bytes = Vec::new();
    for arc in std::iter::once(first * 40 + second).chain(arcs) {
        let groups = (128 - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let more = if group > 0 { 0x80 } else { 0 };
            bytes.push((arc >> (group * 7)) as u8 & 0x7f | more);
        }
    }
    Node::bytes(0x06, bytes)
}

/// OCTET STRING.
pub fn octets(bytes: impl Into<Vec<u8>>) -> Node {
    Node::bytes(0x04, bytes)
}

/// OCTET STRING in the constructed form: chunks of at most `size` octets, as a streaming writer
/// makes them.
pub fn chunked_octets(bytes: &[u8], size: usize) -> Node {
    let chunks: Vec<Node> = bytes.chunks(size.max(1)).map(octets).collect();
    Node::nodes(0x24, chunks).with_length(Length::Indefinite)
}

/// BIT STRING of whole octets.
pub fn bits(bytes: &[u8]) -> Node {
    bits_unused(0, bytes)
}

/// BIT STRING whose last octet has `unused` unused bits.
pub fn bits_unused(unused: u8, bytes: &[u8]) -> Node {
    let mut body = vec![unused];
    body.extend_from_slice(bytes);
    Node::bytes(0x03, body)
}

/// UTF8String.
pub fn utf8(text: &str) -> Node {
    Node::bytes(0x0c, text)
}

/// PrintableString, whatever it holds.
pub fn printable(text: &str) -> Node {
    Node::bytes(0x13, text)
}

/// IA5String, whatever it holds.
pub fn ia5(text: &str) -> Node {
    Node::bytes(0x16, text)
}

/// BMPString.
pub fn bmp(text: &str) -> Node {
    Node::bytes(0x1e, text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>())
}

/// Time as RFC 5280 wants it: UTCTime until 2049, GeneralizedTime from 2050.
pub fn time(instant: Instant) -> Node {
    if (1950..2050).contains(&instant.year()) { utc_time(instant) } else { generalized_time(instant) }
}

/// UTCTime to the second, in UTC.
pub fn utc_time(instant: Instant) -> Node {
    Node::bytes(0x17, &digits(instant)[2..])
}

/// GeneralizedTime to the second, in UTC.
pub fn generalized_time(instant: Instant) -> Node {
    Node::bytes(0x18, digits(instant))
}

fn digits(instant: Instant) -> String {
    let at = instant.to_offset(time::UtcOffset::UTC);
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// AlgorithmIdentifier without parameters.
pub fn algorithm(dotted: &str) -> Node {
    seq([oid(dotted)])
}

/// AlgorithmIdentifier with NULL parameters.
pub fn algorithm_null(dotted: &str) -> Node {
    seq([oid(dotted), null()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::parse;

    #[test]
    fn lengths_take_the_form_that_is_asked_for() {
        let value = octets([7; 3]);
        assert_eq!(value.encode(), [4, 3, 7, 7, 7]);
        assert_eq!(value.clone().with_length(Length::Long(2)).encode(), [4, 0x82, 0, 3, 7, 7, 7]);
        assert_eq!(value.clone().with_length(Length::Claimed(300)).encode()[..4], [4, 0x82, 1, 44]);
        assert_eq!(seq([value]).indefinite().encode(), [0x30, 0x80, 4, 3, 7, 7, 7, 0, 0]);
        assert_eq!(octets([0; 200]).encode()[..3], [4, 0x81, 200]);
    }

    #[test]
    fn integers_are_minimal() {
        let body = |node: Node| node.encode()[2..].to_vec();
        assert_eq!(body(int(0)), [0]);
        assert_eq!(body(int(127)), [127]);
        assert_eq!(body(int(128)), [0, 128]);
        assert_eq!(body(int(-1)), [0xff]);
        assert_eq!(body(int(-129)), [0xff, 0x7f]);
        assert_eq!(body(uint(&[0, 0, 0x80])), [0, 0x80]);
        assert_eq!(body(uint(&[])), [0]);
    }

    #[test]
    fn object_identifiers_are_base_128() {
        assert_eq!(oid("1.2.840.113549").encode(), [6, 6, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]);
        assert_eq!(oid("2.999.0").encode(), [6, 3, 0x88, 0x37, 0]);
    }

    #[test]
    fn times_choose_their_type_by_year() {
        let at = |text| time(parse(text).expect("RFC 3339")).encode();
        assert_eq!(at("2026-01-15T11:00:00+01:00")[2..], *b"260115100000Z");
        assert_eq!(at("2050-01-15T10:00:00Z")[2..], *b"20500115100000Z");
    }

    #[test]
    fn a_set_is_sorted_unless_it_is_not_to_be() {
        assert_eq!(set_of([int(2), int(1)]).encode(), [0x31, 6, 2, 1, 1, 2, 1, 2]);
        assert_eq!(set_as_given([int(2), int(1)]).encode(), [0x31, 6, 2, 1, 2, 2, 1, 1]);
    }
}
