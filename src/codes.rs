//! The services' error codes, as their documents print them, misprints included.
//!
//! `codes/*.toml` holds one row for each row of a table. Rules name the codes that a violation is
//! answered with. This module knows no single rule.

use std::sync::LazyLock;

use serde::Deserialize;

const SOURCES: &[&str] = &[
    include_str!("../codes/keydepot.toml"),
    include_str!("../codes/certra.toml"),
    include_str!("../codes/iam-exchange.toml"),
    include_str!("../codes/soa.toml"),
    include_str!("../codes/saml.toml"),
    include_str!("../codes/etk.toml"),
];

/// A row of a table of errors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The code on the wire. A `*` at its end stands for any ending.
    pub code: String,
    /// Whose it is.
    pub service: String,
    /// The section, and the operation where it is that operation's own.
    #[serde(rename = "where")]
    pub place: String,
    /// The HTTP status that it comes with.
    pub status: Option<u16>,
    /// The text of the error.
    pub text: String,
    /// What the document advises.
    pub advice: Option<String>,
}

impl Row {
    /// Whether this is the row of `code`, in whatever letters, with blanks as underscores.
    pub fn is_of(&self, code: &str) -> bool {
        let same = |a: u8, b: u8| {
            let fold = |c: u8| if c == b' ' { b'_' } else { c.to_ascii_lowercase() };
            fold(a) == fold(b)
        };
        let (own, code) = (self.code.as_bytes(), code.as_bytes());
        match own.strip_suffix(b"*") {
            Some(stem) => code.len() >= stem.len() && stem.iter().zip(code).all(|(a, b)| same(*a, *b)),
            None => own.len() == code.len() && own.iter().zip(code).all(|(a, b)| same(*a, *b)),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    row: Vec<Row>,
}

/// Every row, table by table.
pub fn all() -> &'static [Row] {
    static ALL: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let read = |text: &&str| {
            let file: File = toml::from_str(text).expect("a test reads every table of codes");
            file.row
        };
        SOURCES.iter().flat_map(read).collect()
    });
    &ALL
}

/// The rows of `code`; a SAML status may be named by its last part.
pub fn find(code: &str) -> Vec<&'static Row> {
    let last = |row: &Row| row.code.starts_with("urn:") && row.code.rsplit(':').next() == Some(code);
    all().iter().filter(|row| row.is_of(code) || last(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_as_they_are_written() {
        assert_eq!(find("NOT_FOUND").len(), 1);
        assert_eq!(find("not found")[0].status, Some(404));
        assert_eq!(find("CSR_ALREADY_VALIDATED").len(), 2);
        assert_eq!(find("ETK_RA_CERT_EXPIRED").len(), 1);
        assert!(find("UnknownPrincipal")[0].code.starts_with("urn:"));
        assert!(find("NOPE").is_empty());
    }
}
