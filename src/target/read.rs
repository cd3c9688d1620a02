//! A target file, read: its shape in TOML, and what it says checked entry by entry.
//!
//! It looks nothing up: no file, no variable, no host.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::people::{Entry, Part};
use super::signers::Role;
use super::{Keystore, Place, Problem, Root, SecretSource, Target, Token, switches};
use crate::base::Service;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    services: BTreeMap<Spanned<String>, Spanned<String>>,
    token: Option<Spanned<Source>>,
    #[serde(default)]
    tokens: BTreeMap<Spanned<String>, Spanned<Source>>,
    #[serde(default)]
    people: BTreeMap<Spanned<String>, Entry>,
    #[serde(default)]
    keystores: BTreeMap<Spanned<String>, Spanned<KeystoreEntry>>,
    relying_party: Option<Spanned<Party>>,
    #[serde(default)]
    trust: Trust,
    #[serde(default)]
    switches: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    paths: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    limits: Limits,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    env: Option<String>,
    file: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct KeystoreEntry {
    path: Option<String>,
    password_env: Option<String>,
    password_file: Option<String>,
    module: Option<String>,
    token: Option<String>,
    pin_env: Option<String>,
    pin_file: Option<String>,
    certificate: Option<String>,
    alias: Option<String>,
    client_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Party {
    origin: String,
    id: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Trust {
    #[serde(default)]
    roots: Vec<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Limits {
    requests_per_second: Option<Spanned<f64>>,
    destructive: bool,
}

/// Reads a target file.
///
/// # Errors
/// Every problem that can be told apart; one alone when the text is not TOML.
pub fn read(text: &str) -> Result<Target, Vec<Problem>> {
    let problem = |offset: usize, message: String| {
        let (line, column) = place_of(text, offset);
        Problem { line, column, message }
    };
    let at = |offset: usize| place_of(text, offset).0;
    let file: File = toml::from_str(text).map_err(|error| {
        vec![problem(error.span().map_or(0, |span| span.start), error.message().to_owned())]
    })?;
    let mut problems = Vec::new();
    let mut target = Target { destructive: file.limits.destructive, ..Target::default() };
    let root = |it: Spanned<String>| Root { line: at(it.span().start), path: it.into_inner() };
    target.roots = file.trust.roots.into_iter().map(root).collect();
    let mut say = |offset: usize, message: String| problems.push(problem(offset, message));
    for (name, address) in file.services {
        let service = name.get_ref().parse::<Service>();
        let url = address_of(address.get_ref());
        match (service, url) {
            (Ok(service), Ok(url)) => {
                target.lines.insert(service, at(address.span().start));
                target.services.insert(service, url);
            }
            (Err(error), _) => say(name.span().start, error.to_string()),
            (_, Err(message)) => say(address.span().start, message),
        }
    }
    let first = file.token.map(|it| ("token".to_owned(), it.span().start, it));
    let others = file.tokens.into_iter().map(|(name, it)| {
        let start = name.span().start;
        (format!("tokens.{}", name.into_inner()), start, it)
    });
    for (name, start, token) in first.into_iter().chain(others) {
        let Source { env, file } = token.get_ref();
        match one_source(env.as_ref(), file.as_ref(), "env", "file") {
            Ok(source) => target.tokens.push(Token { name, source, line: at(start) }),
            Err(message) => say(start, message),
        }
    }
    for (name, entry) in file.people {
        match name.get_ref().parse::<Part>().and_then(|part| Ok((part, part.played_by(entry)?))) {
            Ok((part, known)) => _ = target.people.insert(part, known),
            Err(message) => say(name.span().start, message),
        }
    }
    for (name, entry) in file.keystores {
        let line = at(name.span().start);
        let alias = entry.get_ref().alias.clone();
        match (name.get_ref().parse::<Role>(), place(entry.get_ref())) {
            (Ok(role), Ok(place)) => {
                if role == Role::Organisation {
                    target.client_id.clone_from(&entry.get_ref().client_id);
                } else if entry.get_ref().client_id.is_some() {
                    say(entry.span().start, "`client-id` belongs to [keystores.organisation]".to_owned());
                }
                target.keystores.insert(role, Keystore { place, alias, line });
            }
            (Err(message), _) | (_, Err(message)) => say(name.span().start, message),
        }
    }
    if let Some(party) = file.relying_party {
        let Party { origin, id } = party.get_ref();
        match address_of(origin) {
            Ok(url) => {
                let host = url.host_str().unwrap_or_default().to_owned();
                let id = id.clone().unwrap_or(host);
                target.relying_party = Some([url.origin().ascii_serialization(), id]);
            }
            Err(message) => say(party.span().start, format!("`origin`: {message}")),
        }
    }
    for (operation, path) in file.paths {
        if let Err(message) = target.variants.move_to(operation.get_ref(), &path) {
            say(operation.span().start, message);
        }
    }
    for (id, reading) in file.switches {
        match switches::changes(id.get_ref(), &reading) {
            Ok(changes) => target.variants.follow(changes),
            Err(message) => say(id.span().start, message),
        }
    }
    if let Some(rate) = file.limits.requests_per_second {
        if rate.get_ref().is_finite() && *rate.get_ref() > 0.0 {
            target.requests_per_second = Some(*rate.get_ref());
        } else {
            say(rate.span().start, format!("expected a rate above 0, found {}", rate.get_ref()));
        }
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    if problems.is_empty() { Ok(target) } else { Err(problems) }
}

/// Line and column of a place in the text, from 1.
fn place_of(text: &str, offset: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line = before.split(|byte| *byte == b'\n').next_back().unwrap_or_default();
    // Only the first byte of a character counts.
    let characters = line.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    (memchr::memchr_iter(b'\n', before).count() + 1, characters + 1)
}

fn address_of(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        Ok(url) => Err(format!("expected an http or https address, found the scheme `{}`", url.scheme())),
        Err(error) => Err(format!("expected an address such as https://host/base, found `{text}`: {error}")),
    }
}

fn place(entry: &KeystoreEntry) -> Result<Place, String> {
    let KeystoreEntry { path, password_env, password_file, module, token, pin_env, pin_file, .. } = entry;
    match (path, module) {
        (Some(path), None) => {
            if token.is_some() || pin_env.is_some() || pin_file.is_some() {
                return Err(
                    "`token` and `pin-…` belong to a card: expected `module`, found `path`".to_owned()
                );
            }
            let names = ["password-env", "password-file"];
            let password = one_source(password_env.as_ref(), password_file.as_ref(), names[0], names[1])?;
            Ok(Place::File { path: path.clone(), password })
        }
        (None, Some(module)) => {
            if password_env.is_some() || password_file.is_some() {
                return Err(
                    "a card has a PIN: expected `pin-env` or `pin-file`, found `password-…`".to_owned()
                );
            }
            let pin = match (pin_env, pin_file) {
                (None, None) => None,
                (env, file) => Some(one_source(env.as_ref(), file.as_ref(), "pin-env", "pin-file")?),
            };
            let (module, token, certificate) = (module.clone(), token.clone(), entry.certificate.clone());
            Ok(Place::Card { module, token, pin, certificate })
        }
        (None, None) => Err("expected `path` of a keystore or `module` of a card, found neither".to_owned()),
        (Some(_), Some(_)) => {
            Err("expected `path` of a keystore or `module` of a card, found both".to_owned())
        }
    }
}

fn one_source(
    env: Option<&String>,
    file: Option<&String>,
    env_name: &str,
    file_name: &str,
) -> Result<SecretSource, String> {
    match (env, file) {
        (Some(name), None) => Ok(SecretSource::Environment(name.clone())),
        (None, Some(path)) => Ok(SecretSource::File(path.clone())),
        (None, None) => Err(format!("expected `{env_name}` or `{file_name}`, found neither")),
        (Some(_), Some(_)) => Err(format!("expected `{env_name}` or `{file_name}`, found both")),
    }
}
