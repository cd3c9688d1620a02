//! PEM (RFC 7468): base64 between an opening and a closing line.

use data_encoding::BASE64;

use super::base64::{self, Form};
use crate::base::Span;

/// One block of a PEM text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'a> {
    /// What stands after `BEGIN`.
    pub label: &'a str,
    /// The bytes; nothing when what stands between the lines is not base64.
    pub der: Option<Vec<u8>>,
    /// Whether headers stand before the base64, as in encrypted keys of old.
    pub has_headers: bool,
    /// Where the block stands, with both lines.
    pub span: Span,
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
        all.push(Block { label, der, has_headers, span: Span::new(start, end) });
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
    fn a_block_that_is_not_closed_is_skipped_and_the_next_is_found() {
        let text = "-----BEGIN A-----\n-----BEGIN A-----\nAQ==\n-----END A-----\n-----BEGIN A-----";
        let found = blocks(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].der.as_deref(), Some(&[1][..]));
    }
}
