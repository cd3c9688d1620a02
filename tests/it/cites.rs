//! The quotes of RFCs, compared with the RFCs.
//!
//! The texts are no part of the project. They are read from the place in which Debian's `doc-rfc`
//! packages put them, or from the directory that `ETALON_RFC` names; without them the test says that
//! it compares nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use etalon::rule::Clause;
use etalon::rules;

/// Sections by their numbers, as letters without white space.
type Sections = Vec<(String, String)>;

#[test]
fn quotes_are_in_the_section_that_they_name() {
    let texts =
        std::env::var_os("ETALON_RFC").map_or_else(|| PathBuf::from("/usr/share/doc/RFC"), PathBuf::from);
    let texts = texts.join("links");
    if !texts.is_dir() {
        println!("skipped: {} is not there (Debian: doc-rfc, in non-free)", texts.display());
        return;
    }
    let mut read = BTreeMap::new();
    let mut wrong = Vec::new();
    for meta in rules::all() {
        for cite in meta.cites {
            let Some(number) = cite.document.strip_prefix("RFC ") else { continue };
            match read.entry(number).or_insert_with(|| sections(&texts, number)) {
                None => println!("not compared: {}, which is not there", cite.document),
                Some(sections) if stands_in(cite, sections) => {}
                Some(_) => {
                    let Clause { document, section, quote, .. } = cite;
                    wrong.push(format!("{}: {document}, {section} does not say “{quote}”", meta.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The sections of an RFC: a heading begins at the margin, or up to three columns from it where it is
/// a subsection.
fn sections(texts: &Path, number: &str) -> Option<Sections> {
    let file = texts.join(format!("rfc{number}.txt.gz"));
    let unpacked = Command::new("gzip").arg("--decompress").arg("--stdout").arg(file).output().ok()?;
    if !unpacked.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&unpacked.stdout);
    let mut sections: Sections = vec![(String::new(), String::new())];
    for line in text.lines().filter(|line| !is_of_the_page(line)) {
        if let Some(number) = heading(line) {
            sections.push((number, String::new()));
        }
        sections.last_mut().expect("one was there from the start").1.push_str(&bare(line));
    }
    Some(sections)
}

/// Whether a line stands at the head or foot of a page.
fn is_of_the_page(line: &str) -> bool {
    let line = line.trim_end();
    let head = line.starts_with("RFC ") && line.split_whitespace().last().is_some_and(|it| it.len() == 4);
    head || line.ends_with(']') && line.contains("[Page ")
}

fn heading(line: &str) -> Option<String> {
    let text = line.trim_start_matches(['\u{c}', ' ']);
    let margin = line.len() - text.len();
    let text = text.strip_prefix("Appendix ").unwrap_or(text);
    let (number, title) = text.split_once(' ')?;
    let number = number.trim_end_matches(['.', ':']);
    let parts: Vec<&str> = number.split('.').collect();
    let is_number = |part: &str| part.parse::<u8>().is_ok();
    let is_letter = |part: &str| part.len() == 1 && part.as_bytes()[0].is_ascii_uppercase();
    let numbered = (is_number(parts[0]) || is_letter(parts[0])) && parts[1..].iter().all(|it| is_number(it));
    let of_the_contents = title.contains("....") || title.contains(". . ");
    let begins =
        parts.len() > 2 || title.trim_start().starts_with(|it: char| it.is_ascii_uppercase() || it == '"');
    let here = margin == 0 || margin <= 3 && parts.len() > 1;
    (numbered && here && begins && !of_the_contents).then(|| number.to_owned())
}

/// Whether the parts of the quote, between its ellipses, stand in the section in their order.
fn stands_in(cite: &Clause, sections: &Sections) -> bool {
    let parts: Vec<String> = cite.quote.split('…').map(bare).collect();
    sections.iter().filter(|(number, _)| number == cite.section).any(|(_, text)| {
        let mut rest = text.as_str();
        parts.iter().all(|part| {
            let found = rest.find(part.as_str());
            if let Some(at) = found {
                rest = &rest[at + part.len()..];
            }
            found.is_some()
        })
    })
}

/// The text without white space, which RFCs put into words at the ends of lines, and with one kind of
/// quotation mark.
fn bare(text: &str) -> String {
    let straight = |it: char| match it {
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        other => other,
    };
    text.chars().filter(|it| !it.is_whitespace() && *it != '\u{c}').map(straight).collect()
}
