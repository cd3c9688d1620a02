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

/// A target file, read and checked.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// The base address of each service that it has.
    pub services: BTreeMap<Service, Url>,
    /// The line of the file that names each.
    pub lines: BTreeMap<Service, usize>,
    /// Where the access token of the REST services comes from.
    pub token: Option<SecretSource>,
    /// Keystores, by what they are used for.
    pub keystores: BTreeMap<String, Keystore>,
    /// PEM files of the roots that TLS trusts.
    pub roots: Vec<String>,
    /// The reading of a spec defect that the target follows: `SD-02` → `example`.
    pub switches: BTreeMap<String, String>,
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

/// A PKCS#12 keystore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keystore {
    /// The file, relative to the target file.
    pub path: String,
    /// Its password.
    pub password: SecretSource,
    /// The line of the file that names it.
    pub line: usize,
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
    keystores: BTreeMap<String, Spanned<KeystoreEntry>>,
    #[serde(default)]
    trust: Trust,
    #[serde(default)]
    switches: BTreeMap<Spanned<String>, String>,
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
    path: String,
    password_env: Option<String>,
    password_file: Option<String>,
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
        let line = at(entry.span().start);
        let KeystoreEntry { path, password_env, password_file } = entry.get_ref();
        match one_source(password_env.as_ref(), password_file.as_ref(), "password-env", "password-file") {
            Ok(password) => {
                _ = target.keystores.insert(name, Keystore { path: path.clone(), password, line });
            }
            Err(message) => say(entry.span().start, message),
        }
    }
    for (id, reading) in file.switches {
        if crate::defects::find(id.get_ref()).is_some() {
            target.switches.insert(id.into_inner(), reading);
        } else {
            say(id.span().start, format!("`{}` is no spec defect; see `etalon explain SD-01`", id.get_ref()));
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
             [keystores.ehealth]\npath = \"me.p12\"\npassword-file = \"me.pass\"\n\
             [switches]\nSD-02 = \"example\"\n[limits]\nrequests-per-second = 2.5\n",
        )
        .expect("a right file");
        assert_eq!(target.services[&Service::Keydepot].host_str(), Some("depot.example"));
        assert_eq!(target.token, Some(SecretSource::Environment("TOKEN".into())));
        assert_eq!(target.keystores["ehealth"].password, SecretSource::File("me.pass".into()));
        assert_eq!(target.switches["SD-02"], "example");
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
