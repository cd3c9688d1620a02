//! What IAM Connect and IAM eXchange remember: clients, consents, codes, and the actor tokens that
//! served, each within a limit.

use std::collections::BTreeSet;

use super::clients::Clients;
use crate::base::time::Instant;
use crate::forge::Bench;
use crate::service::iam_exchange::Row;
use crate::simulator::bounded::Bounded;
use crate::simulator::identity::Grant;

/// How much of each is remembered; the oldest make room.
const REMEMBERED: usize = 10_000;

/// The state.
#[derive(Debug)]
pub(in crate::simulator) struct Exchange {
    /// The clients that eHealth configured.
    pub(in crate::simulator) clients: Clients,
    /// Who consented to which client, by subject and client: consent holds until it is withdrawn.
    consents: Bounded<(String, String), bool>,
    /// The authorization codes that were not redeemed yet.
    codes: Bounded<String, Code>,
    /// How many codes were issued.
    issued: u64,
    /// The actor tokens that served, by issuer and `jti`.
    served: Bounded<(String, String), ()>,
    /// The failures that are to come, by the SSIN of the person.
    provoked: Bounded<String, Row>,
}

/// An authorization code.
#[derive(Debug, Clone)]
pub(in crate::simulator) struct Code {
    /// What the access token will say.
    pub(in crate::simulator) grant: Grant,
    /// Where the code was sent.
    pub(in crate::simulator) redirect: String,
    /// The challenge of RFC 7636, and its method.
    pub(in crate::simulator) challenge: Option<(String, String)>,
    /// The scopes that are granted.
    pub(in crate::simulator) scope: String,
    /// Until when it is good.
    pub(in crate::simulator) expires: Instant,
}

impl Exchange {
    pub(in crate::simulator) fn new(bench: &Bench) -> Self {
        Self {
            clients: Clients::new(bench),
            consents: Bounded::new(REMEMBERED),
            codes: Bounded::new(REMEMBERED),
            issued: 0,
            served: Bounded::new(REMEMBERED),
            provoked: Bounded::new(REMEMBERED),
        }
    }

    /// Whether the subject consented to the client: nothing is known before the subject was asked.
    pub(in crate::simulator) fn consent(&self, subject: &str, client: &str) -> Option<bool> {
        self.consents.get(&(subject.to_owned(), client.to_owned())).copied()
    }

    /// Records the consent of a subject to a client, or its withdrawal.
    pub(in crate::simulator) fn set_consent(&mut self, subject: &str, client: &str, given: bool) {
        self.consents.insert((subject.to_owned(), client.to_owned()), given);
    }

    /// Keeps a code; gives its number.
    pub(in crate::simulator) fn issue(&mut self, name: impl FnOnce(u64) -> String, code: Code) -> String {
        self.issued += 1;
        let name = name(self.issued);
        self.codes.insert(name.clone(), code);
        name
    }

    /// Takes a code: it serves once.
    pub(in crate::simulator) fn redeem(&mut self, code: &str) -> Option<Code> {
        self.codes.remove(&code.to_owned())
    }

    /// Notes that an actor token served; says whether it had before.
    pub(in crate::simulator) fn served(&mut self, issuer: &str, jti: &str) -> bool {
        let key = (issuer.to_owned(), jti.to_owned());
        let before = self.served.get(&key).is_some();
        self.served.insert(key, ());
        before
    }

    /// Lets the next exchange for a person fail.
    pub(in crate::simulator) fn provoke(&mut self, ssin: &str, row: Row) {
        self.provoked.insert(ssin.to_owned(), row);
    }

    /// The failure that is to come for a person, once.
    pub(in crate::simulator) fn failure(&mut self, ssin: &str) -> Option<Row> {
        self.provoked.remove(&ssin.to_owned())
    }
}

/// The words of a scope.
pub(in crate::simulator) fn words(scope: &str) -> BTreeSet<&str> {
    scope.split_ascii_whitespace().collect()
}
