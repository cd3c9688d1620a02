//! PEM (RFC 7468): base64 between an opening and a closing line.

use data_encoding::BASE64;

use super::base64::{self, Base64Fault, Form};
use crate::base::{Budget, Fault, Span, SpanMap};

/// One block of a PEM text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'a> {
    /// What stands after `BEGIN`.
    pub label: &'a str,
    /// The bytes; nothing when what stands between the lines is not base64.
    pub der: Option<Vec<u8>>,
    /// Whether headers stand before the base64, as in encrypted keys of old.
    pub has_headers: bool,
    /// Why what stands between the lines is not base64, and where in the text.
    pub faults: Vec<Fault<Base64Fault>>,
    /// Where the block stands, with both lines.
    pub span: Span,
    body: Span,
}

impl Block<'_> {
    /// How places in the bytes map to places in `text`, which the block was read from.
    pub fn map(&self, text: &str) -> SpanMap {
        base64::map(self.body.of(text.as_bytes()), self.body.start as usize)
    }
}

/// Every block of `text` that is closed, in order. What stands around them is skipped.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    const DASHES: &str = "-----";
    let mut all = Vec::new();
    let mut from = 0;
    // Between the lines of a block there are no five dashes: what comes next closes it, or nothing.
    while let Some(start) = text[from..].find("-----BEGIN ").map(|at| at + from) {
        let label_start = start + "-----BEGIN ".len();
        from = label_start;
        let Some(label_len) = text[label_start..].find(DASHES) else { break };
        let label = &text[label_start..label_start + label_len];
        let body_start = label_start + label_len + DASHES.len();
        let Some(body_len) = text[body_start..].find(DASHES) else { break };
        let (body, rest) = text[body_start..].split_at(body_len);
        let closes = rest.strip_prefix("-----END ").and_then(|rest| rest.strip_prefix(label));
        if label.contains(['\n', '\r']) || !closes.is_some_and(|rest| rest.starts_with(DASHES)) {
            continue;
        }
        let has_headers = body.contains(':');
        let end = body_start + body_len + "-----END ".len() + label_len + DASHES.len();
        let der = if has_headers { None } else { decoded(body) };
        let faults = if der.is_some() { Vec::new() } else { faults(body, body_start) };
        let body = Span::new(body_start, body_start + body_len);
        all.push(Block { label, der, has_headers, faults, span: Span::new(start, end), body });
        from = end;
    }
    all
}

/// What base64 stands for, whatever white space stands in it. Several padded texts in a row are taken, too.
fn decoded(body: &str) -> Option<Vec<u8>> {
    // Nearly every text has no other white space than the ends of its lines.
    let lines: String = body.lines().collect();
    base64::strictly(lines.as_bytes(), Form::Standard).or_else(|| {
        let packed: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        base64::strictly(&packed, Form::Standard).or_else(|| BASE64.decode(&packed).ok())
    })
}

/// What is wrong with base64 that starts at `start`, beside the white space in it: the characters that are none
/// of it, or else what comes first.
fn faults(body: &str, start: usize) -> Vec<Fault<Base64Fault>> {
    let start = Span::at(start + body.len() - body.trim_start().len()).start;
    let decoded = base64::decode(body.trim().as_bytes(), Form::Standard, &Budget::JUDGE);
    let is_space = |fault: &Fault<Base64Fault>| matches!(fault.kind, Base64Fault::WhiteSpace(_));
    let is_character = |fault: &Fault<Base64Fault>| {
        matches!(fault.kind, Base64Fault::Foreign(..) | Base64Fault::OtherAlphabet(_))
    };
    let mut all: Vec<_> =
        decoded.distinct_faults().into_iter().filter(|fault| !is_space(fault)).cloned().collect();
    if all.iter().any(is_character) {
        all.retain(is_character);
    } else {
        all.truncate(1);
    }
    all.into_iter().map(|fault| Fault { span: fault.span.shifted(start), ..fault }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_among_other_text() {
        let text =
            "note\n-----BEGIN A-----\nAQID\n-----END A-----\n-----BEGIN B-----\r\nAQ==\r\n-----END B-----";
        let found = blocks(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].label, found[0].der.as_deref()), ("A", Some(&[1, 2, 3][..])));
        assert_eq!(&text[found[1].span.range()][..16], "-----BEGIN B----");
        assert_eq!(found[1].der.as_deref(), Some(&[1][..]));
    }

    #[test]
    fn what_is_not_closed_or_not_base64_is_told() {
        assert_eq!(blocks("-----BEGIN A-----\nAQID\n-----END B-----"), []);
        assert_eq!(blocks("-----BEGIN A-----\n!\n-----END A-----")[0].der, None);
        assert!(blocks("-----BEGIN A-----\nDEK-Info: x\n\nAQID\n-----END A-----")[0].has_headers);
    }

    #[test]
    fn bytes_are_found_again_in_the_text() {
        for end in ["\n", "\r\n", "\r"] {
            let text =
                format!("note{end}-----BEGIN A-----{end}AQIDBAUG{end}BwgJCgsM{end}DQ=={end}-----END A-----");
            let block = &blocks(&text)[0];
            let der = block.der.as_deref().expect("base64");
            for (at, byte) in der.iter().enumerate().step_by(3) {
                let place = block.map(&text).outer(Span::new(at, at + 1));
                let found = &text[place.range()];
                assert_eq!(found, &base64::encode(&[*byte], Form::Standard)[..2], "{end:?} {at}");
            }
        }
        let ragged = "-----BEGIN A-----\nAQID\nBAUGBwgJ\n-----END A-----";
        let all = blocks(ragged)[0].map(ragged).outer(Span::new(4, 5));
        assert_eq!(&ragged[all.range()], "AQID\nBAUGBwgJ");
    }

    #[test]
    fn what_is_wrong_with_the_base64_is_told_where_it_stands() {
        let text = "-----BEGIN A-----\nAQID\nB!UG\n-----END A-----";
        let faults = &blocks(text)[0].faults;
        assert_eq!(faults.len(), 1, "what follows from it is not told: {faults:?}");
        assert_eq!(faults[0].kind, Base64Fault::Foreign(Form::Standard, b'!'));
        assert_eq!(&text[faults[0].span.range()], "!");
        let cut = "-----BEGIN A-----\nAQIDB\n-----END A-----";
        assert_eq!(blocks(cut)[0].faults[0].kind, Base64Fault::Length(5));
        assert_eq!(blocks("-----BEGIN A-----\nAQID\n-----END A-----")[0].faults, []);
    }

    #[test]
    fn a_block_that_is_not_closed_is_skipped_and_the_next_is_found() {
        let text = "-----BEGIN A-----\n-----BEGIN A-----\nAQ==\n-----END A-----\n-----BEGIN A-----";
        let found = blocks(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].der.as_deref(), Some(&[1][..]));
    }
}
