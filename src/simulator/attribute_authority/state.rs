//! What the Attribute Authority remembers, within limits: the queries that it answered, and the
//! failures that are to come.

use crate::simulator::bounded::Bounded;

/// How much of each is remembered; the oldest make room.
const REMEMBERED: usize = 10_000;

/// The state.
#[derive(Debug)]
pub(in crate::simulator) struct Queries {
    /// The queries that were answered, by issuer and identifier.
    answered: Bounded<(String, String), ()>,
    /// The status codes that are to come, by the SSIN of the person.
    provoked: Bounded<String, &'static str>,
}

impl Queries {
    pub(in crate::simulator) const fn new() -> Self {
        Self { answered: Bounded::new(REMEMBERED), provoked: Bounded::new(REMEMBERED) }
    }

    /// Notes that a query is answered; says whether it was before.
    pub(super) fn answered(&mut self, issuer: &str, id: &str) -> bool {
        let key = (issuer.to_owned(), id.to_owned());
        let before = self.answered.get(&key).is_some();
        self.answered.insert(key, ());
        before
    }

    /// Lets the next query about a person be answered with a status code.
    pub(in crate::simulator) fn provoke(&mut self, ssin: &str, code: &'static str) {
        self.provoked.insert(ssin.to_owned(), code);
    }

    /// The status code that is to come for a person, once.
    pub(super) fn failure(&mut self, ssin: &str) -> Option<&'static str> {
        self.provoked.remove(&ssin.to_owned())
    }
}
