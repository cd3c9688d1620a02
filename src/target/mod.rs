//! A target: where the services are, and what a run may use there, as a TOML file says it.
//!
//! Reading is pure: paths and environment variables are named here, and looked up by `cli`. Every
//! problem has its line. This module knows no workflow.

use std::collections::BTreeMap;

use url::Url;

use crate::base::Service;

pub mod guard;
pub mod people;
mod read;
pub mod signers;
pub mod switches;

use people::{Known, Part};
pub use read::read;
use signers::Role;
use switches::Variants;

/// A target file, read and checked.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// The base address of each service that it has.
    pub services: BTreeMap<Service, Url>,
    /// The line of the file that names each.
    pub lines: BTreeMap<Service, usize>,
    /// Where the access tokens of the REST services come from: first that of `[token]`.
    pub tokens: Vec<Token>,
    /// Keystores and cards, by whose key is in them.
    pub keystores: BTreeMap<Role, Keystore>,
    /// The client id under which IAM eXchange knows the organisation's key.
    pub client_id: Option<String>,
    /// Origin and id of the relying party that KeyDepot expects.
    pub relying_party: Option<[String; 2]>,
    /// Test people whom the target knows.
    pub people: BTreeMap<Part, Known>,
    /// PEM files of the roots that TLS trusts.
    pub roots: Vec<Root>,
    /// What the target wants otherwise than the suites send it.
    pub variants: Variants,
    /// The most requests that are sent in a second.
    pub requests_per_second: Option<f64>,
    /// Whether workflows that change or delete what they did not make may run.
    pub destructive: bool,
}

/// An access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The table that names it: `token`, `tokens.reader`.
    pub name: String,
    /// Where it comes from.
    pub source: SecretSource,
    /// The line of the file that names it.
    pub line: usize,
}

/// A PEM file with roots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The file, relative to the target file.
    pub path: String,
    /// The line of the file that names it.
    pub line: usize,
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
#[error("this is your configuration, line {line}, column {column}: {message}")]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
    /// What was expected and found.
    pub message: String,
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
        let source = SecretSource::Environment("TOKEN".into());
        assert_eq!(target.tokens, [Token { name: "token".into(), source, line: 3 }]);
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
                .starts_with("this is your configuration, line 2, column 1: `keydepo` is not a service")
        );
        let there: Vec<_> = problems.iter().map(|problem| problem.column).collect();
        assert_eq!(there, [1, 10, 1, 1, 23], "{problems:?}");
        let unknown = read("[service]\n").expect_err("an unknown table");
        assert!(unknown[0].message.contains("unknown field `service`"), "{unknown:?}");
    }

    #[test]
    fn further_tokens_and_whom_the_target_knows_are_read() {
        let target = read(
            "[tokens.reader]\nfile = \"r\"\n[token]\nenv = \"T\"\n\
             [people.pharmacist]\nssin = \"00000000196\"\nnihii = \"10000052001\"\npharmacy = \"12345625\"\n",
        )
        .expect("a right file");
        let names: Vec<_> = target.tokens.iter().map(|it| (it.name.as_str(), it.line)).collect();
        assert_eq!(names, [("token", 3), ("tokens.reader", 1)]);
        assert_eq!(target.people[&Part::Pharmacist].pharmacy, "12345625");
    }

    #[test]
    fn a_person_who_is_not_whole_is_told_without_the_number() {
        for (entry, expected) in [
            ("[people.nobody]\nssin = \"1\"", "`nobody` is nobody whom"),
            ("[people.unknown-citizen]\nssin = \"85210123618\"", "right check digits"),
            ("[people.other-citizen]\nssin = \"00000000196\"", "`first-name`"),
            ("[people.other-citizen]\nssin = \"00000000196\"\nfirst-name = \"A\"", "`name`"),
            ("[people.pharmacist]\nssin = \"00000000196\"\nnihii = \"1\"", "`pharmacy`"),
        ] {
            let problems = read(entry).expect_err("not whole");
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].message.contains(expected), "{problems:?}");
            assert!(!problems[0].message.contains("85210123618"), "{problems:?}");
            assert_eq!(problems[0].line, 1);
        }
    }
}
