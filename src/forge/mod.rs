//! Makes artefacts: valid ones, and single, named, seeded deviations from them.
//!
//! Everything follows from the order: its seed, clock and parameters. A deviation is made before
//! the artefact is signed where it lies inside signed bytes, so that it is the only thing wrong.
//!
//! Each kind has a file with one [`Maker`]: how the valid artefact is made, and a table of its
//! [`Mutation`]s. To add a mutation, add an entry; a test proves that it trips exactly the rules
//! that it names. To add a kind, add its file and its line in [`MAKERS`].

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::base::time::{self, Instant};
use crate::base::{Kind, Profile};

pub mod access_token;
pub mod actor_token;
mod attestation;
mod attestation_object;
pub mod authenticator;
pub mod cbor;
pub mod certificate;
mod client_data;
pub mod cms;
pub mod csr;
pub mod der;
mod distinguished_name;
mod encryption_certificate;
pub mod etk;
pub mod etk_challenge;
mod etk_response;
mod given;
mod jwk;
mod jwks;
pub mod jwt;
pub mod keys;
pub mod keystore;
pub mod name;
pub mod pki;
pub mod problem;
pub mod profiles;
pub mod ra_message;
pub mod registration;
pub mod revocation_list;
pub mod rng;
mod rsa;
pub mod saml;
mod sealed_message;
pub(crate) mod signature;
pub mod signed_data;
pub mod signed_xml;
pub mod soap;
mod surgery;
pub mod token_exchange;
pub mod ws_security;
mod xml;

use pki::Pki;
use rng::Stream;

/// Every maker, one a kind.
#[rustfmt::skip] // One a line, so that entries do not meet.
pub const MAKERS: &[Maker] = &[
    access_token::MAKER,
    actor_token::MAKER,
    attestation::MAKER,
    attestation_object::MAKER,
    certificate::MAKER,
    client_data::MAKER,
    cms::MAKER,
    csr::MAKER,
    distinguished_name::MAKER,
    encryption_certificate::MAKER,
    etk::MAKER,
    etk_challenge::MAKER,
    etk_response::MAKER,
    jwk::MAKER,
    jwks::MAKER,
    keystore::MAKER,
    problem::MAKER,
    profiles::MAKER,
    ra_message::CERTRA,
    ra_message::ETKRA,
    saml::query::MAKER,
    saml::response::MAKER,
    saml::sts::MAKER,
    sealed_message::MAKER,
    signed_xml::MAKER,
    soap::MAKER,
    token_exchange::REQUEST,
    token_exchange::RESPONSE,
    ws_security::MAKER,
];

/// How artefacts of one kind are made.
pub struct Maker {
    /// The kind.
    pub kind: Kind,
    /// The parameters that an order may set: name, and what it is.
    pub params: &'static [(&'static str, &'static str)],
    /// Makes the valid artefact.
    pub valid: Make,
    /// The deviations.
    pub mutations: &'static [Mutation],
}

/// Makes an artefact at the bench.
pub type Make = fn(&Bench) -> Result<Made, Error>;

/// A named variant of an artefact: a deviation, or a valid one in another form.
#[derive(Clone, Copy)]
pub struct Mutation {
    /// Its name: short, in small letters and hyphens.
    pub id: &'static str,
    /// The case of the negative catalogue that it comes from; empty where there is none.
    pub case: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    /// The rules that must fire, all of them; none for a valid variant.
    pub rules: &'static [&'static str],
    /// The profile under which they fire.
    pub profile: Profile,
    /// Makes it.
    pub make: Make,
}

impl Mutation {
    /// A mutation that trips `rules` under the cookbook profile.
    pub const fn new(
        id: &'static str,
        title: &'static str,
        rules: &'static [&'static str],
        make: Make,
    ) -> Self {
        Self { id, case: "", title, rules, profile: Profile::Cookbook, make }
    }

    /// The same, from a case of the negative catalogue.
    #[must_use]
    pub const fn case(self, case: &'static str) -> Self {
        Self { case, ..self }
    }

    /// The same, judged under another profile.
    #[must_use]
    pub const fn under(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }
}

/// The mutations of one kind that stand in several files, as one table.
const fn joined<const N: usize>(parts: &[&[Mutation]]) -> [Mutation; N] {
    let mut all = [parts[0][0]; N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            all[at] = parts[part][index];
            at += 1;
            index += 1;
        }
        part += 1;
    }
    assert!(at == N, "every mutation has its place");
    all
}

thread_local! {
    /// The PKI that this thread made last: making one takes a signature for each of its certificates.
    static LAST: RefCell<Option<Pki>> = const { RefCell::new(None) };
}

/// The PKI of a seed and a clock.
fn pki_of(seed: u64, clock: Instant) -> Pki {
    LAST.with_borrow_mut(|last| {
        let held = last.take().filter(|pki| pki.seed == seed && pki.clock == clock);
        last.insert(held.unwrap_or_else(|| Pki::new(seed, clock))).clone()
    })
}

/// What a maker works with.
pub struct Bench {
    /// The per-run PKI.
    pub pki: Pki,
    params: BTreeMap<String, String>,
}

impl Bench {
    /// A bench for a seed and a clock, without parameters.
    pub fn new(seed: u64, clock: Instant) -> Self {
        Self { pki: pki_of(seed, clock), params: BTreeMap::new() }
    }

    /// The same bench with the parameters of an order.
    #[must_use]
    pub fn with_params(mut self, params: BTreeMap<String, String>) -> Self {
        self.params = params;
        self
    }

    /// The seed of the order.
    pub fn seed(&self) -> u64 {
        self.pki.seed
    }

    /// The instant as of which the artefact is to be valid.
    pub fn clock(&self) -> Instant {
        self.pki.clock
    }

    /// Random bytes for one purpose.
    pub fn stream(&self, purpose: &str) -> Stream {
        Stream::new(self.pki.seed, purpose)
    }

    /// A parameter of the order.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }
}

/// An artefact, and what its judge must be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The artefact.
    pub bytes: Vec<u8>,
    /// The `context` of the judge protocol.
    pub context: Map<String, Value>,
}

impl Made {
    /// An artefact that needs no context.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), context: Map::new() }
    }

    /// The same, with a member of the context.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.context.insert(name.to_owned(), value.into());
        self
    }
}

/// A finished order.
#[derive(Debug, Clone, PartialEq)]
pub struct Forged {
    /// The artefact.
    pub bytes: Vec<u8>,
    /// The `context` of the judge protocol: what its judge must be told.
    pub context: Map<String, Value>,
    /// The rules that it must trip, all of them.
    pub expect: &'static [&'static str],
    /// The profile under which it trips them.
    pub profile: Profile,
}

/// The kinds that there are makers for.
fn forged() -> String {
    MAKERS.iter().map(|maker| maker.kind.name()).collect::<Vec<_>>().join(", ")
}

/// Why an order cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No maker makes this kind.
    #[error("etalon does not forge the kind `{0}`; expected one of: {kinds}", kinds = forged())]
    Kind(Kind),
    /// The kind has no such mutation.
    #[error("`{kind}` has no mutation `{given}`; expected one of: {known}")]
    Mutation {
        /// The kind.
        kind: Kind,
        /// What was asked for.
        given: String,
        /// What there is.
        known: String,
    },
    /// The kind has no such parameter.
    #[error("`{kind}` has no parameter `{given}`; expected {}", if known.is_empty() { "none" } else { known })]
    Param {
        /// The kind.
        kind: Kind,
        /// What was given.
        given: String,
        /// What there is.
        known: String,
    },
    /// The value of a parameter cannot be used.
    #[error("parameter `{name}`: expected {expected}")]
    Value {
        /// The parameter.
        name: &'static str,
        /// What it takes.
        expected: &'static str,
    },
}

/// The maker of a kind.
pub fn maker(kind: Kind) -> Option<&'static Maker> {
    MAKERS.iter().find(|maker| maker.kind == kind)
}

/// Makes an artefact of `kind`: the valid one, or a mutation named by its id or by its case of the
/// negative catalogue.
///
/// # Errors
/// When there is no such maker, mutation or parameter.
pub fn forge(
    kind: Kind,
    mutation: Option<&str>,
    seed: u64,
    clock: Instant,
    params: &BTreeMap<String, String>,
) -> Result<Forged, Error> {
    Bench::new(seed, clock).with_params(params.clone()).forge(kind, mutation)
}

impl Bench {
    /// Makes an artefact at this bench, with its parameters: see [`forge`]. Many orders of one seed
    /// and clock share the PKI in this way.
    ///
    /// # Errors
    /// When there is no such maker, mutation or parameter.
    pub fn forge(&self, kind: Kind, mutation: Option<&str>) -> Result<Forged, Error> {
        let maker = maker(kind).ok_or(Error::Kind(kind))?;
        let is_known = |name: &str| maker.params.iter().any(|(known, _)| *known == name);
        if let Some(given) = self.params.keys().find(|name| !is_known(name)) {
            let known = maker.params.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            return Err(Error::Param { kind, given: given.clone(), known });
        }
        let as_of = time::format(self.clock());
        let Some(wanted) = mutation else {
            let Made { bytes, context } = (maker.valid)(self)?.with("as_of", as_of);
            return Ok(Forged { bytes, context, expect: &[], profile: Profile::Cookbook });
        };
        let find = |by: fn(&Mutation) -> &'static str| maker.mutations.iter().find(|it| by(it) == wanted);
        let found = find(|it| it.id).or_else(|| find(|it| it.case)).ok_or_else(|| Error::Mutation {
            kind,
            given: wanted.to_owned(),
            known: maker.mutations.iter().map(|it| it.id).collect::<Vec<_>>().join(", "),
        })?;
        let Made { bytes, context } = (found.make)(self)?.with("as_of", as_of);
        Ok(Forged { bytes, context, expect: found.rules, profile: found.profile })
    }
}
