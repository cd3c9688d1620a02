//! Text for a terminal: what cannot be printed spelled out, and lines broken at the width.
//!
//! This module knows no report.

use std::fmt::Write as _;

/// `text` on one line, with every character spelled out that a terminal, a log or an XML document
/// would act on or drop: controls, escapes, direction marks, what has no width, and `##` and `::`, with
/// which build services begin commands.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        push_visible(&mut out, before, c);
        before = Some(c);
    }
    out
}

/// Adds `c`, which follows `before`, as [`visible`] shows it.
pub(super) fn push_visible(out: &mut String, before: Option<char>, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '#' | ':' if before == Some(c) => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
        _ if is_invisible(c) => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
        _ => out.push(c),
    }
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// `text` broken at spaces into lines of at most `width` characters. A word that is longer stands on
/// lines of its own, broken behind a mark within it, or where it must be.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for mut word in text.split_whitespace() {
        let mut length = columns(word);
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        while length > width {
            let (part, rest) = word.split_at(end_of_part(word, width));
            lines.push(part.to_owned());
            // A word may be a whole document: what is left of it is not counted anew.
            (word, length) = (rest, length - columns(part));
        }
        line.push_str(word);
        used += length;
    }
    if used > 0 || lines.is_empty() {
        lines.push(line);
    }
    lines.into_iter().map(no_command).collect()
}

/// How many columns `text` takes: what sets a colour takes none.
pub fn columns(text: &str) -> usize {
    printed(text).count()
}

/// The characters that take a column, with their places.
fn printed(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut in_colour = false;
    text.char_indices().filter(move |(_, c)| {
        let is_printed = !in_colour && *c != '\x1b';
        in_colour = (in_colour || *c == '\x1b') && *c != 'm';
        is_printed
    })
}

/// Where a word ends that is broken because it has more than `width` columns.
fn end_of_part(word: &str, width: usize) -> usize {
    const MARKS: &str = "/-.,:;?&=_#";
    let part = || printed(word).take(width);
    let behind = |(at, c): (usize, char)| at + c.len_utf8();
    // A part that is shorter than half a line looks worse than a break without a mark.
    let marked = part().skip(width / 2).filter(|(_, c)| MARKS.contains(*c)).last();
    marked.or_else(|| part().last()).map_or(word.len(), behind)
}

/// `line` without the `::` at its beginning that build services take for a command: what is put
/// together of harmless pieces may have come to begin with one.
pub(super) fn no_command(mut line: String) -> String {
    if line.trim_start().starts_with("::") {
        let at = line.len() - line.trim_start().len();
        line.replace_range(at..=at, "\\u{3a}");
    }
    line
}

/// Markdown as a terminal shows it: paragraphs and list items broken at the width, code as it
/// stands.
pub fn page(markdown: &str, width: usize) -> String {
    let mut out = String::new();
    let (mut paragraph, mut indent, mut fenced) = (String::new(), 0, false);
    for line in markdown.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        let text = line.trim_start();
        if text.starts_with("```") {
            flush(&mut out, &mut paragraph, indent, width);
            fenced = !fenced;
        } else if fenced {
            let _ = writeln!(out, "    {}", line.trim_end());
        } else if text.is_empty() {
            flush(&mut out, &mut paragraph, indent, width);
            if !out.ends_with("\n\n") && !out.is_empty() {
                out.push('\n');
            }
        } else if let Some(item) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
            flush(&mut out, &mut paragraph, indent, width);
            indent = 2;
            item.clone_into(&mut paragraph);
        } else if let Some(heading) = text.strip_prefix('#') {
            flush(&mut out, &mut paragraph, indent, width);
            indent = 0;
            let _ = writeln!(out, "{}", heading.trim_start_matches('#').trim());
        } else {
            if line.len() == text.len() && paragraph.is_empty() {
                indent = 0;
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(text);
        }
    }
    flush(&mut out, &mut paragraph, indent, width);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn flush(out: &mut String, paragraph: &mut String, indent: usize, width: usize) {
    if paragraph.is_empty() {
        return;
    }
    for (number, line) in wrap(paragraph, width.saturating_sub(indent)).into_iter().enumerate() {
        let lead = match (indent, number) {
            (0, _) => "",
            (_, 0) => "- ",
            (_, _) => "  ",
        };
        let _ = writeln!(out, "{lead}{line}");
    }
    paragraph.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_would_act_on_is_spelled_out() {
        assert_eq!(visible("a\x1b[31mb\r\nc"), "a\\u{1b}[31mb\\r\\nc");
        assert_eq!(visible("\u{202e}evil\u{feff}\u{fffe}"), "\\u{202e}evil\\u{feff}\\u{fffe}");
        assert_eq!(visible("é → 漢"), "é → 漢");
        assert_eq!(visible("::error::a ##[group]b::c"), ":\\u{3a}error:\\u{3a}a #\\u{23}[group]b:\\u{3a}c");
    }

    #[test]
    fn a_page_is_broken_at_the_width() {
        let markdown = " Title line\n\n A paragraph that is rather long.\n - an item that is long\n - two\n\n ```\n let code = 1;\n ```\n";
        assert_eq!(
            page(markdown, 16),
            "Title line\n\nA paragraph that\nis rather long.\n- an item that\n  is long\n- two\n\n    let code = 1;\n"
        );
    }

    #[test]
    fn a_long_word_is_broken_behind_a_mark_and_colour_takes_no_column() {
        assert_eq!(
            wrap("attribute-authority/message-refused", 20),
            ["attribute-authority/", "message-refused"]
        );
        assert_eq!(wrap("a/bcdefghijkl", 8), ["a/bcdefg", "hijkl"]);
        assert_eq!(wrap("\x1b[1m\x1b[31mFAIL\x1b[0m it is", 8), ["\x1b[1m\x1b[31mFAIL\x1b[0m it", "is"]);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
    fn a_word_as_long_as_a_document_is_broken_in_time() {
        let started = std::time::Instant::now();
        assert_eq!(wrap(&"a/b".repeat(100_000), 80).concat().len(), 300_000);
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }

    proptest! {
        #[test]
        fn wrapping_keeps_every_character_and_the_width(text in "[a-z é]{0,200}", width in 8usize..60) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= width));
            let strip = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(strip(&lines.concat()), strip(&text));
        }
    }
}
