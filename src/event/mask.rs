//! Masks of what no report may show: tokens, private keys, passwords, national numbers.
//!
//! Masking works on text, without knowing where it comes from: it is the last line of defence
//! behind rules that already take care. It knows no artefact.

use std::fmt;
use std::ops::{Deref, Range};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Text that may be shown: what looks like a secret was masked when it was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Shown(String);

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self(mask(text))
    }
}

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Self(mask(&text))
    }
}

impl Deref for Shown {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

/// Facts with every text in them masked.
pub fn facts<'f>(facts: impl IntoIterator<Item = (&'f str, &'f Value)>) -> Map<String, Value> {
    facts.into_iter().map(|(name, value)| (name.to_owned(), fact(value))).collect()
}

fn fact(value: &Value) -> Value {
    match value {
        Value::String(text) => mask(text).into(),
        Value::Array(items) => items.iter().map(fact).collect(),
        Value::Object(members) => {
            Value::Object(facts(members.iter().map(|(name, value)| (name.as_str(), value))))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// `text` with what looks like a secret masked.
///
/// - a private key in PEM keeps its first line;
/// - a compact JWS or JWE keeps the first letters of its header;
/// - what follows `Bearer ` or `Basic ` is dropped;
/// - the private members of a JWK, and members and form fields named after passwords and secrets,
///   keep their name;
/// - a national number (11 digits with right check digits) keeps these two digits.
pub fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut shown = 0;
    for (secret, mask) in secrets(text) {
        out.push_str(&text[shown..secret.start]);
        out.push_str(&mask);
        shown = secret.end;
    }
    out.push_str(&text[shown..]);
    out
}

/// Where `text` holds what [`mask`] masks, and what is shown instead, from its beginning to its end.
pub fn secrets(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    // What stands before `at`, for masks that begin at a word's edge.
    let mut before = ' ';
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let step = private_key(rest)
            .or_else(|| credentials(rest, before))
            .or_else(|| member(rest, before).filter(|_| !text[..at].ends_with("xmlns:")))
            .or_else(|| token(rest, before))
            .or_else(|| national_number(rest, before));
        let (taken, last) = match step {
            Some((taken, shown)) => {
                found.push((at..at + taken, shown));
                (taken, rest[..taken].chars().next_back())
            }
            None => (first.len_utf8(), Some(first)),
        };
        before = last.unwrap_or(before);
        at += taken;
    }
    found
}

/// How much was recognised, and what is shown instead.
type Mask = Option<(usize, String)>;

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn private_key(rest: &str) -> Mask {
    let label = rest.strip_prefix("-----BEGIN ")?;
    let (label, body) = label.split_once("-----")?;
    if label.len() > 40 || !label.ends_with("PRIVATE KEY") || body.starts_with('…') {
        return None;
    }
    let end = format!("-----END {label}-----");
    // A key that is cut off is a key all the same.
    let taken = rest.find(&end).map_or(rest.len(), |at| at + end.len());
    Some((taken, format!("-----BEGIN {label}-----…")))
}

fn credentials(rest: &str, before: char) -> Mask {
    let scheme = ["Bearer ", "bearer ", "Basic ", "basic "].into_iter().find(|it| rest.starts_with(it))?;
    let value = rest[scheme.len()..]
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-._~+/=".contains(c)))
        .unwrap_or(rest.len() - scheme.len());
    // `Bearer token` in a sentence is no token: real ones are longer than words.
    (value >= 16 && !is_word(before)).then(|| (scheme.len() + value, format!("{scheme}…")))
}

/// Names whose values are secrets, in JSON and in forms.
const SECRET_NAMES: &[&str] = &[
    "d",
    "p",
    "q",
    "dp",
    "dq",
    "qi",
    "k",
    "password",
    "secret",
    "client_secret",
    "client_assertion",
    "access_token",
    "refresh_token",
    "id_token",
    "actor_token",
    "subject_token",
    "private_key",
];

/// Whether the value of a member or form field of this name is a secret.
pub fn is_secret_name(name: &str) -> bool {
    SECRET_NAMES.contains(&name)
}

fn member(rest: &str, before: char) -> Mask {
    let json = rest.starts_with('"');
    let body = if json { &rest[1..] } else { rest };
    if !json && is_word(before) {
        return None;
    }
    let length = body.find(|c: char| !is_word(c))?;
    let name = &body[..length];
    if !is_secret_name(name) {
        return None;
    }
    let after = &body[length..];
    if json {
        let value =
            after.strip_prefix('"')?.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let end = value.find('"').unwrap_or(value.len());
        // `"k": "v"` is no key. What is as short as that keeps no secret.
        let taken = rest.len() - value.len() + end;
        (end >= 8).then(|| (taken, format!("\"{name}\":\"…")))
    } else {
        let value = after.strip_prefix('=')?;
        let end = value.find(|c: char| c == '&' || c.is_whitespace()).unwrap_or(value.len());
        let taken = rest.len() - value.len() + end;
        (end >= 8).then(|| (taken, format!("{name}=…")))
    }
}

fn token(rest: &str, before: char) -> Mask {
    if is_word(before) || !rest.starts_with("eyJ") {
        return None;
    }
    let length = rest.find(|c: char| !(is_word(c) || c == '.')).unwrap_or(rest.len());
    let found = &rest[..length];
    let (header, payload) = found.split_once('.')?;
    (header.len() >= 12 && payload.len() >= 12).then(|| (length, format!("{}….…", &header[..8])))
}

fn national_number(rest: &str, before: char) -> Mask {
    if before.is_ascii_alphanumeric() || !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // As eleven digits, or as it is printed on a card: 85.21.01-236.17
    let mut digits = String::new();
    let mut taken = 0;
    for c in rest.chars() {
        let separator =
            matches!((digits.len(), c), (2 | 4 | 9, '.') | (6, '-')) && rest.as_bytes()[taken - 1] != c as u8;
        if c.is_ascii_digit() && digits.len() < 11 {
            digits.push(c);
        } else if !separator {
            break;
        }
        taken += c.len_utf8();
        if digits.len() == 11 {
            break;
        }
    }
    let next = rest[taken..].chars().next();
    if digits.len() != 11 || next.is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let number: u64 = digits[..9].parse().ok()?;
    let check: u64 = digits[9..].parse().ok()?;
    let fits = |n: u64| 97 - n % 97 == check;
    (fits(number) || fits(2_000_000_000 + number)).then(|| (taken, format!("•••••••••{}", &digits[9..])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn secrets_are_masked_and_the_text_around_them_stays() {
        for (text, shown) in [
            ("expected 85210123617, found none", "expected •••••••••17, found none"),
            ("SSIN=01490700185", "SSIN=•••••••••85"),
            ("85.21.01-236.17 is a number", "•••••••••17 is a number"),
            ("the token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0xx.c2ln is old", "the token eyJhbGci….… is old"),
            ("Authorization: Bearer abcdefghijklmnop0123", "Authorization: Bearer …"),
            (r#"{"kty":"EC","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}"#, r#"{"kty":"EC","d":"…"}"#),
            ("a=1&client_secret=correct-horse&b=2", "a=1&client_secret=…&b=2"),
            (
                "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY----- follows",
                "-----BEGIN EC PRIVATE KEY-----… follows",
            ),
            ("-----BEGIN PRIVATE KEY-----\nMHcCAQEE", "-----BEGIN PRIVATE KEY-----…"),
        ] {
            assert_eq!(mask(text), shown);
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "CBE=0406798006",
            "serial 5436060553504243135",
            "12345678912 has wrong check digits",
            "Bearer token",
            r#"{"k":"v","crv":"P-256"}"#,
            "https://example.org/eyJ?d=1",
            "-----BEGIN PUBLIC KEY-----\nMHcCAQEE\n-----END PUBLIC KEY-----",
            r#"<a xmlns:k="urn:be:fgov:ehealth:certra:core:v2" xmlns:d='urn:dsig:0123'/>"#,
        ] {
            assert_eq!(mask(text), text);
        }
    }

    proptest! {
        #[test]
        fn masking_twice_is_masking_once(text in "\\PC{0,40}|[0-9.\\-]{0,30}|(Bearer |\"d\":\"|eyJ)[a-zA-Z0-9.]{0,40}\"?") {
            let once = mask(&text);
            prop_assert_eq!(mask(&once), once.clone());
        }
    }
}
