//! A target: where the services are, and what a run may use there, as a TOML file says it.
//!
//! Reading is pure: paths and environment variables are named here, and looked up by `cli`. Every
//! problem has its line. This module knows no workflow.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use url::Url;

use crate::base::Service;

pub mod guard;
pub mod signers;
pub mod switches;

use signers::Role;
use switches::Variants;

/// A target file, read and checked.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// The base address of each service that it has.
    pub services: BTreeMap<Service, Url>,
    /// The line of the file that names each.
    pub lines: BTreeMap<Service, usize>,
    /// Where the access token of the REST services comes from.
    pub token: Option<SecretSource>,
    /// Keystores and cards, by whose key is in them.
    pub keystores: BTreeMap<Role, Keystore>,
    /// The client id under which IAM eXchange knows the organisation's key.
    pub client_id: Option<String>,
    /// Origin and id of the relying party that KeyDepot expects.
    pub relying_party: Option<[String; 2]>,
    /// PEM files of the roots that TLS trusts.
    pub roots: Vec<String>,
    /// What the target wants otherwise than the suites send it.
    pub variants: Variants,
    /// The most requests that are sent in a second.
    pub requests_per_second: Option<f64>,
    /// Whether workflows that change or delete what they did not make may run.
    pub destructive: bool,
}

/// Where a secret comes from. Never the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Environment(String),
    /// A file, relative to the target file.
    File(String),
}

/// Where a private key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keystore {
    /// The file or the card.
    pub place: Place,
    /// The alias or label of the key; that of its role where none is given.
    pub alias: Option<String>,
    /// The line of the file that names it.
    pub line: usize,
}

/// A file or a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A PKCS#12 keystore.
    File {
        /// The file, relative to the target file.
        path: String,
        /// Its password.
        password: SecretSource,
    },
    /// A card, by PKCS#11.
    Card {
        /// The module that speaks to it, a shared library.
        module: String,
        /// The label of the token; the only one where none is given.
        token: Option<String>,
        /// The PIN; nothing where the reader or the module asks for it.
        pin: Option<SecretSource>,
        /// A PEM file with the certificate of the key and its issuers; nothing where the card has them.
        certificate: Option<String>,
    },
}

/// What is wrong with a target file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is your configuration, line {line}: {message}")]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What was expected and found.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    services: BTreeMap<Spanned<String>, Spanned<String>>,
    token: Option<Spanned<Source>>,
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
    roots: Vec<String>,
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
    let at = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| at(span.start));
        vec![Problem { line, message: error.message().to_owned() }]
    })?;
    let mut problems = Vec::new();
    let mut target =
        Target { roots: file.trust.roots, destructive: file.limits.destructive, ..Target::default() };
    let mut say = |offset: usize, message: String| problems.push(Problem { line: at(offset), message });
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
    if let Some(token) = file.token {
        let Source { env, file } = token.get_ref();
        match one_source(env.as_ref(), file.as_ref(), "env", "file") {
            Ok(source) => target.token = Some(source),
            Err(message) => say(token.span().start, message),
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
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(target) } else { Err(problems) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_file_is_read() {
        let target = read(
            "[services]\nkeydepot = \"https://depot.example/etee/v1\"\n[token]\nenv = \"TOKEN\"\n\
             [keystores.organisation]\npath = \"me.p12\"\npassword-file = \"me.pass\"\n\
             [switches]\nSD-02 = \"example\"\n[limits]\nrequests-per-second = 2.5\n",
        )
        .expect("a right file");
        assert_eq!(target.services[&Service::Keydepot].host_str(), Some("depot.example"));
        assert_eq!(target.token, Some(SecretSource::Environment("TOKEN".into())));
        let password = SecretSource::File("me.pass".into());
        assert_eq!(
            target.keystores[&Role::Organisation].place,
            Place::File { path: "me.p12".into(), password }
        );
        assert_eq!(target.variants.paths["keydepot.listKeys"], "/etee/v1/pubKeys/webauthn/jwks");
        assert_eq!(target.requests_per_second, Some(2.5));
        assert!(!target.destructive);
    }

    #[test]
    fn every_problem_has_its_line() {
        let problems = read(
            "[services]\nkeydepo = \"https://a.example\"\ncertra = \"ftp://a.example\"\n\n[token]\n\n\
             [switches]\nSD-9999 = \"x\"\n[limits]\nrequests-per-second = 0.0\n",
        )
        .expect_err("a wrong file");
        let lines: Vec<_> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [2, 3, 5, 8, 10], "{problems:?}");
        assert!(
            problems[0]
                .to_string()
                .starts_with("this is your configuration, line 2: `keydepo` is not a service")
        );
        let unknown = read("[service]\n").expect_err("an unknown table");
        assert!(unknown[0].message.contains("unknown field `service`"), "{unknown:?}");
    }
}
