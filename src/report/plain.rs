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
/// lines of its own, broken where it must be.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for c in word.chars() {
            if used == width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += 1;
        }
    }
    if used > 0 || lines.is_empty() {
        lines.push(line);
    }
    lines.into_iter().map(no_command).collect()
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
